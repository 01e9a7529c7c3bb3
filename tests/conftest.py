"""Fixtures shared by the tests."""

import pytest

from roster import PROJECT, Roster, parsed, shared

# begun first, so that both workers end at about the same time
LONGEST = ['test_lint.py', 'test_properties.py', 'test_crash.py', 'test_hostile.py', 'test_scenarios.py']


def pytest_collection_modifyitems(items):
    items.sort(key=lambda item: LONGEST.index(item.path.name) if item.path.name in LONGEST else len(LONGEST))


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
