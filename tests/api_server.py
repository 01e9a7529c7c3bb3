"""A OneRoster API of our own, small enough to play every habit of the vendors: it serves the CSV files of a drop.

    with serving(Provider(clean_drop('contoso-2027'), cap=2)) as provider:
        ... provider.connector() ...
        provider.requests
"""

import base64
import contextlib
import http.server
import json
import threading
import time
from dataclasses import dataclass, field
from urllib.parse import parse_qs, parse_qsl, urlsplit

import oauthlib.oauth1.rfc5849.signature as signature
from oauthlib.common import Request

from roster import records

ID, SECRET = 'client-of-the-tests', 'hunter2-%&+ of the tests'
LISTS = {'grades', 'subjects', 'subjectCodes', 'periods'}
REFERENCES = {
    'parentSourcedId': 'parent', 'schoolYearSourcedId': 'schoolYear', 'orgSourcedId': 'org', 'courseSourcedId': 'course',
    'schoolSourcedId': 'school', 'classSourcedId': 'class', 'userSourcedId': 'user', 'primaryOrgSourcedId': 'primaryOrg',
}
REFERENCE_LISTS = {'termSourcedIds': 'terms', 'orgSourcedIds': 'orgs', 'agentSourcedIds': 'agents'}
TYPES = {
    'schoolYear': 'academicSession', 'terms': 'academicSession', 'orgs': 'org', 'school': 'org', 'primaryOrg': 'org',
    'agents': 'user',
}
BOOLEANS = {
    'enabledUser', 'primary', 'americanIndianOrAlaskaNative', 'asian', 'blackOrAfricanAmerican', 'white',
    'nativeHawaiianOrOtherPacificIslander', 'demographicRaceTwoOrMoreRaces', 'hispanicOrLatinoEthnicity',
}
JSON_NAMES = {'preferredGivenName': 'preferredFirstName', 'preferredFamilyName': 'preferredLastName'}


