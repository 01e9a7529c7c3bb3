"""Whatever a district sends: lines are accounted for, order does not matter, and history is what the oracle says.

Each flow of an example has a sequence of drops. A record of a drop is in one of the states of `STATES`; a drop may
lack a file, be empty where it must not be, or be refused. Builds are slow, so the examples are few and always the same.
"""

import random
import re
import tempfile
from dataclasses import dataclass, field

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from oracle import COLUMNS_1_1, COLUMNS_1_2, ORDER, Flow
from roster import NEWEST_RUN, Roster, clean_drop, header_of, to_csv

# each flow goes its own way in the same runs: OneRoster 1.1 and 1.2 by turns
FLOWS = {
    f'{like}-{number}': like for number in range(4) for like in ('contoso-2027', 'fabrikam-2027')
}
FEW = settings(
    max_examples=2,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate],
)

# good: as it is. changed, vague: another value, a bad value where none is needed. broken: a required value is bad.
# cut: too few cells. nameless: cut, and its id cannot be told. withdrawn: says it is gone. copied: the line comes
# twice. merged: in 1.1 a person comes with one line per school. disputed: two different lines. resent, renewed: a good
# line beside one that is cut, or that says it is gone. unsaid: a line of a delta that does not say what changed.
STATES = ['good', 'changed', 'vague', 'broken', 'absent', 'cut', 'nameless', 'withdrawn', 'copied', 'merged', 'disputed']
STATES += ['resent', 'renewed', 'unsaid']

# The records whose fate varies; the lines of the clean drop stay good, so no file that matters is ever empty.
VARYING = {
    'orgs.csv': [
        {'sourcedId': 'annex', 'name': 'Annex', 'type': 'school', 'parentSourcedId': 'district'},
        {'sourcedId': 'branch', 'name': 'Branch', 'type': 'School', 'parentSourcedId': 'annex'},
    ],
    'users.csv': [
        {
            'sourcedId': f'student-{number}',
            'enabledUser': 'TRUE',
            'orgSourcedIds': orgs,
            'role': 'student',
            'username': f'student-{number}',
            'givenName': f'Given {number}',
            'familyName': f'Family {number}',
            'agentSourcedIds': 'teacher,student-3',
            'grades': '9',
        }
        for number, orgs in [(3, 'annex'), (4, 'branch,school')]
    ],
    'roles.csv': [
        {'sourcedId': f'r-{number}', 'userSourcedId': f'student-{number}', 'roleType': 'primary', 'role': 'student'}
        | {'orgSourcedId': org}
        for number, org in [(3, 'annex'), (4, 'branch')]
    ],
    'classes.csv': [
        {
            'sourcedId': 'algebra-2',
            'title': 'Algebra 2',
            'courseSourcedId': 'algebra',
            'classType': 'scheduled',
            'schoolSourcedId': 'annex',
            'termSourcedIds': 'fall,year',
        },
    ],
    'enrollments.csv': [
        {'sourcedId': f'e-{number}', 'classSourcedId': section, 'schoolSourcedId': org, 'role': 'student'}
        | {'userSourcedId': f'student-{number}'}
        for number, section, org in [(3, 'algebra-2', 'annex'), (4, 'algebra-1', 'school')]
    ],
    'demographics.csv': [{'sourcedId': 'student-3', 'birthDate': '2012-03-03', 'sex': 'Female'}],
}
SAID = {'status': 'active', 'dateLastModified': '2026-08-31T20:00:00Z'}
# file: a required and an optional column, and for the optional one another good value and a bad one
WEAK_SPOTS = {
    'orgs.csv': ('type', 'parentSourcedId', 'branch', 'nowhere'),
    'users.csv': ('givenName', 'email', 'Someone@Example.org', 'nobody'),
    'roles.csv': ('role', 'beginDate', '2026-09-01', 'soon'),
    'classes.csv': ('title', 'grades', '10,9', '9,99'),
    'enrollments.csv': ('role', 'primary', 'False', 'maybe'),
    'demographics.csv': ('sourcedId', 'sex', 'male', 'wizard'),
}
BREAKS = {'sourcedId': 'student-99', 'role': 'wizard', 'type': 'wizard'}  # other required columns break by a blank

EVENTS = ['no demographics', 'no classes', 'no orgs', 'no people', 'untold changes']


def random_drop(chance):
    """What befalls a drop and each varying record of it: half of them nothing; and which of its files tell changes alone, of
    a third of the drops all of them."""
    return {
        'event': chance.choice([None] * 2 * len(EVENTS) + EVENTS),
        'deltas': chance.choice([set(), {chance.choice(list(VARYING))}, set(chance.sample(list(VARYING), 4))]),
        'states': {
            file: [chance.choice(['good', chance.choice(STATES)]) for _ in records] for file, records in VARYING.items()
        },
    }


