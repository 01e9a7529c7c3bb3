"""What happens to a record, by example: one folder per sentence under `scenarios/` (its README says how to write one).

A build takes seconds, so the scenarios share their runs: each has flows and source systems of its own, which bear its
number, and no other one may make a difference to it. A scenario that asks about a run as a whole, or names its own
instants, runs alone.
"""

import csv
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import yaml

from roster import Roster, clean_drop, shared

FOLDER = Path(__file__).parent / 'scenarios'
KNOWN_FLOWS = {
    'contoso-2026': 'contoso', 'contoso-2027': 'contoso', 'fabrikam-2027': 'fabrikam', 'woodgrove-2027': 'woodgrove',
}
# of none of the flows that are shipped
SCHOOL_DATA_SYNC_FLOW = 'woodgrove-2027'


@dataclass
class Scenario:
    """A folder of drops and of what they should come to."""

    folder: Path
    number: int
    settings: dict
    drops: dict = field(default_factory=dict)  # (flow, drop) -> files

    @property
    def runs(self):
        """The runs of the scenario; unless it says otherwise, one an hour after each drop."""
        if 'runs' in self.settings:
            return [run if isinstance(run, dict) else {'run_at': run} for run in self.settings['runs']]
        return [{'run_at': an_hour_after(drop)} for drop in sorted({drop for _, drop in self.drops})]

    @property
    def expectations(self):
        return sorted((self.folder / 'expected').glob('*.csv'))

    @property
    def is_alone(self):
        return 'runs' in self.settings or (self.folder / 'expected' / 'runs.run.csv').exists()

    def numbered(self, name):
        return name if self.is_alone else f'{name}-{self.number}'

    def land(self, roster):
        for flow in dict.fromkeys(flow for flow, _ in self.drops if flow in KNOWN_FLOWS):
            if flow == SCHOOL_DATA_SYNC_FLOW:
                roster.add_flow(
                    self.numbered(flow), 'contoso-2027', self.numbered(KNOWN_FLOWS[flow]), file_format='schoolDataSyncV21'
                )
            elif not self.is_alone:
                roster.add_flow(self.numbered(flow), flow, self.numbered(KNOWN_FLOWS[flow]))
        for (flow, drop), files in self.drops.items():
            roster.land(self.numbered(flow), drop, files)


def read_scenario(folder, number):
    path = folder / 'scenario.yml'
    # every scalar stays text: an instant is not to become a Python date
    settings = yaml.load(path.read_text(), yaml.BaseLoader) if path.exists() else {}
    scenario = Scenario(folder, number, settings)
    landed = [path.relative_to(folder / 'landing').parts for path in folder.glob('landing/*/*')]
    described = {tuple(name.split('/')): how or {} for name, how in settings.get('drops', {}).items()}
    for flow, drop in sorted({*landed, *described}):
        how = described.get((flow, drop), {})
        files = {} if how.get('nothing_else') == 'true' else clean_drop(flow)
        for name in how.get('without', []):
            del files[name]
        for path in (folder / 'landing' / flow / drop).glob('*'):
            files[path.name] = path.read_bytes()
        scenario.drops[flow, drop] = files
    return scenario


def an_hour_after(drop):
    day, hour, rest = drop[:8], int(drop[9:11]), drop[11:]
    return f'{day[:4]}-{day[4:6]}-{day[6:]}T{hour + 1:02}:{rest[:2]}:{rest[2:4]}Z'


SCENARIOS = [
    read_scenario(folder, number) for number, folder in enumerate(sorted(path for path in FOLDER.iterdir() if path.is_dir()))
]


