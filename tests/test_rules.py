"""Every record rule over a table of values: what passes, what fails, the boundary, and blank.

All values go into one build: each on a record of its own, in a drop of OneRoster 1.1 and one of 1.2. Then each test
looks up what was found on those lines and what was staged. What is expected of a column follows from the
standard's tables (`COLUMNS_1_1`, `COLUMNS_1_2`) and from its kind (`PASS`, `FAIL`, `NOTICE`, `PARTLY`).
"""

import functools
from collections import defaultdict
from dataclasses import dataclass

import pytest

from oracle import CODES, COLUMNS_1_1, COLUMNS_1_2
from roster import Roster, clean_drop, header_of, records, shared, to_line
from test_properties import snake

LONGEST = 'x' * 255

# kind -> (text, stored) of values that pass, and values that fail
PASS = {
    'text': [('Some text', 'Some text'), ('  trimmed ', 'trimmed'), ('comma, "quote"', 'comma, "quote"')],
    'date': [('2026-09-01', '2026-09-01'), ('2024-02-29', '2024-02-29'), (' 2026-09-01 ', '2026-09-01')],
    'boolean': [('true', 'true'), ('false', 'false'), ('TRUE', 'true'), ('False', 'false')],
    'year': [('2027', '2027'), ('2000', '2000')],
    'email': [('someone@contoso.example', 'someone@contoso.example'), ('A.B+c@Sub.Example.ORG', 'a.b+c@sub.example.org')],
    'phone': [
        ('5551234', '5551234'),  # 7 digits
        ('123456789012345', '123456789012345'),  # 15 digits
        ('+15551234567', '+15551234567'),
        ('+1 (555) 123-4567', '+1 (555) 123-4567'),
        ('555.123.4567', '555.123.4567'),
        ('555/123-4567', '555/123-4567'),
        ('555 123 4567 x12', '555 123 4567 x12'),
        ('(555) 123-4567 Ext. 123456', '(555) 123-4567 Ext. 123456'),
    ],
    'grades': [('09', ['09']), ('KG', ['kg']), ('09,10', ['09', '10']), ('09, 10', ['09', '10'])],
    'list': [('a', ['a']), ('a, b', ['a', 'b']), ('One subject,Another', ['One subject', 'Another'])],
    'user ids': [('{LDAP:12}', ['{LDAP:12}']), ('{LDAP:12},{LTI:15}', ['{LDAP:12}', '{LTI:15}'])],
}
FAIL = {
    'date': [
        *('2026-13-01', '2023-02-29', '01/09/2026', '20261301', '2026/2/30', '2026-09', '2026-08-3x', '0000-01-01', 'soon'),
        *('2026-09-01 noon', '9/1/26'),
    ],
    'boolean': ['maybe', '2', 'ye', 'wahr'],
    'year': ['27', '20270', 'next'],
    'email': ['someone', 'someone@', '@contoso.example', 'some one@contoso.example', 'a@b@contoso.example', 'a@b.c, d@e.f'],
    'phone': ['555123', '1234567890123456', '555-CALL-NOW', '+', '555 1234 x1234567', '1+5551234', 'x12'],
    'grades': ['ZZ', '99', '13th'],
    'user ids': ['LDAP:12', '{LDAP}', '12'],
}
RULE = {
    'date': 'well_formed_date',
    'boolean': 'well_formed_boolean',
    'year': 'well_formed_year',
    'email': 'well_formed_email',
    'phone': 'well_formed_phone',
    'user ids': 'well_formed_user_id',
}
# values that are understood, with a notice
NOTICE = {
    'date': [
        ('2026-09-01T00:00:00Z', '2026-09-01'),
        ('2026-09-01T10:30:00.000Z', '2026-09-01'),
        ('2026-09-01 00:00', '2026-09-01'),
        ('2026/09/01', '2026-09-01'),
        ('2026-9-1', '2026-09-01'),
        ('2026.09.01', '2026-09-01'),
        ('20260901', '2026-09-01'),
        ('2026/9/1 12:00 AM', '2026-09-01'),
    ],
    'year': [('2026-2027', '2027'), ('2026-27', '2027')],
    'boolean': [
        *(('yes', 'true'), ('No', 'false'), ('Y', 'true'), ('n', 'false'), ('1', 'true'), ('0', 'false')),
        *(('t', 'true'), ('F', 'false')),
    ],
    'grades': [
        *(('9', ['09']), ('9.0', ['09']), ('1st', ['01']), ('Grade 1', ['01']), ('K', ['kg']), ('PreK', ['pk'])),
        ('Eleventh Grade', ['11']),
    ],
    'sex': [('M', 'male'), ('f', 'female'), ('X', 'other')],
    'role': [('Pupil', 'student'), ('Teachers', 'teacher')],
    'enrollment role': [('Learner', 'student'), ('co-teacher', 'teacher')],
    'org type': [('School District', 'district'), ('High School', 'school')],
    'session type': [('School Year', 'schoolYear'), ('Trimester', 'term')],
    'class type': [('Home Room', 'homeroom'), ('section', 'scheduled')],
}
NOTICE_RULE = {'date': 'plain_date', 'year': 'plain_year', 'boolean': 'plain_boolean'}
# what is garbled is kept, with a notice
GARBLED = [('MuÃ±oz', 'mojibake'), ('Itâ€™s', 'mojibake'), ('Arts &amp; Crafts', 'html_entity'), ('O&#39;Neil', 'html_entity')]
SHORTENED = ['1.23457E+11', '2E+10']
# and what only looks like it passes without a word
NOT_GARBLED = ['JOÃO', 'Arts & Crafts', 'R&D; more', '2E', 'SÃO']
SPREADSHEET_ERRORS = ['#N/A', '#REF!', '#DIV/0!', '#n/a']
WORDS_FOR_NOTHING = ['NULL', '\\N', 'nan', 'None', 'n/a']
NAMES = ['givenName', 'familyName', 'middleName', 'preferredGivenName', 'preferredMiddleName', 'preferredFamilyName']
# the value of a required column is never left out: what leaves nothing out and is no notice warns of one
SEVERITY = {'record_left_out': 'error', 'value_left_out': 'warning', 'none': 'warning'}
# list with a good and a bad item: the bad one alone is left out
PARTLY = {
    'grades': [('09,ZZ', ['09'], 'ZZ')],
    'user ids': [('{LDAP:12},oops', ['{LDAP:12}'], 'oops')],
}


