"""Files made to break a reader: whatever arrives, the run ends in a defined status and nothing of it is executed.

Each case is a mutation of a clean drop, with the status that its flow must end in. Many cases share a run, each as a
flow of its own, beside a flow that is clean; so a case that touched another one would be seen.
"""

import random
import shutil
from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from roster import NEWEST_RUN, PROJECT, Roster, clean_drop, replace_cell, shared, with_lines

FIRST_DROP, FIRST_RUN = '20260901T060000Z', '2026-09-01T07:00:00Z'
SECOND_DROP, SECOND_RUN = '20260902T060000Z', '2026-09-02T07:00:00Z'
FLOWS_PER_RUN = 75
CLEAN = clean_drop('contoso-2027')
SMALL = ['orgs.csv', 'users.csv']

# how the activity of a flow ends; one that has nothing but notices to tell is completed as well
REFUSED = 'failed'
FINE = 'completed'
NOTICED = 'completed, with notices'
WARNED = 'completedWithWarnings'
FAULTY = 'completedWithErrors'


@dataclass
class Case:
    """One mutation: what arrives, how its flow must end, and the rule that must say so."""

    name: str
    files: dict
    status: str
    rule: str | None = None


CASES: list[Case] = []


def add(name, status, rule=None, **files):
    """A drop in which these files, named without .csv, take the place of the clean ones; None takes one out.

    A case about people or organizations alone is a drop of those two files, which takes a third of the time.
    """
    is_small = {f'{file}.csv' for file in files} <= {*SMALL, 'manifest.csv'}
    drop = {name: text.encode() for name, text in CLEAN.items() if not is_small or name in SMALL}
    for file, content in files.items():
        drop[f'{file}.csv'] = content.encode() if isinstance(content, str) else content
    CASES.append(Case(name, {file: content for file, content in drop.items() if content is not None}, status, rule))


def cell(file, sourced_id, column, value):
    """The clean file with another value in one cell."""
    return replace_cell(CLEAN[f'{file}.csv'], sourced_id, column, value)


def text(file, old, new):
    """The clean file with other bytes in one place."""
    old, new = (part.encode() if isinstance(part, str) else part for part in (old, new))
    content = CLEAN[f'{file}.csv'].encode()
    assert content.count(old) >= 1, (file, old)
    return content.replace(old, new, 1)


USERS, ORGS = CLEAN['users.csv'], CLEAN['orgs.csv']
HEADER, LINES = USERS.split('\n', 1)

# bytes and encodings
for encoding in ('utf-16', 'utf-16-le', 'utf-16-be', 'utf-32'):
    add(f'{encoding}', REFUSED, users=USERS.encode(encoding))
