"""Who is forgotten is gone from every byte that is left, and stays gone; nobody is forgotten by a slip."""

import io
import shutil
import sys

import duckdb
import pytest

from roster import NEWEST_RUN, PROJECT, Roster, clean_drop, header_of, replace_cell, shared, to_line

sys.path.insert(0, str(PROJECT / 'scripts'))
import error_log  # noqa: E402
import forget  # noqa: E402
import report  # noqa: E402

DROP, RUN_AT = '20260901T060000Z', '2026-09-01T07:00:00Z'
NEXT_DROP, NEXT_RUN_AT = '20260902T060000Z', '2026-09-02T07:00:00Z'

# a student whom history knows, and one whose every line was rejected: values that occur nowhere else
STUDENT = {
    'sourcedId': 'zq-student',
    'givenName': 'Zebulon',
    'familyName': "Quacken'bush",
    'email': 'zq.mail@contoso.example',
    'phone': '+1 555 010 4477',
    'identifier': 'Zq-Identifier',
    'userIds': '{LDAP:zq-ldap}',
    'agentSourcedIds': '',
}
GHOST = {
    'sourcedId': 'zq-ghost',
    'enabledUser': 'true',
    'orgSourcedIds': 'school',
    'role': 'zq-wizard',
    'username': 'zq-ghost-login',
    'givenName': 'Ghislaine',
    'familyName': 'Spukenstein',
    'email': 'zq.ghost(at)contoso.example',
}
TRACES = [*filter(None, STUDENT.values()), 'zq-ldap', '2012-02-29']
GHOST_TRACES = [
    value for column, value in GHOST.items() if column not in ('enabledUser', 'orgSourcedIds')
] + ['2011-02-28']
DIRECTORY = """\
id,userPrincipalName,mail,displayName,givenName,surname,accountEnabled
d-1,shared-login@contoso.example,,Somebody,Some,Body,true
"""


def remarkable_drop():
    """A clean drop with the two. Another student names them as agents and shares a user name with the first."""
    files = clean_drop('contoso-2027')
    users = files['users.csv'].replace('student-1', 'zq-student')
    for column, value in STUDENT.items():
        users = replace_cell(users, 'zq-student', column, value)
    for student in ('zq-student', 'student-2'):
        users = replace_cell(users, student, 'username', 'shared-login')
    users = replace_cell(users, 'student-2', 'agentSourcedIds', 'zq-student,zq-ghost,teacher')
    enrollments = files['enrollments.csv'].replace('student-1', 'zq-student')
    ghost = {'sourcedId': 'e-zq', 'classSourcedId': 'algebra-1', 'schoolSourcedId': 'school', 'role': 'student'}
    demographics = files['demographics.csv'].replace('student-1', 'zq-student').replace('2012-01-01', '2012-02-29')
    return files | {
        'users.csv': users + to_line(header_of(users), GHOST) + '\n',
        'enrollments.csv': enrollments
        + to_line(header_of(enrollments), ghost | {'userSourcedId': 'zq-ghost'})
        + '\n',
        'demographics.csv': demographics
        + to_line(header_of(demographics), {'sourcedId': 'zq-ghost', 'birthDate': '2011-02-28'})
        + '\n',
    }


@pytest.fixture(scope='module')
def remarkable(tmp_path_factory, configured):
    """A warehouse with the two in it, built once with all that comes after history, and what is made from it."""

    def make(folder):
        roster = Roster(folder, configured=configured)
        with duckdb.connect(str(roster.warehouse)) as connection:
            connection.execute("""
                insert into inbound.user_matching_setting by name
                select * replace (
                    'contoso' as source_system_id, 'username' as source_identifier,
                    'userPrincipalName' as match_target, 'contoso.example' as domain_name
                )
                from (select unnest(['staff', 'students']) as role_group_id)
                left join inbound.user_matching_setting as settings using (role_group_id)
                """)
        roster.land('contoso-2027', DROP, remarkable_drop())
        roster.land('directory', DROP, {'users.csv': DIRECTORY})
        schools = clean_drop('contoso-2027')['orgs.csv'].replace('School,', 'Our school,')
        roster.land('contoso-2027', NEXT_DROP, remarkable_drop() | {'orgs.csv': schools})
        build = roster.build(RUN_AT, everything=True, with_files=True)
        assert build.succeeded, build.output
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv('ONEROSTER_WAREHOUSE', str(roster.warehouse))
            assert run_program(patch, report, '--output', folder / 'reports' / 'run_health.html') == 0
            assert run_program(patch, error_log, '--output', folder / 'reports' / 'errors') == 0
        (folder / 'logs' / 'build.log').write_text(f'Fix first:\n  1. "{GHOST["email"]}": no address.\n')
        (folder / 'reports' / 'plain.html').write_text('<p>zq-student-7 and Zebulons are other people</p>')
        (folder / 'reports' / 'name.html').write_text('<p>Quacken&#39;bush</p>')

    return shared(tmp_path_factory, 'forget', make)