@dataclass(frozen=True)
class Case:
    """A value of a column, on a record of its own: the findings on its line, and what is stored."""

    file: str
    column: str
    text: str
    stored: str | list | None
    findings: frozenset = frozenset()  # of (rule, effect, value)
    others: tuple = ()  # other cells of the record that differ from the clean one
    looks_at: str | None = None  # the column whose stored value is expected, when it is another one
    notice: str | None = None  # the rule that one finding tells of, at the first such value of the column

    @property
    def is_staged(self):
        return not any(effect == 'record_left_out' for _, effect, _ in self.findings)


def good(file, column, text, stored, **more):
    return Case(file, column, text, stored, **more)


def error(file, column, text, rule, value=None, **more):
    return Case(file, column, text, None, frozenset({(rule, 'record_left_out', value or text)}), **more)


def warning(file, column, text, rule, stored=None, value=None, **more):
    return Case(file, column, text, stored, frozenset({(rule, 'value_left_out', value or text)}), **more)


def notice(file, column, text, rule, stored, **more):
    return Case(file, column, text, stored, notice=rule, **more)


def cases_of_column(file, column, kind, is_required, version):
    """What the standard's table says of a column, as cases."""
    bad = error if is_required else warning
    if kind == 'id':
        yield from cases_of_key(file)
        return
    if is_required:
        yield Case(file, column, '', None, frozenset({('required', 'record_left_out', None)}))
        yield Case(file, column, '  ', None, frozenset({('required', 'record_left_out', None)}))
    else:
        yield good(file, column, '', None)
    for text in SPREADSHEET_ERRORS:
        yield bad(file, column, text, 'placeholder')
    if not is_required and column not in NAMES:
        for text in WORDS_FOR_NOTHING:
            yield warning(file, column, text, 'placeholder')
    if kind.startswith('>'):
        yield from cases_of_reference(file, column, kind, bad)
        return
    if kind in CODES and kind != 'grades':
        for code in CODES[kind].values():
            yield good(file, column, code, code)
        yield good(file, column, code.upper(), code)
        yield bad(file, column, 'wizard', 'in_reference_definitions')
        if version == '1.2' and kind != 'role type':
            yield good(file, column, 'ext:wizard', 'ext:wizard')
        else:
            yield bad(file, column, 'ext:wizard', 'in_reference_definitions')
    for text, stored in PASS.get(kind, []):
        yield good(file, column, text, stored)
    for text in FAIL.get(kind, []):
        value = text.split(',')[0] if kind in ('grades', 'user ids') else text
        yield bad(file, column, text, RULE.get(kind, 'in_reference_definitions'), value=value)
    for text, stored in NOTICE.get(kind, []):
        yield notice(file, column, text, NOTICE_RULE.get(kind, 'plain_code'), stored)
    for text, stored, item in PARTLY.get(kind, []):
        yield warning(file, column, text, RULE.get(kind, 'in_reference_definitions'), stored, value=item)
    if kind == 'text':
        yield notice(file, column, 'two\nlines', 'one_line', 'two lines')
        for text in NOT_GARBLED:
            yield good(file, column, text, text)
        if is_required or column in NAMES:
            yield good(file, column, 'None', 'None')
        if column not in NAMES:
            for text in SHORTENED:
                yield notice(file, column, text, 'scientific_notation', text)
    if kind in ('text', 'list'):
        for text, rule in GARBLED:
            yield notice(file, column, text, rule, [text] if kind == 'list' else text)


