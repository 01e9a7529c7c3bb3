"""The ready-made queries, the table macros and what the documentation shows: all of it runs."""

import os
import re
import subprocess
import sys
from collections import defaultdict

import duckdb
import pytest

from oracle import COLUMNS_1_1, COLUMNS_1_2
from roster import PROJECT, Roster, clean_drop, environment, replace_cell, with_lines
from sample_runs import sample_once, sample_warehouse  # noqa: F401

sys.path.insert(0, str(PROJECT / 'scripts'))
import publish  # noqa: E402

QUERIES = sorted(PROJECT.glob('analyses/*.sql'))
ANALYSTS = PROJECT / 'docs' / 'analysts.md'
PAGES = [PROJECT / 'README.md', ANALYSTS, PROJECT / 'models' / 'overview.md']
# what nobody is missing in a good sample; who moves in the summer, which the two runs here do not see
MAY_BE_EMPTY = {'classes_without_a_teacher', 'transfers_between_schools'}


@pytest.fixture
def warehouse(sample_warehouse):  # noqa: F811
    with duckdb.connect(str(sample_warehouse), read_only=True) as connection:
        yield connection


@pytest.mark.parametrize('query', QUERIES, ids=lambda path: path.stem)
def test_a_ready_made_query_answers(query, warehouse):
    rows = warehouse.execute(query.read_text()).fetchall()
    assert rows or query.stem in MAY_BE_EMPTY


def test_who_goes_on_at_another_school_has_moved_and_who_stays_or_comes_back_has_not():
    with duckdb.connect() as connection:
        connection.execute("""
            create schema rostering;
            create table rostering.person (person_id text, surname text, given_name text);
            insert into rostering.person values ('s:moves', 'Lee', 'Bo'), ('s:stays', 'Reyes', 'Ada'), ('s:teaches', 'Ito', 'Mei');
            create table rostering.organization (organization_id text, name text);
            insert into rostering.organization values ('s:north', 'North'), ('s:south', 'South');
            create table rostering.person_organization_role_period (
                source_system_id text, person_id text, organization_id text, role text, active_from timestamp
            );
            insert into rostering.person_organization_role_period values
                ('s', 's:moves', 's:north', 'student', '2025-08-15'), ('s', 's:moves', 's:south', 'student', '2026-08-17'),
                ('s', 's:stays', 's:north', 'student', '2025-08-15'), ('s', 's:stays', 's:north', 'student', '2026-08-17'),
                ('s', 's:teaches', 's:north', 'teacher', '2025-08-15'), ('s', 's:teaches', 's:south', 'teacher', '2026-08-17');
            """)
        moved = connection.execute((PROJECT / 'analyses' / 'transfers_between_schools.sql').read_text()).fetchall()
    assert [row[1:] for row in moved] == [('Lee', 'Bo', 'North', 'South')]


def test_students_by_month_are_those_of_the_days(warehouse):
    counts = warehouse.execute(
        f"select day, sum(students) from ({(PROJECT / 'analyses' / 'students_by_month.sql').read_text()}) group by day"
    ).fetchall()
    assert len(counts) > 1
    for day, students in counts:
        asked = f"select count(distinct (person_id, organization_id)) from analysis.people_on('{day}') where role = 'student'"
        assert warehouse.execute(asked).fetchall() == [(students,)], day


def blocks(language, pages=PAGES):
    """The code blocks of a language in the documentation, each with the warehouse that the text before it names last."""
    found = []
    for page in pages:
        text = page.read_text()
        for number, block in enumerate(re.finditer(rf'^```{language}\n(.*?)^```', text, re.MULTILINE | re.DOTALL), start=1):
            named = re.findall(r'warehouse/\w+\.duckdb', text[: block.end() if language == 'python' else block.start()])
            found.append(pytest.param(block[1], named[-1], id=f'{page.stem}-{number}'))
    return found


@pytest.fixture
def warehouse_named(sample_once, sample_warehouse):  # noqa: F811
    """Of the demo two of its runs: what they changed, it changed too."""
    return {'warehouse/roster.duckdb': sample_once, 'warehouse/demo.duckdb': sample_warehouse}


@pytest.mark.parametrize(('sql', 'name'), blocks('sql'))
def test_each_query_in_the_documentation_returns_rows(sql, name, warehouse_named):
    with duckdb.connect(str(warehouse_named[name]), read_only=True) as connection:
        statements = connection.extract_statements(sql)
        assert statements
        assert [statement.query for statement in statements if not connection.execute(statement).fetchall()] == []


@pytest.fixture(scope='module')
def copy_for_analysts(sample_warehouse, tmp_path_factory):  # noqa: F811
    folder = tmp_path_factory.mktemp('copy')
    with environment({'ONEROSTER_KEY': str(folder / 'roster.key')}):
        publish.publish(sample_warehouse, folder / 'analysts.duckdb')
    return folder / 'analysts.duckdb'


