"""A district changes what a rule does in the YAML beside the model, with ordinary dbt config: data and report follow."""

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


def test_severity_and_enabled_decide_what_happens_to_the_record(project, tmp_path):
    configure_rule(project, 'users', 'email', 'well_formed_email', severity='error')
    configure_rule(project, 'users', 'sms', 'well_formed_phone', enabled=False)
    configure_rule(project, 'enrollments', 'school_sourced_id', 'references', severity='warn')
    configure_rule(project, 'demographics', 'birth_date', 'well_formed_date', enabled=False)
    files = clean_drop(FLOW)
    users = replace_cell(files['users.csv'], 'student-2', 'email', 'not an address')
    users = replace_cell(users, 'student-1', 'sms', 'no number')
    files['users.csv'] = users
    files['enrollments.csv'] = replace_cell(files['enrollments.csv'], 'e-1', 'schoolSourcedId', 'nowhere')
    files['demographics.csv'] = replace_cell(files['demographics.csv'], 'student-1', 'birthDate', 'soon')

    roster = Roster(tmp_path / 'roster', project)
    roster.land(FLOW, DROP, files)
    build = roster.build(RUN_AT)
    assert build.succeeded, build.output

    assert roster.query('select sourced_id, sms from history.users order by all') == [
        ('student-1', 'no number'),  # the rule is off: the value goes on
        ('teacher', None),  # student-2 is left out: the rule is an error now
    ]
    assert roster.query('select sourced_id, school_sourced_id from history.enrollments order by all') == [
        ('e-1', None),  # a warning now: the value is left out, the record stays
        ('e-teacher', 'school'),
    ]
    assert roster.query('select sourced_id, birth_date from history.demographics') == [
        ('student-1', None)  # off: what cannot be cast is blank, and nothing is said
    ]
    assert roster.query("""
        select file_name, sourced_id, rule, severity, effect from runs.validation_result
        where inbound_flow_id = 'contoso-2027' order by all
    """) == [
        ('enrollments.csv', 'e-1', 'references', 'warning', 'value_left_out'),
        ('enrollments.csv', 'e-2', 'references', 'error', 'record_left_out'),
        ('users.csv', 'student-2', 'well_formed_email', 'error', 'record_left_out'),
    ]


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