def cases_of_key(file):
    for text in (f'{file}.A-b_c@d/e', f'{file}{LONGEST}'[:255]):
        yield good(file, 'sourcedId', text, text)
    yield Case(file, 'sourcedId', '', None, frozenset({('required', 'record_left_out', None)}))
    yield notice(file, 'sourcedId', f'{file} blank', 'standard_characters', f'{file} blank')
    for text in (f'{file}{LONGEST}'[:256], f'{file},comma', f'{file}"quote', f'{file}\x07bell'):
        yield error(file, 'sourcedId', text, 'well_formed_id')


def cases_of_reference(file, column, kind, bad):
    target = kind.lstrip('> ')
    known = {'academicSessions': 'fall', 'orgs': 'school', 'courses': 'algebra', 'classes': 'algebra-1'}
    known = known | {'users': 'student-1', 'userProfiles': 'p-1'}
    if file == 'demographics':  # the key and a reference at once; the clean record is the good case
        yield error(file, column, 'nobody', 'references')
        return
    if kind.startswith('>>'):
        yield good(file, column, known[target], [known[target]])
        yield warning(file, column, f'{known[target]}, nothing', 'references', [known[target]], value='nothing')
    else:
        yield good(file, column, known[target], known[target])
    yield bad(file, column, 'nothing', 'references')
    yield bad(file, column, known[target].upper(), 'references')  # ids keep their case


# What the tables do not say.
SPECIAL = [
    error('academicSessions', 'endDate', '2026-08-31', 'in_order', others=(('startDate', '2026-09-01'),)),
    good('academicSessions', 'endDate', '2026-09-01', '2026-09-01', others=(('startDate', '2026-09-01'),)),
    good('enrollments', 'endDate', '2026-09-01', '2026-09-01', others=(('beginDate', '2026-09-01'),)),
    good('enrollments', 'beginDate', '2026-09-01', '2026-09-01'),
    warning('enrollments', 'endDate', '2026-08-31', 'in_order', others=(('beginDate', '2026-09-01'),)),
    warning(
        'enrollments', 'endDate', '2026-08-30', 'in_order', others=(('beginDate', '2026-09-01'),), looks_at='beginDate'
    ),
]
SPECIAL_1_1 = [
    *(
        Case('users', 'username', '', None, frozenset({('required_of_contacts', 'none', None)}), (('role', role),))
        for role in ('parent', 'Guardian', 'relative')
    ),
    *(
        Case('users', 'username', '', None, frozenset({('required', 'record_left_out', None)}), (('role', role),))
        for role in ('aide', 'teacher')
    ),
    Case(
        'users',
        'orgSourcedIds',
        'school blank',
        None,
        frozenset({('references', 'record_left_out', 'school blank')}),
    ),
]
SPECIAL_1_2 = [
    warning('roles', 'endDate', '2026-08-31', 'in_order', others=(('beginDate', '2026-09-01'),)),
    good('roles', 'endDate', '2026-09-01', '2026-09-01', others=(('beginDate', '2026-09-01'),)),
    *(good('roles', 'role', role, role) for role in ('counselor', 'districtAdministrator', 'systemAdministrator')),
    good('demographics', 'sex', 'unspecified', 'unspecified'),
    good('demographics', 'sex', 'Other', 'other'),
]


def table(columns_by_file, version, special):
    cases = [
        case
        for file, columns in columns_by_file.items()
        for column, kind, is_required in columns
        for case in cases_of_column(file, column, kind, is_required, version)
    ]
    return cases + SPECIAL + special


