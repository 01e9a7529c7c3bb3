"""What must not be seen is not there: people in no copy for analysts, the forgotten not even in the file."""

import csv
import shutil
import sys

import duckdb
import pytest

from roster import PROJECT, Roster, clean_drop, header_of, records, replace_cell, shared, to_csv

sys.path.insert(0, str(PROJECT / 'scripts'))
import backup  # noqa: E402
import forget  # noqa: E402
import publish  # noqa: E402
from privacy import key_of  # noqa: E402

DROP, RUN_AT = '20260901T060000Z', '2026-09-01T07:00:00Z'
NEXT_DROP, NEXT_RUN_AT = '20260902T060000Z', '2026-09-02T07:00:00Z'
# what tells directly who the student is, in values that occur nowhere else
TRACES = [
    'Zebulon',
    'Quackenbush',
    'zq-student',
    'zq.mail@contoso.example',
    '+1 555 010 4477',
    '2012-02-29',
    'Zq-Identifier',
    'zq-login',
]


# what the copy for analysts does not tell either
UNTOLD = ['Zq-Course', 'Zq-Code', 'Zq-Subject', 'Zq-Class', 'zq-folder']


def with_cells(text, **cells):
    """A file with these cells in every line."""
    return to_csv(header_of(text), [row | cells for row in records(text)])


def remarkable_drop():
    """A clean drop in which one student can be told from all others by every value."""
    files = clean_drop('contoso-2027')
    users = files['users.csv'].replace('student-1', 'zq-student')
    for column, value in {
        'givenName': 'Zebulon',
        'familyName': 'Quackenbush',
        'email': 'zq.mail@contoso.example',
        'phone': '+1 555 010 4477',
        'identifier': 'Zq-Identifier',
        'username': 'zq-login',
        'agentSourcedIds': '',
    }.items():
        users = replace_cell(users, 'zq-student', column, value)
    users = replace_cell(users, 'student-2', 'agentSourcedIds', 'zq-student')
    return files | {
        'users.csv': users,
        'enrollments.csv': files['enrollments.csv'].replace('student-1', 'zq-student'),
        'demographics.csv': files['demographics.csv']
        .replace('student-1', 'zq-student')
        .replace('2012-01-01', '2012-02-29'),
        'courses.csv': with_cells(files['courses.csv'], title='Zq-Course', courseCode='Zq-Code', subjects='Zq-Subject'),
        'classes.csv': with_cells(files['classes.csv'], title='Zq-Class', classCode='Zq-Code', subjects='Zq-Subject'),
    }


@pytest.fixture(scope='module')
def remarkable(tmp_path_factory):
    """A warehouse with that student in it, built once with all that comes after history."""

    def make(folder):
        roster = Roster(folder)
        roster.land('contoso-2027', DROP, remarkable_drop())
        roster.land(
            'contoso-2027',
            NEXT_DROP,
            remarkable_drop() | {'orgs.csv': clean_drop('contoso-2027')['orgs.csv'].replace('School,', 'Our school,')},
        )
        roster.land('zq-folder', DROP, remarkable_drop())
        build = roster.build(RUN_AT, everything=True, with_outbound=True)
        assert build.succeeded, build.output
        shutil.rmtree(folder / 'logs', ignore_errors=True)

    return shared(tmp_path_factory, 'remarkable', make)


@pytest.fixture
def with_student(tmp_path, remarkable, monkeypatch):
    shutil.copytree(remarkable, tmp_path, dirs_exist_ok=True)
    roster = Roster(tmp_path)
    monkeypatch.setenv('ONEROSTER_WAREHOUSE', str(roster.warehouse))
    return roster


def run_program(monkeypatch, program, *arguments):
    monkeypatch.setattr(sys, 'argv', ['program', *map(str, arguments)])
    return program.main()


def test_the_copy_for_analysts_tells_nobody_and_its_hashes_stay(with_student, monkeypatch):
    target = with_student.folder / 'analysts.duckdb'
    assert run_program(monkeypatch, publish, '--deidentified', '--to', target) == 0
    content = target.read_bytes()
    assert [trace for trace in TRACES + UNTOLD if trace.encode() in content] == []
    assert target.stat().st_mode & 0o777 == 0o600
    assert [path for path in target.parent.iterdir() if path.name.startswith('.roster-unfinished')] == []

    def people():
        with duckdb.connect(str(target), read_only=True) as connection:
            assert connection.execute(
                'select count(*) from rostering.enrollment inner join rostering.person using (person_id)'
            ).fetchone() == (3,)
            assert connection.execute(
                'select list(distinct birth_year) from demographics.person_demographic'
            ).fetchone() == ([2012],)
            return connection.execute('select person_id from rostering.person order by all').fetchall()

    first = people()
    assert with_student.build(NEXT_RUN_AT, everything=True).succeeded
    assert run_program(monkeypatch, publish, '--deidentified', '--to', target) == 0
    assert people() == first
    # another key makes other hashes: without the key nobody can tell from an id which hash is whose
    (with_student.folder / 'roster.key').unlink()
    assert run_program(monkeypatch, publish, '--deidentified', '--to', target) == 0
    assert not set(people()) & set(first)