@dataclass
class Provider:
    """What the server holds, and its habits.

    Attributes:
        files: the drop, name -> CSV text.
        version: of OneRoster.
        cap: the most records on a page.
        total: 'right', 'none', or collection -> the number that is told instead.
        moved_by: what the total grows by after the first page of a collection.
        link: whether the next page is named: 'none', 'right', 'elsewhere' or 'by limit' (as if the page had not been capped).
        ignores_offset: whether each page is the first.
        shifts: collections whose records moved one place back after the first page: one was added before them, the last is gone.
        real_booleans: JSON booleans in the place of words.
        wrapped_errors: whether an error lies inside of imsx_StatusInfo.
        refuses_sort: 400 for an order.
        filter: 'known', 'ignored' or 'refused'.
        failures: answers that come first, in order: a status, 'html', 'cut', 'hang' or (status, headers).
        always: collection -> the status it always answers with.
        dies_after: how many pages are given before every connection breaks.
        pause: seconds before each answer.
        tokens_last: requests that a token is good for.
        token_style: basic, body, query or static.
        signature_method: of OAuth 1; None for OAuth 2.
        keys: collection -> the name of its list, where that is not the collection's.
        redirects_to: where the collections have moved.
        seen: the addresses that were asked for.
        modified: sourcedId -> when the record was last modified.
    """

    files: dict
    version: str = '1.1'
    cap: int = 10000
    total: object = 'right'
    moved_by: int = 0
    link: str = 'none'
    ignores_offset: bool = False
    shifts: tuple = ()
    real_booleans: bool = True
    wrapped_errors: bool = False
    refuses_sort: bool = False
    filter: str = 'known'
    failures: list = field(default_factory=list)
    always: dict = field(default_factory=dict)
    dies_after: int | None = None
    pause: float = 0
    tokens_last: int = 1000
    token_style: str = 'basic'
    signature_method: str | None = None
    keys: dict = field(default_factory=dict)
    redirects_to: str | None = None
    seen: list = field(default_factory=list)
    modified: dict = field(default_factory=dict)

    def __post_init__(self):
        self.tokens, self.forms, self.pages = {}, [], 0
        self.collections = {}
        for name in ('academicSessions', 'orgs', 'courses', 'classes', 'users', 'enrollments', 'demographics'):
            rows = records(self.files[f'{name}.csv']) if f'{name}.csv' in self.files else []
            self.collections[name] = sorted(
                (self.as_json(name, row) for row in rows), key=lambda record: record['sourcedId']
            )
        if self.version == '1.2':
            for user in self.collections['users']:
                user |= self.of_a_user(user['sourcedId'])

    def as_json(self, name, row):
        """A record as the API has it."""
        record = {'status': 'active', 'dateLastModified': self.modified.get(row['sourcedId'], '2026-08-01T00:00:00.000Z')}
        for column, value in row.items():
            if value == '' and column not in REFERENCE_LISTS or column in ('orgSourcedIds', 'role') and self.is_of_roles(name):
                continue
            if column in REFERENCES:
                record[REFERENCES[column]] = reference(REFERENCES[column], value, name)
            elif column in REFERENCE_LISTS:
                key = REFERENCE_LISTS[column]
                record[key] = [reference(key, item.strip()) for item in value.split(',') if item]
            elif column == 'userIds':
                items = [item.strip('{}').split(':', 1) for item in value.split(',')]
                record['userIds'] = [{'type': kind, 'identifier': identifier} for kind, identifier in items]
            elif column in LISTS:
                record[column] = [item.strip() for item in value.split(',')]
            elif column in BOOLEANS:
                record[column] = value.lower() == 'true' if self.real_booleans else value.lower()
            elif column.startswith('metadata.'):
                record.setdefault('metadata', {})[column.removeprefix('metadata.')] = value
            else:
                record[JSON_NAMES.get(column, column) if self.version == '1.2' else column] = value
        return record

    def is_of_roles(self, name):
        return self.version == '1.2' and name == 'users'

    def of_a_user(self, user_id):
        """The roles and profiles of a user, which lie inside of it in 1.2."""
        own = lambda file: [row for row in records(self.files.get(file, '')) if row['userSourcedId'] == user_id]
        profiles = own('userProfiles.csv')
        names = {row['sourcedId']: f"urn:{row['sourcedId']}" for row in profiles}
        roles = [
            {key: row[key] for key in ('roleType', 'role', 'beginDate', 'endDate') if row[key]}
            | {'org': reference('org', row['orgSourcedId'])}
            | ({'userProfile': names[row['userProfileSourcedId']]} if row['userProfileSourcedId'] in names else {})
            for row in own('roles.csv')
        ]
        return {'roles': roles} | ({'userProfiles': [
            {key: row[key] for key in ('profileType', 'vendorId', 'applicationId', 'description') if row[key]}
            | {'profileId': names[row['sourcedId']]}
            | {'credentials': [{'type': row['credentialType'], 'username': row['username'], 'password': row['password']}]}
            for row in profiles
        ]} if profiles else {})

    @property
    def path(self):
        return '/north/ims/oneroster/v1p1' if self.version == '1.1' else '/north/ims/oneroster/rostering/v1p2'

    def asked(self, collection):
        """The parameters of the requests for a collection, in order."""
        asked = [urlsplit(address) for address in self.seen]
        return [dict(parse_qsl(each.query)) for each in asked if each.path.endswith(f'/{collection}')]


def reference(key, sourced_id, name=None):
    kind = name.removesuffix('s') if key == 'parent' else TYPES.get(key, key)
    return {'href': f'https://sis.example/{kind}/{sourced_id}', 'sourcedId': sourced_id, 'type': kind}


