"""A run as its user sees it: the dbt tests, `scripts/build.py`, what is printed, logged and kept."""

import json
import os
import re
import shutil
import subprocess
import sys
from importlib.metadata import version

import duckdb
import pytest

from roster import PROJECT, Roster, clean_drop, replace_cell, shared, with_lines

sys.path.insert(0, str(PROJECT / 'scripts'))
import build  # noqa: E402
import fix_first  # noqa: E402

FLOW, DROP, RUN_AT = 'contoso-2027', '20260901T060000Z', '2026-09-01T07:00:00Z'
PASSWORDS = ['Sesame-1', 'Sesame-2']
# of people on lines that break a rule: the value of the rule may be told, the rest of the line not
PERSONAL = ['Given 1', 'Family 1', 'Given 2', 'Family 2', 'Given T', '2012-01-01']


def faulty_drop():
    """A drop with a broken reference, a bad e-mail, passwords, and a line of a person that cannot be read."""
    files = clean_drop(FLOW)
    users = replace_cell(files['users.csv'], 'student-1', 'password', PASSWORDS[0])
    users = replace_cell(users, 'student-1', 'email', 'not an address')
    files['users.csv'] = with_lines(users, f'student-3,,,true,school,student,Given 2,{PASSWORDS[1]}')
    files['enrollments.csv'] = replace_cell(files['enrollments.csv'], 'e-2', 'classSourcedId', 'geometry-1')
    return files


def run_build(roster, *arguments, **more_settings):
    """`scripts/build.py` on a roster, writing nothing into the project."""
    settings = {
        'ONEROSTER_LANDING': str(roster.landing),
        'ONEROSTER_WAREHOUSE': str(roster.warehouse),
        'DBT_TARGET_PATH': str(roster.folder / 'target'),
        'DBT_LOG_PATH': str(roster.folder / 'logs'),
    }
    return subprocess.run(
        [sys.executable, str(PROJECT / 'scripts' / 'build.py'), *arguments],
        cwd=PROJECT,
        env=os.environ | settings | more_settings,
        capture_output=True,
        text=True,
    )


@pytest.fixture(scope='module')
def built(tmp_path_factory):
    """A roster built by the script from a faulty drop; what it printed is in `printed`, its exit code in `code`."""

    def make(folder):
        roster = Roster(folder)
        roster.land(FLOW, DROP, faulty_drop())
        run = run_build(roster, '--run-at', RUN_AT)
        (folder / 'printed').write_text(run.stdout + run.stderr)
        (folder / 'code').write_text(str(run.returncode))

    return Roster(shared(tmp_path_factory, 'built', make))


def printed(roster):
    return (roster.folder / 'printed').read_text()


def test_faults_in_the_data_fail_no_build(built):
    assert (built.folder / 'code').read_text() == '0', printed(built)
    assert 'completedWithErrors' in printed(built)
    errors, warnings, notices = built.query('select errors, warnings, notices from runs.run_statistics')[0]
    assert f'{errors} errors, {warnings} warnings, {notices} notices. `make report` shows each.' in printed(built)
    assert re.search(r'It took \d+ seconds\.', printed(built))


def test_a_run_makes_again_what_it_must_and_no_more(built, tmp_path):
    """While the project is the same, what it alone makes is left. A statement costs some 10 ms: whoever needs more of them
    than was decided raises these numbers, and knows that."""
    roster = Roster(shutil.copytree(built.folder, tmp_path / 'again'))

    def run_again(run_at):
        shutil.rmtree(roster.folder / 'logs')
        run = run_build(roster, '--run-at', run_at, '--json', DBT_LOG_LEVEL_FILE='debug')
        assert run.returncode == 0, run.stdout + run.stderr
        # the standard output is for a program, and for it alone
        told = json.loads(run.stdout)
        assert (told['status'], told['is_complete'], told['warehouse']) == ('completedWithErrors', True, str(roster.warehouse))
        assert [flow['inbound_flow_id'] for flow in told['flows'] if flow['received']] == [FLOW]
        assert 'Fix first:' in run.stderr
        log = (roster.folder / 'logs' / 'dbt.log').read_text()
        return set(re.findall(r'Finished running node (\w+)\.oneroster\.(\w+)', log)), log.count('SQL status: OK')

    settled = {
        ('seed', 'default_ref_definition'),
        ('model', 'inbound_flow'),
        ('model', 'stg_oneroster__users'),
        ('model', 'class_list'),
        ('test', 'inbound_flow_is_right'),
    }
    nodes, statements = run_again('2026-09-01T08:00:00Z')
    assert not settled & nodes and ('test', 'each_enrollment_has_one_row') in nodes
    assert statements <= 950
    with duckdb.connect(str(roster.warehouse)) as connection:
        # as if the project had been another one then
        connection.execute("update runs.run set project = 'another'")
    nodes, statements = run_again('2026-09-01T09:00:00Z')
    assert settled <= nodes
    assert statements <= 1560


