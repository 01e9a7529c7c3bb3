"""Drops that tell changes alone, where the instants of runs and arrivals matter; what they do to records is in the scenarios."""

from roster import NEWEST_RUN, clean_drop, python_model, to_csv

FLOW = 'contoso-2027'
HEADER = ['sourcedId', 'status', 'dateLastModified', 'name', 'type']
ORGS = [{'sourcedId': f'org-{number}', 'name': f'Org {number}', 'type': 'school'} for number in range(20)]


def name_of(day):
    return f'202609{day:02}T060000Z'


def instant_of(day, hour=7):
    return f'2026-09-{day:02}T{hour:02}:00:00Z'


def whole():
    """A complete drop of some twenty organizations."""
    files = clean_drop(FLOW)
    return files | {'orgs.csv': files['orgs.csv'] + to_csv(files['orgs.csv'].split('\n')[0].split(','), ORGS).split('\n', 1)[1]}


def changes(*orgs):
    """A drop of changes to organizations: id and name, or the id alone of one that is deleted."""
    rows = [
        {'sourcedId': key, 'status': 'active' if name else 'tobedeleted', 'dateLastModified': '2026-08-31T20:00:00Z'}
        | {'name': ''.join(name), 'type': 'school' if name else ''}
        for key, *name in orgs
    ]
    return {'manifest.csv': 'propertyName,value\nfile.orgs,delta\n', 'orgs.csv': to_csv(HEADER, rows)}


def activity(roster, flow=FLOW):
    [activity] = roster.query(
        f'select status, drop_id, drops from runs.run_activity where inbound_flow_id = ? and run_id = {NEWEST_RUN}', [flow]
    )
    return activity


def names(roster, flow=FLOW):
    """The organizations of a flow that are present, id and name."""
    return dict(
        roster.query(
            """
            select sourced_id, name from history.orgs
            where inbound_flow_id = ? and is_active_in_session and dbt_valid_to is null
            """,
            [flow],
        )
    )


def test_deletions_are_held_as_absences_are_and_the_changes_that_wait_go_with_them(roster):
    roster.land(FLOW, name_of(1), whole())
    assert roster.build(instant_of(1)).succeeded
    before = names(roster)

    roster.land(FLOW, name_of(2), changes(('org-0', 'Renamed')))
    roster.land(FLOW, name_of(3), changes(('org-1',), ('org-2',), ('org-3',)))
    assert roster.build(instant_of(3)).succeeded
    assert activity(roster) == ('failed', name_of(3), [name_of(2), name_of(3)])
    assert names(roster) == before

    assert roster.build(instant_of(3, 8), approved_drops=[f'{FLOW}/{name_of(3)}']).succeeded
    gone = {'org-1', 'org-2', 'org-3'}
    after = {key: name for key, name in before.items() if key not in gone} | {'org-0': 'Renamed'}
    assert activity(roster)[0] == 'completed'
    assert names(roster) == after
    # run again, the same drops change nothing
    versions = roster.query('select * exclude (metadata) from history.orgs order by all')
    assert roster.build(instant_of(3, 9)).succeeded
    assert activity(roster) == ('completed', name_of(3), [name_of(2), name_of(3)])
    assert roster.query('select * exclude (metadata) from history.orgs order by all') == versions


def test_a_delta_that_comes_late_is_passed_over_and_said_until_a_complete_drop_comes(roster):
    roster.land(FLOW, name_of(1), whole())
    roster.land(FLOW, name_of(4), changes(('org-0', 'In time')))
    assert roster.build(instant_of(4)).succeeded
    assert activity(roster) == ('completed', name_of(4), [name_of(1), name_of(4)])

    def late_drops():
        return roster.query(f"select drop_id, severity from runs.validation_result where rule = 'late_delta' and run_id = {NEWEST_RUN}")

    roster.land(FLOW, name_of(3), changes(('org-0', 'Too late'), ('org-1',)))
    roster.land(FLOW, name_of(5), changes(('org-2', 'Next')))
    assert roster.build(instant_of(5)).succeeded
    assert activity(roster) == ('completedWithWarnings', name_of(5), [name_of(5)])
    assert late_drops() == [(name_of(3), 'warning')]
    assert {key: names(roster)[key] for key in ('org-0', 'org-1', 'org-2')} == {
        'org-0': 'In time',
        'org-1': 'Org 1',
        'org-2': 'Next',
    }

    roster.land(FLOW, name_of(6), whole())
    assert roster.build(instant_of(6)).succeeded
    assert activity(roster) == ('completed', name_of(6), [name_of(6)])
    assert late_drops() == []


def test_a_delta_announced_in_a_refused_drop_waits_for_what_is_right(roster):
    roster.land(FLOW, name_of(1), whole())
    assert roster.build(instant_of(1)).succeeded
    untold = changes(('org-0', 'Renamed'))
    untold['orgs.csv'] = untold['orgs.csv'].replace('2026-08-31T20:00:00Z', '')
    roster.land(FLOW, name_of(2), untold)
    assert roster.build(instant_of(2)).succeeded
    assert activity(roster)[0] == 'failed'
    assert roster.query(f"select drop_id, file_name from runs.validation_result where rule = 'changes_told' and run_id = {NEWEST_RUN}") == [
        (name_of(2), 'orgs.csv')
    ]
    # changes that follow lack what was refused; a complete drop does not
    roster.land(FLOW, name_of(3), changes(('org-1', 'Renamed')))
    assert roster.build(instant_of(3)).succeeded
    assert activity(roster) == ('failed', name_of(3), [name_of(2), name_of(3)])
    roster.land(FLOW, name_of(4), whole())
    assert roster.build(instant_of(4)).succeeded
    assert activity(roster) == ('completed', name_of(4), [name_of(4)])


def test_a_manifest_is_read_before_what_it_announces_whatever_the_case_of_their_names(tmp_path):
    landed_file = python_model('landing/landed_file.py')
    drop = tmp_path / FLOW / name_of(1)
    drop.mkdir(parents=True)
    (drop / 'Enrollments.csv').touch()
    (drop / 'Manifest.csv').write_text('propertyName,value\n"broken,\nfile.enrollments,bulk\n"file.enrollments", Delta \nfile.users,\n')
    known = {name: name for name in ('manifest.csv', 'enrollments.csv')}
    files = {row[2]: row[6:] for row in landed_file.files_of(tmp_path, FLOW, known)}
    assert files['enrollments.csv'] == ('delta', None)
    announced, properties = files['manifest.csv']
    assert announced == 'delta'
    assert [tuple(each.values()) for each in properties] == [
        (3, 'file.enrollments', 'bulk'),
        (4, 'file.enrollments', 'Delta'),
        (5, 'file.users', None),
    ]
