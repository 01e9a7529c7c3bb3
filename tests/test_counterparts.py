"""Pulls beside what nobody here wrote: the OpenAPI files of 1EdTech, Prism, which serves them, and a generated client.

Our own provider plays the vendors; these judge whether it, and what a pull asks of it, is OneRoster.
"""

import contextlib
import csv
import json
import re
import shutil
import socket
import subprocess

import oneroster_client
import pytest
from jsonschema import Draft4Validator

from api_server import SECRET, Provider, serving
from roster import PROJECT
from test_pull import HURRIED, connector, contents, oneroster_api, pull, pulled, pulled_drop, sample, told, unfinished_pull

OPENAPI = PROJECT / 'tests' / 'openapi' / 'onerosterv1p2rostersservice_openapi3_v1p0.json'
PRISM = shutil.which('prism') or shutil.which(str(PROJECT / '.prism' / 'node_modules' / '.bin' / 'prism'))
SETS = {
    'academicSessions': 'AcademicSessionSetDType', 'orgs': 'OrgSetDType', 'courses': 'CourseSetDType',
    'classes': 'ClassSetDType', 'users': 'UserSetDType', 'enrollments': 'EnrollmentSetDType',
    'demographics': 'DemographicsSetDType',
}

needs_prism = pytest.mark.skipif(
    not PRISM, reason='Prism is not there: npm install --prefix .prism @stoplight/prism-cli@5.14'
)


@pytest.fixture
def of_1_2():
    return Provider(sample('fabrikam-2027', '20260820T030000Z'), '1.2', real_booleans=False, cap=50)


@contextlib.contextmanager
def prism(*command):
    """The address of a Prism that serves, or stands before, the API of the standard."""
    with socket.socket() as free:
        free.bind(('127.0.0.1', 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [PRISM, *command, '--host', '127.0.0.1', '--port', str(port)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    try:
        for line in process.stdout:
            if 'Prism is listening' in line:
                break
        assert process.poll() is None
        yield f'http://127.0.0.1:{port}'
    finally:
        process.terminate()
        process.communicate()


@pytest.fixture(scope='module')
def mocked():
    """A provider of the standard's own making: each collection has one record with every field."""
    with prism('mock', str(OPENAPI)) as address:
        provider = Provider({}, '1.2', token_style='static')
        provider.url = address
        yield connector(provider, base_url=address)


@needs_prism
def test_a_check_of_the_standards_own_server_finds_all_that_a_pull_needs(mocked, capsys):
    assert pull.check('flow', mocked, HURRIED) == 0
    said = capsys.readouterr().out
    assert said.count('  works, 0 records') == 7 and 'lacks' not in said


@needs_prism
def test_a_server_that_names_no_records_and_gives_one_is_not_believed(mocked, tmp_path):
    with pytest.raises(oneroster_api.Untrustworthy, match='named 0 records and gave 1'):
        pull.pull(mocked, tmp_path / 'flow', patience=HURRIED, say=lambda line: None)


@needs_prism
def test_every_column_is_filled_from_a_record_with_every_field(mocked, tmp_path):
    api = oneroster_api.Api(mocked, HURRIED)
    unfinished = unfinished_pull.Unfinished(tmp_path, '', unfinished_pull.now())
    for collection in pulled_drop.COLLECTIONS:
        unfinished.collections[collection] = oneroster_api.Progress(received=1)
        unfinished.append(collection, api.records(api.get(api.address(collection, 1), collection), collection))
    blank = []
    with pulled_drop.mapping(unfinished, []) as connection:
        for name in [*pulled_drop.COLLECTIONS, *pulled_drop.INNER_FILES]:
            assert pulled_drop.write_file(connection, mocked, name, tmp_path / f'{name}.csv') == []
            [row] = csv.DictReader((tmp_path / f'{name}.csv').open())
            # in a file of everything an active record has neither
            blank += [(name, column) for column, value in row.items() if not value and column not in ('status', 'dateLastModified')]
    assert blank == []


@needs_prism
def test_a_pull_through_a_proxy_that_checks_both_sides_is_whole(of_1_2, tmp_path):
    with serving(of_1_2) as provider:
        with prism('proxy', str(OPENAPI), provider.url + provider.path, '--errors') as address:
            drop = pulled(provider, tmp_path / 'flow', base_url=address)
    assert told(drop)['records'] == 265 and told(drop)['retries'] == 0
    assert len(contents(drop)['roles.csv']) == 63


def schema_faults(provider):
    """What the standard's schemas of 1.2 say against what a provider holds."""
    document = json.loads(OPENAPI.read_text())
    return [
        (collection, list(fault.absolute_path), fault.message)
        for collection, schema in SETS.items()
        for fault in Draft4Validator(
            {'$ref': f'#/components/schemas/{schema}', 'components': document['components']}
        ).iter_errors({collection: provider.collections[collection]})
    ]


def test_the_provider_of_the_tests_is_true_to_the_standards_schemas(of_1_2):
    assert all(of_1_2.collections[collection] for collection in SETS) and schema_faults(of_1_2) == []


def test_the_client_made_from_the_openapi_file_of_1_1_reads_the_provider_of_the_tests():
    with serving(Provider(sample('contoso-2027', '20260907T060000Z'), real_booleans=False, token_style='static')) as provider:
        # which JSON requires and files do not
        for org in provider.collections['orgs']:
            org.setdefault('identifier', org['sourcedId'])
        settings = oneroster_client.Configuration()
        settings.host, settings.access_token = provider.url + provider.path, SECRET
        client = oneroster_client.ApiClient(settings)
        # the names of an API and of its call follow from the collection
        for collection, held in provider.collections.items():
            api = getattr(oneroster_client, f'{collection[0].upper()}{collection[1:]}ManagementApi')(client)
            name = re.sub('([A-Z])', r'_\1', collection).lower()
            found = getattr(getattr(api, f'get_{name}')(limit=5000), name)
            assert [each.sourced_id for each in found] == [each['sourcedId'] for each in held], collection
