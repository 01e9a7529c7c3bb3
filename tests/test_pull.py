"""Pulling an API: whatever the habits of a vendor, a drop is whole and the same as its files would be, or there is none."""

import copy
import csv
import dataclasses
import gzip
import json
import os
import re
import shutil
import signal
import stat
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path

import pytest

from api_server import ID, SECRET, Provider, serving
from roster import PROJECT, clean_drop, copy_of_the_project, drop_lines, records, replace_cell, with_lines

sys.path.insert(0, str(PROJECT / 'scripts'))
import summary  # noqa: E402
import forget  # noqa: E402
import oneroster_api  # noqa: E402
import pull  # noqa: E402
import pulled_drop  # noqa: E402
import report  # noqa: E402
import unfinished_pull  # noqa: E402

SAMPLE = PROJECT / 'sample' / 'landing'
HURRIED = oneroster_api.Patience(attempts=6, seconds=20, longest_wait=2, first_wait=0.01, connect=5, read=0.5)
PASSWORD = 'not-a-password'


def sample(flow, drop):
    return {path.name: path.read_text() for path in (SAMPLE / flow / drop).glob('*.csv')}


@pytest.fixture(scope='module')
def of_1_1():
    return sample('contoso-2027', '20260907T060000Z')


@pytest.fixture(scope='module')
def of_1_2():
    return sample('fabrikam-2027', '20260820T030000Z')


def connector(provider, **settings):
    """How the provider is reached."""
    style = None if provider.signature_method else provider.token_style
    return oneroster_api.Connector(**{
        'data_connector_id': 'northwind-api', 'display_name': 'Northwind', 'base_url': provider.url + provider.path,
        'api_version': provider.version, 'credential_type': 'oAuth1' if provider.signature_method else 'oAuth2',
        'token_url': None if style in (None, 'static') else f'{provider.url}/token', 'scope': None,
        'is_demographics_enabled': True, 'page_size': 5000, 'mode': 'full',
        'signature_method': provider.signature_method, 'token_style': style, 'credential': 'NORTHWIND', 'client_id': ID, 'client_secret': SECRET,
    } | settings)


def pulled(provider, folder, **settings):
    """The drop that a pull of a provider, which is serving, leaves in a folder."""
    said = pull.pull(connector(provider, **settings), folder, patience=HURRIED, say=lambda line: None)
    return Path(re.search(r' as (\S+): ', said)[1])


def refusal(provider, folder, **settings):
    """What a pull that fails says; it leaves no drop."""
    with pytest.raises(oneroster_api.PullFailed) as failure:
        pulled(provider, folder, **settings)
    assert list(folder.glob('[0-9]*')) == []
    assert SECRET not in str(failure.value)
    return str(failure.value)


def contents(drop):
    """The CSV files of a drop, name -> rows in the order of their ids."""
    return {
        path.name: sorted(records(path.read_text()), key=lambda row: row.get('sourcedId', ''))
        for path in drop.glob('*.csv') if path.name != 'manifest.csv'
    }


def told(drop):
    return json.loads((drop / 'raw' / 'pull.json').read_text())


def manifest(drop):
    return dict(csv.reader((drop / 'manifest.csv').open()))


def everything_in(folder):
    """The bytes of all files under a folder, unpacked."""
    return b'\n'.join(
        gzip.decompress(path.read_bytes()) if path.suffix == '.gz' else path.read_bytes()
        for path in folder.rglob('*') if path.is_file()
    )


