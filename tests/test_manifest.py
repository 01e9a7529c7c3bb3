"""What the parsed project promises: described, keyed, and built so that rules only report."""

import itertools
import re

import pytest

from roster import PROJECT

PACKAGE = 'oneroster'


@pytest.fixture(scope='session')
def nodes(manifest):
    return {key: node for key, node in manifest.nodes.items() if node.package_name == PACKAGE}


def of_type(nodes, *types):
    return {key: node for key, node in nodes.items() if node.resource_type in types}


@pytest.fixture(scope='session')
def tests_of(nodes):
    """node -> the generic tests on it."""
    tests = {}
    for node in of_type(nodes, 'test').values():
        if getattr(node, 'test_metadata', None):
            tests.setdefault(node.attached_node, []).append(node)
    return tests


@pytest.fixture(scope='session')
def rules(nodes, tests_of):
    """staging model -> its rules."""
    return {
        node.name: tests_of.get(key, []) for key, node in nodes.items() if node.name.startswith('stg_oneroster__')
    }


def test_every_node_and_column_is_described(nodes):
    bare = []
    for node in of_type(nodes, 'model', 'seed', 'snapshot').values():
        bare += [node.name] if not node.description.strip() else []
        bare += [f'{node.name}.{name}' for name, column in node.columns.items() if not column.description.strip()]
        bare += [f'{node.name} names no column'] if not node.columns else []
    assert not bare, bare


def test_every_unit_test_and_singular_test_is_described(manifest, nodes):
    singular = [node for node in of_type(nodes, 'test').values() if not getattr(node, 'test_metadata', None)]
    assert [test.name for test in [*singular, *manifest.unit_tests.values()] if not test.description] == []


def test_every_macro_and_argument_is_described(manifest):
    bare = []
    for macro in manifest.macros.values():
        if macro.package_name != PACKAGE:
            continue
        if macro.name.startswith('materialization_'):  # its arguments are dbt's
            bare += [macro.name] if not macro.description.strip() else []
            continue
        described = {argument.name for argument in macro.arguments if argument.description.strip()}
        named = [argument.name for argument in macro.arguments]
        bare += [macro.name] if not macro.description.strip() else []
        # dbt sees no arguments of a generic test and warns of described ones: they stand in its description
        is_test = macro.name.startswith('test_')
        bare += [f'{macro.name}({name})' for name in arguments_of(macro) if name not in described and not is_test]
        bare += [f'{macro.name}({name}) is no argument' for name in named if name not in arguments_of(macro)]
    assert not bare, bare


def arguments_of(macro):
    """The names between the brackets of `macro name(...)` or `test name(...)`; defaults hold no commas in brackets."""
    signature = re.search(r'{%-?\s*(?:macro|test)\s+\w+\s*\((.*?)\)\s*-?%}', macro.macro_sql, re.DOTALL)
    return [part.split('=')[0].strip() for part in signature[1].split(',') if part.strip()]


def test_every_model_and_snapshot_has_a_tested_key(nodes, tests_of):
    """But landing, whose lines every_line_is_accounted_for counts; changes, whose key is that of the history they make;
    what says whose rows it has; and what is no relation."""
    keyed = {
        key
        for key, tests in tests_of.items()
        for test in tests
        if test.test_metadata.name in ('one_row_per', 'sound_versions', 'not_in_conflict')
    }
    wanting = [
        node.name
        for key, node in of_type(nodes, 'model', 'snapshot').items()
        if key not in keyed
        and node.config.materialized not in ('difference', 'ephemeral')
        and not node.name.startswith('landing_')
        and 'keyed_as' not in node.config.meta
    ]
    assert not wanting, wanting


def descendants(manifest, start):
    found, waiting = set(), list(start)
    while waiting:
        for child in manifest.child_map.get(waiting.pop(), []):
            if child not in found:
                found.add(child)
                waiting.append(child)
    return found


