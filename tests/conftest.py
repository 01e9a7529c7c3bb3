"""Fixtures shared by the tests."""

import pytest

from roster import PROJECT, Roster, parsed, shared


@pytest.fixture(scope='session')
def configured(tmp_path_factory):
    """A warehouse that holds the configuration and nothing else, built once."""

    def make(folder):
        build = Roster(folder).configure()
        assert build.succeeded, build.output

    return shared(tmp_path_factory, 'configured', make) / 'roster.duckdb'


@pytest.fixture
def roster(tmp_path, configured):
    """A landing zone and a warehouse that no other test sees."""
    return Roster(tmp_path, configured=configured)


@pytest.fixture(scope='session')
def manifest(tmp_path_factory):
    """The parsed project: everything dbt knows about it."""
    return parsed(PROJECT, tmp_path_factory.mktemp('manifest'))