def test_a_pulled_drop_is_staged_as_the_files_would_be(roster, of_1_1, of_1_2, capsys):
    for flow, files, version in (('contoso-2027', of_1_1, '1.1'), ('fabrikam-2027', of_1_2, '1.2')):
        files = {name: text for name, text in files.items() if name != 'resources.csv'}
        roster.land(flow, '20261120T060000Z', files)
        roster.add_flow(f'pulled-{flow}', flow)
        with serving(Provider(files, version, cap=50, failures=[503][:version == '1.1'])) as provider:
            if version == '1.2':
                provider.collections['classes'][0].pop('classType')
            pulled(provider, roster.landing / f'pulled-{flow}').rename(
                roster.landing / f'pulled-{flow}' / '20261120T060000Z'
            )
    build = roster.build('2026-11-20T07:00:00Z')
    assert build.succeeded, build.output
    made_up = {
        # a role by hand and a role of JSON have ids of their own
        'roles': 'sourced_id, user_profile_sourced_id', 'user_profiles': 'sourced_id',
    }
    for [table] in roster.query("select view_name from duckdb_views() where view_name like 'stg_oneroster__%'"):
        left_out = made_up.get(table.removeprefix('stg_oneroster__'))
        # the roles of a 1.1 user are made by the engine
        both = {
            kind: roster.query(f"""
                select * exclude (inbound_flow_id {', ' + left_out if left_out else ''}) from staging.{table}
                where starts_with(inbound_flow_id, 'pulled-') = ({kind == 'pulled'})
                order by all
            """)
            for kind in ('landed', 'pulled')
        }
        assert both['landed'] == both['pulled'], table
        # what School Data Sync alone has
        assert both['landed'] or table in ('stg_oneroster__relationships', 'stg_oneroster__user_flags')
    assert roster.query("""
        select inbound_flow_id, mode, records, pages, retries from landing.pull order by inbound_flow_id
    """) == [('pulled-contoso-2027', 'full', 741, 19, 1), ('pulled-fabrikam-2027', 'full', 265, 10, 0)]
    assert roster.query("select inbound_flow_id, severity, message from runs.validation_result where rule = 'plain_answer'") == [(
        'pulled-fabrikam-2027', 'notice', 'classes.csv, column classType: is missing in 1 record: it is taken as scheduled. '
        'Have it filled in at the source.'
    )]
    assert roster.query("""
        select inbound_flow_id, file_name from landing.file_inventory
        where starts_with(inbound_flow_id, 'pulled-') and not is_processed
    """) == [('pulled-contoso-2027', 'manifest.csv'), ('pulled-fabrikam-2027', 'manifest.csv')]

    cost = '741 records on 19 pages, 28 requests (1 asked again), '
    with roster.connect() as connection:
        [[run_id]] = connection.execute('select run_id from runs.run').fetchall()
        summary.print_flows(summary.flows(connection, run_id))
    assert f'Pulled: {cost}' in capsys.readouterr().out
    facts = report.facts_of(report.Warehouse(roster.warehouse), rows=1, is_redacted=True)
    assert f'Pulled from the API: {cost}' in report.page(facts, has_warehouse=True, is_redacted=True)


HABITS = {
    'pages are capped': {'cap': 50},
    'no total is named': {'cap': 50, 'total': 'none'},
    'the next page is named': {'cap': 50, 'link': 'right', 'total': 'none'},
    'the next page is named as if the cap were not': {'cap': 50, 'link': 'by limit'},
    'the next page is elsewhere': {'cap': 50, 'link': 'elsewhere'},
    'no order can be asked for': {'refuses_sort': True, 'wrapped_errors': True},
    'booleans are words': {'real_booleans': False},
    'busy': {'failures': [429, 503, (429, {'Retry-After': '1'}), 'html', 504]},
    'answers are cut': {'failures': ['cut', 'cut']},
    'answers hang': {'failures': ['hang']},
    'the token ends soon': {'cap': 50, 'tokens_last': 3},
    'the token is asked for in a form': {'token_style': 'body'},
    'the token is asked for in the address': {'token_style': 'query'},
    'the token is fixed': {'token_style': 'static'},
    'signed with SHA256': {'signature_method': 'HMAC-SHA256', 'link': 'right', 'cap': 100},
    'signed with SHA1': {'signature_method': 'HMAC-SHA1'},
}


@pytest.mark.parametrize('habits', HABITS.values(), ids=HABITS)
def test_the_drop_is_the_same_whatever_the_habits_of_the_provider(tmp_path, of_1_1, habits):
    files = {name: text for name, text in of_1_1.items() if name != 'manifest.csv'}
    with serving(Provider(files, **copy.deepcopy(habits))) as provider:
        drop = pulled(provider, tmp_path / 'flow')
    found = contents(drop)
    assert found.keys() == files.keys()
    for name, text in files.items():
        columns = found[name][0].keys()
        lists = {'subjects', 'subjectCodes', 'periods', 'termSourcedIds', 'orgSourcedIds', 'grades'}
        expected = [
            {column: re.sub(', +', ',', row[column]) if column in lists else row[column] for column in columns}
            for row in sorted(records(text), key=lambda row: row['sourcedId'])
        ]
        assert found[name] == expected, name
    assert provider.failures == []
    assert told(drop)['records'] == 741
    assert told(drop)['requests'] == len(provider.seen) + len(provider.forms)


