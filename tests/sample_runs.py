"""The bundled sample, built once for all tests that look at results."""

import json
import sys

import pytest

from roster import PROJECT, Roster, shared

sys.path.insert(0, str(PROJECT / 'scripts'))
from build import instant_of_the_sample  # noqa: E402

# two of the instants of `make demo`
INSTANTS = ['2026-09-07T07:00:00Z', '2026-09-28T07:00:00Z']


@pytest.fixture(scope='session')
def sample_warehouse(tmp_path_factory):
    """After two runs, the second on the faulty drop."""
    return shared(tmp_path_factory, 'sample_runs', lambda folder: run_sample(folder, INSTANTS)) / 'roster.duckdb'


@pytest.fixture(scope='session')
def sample_once(tmp_path_factory):
    """After the one run of `make build`."""
    instant = instant_of_the_sample(PROJECT / 'no such warehouse')
    return shared(tmp_path_factory, 'sample_once', lambda folder: run_sample(folder, [instant])) / 'roster.duckdb'


def run_sample(folder, instants):
    roster = Roster(folder)
    roster.landing = PROJECT / 'sample' / 'landing'
    for instant in instants:
        build = roster.dbt(
            *('build', '--exclude-resource-type', 'test', '--exclude-resource-type', 'unit_test'),
            *('--vars', json.dumps({'run_at': instant})),
        )
        assert build.succeeded, build.output
