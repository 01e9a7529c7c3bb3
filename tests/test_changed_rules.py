"""A district changes what a rule does, or adds one, and the report follows the data: in `rule_severities`, with dbt's own
config, or in district_rule.csv."""

import os
import shutil
import subprocess
import sys

import pytest
import yaml

from roster import PROJECT, Roster, clean_drop, copy_of_the_project, parsed, replace_cell, with_lines

sys.path.insert(0, str(PROJECT / 'scripts'))
import catalogue  # noqa: E402
import docs  # noqa: E402

FLOW, DROP, RUN_AT = 'contoso-2027', '20260901T060000Z', '2026-09-01T07:00:00Z'


@pytest.fixture
def project(tmp_path):
    """A copy of the project, to be changed."""
    return copy_of_the_project(tmp_path / 'project')


def configure_rule(project, entity, column, rule, **config):
    """Set the dbt config of a rule of a column."""
    path = project / 'models' / 'staging' / f'stg_oneroster__{entity}.yml'
    properties = yaml.safe_load(path.read_text())
    [model] = properties['models']
    [column] = [found for found in model['columns'] if found['name'] == column]
    [test] = [found for found in column['data_tests'] if rule in found]
    test[rule].setdefault('config', {}).update(config)
    path.write_text(yaml.safe_dump(properties, sort_keys=False))


def set_severities(project, **severities):
    """Set `rule_severities` where a district does."""
    path = project / 'dbt_project.yml'
    settings = yaml.safe_load(path.read_text())
    settings['vars']['rule_severities'] = {name.replace('__', '.'): severity for name, severity in severities.items()}
    path.write_text(yaml.safe_dump(settings, sort_keys=False))


def test_a_severity_decides_what_happens_to_the_record(project, tmp_path):
    set_severities(
        project,
        users__email__well_formed_email='error',
        users__sms__well_formed_phone=False,  # what YAML makes of a bare off
        users__phone__well_formed_phone='notice',
        users__status__blank_in_bulk='off',
        courses__sourced_id__standard_characters='error',
        enrollments__school_sourced_id__references='warn',
        demographics__birth_date__well_formed_date='off',
    )
    files = clean_drop(FLOW)
    users = replace_cell(files['users.csv'], 'student-2', 'email', 'not an address')
    users = replace_cell(users, 'student-1', 'sms', 'no number')
    users = replace_cell(users, 'student-1', 'phone', 'none either')
    users = replace_cell(users, 'teacher', 'phone', 'none either')
    users = replace_cell(users, 'student-1', 'status', 'active')
    files['users.csv'] = users
    files['courses.csv'] = with_lines(files['courses.csv'], 'x~1,,,year,One,,,school,,', 'x~2,,,year,Two,,,school,,')
    files['enrollments.csv'] = replace_cell(files['enrollments.csv'], 'e-1', 'schoolSourcedId', 'nowhere')
    files['demographics.csv'] = replace_cell(files['demographics.csv'], 'student-1', 'birthDate', 'soon')

    roster = Roster(tmp_path / 'roster', project)
    roster.land(FLOW, DROP, files)
    build = roster.build(RUN_AT, with_tests=True)
    assert roster.query('select sourced_id, sms, phone from history.users order by all') == [
        ('student-1', 'no number', 'none either'),  # off, and a notice: the value goes on
        ('teacher', None, 'none either'),  # student-2 is left out: the rule is an error now
    ]
    assert roster.query('select sourced_id, school_sourced_id from history.enrollments order by all') == [
        ('e-1', 'nowhere'),  # a warning now, and the value of a required column is never blanked
        ('e-teacher', 'school'),
    ]
    assert roster.query('select sourced_id, birth_date from history.demographics') == [
        ('student-1', None)  # off: what cannot be cast is blank, and nothing is said
    ]
    assert roster.query("""
        select file_name, sourced_id, rule, severity, effect from runs.validation_result
        where inbound_flow_id = 'contoso-2027' order by all
    """) == [
        ('courses.csv', 'x~1', 'standard_characters', 'error', 'record_left_out'),  # no notice any more: told of each line
        ('courses.csv', 'x~2', 'standard_characters', 'error', 'record_left_out'),
        ('enrollments.csv', 'e-1', 'references', 'warning', 'none'),
        ('enrollments.csv', 'e-1', 'school_of_the_class', 'notice', 'none'),  # it is not the school of its class, either
        ('enrollments.csv', 'e-2', 'references', 'error', 'record_left_out'),
        ('users.csv', 'student-2', 'well_formed_email', 'error', 'record_left_out'),
        ('users.csv', 'teacher', 'well_formed_phone', 'notice', 'none'),  # a notice now: told of the file, at its first line
    ]
    # and dbt's tests say the same
    assert build.statuses['users__email__well_formed_email'] == 'fail'
    assert build.statuses['users__phone__well_formed_phone'] == 'warn'
    assert build.statuses['enrollments__school_sourced_id__references'] == 'warn'
    assert 'users__sms__well_formed_phone' not in build.statuses