REFUSED = {
    'the total is too high': ({'total': {'academicSessions': 400}}, 'named 400 records and gave 15'),
    'the total is too low, and a page is more': ({'total': {'academicSessions': 4}}, 'named 4 records and gave 15'),
    'the total is too low, and a page ends there': ({'total': {'academicSessions': 10}, 'cap': 10}, 'named 10 records and has more'),
    'the total moves': ({'cap': 10, 'moved_by': 1}, 'named 15 records at first and 16 later'),
    'each page is the first': ({'cap': 10, 'ignores_offset': True, 'total': 'none'}, 'gave the same page twice'),
    'rows move between pages': ({'cap': 10, 'shifts': ('academicSessions',)}, 'gave 14 different ones'),
    'a list has another name': ({'keys': {'courses': 'classes'}}, 'courses: the answer holds no list named courses'),
    'it stays busy': ({'failures': [503] * 9}, 'answered with the status 503'),
    'it asks to come back much later': ({'failures': [(429, {'Retry-After': '7200'})]}, 'come back in 120 minutes'),
    'it answers with pages for people': ({'failures': ['html'] * 9}, 'no JSON, but text/html'),
    'it redirects elsewhere': ({'redirects_to': 'https://elsewhere.example/'}, 'redirects to elsewhere.example'),
    'classes are forbidden': ({'always': {'classes': 403}, 'wrapped_errors': True}, 'classes: the credential does not give access (403 forbidden)'),
    'classes are not there': ({'always': {'classes': 404}}, 'classes: there is no such address (404'),
}


@pytest.mark.parametrize(('habits', 'words'), REFUSED.values(), ids=REFUSED)
def test_a_pull_that_did_not_see_all_it_was_promised_leaves_no_drop(tmp_path, of_1_1, habits, words):
    with serving(Provider(of_1_1, **copy.deepcopy(habits))) as provider:
        assert words in refusal(provider, tmp_path / 'flow')


def test_a_token_that_is_refused_is_told_without_the_secret(tmp_path, of_1_1):
    with serving(Provider(of_1_1, token_style='body')) as provider:
        assert 'gives no token (status 401)' in refusal(provider, tmp_path / 'flow', token_style='basic')
    with serving(Provider(of_1_1, token_style='static')) as provider:
        assert 'does not accept the credential (401' in refusal(
            provider, tmp_path / 'other', token_style='basic', token_url=f'{provider.url}/token'
        )


def test_a_long_pause_is_told(tmp_path, of_1_1, monkeypatch):
    monkeypatch.setattr(oneroster_api, 'LONG_PAUSE', 1)
    said = []
    with serving(Provider(of_1_1, failures=[(429, {'Retry-After': '1'}), 503])) as provider:
        pull.pull(connector(provider), tmp_path / 'flow', patience=HURRIED, say=said.append)
    assert [line for line in said if 'asked again' in line] == [
        '  academicSessions: the provider is busy (429 server_busy). Pull at another hour. It is asked again in 1 seconds.'
    ]


def test_a_file_of_people_without_people_is_not_believed(tmp_path):
    files = clean_drop('contoso-2027')
    files['users.csv'] = drop_lines(files['users.csv'], 'teacher', 'student-1', 'student-2')
    with serving(Provider(files)) as provider:
        assert 'users: the provider gave none' in refusal(provider, tmp_path / 'flow')


def test_records_that_come_twice_where_no_total_is_named_are_told(tmp_path, of_1_1):
    with serving(Provider(of_1_1, cap=100, total='none', shifts=('users',))) as provider:
        drop = pulled(provider, tmp_path / 'flow')
    ids = [row['sourcedId'] for row in contents(drop)['users.csv']]
    assert len(ids) == len(set(ids)) == 177
    [finding] = told(drop)['findings']
    assert (finding['file_name'], finding['column_name']) == ('users.csv', 'sourcedId')
    assert finding['problem'].startswith('the provider gave 1 record twice and names no total')


@pytest.mark.parametrize('status', [403, 404])
def test_demographics_that_are_not_given_are_not_delivered(tmp_path, of_1_1, status):
    with serving(Provider(of_1_1, always={'demographics': status})) as provider:
        drop = pulled(provider, tmp_path / 'flow')
    assert not (drop / 'demographics.csv').exists()
    assert manifest(drop)['file.demographics'] == 'absent'
    [finding] = told(drop)['findings']
    assert finding['file_name'] == 'demographics.csv' and str(status) in finding['problem']