add('UTF-8 with a byte order mark', FINE, users=USERS.encode('utf-8-sig'))
add('two byte order marks', NOTICED, users=b'\xef\xbb\xbf' + USERS.encode('utf-8-sig'))
add('a byte order mark in the middle', FINE, users=text('users', 'Given 2', '\ufeffGiven 2'))
add('a line in Latin-1', NOTICED, 'utf_8', users=text('users', 'Given 2', b'Ren\xe9e'))
add('all in Latin-1', NOTICED, 'utf_8', users=USERS.replace('Given', 'Gïven').encode('latin-1'))
add('quotation marks of Windows-1252', NOTICED, 'utf_8', users=text('users', 'Given 2', b'\x93Given\x94'))
add('Shift JIS', NOTICED, 'utf_8', users=text('users', 'Given 2', '花子'.encode('shift_jis')))
add('a header in Latin-1', NOTICED, 'utf_8', users=text('users', 'pronouns' if 'pronouns' in HEADER else 'password', b'mot\xe9'))
add('overlong UTF-8', NOTICED, 'utf_8', users=text('users', 'Given 2', b'Given\xc0\x80'))
add('half a surrogate pair', NOTICED, 'utf_8', users=text('users', 'Given 2', b'Given\xed\xa0\x80'))
add('a character cut off by the end of the file', NOTICED, 'utf_8', users=USERS.encode()[:-1] + b'\xe2\x82')
add('the byte 255', NOTICED, 'utf_8', users=text('users', 'Given 2', b'\xff'))
add('NUL in a value', REFUSED, 'text_file', users=text('users', 'Given 2', b'Gi\0ven'))
add('NUL in the header', REFUSED, users=text('users', 'givenName', b'given\0Name'))
add('NUL at the end', REFUSED, 'text_file', users=USERS.encode() + b'\0' * 100)
add(
    'control characters that no text holds',
    FAULTY,
    'readable_line',
    users=text('users', 'Given 2', b'Gi\x01\x02\x03\x04ven'),
)
add(
    'control characters in an id',
    FAULTY,
    'readable_line',
    users=text('users', '\nstudent-2', b'\nstudent\x01\x02\x03\x042'),
)
add('control characters in the header', NOTICED, users=text('users', 'password', b'pass\x01\x02\x03\x04word'))
add('an end of file of DOS', FAULTY, users=USERS.encode() + b'\x1a')
add('a bell and a backspace', FINE, users=text('users', 'Given 2', 'Given\a\b2'))
add('separators of lines in Unicode', FINE, users=text('users', 'Given 2', 'Given\u2028\u2029\u00852'))
add('a vertical tab and a form feed', FINE, users=text('users', 'Given 2', 'Given\v\f2'))
add('no bytes', REFUSED, 'required_column', users=b'')
add('nothing but a byte order mark', REFUSED, users=b'\xef\xbb\xbf')
add('nothing but blanks', REFUSED, users='   \n \n')
add('nothing but line ends', REFUSED, users='\n' * 1000)
add('an archive', REFUSED, users=b'PK\x03\x04\x14\x00\x08\x08' + bytes(range(256)) * 20)
add('an archive of another kind', REFUSED, users=b'\x1f\x8b\x08\x00' + random.Random(1).randbytes(5000))
add('a document', REFUSED, users=b'%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<< >>\nendobj\n')
add('noise', REFUSED, users=random.Random(2).randbytes(20_000))
add('a web page', REFUSED, users='<!doctype html><html><body>Session expired</body></html>\n')
add('JSON', REFUSED, users='{"users": [{"sourcedId": "student-1"}]}\n')
add('Parquet', REFUSED, users=b'PAR1' + bytes(200) + b'PAR1')

# line ends
add('CRLF', FINE, users=USERS.replace('\n', '\r\n'))
add('CRLF, the last one missing', FINE, users=USERS.replace('\n', '\r\n').rstrip())
add('no last line end', FINE, users=USERS.rstrip())
add('CR alone', FINE, users=USERS.replace('\n', '\r'))
add('CRLF in the header alone', FINE, users=USERS.replace('\n', '\r\n', 1))
add('LF in the header alone', FINE, users=HEADER + '\n' + LINES.replace('\n', '\r\n'))
add('CRCRLF', FINE, users=USERS.replace('\n', '\r\r\n'))
add('a CR in a value', FAULTY, users=text('users', 'Given 2', 'Giv\ren 2'))
add('a CR in a quoted value', NOTICED, 'one_line', users=text('users', 'Given 2', '"Giv\ren 2"'))
add('an LF in a quoted value', NOTICED, 'one_line', users=text('users', 'Given 2', '"Giv\nen 2"'))
add('a CRLF in a quoted value', NOTICED, 'one_line', users=text('users', 'Given 2', '"Giv\r\nen 2"'))
add(
    'an LF in an optional value',
    WARNED,
    'one_line',
    users=text('users', 'student-2@contoso.example', '"student-2\n@contoso.example"'),
)
add('a hundred lines in a quoted value', FAULTY, users=text('users', 'Given 2', '"' + 'Given\n' * 100 + '"'))
add('blank lines between', FINE, users=USERS.replace('\n', '\n\n'))
add('blank lines before the header', FINE, users='\n\n' + USERS)
add('a thousand blank lines after', FINE, users=USERS + '\n' * 1000)
add('lines of blanks', FINE, users=USERS + '   \n\t\n')

