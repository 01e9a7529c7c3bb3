"""A district's own seeds, right and wrong: what is right takes effect, what is wrong stops the run and says why."""

import json
import os
import subprocess
import sys

import duckdb
import pytest
import yaml

from roster import CONFIGURATION, Roster, clean_drop, copy_of_the_project

CONNECTOR = {
    'data_connector_id': 'northwind-api', 'display_name': 'Northwind API', 'source_system_id': 'contoso',
    'connector_type': 'oneRosterApi', 'file_format': '', 'base_url': 'https://sis.example/ims/oneroster/v1p1',
    'api_version': '1.1', 'credential_type': 'oAuth2', 'credential': 'NORTHWIND',
    'token_url': 'https://sis.example/token?appName=roster', 'scope': '', 'is_demographics_enabled': '', 'page_size': '', 'mode': '',
    'signature_method': '', 'token_style': '',
}


def api(**wrong):
    """The line of a right connector of the API, but for what is told."""
    return ','.join((CONNECTOR | wrong).values())


OUTBOUND = dict.fromkeys(
    ('outbound_flow_id', 'display_name', 'kind', 'format', 'source_systems', 'organizations', 'role_groups', 'owner_roles',
     'member_roles', 'grace_days', 'readiness_status', 'grades', 'effective_at', 'expiration_at', 'class_name',
     'is_unmatched_created', 'optional_data', 'mode', 'is_confirmation_awaited', 'is_deidentified'),
    '',
) | {'display_name': 'Shop', 'kind': 'roster', 'format': 'clever', 'readiness_status': 'ready'}


def outbound(flow, **wrong):
    """The line of a right outbound flow, but for what is told."""
    return ','.join((OUTBOUND | {'outbound_flow_id': flow} | wrong).values())