def test_a_file_with_no_rules_but_those_of_its_key_still_builds(project, tmp_path):
    path = project / 'models' / 'staging' / 'stg_oneroster__demographics.yml'
    properties = yaml.safe_load(path.read_text())
    [model] = properties['models']
    for owner in [model, *model['columns']]:
        if owner['name'] != 'sourced_id':
            owner.pop('data_tests', None)
    path.write_text(yaml.safe_dump(properties, sort_keys=False))

    roster = Roster(tmp_path / 'roster', project)
    roster.land(FLOW, DROP, clean_drop(FLOW))
    build = roster.build(RUN_AT)
    assert build.succeeded, build.output
    assert roster.values('select sourced_id from history.demographics') == ['student-1']


def test_the_rules_of_a_key_cannot_be_softened(project, tmp_path):
    configure_rule(project, 'orgs', 'sourced_id', 'not_in_conflict', severity='warn')
    roster = Roster(tmp_path / 'roster', project)
    roster.land(FLOW, DROP, clean_drop(FLOW))
    build = roster.build(RUN_AT)
    assert not build.succeeded
    assert 'orgs__sourced_id__not_in_conflict' in build.output


def test_a_rule_cannot_be_narrowed(project, tmp_path):
    configure_rule(project, 'orgs', 'name', 'required', where="sourced_id <> 'x'")
    roster = Roster(tmp_path / 'roster', project)
    roster.land(FLOW, DROP, clean_drop(FLOW))
    build = roster.build(RUN_AT)
    assert not build.succeeded
    assert 'orgs__name__required has `where` or `limit`' in build.output


def test_a_district_adds_a_rule_of_its_own(project, tmp_path, monkeypatch):
    shutil.copytree(PROJECT / 'scripts', project / 'scripts', ignore=shutil.ignore_patterns('bench', '__pycache__'))
    with open(project / 'seeds' / 'district' / 'district_rule.csv', 'a') as rules:
        rules.write(
            'short_code,courses.csv,courseCode,error,A code is long,A code has at most eight characters.,`ALGEBRA-ONE`,'
            'Shorten it.,the code is long. Shorten it.\n'
            'short_code,classes.csv,subjects,warning,,,,,\n'
            'short_code,users.csv,identifier,notice,,,,,\n'
        )
    folder = project / 'macros' / 'rules' / 'district'
    folder.mkdir()
    (folder / 'short_code.sql').write_text("""\
{% macro rule_short_code(value) -%}
    length({{ value }}) > 8
{%- endmacro %}

{% test short_code(model, column_name) %}
    {{ reported('short_code', model, column_name) }}
{% endtest %}
""")
    made = subprocess.run([sys.executable, 'scripts/generate.py'], cwd=project, capture_output=True, text=True)
    assert made.returncode == 0, made.stdout + made.stderr

    files = clean_drop(FLOW)
    files['courses.csv'] = with_lines(files['courses.csv'], files['courses.csv'].splitlines()[1].replace('algebra', 'more'))
    files['courses.csv'] = replace_cell(files['courses.csv'], 'more', 'courseCode', 'ALGEBRA-ONE')
    files['classes.csv'] = replace_cell(files['classes.csv'], 'algebra-1', 'subjects', 'Algebra,Mathematics')
    for person in ('student-1', 'student-2'):
        files['users.csv'] = replace_cell(files['users.csv'], person, 'identifier', f'number-of-{person}')
    roster = Roster(tmp_path / 'roster', project)
    roster.land(FLOW, DROP, files)
    build = roster.build(RUN_AT, everything=True, with_tests=True)
    assert roster.query("""
        select file_name, sourced_id, column_name, severity, effect, value, message
        from runs.validation_result where rule = 'short_code' order by all
    """) == [
        ('classes.csv', 'algebra-1', 'subjects', 'warning', 'value_left_out', 'Mathematics',
         'classes.csv, line 2, column subjects: "Mathematics": the code is long. Shorten it.'),
        ('courses.csv', 'more', 'courseCode', 'error', 'record_left_out', 'ALGEBRA-ONE',
         'courses.csv, line 3, column courseCode: "ALGEBRA-ONE": the code is long. Shorten it.'),
        ('users.csv', 'student-1', 'identifier', 'notice', 'none', 'number-of-student-1',
         'users.csv, line 3, column identifier: "number-of-student-1": the code is long. Shorten it.'
         ' (2 lines, the last of them line 4)'),
    ]
    assert roster.values('select subjects from history.classes') == [['Algebra']]
    assert build.statuses['courses__course_code__short_code'] == 'fail'
    assert build.statuses['classes__subjects__short_code'] == 'warn'
    assert build.statuses['users__notices'] == 'warn'

    page = tmp_path / 'run.html'
    told = subprocess.run(
        [sys.executable, 'scripts/report.py', '--output', page],
        cwd=project, env=os.environ | {'ONEROSTER_WAREHOUSE': str(roster.warehouse)}, capture_output=True, text=True,
    )
    assert told.returncode == 0, told.stdout + told.stderr
    assert 'A code has at most eight characters.' in page.read_text()
    monkeypatch.setattr(catalogue, 'DISTRICT_RULES', project / 'seeds' / 'district' / 'district_rule.csv')
    rules = docs.rules_page(parsed(project, tmp_path / 'roster').writable_manifest().to_dict(omit_none=False))
    assert 'A code is long' in rules and '* **Applied as notice:** users.csv (identifier)' in rules