@pytest.mark.parametrize(('sql', 'name'), blocks('sql', [ANALYSTS]))
def test_sql_for_analysts_runs_on_their_copy(sql, name, copy_for_analysts):
    with duckdb.connect(str(copy_for_analysts), read_only=True) as connection:
        assert connection.execute(sql).fetchall()


def test_every_question_can_be_asked_of_the_copy(copy_for_analysts, warehouse):
    questions = """
        select view_name, comment from duckdb_views() where schema_name = 'analysis'
        union all
        select function_name, comment from duckdb_functions() where schema_name = 'analysis'
        order by all
    """
    count = "select count(*), count(distinct class) from analysis.roster_on('2026-09-28')"
    with duckdb.connect(str(copy_for_analysts), read_only=True) as connection:
        assert connection.execute(questions).fetchall() == warehouse.execute(questions).fetchall()
        assert connection.execute(count).fetchall() == warehouse.execute(count).fetchall()


@pytest.mark.parametrize(('code', 'name'), blocks('python'))
def test_python_in_the_documentation_finds_changes(code, name, warehouse_named, tmp_path):
    code = code.replace(name, str(warehouse_named[name])) + '\nprint(len(changes))'
    run = subprocess.run([sys.executable, '-c', code], capture_output=True, text=True, cwd=tmp_path)
    assert run.returncode == 0, run.stderr
    assert int(run.stdout.splitlines()[-1]) > 0


def test_the_shell_is_that_of_the_pinned_duckdb_and_cannot_write(sample_warehouse, tmp_path):  # noqa: F811
    odd = tmp_path / "-a b'c$(touch x).duckdb"
    odd.write_bytes(sample_warehouse.read_bytes())

    def shell(path, sql):
        return subprocess.run(
            [sys.executable, str(PROJECT / 'scripts' / 'sql.py')],
            input=sql, env=os.environ | {'ONEROSTER_WAREHOUSE': str(path)}, capture_output=True, text=True, cwd=tmp_path,
        )  # fmt: skip

    answer = shell(odd.name, ".mode csv\nselect version(), count(*) > 0 from rostering.person;")
    assert answer.stdout.splitlines()[-1] == f'v{duckdb.__version__},true', answer.stderr
    assert 'read-only' in shell(odd, 'drop schema rostering cascade;').stderr
    assert 'make build' in shell(tmp_path / 'none.duckdb', 'select 1;').stderr
    assert [path.name for path in tmp_path.iterdir()] == [odd.name]


def test_the_line_for_cron_works_in_a_fresh_clone(tmp_path):
    [line] = re.findall(r'^```cron\n\S+ \S+ \S+ \S+ \S+ +(.*)\n```', (PROJECT / 'README.md').read_text(), re.MULTILINE)
    clone, commands = tmp_path / 'oneroster', tmp_path / 'bin'
    clone.mkdir()
    commands.mkdir()
    (commands / 'make').write_text('#!/bin/sh\necho "$1 of $ONEROSTER_LANDING"\n')
    (commands / 'make').chmod(0o700)
    settings = os.environ | {'PATH': f'{commands}:{os.environ["PATH"]}'}
    for _ in range(2):
        subprocess.run(['sh', '-c', line.replace('/srv/oneroster', str(clone))], env=settings, check=True)
    log = clone / 'logs' / 'build.log'
    assert log.read_text() == 'build of /srv/landing\n' * 2
    assert log.stat().st_mode & 0o777 == 0o600


def test_the_roster_of_the_newest_day_is_the_current_roster(warehouse):
    newest = warehouse.execute('select max(run_at)::date from runs.run').fetchone()[0]
    for view, macro, key in (
        ('current_roster', 'roster_on', 'enrollment_id'),
        ('current_person', 'people_on', 'person_organization_role_id'),
    ):
        of_today = warehouse.execute(f'select {key} from analysis.{view}').fetchall()
        of_the_day = warehouse.execute(f'select {key} from analysis.{macro}($1)', [newest]).fetchall()
        assert of_today and sorted(of_today) == sorted(of_the_day)


def test_somebody_is_on_the_roster_up_to_their_exit_date(roster):
    """Also where the date became known later; the person's other enrollment in the class ends on another day."""
    for day, exit_date in (('01', ''), ('14', '2026-09-10')):
        files = clean_drop('contoso-2027')
        files['enrollments.csv'] = replace_cell(files['enrollments.csv'], 'e-1', 'endDate', exit_date)
        second = {'sourcedId': 'e-3', 'classSourcedId': 'algebra-1', 'schoolSourcedId': 'school', 'role': 'student'}
        second |= {'userSourcedId': 'student-1', 'endDate': '2026-09-07'}
        files['enrollments.csv'] = with_lines(files['enrollments.csv'], second)
        roster.land('contoso-2027', f'202609{day}T060000Z', files)
        build = roster.build(f'2026-09-{day}T07:00:00Z', everything=True)
        assert build.succeeded, build.output

    def on(day):
        return sorted(roster.values('select enrollment_id[14:] from analysis.roster_on(?)', [f'2026-09-{day}']))

    assert {day: on(day) for day in ('07', '08', '10', '11', '14')} == {
        '07': ['e-1', 'e-2', 'e-3', 'e-teacher'],
        '08': ['e-1', 'e-2', 'e-teacher'],
        '10': ['e-1', 'e-2', 'e-teacher'],
        '11': ['e-2', 'e-teacher'],
        '14': ['e-2', 'e-teacher'],
    }
    assert sorted(roster.values('select enrollment_id[14:] from analysis.current_roster')) == on('14')
    assert roster.query("select change, person_id, changed_at::text from analysis.roster_changes('2026-09-07', '2026-09-14')") == [
        ('left', 'contoso:student-1', '2026-09-11 00:00:00')
    ]
    assert roster.query('select students, student_names from analysis.class_list') == [(1, ['Family 2, Given 2'])]