TABLES = {
    'contoso-2027': table(COLUMNS_1_1, '1.1', SPECIAL_1_1),
    'fabrikam-2027': table(COLUMNS_1_2, '1.2', SPECIAL_1_2),
}
# the record that a case is a copy of
TEMPLATES = {
    'academicSessions': 'fall',
    'orgs': 'school',
    'courses': 'algebra',
    'classes': 'algebra-1',
    'users': 'student-1',
    'enrollments': 'e-1',
    'demographics': 'student-1',
    'roles': 'r-1',
    'userProfiles': 'p-1',
}
# other cells of that record, so that every value of a column can be tried on it
ROOM = {('academicSessions', 'endDate'): {'startDate': '2000-01-01'}}
DROP, RUN_AT = '20260901T060000Z', '2026-09-01T07:00:00Z'


@functools.cache
def drop_of(flow):
    """The files with a record for each case, and where each case is: case -> (line number, sourcedId)."""
    files, places = clean_drop(flow), {}
    for number, case in enumerate(TABLES[flow]):
        name = f'{case.file}.csv'
        header = header_of(files[name])
        record = next(row for row in records(files[name]) if row['sourcedId'] == TEMPLATES[case.file])
        record |= {'sourcedId': f'case-{number}'} | ROOM.get((case.file, case.column), {})
        record |= {case.column: case.text} | dict(case.others)
        if case.file == 'demographics' and case.column != 'sourcedId':
            person = next(row for row in records(files['users.csv']) if row['sourcedId'] == 'student-1')
            person['sourcedId'] = f'case-{number}'
            files['users.csv'] += to_line(header_of(files['users.csv']), person) + '\n'
        places[number] = (files[name].count('\n') + 1, record['sourcedId'])
        files[name] += to_line(header, record) + '\n'
    return files, places


@pytest.fixture(scope='module')
def found(tmp_path_factory, configured):
    """(flow, file, line) -> findings, and (flow, file, sourcedId) -> the staged record."""

    def make(folder):
        roster = Roster(folder, configured=configured)
        for flow in TABLES:
            roster.land(flow, DROP, drop_of(flow)[0])
        build = roster.build(RUN_AT)
        assert build.succeeded, build.output

    roster = Roster(shared(tmp_path_factory, 'rules', make))
    findings, staged = defaultdict(set), {}
    # what is said of several records is asked of scenarios
    alone = "rule not in (select rules.rule from catalogue.rule as rules where rules.about = 'records')"
    for finding in roster.records(f'select * from runs.validation_result where {alone}'):
        place = finding['inbound_flow_id'], finding['file_name'].removesuffix('.csv'), finding['line_number']
        told = [finding[name] for name in ('column_name', 'rule', 'severity', 'effect')]
        findings[place].add((*told, beginning(finding['value'])))
    for file in TEMPLATES:
        for record in roster.records(f'select * from staging.stg_oneroster__{snake(file)}'):
            staged[record['inbound_flow_id'], file, record['sourced_id']] = record
    return findings, staged


def beginning(value):
    """A finding may shorten a long value."""
    return value and value[:100]


def shown(value):
    """A stored value as the table of values writes it."""
    if value is None or isinstance(value, list):
        return value
    return str(value).lower() if isinstance(value, bool) else str(value)


BY_COLUMN = sorted({(flow, case.file, case.column) for flow, cases in TABLES.items() for case in cases})


@pytest.mark.parametrize(('flow', 'file', 'column'), BY_COLUMN)
def test_values_of(flow, file, column, found):
    findings, staged = found
    _, places = drop_of(flow)
    wrong, noticed = [], set()
    for number, case in enumerate(TABLES[flow]):
        if (case.file, case.column) != (file, column):
            continue
        line, key = places[number]
        expected = {(column, rule, SEVERITY[effect], effect, beginning(value)) for rule, effect, value in case.findings}
        if case.notice and case.notice not in noticed:
            noticed.add(case.notice)
            expected.add((column, case.notice, 'notice', 'none', case.text))
        actual = findings[flow, file, line]
        record = staged.get((flow, file, key))
        stored = record and shown(record[snake(case.looks_at or column)])
        if (actual, record is not None, stored) != (expected, case.is_staged, case.stored):
            wrong.append(f'{case.text!r}: expected {expected}, {case.stored!r}; got {actual}, {stored!r}')
    assert not wrong, '\n'.join(wrong)