def test_what_to_fix_first_says_what_it_brings_back(built):
    assert re.findall(r'^  \d\. (.*)\n     (.*)$', printed(built).split('\nFix first:\n')[1], re.MULTILINE) == [
        ('A reference leads to nothing (contoso-2027, enrollments.csv, column classSourcedId)', 'Fixing it brings back 1 record.'),
        ('A line cannot be read (contoso-2027, users.csv)', 'Fixing it brings back 1 record.'),
        ('An e-mail address is not well-formed (contoso-2027, users.csv, column email)', 'Fixing it brings back 1 value.'),
        ('A flow has had no new drop for too long (fabrikam-2027)', 'Nothing is left out.'),
    ]


def test_each_broken_rule_has_a_line_though_its_test_did_not_run(built):
    rules = built.value("select count(distinct rule_key) from validation.rule_in_force where test_severity <> 'notice'")
    assert re.search(r'\nRules: (.*)\n((?:  .*\n)*)', printed(built)).groups() == (
        f'3 broken, {rules - 3} hold.',
        '  error    enrollments.class_sourced_id.references: 1\n'
        '  error    users.line.readable_line: 1\n'
        '  warning  users.email.well_formed_email: 1\n',
    )


@pytest.mark.parametrize(
    ('severity', 'left_out', 'brought_back', 'values', 'words'),
    [
        ('catastrophic', 0, 0, 0, 'Until it is fixed, nothing of the drop is used.'),
        ('error', 1, 1, 0, 'Fixing it brings back 1 record.'),
        ('error', 1200, 1199, 2, 'Fixing it brings back 1,199 records and 2 values. 1 more record needs this and another fix.'),
        ('error', 2, 0, 0, '2 records need this and another fix.'),
        ('warning', 0, 0, 1, 'Fixing it brings back 1 value.'),
        ('warning', 0, 0, 0, 'Nothing is left out.'),
    ],
)
def test_what_a_fix_brings_back_in_words(severity, left_out, brought_back, values, words):
    cause = {'severity': severity, 'records_left_out': left_out, 'records_brought_back': brought_back}
    assert fix_first.brings_back(cause | {'values_left_out': values}) == words


def test_the_changes_of_a_first_run_are_there_when_it_has_ended(built):
    assert built.query('select change, count(*) from changes.users group by change') == [('appeared', 3)]
    assert built.query('select change, count(*) from changes.enrollments group by change') == [('appeared', 2)]


def test_what_is_private_to_dbt_is_that_of_a_known_version():
    """`release_warehouse` reaches into `DuckDBConnectionManager._ENV`: look at it again before this version is raised."""
    assert version('dbt-duckdb') == '1.11.1'
    assert hasattr(build.DuckDBConnectionManager, '_ENV') and build.DuckDBConnectionManager.close_all_connections


def test_a_clock_that_went_back_is_told_of_and_changes_nothing(built, tmp_path):
    roster = Roster(tmp_path)
    shutil.copy(built.warehouse, roster.warehouse)
    with duckdb.connect(str(roster.warehouse)) as connection:
        connection.execute("update runs.run set started_at = timestamp '2099-01-01'")
    roster.land(FLOW, DROP, faulty_drop())
    run = run_build(roster, '--run-at', '2026-08-15T07:00:00Z')
    assert run.returncode == 1
    assert 'Run of 2026-08-15 07:00 UTC: failed' in run.stdout
    assert '2026-08-15T07:00:00Z, is not after the newest run of this warehouse, 2026-09-01T07:00:00Z' in run.stdout
    assert not [word for word in ('Traceback', '> in macro', 'completedWithErrors') if word in run.stdout + run.stderr]
    assert roster.query('select status from runs.run order by run_at') == [('failed',), ('completedWithErrors',)]


@pytest.mark.parametrize(
    ('number', 'what', 'words'),
    [(1, 'warning', '1 warning'), (0, 'error', '0 errors'), (2, 'person', '2 people'), (3000, 'class', '3,000 classes')],
)
def test_one_thing_is_not_many(number, what, words):
    assert fix_first.counted(number, what) == words


