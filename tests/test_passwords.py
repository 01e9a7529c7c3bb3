"""Passwords reach nothing that a run leaves, whatever shape the line is in that holds them.

All shapes share one build. Every password, and every piece of one that a line break cuts off, bears the same mark; each
could pass for an id, a name or a user name, so that only its place tells what it is.
"""

import sys

import pytest

from roster import NEWEST_RUN, PROJECT, Roster, clean_drop, header_of, records, shared, to_csv

sys.path.insert(0, str(PROJECT / 'scripts'))
import backup  # noqa: E402
import error_log  # noqa: E402
import report  # noqa: E402

DROP, RUN_AT = '20260901T060000Z', '2026-09-01T07:00:00Z'
MARK = 'Zq7Xw'
CLEAN_1_1, CLEAN_1_2, CLEAN_V2_1 = clean_drop('contoso-2027'), clean_drop('fabrikam-2027'), clean_drop('woodgrove-2027')
DIRECTORY = '''\
id,userPrincipalName,mail,password,displayName,accountEnabled
d-1,student-1@contoso.example,student-1@contoso.example,Zq7XwA,Student 1,true
d-2,student-2@contoso.example,student-2@contoso.example,Zq7XwB, Jr,Student 2,true
d-3,student-3@contoso.example,student-3@contoso.example,Zq7XwC, Jr,true,
d-4,Zq7XwD
'''
LOOK_LIKE_PASSWORDS = [
    'userPassword',
    'passwordHash',
    ' PWD ',
    'Passcode',
    'Passwort',
    'pass phrase',
    'metadata.pass word',
    'metadata.Initial_Pass-Word',
    'metadata.clientSecret',
    'METADATA.secret',
]
LOOK_LIKE_NONE = ['metadata.secretary', 'metadata.passport', 'metadata.bypass', 'metadata.word']


def with_passwords(text, header='password'):
    """A file whose every line holds a password, under some header."""
    columns, rows = header_of(text), records(text)
    for number, row in enumerate(rows):
        row['password'] = f'{MARK}{number}'
    content = to_csv(columns, rows)
    return content.replace('password', header, 1)


# 1.1 has the password last, 1.2 in the middle; the fields from givenName on follow
def line_1_1(sourced_id, given_name, family_name, password):
    return f'{sourced_id},,,true,school,student,{sourced_id},,{given_name},{family_name},,,,,,,09,{password}\n'


def line_1_2(sourced_id, given_name, family_name, password, after=',,,,school,'):
    return f'{sourced_id},,,true,{sourced_id},,{given_name},{family_name},,,,,,,09,{password},{after}\n'


def line_v2_1(sourced_id, given_name, family_name, password):
    return f'{sourced_id},{sourced_id},{given_name},{family_name},{password},,,,,\n'


SHAPES = {
    'quoted': ('A', 'B', f'"{MARK}"'),
    'with a comma': ('A', 'B', f'"{MARK}, {MARK}"'),
    'with quotes': ('A', 'B', f'"{MARK}"" {MARK}"'),
    'with an unquoted comma': ('A', 'B', f'{MARK}a,{MARK}b'),
    'after an unquoted comma': ('A', 'B, Jr', MARK),
    'after two unquoted commas': ('A', 'B, C, D', MARK),
    'with a line break': ('A', 'B', f'"{MARK}a\n{MARK}b"'),
    'with line breaks': ('A', 'B', f'"{MARK}a\n{MARK}b\n{MARK}c,{MARK}d,{MARK}e\n{MARK}f,{MARK}g\n{MARK}h"'),
    'with a line break after an unquoted comma': ('A', 'B, Jr', f'"{MARK}a\n{MARK}b\n{MARK}c,{MARK}d\n{MARK}e"'),
    'with an unquoted line break': ('A', 'B', f'{MARK}a\n{MARK}b'),
    'with a lone carriage return': ('A', 'B', f'{MARK}a\r{MARK}b'),
    'with a quote inside': ('A', 'B', f'{MARK}"{MARK}'),
    'with a quote before the end': ('A', 'B', f'"{MARK}"{MARK}'),
    'between two stray quotes': ('A', '"B', MARK),
    'closed by the second': ('A', 'B"', MARK),
}


def shapes(line):
    return ''.join(line(f's-{number}', *shape) for number, shape in enumerate(SHAPES.values()))


def damaged(text, line):
    """A file with passwords in lines of every shape."""
    content = with_passwords(text) + shapes(line)
    lost_all_before_it = line('', '', '', f'\n{MARK}').split('\n')[1]
    for short in (f'few-1,,,true,{MARK}', f'few-2,{MARK}', MARK, lost_all_before_it):
        content += short + '\n'
    content = content.encode()
    content += line('b-1', 'A', 'Bäcker', MARK).encode('latin-1')
    content += line('b-2', 'A', 'B', f'{MARK}ä{MARK}').encode('latin-1')
    return content


