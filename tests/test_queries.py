"""The ready-made queries, the table macros and what the documentation shows: all of it runs."""

import re
import subprocess
import sys

import duckdb
import pytest

from roster import PROJECT, Roster, environment
from sample_runs import sample_warehouse  # noqa: F401

sys.path.insert(0, str(PROJECT / 'scripts'))
import publish  # noqa: E402

QUERIES = sorted(PROJECT.glob('analyses/*.sql'))
PAGES = [PROJECT / 'docs' / 'analysts.md', PROJECT / 'models' / 'overview.md']
# what nobody is missing in a good sample
MAY_BE_EMPTY = {'classes_without_a_teacher'}


@pytest.fixture
def warehouse(sample_warehouse):  # noqa: F811
    with duckdb.connect(str(sample_warehouse), read_only=True) as connection:
        yield connection


@pytest.mark.parametrize('query', QUERIES, ids=lambda path: path.stem)
def test_a_ready_made_query_answers(query, warehouse):
    rows = warehouse.execute(query.read_text()).fetchall()
    assert rows or query.stem in MAY_BE_EMPTY


def blocks(language, pages=PAGES):
    """The code blocks of a language in the documentation."""
    found = []
    for page in pages:
        texts = re.findall(rf'^```{language}\n(.*?)^```', page.read_text(), re.MULTILINE | re.DOTALL)
        found += [pytest.param(text, id=f'{page.stem}-{number}') for number, text in enumerate(texts, start=1)]
    return found


@pytest.mark.parametrize('sql', blocks('sql'))
def test_sql_in_the_documentation_runs(sql, warehouse):
    assert warehouse.execute(sql).fetchall()


@pytest.fixture(scope='module')
def copy_for_analysts(sample_warehouse, tmp_path_factory):  # noqa: F811
    folder = tmp_path_factory.mktemp('copy')
    with environment({'ONEROSTER_KEY': str(folder / 'roster.key')}):
        publish.publish(sample_warehouse, folder / 'analysts.duckdb')
    return folder / 'analysts.duckdb'


@pytest.mark.parametrize('sql', blocks('sql', PAGES[:1]))
def test_sql_for_analysts_runs_on_their_copy(sql, copy_for_analysts):
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


@pytest.mark.parametrize('code', blocks('python'))
def test_python_in_the_documentation_runs(code, sample_warehouse, tmp_path):  # noqa: F811
    code = code.replace('warehouse/roster.duckdb', str(sample_warehouse))
    run = subprocess.run([sys.executable, '-c', code], capture_output=True, text=True, cwd=tmp_path)
    assert run.returncode == 0, run.stderr


def test_the_roster_of_the_newest_day_is_the_current_roster(warehouse):
    newest = warehouse.execute('select max(run_at)::date from runs.run').fetchone()[0]
    for view, macro, key in (
        ('current_roster', 'roster_on', 'enrollment_id'),
        ('current_person', 'people_on', 'person_organization_role_id'),
    ):
        of_today = warehouse.execute(f'select {key} from analysis.{view}').fetchall()
        of_the_day = warehouse.execute(f'select {key} from analysis.{macro}($1)', [newest]).fetchall()
        assert of_today and sorted(of_today) == sorted(of_the_day)


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