# widths
add('a line of commas', FINE, users=USERS + ',' * HEADER.count(',') + '\n')
add('a cell too few', FAULTY, 'readable_line', users=USERS + 'student-3,,,true\n')
add('one word', FAULTY, 'readable_line', users=USERS + 'total\n')
add('surplus cells', FAULTY, 'readable_line', users=USERS.rstrip() + ',surplus\n')
add('surplus empty cells', NOTICED, 'surplus_cells', orgs=ORGS.rstrip() + ',,,\n')
add('surplus empty cells in a file of passwords', FAULTY, 'readable_line', users=USERS.rstrip() + ',,,\n')
add(
    'surplus empty cells in each line but the header',
    NOTICED,
    'surplus_cells',
    users=HEADER + '\n' + LINES.replace('\n', ',,\n'),
)
add('a header and nothing else', REFUSED, 'records_present', users=HEADER + '\n')
add('no header', REFUSED, users=LINES)
add('the header twice', FAULTY, users=HEADER + '\n' + USERS)
add('one column', REFUSED, users='sourcedId\nstudent-1\n')
add('semicolons', REFUSED, 'comma_separated', users=USERS.replace(',', ';'))
add('tabs', REFUSED, 'comma_separated', users=USERS.replace(',', '\t'))
add('pipes', REFUSED, users=USERS.replace(',', '|'))
add(
    'five thousand columns',
    NOTICED,
    users=''.join(
        f'{line},{",".join(f"x{i}" if n == 0 else "" for i in range(5000))}\n'
        for n, line in enumerate(USERS.splitlines())
    ),
)
add(
    'a thousand metadata columns',
    FINE,
    users=''.join(
        f'{line},{",".join(f"metadata.x{i}" if n == 0 else "v" for i in range(1000))}\n'
        for n, line in enumerate(USERS.splitlines())
    ),
)
add('a line of a hundred thousand cells', FAULTY, 'readable_line', users=USERS + ',' * 100_000 + 'x\n')

# headers
add('a required column missing', REFUSED, 'required_column', users=USERS.replace('givenName', 'firstName', 1))
add('a column twice', REFUSED, 'column_once', users=USERS.replace('middleName', 'givenName', 1))
add('a column twice, in other letters', REFUSED, 'column_once', users=USERS.replace('middleName', 'GIVENNAME', 1))
add('headers in capitals', NOTICED, 'header_spelling', users=HEADER.upper() + '\n' + LINES)
add('headers with blanks', NOTICED, 'header_spelling', users=HEADER.replace(',', ' , ') + '\n' + LINES)
add('quoted headers', FINE, users=','.join(f'"{name}"' for name in HEADER.split(',')) + '\n' + LINES)
add('a blank header', NOTICED, 'known_header', users=USERS.replace('middleName', '', 1))
add('an unclosed quote in the header', REFUSED, 'closed_quotes', users=USERS.replace('middleName', '"middleName', 1))
add('a header of another language', NOTICED, 'known_header', users=USERS.replace('middleName', '第二名', 1))
add(
    'a header that is Unicode for an ASCII one',
    REFUSED,
    'required_column',
    users=USERS.replace('givenName', 'ｇivenName', 1),
)
add('a header of a megabyte', NOTICED, 'known_header', users=USERS.replace('middleName', 'x' * 1_000_000, 1))
for number, name in enumerate(
    [
        "x'); drop table history.users; --",
        '{{ 1/0 }}',
        "{{ env_var('HOME') }}",
        '{% raw %}',
        '{#',
        'select',
        '"; drop schema history; --',
        'metadata.x\'); drop table history.users; --',
        'metadata.{{ 1/0 }}',
        'metadata.',
        'METADATA.x',
        'metadata.x.y',
        '*',
        'line_number',
        'inbound_flow_id',
    ]
):
    header = '"' + name.replace('"', '""') + '"'
    status = FINE if name.lower().startswith('metadata.') else NOTICED
    add(f'a header of code {number}', status, users=USERS.replace('middleName', header, 1))

# quotes
add('a quote that never closes, in the last line', REFUSED, 'closed_quotes', users=text('users', 'Given 2', '"Given 2'))
add(
    'a quote that never closes, in the first line', REFUSED, 'closed_quotes', users=text('users', 'Given T', '"Given T')
)
add('a quote inside a value', FINE, users=text('users', 'Given 2', 'Given "Two" 2'))
add('an inch', FAULTY, users=text('users', 'Given 2', '"Given" 2'))
add('doubled quotes', FINE, users=text('users', 'Given 2', '"Given ""2"""'))
add('a blank before a quote', FINE, users=text('users', 'Given 2', ' "Given 2"'))
add('a backslash before a quote', REFUSED, 'closed_quotes', users=text('users', 'Given 2', '"Given \\"2"'))
add('an apostrophe', FINE, users=text('users', 'Given 2', "O'Given"))
add('nothing but quotes', FAULTY, users=USERS + '""""""\n')
add(
    'quotes in each cell',
    FINE,
    users='\n'.join(','.join(f'"{c}"' for c in line.split(',')) for line in USERS.splitlines()) + '\n',
)