@pytest.fixture
def with_both(tmp_path, remarkable, monkeypatch):
    shutil.copytree(remarkable, tmp_path, dirs_exist_ok=True)
    roster = Roster(tmp_path)
    monkeypatch.setenv('ONEROSTER_WAREHOUSE', str(roster.warehouse))
    monkeypatch.setenv('ONEROSTER_LANDING', str(roster.landing))
    monkeypatch.setattr(forget, 'PROJECT', tmp_path)
    return roster


def run_program(monkeypatch, program, *arguments):
    monkeypatch.setattr(sys, 'argv', ['program', *map(str, arguments)])
    return program.main()


def traces_in(roster, traces):
    """Where traces are: in the bytes of all files but the drops, and, for what DuckDB packs, in the rows of all tables."""
    found = set()
    for path in roster.folder.rglob('*'):
        if path.is_file() and roster.landing not in path.parents and path.name != 'plain.html':
            content = path.read_bytes()
            found |= {(path.name, trace) for trace in traces if trace.encode() in content}
    with roster.connect() as connection:
        for schema, table in connection.execute('select schema_name, table_name from duckdb_tables()').fetchall():
            for trace in traces:
                where = f"{schema}.{table} as line where contains(cast(line as varchar), ?)"
                if connection.execute(f'select 1 from {where}', [trace.replace("'", "''")]).fetchone():
                    found.add((f'{schema}.{table}', trace))
                if connection.execute(f'select 1 from {where}', [trace]).fetchone():
                    found.add((f'{schema}.{table}', trace))
    return sorted(found)


def test_a_person_who_is_forgotten_is_gone_and_stays_gone(with_both, monkeypatch, capsys):
    roster = with_both
    places = {place for place, _ in traces_in(roster, TRACES)}
    assert places >= {'roster.duckdb', 'history.users', 'runs.validation_result', 'run_health.html', 'errors_directory.csv'}
    others = "select * exclude (agent_sourced_ids) from history.users where sourced_id <> 'zq-student' order by all"
    before = roster.query(others)
    lines = "select line_number, \"sourcedId\" from landing.users where \"sourcedId\" <> 'zq-student' order by all"
    numbers = roster.query(lines)
    assert run_program(monkeypatch, forget, '--person', 'contoso:zq-student', '--yes') == 0
    assert traces_in(roster, TRACES) == []
    assert roster.query(others) == before
    assert roster.value("select agent_sourced_ids from history.users where sourced_id = 'student-2'") == ['teacher']
    [[reason, rows]] = roster.query('select reason, removed_rows from privacy.removal')
    assert (reason, rows > 5) == ('person', True)
    # files about others stay
    assert {path.name for path in (roster.folder / 'reports').glob('*.html')} == {'plain.html'}
    assert (roster.folder / 'logs' / 'build.log').exists()
    # and it says where they still are
    told = capsys.readouterr().out
    for drop in (DROP, NEXT_DROP):
        assert f'drop {roster.landing / "contoso-2027" / drop}, which names zq-student' in told
    assert 'user d-1 (shared-login@contoso.example) of the directory' in told

    # the next drop still names them: the lines are counted, and nothing of them is kept
    assert roster.build(NEXT_RUN_AT, everything=True).succeeded
    assert traces_in(roster, TRACES) == []
    assert roster.query(
        'select file_name, withdrawn_records from landing.file_inventory where withdrawn_records > 0 order by all'
    ) == [('demographics.csv', 1), ('enrollments.csv', 1), ('users.csv', 1)]
    assert roster.value(f"""
        select drop_id from runs.run_activity where inbound_flow_id = 'contoso-2027' and run_id = {NEWEST_RUN}
        """) == NEXT_DROP
    assert roster.value('select count(*) from rostering.person') == 2
    # and the others did not change, nor did their lines move
    assert roster.value("select count(*) from history.users where sourced_id = 'student-2'") == 1
    assert roster.query(lines) == numbers


