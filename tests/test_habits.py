"""Habits of spreadsheets and vendors, one by one on the clean drop and many at once on a sound district.

What is meant is read, and said in a notice or not at all; what cannot be read refuses its drop with one finding that names
the cause.
"""

from dataclasses import dataclass

import pytest

from roster import Roster, clean_drop, records, replace_cell, shared, to_csv

DROP, RUN_AT = '20260901T060000Z', '2026-09-01T07:00:00Z'
CLEAN = clean_drop('contoso-2027')
CLEAN_1_2 = clean_drop('fabrikam-2027')
USERS, ORGS = CLEAN['users.csv'], CLEAN['orgs.csv']
ACCENTED = USERS.replace('Given 1', 'Zoë “Zo” O’Neil').replace('Family 1', 'Muñoz – Šimek')
EVERYTHING = {'academicSessions': 2, 'orgs': 2, 'users': 3, 'courses': 1, 'classes': 1, 'enrollments': 3, 'demographics': 1}


@dataclass(frozen=True)
class Habit:
    """A drop that somebody writes so: the files that differ, and what is found (rule, file)."""

    name: str
    files: dict
    findings: list
    parts: tuple = ()  # of the only message
    without: tuple = ()

    @property
    def drop(self):
        return {name: text for name, text in (CLEAN | self.files).items() if name not in self.without}


def every_line(text, change):
    return ''.join(f'{change(line)}\n' for line in text.splitlines())


def quoted(text):
    return every_line(text, lambda line: '"' + line.replace('"', '').replace(',', '","') + '"')


READ = [
    Habit('a byte order mark', {'users.csv': USERS.encode('utf-8-sig')}, []),
    Habit('lines end as in Windows', {'users.csv': USERS.replace('\n', '\r\n')}, []),
    Habit('lines end as in old Macs', {'users.csv': USERS.replace('\n', '\r')}, []),
    Habit('everything quoted', {'users.csv': quoted(USERS)}, []),
    Habit('a comma after each header', {'users.csv': USERS.replace('password\n', 'password,\n')}, []),
    Habit('a comma after each line', {'orgs.csv': ORGS.replace('district\n', 'district,\n')}, []),
    Habit('a comma after both', {'users.csv': every_line(USERS, lambda line: line + ',')}, []),
    Habit('lines of nothing but commas', {'orgs.csv': ORGS + ',,,,,,\n , ,,,,,\n"","",,,,,\n', 'users.csv': USERS + ',' * 17 + '\n'}, []),
    Habit('a header in capitals', {'orgs.csv': ORGS.replace('sourcedId', 'SOURCEDID').replace('name', ' Name ')}, [('header_spelling', 'orgs.csv')], ('"SOURCEDID", " Name "',)),
    Habit('a file name in capitals', {'Users.CSV': USERS}, [('file_spelling', 'users.csv')], ('Users.CSV',), ('users.csv',)),
    Habit('Windows-1252', {'users.csv': ACCENTED.encode('cp1252')}, [('utf_8', 'users.csv')], ('Windows-1252',)),
    Habit('a phone with its extension', {'users.csv': replace_cell(USERS, 'student-1', 'phone', '555/123-4567 ext. 12')}, []),
    Habit(
        'dates with the month first',
        {'academicSessions.csv': CLEAN['academicSessions.csv'].replace('2026-08-01', '8/1/2026').replace('2026-12-31', '12/31/2026')},
        [('plain_date', 'academicSessions.csv')] * 2,
    ),
    Habit(
        'dates with the day first',
        {'academicSessions.csv': CLEAN['academicSessions.csv'].replace('2026-08-01', '1/8/2026').replace('2026-12-31', '31/12/2026 0:00')},
        [('plain_date', 'academicSessions.csv')] * 2,
    ),
]
REFUSED = [
    Habit('semicolons', {name: text.replace(',', ';') for name, text in CLEAN.items()}, [('comma_separated', 'academicSessions.csv')], ('semicolons', '6 more files', 'CSV with commas')),
    Habit('tabs in one file', {'users.csv': USERS.replace(',', '\t')}, [('comma_separated', 'users.csv')], ('tabs',)),
    Habit('UTF-16', {'users.csv': USERS.encode('utf-16')}, [('text_file', 'users.csv')], ('UTF-16', 'CSV UTF-8')),
    Habit('UTF-16 without a mark', {'users.csv': USERS.encode('utf-16-le')}, [('text_file', 'users.csv')], ('UTF-16',)),
    Habit('no header', {'users.csv': USERS.split('\n', 1)[1]}, [('required_column', 'users.csv')], ('names no column',)),
    Habit('an empty file', {'orgs.csv': ''}, [('required_column', 'orgs.csv')], ('the file is empty',)),
    Habit('an open quote in the header', {'orgs.csv': '"' + ORGS}, [('closed_quotes', 'orgs.csv')]),
    Habit(
        'OneRoster 1.0',
        {'users.csv': USERS.replace('enabledUser,', '').replace(',true,', ',').replace('userIds', 'userId').replace('agentSourcedIds', 'agents')},
        [('known_version', 'users.csv')],
        ('OneRoster 1.0',),
    ),
    Habit(
        'School Data Sync V1',
        {name: 'SIS ID,Name\n1,North\n' for name in ('School.csv', 'Section.csv', 'Student.csv', 'Teacher.csv')},
        [('known_version', None)],
        ('School Data Sync V1',),
        tuple(CLEAN),
    ),
    Habit(
        'School Data Sync V2.1',
        {
            'orgs.csv': 'sourcedId,name,type\nschool,School,school\n',
            'users.csv': 'sourcedId,username,givenName,familyName,password\nstudent-1,student-1,Given,Family,\n',
            'roles.csv': 'userSourcedId,orgSourcedId,role\nstudent-1,school,student\n',
            'classes.csv': 'sourcedId,orgSourcedId,title\nalgebra-1,school,Algebra\n',
            'enrollments.csv': 'classSourcedId,userSourcedId,role\nalgebra-1,student-1,student\n',
        },
        [('known_version', 'users.csv')],
        ('School Data Sync V2.1',),
        ('academicSessions.csv', 'courses.csv', 'demographics.csv'),
    ),
    Habit(
        'courses without records',
        {'courses.csv': CLEAN['courses.csv'].split('\n', 1)[0] + '\n'},
        [('records_present', 'courses.csv')],
        ('holds no records',),
    ),
]
NOT_RECEIVED = Habit(
    'demographics without ids',
    {'demographics.csv': CLEAN['demographics.csv'].replace('sourcedId', 'studentNumber')},
    [('key_column', 'demographics.csv'), ('known_header', 'demographics.csv')],
)
UNSETTLED = Habit(
    'dates that could be read either way',
    {'demographics.csv': CLEAN['demographics.csv'].replace('2012-01-01', '2/1/2012')},
    [('well_formed_date', 'demographics.csv')],
)
HABITS = [*READ, *REFUSED, NOT_RECEIVED, UNSETTLED]


