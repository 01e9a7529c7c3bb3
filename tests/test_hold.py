"""A drop that would end or change too much is held until someone lets it through."""

from dataclasses import dataclass, field

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


def activity(roster, flow):
    """Status and reason of a flow in the newest run."""
    [activity] = roster.query(
        f'select status, reason from runs.run_activity where inbound_flow_id = ? and run_id = {NEWEST_RUN}', [flow]
    )
    return activity


def versions(roster, flow):
    """How many organizations of a flow are active, and how many versions history holds."""
    [counts] = roster.query(
        """
        select count(*) filter (where is_active_in_session and dbt_valid_to is null), count(*)
        from history.orgs where inbound_flow_id = ?
        """,
        [flow],
    )
    return counts


@dataclass
class Case:
    """So many organizations, of which a second drop removes some and renames some; and whether that is too much."""

    count: int
    removed: int
    renamed: int
    is_held: bool
    variables: dict = field(default_factory=dict)


CASES = {
    'a-tenth-removed': Case(20, 2, 0, False),
    'more-than-a-tenth-removed': Case(20, 3, 0, True),
    'half-of-a-few-removed': Case(19, 9, 0, False),  # fewer than 20 active records: no share is judged
    'three-quarters-changed': Case(20, 0, 15, False),
    'more-than-three-quarters-changed': Case(20, 0, 16, True),
    'more-may-be-removed': Case(20, 3, 0, False, {'hold_removed_share': 0.2}),
    'more-may-be-changed': Case(20, 0, 16, False, {'hold_changed_share': 0.9}),
}


def test_a_share_that_is_too_great_holds_the_drop(roster):
    for flow, case in CASES.items():
        roster.add_flow(flow, FLOW)
        roster.land(flow, FIRST, drop_of_orgs(case.count))
        roster.land(flow, SECOND, drop_of_orgs(case.count, case.removed, case.renamed))
    assert roster.build(ON_FIRST, flows=list(CASES)).succeeded

    for hour, variables in enumerate([{}, {'hold_removed_share': 0.2}, {'hold_changed_share': 0.9}]):
        flows = [flow for flow, case in CASES.items() if case.variables == variables]
        assert roster.build(f'2026-09-02T{7 + hour:02}:00:00Z', flows=flows, **variables).succeeded
        for flow in flows:
            case = CASES[flow]
            status, reason = activity(roster, flow)
            if case.is_held:
                assert (flow, status) == (flow, 'failed')
                assert f'{flow}/{SECOND}' in reason and 'approved_drops' in reason
                assert (flow, versions(roster, flow)) == (flow, (case.count, case.count))
            else:
                assert (flow, status) == (flow, 'completed')
                changes = case.removed + case.renamed
                assert (flow, versions(roster, flow)) == (flow, (case.count - case.removed, case.count + changes))


def test_a_held_drop_touches_no_file_and_is_let_through_by_name_even_when_a_newer_one_waits(roster):
    held = drop_of_orgs(20, removed=3)
    held['courses.csv'] = held['courses.csv'].replace('Algebra', 'Geometry')
    roster.land(FLOW, FIRST, drop_of_orgs(20))
    roster.land(FLOW, SECOND, held)
    roster.land(FLOW, THIRD, drop_of_orgs(20))
    assert roster.build(ON_FIRST).succeeded
    assert roster.build(ON_SECOND).succeeded
    assert activity(roster, FLOW)[0] == 'failed'
    assert roster.value('select status from runs.run order by run_at desc limit 1') == 'failed'
    assert roster.values('select title from history.courses') == ['Algebra']

    assert roster.build(ON_THIRD, approved_drops=[f'{FLOW}/{SECOND}']).succeeded
    assert activity(roster, FLOW)[0] == 'completed'
    assert versions(roster, FLOW) == (17, 23)
    assert roster.values('select title from history.courses') == ['Algebra', 'Geometry']
