"""What happens to a record, by example: one folder per sentence under `scenarios/` (its README says how to write one)."""

import csv
from pathlib import Path

import duckdb
import pytest
import yaml

from roster import NEWEST_RUN, clean_drop

FOLDER = Path(__file__).parent / 'scenarios'
SCENARIOS = sorted(path for path in FOLDER.iterdir() if path.is_dir())


@pytest.mark.parametrize('scenario', SCENARIOS, ids=lambda scenario: scenario.name)
def test_scenario(scenario, roster):
    settings = read_settings(scenario)
    drops = drops_of(scenario, settings)
    for (flow, drop), files in drops.items():
        roster.land(flow, drop, files)

    expectations = sorted((scenario / 'expected').glob('*.csv'))
    assert expectations, 'a scenario expects something'
    everything = any(path.name.startswith(('rostering.', 'demographics.', 'directory.')) for path in expectations)

    for run in runs_of(settings, drops):
        build = roster.build(run['run_at'], everything, **run.get('vars', {}))
        if 'fails' in run:
            assert not build.succeeded
            assert run['fails'] in build.output
        else:
            assert build.succeeded, build.output

    for expectation in expectations:
        missing, unexpected = compare(roster, expectation)
        assert not missing and not unexpected, f'{expectation.stem}: missing {missing}, unexpected {unexpected}'


def read_settings(scenario):
    path = scenario / 'scenario.yml'
    # every scalar stays text: an instant is not to become a Python date
    return yaml.load(path.read_text(), yaml.BaseLoader) if path.exists() else {}


def drops_of(scenario, settings):
    """(flow, drop) -> files: a clean drop, without the files said to be missing, and with those of the scenario."""
    landed = [path.relative_to(scenario / 'landing').parts for path in sorted(scenario.glob('landing/*/*'))]
    described = {tuple(name.split('/')): how or {} for name, how in settings.get('drops', {}).items()}
    drops = {}
    for flow, drop in sorted({*landed, *described}):
        how = described.get((flow, drop), {})
        files = {} if how.get('nothing_else') == 'true' else clean_drop(flow)
        for name in how.get('without', []):
            del files[name]
        for path in sorted((scenario / 'landing' / flow / drop).glob('*')):
            files[path.name] = path.read_bytes()
        drops[flow, drop] = files
    return drops


def runs_of(settings, drops):
    """The runs of the scenario; unless it says otherwise, one an hour after each drop."""
    if 'runs' in settings:
        return [run if isinstance(run, dict) else {'run_at': run} for run in settings['runs']]
    return [{'run_at': an_hour_after(drop)} for drop in sorted({drop for _, drop in drops})]


def an_hour_after(drop):
    day, hour, rest = drop[:8], int(drop[9:11]), drop[11:]
    return f'{day[:4]}-{day[4:6]}-{day[6:]}T{hour + 1:02}:{rest[:2]}:{rest[2:4]}Z'


def compare(roster, expectation):
    """Expected rows that are not there, and rows that are not expected, over the columns the expectation names."""
    relation = expectation.stem
    with open(expectation, newline='') as lines:
        [columns, *expected] = list(csv.reader(lines))
    values = ', '.join(f"coalesce(cast({column} as varchar), '')" for column in columns)
    sql = f'select {values} from {relation}'
    if relation.startswith('runs.') and relation != 'runs.run':
        sql += f' where run_id = {NEWEST_RUN}'
    try:
        unexpected = [list(row) for row in roster.query(sql)]
    except duckdb.Error as error:
        pytest.fail(f'{relation}: {error}')
    missing = []
    for row in expected:
        found = next((actual for actual in unexpected if matches(columns, row, actual)), None)
        if found is None:
            missing.append(row)
        else:
            unexpected.remove(found)
    return missing, unexpected


def matches(columns, expected, actual):
    """Equal in every column; of a message only the parts that must be in it are given, with ` ... ` between them."""
    return all(
        all(part in right for part in left.split(' ... ')) if column in ('message', 'reason', 'blocking_error')
        else left == right
        for column, left, right in zip(columns, expected, actual)
    )
