"""Bare dbt asked for a part of a run, or broken off in one: what the run log and history say afterwards."""

import json

import duckdb

from roster import PROJECT, clean_drop, copy_of, drop_lines, parsed, replace_cell, with_lines

FLOW = 'contoso-2027'
DROPS = ['20260901T060000Z', '20260902T060000Z', '20260903T060000Z', '20260904T060000Z']
INSTANTS = ['2026-09-01T07:00:00Z', '2026-09-02T07:00:00Z', '2026-09-03T07:00:00Z', '2026-09-04T07:00:00Z']


def dbt(roster, *command, run_at=INSTANTS[2]):
    """A dbt command as somebody might type it, on a roster whose configuration is there."""
    manifest = copy_of(parsed(PROJECT, roster.folder))
    return roster.dbt(*command, '--vars', json.dumps({'run_at': run_at}), manifest=manifest)


def statuses(roster):
    return [status for (status,) in roster.query('select status from runs.run order by run_at, started_at')]


def test_what_a_run_that_was_not_whole_wrote_counts_for_nothing(roster):
    files = clean_drop(FLOW)
    enrollments = files['enrollments.csv']
    newcomer = {'sourcedId': 'e-3', 'classSourcedId': 'algebra-1', 'schoolSourcedId': 'school', 'userSourcedId': 'student-1', 'role': 'student'}
    for drop, text in zip(
        DROPS,
        [
            enrollments,
            replace_cell(enrollments, 'e-2', 'role', 'juggler'),  # its last good version stands in
            with_lines(drop_lines(enrollments, 'e-1'), newcomer),
            drop_lines(enrollments, 'e-1', 'e-2'),
        ],
    ):
        roster.land(FLOW, drop, files | {'enrollments.csv': text})
    for run_at in INSTANTS[:2]:
        assert roster.build(run_at).succeeded
    assert [status == 'failed' for status in statuses(roster)] == [False, False]

    # all that a later run reads, but of history one file only: as if it had been killed between two snapshots
    parts = ['+run_activity', '+stood_in_record', '+history_oneroster__enrollments']
    assert dbt(roster, 'build', '--exclude-resource-type', 'test', '--select', *parts, '--exclude', 'path:seeds').succeeded
    assert statuses(roster)[2] == 'failed'
    assert 'dbt build' in roster.value("select blocking_error from runs.run where status = 'failed'")

    assert roster.build(INSTANTS[3]).succeeded
    last_seen = dict(
        roster.query(
            """
            select sourced_id, strftime(last_seen_at, '%Y-%m-%dT%H:%M:%SZ')
            from history.enrollments where dbt_valid_to is null and not is_active_in_session
            """
        )
    )
    # the third run did not count, but e-3 was seen in it and never since
    assert last_seen == {'e-1': INSTANTS[1], 'e-2': INSTANTS[0], 'e-3': INSTANTS[2]}


def test_only_the_command_that_began_a_run_ends_it(roster):
    roster.land(FLOW, DROPS[0], clean_drop(FLOW))
    assert roster.build(INSTANTS[0]).succeeded
    with duckdb.connect(str(roster.warehouse)) as connection:
        connection.execute("update runs.run set status = 'running', completed_at = null")  # as a killed one leaves it
    for command in (['snapshot'], ['run', '--select', 'run_activity'], ['build', '--select', 'path:models/changes']):
        build = dbt(roster, *command)
        assert not build.succeeded
        assert 'dbt build' in build.output
    assert roster.query('select status, blocking_error from runs.run') == [('failed', 'The run did not finish.')]
    with duckdb.connect(str(roster.warehouse)) as connection:
        connection.execute("update runs.run set status = 'running', completed_at = null")
    assert dbt(roster, 'build', '--selector', 'analysts').statuses
    assert statuses(roster) == ['failed']