def files_of(flow, drop):
    """The files of a drop. One with many deltas is nothing else, one with a delta among other files is complete."""
    if drop['deltas']:
        return changed_files(flow, drop)
    files = clean_drop(flow)
    for file, varying in VARYING.items():
        if file in files:
            for record, state in zip(varying, drop['states'][file]):
                files[file] += lines_of(file, header_of(files[file]), record, state)
    match drop['event']:
        case 'no demographics':
            del files['demographics.csv']
        case 'no classes':
            del files['classes.csv'], files['enrollments.csv']
        case 'no orgs':
            del files['orgs.csv']
        case 'no people':
            files['users.csv'] = to_csv(header_of(files['users.csv']), [])
        case 'untold changes':
            files['manifest.csv'] = 'propertyName,value\nfile.orgs,delta\n'
    return files


def changed_files(flow, drop):
    whole = clean_drop(flow)
    deltas = [file for file in VARYING if file in whole and file in drop['deltas']]
    files = {} if len(drop['deltas']) > 1 else files_of(flow, drop | {'deltas': set(), 'event': None})
    for file in deltas:
        header = header_of(whole[file])
        lines = ''.join(
            lines_of(file, header, record | SAID, state) for record, state in zip(VARYING[file], drop['states'][file])
        )
        # one line says what changed, so that the file is a delta
        told = {column: cell for column, cell in VARYING[file][0].items() if column in header}
        files[file] = whole[file].split('\n', 1)[0] + '\n' + lines + to_csv(header, [told | SAID]).split('\n', 1)[1]
    return files | {'manifest.csv': 'propertyName,value\n' + ''.join(f'file.{file[:-4]},delta\n' for file in deltas)}


def lines_of(file, header, record, state):
    required, optional, other, bad = WEAK_SPOTS[file]
    match state:
        case 'changed':
            rows = [record | {optional: other}]
        case 'vague':
            rows = [record | {optional: bad}]
        case 'broken':
            rows = [record | {required: BREAKS.get(required, ' ')}]
        case 'absent':
            rows = []
        case 'cut':
            return f'{record["sourcedId"]},,\n'
        case 'nameless':
            return ',x,\n'
        case 'withdrawn':
            rows = [record | {'status': 'toBeDeleted'}]
        case 'unsaid' if 'status' in record:
            rows = [record | {'status': ''}]
        case 'resent':
            return lines_of(file, header, record, 'cut') + lines_of(file, header, record, 'good')
        case 'renewed':
            rows = [record | {'status': 'toBeDeleted'}, record]
        case 'copied':
            rows = [record, record]
        case 'merged' if 'orgSourcedIds' in header:
            rows = [record | {'orgSourcedIds': org} for org in record['orgSourcedIds'].split(',') + ['school']]
        case 'disputed':
            # not `other`: a rejected organization that closes a cycle has a scenario of its own
            rows = [record, record | {optional: bad}]
        case _:
            rows = [record]
    known = [{column: cell for column, cell in row.items() if column in header} for row in rows]
    return to_csv(header, known).split('\n', 1)[1]


def name_of(day):
    return f'202609{day:02}T060000Z'


def instant_of(day):
    return f'2026-09-{day:02}T07:00:00Z'


def snake(name):
    return {'primary': 'is_primary'}.get(name, re.sub(r'(?<=[a-z])(?=[A-Z])', '_', name).lower())


def plain(value):
    """Lists are compared as sets: their order says nothing."""
    return sorted(set(value)) if isinstance(value, list) else value


def text(instant):
    return None if instant is None else instant.strftime('%Y-%m-%dT%H:%M:%SZ')


def columns_of(file):
    columns = dict.fromkeys(name for columns in (COLUMNS_1_1, COLUMNS_1_2) for name, *_ in columns.get(file, []))
    return [*list(columns)[1:], 'grade'] if file == 'roles' else list(columns)[1:]


@dataclass
class Told:
    """What the warehouse says of a flow after a run; or what the oracle says."""

    status: str = 'completed'
    counts: dict = field(default_factory=dict)  # (drop, file) -> received, staged, rejected, unreadable, collapsed, withdrawn
    left_out: set = field(default_factory=set)  # (file, line) of each record left out
    history: dict = field(default_factory=lambda: {file: [] for file in ORDER})  # file -> versions


COUNTS = ['received_records', 'staged_records', 'rejected_records', 'unreadable_lines', 'collapsed_copies']
COUNTS += ['withdrawn_records']


