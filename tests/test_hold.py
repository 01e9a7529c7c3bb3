"""A drop that would end or change too much is held until someone lets it through."""

import pytest

from roster import NEWEST_RUN, clean_drop, to_csv

FLOW = 'contoso-2027'
FIRST, SECOND, THIRD = '20260901T060000Z', '20260902T060000Z', '20260903T060000Z'
ON_FIRST, ON_SECOND, ON_THIRD = '2026-09-01T07:00:00Z', '2026-09-02T07:00:00Z', '2026-09-03T07:00:00Z'


def drop_of_orgs(count, removed=0, renamed=0):
    """A clean drop of so many organizations, of which some are gone and some have another name."""
    orgs = [
        {'sourcedId': 'school', 'name': 'School', 'type': 'school'},
        *({'sourcedId': f'org-{number}', 'name': f'Org {number}', 'type': 'school'} for number in range(1, count)),
    ]
    orgs = orgs[: count - removed]
    for org in orgs[1 : 1 + renamed]:
        org['name'] += ' (renamed)'
    return clean_drop(FLOW) | {'orgs.csv': to_csv(['sourcedId', 'name', 'type'], orgs)}


def activity(roster):
    """Status and reason of the flow in the newest run."""
    [[status, reason]] = roster.query(
        f'select status, reason from runs.run_activity where inbound_flow_id = ? and run_id = {NEWEST_RUN}', [FLOW]
    )
    return status, reason


def active_orgs(roster):
    return roster.value('select count(*) from history.orgs where is_active_in_session and dbt_valid_to is null')


@pytest.mark.parametrize(
    ('count', 'removed', 'renamed', 'variables', 'is_held'),
    [
        (20, 2, 0, {}, False),  # 10 % is not more than 10 %
        (20, 3, 0, {}, True),
        (19, 9, 0, {}, False),  # fewer than 20 active records: no share is judged
        (20, 3, 0, {'hold_removed_share': 0.2}, False),
        (20, 0, 15, {}, False),  # 75 % is not more than 75 %
        (20, 0, 16, {}, True),
        (20, 0, 16, {'hold_changed_share': 0.9}, False),
    ],
)
def test_a_share_that_is_too_great_holds_the_drop(roster, count, removed, renamed, variables, is_held):
    roster.land(FLOW, FIRST, drop_of_orgs(count))
    roster.land(FLOW, SECOND, drop_of_orgs(count, removed, renamed))
    assert roster.build(ON_FIRST).succeeded
    assert roster.build(ON_SECOND, **variables).succeeded

    status, reason = activity(roster)
    versions = roster.value("select count(*) from history.orgs where sourced_id <> 'school'")
    if is_held:
        assert status == 'failed'
        assert f'{FLOW}/{SECOND}' in reason and 'approved_drops' in reason
        assert roster.value('select status from runs.run order by run_at desc limit 1') == 'failed'
        assert (active_orgs(roster), versions) == (count, count - 1)
    else:
        assert status == 'completed'
        assert (active_orgs(roster), versions) == (count - removed, count - 1 + removed + renamed)


def test_a_held_drop_touches_no_file_and_is_let_through_by_name_even_when_a_newer_one_waits(roster):
    held = drop_of_orgs(20, removed=3)
    held['courses.csv'] = held['courses.csv'].replace('Algebra', 'Geometry')
    roster.land(FLOW, FIRST, drop_of_orgs(20))
    roster.land(FLOW, SECOND, held)
    roster.land(FLOW, THIRD, drop_of_orgs(20))
    assert roster.build(ON_FIRST).succeeded
    assert roster.build(ON_SECOND).succeeded
    assert activity(roster)[0] == 'failed'
    assert roster.values('select title from history.courses') == ['Algebra']

    assert roster.build(ON_THIRD, approved_drops=[f'{FLOW}/{SECOND}']).succeeded
    assert activity(roster)[0] == 'completed'
    assert active_orgs(roster) == 17
    assert roster.values('select title from history.courses') == ['Algebra', 'Geometry']