# values: length and script
for number, name in enumerate(
    [
        '👩‍👩‍👧‍👦🏽',
        'שלום עולם',
        'مرحبا',
        '\u202eGiven 2\u202c',
        'Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤a͕l̛g͡o',
        '花子',
        'Ａｎｎａ',
        'İstanbul ı',
        'ß',
        '\u200bGiven',
        'e\u0301',
        '\U0010ffff',
        'ﷺ' * 50,
        'NULL',
        'null',
        'None',
        'nan',
        'undefined',
        'N/A',
        '-',
        '0',
        'true',
        '<script>alert(1)</script>',
        '%s%n%x',
        '../../etc/passwd',
        '$(touch hacked)',
        '`id`',
        '${jndi:ldap://x.example/a}',
        'a' * 300,
        '\\N',
        '\\',
        "'",
        '\\x00',
    ]
):
    add(f'a given name {number}', FINE, users=cell('users', 'student-2', 'givenName', name))
add('a name of a megabyte', FINE, users=cell('users', 'student-2', 'givenName', 'x' * 1_000_000))
add('a name of three megabytes', REFUSED, 'text_file', users=cell('users', 'student-2', 'givenName', 'x' * 3_000_000))
add(
    'a list of a hundred thousand items',
    FAULTY,
    'references',
    users=cell('users', 'student-2', 'orgSourcedIds', ','.join(['nowhere'] * 100_000)),
)
add('a list of commas', FAULTY, 'required', users=cell('users', 'student-2', 'orgSourcedIds', ',,,,'))
add('an id of 255', FINE, users=cell('users', 'student-2', 'sourcedId', 'x' * 255))
add('an id of 256', FAULTY, 'well_formed_id', users=cell('users', 'student-2', 'sourcedId', 'x' * 256))
add('an id of a megabyte', FAULTY, 'well_formed_id', users=cell('users', 'student-2', 'sourcedId', 'x' * 1_000_000))
add('an id of emoji', NOTICED, 'standard_characters', users=cell('users', 'student-2', 'sourcedId', '🎒'))
add(
    'ids that differ in case',
    FINE,
    users=with_lines(
        USERS,
        dict(
            sourcedId='STUDENT-2',
            enabledUser='true',
            orgSourcedIds='school',
            role='student',
            username='x',
            givenName='a',
            familyName='b',
        ),
    ),
)
add('an id with a blank', NOTICED, 'standard_characters', users=cell('users', 'student-2', 'sourcedId', 'student 2'))
add('an id with a quote', FAULTY, 'well_formed_id', users=cell('users', 'student-2', 'sourcedId', 'student"2'))
add('an id with a comma', FAULTY, 'well_formed_id', users=cell('users', 'student-2', 'sourcedId', 'student,2'))
add(
    'an id with a pipe',
    NOTICED,
    users=cell('users', 'teacher', 'username', 't').replace('\nteacher,', '\nteacher,', 1),
    enrollments=cell('enrollments', 'e-2', 'sourcedId', 'e|2'),
)

# code in values
for number, code in enumerate(
    [
        "'; drop table history.users; --",
        "') union all select * from read_text('/etc/passwd'); --",
        "$$; attach 'hacked.duckdb'; $$",
        "'); copy (select 1) to 'hacked.csv'; --",
        '"; drop schema history cascade; --',
        "x' || (select 1/0) || '",
        '/* ',
        '-- ',
        ';',
        '{{ 1/0 }}',
        "{{ run_query('drop schema history cascade') }}",
        "{{ env_var('PATH') }}",
        '{% do x %}',
        '{# ',
        '{{',
        '%}',
        "{{ config(enabled=false) }}",
    ]
):
    add(f'code in a name {number}', FINE, users=cell('users', 'student-2', 'familyName', code))
    add(f'code in a reference {number}', FAULTY, users=cell('users', 'student-2', 'orgSourcedIds', code))