def test_somebody_whose_every_line_was_rejected_is_forgotten(with_both, monkeypatch, capsys):
    roster = with_both
    places = {place for place, _ in traces_in(roster, GHOST_TRACES)}
    assert places >= {'runs.validation_result', 'validation.users', 'validation.finding', 'build.log', 'errors_contoso-2027.csv'}
    assert 'history.users' not in {place for place, trace in traces_in(roster, ['zq-ghost-login'])}
    assert run_program(monkeypatch, forget, '--person', 'contoso:zq-ghost', '--yes') == 0
    assert traces_in(roster, [*GHOST_TRACES, 'e-zq']) == []
    # a second time there is nothing left to do, but the drops still name them
    note = roster.query('select * from privacy.removal')
    assert run_program(monkeypatch, forget, '--person', 'contoso:zq-ghost') == 0
    assert 'which names zq-ghost' in capsys.readouterr().out
    assert roster.query('select * from privacy.removal') == note
    assert roster.build(NEXT_RUN_AT).succeeded
    assert traces_in(roster, GHOST_TRACES) == []


@pytest.mark.parametrize('person', ['zq-contact', 'zq-student'])
def test_a_person_of_school_data_sync_is_forgotten_with_made_up_ids_and_relationships(roster, monkeypatch, person):
    """Their id is part of the ids of what they are in; a relationship is about two people."""
    files = clean_drop('woodgrove-2027')
    files = {name: content.replace('student-1', 'zq-student') for name, content in files.items()} | {
        'relationships.csv': 'userSourcedId,relationshipUserSourcedId,relationshipRole\n'
        'zq-student,zq-contact,parent\nstudent-2,zq-contact,guardian\nzq-student,teacher,friend\nzq-student,zq-contact,foe\n',
        'userFlags.csv': 'userSourcedId,flag\nzq-student,iep\nstudent-2,iep\nzq-student,vip\n',
    }
    files['users.csv'] += 'zq-contact,zq-contact,Zebulon,Quack,,zq-contact-ad,,,,zq-contact-4711\n'
    roster.add_flow('woodgrove-2027', 'contoso-2027', 'woodgrove', file_format='schoolDataSyncV21')
    roster.land('woodgrove-2027', DROP, files)
    assert roster.build(RUN_AT, everything=True).succeeded
    places = {place for place, _ in traces_in(roster, [person])}
    assert places >= {'history.relationships', 'validation.relationships', 'runs.validation_result'}
    monkeypatch.setenv('ONEROSTER_WAREHOUSE', str(roster.warehouse))
    monkeypatch.setenv('ONEROSTER_LANDING', str(roster.landing))
    monkeypatch.setattr(forget, 'PROJECT', roster.folder)
    left = {'zq-contact': ['zq-student'], 'zq-student': ['zq-contact']}[person]
    assert run_program(monkeypatch, forget, '--person', f'woodgrove:{person}', '--yes') == 0
    assert traces_in(roster, [person]) == []
    assert roster.build(NEXT_RUN_AT, everything=True).succeeded
    assert traces_in(roster, [person]) == []
    assert roster.values("select sourced_id from history.users where starts_with(sourced_id, 'zq')") == left
    flags = ['student-2|iep'] if person == 'zq-student' else ['student-2|iep', 'zq-student|iep']
    assert roster.values('select sourced_id from history.user_flags') == flags


def test_somebody_who_is_in_landed_files_alone_is_forgotten(with_both, monkeypatch, capsys):
    """As in a drop that is held."""
    landed = with_both.folder / 'roster.landed'
    file = landed / 'contoso-2027.20260903T060000Z.users.0123abcd.4567cdef.parquet'
    with duckdb.connect(str(with_both.warehouse)) as connection:
        connection.execute(f"""copy (select 'zq-held' as "sourcedId") to '{file}'""")
        connection.execute(f"create or replace view landing.users as from read_parquet(['{file}'])")
    assert run_program(monkeypatch, forget, '--person', 'contoso:zq-held', '--yes') == 0
    assert f'{landed}, ' in capsys.readouterr().out
    assert list(landed.glob('*.parquet')) == []
    assert with_both.value("select count(*) from privacy.removal where reason = 'person'") == 1
    assert run_program(monkeypatch, forget, '--person', 'contoso:zq-held', '--yes') == 0
    assert 'holds nothing of contoso:zq-held' in capsys.readouterr().out


