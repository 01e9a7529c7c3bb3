"""The bundled sample after two runs, the second on the faulty drop. Built once for all tests that look at results."""

import json

import pytest

from roster import PROJECT, Roster, shared

INSTANTS = ['2026-09-07T07:00:00Z', '2026-09-28T07:00:00Z']


@pytest.fixture(scope='session')
def sample_warehouse(tmp_path_factory):
    def make(folder):
        roster = Roster(folder)
        roster.landing = PROJECT / 'sample' / 'landing'
        for instant in INSTANTS:
            build = roster.dbt(
                *('build', '--exclude-resource-type', 'test', '--exclude-resource-type', 'unit_test'),
                *('--vars', json.dumps({'run_at': instant})),
            )
            assert build.succeeded, build.output

    return shared(tmp_path_factory, 'sample_runs', make) / 'roster.duckdb'