@pytest.mark.parametrize(
    ('roster', 'changes', 'key'),
    [
        ('roster_on', 'roster_changes', 'section_id, person_id, role'),
        ('people_on', 'people_changes', 'organization_id, person_id, role'),
    ],
)
def test_the_changes_lead_from_one_day_to_the_other(warehouse, roster, changes, key):
    first, last = '2026-09-07', '2026-09-28'
    before = set(warehouse.execute(f'select {key} from analysis.{roster}($1)', [first]).fetchall())
    after = set(warehouse.execute(f'select {key} from analysis.{roster}($1)', [last]).fetchall())
    rows = warehouse.execute(f'select change, {key} from analysis.{changes}($1, $2)', [first, last]).fetchall()
    joined = {row[1:] for row in rows if row[0] == 'joined'}
    left = {row[1:] for row in rows if row[0] == 'left'}
    assert len(rows) == len(joined) + len(left) and joined and left
    assert before - left | joined == after
    assert not joined & before and left <= before


REFERS_TO = {
    (f'{file}.csv', column): f'{kind.lstrip("> ")}.csv'
    for columns in (COLUMNS_1_1, COLUMNS_1_2)
    for file, own in columns.items()
    for column, kind, _ in own
    if kind.startswith('>')
}


def test_a_root_cause_brings_back_what_nothing_else_keeps_out(warehouse):
    """Each cause is taken away in turn: a record comes back when all that is left to say of it is about records that are back."""
    newest = '(select run_id from runs.run order by run_at desc limit 1)'
    errors = warehouse.execute(f"""
        select inbound_flow_id, file_name, coalesce(sourced_id, 'line ' || line_number), column_name, rule, value, caused_by
        from runs.validation_result
        where effect = 'record_left_out' and run_id = {newest}
    """).fetchall()
    kept_out = defaultdict(set)  # record -> causes of its own, and records that it wants back
    for flow, file, record, column, rule, value, caused_by in errors:
        is_consequence = caused_by in ('rejected', 'unreadable')
        reason = (flow, REFERS_TO[file, column], value) if is_consequence else (flow, file, column, rule, caused_by)
        kept_out[flow, file, record].add(reason)
    expected = {}
    for cause in {reason for reasons in kept_out.values() for reason in reasons if len(reason) == 5}:
        back = {cause}
        while more := {record for record, reasons in kept_out.items() if record not in back and reasons <= back}:
            back |= more
        expected[cause] = len(back) - 1
    found = warehouse.execute(f"""
        select inbound_flow_id, file_name, column_name, rule, caused_by, records_brought_back from runs.root_cause
        where records_left_out > 0 and run_id = {newest}
    """).fetchall()
    assert {tuple(cause): records for *cause, records in found} == expected
    assert max(expected.values()) > 3


def test_a_day_before_the_first_run_has_no_roster(warehouse):
    assert warehouse.execute("select count(*) from analysis.roster_on('2020-01-01')").fetchone() == (0,)


def test_every_table_macro_says_what_it_is_for(warehouse):
    macros = warehouse.execute(
        "select function_name, comment from duckdb_functions() where schema_name = 'analysis'"
    ).fetchall()
    assert {name for name, _ in macros} == {'roster_on', 'roster_changes', 'people_on', 'people_changes'}
    assert all(comment for _, comment in macros)


def test_a_warehouse_can_be_copied_under_another_name(sample_warehouse, tmp_path):  # noqa: F811
    copy = tmp_path / 'another name.duckdb'
    copy.write_bytes(sample_warehouse.read_bytes())
    with duckdb.connect(str(copy), read_only=True) as connection:
        assert connection.execute("select count(*) from analysis.roster_on('2026-09-28')").fetchone()[0] > 0
        assert connection.execute('select count(*) from analysis.current_roster').fetchone()[0] > 0


def test_what_must_hold_whatever_arrives_holds_of_the_sample(tmp_path, sample_warehouse):  # noqa: F811
    roster = Roster(tmp_path, configured=sample_warehouse)
    roster.landing = PROJECT / 'sample' / 'landing'
    tests = roster.dbt('test', '--selector', 'promises')
    assert tests.statuses
    assert [name for name, status in tests.statuses.items() if status in ('fail', 'error')] == [], tests.output
