"""The order in which files are tested: the longest first, so that both workers end at about the same time."""

LONGEST = ['test_lint.py', 'test_properties.py', 'test_crash.py', 'test_hostile.py', 'test_scenarios.py']


def pytest_collection_modifyitems(items):
    items.sort(key=lambda item: LONGEST.index(item.path.name) if item.path.name in LONGEST else len(LONGEST))