def test_the_order_of_the_copy_is_not_that_of_the_export(with_student, monkeypatch):
    target = with_student.folder / 'analysts.duckdb'
    assert run_program(monkeypatch, publish, '--deidentified', '--to', target) == 0
    with duckdb.connect(str(target), read_only=True) as connection:
        tables = connection.execute("select schema_name || '.' || table_name from duckdb_tables()").fetchall()
        assert len(tables) > 20
        for (table,) in tables:
            rows = connection.execute(f'from {table}').fetchall()
            assert rows == connection.execute(f'from {table} order by all').fetchall()
        assert connection.execute(
            "select inbound_flow_id from runs.validation_result where rule = 'known_flow'"
        ).fetchall() == [(None,)]


def test_a_column_or_relation_nobody_judged_is_not_published(with_student, monkeypatch):
    with duckdb.connect(str(with_student.warehouse)) as connection:
        connection.execute("alter table rostering.person add column shoe_size varchar default 'Zebulon'")
        connection.execute("create table rostering.person_note as select 'Zebulon' as note")
    target = with_student.folder / 'analysts.duckdb'
    assert run_program(monkeypatch, publish, '--deidentified', '--to', target) == 0
    assert b'Zebulon' not in target.read_bytes()


def test_every_column_is_judged(with_student):
    """A new column fails here until scripts/published_columns.csv says what becomes of it."""
    judged = publish.treatments()
    schemas = {relation.removesuffix('.*') for relation in judged if relation.endswith('.*')}
    unjudged = [
        f'{schema}.{table}.{column}'
        for schema, table, column in with_student.query(
            "select schema_name, table_name, column_name from duckdb_columns() where not internal and schema_name <> 'main'"
        )
        if schema not in schemas and not {'*', column} & set(judged.get(f'{schema}.{table}', {}))
    ]
    assert unjudged == []
    with open(PROJECT / 'scripts' / 'published_columns.csv', newline='') as lines:
        assert {line['treatment'] for line in csv.DictReader(lines)} <= {*publish.TREATMENTS, 'dropped', 'made_anew'}


def test_a_backup_can_be_put_back(with_student, monkeypatch):
    roster = with_student
    key_of(roster.warehouse)
    before = roster.query('select * from history.users order by all')
    folder = roster.folder / 'backup'
    assert run_program(monkeypatch, backup, '--to', folder) == 0
    assert {path.name: path.stat().st_mode & 0o777 for path in folder.iterdir()} == {
        'SHA256SUMS': 0o600,
        'roster.duckdb': 0o600,
        'roster.key': 0o600,
        'roster.landed': 0o700,
    }
    landed = roster.query('select * from landing.users order by all')
    assert run_program(monkeypatch, forget, '--person', 'contoso:zq-student', '--yes') == 0
    assert run_program(monkeypatch, backup, '--restore', folder, '--yes') == 0
    assert roster.query('select * from history.users order by all') == before
    assert roster.query('select * from landing.users order by all') == landed
    assert roster.build(NEXT_RUN_AT).succeeded


def test_history_survives_an_upgrade_that_adds_a_column(with_student):
    """An older warehouse: its history, changes and runs lack columns that the project has today."""
    roster = with_student
    with duckdb.connect(str(roster.warehouse)) as connection:
        connection.execute('alter table history.users drop column pronouns')
        connection.execute('alter table history.orgs drop column identifier')
        connection.execute('alter table runs.run_activity drop column warnings')
        connection.execute('alter table runs.run_activity drop column notices')
        connection.execute('alter table runs.directory_activity drop column notices')
    before = roster.query(
        'select sourced_id, given_name, first_seen_at, dbt_valid_from, dbt_scd_id from history.users order by all'
    )
    build = roster.build(NEXT_RUN_AT)
    assert build.succeeded, build.output
    assert (
        roster.query(
            'select sourced_id, given_name, first_seen_at, dbt_valid_from, dbt_scd_id from history.users order by all'
        )
        == before
    )
    assert roster.value('select count(pronouns) from history.users') == 0
    assert roster.value('select count(warnings) from runs.run_activity') == 3
    # the rows of the run before stay as they were, and know nothing of notices
    assert roster.query('select count(*), count(errors), count(notices) from runs.run_activity') == [(6, 6, 3)]
    assert roster.query('select count(*), count(notices) from runs.directory_activity') == [(2, 1)]
    assert roster.query(
        "select name, dbt_valid_to is null from history.orgs where sourced_id = 'school' order by dbt_valid_from"
    ) == [('School', False), ('Our school', True)]