for number, (code, status) in enumerate(
    [
        ("'; drop table history.users; --", NOTICED),
        ('{{ 1/0 }}', NOTICED),
        ("{{ env_var('PATH') }}", NOTICED),
        ("a'b", NOTICED),
        ('\\', NOTICED),
    ]
):
    add(f'code in an id {number}', status, users=cell('users', 'student-2', 'sourcedId', code))
    add(
        f'code in an e-mail address {number}',
        WARNED,
        'well_formed_email',
        users=cell('users', 'student-2', 'email', code),
    )

# what spreadsheets do
for number, formula in enumerate(
    [
        "=cmd|'/C calc'!A0",
        '=HYPERLINK("http://x.example","a")',
        '+1+1',
        '-1-1',
        '@SUM(1)',
        '="001"',
        '=1+1',
    ]
):
    add(f'a formula as a name {number}', FINE, users=cell('users', 'student-2', 'familyName', formula))
for error in ('#N/A', '#REF!', '########'):
    add(f'{error} for a name', FAULTY, 'placeholder', users=cell('users', 'student-2', 'familyName', error))
    add(f'{error} for a middle name', WARNED, 'placeholder', users=cell('users', 'student-2', 'middleName', error))
add('a formula as an id', FAULTY, users=cell('users', 'student-2', 'sourcedId', '="student-2"'))
add(
    'an id in scientific notation',
    NOTICED,
    'standard_characters',
    users=cell('users', 'student-2', 'sourcedId', '1.23E+15'),
)
add('a line that names the separator', REFUSED, users='sep=,\n' + USERS)
add('booleans in capitals', FINE, users=USERS.replace(',true,', ',TRUE,'))
add('booleans in words', FAULTY, 'well_formed_boolean', users=cell('users', 'student-2', 'enabledUser', 'WAHR'))
add('a grade without its zero', NOTICED, 'plain_code', users=cell('users', 'student-2', 'grades', '9'))
add('a grade that is a date', WARNED, 'in_reference_definitions', users=cell('users', 'student-2', 'grades', '9-Dec'))
add(
    'an American date',
    FAULTY,
    'well_formed_date',
    academicSessions=cell('academicSessions', 'fall', 'startDate', '8/1/2026'),
)
add(
    'the number of a day',
    FAULTY,
    'well_formed_date',
    academicSessions=cell('academicSessions', 'fall', 'startDate', '46235'),
)
add(
    'a date of two digits',
    FAULTY,
    'well_formed_date',
    academicSessions=cell('academicSessions', 'fall', 'startDate', '26-08-01'),
)
add(
    'a day that is none',
    FAULTY,
    'well_formed_date',
    academicSessions=cell('academicSessions', 'fall', 'startDate', '2026-02-30'),
)
add(
    'an instant for a date',
    NOTICED,
    'plain_date',
    academicSessions=cell('academicSessions', 'fall', 'startDate', '2026-08-01T00:00:00Z'),
)
add(
    'a date of year zero',
    FAULTY,
    'well_formed_date',
    academicSessions=cell('academicSessions', 'fall', 'startDate', '0000-01-01'),
)
add(
    'a date of year 99999',
    FAULTY,
    'well_formed_date',
    academicSessions=cell('academicSessions', 'fall', 'endDate', '99999-01-01'),
)
add('infinity', FAULTY, 'well_formed_date', academicSessions=cell('academicSessions', 'fall', 'endDate', 'infinity'))
add('today', FAULTY, 'well_formed_date', academicSessions=cell('academicSessions', 'fall', 'endDate', 'today'))
add(
    'digits of another script',
    FAULTY,
    'well_formed_date',
    academicSessions=cell('academicSessions', 'fall', 'endDate', '２０２６-12-31'),
)
add(
    'a year of two years',
    NOTICED,
    'plain_year',
    academicSessions=cell('academicSessions', 'fall', 'schoolYear', '2026-2027'),
)
add(
    'a year in words',
    FAULTY,
    'well_formed_year',
    academicSessions=cell('academicSessions', 'fall', 'schoolYear', 'MMXXVII'),
)
add(
    'a year that overflows',
    FAULTY,
    'well_formed_year',
    academicSessions=cell('academicSessions', 'fall', 'schoolYear', '9' * 40),
)
add(
    'an end before its start',
    FAULTY,
    'in_order',
    academicSessions=cell('academicSessions', 'fall', 'endDate', '2026-07-01'),
)