def test_demographics_are_asked_for_only_when_they_are_wanted(tmp_path, of_1_1):
    with serving(Provider(of_1_1)) as provider:
        drop = pulled(provider, tmp_path / 'flow', is_demographics_enabled=False)
        assert provider.asked('demographics') == []
        pulled(provider, tmp_path / 'flow')
    prefix = 'https://purl.imsglobal.org/spec/or/v1p1/scope/'
    assert [form['scope'] for form in provider.forms] == [
        f'{prefix}roster-core.readonly', f'{prefix}roster-core.readonly {prefix}roster-demographics.readonly'
    ]
    assert manifest(drop)['file.demographics'] == 'absent' and told(drop)['findings'] == []


def test_a_pull_that_broke_off_goes_on_after_its_last_whole_page(tmp_path, of_1_1):
    with serving(Provider(of_1_1, cap=50, dies_after=10)) as provider:
        assert 'the connection failed' in refusal(provider, tmp_path / 'flow')
        # what a killed pull wrote behind its last whole page
        with (tmp_path / 'flow' / unfinished_pull.UNFINISHED / 'users.ndjson.gz').open('ab') as file:
            file.write(b'half a page')
        seen = len(provider.seen)
        provider.dies_after = None
        drop = pulled(provider, tmp_path / 'flow')
        assert [each for each in provider.seen[seen:] if 'academicSessions' in each or 'classes' in each] == []
        again = provider.asked('users')[-1 - 178 // 50:]
    assert again[0]['offset'] != '0'
    assert len(contents(drop)['users.csv']) == 178 and told(drop)['records'] == 741
    assert told(drop)['requests'] == len(provider.seen) + len(provider.forms)
    assert os.listdir(tmp_path / 'flow') == [drop.name]


def test_a_pull_that_is_killed_leaves_no_drop_and_the_next_one_is_whole(tmp_path, of_1_1):
    with serving(Provider(of_1_1, cap=50, pause=0.1)) as provider:
        settings = dataclasses.asdict(connector(provider))
        program = (
            f"import sys, json; sys.path.insert(0, {str(PROJECT / 'scripts')!r}); import pull, oneroster_api; "
            f"from pathlib import Path; pull.pull(oneroster_api.Connector(**json.load(sys.stdin)), Path({str(tmp_path / 'flow')!r}))"
        )
        process = subprocess.Popen([sys.executable, '-c', program], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
        process.stdin.write(json.dumps(settings))
        process.stdin.close()
        while provider.pages < 12:
            assert process.poll() is None
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert [path.name for path in (tmp_path / 'flow').iterdir()] == [unfinished_pull.UNFINISHED]
        provider.pause = 0
        drop = pulled(provider, tmp_path / 'flow')
    assert {name: len(rows) for name, rows in contents(drop).items()} == {
        name: len(records(text)) for name, text in of_1_1.items() if name != 'manifest.csv'
    }


def test_what_contradicts_itself_is_not_gone_on_with(tmp_path, of_1_1):
    with serving(Provider(of_1_1, cap=50, shifts=('enrollments',))) as provider:
        assert 'enrollments' in refusal(provider, tmp_path / 'flow')
        assert everything_in(tmp_path / 'flow') == b''
        provider.shifts = ()
        assert told(pulled(provider, tmp_path / 'flow'))['records'] == 741


def test_what_is_kept_is_compared_with_what_came(tmp_path):
    unfinished = unfinished_pull.Unfinished(tmp_path, '', unfinished_pull.now())
    unfinished.collections['orgs'] = oneroster_api.Progress(received=2)
    unfinished.append('orgs', [{'sourcedId': 'school'}])
    with pulled_drop.mapping(unfinished, []) as connection:
        with pytest.raises(oneroster_api.Untrustworthy, match='2 records came and 1 were kept'):
            pulled_drop.verified(connection, unfinished, 'orgs')


def test_two_pulls_of_a_flow_do_not_meet(tmp_path, of_1_1):
    with serving(Provider(of_1_1)) as provider:
        with unfinished_pull.unfinished_pull(connector(provider), folder_of(tmp_path), print):
            assert 'another pull of this flow is under way' in refusal(provider, tmp_path / 'flow')


def folder_of(tmp_path):
    folder = tmp_path / 'flow'
    folder.mkdir()
    return folder


def test_nothing_that_is_secret_is_written_and_all_that_is_written_is_private(tmp_path, of_1_2, capfd):
    with serving(Provider(of_1_2, '1.2', cap=20, tokens_last=4)) as provider:
        assert any(PASSWORD in json.dumps(user) for user in provider.collections['users'])
        provider.collections['users'][0] |= {'password': PASSWORD, 'metadata': {'Pass-Word': PASSWORD, 'secretary': 'Ada'}}
        pulled(provider, tmp_path / 'flow')
        pull.check('flow', connector(provider), HURRIED)
    output = ''.join(capfd.readouterr()).encode()
    everything = everything_in(tmp_path) + output
    assert b'secretary' in everything and b'stf01' in everything and b'works' in output
    for secret in (PASSWORD, SECRET, *provider.tokens):
        assert secret.encode() not in everything
    assert {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.rglob('*') if path.is_file()} == {0o600}
    assert {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / 'flow').rglob('*') if path.is_dir()} == {0o700}


# what a provider sends, and what stands in the file; what else is in the record is right
VALUES = [
    ('orgs', 'school', {'name': ' Two\r\nlines '}, {'name': 'Two lines'}),
    ('orgs', 'school', {'name': 'nul\0, lone \ud800 half'}, {'name': 'nul, lone ? half'}),
    ('orgs', 'school', {'name': '"quoted", with comma'}, {'name': '"quoted", with comma'}),
    ('orgs', 'school', {'identifier': None}, {'identifier': ''}),
    ('orgs', 'school', {'identifier': 4711}, {'identifier': '4711'}),
    ('orgs', 'school', {'identifier': {'no': 'text'}}, {'identifier': '', 'finding': 'identifier: is no plain value in 1 record'}),
    ('orgs', 'school', {'parent': 'district'}, {'parentSourcedId': 'district'}),
    ('orgs', 'school', {'parent': {'sourcedId': 'district'}}, {'parentSourcedId': 'district'}),
    ('orgs', 'school', {'parent': ['district']}, {'parentSourcedId': '', 'finding': 'parentSourcedId: is no plain value in 1 record'}),
    ('orgs', 'school', {'status': 'tobedeleted'}, {'status': 'tobedeleted', 'dateLastModified': ''}),
    ('orgs', 'school', {'status': 'inactive'}, {'status': 'tobedeleted'}),
    ('orgs', 'school', {'status': ''}, {'status': ''}),
    ('orgs', 'school', {'metadata': {'a.b': 1, 'deep': {'x': [1]}, "odd'\"key": 'x', 'none': None}},
     {'metadata.a.b': '1', 'metadata.deep': '{"x":[1]}', 'metadata.none': ''}),
    ('orgs', 'school', {'metadata': 'no object'}, {'name': 'School'}),
    ('academicSessions', 'fall', {'schoolYear': 2027}, {'schoolYear': '2027'}),
    ('academicSessions', 'fall', {'startDate': '2026-08-01T00:00:00.000Z'}, {'startDate': '2026-08-01'}),
    ('classes', 'algebra-1', {'periods': '2'}, {'periods': '2'}),
    ('classes', 'algebra-1', {'periods': ['1', 2]}, {'periods': '1,2'}),
    ('classes', 'algebra-1', {'subjects': ['Math', 'Art, Music']},
     {'subjects': 'Math', 'finding': 'subjects: holds 1 item that a list in a file cannot hold'}),
    ('classes', 'algebra-1', {'classType': None},
     {'classType': 'scheduled', 'finding': 'classType: is missing in 1 record: it is taken as scheduled. Have it filled in'}),
    ('classes', 'algebra-1', {'terms': 'fall'}, {'termSourcedIds': 'fall'}),
    ('courses', 'algebra', {'org': None}, {'orgSourcedId': 'school', 'finding': 'orgSourcedId: is missing in 1 record'}),
    ('enrollments', 'e-1', {'primary': 1}, {'primary': 'true'}),
    ('enrollments', 'e-1', {'primary': 'TRUE'}, {'primary': 'true'}),
    ('enrollments', 'e-1', {'primary': False}, {'primary': 'false'}),
    ('users', 'teacher', {'enabledUser': None}, {'enabledUser': 'true', 'finding': 'enabledUser: is missing in 1 record'}),
    ('users', 'teacher', {'userIds': [{'type': 'LDAP', 'identifier': 't1'}, {'type': 'a,b', 'identifier': 'x'}]},
     {'userIds': '{LDAP:t1}', 'finding': 'userIds: holds 1 item'}),
    ('users', 'teacher', {'orgs': ['school', {'sourcedId': 'district'}]}, {'orgSourcedIds': 'school,district'}),
]


def test_each_value_of_json_becomes_the_one_of_the_file_that_it_means(tmp_path):
    wrong = []
    for number, (collection, sourced_id, given, expected) in enumerate(VALUES):
        provider = Provider(clean_drop('contoso-2027'))
        [record] = [record for record in provider.collections[collection] if record['sourcedId'] == sourced_id]
        record |= given
        place = tmp_path / str(number)
        place.mkdir()
        unfinished = unfinished_pull.Unfinished(place, '', unfinished_pull.now())
        for name, held in provider.collections.items():
            unfinished.collections[name] = oneroster_api.Progress(received=len(held))
            unfinished.append(name, held)
        with pulled_drop.mapping(unfinished, []) as connection:
            findings = pulled_drop.write_file(connection, settings_of('1.1'), collection, place / 'out.csv')
        [row] = [row for row in csv.DictReader((place / 'out.csv').open()) if row['sourcedId'] == sourced_id]
        row['finding'] = '; '.join(f'{finding.column_name}: {finding.problem}' for finding in findings)
        expected = {'finding': ''} | expected
        if any(row[name] != value for name, value in expected.items() if name != 'finding') or not (
            row['finding'].startswith(expected['finding']) and bool(row['finding']) == bool(expected['finding'])
        ):
            wrong.append((given, {name: row.get(name) for name in expected}))
    assert wrong == []


def settings_of(version):
    """A connector of which the version alone counts."""
    return oneroster_api.Connector(**{each.name: '' for each in dataclasses.fields(oneroster_api.Connector)} | {'api_version': version})


def test_made_up_ids_stay_and_tell_two_periods_of_one_role_apart(tmp_path):
    files = clean_drop('fabrikam-2027')
    files['roles.csv'] = with_lines(
        files['roles.csv'],
        'later,,,teacher,primary,teacher,2027-01-01,2027-06-30,school,',
        'p-2,,,student-2,primary,student,,,district,',
    )
    roles = []
    for text in (files['roles.csv'], replace_cell(files['roles.csv'], 'later', 'endDate', '2027-07-01')):
        with serving(Provider(files | {'roles.csv': text}, '1.2')) as provider:
            drop = pulled(provider, tmp_path / f'flow-{len(roles)}')
            roles.append(contents(drop)['roles.csv'])
    [first, second] = [{row['sourcedId']: row for row in each} for each in roles]
    assert first.keys() == second.keys() and len(first) == 5
    assert [(row['endDate'], second[key]['endDate']) for key, row in first.items() if row != second[key]] == [
        ('2027-06-30', '2027-07-01')
    ]
    [profile] = contents(drop)['userProfiles.csv']
    assert [row['userSourcedId'] for row in roles[1] if row['userProfileSourcedId'] == profile['sourcedId']] == ['student-1']


LATER = '2999-01-01T00:00:00.000Z'


def test_a_differential_pull_brings_what_changed_and_what_is_gone(tmp_path, of_1_2):
    with serving(Provider(of_1_2, '1.2', cap=50)) as provider:
        first = pulled(provider, tmp_path / 'flow', mode='delta')
        moved, gone = provider.collections['users'][0], provider.collections['courses'][0]
        old_role = moved['roles'][0]['role']
        moved['roles'][0]['role'] = 'guardian'
        moved['dateLastModified'] = gone['dateLastModified'] = LATER
        gone['status'] = 'tobedeleted'
        second = pulled(provider, tmp_path / 'flow', mode='delta')
        [asked] = {each.get('filter') for each in provider.asked('users')} - {None}
    began = datetime.fromisoformat(told(first)['started_at'])
    assert asked == f"dateLastModified>='{began - unfinished_pull.CLOCK_MARGIN:%Y-%m-%dT%H:%M:%S}.000Z'"
    assert (told(first)['mode'], told(second)['mode']) == ('full', 'delta')
    assert {name: kind for name, kind in manifest(second).items() if kind in ('bulk', 'delta')} == {
        'file.users': 'delta', 'file.roles': 'delta', 'file.courses': 'delta'
    }
    found = contents(second)
    assert [(row['sourcedId'], row['status'], row['dateLastModified']) for row in found['courses.csv']] == [
        (gone['sourcedId'], 'tobedeleted', LATER)
    ]
    assert [(row['sourcedId'], row['status']) for row in found['users.csv']] == [(moved['sourcedId'], 'active')]
    before = {row['sourcedId']: row for row in contents(first)['roles.csv']}
    assert sorted((row['status'], row['role'] or before[row['sourcedId']]['role']) for row in found['roles.csv']) == [
        ('active', 'guardian'), ('tobedeleted', old_role)
    ]


def test_what_a_differential_pull_brings_is_laid_over_what_came_whole(roster, of_1_2):
    flow = 'fabrikam-2027'
    with serving(Provider({name: text for name, text in of_1_2.items() if name != 'resources.csv'}, '1.2')) as provider:
        pulled(provider, roster.landing / flow, mode='delta').rename(roster.landing / flow / '20261120T060000Z')
        assert roster.build('2026-11-20T07:00:00Z').succeeded
        present = dict(roster.query('select sourced_id, user_sourced_id from history.enrollments'))
        moved, gone = provider.collections['users'][0], provider.collections['enrollments'][0]
        moved['familyName'] = 'Moved'
        gone['status'] = 'tobedeleted'
        moved['dateLastModified'] = gone['dateLastModified'] = LATER
        pulled(provider, roster.landing / flow, mode='delta').rename(roster.landing / flow / '20261121T060000Z')
    assert roster.build('2026-11-21T07:00:00Z').succeeded
    assert roster.query("""
        select sourced_id, ended_by from history.enrollments
        where not is_active_in_session and dbt_valid_to is null
    """) == [(gone['sourcedId'], 'deleted')]
    assert roster.query("""
        select sourced_id, family_name from history.users where dbt_valid_to is null and dbt_valid_from > first_seen_at
    """) == [(moved['sourcedId'], 'Moved')]
    assert roster.value('select count(*) from history.enrollments where is_active_in_session and dbt_valid_to is null') == len(present) - 1
    assert roster.value('select count(*) from history.roles where not is_active_in_session') == 0


def test_a_differential_pull_of_no_change_says_so(tmp_path, of_1_1):
    with serving(Provider(of_1_1)) as provider:
        pulled(provider, tmp_path / 'flow', mode='delta')
        drop = pulled(provider, tmp_path / 'flow', mode='delta')
    assert [path.name for path in drop.glob('*.csv')] == ['manifest.csv']
    assert {kind for name, kind in manifest(drop).items() if name.startswith('file.')} == {'absent'}


@pytest.mark.parametrize('habit', ['ignored', 'refused'])
def test_a_provider_that_does_not_tell_what_changed_is_asked_for_everything(tmp_path, of_1_1, habit):
    with serving(Provider(of_1_1, filter=habit, cap=50)) as provider:
        pulled(provider, tmp_path / 'flow', mode='delta')
        drop = pulled(provider, tmp_path / 'flow', mode='delta')
    assert told(drop)['mode'] == 'full' and told(drop)['records'] == 741
    assert manifest(drop)['file.users'] == 'bulk'
    [finding] = told(drop)['findings']
    assert 'does not tell what was changed' in finding['problem']


def test_changes_of_what_never_came_whole_are_not_asked_for(tmp_path, of_1_1):
    with serving(Provider(of_1_1, always={'demographics': 403})) as provider:
        pulled(provider, tmp_path / 'flow', mode='delta')
        provider.always.clear()
        drop = pulled(provider, tmp_path / 'flow', mode='delta')
        assert told(drop)['mode'] == 'delta' and [each for each in provider.asked('demographics') if 'filter' in each] == []
        assert told(pulled(provider, tmp_path / 'flow', mode='delta', is_demographics_enabled=False))['mode'] == 'full'


def test_everything_is_pulled_once_a_week_and_when_it_is_asked_for(tmp_path, of_1_1):
    with serving(Provider(of_1_1)) as provider:
        drop = pulled(provider, tmp_path / 'flow', mode='delta')
        source = told(drop)['source']
        assert unfinished_pull.cursor_of(tmp_path / 'flow', source) is not None
        assert unfinished_pull.cursor_of(tmp_path / 'flow', 'another source') is None
        path = drop / 'raw' / 'pull.json'
        path.write_text(json.dumps(told(drop) | {'started_at': (unfinished_pull.now() - unfinished_pull.BULK_EVERY).isoformat()}))
        assert unfinished_pull.cursor_of(tmp_path / 'flow', source) is None
        path.write_text('{')
        assert unfinished_pull.cursor_of(tmp_path / 'flow', source) is None


def test_the_raw_pages_of_a_person_are_found(tmp_path, of_1_1):
    with serving(Provider(of_1_1)) as provider:
        drop = pulled(provider, tmp_path / 'contoso-2027')
    (drop / 'users.csv').unlink()
    (drop / 'enrollments.csv').unlink()
    (drop / 'demographics.csv').unlink()
    person = records(of_1_1['enrollments.csv'])[-1]['userSourcedId']
    assert len(forget.drops_that_name(tmp_path, ['contoso-2027'], person)) == 1
    assert forget.drops_that_name(tmp_path, ['contoso-2027'], person[:-1]) == []


def test_a_check_says_what_works_what_is_forbidden_and_what_is_missing(of_1_1, capsys):
    with serving(Provider(of_1_1, always={'demographics': 403, 'classes': 404})) as provider:
        provider.collections['courses'][0].pop('title')
        assert pull.check('contoso-2027', connector(provider), HURRIED) == 1
    said = capsys.readouterr().out
    for words in (
        r'token +works, good for 3,600 seconds', r'orgs +works, 6 records', r'users +works, 178 records',
        r'courses +works, 36 records; its first record lacks title', r'demographics +forbidden: ', r'classes +missing: ',
    ):
        assert re.search(rf'^  {words}', said, re.MULTILINE), said
    with serving(Provider(of_1_1)) as provider:
        assert pull.check('contoso-2027', connector(provider), HURRIED) == 0


def test_a_credential_is_of_the_environment_or_of_a_private_file(tmp_path, monkeypatch):
    monkeypatch.setenv('NORTHWIND_CLIENT_ID', ID)
    file = tmp_path / 'secret'
    file.write_text(f'{SECRET}\n')
    file.chmod(0o644)
    monkeypatch.setenv('NORTHWIND_CLIENT_SECRET_FILE', str(file))
    named = dataclasses.replace(settings_of('1.1'), credential='NORTHWIND', token_style='basic')
    with pytest.raises(pull.Refusal, match='Make it private'):
        pull.with_credential(named)
    file.chmod(0o600)
    whole = pull.with_credential(named)
    assert (whole.client_id, whole.client_secret) == (ID, SECRET)
    assert SECRET not in repr(whole)
    monkeypatch.delenv('NORTHWIND_CLIENT_ID')
    with pytest.raises(pull.Refusal, match='set NORTHWIND_CLIENT_ID in the environment'):
        pull.with_credential(named)


def test_the_flows_that_are_due_are_pulled_as_the_seeds_say(tmp_path, of_1_1):
    project = copy_of_the_project(tmp_path / 'project')
    shutil.copytree(PROJECT / 'scripts', project / 'scripts')
    (tmp_path / 'zone').mkdir()
    seeds = project / 'seeds' / 'district'
    with serving(Provider(of_1_1, cap=200)) as provider:
        api = f'oneRosterApi,,{provider.url}{provider.path},1.1,oAuth2'
        with (seeds / 'district_data_connector.csv').open('a') as file:
            file.write(f'contoso-api,Contoso API,contoso,{api},CONTOSO,{provider.url}/token,,true\n')
            file.write(f'fabrikam-api,Fabrikam API,fabrikam,{api},FABRIKAM,{provider.url}/token\n')
        with (seeds / 'district_inbound_flow.csv').open('a') as file:
            for flow, connector_id, until in (
                ('contoso-2026', 'contoso-api', '2026-07-31'),
                ('contoso-2027', 'contoso-api', '2050-07-31'),
                ('fabrikam-2027', 'fabrikam-api', '2050-07-31'),
            ):
                year = flow[-4:]
                file.write(f'{flow},{flow},{connector_id},{year},educationRostering,2025-07-01,{until},ready\n')
        with (seeds / 'district_year_time_period.csv').open('a') as file:
            file.write('2027,A year to come,2050,2049-08-01,2050-07-31\n')
        run = subprocess.run(
            [sys.executable, str(project / 'scripts' / 'pull.py')],
            env=os.environ | {
                'ONEROSTER_LANDING': str(tmp_path / 'zone'), 'CONTOSO_CLIENT_ID': ID, 'CONTOSO_CLIENT_SECRET': SECRET
            },
            capture_output=True,
            text=True,
        )
    assert run.returncode == 1
    assert 'contoso-2026 is not pulled: its window expired at 2026-08-01 00:00 UTC.' in run.stdout
    [drop] = (tmp_path / 'zone' / 'contoso-2027').iterdir()
    assert f'Pulled everything as {drop}: 741 records on 8 pages' in run.stdout
    assert 'fabrikam-2027 was not pulled, and nothing was landed: the credential is missing: set FABRIKAM_CLIENT_ID' in run.stderr
    assert [path.name for path in (tmp_path / 'zone').iterdir()] == ['contoso-2027']
    assert SECRET.encode() not in everything_in(tmp_path) + run.stdout.encode() + run.stderr.encode()
