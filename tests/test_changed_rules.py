"""A district changes what a rule does, and the report follows the data: in `rule_severities`, or with dbt's own config."""

import pytest
import yaml

from roster import Roster, clean_drop, copy_of_the_project, replace_cell

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
        users__sms__well_formed_phone='off',
        users__phone__well_formed_phone='notice',
        users__status__blank_in_bulk='off',
        enrollments__school_sourced_id__references='warn',
        demographics__birth_date__well_formed_date='off',
    )
    files = clean_drop(FLOW)
    users = replace_cell(files['users.csv'], 'student-2', 'email', 'not an address')
    users = replace_cell(users, 'student-1', 'sms', 'no number')
    users = replace_cell(users, 'student-1', 'phone', 'none either')
    users = replace_cell(users, 'student-1', 'status', 'active')
    files['users.csv'] = users
    files['enrollments.csv'] = replace_cell(files['enrollments.csv'], 'e-1', 'schoolSourcedId', 'nowhere')
    files['demographics.csv'] = replace_cell(files['demographics.csv'], 'student-1', 'birthDate', 'soon')

    roster = Roster(tmp_path / 'roster', project)
    roster.land(FLOW, DROP, files)
    build = roster.build(RUN_AT, with_tests=True)
    assert roster.query('select sourced_id, sms, phone from history.users order by all') == [
        ('student-1', 'no number', 'none either'),  # off, and a notice: the value goes on
        ('teacher', None, None),  # student-2 is left out: the rule is an error now
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
        ('enrollments.csv', 'e-1', 'references', 'warning', 'none'),
        ('enrollments.csv', 'e-2', 'references', 'error', 'record_left_out'),
        ('users.csv', 'student-1', 'well_formed_phone', 'warning', 'none'),
        ('users.csv', 'student-2', 'well_formed_email', 'error', 'record_left_out'),
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
