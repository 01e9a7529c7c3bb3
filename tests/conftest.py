"""Fixtures shared by the tests."""

import pytest

from roster import PROJECT, Roster, parsed


@pytest.fixture
def roster(tmp_path):
    """A landing zone and a warehouse that no other test sees."""
    return Roster(tmp_path)


@pytest.fixture(scope='session')
def manifest(tmp_path_factory):
    """The parsed project: everything dbt knows about it."""
    return parsed(PROJECT, tmp_path_factory.mktemp('manifest'))