@pytest.fixture(scope='module')
def built(tmp_path_factory, configured):
    """Every shape in one build, with all that is made from the warehouse afterwards."""

    def make(folder):
        roster = Roster(folder, configured=configured)
        users, profiles = CLEAN_1_1['users.csv'], CLEAN_1_2['userProfiles.csv']
        roster.land('contoso-2027', DROP, CLEAN_1_1 | {'users.csv': damaged(users, line_1_1)})
        profile = 'p-{0},,,student-1,reading,vendor,{1},,sso,student-1,{2}\n'
        roster.land(
            'fabrikam-2027',
            DROP,
            CLEAN_1_2
            | {
                'users.csv': damaged(CLEAN_1_2['users.csv'], line_1_2),
                'userProfiles.csv': with_passwords(profiles)
                + profile.format(2, 'a, b', f'"{MARK}"')
                + profile.format(3, 'a', f'"{MARK}\n{MARK}"')
                + f'p-4,{MARK}\n{MARK}\n',
            },
        )
        roster.land('directory', DROP, {'users.csv': DIRECTORY})
        roster.add_flow('woodgrove-2027', 'contoso-2027', file_format='schoolDataSyncV21')
        roster.land('woodgrove-2027', DROP, CLEAN_V2_1 | {'users.csv': damaged(CLEAN_V2_1['users.csv'], line_v2_1)})

        many = header_of(users) + LOOK_LIKE_PASSWORDS + LOOK_LIKE_NONE
        rows = [
            row | dict.fromkeys(LOOK_LIKE_PASSWORDS, MARK) | dict.fromkeys(LOOK_LIKE_NONE, 'kept')
            for row in records(users)
        ]
        refused = with_passwords(users)
        for flow, content in {
            'other-headers': to_csv(many, rows),
            'blank-edges': '\ufeff' + with_passwords(users, ' PassWord ').replace('\n', '\r\n'),
            'quoted-header': with_passwords(users, '"pass-word"'),
            'twice': with_passwords(users, 'password,password').replace(f',{MARK}', f',{MARK},{MARK}'),
            'no-header': refused.split('\n', 1)[1],
            'semicolons': refused.replace(',', ';'),
            'utf-16': refused.encode('utf-16'),
            'open-quote': refused + f'student-5,,,true,school,student,"{MARK}\n{MARK},{MARK}\n',
            'cut-off-header': f'sourcedId,"password\n{MARK},{MARK}\n',
        }.items():
            roster.add_flow(flow, 'contoso-2027')
            roster.land(flow, DROP, CLEAN_1_1 | {'users.csv': content})

        build = roster.build(RUN_AT, everything=True, with_files=True)
        assert build.succeeded, build.output
        (folder / 'output').write_text(build.output)
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv('ONEROSTER_WAREHOUSE', str(roster.warehouse))
            for program, *arguments in (
                (report, '--output', folder / 'reports' / 'run_health.html'),
                (error_log, '--output', folder / 'reports' / 'errors'),
                (backup, '--to', folder / 'backup'),
            ):
                patch.setattr(sys, 'argv', ['program', *map(str, arguments)])
                assert program.main() == 0

    return Roster(shared(tmp_path_factory, 'passwords', make))


def test_passwords_reach_nothing_that_a_run_leaves(built):
    left = [path for path in built.folder.rglob('*') if path.is_file() and built.landing not in path.parents]
    assert {path.relative_to(built.folder).parts[0] for path in left} >= {'logs', 'target', 'reports', 'backup'}
    assert [str(path) for path in left if MARK.encode() in path.read_bytes()] == []
    # DuckDB packs what it stores: what the bytes hide, the tables tell
    relations = built.values(
        "select distinct schema_name || '.' || table_name from duckdb_columns() where not internal"
    )
    assert len(relations) > 100
    with built.connect() as connection:
        assert [
            relation
            for relation in relations
            if connection.execute(f"select 1 from {relation} as r where contains(cast(r as varchar), '{MARK}')").fetchone()
        ] == []


def test_lines_that_hold_no_password_elsewhere_are_read(built):
    unreadable = ['after', 'unquoted', 'carriage', 'before the end', 'two stray']
    readable = [f's-{number}' for number, name in enumerate(SHAPES) if not any(part in name for part in unreadable)]
    for flow in ('fabrikam-2027', 'woodgrove-2027'):
        assert built.values(f"select sourced_id from history.users where inbound_flow_id = '{flow}'") == sorted(
            # the last two are written in Windows-1252
            ['teacher', 'student-1', 'student-2', *readable, 'b-1', 'b-2']
        )
    assert built.values("select sourced_id from history.users where inbound_flow_id = 'blank-edges'") == [
        'student-1',
        'student-2',
        'teacher',
    ]


def test_a_line_is_reported_by_its_number_its_cells_and_its_id(built):
    [[line_number, sourced_id, message]] = built.query(
        f"""
        select line_number, sourced_id, message from runs.validation_result
        where run_id = {NEWEST_RUN} and inbound_flow_id = 'fabrikam-2027' and sourced_id = 's-4'
        """
    )
    assert (line_number, 'has 23 cells where the header has 22' in message) == (9, True)


def test_what_looks_like_a_password_is_never_read_and_said_so(built):
    kept = built.query("select metadata from history.users where inbound_flow_id = 'other-headers'")
    assert kept == 3 * [(dict.fromkeys(sorted(LOOK_LIKE_NONE), 'kept'),)]
    assert built.values(
        """
        select trim(value) from runs.validation_result
        where inbound_flow_id = 'other-headers' and contains(message, 'looks like a column of passwords')
        """
    ) == sorted(header.strip() for header in LOOK_LIKE_PASSWORDS)


@pytest.mark.parametrize('flow', ['twice', 'no-header', 'semicolons', 'utf-16', 'open-quote', 'cut-off-header'])
def test_a_file_whose_columns_cannot_be_told_is_refused(built, flow):
    assert built.value(f"select status from runs.run_activity where inbound_flow_id = '{flow}'") == 'failed'