# rules of the other files
add(
    'an organization that is its own parent',
    WARNED,
    'no_cycle',
    orgs=cell('orgs', 'school', 'parentSourcedId', 'school'),
)
add(
    'two organizations that are each other\'s parent',
    WARNED,
    'no_cycle',
    orgs=cell('orgs', 'district', 'parentSourcedId', 'school'),
)
add('a parent that is not there', WARNED, 'references', orgs=cell('orgs', 'school', 'parentSourcedId', 'nowhere'))
add(
    'an unknown kind of organization',
    FAULTY,
    'in_reference_definitions',
    orgs=cell('orgs', 'district', 'type', 'palace'),
)
add('a kind in capitals', FINE, orgs=cell('orgs', 'district', 'type', 'DISTRICT'))
add('an organization without a name', FAULTY, 'required', orgs=cell('orgs', 'district', 'name', '\u00a0'))
add('an unknown role', FAULTY, 'in_reference_definitions', users=cell('users', 'student-2', 'role', 'juggler'))
add(
    'different records with one id',
    FAULTY,
    'not_in_conflict',
    users=with_lines(USERS, USERS.splitlines()[-1].replace('Given 2', 'Another')),
)
add('identical copies', NOTICED, 'not_repeated', users=with_lines(USERS, USERS.splitlines()[-1]))
add(
    'A, A, B',
    FAULTY,
    'not_in_conflict',
    users=with_lines(USERS, USERS.splitlines()[-1], USERS.splitlines()[-1].replace('Given 2', 'B')),
)
add('ten thousand copies', NOTICED, 'not_repeated', users=USERS + (USERS.splitlines()[-1] + '\n') * 10_000)
add('a class of no course', FAULTY, 'references', classes=cell('classes', 'algebra-1', 'courseSourcedId', 'nowhere'))
add('an enrollment of nobody', FAULTY, 'references', enrollments=cell('enrollments', 'e-2', 'userSourcedId', 'nobody'))
add(
    'dates of an enrollment in the wrong order',
    WARNED,
    'in_order',
    enrollments=replace_cell(cell('enrollments', 'e-2', 'beginDate', '2026-10-01'), 'e-2', 'endDate', '2026-09-01'),
)
add('an unknown sex', WARNED, 'in_reference_definitions', demographics=cell('demographics', 'student-1', 'sex', 'q'))
add(
    'a birthday that is none',
    WARNED,
    'well_formed_date',
    demographics=cell('demographics', 'student-1', 'birthDate', '2012-13-01'),
)
add('a status in bulk', NOTICED, 'blank_in_bulk', users=cell('users', 'student-2', 'status', 'active'))
add('a withdrawn record', NOTICED, users=cell('users', 'student-2', 'status', 'ToBeDeleted'))
add(
    'a modified date in bulk',
    NOTICED,
    'blank_in_bulk',
    users=cell('users', 'student-2', 'dateLastModified', '2026-01-01'),
)
add('a telephone of letters', WARNED, 'well_formed_phone', users=cell('users', 'student-2', 'phone', 'call me'))
add('a user id without its type', WARNED, users=cell('users', 'student-2', 'userIds', '12'))
add('no users', REFUSED, 'required_file', users=None)
add('no organizations', REFUSED, 'required_file', orgs=None)
add('classes without enrollments', REFUSED, 'required_file', enrollments=None)
add('classes without courses', REFUSED, 'required_file', courses=None)
add('classes without sessions', REFUSED, 'required_file', academicSessions=None)

# manifests
for number, (manifest, status) in enumerate(
    [
        ('propertyName,value\nfile.users,delta\n', REFUSED),
        ('propertyName,value\nfile.users,absent\n', NOTICED),
        ('propertyName,value\noneroster.version,9.9\n', NOTICED),
        ("propertyName,value\nfile.users','x'); drop table history.users; --,bulk\n", NOTICED),
        ('propertyName,value\n{{ 1/0 }},{{ 1/0 }}\n', FINE),
        ('"', REFUSED),
        ('', FINE),
        ('\0', REFUSED),
        ('propertyName\n', FINE),
        (',,,,\n', FINE),
        ('propertyName,value\nsource.systemName,' + 'x' * 1_000_000 + '\n', FINE),
        (random.Random(3).randbytes(3000), REFUSED),
    ]
):
    add(f'a manifest {number}', status, manifest=manifest)


# other things in the folder; a name here is a path
def beside(name, status, **things):
    """A clean drop with other files in its folder."""
    add(name, status)
    CASES[-1].files |= things.pop('files')


