"""The documentation agrees with the project, and the site can be read."""

import os
import re
import subprocess
import sys

import pytest
import yaml

from browser import CHROMIUM, Page
from roster import PROJECT, copy_of

sys.path.insert(0, str(PROJECT / 'scripts'))
import catalogue  # noqa: E402
import docs  # noqa: E402


@pytest.fixture(scope='session')
def written(manifest):
    """The manifest as dbt writes it."""
    return manifest.writable_manifest().to_dict(omit_none=False)


def rules_of_code(written):
    """Every rule that the project can report, with the severities of those that no test states."""
    found = {
        macro['name'].removeprefix('rule_'): set()
        for macro in written['macros'].values()
        if macro['package_name'] == 'oneroster' and macro['name'].startswith('rule_')
    }
    for node in written['nodes'].values():
        if node['resource_type'] != 'model':
            continue
        for before, rule, after in re.findall(
            r"(?:'(\w+)' as severity,\s*(?:'\w+' as effect,\s*)?)?'(\w+)' as rule(?:,\s*'(\w+)' as severity)?", node['raw_code']
        ):
            found.setdefault(rule, set()).update({before, after} - {''})
    return found


def test_the_catalogue_has_the_rules_that_can_be_reported_and_no_others(written):
    words, code = catalogue.rule_words(), rules_of_code(written)
    assert {rule for rule, _ in words} == set(code)
    # of two severities one is enough: a missing file of the directory is a warning, any other refuses the drop
    said = {rule: text['severity'] for (rule, cause), text in words.items() if not cause}
    assert [rule for rule, severities in code.items() if severities and said[rule] not in severities] == []
    incomplete = [
        key
        for key, text in words.items()
        if not all(text[word] for word in catalogue.WORDS if word != 'problem' or text['about'] in ('line', 'value'))
    ]
    assert incomplete == []


def test_every_rule_of_a_line_or_a_value_is_applied_somewhere(written):
    stated = {rule for (rule, _), text in catalogue.rule_words().items() if text['about'] in ('line', 'value')}
    assert stated == set(docs.applied_rules(written))


@pytest.mark.parametrize('page', ['rules.md', 'entities.md', 'outbound_columns.md'])
def test_a_page_made_from_the_project_is_up_to_date(written, page):
    made = {
        'rules.md': lambda: docs.rules_page(written),
        'entities.md': lambda: docs.entities_page(docs.entities_of(written)),
        'outbound_columns.md': docs.outbound_columns_page,
    }[page]()
    assert (PROJECT / 'docs' / page).read_text() == made, 'run `make docs` and commit the page'


def test_every_entity_is_joined_to_another(written):
    entities = docs.entities_of(written)
    alone = [
        name
        for name, entity in entities.items()
        if not entity['references'] and not any(name == target for other in entities.values() for _, target in other['references'])
    ]
    assert alone == []


SELECTORS = yaml.safe_load((PROJECT / 'selectors.yml').read_text())['selectors']


@pytest.mark.parametrize('selector', SELECTORS, ids=lambda selector: selector['name'])
def test_a_selector_is_described_and_selects(selector, roster, manifest):
    assert selector['description'].strip()
    listed = roster.dbt('list', '--selector', selector['name'], manifest=copy_of(manifest))
    assert listed.succeeded, listed.output


@pytest.mark.skipif(CHROMIUM is None, reason='no Chromium on this machine: apt-get install chromium')
def test_the_site_is_one_page_that_works_without_a_network(tmp_path):
    outcome = subprocess.run(
        [sys.executable, 'scripts/docs.py', '--target-path', tmp_path / 'target', '--pages', tmp_path],
        cwd=PROJECT,
        env=os.environ | {'ONEROSTER_WAREHOUSE': str(tmp_path / 'none.duckdb'), 'DBT_LOG_PATH': str(tmp_path / 'logs')},
        capture_output=True,
        text=True,
    )
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    assert not (tmp_path / 'none.duckdb').exists()
    with Page(tmp_path / 'target' / 'static_index.html', tmp_path / 'profile') as browser:

        def text_of(address):
            browser.evaluate(f"location.hash = '{address}'; new Promise(done => setTimeout(done, 3000))")
            return browser.evaluate('document.body.innerText')

        assert 'How to read a finding' in text_of('#!/overview')
        picture = "[...document.querySelectorAll('img')].some(each => each.src.startsWith('data:image/svg') && each.naturalWidth)"
        assert browser.evaluate(picture)
        assert 'An end lies before its start' in text_of('#!/overview/oneroster')
        assert 'readable_line (error)' in text_of('#!/model/model.oneroster.stg_oneroster__orgs')
        assert [url for url in browser.requests() if not url.startswith('file:')] == []