# Each line is wrong in its own way; the last words are part of the message that says so. What is told of a code can only
# be told when the reference definitions themselves are right.
MISTAKES = [
    ('district_data_connector.csv', 'nowhere-csv,Nowhere,nowhere,file', 'nowhere'),
    ('district_data_connector.csv', 'contoso-api,API,contoso,api', 'api'),
    ('district_data_connector.csv', 'odd-csv,Odd,contoso,file,powerSchool', "file_format is 'powerSchool'"),
    ('district_data_connector.csv', 'half-api,Half,contoso,oneRosterApi', 'credential is blank'),
    ('district_data_connector.csv', 'file-csv,File,contoso,file,,https://sis.example/v1p1', 'connector_type is file'),
    ('district_data_connector.csv', api(base_url='http://sis.example/v1p1'), 'with https'),
    ('district_data_connector.csv', api(base_url='https://user:hunter2@sis.example/v1p1'), 'without user'),
    ('district_data_connector.csv', api(token_url='https://sis.example/token?client_secret=hunter2'), 'token_url is no'),
    ('district_data_connector.csv', api(token_url=''), 'token_url is blank'),
    ('district_data_connector.csv', api(file_format='schoolDataSyncV21'), 'which is for files'),
    ('district_data_connector.csv', api(api_version='1.0'), "api_version is '1.0'"),
    ('district_data_connector.csv', api(api_version='1.2', credential_type='oAuth1'), 'no longer has'),
    ('district_data_connector.csv', api(credential_type='basic'), "credential_type is 'basic'"),
    ('district_data_connector.csv', api(credential='hunter2'), 'credential is no name'),
    ('district_data_connector.csv', api(is_demographics_enabled='perhaps'), "is_demographics_enabled is 'perhaps'"),
    ('district_data_connector.csv', api(page_size='0'), "page_size is '0', which is no number of records"),
    ('district_data_connector.csv', api(mode='weekly'), "mode is 'weekly'"),
    ('district_data_connector.csv', api(signature_method='HMAC-MD5'), "signature_method is 'HMAC-MD5'"),
    ('district_data_connector.csv', api(signature_method='HMAC-SHA1'), 'it is for the credential_type oAuth1'),
    ('district_data_connector.csv', api(token_style='cookie'), "token_style is 'cookie'"),
    ('district_inbound_flow.csv', 'lost-2027,Lost,lost-csv,2027,educationRostering,2026-07-01,2027-07-31,ready', 'lost-csv'),
    ('district_inbound_flow.csv', 'never-2027,Never,contoso-csv,1999,educationRostering,2026-07-01,2027-07-31,ready', '1999'),
    ('district_inbound_flow.csv', 'Bad Id,Bad,contoso-csv,2027,educationRostering,2026-07-01,2027-07-31,ready', 'Bad Id'),
    ('district_inbound_flow.csv', 'directory,Taken,contoso-csv,2027,educationRostering,2026-07-01,2027-07-31,ready', 'directory'),
    ('district_inbound_flow.csv', 'soon-2027,Soon,contoso-csv,2027,educationRostering,soon,2027-07-31,ready', 'soon'),
    ('district_inbound_flow.csv', 'odd-2027,Odd,contoso-csv,2027,gradebook,2026-07-01,2027-07-31,ready', 'gradebook'),
    ('district_ref_definition.csv', 'RefGradeLevel,16,Grade 16,many,', 'many'),
    ('district_ref_definition_alias.csv', 'RefGradeLevel,EK,early', "code is 'early', which is no RefGradeLevel"),
    ('district_ref_definition_alias.csv', 'RefGrade,EL,kg', "Did you mean 'RefGradeLevel'"),
    ('district_ref_definition_alias.csv', 'RefGradeLevel,pk,kg', "'pk' is a code itself"),
    ('district_ref_definition_alias.csv', 'RefSex,W,', 'code is blank'),
    ('district_rule.csv', 'short_code,courses.csv,courseCode,error,A,B,C,D,E', 'Run `make models`'),
    ('district_outbound_flow.csv', outbound('kindless', kind='gift'), "kind is 'gift'"),
    ('district_outbound_flow.csv', outbound('formless', format='excel'), "format is 'excel'"),
    ('district_outbound_flow.csv', outbound('plain', format=''), 'format is blank'),
    ('district_outbound_flow.csv', outbound('stranger', source_systems='nowhere'), "source_systems has 'nowhere'"),
    ('district_outbound_flow.csv', outbound('circus', role_groups='acrobats'), "role_groups has 'acrobats'"),
    ('district_outbound_flow.csv', outbound('all', optional_data='everything'), "optional_data has 'everything'"),
    ('district_outbound_flow.csv', outbound('late', grace_days='soon'), "grace_days is 'soon'"),
    ('district_outbound_flow.csv', outbound('piecemeal', mode='delta'), 'mode is delta'),
    ('district_outbound_flow.csv', outbound('owned', owner_roles='teacher'), 'owner_roles is filled'),
    ('district_outbound_flow.csv', outbound('backward', effective_at='2027-01-01', expiration_at='2026-01-01'), 'never be sent'),
    (
        'district_outbound_flow.csv',
        outbound('braces', kind='provisioning', format='', class_name='{teacher}'),
        'with {teacher} in it',
    ),
    ('district_outbound_flow.csv', outbound('../up'), '../up'),
    ('district_user_matching_setting.csv', 'contoso,acrobats,username,mail,5,', 'acrobats'),
]
MISTAKEN_CODES = [
    ('district_role_group_role.csv', 'juggler,staff', 'juggler'),
    ('district_user_matching_setting.csv', 'contoso,staff,shoeSize,mail,6,', 'shoeSize'),
    ('district_user_matching_setting.csv', 'contoso,students,username,fax,7,', 'fax'),
]
MISTAKEN_SEVERITIES = [
    ('users.email.well_formed_mail', 'there is no such rule'),
    ('users.email.well_formed_email', "the severity is 'warning'"),
    ('orgs.sourced_id.required', 'it stays an error'),
    ('orgs.line.readable_line', 'it stays an error'),
]
SEVERITIES = {
    'users.email.well_formed_mail': 'warn',
    'users.email.well_formed_email': 'warning',
    'orgs.sourced_id.required': 'off',
    'orgs.line.readable_line': 'warn',
    # and what is right
    'users.sms.well_formed_phone': False,
    'users.phone.well_formed_phone': 'error',
    'demographics.sourced_id.references': 'warn',
    'users.line.surplus_cells': 'off',
}


@pytest.fixture
def office(tmp_path):
    """A copy of the project with seeds of its own, and a roster to run it on."""
    return Roster(tmp_path / 'roster', copy_of_the_project(tmp_path / 'project'))


def configure(office, seed, *lines):
    """Add lines to one of the district's seeds."""
    with (office.project / 'seeds' / 'district' / seed).open('a') as file:
        file.writelines(f'{line}\n' for line in lines)


def mistakes_of(office):
    """Builds the configuration and collects the messages of its failed tests."""
    target = office.folder / 'target'
    subprocess.run(
        [sys.executable, '-m', 'dbt.cli.main', 'build', '--select', *CONFIGURATION, '--target-path', str(target)],
        cwd=office.project,
        env=os.environ | {'ONEROSTER_WAREHOUSE': str(office.warehouse), 'DBT_LOG_PATH': str(office.folder / 'logs')},
        capture_output=True,
        check=False,
    )
    results = json.loads((target / 'run_results.json').read_text())['results']
    failed = [result['compiled_code'] for result in results if result['status'] == 'fail']
    with duckdb.connect(str(office.warehouse)) as connection:
        return [message for sql in failed for [message] in connection.execute(f'select message from ({sql})').fetchall()]