for number, name in enumerate(
    [
        "it's.csv",
        '{{ 1/0 }}.csv',
        "x'); drop table history.users; --.csv",
        '-rf',
        '$(touch hacked).csv',
        'line\nbreak.csv',
        '👩.csv',
        'Users.csv',
        'users.csv.bak',
        'users.CSV',
        '~$users.csv',
        '.DS_Store',
        'x' * 200 + '.csv',
        '*.csv',
        '[a-z].csv',
        '?.csv',
        'a"b.csv',
        'users.csv ',
        '%41.csv',
        'lineItems.csv',
    ]
):
    beside(f'a file of another name {number}', FINE, files={name: b'a,b\n1,2\n'})
beside('a folder in the drop', FINE, files={'nested/users.csv': USERS.encode()})


def is_accounted_for(roster):
    """Whether every line of every file of the newest run is counted once."""
    return roster.value("""
        select count(*) from landing.file_inventory
        where is_processed and received_records
        <> staged_records + rejected_records + unreadable_lines + collapsed_copies + withdrawn_records
        """) == 0


def statuses_of(roster):
    """How each flow ended in the newest run."""
    return dict(
        roster.query(f"""
            select inbound_flow_id, if(status = '{FINE}' and notices > 0, '{NOTICED}', status)
            from runs.run_activity
            where run_id = {NEWEST_RUN}
        """)
    )


def flow_of(number):
    return f'hostile-{number:02}'


CLEAN_FLOW = flow_of(FLOWS_PER_RUN - 1)


def configured_project(folder):
    """A copy of the project with many flows, each of a source system of its own."""
    shutil.copytree(
        PROJECT,
        folder,
        ignore=shutil.ignore_patterns(
            '.git',
            '.venv',
            'target',
            'logs',
            'warehouse',
            'sample',
            '__pycache__',
            '.hypothesis',
            '.pytest_cache',
            'scenarios',
        ),
    )
    flows = [flow_of(number) for number in range(FLOWS_PER_RUN)]
    seeds = folder / 'seeds' / 'district'
    for seed, line in {
        'source_system': '{flow},{flow},,',
        'data_connector': '{flow},{flow},{flow},file',
        'inbound_flow': '{flow},{flow},{flow},2027,educationRostering,2026-07-01,2027-07-31,ready',
    }.items():
        with open(seeds / f'district_{seed}.csv', 'a') as lines:
            lines.writelines(line.format(flow=flow) + '\n' for flow in flows)
    return folder


@pytest.fixture(scope='session')
def begun(tmp_path_factory):
    """A warehouse in which every flow has had a clean drop, built once, with its project."""

    def make(folder):
        roster = Roster(folder, project=configured_project(folder / 'project'))
        for number in range(FLOWS_PER_RUN):
            roster.land(flow_of(number), FIRST_DROP, {name: CLEAN[name] for name in SMALL})
        build = roster.build(FIRST_RUN)
        assert build.succeeded, build.output

    return shared(tmp_path_factory, 'hostile', make)


@pytest.fixture
def hostile_roster(tmp_path, begun):
    """A landing zone whose path is hostile too, and a copy of that warehouse."""
    roster = Roster(tmp_path, project=begun / 'project')
    roster.landing.rmdir()
    roster.landing = tmp_path / "it's a {{ 1 }} \"zone\""
    roster.landing.mkdir()
    shutil.copy(begun / 'roster.duckdb', roster.warehouse)
    return roster


def land(roster, flow, files):
    """Lands files, also such that lie deeper."""
    for name, content in files.items():
        path = roster.landing / flow / SECOND_DROP / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def relations_of(roster):
    """What a run of clean flows leaves in a warehouse: the names of its relations."""
    return roster.values("select distinct schema_name || '.' || table_name from duckdb_columns() where not internal")


CHUNKS = [CASES[start : start + FLOWS_PER_RUN - 1] for start in range(0, len(CASES), FLOWS_PER_RUN - 1)]