def test_the_run_of_the_day_tests_what_data_can_break_and_no_more(nodes):
    left_out = {'rule', 'proves_code'}
    daily = {node.name for node in of_type(nodes, 'test').values() if not left_out & set(node.tags)}
    assert {'every_line_is_accounted_for', 'inbound_flow_is_right', 'versions_of_users_follow_each_other'} <= daily
    assert not [name for name in daily if name.startswith('users__') or 'validation' in name]


def test_a_run_takes_no_more_nodes_than_was_decided(manifest, nodes):
    """A node costs 20 to 100 ms of a run. Whoever needs more of them raises these numbers, and knows that."""
    run = [
        node for node in of_type(nodes, 'model', 'seed', 'snapshot', 'test').values() if node.config.materialized != 'ephemeral'
    ]
    daily = [node for node in run if not {'rule', 'proves_code'} & set(node.tags)]
    assert len(daily) <= 260
    assert len(run) + len(manifest.unit_tests) <= 590


def test_a_failing_rule_holds_no_model_back(manifest, nodes):
    """A rule reads its staging model and the validation result; dbt skips what descends from both when it fails."""
    manifest.build_parent_and_child_maps()
    staging = [key for key, node in of_type(nodes, 'model').items() if node.name.startswith('stg_oneroster__')]
    reported = [key for key, node in of_type(nodes, 'model').items() if node.name == 'validation_result']
    assert len(reported) == 1 and len(staging) == 11
    both = descendants(manifest, staging) & descendants(manifest, reported)
    assert [key for key in both if not key.startswith(('test.', 'exposure.'))] == []


def test_nothing_but_tests_reads_the_validation_result(manifest, nodes):
    manifest.build_parent_and_child_maps()
    children = manifest.child_map['model.oneroster.validation_result']
    assert [child for child in children if not child.startswith(('test.', 'exposure.'))] == []


def test_no_rule_is_narrowed(rules):
    """`where` and `limit` would change the report and not the record."""
    everything = list(itertools.chain(*rules.values()))
    assert everything
    assert [rule.name for rule in everything if rule.config.where or rule.config.limit] == []


def test_the_key_rules_are_on_and_errors(rules):
    expected = {'required', 'well_formed_id', 'not_in_conflict'}
    wanting = []
    for model, its_rules in rules.items():
        found = {
            rule.test_metadata.name
            for rule in its_rules
            if rule.column_name == 'sourced_id' and rule.config.severity.lower() == 'error' and rule.config.enabled
        }
        wanting += [(model, rule) for rule in expected - found]
    assert not wanting, wanting


def test_every_rule_has_a_plain_name(rules):
    """The name is what a district reads in the log: dbt's own ends in a hash."""
    assert [rule.name for rule in itertools.chain(*rules.values()) if re.search(r'[0-9a-f]{20}', rule.name)] == []


def test_nothing_is_deprecated(roster):
    parse = roster.dbt('parse', '--no-partial-parse', '--warn-error-options', '{"error": ["Deprecations"]}')
    assert parse.succeeded, parse.output


def test_property_files_fit_their_schema(roster, monkeypatch):
    """dbt checks property files against its schema for a few adapters only; the rules are the same for all."""
    from dbt.jsonschemas import jsonschemas

    checked = jsonschemas._JSONSCHEMA_SUPPORTED_ADAPTERS | {'duckdb'}
    monkeypatch.setattr(jsonschemas, '_JSONSCHEMA_SUPPORTED_ADAPTERS', checked)
    parse = roster.dbt('parse', '--no-partial-parse', '--show-all-deprecations')
    assert parse.succeeded, parse.output
    deprecated = [message for message in parse.messages if 'Deprecation]' in message]
    # `fast` is dbt-duckdb's own setting of a seed, which the schema does not know
    assert [message for message in deprecated if 'Custom key `fast`' not in message] == []


def test_the_documentation_of_the_project_is_where_dbt_shows_it(manifest):
    assert f'doc.{PACKAGE}.__overview__' in manifest.docs
    assert PROJECT.joinpath('README.md').exists()