def test_the_directory_names_nobody_who_was_forgotten(with_both, monkeypatch):
    findings = "select message from runs.validation_result where rule = 'matched_once'"
    assert 'contoso:student-2, contoso:zq-student' in with_both.value(findings)
    assert run_program(monkeypatch, forget, '--person', 'contoso:zq-student', '--yes') == 0
    assert with_both.query(findings) == []


def test_it_shows_what_it_would_take_and_asks(with_both, monkeypatch, capsys):
    roster = with_both
    before = roster.warehouse.read_bytes()
    files = sorted(roster.folder.rglob('*'))
    # nobody to ask
    monkeypatch.setattr(sys, 'stdin', io.StringIO('y\n'))
    assert run_program(monkeypatch, forget, '--person', 'contoso:zq-student') == 1
    out, err = capsys.readouterr()
    assert 'Say YES=1' in err
    preview = {line.split()[0]: line.split()[1:] for line in out.splitlines() if line.startswith('  ')}
    assert preview['history.users'][:2] == ['1', 'row']
    assert preview['history.demographics'][:2] == ['1', 'row']
    assert str(roster.folder / 'reports' / 'run_health.html') in preview

    monkeypatch.setattr(sys.stdin, 'isatty', lambda: True)
    for answer in ('', 'n', 'perhaps'):
        monkeypatch.setattr('builtins.input', lambda question, answer=answer: answer)
        assert run_program(monkeypatch, forget, '--person', 'contoso:zq-student') == 1
        assert 'it was not confirmed' in capsys.readouterr().err
    assert roster.warehouse.read_bytes() == before
    assert [path for path in files if not path.exists()] == []

    monkeypatch.setattr('builtins.input', lambda question: 'y' if 'contoso:zq-student' in question else '')
    assert run_program(monkeypatch, forget, '--person', 'contoso:zq-student') == 0
    assert roster.value("select count(*) from history.users where sourced_id = 'zq-student'") == 0


def test_without_its_key_the_list_of_the_forgotten_stops_the_run(with_both, monkeypatch):
    assert run_program(monkeypatch, forget, '--person', 'contoso:zq-student', '--yes') == 0
    (with_both.folder / 'roster.key').unlink()
    build = with_both.build(NEXT_RUN_AT)
    assert not build.succeeded
    assert 'roster.key is missing' in build.output
    (with_both.folder / 'roster.key').write_text('0123456789abcdef')
    build = with_both.build(NEXT_RUN_AT)
    assert not build.succeeded
    assert 'roster.key is empty or damaged' in build.output
    assert with_both.value("select count(*) from history.users where sourced_id = 'zq-student'") == 0


def test_nobody_is_forgotten_by_a_slip(with_both, monkeypatch, capsys):
    before = with_both.warehouse.read_bytes()
    for arguments in (
        ['--person', 'contoso:nobody'],
        ['--person', 'contoso:'],
        ['--person', 'zq-student'],
        ['--person', 'fabrikam:zq-student'],
        ['--years', '0'],
        [],
        ['--person', 'a:b', '--years', '3'],
    ):
        assert run_program(monkeypatch, forget, '--yes', *arguments) == 1
        assert capsys.readouterr().err.startswith('Nothing was removed: ')
    assert with_both.warehouse.read_bytes() == before


def test_what_is_too_old_is_gone_from_history_too(with_both, monkeypatch, capsys):
    roster = with_both
    assert run_program(monkeypatch, forget, '--years', '7') == 0
    assert 'holds nothing of what was last in force more than 7 years' in capsys.readouterr().out
    with duckdb.connect(str(roster.warehouse)) as connection:
        connection.execute(
            "update history.users set dbt_valid_from = '2018-09-01', dbt_valid_to = '2019-01-01' where sourced_id = 'zq-student'"
        )
        connection.execute(
            "update rostering.person set last_seen_at = '2019-01-01' where person_id = 'contoso:zq-student'"
        )
    monkeypatch.setattr(sys, 'stdin', io.StringIO())
    assert run_program(monkeypatch, forget, '--years', '7') == 1
    out, err = capsys.readouterr()
    assert ('history.users' in out, 'Say YES=1' in err) == (True, True)
    assert roster.value("select count(*) from history.users where sourced_id = 'zq-student'") == 1

    assert run_program(monkeypatch, forget, '--years', '7', '--yes') == 0
    assert roster.values('select sourced_id from history.users') == ['student-2', 'teacher']
    assert (
        roster.value("select count(*) from demographics.person_demographic where person_id = 'contoso:zq-student'") == 0
    )
    assert roster.value('select older_than is not null and removed_rows > 2 from privacy.removal')