def told_by_warehouse(roster):
    """Of each flow; read through one connection, for opening the file takes longer than asking."""
    told = {flow: Told() for flow in FLOWS}
    with roster.connect() as connection:
        for flow, status in connection.execute(f"""
            select inbound_flow_id, status from runs.run_activity where run_id = {NEWEST_RUN} and status <> 'skipped'
        """).fetchall():
            told[flow].status = status
        for flow, drop, file, *counts in connection.execute(f"""
            select inbound_flow_id, drop_id, file_name, {', '.join(COUNTS)} from landing.file_inventory where is_processed
        """).fetchall():
            told[flow].counts[drop, file] = counts
        for flow, file, line in connection.execute(f"""
            select inbound_flow_id, file_name, line_number from runs.validation_result
            where effect = 'record_left_out' and run_id = {NEWEST_RUN}
        """).fetchall():
            told[flow].left_out.add((file, line))
        for file in ORDER:
            for flow, key, is_active, ended_by, first, last, start, end, *values in connection.execute(f"""
                select
                    inbound_flow_id, sourced_id, is_active_in_session, ended_by, first_seen_at, last_seen_at, dbt_valid_from,
                    dbt_valid_to, {', '.join(snake(column) for column in columns_of(file))}
                from history.{snake(file)}
                order by all
            """).fetchall():
                content = repr([plain(value) for value in values])
                told[flow].history[file].append(
                    (key, text(start), text(end), is_active, ended_by, text(first), text(last), content)
                )
    return told


def told_by_oracle(oracle, run_at, drops):
    """What the oracle says of a flow after it has processed these drops."""
    outcome, judged = oracle.process(run_at, drops)
    told = Told('completed' if outcome == 'processed' else 'failed')
    # by the gravest that is found; notices change nothing
    if any(result.has_warnings for result in judged.values()):
        told.status = 'completedWithWarnings'
    if any(result.left_out_lines for result in judged.values()):
        told.status = 'completedWithErrors'
    for file, result in judged.items():
        kinds = ('received', 'staged', 'rejected', 'unreadable', 'collapsed', 'withdrawn')
        for drop in {drop for drop, _ in result.counts}:
            told.counts[drop, f'{file}.csv'] = [result.counts[drop, kind] for kind in kinds]
        told.left_out |= {(f'{file}.csv', line) for line in result.left_out_lines}
    for file in ORDER:
        told.history[file] = [
            (
                key,
                version.valid_from,
                version.valid_to,
                version.is_active,
                version.ended_by,
                version.first_seen_at,
                version.last_seen_at,
                repr([version.values.get(column) for column in columns_of(file)]),
            )
            for key, versions in oracle.history[file].items()
            for version in versions
        ]
    return told


def begin(folder, configured):
    """A roster with so many flows of either version."""
    roster = Roster(folder, configured=configured)
    for flow, like in FLOWS.items():
        roster.add_flow(flow, like)
    return roster


@FEW
@given(seed=st.integers(0, 9999))
def test_history_is_what_the_oracle_says(configured, seed):
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder:
        roster, oracles = begin(folder, configured), {flow: Flow() for flow in FLOWS}
        waiting = {flow: {} for flow in FLOWS}
        for day in range(1, 7):
            for flow in FLOWS:
                waiting[flow][name_of(day)] = files_of(flow, random_drop(chance))
                roster.land(flow, name_of(day), waiting[flow][name_of(day)])
            if day in (2, 5):
                continue
            build = roster.build(instant_of(day), flows=list(FLOWS))
            assert build.succeeded, build.output
            for flow, told in told_by_warehouse(roster).items():
                expected = told_by_oracle(oracles[flow], instant_of(day), waiting[flow])
                if expected.status != 'failed':
                    waiting[flow] = {}
                assert told.status == expected.status, (flow, day)
                if expected.status != 'failed':
                    assert told.counts == expected.counts, (flow, day)
                    assert told.left_out == expected.left_out, (flow, day)
                for file in ORDER:
                    versions = sorted(told.history[file], key=repr)
                    assert versions == sorted(expected.history[file], key=repr), (flow, day, file)


@FEW
@given(seed=st.integers(0, 9999))
def test_neither_a_second_run_nor_the_order_of_lines_changes_anything(configured, seed):
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder:
        roster = begin(folder, configured)
        for flow in FLOWS:
            files = files_of(flow, random_drop(chance) | {'event': None, 'deltas': set()})
            roster.land(flow, name_of(1), files)
            roster.land(flow, name_of(3), shuffled(files, chance))
        assert roster.build(instant_of(1), flows=list(FLOWS)).succeeded
        at_first = told_by_warehouse(roster)
        assert any(told.history['users'] for told in at_first.values())
        for day in (2, 3):
            assert roster.build(instant_of(day), flows=list(FLOWS)).succeeded
            for flow, now in told_by_warehouse(roster).items():
                assert now.status == at_first[flow].status, (flow, day)
                assert by_file(now.counts) == by_file(at_first[flow].counts), (flow, day)
                assert {file: sorted(now.history[file], key=repr) for file in ORDER} == {
                    file: sorted(at_first[flow].history[file], key=repr) for file in ORDER
                }, (flow, day)


def by_file(counts):
    """The counts of each file, whichever drop it came in."""
    return {file: numbers for (_, file), numbers in counts.items()}


def shuffled(files, chance):
    def shuffle(content):
        header, *lines = content.splitlines(keepends=True)
        chance.shuffle(lines)
        return ''.join([header, *lines])

    return {name: shuffle(content) for name, content in files.items()}
