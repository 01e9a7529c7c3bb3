"""Exports that nobody of this project wrote, when they are at hand."""

import pytest

from roster import NEWEST_RUN, PROJECT

SAMPLES = PROJECT.parent / 'shared' / 'samples'
DROP, RUN_AT = '20260901T060000Z', '2026-09-01T07:00:00Z'


@pytest.mark.skipif(not SAMPLES.is_dir(), reason=f'there are no samples in {SAMPLES}')
def test_foreign_exports_are_read_to_the_last_line(roster):
    for flow, folder in {'edfi': 'edfi-1.1', 'district': 'generated-district', 'steps': 'steps'}.items():
        roster.add_flow(flow, 'contoso-2027')
        roster.land(flow, DROP, {path.name: path.read_bytes() for path in (SAMPLES / folder).glob('*.csv')})
    build = roster.build(RUN_AT)
    assert build.succeeded, build.output

    landed = {
        (flow.name, path.name): sum(1 for line in path.read_bytes().splitlines()[1:] if line.strip())
        for flow in roster.landing.iterdir()
        for path in flow.glob('*/*.csv')
        if path.name != 'manifest.csv'
    }
    inventory = roster.query("""
        select
            inbound_flow_id, file_name, received_records, staged_records,
            staged_records + rejected_records + unreadable_lines + collapsed_copies + withdrawn_records
        from landing.file_inventory
        where is_processed
    """)
    assert {(flow, file): received for flow, file, received, _, _ in inventory} == landed
    assert [row for row in inventory if row[2] != row[4]] == []
    # district only differs from the standard in ways that are understood, and notices leave it completed. edfi has two people
    # with a cell more than the header, which in a file of passwords may be a password that a comma moved; who is enrolled as
    # one of them goes too.
    left_out = roster.query(f"""
        select inbound_flow_id, file_name, rule, caused_by, line_number from runs.validation_result
        where run_id = {NEWEST_RUN} and effect = 'record_left_out' and inbound_flow_id in ('edfi', 'district')
        order by all
    """)
    assert left_out == [
        *(('edfi', 'enrollments.csv', 'references', 'unreadable', line) for line in (22, 23, 24, 25)),
        *(('edfi', 'users.csv', 'readable_line', None, line) for line in (10, 11)),
    ]
    assert dict(
        roster.query(f"""
            select inbound_flow_id, status from runs.run_activity
            where run_id = {NEWEST_RUN} and status <> 'skipped'
        """)
    ) == {'edfi': 'completedWithErrors', 'district': 'completed', 'steps': 'completedWithErrors'}