def flow_of(habit):
    return f'habit-{HABITS.index(habit)}'


# A sound district of 200 students, as an American office writes it.
STUDENTS = range(200)
GRADES = ['PreK', 'K', '1st', '2', '3.0', '4', 'Grade 5', '6', '7', '8', '9', '10']


def american_district():
    """Its files: text, or bytes in Windows-1252."""
    def padded(text):
        header, lines = text.split('\n', 1)
        return header.replace(',', ', ') + ' \n' + lines + ',' * header.count(',') + '\n'

    classes = range(len(GRADES))
    users = [
        {'sourcedId': f's-{n}', 'enabledUser': 'yes', 'orgSourcedIds': f'school-{n % 3}', 'role': 'student', 'username': f's{n}',
         'givenName': f'Zoë {n}', 'familyName': f'Example’s {n}', 'grades': GRADES[n % len(GRADES)], 'phone': f'(555) 010-{n:04} x{n}'}
        for n in STUDENTS
    ] + [
        {'sourcedId': f't-{n}', 'enabledUser': 'no' if n == 5 else 'Yes', 'orgSourcedIds': f'school-{n % 3}', 'role': 'Teacher',
         'username': f't{n}', 'givenName': f'Renée {n}', 'familyName': f'Sample {n}', 'email': f't{n}@Example.org'}
        for n in classes
    ]
    enrollments = [
        {'sourcedId': f'e-{n}', 'classSourcedId': f'class-{n % len(GRADES)}', 'schoolSourcedId': f'school-{n % 3}',
         'userSourcedId': f's-{n}', 'role': 'student', 'beginDate': f'8/{10 + n % 20}/2026'}
        for n in STUDENTS
    ] + [
        {'sourcedId': f'et-{n}', 'classSourcedId': f'class-{n}', 'schoolSourcedId': f'school-{n % 3}', 'userSourcedId': f't-{n}',
         'role': 'teacher', 'primary': 'Yes', 'beginDate': '8/3/2026'}
        for n in classes
    ]
    return {
        'orgs.csv': 'sourcedId,name,type\ndistrict,Example District,district\n' + ''.join(f'school-{n},School {n},school\n' for n in range(3)),
        'academicSessions.csv': 'sourcedId,title,type,startDate,endDate,schoolYear\nyear,2026-2027,schoolYear,8/1/2026,7/31/2027,2027\n',
        'courses.csv': to_csv(['sourcedId', 'title', 'orgSourcedId'], [{'sourcedId': f'course-{n}', 'title': f'Course {n}', 'orgSourcedId': 'district'} for n in classes]),
        'classes.csv': to_csv(
            ['sourcedId', 'title', 'courseSourcedId', 'classType', 'schoolSourcedId', 'termSourcedIds'],
            [{'sourcedId': f'class-{n}', 'title': f'Class\n{n}', 'courseSourcedId': f'course-{n}', 'classType': 'scheduled',
              'schoolSourcedId': f'school-{n % 3}', 'termSourcedIds': 'year'} for n in classes],
        ),
        'users.csv': padded(to_csv(records(USERS)[0].keys(), users)).replace('\n', '\r\n').encode('cp1252'),
        'enrollments.csv': to_csv(records(CLEAN['enrollments.csv'])[0].keys(), enrollments) + ',,,,,,,,,\n',
        'demographics.csv': to_csv(
            ['sourcedId', 'birthDate', 'sex'],
            [{'sourcedId': f's-{n}', 'birthDate': f'{1 + n % 12}/{1 + n % 28}/2014', 'sex': 'FM'[n % 2]} for n in STUDENTS],
        ),
    }