@pytest.mark.parametrize('mistakes', [MISTAKES, MISTAKEN_CODES], ids=['mistakes', 'mistaken_codes'])
def test_each_mistake_is_told_with_its_file_and_line(office, mistakes):
    places = {}
    for seed, line, words in mistakes:
        configure(office, seed, line)
        places.setdefault(seed, []).append(words)
    settings = yaml.safe_load((office.project / 'dbt_project.yml').read_text())
    settings['vars']['rule_severities'] = SEVERITIES
    (office.project / 'dbt_project.yml').write_text(yaml.safe_dump(settings, sort_keys=False))
    messages = mistakes_of(office)
    assert [
        (rule, words) for rule, words in MISTAKEN_SEVERITIES
        if not any(f'rule_severities, {rule}: ' in message and words in message for message in messages)
    ] == [], '\n'.join(messages)
    assert sum('rule_severities' in message for message in messages) == len(MISTAKEN_SEVERITIES)
    missing = [
        (seed, number, words)
        for seed, all_words in places.items()
        for number, words in enumerate(all_words, start=2)
        if not any(f'{seed}, line {number}' in message and words in message for message in messages)
    ]
    assert missing == [], '\n'.join(messages)
    assert 'hunter2' not in ''.join(messages)


def test_what_a_connector_leaves_out_is_as_documented(office):
    configure(office, 'district_data_connector.csv', api(), 'old-csv,Old,fabrikam,FILE')
    configure(
        office,
        'district_data_connector.csv',
        'signed-api,Signed,contoso,OneRosterAPI,,http://localhost:8080/v1p1/,1.1,OAUTH1,SIGNED',
    )
    assert mistakes_of(office) == []
    assert office.query("""
        select * exclude (display_name, source_system_id)
        from inbound.data_connector
        where data_connector_id in ('northwind-api', 'old-csv', 'signed-api')
        order by data_connector_id
    """) == [
        ('northwind-api', 'oneRosterApi', 'oneRoster', 'https://sis.example/ims/oneroster/v1p1', '1.1', 'oAuth2',
         'NORTHWIND', 'https://sis.example/token?appName=roster', None, False, 5000, 'full', None, 'basic'),
        ('old-csv', 'file', 'oneRoster', *[None] * 11),
        ('signed-api', 'oneRosterApi', 'oneRoster', 'http://localhost:8080/v1p1', '1.1', 'oAuth1', 'SIGNED', None, None,
         False, 5000, 'full', 'HMAC-SHA256', None),
    ]


def test_a_mistake_stops_the_run_before_any_flow_and_history_stays(office):
    office.land('contoso-2027', '20260901T060000Z', clean_drop('contoso-2027'))
    assert office.build('2026-09-01T07:00:00Z').succeeded
    history = office.query('select * exclude (metadata) from history.users order by all')

    configure(office, 'district_data_connector.csv', 'nowhere-csv,Nowhere,nowhere,file')
    assert not office.build('2026-09-02T07:00:00Z', with_tests=True).succeeded
    assert office.query('select * exclude (metadata) from history.users order by all') == history


def test_an_edited_flow_keeps_its_history(office):
    office.land('contoso-2027', '20260901T060000Z', clean_drop('contoso-2027'))
    assert office.build('2026-09-01T07:00:00Z').succeeded

    configure(office, 'district_data_connector.csv', 'contoso-new,New system,contoso,file')
    configure(
        office,
        'district_inbound_flow.csv',
        'contoso-2027,Contoso with a new connector,contoso-new,2027,educationRostering,2026-07-01,2027-06-30,ready',
    )
    assert office.build('2026-09-02T07:00:00Z').succeeded
    assert office.query('select data_connector_id, expiration_at from inbound.inbound_flow where year_code = 2027 '
                        "and source_system_id = 'contoso'")[0][0] == 'contoso-new'
    assert office.query('select count(*), count(distinct first_seen_at), bool_and(is_active_in_session) from history.users') == [
        (3, 1, True)
    ]


def test_an_override_adds_renames_and_disables(office):
    configure(
        office,
        'district_ref_definition.csv',
        'RefGradeLevel,15,Grade 15,400,',
        'RefOrgType,campus,Site,,',
        'RefSex,other,,,true',
    )
    assert mistakes_of(office) == []
    assert office.query(
        "select ref_definition_id, display_name, source, is_disabled from reference.ref_definition "
        "where ref_definition_id in ('RefGradeLevel-15', 'RefOrgType-campus', 'RefSex-other') order by all"
    ) == [
        ('RefGradeLevel-15', 'Grade 15', 'Tenant Defined', False),
        ('RefOrgType-campus', 'Site', 'Microsoft', False),
        ('RefSex-other', 'Other', 'CEDS', True),
    ]