@pytest.fixture(scope='module')
def together(tmp_path_factory, configured, request):
    """One warehouse for all scenarios that share their runs and that this session asks for."""

    def make(folder):
        roster = Roster(folder, configured=configured)
        asked = [item.callspec.params['scenario'] for item in request.session.items if 'together' in item.fixturenames]
        sharing = [scenario for scenario in asked if not scenario.is_alone]
        for scenario in sharing:
            scenario.land(roster)
        for run_at in sorted({run['run_at'] for scenario in sharing for run in scenario.runs}):
            build = roster.build(run_at, everything=True)
            assert build.succeeded, build.output

    return Roster(shared(tmp_path_factory, 'scenarios', make))


def named(scenarios):
    """The scenarios as test cases."""
    return [pytest.param(scenario, id=scenario.folder.name) for scenario in scenarios]


@pytest.mark.parametrize('scenario', named(scenario for scenario in SCENARIOS if not scenario.is_alone))
def test_scenario(scenario, together):
    check(scenario, together)


@pytest.mark.parametrize('scenario', named(scenario for scenario in SCENARIOS if scenario.is_alone))
def test_scenario_of_a_run(scenario, roster):
    scenario.land(roster)
    everything = any(path.name.startswith('rostering.') for path in scenario.expectations)
    for run in scenario.runs:
        build = roster.build(run['run_at'], everything, **run.get('vars', {}))
        if 'fails' in run:
            assert not build.succeeded
            assert run['fails'] in build.output
        else:
            assert build.succeeded, build.output
    check(scenario, roster)


def check(scenario, roster):
    assert scenario.expectations, 'a scenario expects something'
    wrong = []
    for expectation in scenario.expectations:
        missing, unexpected = compare(scenario, roster, expectation)
        if missing or unexpected:
            wrong.append(f'{expectation.stem}: missing {missing}, unexpected {unexpected}')
    assert not wrong, '\n'.join(wrong)


def compare(scenario, roster, expectation):
    """Expected rows that are not there, and rows that are not expected, over the columns the expectation names."""
    with open(expectation, newline='') as lines:
        [columns, *expected] = list(csv.reader(lines))
    unexpected = rows_of(scenario, roster, expectation.stem, columns)
    missing = []
    for row in expected:
        found = next((actual for actual in unexpected if matches(columns, row, actual)), None)
        if found is None:
            missing.append(row)
        else:
            unexpected.remove(found)
    return missing, unexpected


def rows_of(scenario, roster, relation, columns):
    """The scenario's rows of a relation, as text; of what each run adds to, those of the scenario's last run."""
    names = {scenario.numbered(flow): flow for flow, _ in scenario.drops}
    names |= {scenario.numbered(KNOWN_FLOWS[flow]): KNOWN_FLOWS[flow] for flow in names.values() if flow in KNOWN_FLOWS}
    there = {column for column, *_ in roster.query(f'describe {relation}')}
    conditions = [
        f'{owner} in ({", ".join(repr(name) for name in names)})'
        for owner in ('inbound_flow_id', 'source_system_id')
        if owner in there
    ]
    if 'run_id' in there and relation != 'runs.run':
        last = max(run['run_at'] for run in scenario.runs)
        conditions.append(f"run_id = (select run_id from runs.run where run_at = '{last}' order by started_at desc limit 1)")
    values = ', '.join(f"coalesce(cast({column} as varchar), '')" for column in columns)
    rows = roster.query(f'select {values} from {relation} where {" and ".join(conditions) or "true"}')
    return [
        [in_the_scenario(value, names) if column.endswith('_id') else value for column, value in zip(columns, row)]
        for row in rows
    ]


def in_the_scenario(value, names):
    """An id as the scenario has it, whose flow or source system stands before a colon or alone."""
    owner, colon, rest = value.partition(':')
    return names.get(owner, owner) + colon + rest


def matches(columns, expected, actual):
    """Equal in every column; of a message only the parts that must be in it are given, with ` ... ` between them."""
    return all(
        all(part in right for part in left.split(' ... ')) if column in ('message', 'reason', 'blocking_error')
        else left == right
        for column, left, right in zip(columns, expected, actual)
    )