@pytest.fixture(scope='module')
def built(tmp_path_factory, configured):
    def make(folder):
        roster = Roster(folder, configured=configured)
        for habit in HABITS:
            roster.add_flow(flow_of(habit), like='contoso-2027')
            roster.land(flow_of(habit), DROP, habit.drop)
        roster.land('contoso-2027', DROP, american_district())
        build = roster.build(RUN_AT)
        assert build.succeeded, build.output

    return Roster(shared(tmp_path_factory, 'habits', make))


def found(roster, habit):
    """(rule, file) of what is found, and the messages."""
    rows = roster.query(
        'select rule, file_name, message from runs.validation_result where inbound_flow_id = ? order by all', [flow_of(habit)]
    )
    return [row[:2] for row in rows], ' '.join(row[2] for row in rows)


@pytest.mark.parametrize('habit', READ, ids=lambda habit: habit.name)
def test_what_is_meant_is_read(built, habit):
    findings, messages = found(built, habit)
    assert findings == habit.findings, messages
    assert all(part in messages for part in habit.parts), messages
    staged = built.query(
        "select file_name.replace('.csv', ''), staged_records from landing.file_inventory where inbound_flow_id = ?",
        [flow_of(habit)],
    )
    assert dict(staged) == EVERYTHING


def test_letters_of_windows_are_read_as_they_were_written(built):
    habit = next(habit for habit in READ if habit.name == 'Windows-1252')
    names = "select given_name || ' ' || family_name from staging.stg_oneroster__users where inbound_flow_id = ? and sourced_id = 'student-1'"
    assert built.values(names, [flow_of(habit)]) == ['Zoë “Zo” O’Neil Muñoz – Šimek']


def test_a_date_is_read_in_the_order_of_its_file(built):
    for name in ('dates with the month first', 'dates with the day first'):
        habit = next(habit for habit in READ if habit.name == name)
        [session] = built.query(
            "select start_date::varchar, end_date::varchar from staging.stg_oneroster__academic_sessions where inbound_flow_id = ? and sourced_id = 'fall'",
            [flow_of(habit)],
        )
        assert session == ('2026-08-01', '2026-12-31')
        assert 'read as 2026-08-01' in found(built, habit)[1]


def test_a_date_that_could_be_read_either_way_is_left_out_and_says_why(built):
    findings, messages = found(built, UNSETTLED)
    assert findings == UNSETTLED.findings
    assert 'month may stand either way round' in messages
    assert built.query(f"select birth_date from staging.stg_oneroster__demographics where inbound_flow_id = '{flow_of(UNSETTLED)}'") == [(None,)]


@pytest.mark.parametrize('habit', REFUSED, ids=lambda habit: habit.name)
def test_what_cannot_be_read_is_refused_with_one_finding(built, habit):
    findings, messages = found(built, habit)
    assert findings == habit.findings, messages
    assert all(part in messages for part in habit.parts), messages
    assert built.value('select status from runs.run_activity where inbound_flow_id = ?', [flow_of(habit)]) == 'failed'


def test_an_optional_file_without_ids_counts_as_not_received(built):
    findings, messages = found(built, NOT_RECEIVED)
    assert findings == NOT_RECEIVED.findings, messages
    processed = built.value('select processed_files from runs.run_activity where inbound_flow_id = ?', [flow_of(NOT_RECEIVED)])
    assert 'users.csv' in processed and 'demographics.csv' not in processed


def test_a_sound_district_in_american_habits_is_read_whole(built):
    district = "inbound_flow_id = 'contoso-2027'"
    lost = built.query(
        f'select file_name, received_records, staged_records from landing.file_inventory where {district} and received_records <> staged_records'
    )
    assert lost == []
    assert built.value(f"select staged_records from landing.file_inventory where {district} and file_name = 'users.csv'") == 212
    results = built.query(f'select severity, effect, message from runs.validation_result where {district} order by all')
    assert len(results) <= 12 and {(severity, effect) for severity, effect, _ in results} == {('notice', 'none')}, results
    assert built.query(f'select status from runs.run_activity where {district}') == [('completed',)]
    assert built.query(f"select given_name, family_name, enabled_user, grades from staging.stg_oneroster__users where {district} and sourced_id = 's-1'") == [
        ('Zoë 1', 'Example’s 1', True, ['kg'])
    ]
    assert built.query(f"select sex, birth_date::varchar from staging.stg_oneroster__demographics where {district} and sourced_id = 's-13'") == [
        ('male', '2014-02-14')
    ]
    assert built.value(f"select title from staging.stg_oneroster__classes where {district} and sourced_id = 'class-1'") == 'Class 1'