def test_what_a_run_prints_and_logs_names_nobody(built):
    logs = ''.join(path.read_text() for path in (built.folder / 'logs').rglob('*') if path.is_file())
    assert [word for word in PASSWORDS + PERSONAL if word in printed(built) + logs] == []


def test_a_password_is_in_no_table(built):
    relations = built.query("""
        select schema_name, table_name from duckdb_tables() where not internal
        union all
        select schema_name, view_name from duckdb_views() where not internal
    """)
    assert relations
    rows = [
        f"""select '{schema}.{name}' as relation, cast(relation as varchar) as content from "{schema}"."{name}" as relation"""
        for schema, name in relations
    ]
    assert built.values(f"select relation from ({' union all '.join(rows)}) where contains(content, 'Sesame-')") == []


def test_every_relation_and_column_says_what_it_is(built):
    bare = built.query("""
        select schema_name, view_name as relation_name, null as column_name
        from duckdb_views() where not internal and comment is null
        union all
        select schema_name, table_name, null from duckdb_tables() where not internal and comment is null
        union all
        select schema_name, table_name, column_name from duckdb_columns() where not internal and comment is null
    """)
    assert not bare, bare


def test_a_landing_zone_that_is_not_there_exits_with_1_and_says_so(tmp_path):
    roster = Roster(tmp_path)
    roster.landing.rmdir()
    run = run_build(roster)
    assert run.returncode == 1
    assert str(roster.landing) in run.stdout
    assert not roster.warehouse.exists()


@pytest.mark.parametrize(
    ('options', 'words'),
    [
        ({'flow': 'contoso-2072'}, "'contoso-2072' is no configured inbound flow; configured are contoso-2026,"),
        ({'flow': 'contoso-2027, $(touch x)'}, "'$(touch' is no configured inbound flow"),
        ({'flow': ''}, "'' is no configured inbound flow"),
        ({'approve': f'contoso-2072/{DROP}'}, 'no configured inbound flow'),
        ({'approve': FLOW}, "'' is no instant"),
        ({'approve': f'{FLOW}/20260902T060000Z'}, 'there is no drop'),
        ({'approve': f'{FLOW}/../{FLOW}/{DROP}'}, 'is no instant'),
        ({'run_at': ''}, "'' is no instant"),
        ({'run_at': '2026-09-31T07:00:00Z'}, "'2026-09-31T07:00:00Z' is no instant"),
        ({'wait': '-1'}, 'WAIT is a number of seconds'),
        ({'wait': 'nan'}, 'WAIT is a number of seconds'),
    ],
)
def test_what_the_command_line_names_must_be_there(roster, monkeypatch, options, words):
    roster.land(FLOW, DROP, clean_drop(FLOW))
    monkeypatch.setattr(sys, 'argv', ['build.py', *(f'--{name.replace("_", "-")}={value}' for name, value in options.items())])
    with pytest.raises(build.Refusal) as refusal:
        build.check(build.parse_arguments(), roster.landing)
    assert words in str(refusal.value)


def test_flows_and_drops_are_lists(roster, monkeypatch):
    drops = [(FLOW, DROP), ('fabrikam-2027', DROP)]
    for flow, drop in drops:
        roster.land(flow, drop, clean_drop(flow))
    options = ['--flow=contoso-2027,fabrikam-2027 contoso-2026', f'--approve={FLOW}/{DROP}, fabrikam-2027/{DROP}']
    monkeypatch.setattr(sys, 'argv', ['build.py', *options])
    arguments = build.parse_arguments()
    build.check(arguments, roster.landing)
    assert arguments.flow == ['contoso-2027', 'fabrikam-2027', 'contoso-2026']
    assert arguments.approve == [f'{FLOW}/{DROP}', f'fabrikam-2027/{DROP}']


def test_rules_report_and_block_nothing(roster):
    """`dbt build` shows which rules were broken, builds everything all the same, and exits with 1."""
    roster.land(FLOW, DROP, faulty_drop())
    run = roster.build(RUN_AT, everything=True, with_tests=True)
    assert not run.succeeded
    told = {name: status for name, status in run.statuses.items() if status not in ('pass', 'success', 'no-op')}
    assert told == {
        'users__readable_line': 'fail',
        'users__email__well_formed_email': 'warn',
        'enrollments__class_sourced_id__references': 'fail',
    }