@pytest.mark.parametrize('cases', CHUNKS, ids=[f'{len(chunk)} cases from "{chunk[0].name}"' for chunk in CHUNKS])
def test_hostile_drops_end_in_the_status_they_deserve(hostile_roster, cases):
    roster = hostile_roster
    tables = relations_of(roster)
    before = roster.query(
        'select * exclude (last_seen_at) from history.users where inbound_flow_id = ? order by all', [CLEAN_FLOW]
    )
    for number, case in enumerate(cases):
        land(roster, flow_of(number), case.files)
    land(roster, CLEAN_FLOW, {name: CLEAN[name].encode() for name in SMALL})
    build = roster.build(SECOND_RUN)
    assert build.succeeded, build.output[-5000:]
    assert 'Traceback' not in build.output

    statuses = statuses_of(roster)
    findings = roster.query(
        f'select inbound_flow_id, rule, message from runs.validation_result where run_id = {NEWEST_RUN}'
    )
    wrong = []
    for number, case in enumerate(cases):
        flow = flow_of(number)
        told = {rule: message for found_flow, rule, message in findings if found_flow == flow}
        if statuses[flow] != case.status or (case.rule and case.rule not in told):
            wrong.append(
                f'{case.name}: {statuses[flow]} {({rule: message[:150] for rule, message in told.items()})}, not {case.status} {case.rule or ""}'
            )
    assert not wrong, '\n'.join(wrong)
    assert is_accounted_for(roster)
    # the clean flow among them is none the worse, and what was refused changed nothing
    assert statuses[CLEAN_FLOW] == FINE
    assert (
        roster.query(
            'select * exclude (last_seen_at) from history.users where inbound_flow_id = ? order by all', [CLEAN_FLOW]
        )
        == before
    )
    refused = [flow_of(number) for number, case in enumerate(cases) if case.status == REFUSED]
    assert (
        roster.query(
            'select distinct inbound_flow_id from history.users where inbound_flow_id in (select unnest(?)) and dbt_valid_to is not null',
            [refused],
        )
        == []
    )
    # nothing of the input was executed
    assert relations_of(roster) == tables
    assert not [path for folder in (roster.folder, PROJECT, roster.project) for path in folder.glob('hacked*')]
    assert roster.value('select count(distinct inbound_flow_id) from history.orgs') == FLOWS_PER_RUN


PIECES = st.one_of(
    st.binary(min_size=1, max_size=8),
    st.sampled_from(
        [
            b'"',
            b'""',
            b',',
            b',,',
            b'\n',
            b'\r',
            b'\r\n',
            b'\0',
            b'\xef\xbb\xbf',
            b'\\',
            b"'",
            b';',
            b'\t',
            b'{{',
            b'\xff',
            b'"\n"',
            '🎒'.encode(),
        ]
    ),
    st.text(max_size=8).map(lambda text: text.encode('utf-8', 'surrogatepass')),
)
EDITS = st.lists(st.tuples(st.floats(0, 1), st.integers(0, 40), PIECES), min_size=1, max_size=4)


def edited(content, edits):
    """A file in which some bytes gave way to others, at some places."""
    for place, length, piece in edits:
        start = int(place * len(content))
        content = content[:start] + piece + content[start + length :]
    return content


@settings(
    max_examples=2,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
    database=None,
)
@given(st.lists(st.tuples(st.sampled_from(SMALL), EDITS), min_size=FLOWS_PER_RUN - 1, max_size=FLOWS_PER_RUN - 1))
def test_files_with_bytes_changed_at_random_end_in_some_status(tmp_path_factory, begun, mutations):
    roster = Roster(tmp_path_factory.mktemp('fuzz'), project=begun / 'project')
    shutil.copy(begun / 'roster.duckdb', roster.warehouse)
    tables = relations_of(roster)
    for number, (file, edits) in enumerate(mutations):
        files = {name: CLEAN[name].encode() for name in SMALL}
        land(roster, flow_of(number), files | {file: edited(files[file], edits)})
    land(roster, CLEAN_FLOW, {name: CLEAN[name].encode() for name in SMALL})
    build = roster.build(SECOND_RUN)
    assert build.succeeded, build.output[-5000:]
    statuses = statuses_of(roster)
    assert {statuses[flow_of(number)] for number in range(FLOWS_PER_RUN)} <= {FINE, NOTICED, WARNED, FAULTY, REFUSED}
    assert statuses[CLEAN_FLOW] == FINE
    assert is_accounted_for(roster)
    assert relations_of(roster) == tables


def test_the_cases_are_many():
    assert len(CASES) >= 150
    assert len({case.name for case in CASES}) == len(CASES)