class Handler(http.server.BaseHTTPRequestHandler):
    """Answers as the provider does."""

    protocol_version = 'HTTP/1.1'
    wbufsize = 65536  # header and body in one packet: in two, each answer would wait 40 ms

    @property
    def provider(self):
        return self.server.provider

    def log_message(self, *arguments):
        pass

    def do_POST(self):
        provider, text = self.provider, self.rfile.read(int(self.headers.get('Content-Length') or 0)).decode()
        provider.forms.append(dict(parse_qsl(urlsplit(self.path).query if provider.token_style == 'query' else text)))
        form, basic = provider.forms[-1], 'Basic ' + base64.b64encode(f'{ID}:{SECRET}'.encode()).decode()
        if provider.token_style == 'body':
            is_known = (form.get('client_id'), form.get('client_secret')) == (ID, SECRET)
        else:
            is_known = self.headers.get('Authorization') == basic
        if not is_known or form.get('grant_type') != 'client_credentials':
            return self.answer(401, {'error': f'invalid_client {SECRET}'})
        token = f'token-{len(provider.tokens)}'
        provider.tokens[token] = provider.tokens_last
        self.answer(200, {'access_token': token, 'token_type': 'BEARER', 'expires_in': 3600})

    def do_GET(self):
        provider = self.provider
        provider.seen.append(self.path)
        time.sleep(provider.pause)
        parts = urlsplit(self.path)
        collection = parts.path.removeprefix(provider.path + '/')
        if provider.dies_after is not None and provider.pages >= provider.dies_after:
            return self.break_off()
        if provider.redirects_to:
            return self.answer(302, {}, {'Location': provider.redirects_to + collection})
        if provider.failures:
            return self.fail(provider.failures.pop(0))
        if not self.is_allowed():
            return self.error(401, 'unauthorisedrequest')
        if collection in provider.always:
            return self.error(provider.always[collection], 'forbidden')
        if collection not in provider.collections:
            return self.error(404, 'unknownobject')
        self.page(collection, {name: values[0] for name, values in parse_qs(parts.query).items()})

    def is_allowed(self):
        provider, shown = self.provider, self.headers.get('Authorization', '')
        if provider.signature_method:
            parameters = signature.collect_parameters(
                uri_query=urlsplit(self.path).query, headers={'Authorization': shown}, with_realm=False
            )
            request = Request(f"http://{self.headers['Host']}{self.path}", 'GET', headers={'Authorization': shown})
            request.signature = dict(
                signature.collect_parameters(headers={'Authorization': shown}, exclude_oauth_signature=False)
            ).get('oauth_signature', '')
            request.params = parameters
            verify = {
                'HMAC-SHA256': signature.verify_hmac_sha256, 'HMAC-SHA1': signature.verify_hmac_sha1
            }[provider.signature_method]
            return dict(parameters).get('oauth_signature_method') == provider.signature_method and verify(request, SECRET)
        token = shown.removeprefix('Bearer ')
        if provider.token_style == 'static':
            return token == SECRET
        provider.tokens[token] = provider.tokens.get(token, 0) - 1
        return provider.tokens[token] >= 0

    def page(self, collection, asked):
        provider = self.provider
        held = provider.collections[collection]
        if 'sort' in asked and provider.refuses_sort:
            return self.error(400, 'invalid_sort_field')
        if 'filter' in asked and provider.filter != 'ignored':
            if provider.filter == 'refused':
                return self.error(400, 'invalid_filter_field')
            since = asked['filter'].removeprefix("dateLastModified>='").removesuffix("'")
            held = [record for record in held if record['dateLastModified'] >= since]
        limit, offset = min(int(asked.get('limit', 100)), provider.cap), int(asked.get('offset', 0))
        if collection in provider.shifts and offset:
            held = [{'sourcedId': 'added'}, *held[:-1]]
        begin = 0 if provider.ignores_offset else offset
        found = held[begin:begin + limit]
        headers = {}
        if provider.total != 'none':
            headers['X-Total-Count'] = str(len(held) if provider.total == 'right' else provider.total.get(collection, len(held)))
            if offset:
                headers['X-Total-Count'] = str(int(headers['X-Total-Count']) + provider.moved_by)
        if provider.link != 'none' and offset + limit < len(held):
            step = int(asked['limit']) if provider.link == 'by limit' else limit
            host = 'elsewhere.example' if provider.link == 'elsewhere' else self.headers['Host']
            headers['Link'] = f'<http://{host}{provider.path}/{collection}?limit={limit}&offset={offset + step}>; rel="next"'
        provider.pages += 1
        self.answer(200, {provider.keys.get(collection, collection): found}, headers)

    def fail(self, failure):
        status, headers = failure if isinstance(failure, tuple) else (failure, {})
        if status == 'html':
            return self.answer(200, '<html>Please log in</html>', {'Content-Type': 'text/html'})
        if status == 'cut':
            return self.answer(200, '{"orgs": [', {'Content-Length': '1000'})
        if status == 'hang':
            time.sleep(1)
            return self.break_off()
        self.error(status, 'server_busy', headers)

    def error(self, status, code, headers=None):
        body = {
            'imsx_codeMajor': 'failure', 'imsx_severity': 'error', 'imsx_description': f'Not for {SECRET}',
            'imsx_CodeMinor': {'imsx_codeMinorField': [
                {'imsx_codeMinorFieldName': 'TargetEndSystem', 'imsx_codeMinorFieldValue': code}
            ]},
        }
        self.answer(status, {'imsx_StatusInfo': body} if self.provider.wrapped_errors else body, headers)

    def answer(self, status, body, headers=None):
        content = (body if isinstance(body, str) else json.dumps(body)).encode()
        self.send_response(status)
        for name, value in ({'Content-Type': 'application/json', 'Content-Length': str(len(content))} | (headers or {})).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)
        self.wfile.flush()
        if headers and 'Content-Length' in headers:
            self.break_off()

    def break_off(self):
        self.close_connection = True
        with contextlib.suppress(OSError):
            self.connection.close()


@contextlib.contextmanager
def serving(provider):
    """The provider, at `provider.url`."""
    server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Handler)
    server.daemon_threads = True
    server.provider = provider
    provider.url = f'http://127.0.0.1:{server.server_port}'
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
