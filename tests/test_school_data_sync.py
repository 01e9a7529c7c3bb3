"""School Data Sync V2.1 files: judged by rules of their own, read as Microsoft writes them, and the same roster in the end as
OneRoster files and the OneRoster API give."""

import json
from dataclasses import dataclass

import duckdb
import pytest

from api_server import Provider, serving
from roster import (
    CONFIGURATION, FILES_1_1, FILES_1_2, FILES_V2_1, NEWEST_RUN, Roster, header_of, replace_cell, shared, to_csv, with_lines,
)
from test_pull import pulled

DROP, RUN_AT = '20260901T060000Z', '2026-09-01T07:00:00Z'
FORMAT = 'schoolDataSyncV21'
LEFT_OUT, BLANKED, TOLD = ('error', 'record_left_out'), ('warning', 'value_left_out'), ('notice', 'none')


@dataclass(frozen=True)
class Case:
    """A value in a record of its own: what is found there, and what staging holds of it (as text; None for no record)."""

    file: str
    column: str
    value: str
    rule: str | None = None
    fate: tuple = ()
    staged: str | None = ''
    looks_at: str = ''


def fine(file, column, value, staged, looks_at=''):
    return Case(file, column, value, staged=staged, looks_at=looks_at)


CASES = [
    # each kind of organization, in any case
    *(
        fine('orgs.csv', 'type', kind if number % 2 else kind.upper(), kind)
        for number, kind in enumerate([
            *('school', 'department', 'district', 'local', 'state', 'national', 'departmentOfEducation'),
            *('ministryOfEducation', 'university', 'college', 'campus', 'adultEducation', 'municipality'),
            *('academicTrust', 'localAuthority', 'region', 'division', 'province', 'researchCenter', 'program'),
        ])
    ),
    Case('orgs.csv', 'type', 'palace', 'in_reference_definitions', LEFT_OUT, None),
    Case('orgs.csv', 'name', '', 'required', LEFT_OUT, None),
    fine('orgs.csv', 'parentSourcedId', '', '', 'parent_sourced_id'),
    Case('orgs.csv', 'parentSourcedId', 'nowhere', 'references', BLANKED, '', 'parent_sourced_id'),
    # names are asked of nobody, a user name of all but contacts
    fine('users.csv', 'givenName', '', '', 'given_name'),
    fine('users.csv', 'familyName', '', '', 'family_name'),
    Case('users.csv', 'givenName', '#N/A', 'placeholder', BLANKED, '', 'given_name'),
    Case('users.csv', 'username', '', 'required', LEFT_OUT, None),
    fine('users.csv', 'email', 'A@B.Example', 'a@b.example'),
    Case('users.csv', 'email', 'nobody', 'well_formed_email', BLANKED),
    fine('users.csv', 'phone', '(555) 123-4567', '(555) 123-4567'),
    fine('users.csv', 'activeDirectoryMatchId', 'kim@contoso.example', "['{activeDirectoryMatchId:kim@contoso.example}']", 'user_ids'),
    fine('users.csv', 'userNumber', '4711', "['{userNumber:4711}']", 'user_ids'),
    Case('users.csv', 'activeDirectoryMatchId', 'a,b', 'well_formed_id', BLANKED, '', 'user_ids'),
    Case('users.csv', 'userNumber', 'NULL', 'placeholder', BLANKED, '', 'user_ids'),
    # roles and their optional columns
    *(
        fine('roles.csv', 'role', role, role)
        for role in [
            *('principal', 'chair', 'professor', 'researcher', 'adjunct', 'affiliate', 'occupationalTherapist'),
            *('physicalTherapist', 'speechTherapist', 'visionTherapist', 'paraprofessional', 'specialServices', 'advisor'),
            *('proctor', 'nurse', 'officeStaff', 'lecturer', 'itAdmin', 'administrator', 'teacher', 'faculty', 'staff'),
            *('teacherAssistant', 'assistant', 'instructor', 'substitute', 'coach', 'alumni', 'student', 'other', 'aide'),
        ]
    ),
    Case('roles.csv', 'role', 'wizard', 'in_reference_definitions', LEFT_OUT, None),
    Case('roles.csv', 'orgSourcedId', 'nowhere', 'references', LEFT_OUT, None, 'org_sourced_id'),
    fine('roles.csv', 'isPrimary', 'TRUE', 'primary', 'role_type'),
    fine('roles.csv', 'isPrimary', 'false', 'secondary', 'role_type'),
    fine('roles.csv', 'isPrimary', '', '', 'role_type'),
    Case('roles.csv', 'isPrimary', 'yes', 'plain_boolean', TOLD, 'primary', 'role_type'),
    Case('roles.csv', 'isPrimary', 'maybe', 'well_formed_boolean', BLANKED, '', 'role_type'),
    fine('roles.csv', 'grade', 'PS1', 'ps1'),
    Case('roles.csv', 'grade', '1', 'plain_code', TOLD, '01'),
    Case('roles.csv', 'grade', '09,10', 'in_reference_definitions', BLANKED),
    fine('roles.csv', 'sessionSourcedId', 'fall', 'fall', 'session_sourced_id'),
    Case('roles.csv', 'sessionSourcedId', 'winter', 'references', BLANKED, '', 'session_sourced_id'),
    fine('roles.csv', 'roleStartDate', '2026-08-01', '2026-08-01', 'begin_date'),
    Case('roles.csv', 'roleStartDate', '20260801', 'plain_date', TOLD, '2026-08-01', 'begin_date'),
    Case('roles.csv', 'roleEndDate', 'soon', 'well_formed_date', BLANKED, '', 'end_date'),
    # a class needs neither course nor sessions, and may be of any organization
    fine('classes.csv', 'orgSourcedId', 'district', 'district', 'school_sourced_id'),
    fine('classes.csv', 'courseSourcedId', '', '', 'course_sourced_id'),
    fine('classes.csv', 'sessionSourcedIds', '', '', 'term_sourced_ids'),
    fine('classes.csv', 'sessionSourcedIds', 'fall, year', '[fall, year]', 'term_sourced_ids'),
    Case('classes.csv', 'courseSourcedId', 'chemistry', 'references', BLANKED, '', 'course_sourced_id'),
    Case('classes.csv', 'sessionSourcedIds', 'winter', 'references', BLANKED, '', 'term_sourced_ids'),
    Case('classes.csv', 'orgSourcedId', '', 'required', LEFT_OUT, None, 'school_sourced_id'),
    Case('classes.csv', 'title', '', 'required', LEFT_OUT, None),
    # enrollments
    *(
        fine('enrollments.csv', 'role', role, role)
        for role in [
            *('student', 'aide', 'proctor', 'teacher', 'administrator', 'occupationalTherapist', 'physicalTherapist'),
            *('speechTherapist', 'visionTherapist', 'paraprofessional', 'teacherAssistant', 'professor', 'lecturer'),
            *('affiliate', 'adjunct', 'instructor', 'substitute', 'principal', 'specialServices', 'advisor', 'coach'),
            *('assistant', 'staff', 'alumni', 'chair', 'itAdmin', 'officeStaff'),
        ]
    ),
    Case('enrollments.csv', 'role', '', 'required', LEFT_OUT, None),
    Case('enrollments.csv', 'classSourcedId', 'nowhere', 'references', LEFT_OUT, None, 'class_sourced_id'),
    # courses: what the two validators of others agree on is required
    Case('courses.csv', 'orgSourcedId', '', 'required', TOLD, '', 'org_sourced_id'),
    Case('courses.csv', 'orgSourcedId', 'nowhere', 'references', BLANKED, '', 'org_sourced_id'),
    Case('courses.csv', 'title', '', 'required', LEFT_OUT, None),
    fine('courses.csv', 'subject', '24039', '[24039]', 'subject_codes'),
    fine('courses.csv', 'grade', 'PS1', '[ps1]', 'grades'),
    Case('courses.csv', 'grade', 'highest', 'in_reference_definitions', BLANKED, '', 'grades'),
    # sessions
    fine('academicSessions.csv', 'type', 'Semester', 'semester'),
    Case('academicSessions.csv', 'schoolYear', '', 'required', LEFT_OUT, None, 'school_year'),
    Case('academicSessions.csv', 'endDate', '2026-01-01', 'in_order', LEFT_OUT, None, 'end_date'),
    # demographics, relationships, flags
    fine('demographics.csv', 'sex', 'Other', 'other'),
    fine('demographics.csv', 'raceCodes', 'White,asian', 'true', 'white'),
    fine('demographics.csv', 'raceCodes', 'asian', '', 'white'),
    fine('demographics.csv', 'ethnicityCodes', 'hispanicOrLatinoEthnicity', 'true', 'hispanic_or_latino_ethnicity'),
    Case('demographics.csv', 'raceCodes', 'martian', 'in_reference_definitions', BLANKED, '', 'asian'),
    *(
        fine('relationships.csv', 'relationshipRole', role.upper(), role, 'relationship_role')
        for role in ('parent', 'guardian', 'relative', 'doctor', 'aide', 'other')
    ),
    Case('relationships.csv', 'relationshipRole', 'friend', 'in_reference_definitions', LEFT_OUT, None, 'relationship_role'),
    Case('relationships.csv', 'relationshipRole', '', 'required', LEFT_OUT, None, 'relationship_role'),
    *(
        fine('userFlags.csv', 'flag', flag.upper(), flag)
        for flag in ('freeLunch', 'reducedLunch', 'homeless', 'giftedOrTalented', '504', 'ell', 'lep', 'iep')
    ),
    Case('userFlags.csv', 'flag', 'vip', 'in_reference_definitions', LEFT_OUT, None),
    Case('userFlags.csv', 'flag', '', 'required', LEFT_OUT, None),
]
# a record of each file that breaks no rule; {own} is the record's own number
RECORDS = {
    'orgs.csv': {'sourcedId': 'o-{own}', 'name': 'Organization', 'type': 'school'},
    'users.csv': {'sourcedId': 'u-{own}', 'username': 'user-{own}', 'givenName': 'Given', 'familyName': 'Family'},
    'roles.csv': {'userSourcedId': 'u-{own}', 'orgSourcedId': 'school', 'role': 'student'},
    'academicSessions.csv': {
        'sourcedId': 's-{own}', 'title': 'Term', 'type': 'term', 'schoolYear': '2027',
        'startDate': '2026-09-01', 'endDate': '2026-12-31',
    },
    'courses.csv': {'sourcedId': 'c-{own}', 'orgSourcedId': 'school', 'title': 'Course'},
    'classes.csv': {
        'sourcedId': 'k-{own}', 'orgSourcedId': 'school', 'title': 'Class', 'sessionSourcedIds': 'fall',
        'courseSourcedId': 'algebra',
    },
    'enrollments.csv': {'classSourcedId': 'algebra-1', 'userSourcedId': 'u-{own}', 'role': 'student'},
    'demographics.csv': {'userSourcedId': 'u-{own}'},
    'relationships.csv': {
        'userSourcedId': 'u-{own}', 'relationshipUserSourcedId': 'teacher', 'relationshipRole': 'parent',
    },
    'userFlags.csv': {'userSourcedId': 'u-{own}', 'flag': 'iep'},
}
KEYS = {'orgs.csv': 'o', 'academicSessions.csv': 's', 'courses.csv': 'c', 'classes.csv': 'k'}
HEADERS = {file: header_of(text) for file, text in FILES_V2_1.items()} | {
    'relationships.csv': ['userSourcedId', 'relationshipUserSourcedId', 'relationshipRole'],
    'userFlags.csv': ['userSourcedId', 'flag'],
}


@pytest.fixture(scope='module')
def judged(tmp_path_factory, configured):
    """All cases in one drop."""

    def make(folder):
        roster = Roster(folder, configured=configured)
        roster.add_flow('woodgrove-2027', 'contoso-2027', file_format=FORMAT)
        files = {file: FILES_V2_1.get(file, to_csv(header, [])) for file, header in HEADERS.items()}
        for number, case in enumerate(CASES):
            record = {column: text.format(own=number) for column, text in RECORDS[case.file].items()}
            files[case.file] = with_lines(files[case.file], record | {case.column: case.value})
            if record.get('userSourcedId'):
                user = RECORDS['users.csv'].items()
                files['users.csv'] = with_lines(files['users.csv'], {column: text.format(own=number) for column, text in user})
        roster.land('woodgrove-2027', DROP, files)
        build = roster.build(RUN_AT)
        assert build.succeeded, build.output

    return Roster(shared(tmp_path_factory, 'judged', make))


def line_of(roster, number, case):
    """The line of a case in its file."""
    column = 'sourcedId' if case.file in KEYS or case.file == 'users.csv' else 'userSourcedId'
    [path] = (roster.landing / 'woodgrove-2027').glob(f'*/{case.file}')
    header, *lines = path.read_text().splitlines()
    place = header.split(',').index(column)
    own = f'{KEYS.get(case.file, "u")}-{number}'
    return next(line for line, text in enumerate(lines, 2) if text.split(',')[place] == own)


@pytest.mark.parametrize(
    ('number', 'case'),
    list(enumerate(CASES)),
    ids=[f'{case.file}-{case.column}-{case.value or "blank"}' for case in CASES],
)
def test_a_value_is_judged_by_the_rules_of_its_format(judged, number, case):
    line = line_of(judged, number, case)
    found = judged.query(
        f"""
        select rule, severity, effect, column_name, value, message from runs.validation_result
        where run_id = {NEWEST_RUN} and inbound_flow_id = 'woodgrove-2027' and file_name = ? and line_number = ?
        """,
        [case.file, line],
    )
    expected = [(case.rule, *case.fate, case.column, case.value or None)] if case.rule else []
    assert [row[:5] for row in found] == expected
    assert all(message.startswith(f'{case.file}, line {line}, column {case.column}: ') for *_, message in found)

    entity = {'academicSessions.csv': 'academic_sessions', 'userFlags.csv': 'user_flags'}.get(case.file, case.file[:-4])
    own = f'{KEYS.get(case.file, "u")}-{number}'
    key = 'sourced_id' if case.file in KEYS or case.file in ('users.csv', 'demographics.csv') else 'user_sourced_id'
    staged = judged.query(
        f"select coalesce(cast({case.looks_at or case.column} as varchar), '') from staging.stg_oneroster__{entity} where {key} = ?",
        [own],
    )
    assert staged == ([] if case.staged is None else [(case.staged,)])


# The shapes of Microsoft's own samples: mixed case, a year that says its first half, contacts without roles, a teacher with
# two roles, passwords.
MICROSOFT = {
    'orgs.csv': """\
sourcedId,name,type,parentSourcedId
1,Ministry of Education,ministryOfEducation,
2,Contoso District,district,1
3,Contoso College,college,2
4,Contoso High,School,2
""",
    'users.csv': """\
sourcedId,username,givenName,familyName,password,activeDirectoryMatchId,email,phone,sms
11,t.one@contoso.example,Tess,One,Passw0rd!11,t.one@contoso.example,t.one@contoso.example,+14255550111,
12,s.two@contoso.example,Sam,Two,Passw0rd!12,,s.two@contoso.example,,+14255550112
13,p.three@contoso.example,Pat,Three,Passw0rd!13,,p.three@contoso.example,,
""",
    'roles.csv': """\
userSourcedId,orgSourcedId,role,sessionSourcedId,grade,isPrimary,roleStartDate,roleEndDate
11,3,professor,100,,TRUE,2021-08-24,2022-06-11
11,4,teacher,101,,FALSE,,
12,4,student,100,10,TRUE,,
12,3,student,101,ps1,FALSE,,
""",
    'academicSessions.csv': """\
sourcedId,title,type,schoolYear,startDate,endDate
100,2021-2022,schoolYear,2021,2021-08-24,2022-06-11
101,Fall,semester,2021,2021-08-24,2021-12-17
""",
    'courses.csv': """\
sourcedId,orgSourcedId,title,code,schoolYearSourcedId,subject,grade
200,3,Music,MU-1,100,10,PS1
201,4,Science,SC-1,100,14,10
""",
    'classes.csv': """\
sourcedId,orgSourcedId,title,sessionSourcedIds,courseSourcedId
300,3,Music 1,"100,101",200
301,4,Science 1,101,201
""",
    'enrollments.csv': """\
classSourcedId,userSourcedId,role
300,11,professor
300,12,student
301,11,teacher
301,12,student
""",
    'demographics.csv': """\
userSourcedId,sex,birthDate,birthCity,birthState,birthCountry,ethnicityCodes,raceCodes
11,female,1980-02-28,Seattle,WA,USA,,asian
12,male,2005-04-01,,,USA,hispanicOrLatinoEthnicity,
""",
    'userFlags.csv': """\
userSourcedId,flag
12,iep
12,freeLunch
12,504
""",
    'relationships.csv': """\
userSourcedId,relationshipUserSourcedId,relationshipRole
12,13,parent
""",
}


def test_files_as_microsoft_writes_them_are_read_without_a_word(roster):
    roster.add_flow('woodgrove-2027', 'contoso-2027', file_format=FORMAT)
    roster.land('woodgrove-2027', DROP, MICROSOFT)
    build = roster.build(RUN_AT)
    assert build.succeeded, build.output
    found = roster.query(f"""
        select rule, column_name from runs.validation_result where run_id = {NEWEST_RUN} and inbound_flow_id = 'woodgrove-2027'
    """)
    # the year is another one than that of the flow
    assert found == [('sessions_of_the_year', None)]
    assert dict(
        roster.query("select file_name, received_records - staged_records from landing.file_inventory where is_processed")
    ) == dict.fromkeys(MICROSOFT, 0)


def test_a_flow_keeps_the_format_that_it_began_with(roster):
    """The connector may say another one, and the drop agree: all ids of memberships would change."""
    roster.add_flow('woodgrove-2027', 'contoso-2027', file_format=FORMAT)
    roster.land('woodgrove-2027', DROP, FILES_V2_1)
    assert roster.build(RUN_AT).succeeded
    with duckdb.connect(str(roster.warehouse)) as connection:
        connection.execute("update inbound.data_connector set file_format = 'oneRoster'")
    roster.land('woodgrove-2027', '20260902T060000Z', FILES_1_2)
    assert roster.build('2026-09-02T07:00:00Z').succeeded
    assert roster.values(f"""
        select message from runs.validation_result
        where run_id = {NEWEST_RUN} and inbound_flow_id = 'woodgrove-2027' and severity = 'catastrophic'
    """) == [
        'users.csv: "1.2": the drop is OneRoster 1.2, but this flow has been School Data Sync V2.1 so far. All role ids would '
        'change: configure a new inbound flow for the new version.'
    ]


def test_what_a_district_says_of_a_rule_holds_for_both_formats(roster):
    """Names are optional in School Data Sync, until a district asks for them; and a key stays a key."""
    roster.add_flow('woodgrove-2027', 'contoso-2027', file_format=FORMAT)
    files = FILES_V2_1 | {'users.csv': FILES_V2_1['users.csv'].replace('Given 1', '')}
    files['classes.csv'] = replace_cell(files['classes.csv'], 'algebra-1', 'courseSourcedId', 'chemistry')
    roster.land('woodgrove-2027', DROP, files)
    severities = {'users.given_name.required': 'error', 'classes.course_sourced_id.references': 'off'}
    command = ['build', '--select', 'path:models', 'path:snapshots', '--exclude', *CONFIGURATION]
    command += ['--exclude-resource-type', 'unit_test', '--exclude-resource-type', 'test']
    build = roster.dbt(*command, '--vars', json.dumps({'run_at': RUN_AT, 'rule_severities': severities}))
    assert build.succeeded, build.output
    assert roster.query(f"""
        select file_name, line_number, severity, column_name, rule from runs.validation_result
        where run_id = {NEWEST_RUN} and inbound_flow_id = 'woodgrove-2027' and caused_by is null
    """) == [('users.csv', 3, 'error', 'givenName', 'required')]


# One district in three formats, and one of them from an API too. Contacts are there as each format has them: with a role and as agents, or by relationships.
MOTHER = {'sourcedId': 'mother', 'username': 'mother', 'givenName': 'Given M', 'familyName': 'Family M'}
RACES = {'asian': 'true', 'white': 'true', 'hispanicOrLatinoEthnicity': 'true', 'countryOfBirthCode': 'USA'}


def of_oneroster(files):
    """A clean district of OneRoster with a contact, identifiers and races; and with what only OneRoster can say."""
    users = replace_cell(files['users.csv'], 'student-1', 'agentSourcedIds', 'mother')
    users = replace_cell(users, 'student-1', 'userIds', '{activeDirectoryMatchId:ad-1},{userNumber:1001}')
    users = replace_cell(users, 'student-1', 'identifier', 'state-1')
    users = replace_cell(users, 'student-1', 'middleName', 'Middle')
    users = with_lines(users, MOTHER | {'enabledUser': 'true', 'role': 'guardian', 'orgSourcedIds': 'school'}
                       if 'role' in header_of(users) else MOTHER | {'enabledUser': 'true'})
    courses = replace_cell(files['courses.csv'], 'algebra', 'subjectCodes', '02052')
    demographics = files['demographics.csv']
    for column, value in RACES.items():
        demographics = replace_cell(demographics, 'student-1', column, value)
    return files | {
        'users.csv': users,
        'courses.csv': courses,
        'demographics.csv': demographics,
        'orgs.csv': replace_cell(files['orgs.csv'], 'school', 'identifier', 'nces-1'),
        'classes.csv': replace_cell(files['classes.csv'], 'algebra-1', 'location', 'Room 1'),
    }


GUARDIAN_1_2 = {
    'sourcedId': 'r-mother', 'userSourcedId': 'mother', 'roleType': 'primary', 'role': 'guardian', 'orgSourcedId': 'school',
}
DISTRICT = {
    'district-1-1': of_oneroster(FILES_1_1),
    'district-1-2': of_oneroster(FILES_1_2 | {'roles.csv': with_lines(FILES_1_2['roles.csv'], GUARDIAN_1_2)}),
    'district-v2-1': FILES_V2_1 | {
        'users.csv': with_lines(
            replace_cell(
                replace_cell(FILES_V2_1['users.csv'], 'student-1', 'activeDirectoryMatchId', 'ad-1'),
                'student-1', 'userNumber', '1001',
            ),
            MOTHER,
        ),
        'courses.csv': replace_cell(FILES_V2_1['courses.csv'], 'algebra', 'subject', '02052'),
        'demographics.csv': 'userSourcedId,sex,birthDate,birthCountry,ethnicityCodes,raceCodes\n'
        'student-1,female,2012-01-01,USA,hispanicOrLatinoEthnicity,"asian,white"\n',
        'relationships.csv': 'userSourcedId,relationshipUserSourcedId,relationshipRole\nstudent-1,mother,guardian\n',
    },
}
# columns that each format says in its own way, or cannot say
MEMBERSHIP_IDS = {
    'rostering.enrollment': ['enrollment_id', 'external_id'],
    'rostering.enrollment_period': ['enrollment_period_id', 'enrollment_id'],
    'rostering.person_organization_role': ['person_organization_role_id', 'external_id', 'is_primary'],
    'rostering.person_organization_role_period': ['person_organization_role_period_id', 'person_organization_role_id'],
}
NOT_IN_V2_1 = {
    'rostering.organization': ['identifier'],
    'rostering.session': ['parent_session_id'],
    'rostering.person': ['middle_name'],
    'rostering.section': ['location'],
    'rostering.enrollment': ['is_primary_staff_for_section'],
}
# rows that School Data Sync does not have: a contact has no role, a class no grade, a person no other identifier
ROWS_NOT_IN_V2_1 = {
    'rostering.person_organization_role': "role = 'guardian'",
    'rostering.person_organization_role_period': "role = 'guardian'",
    'rostering.section_grade_level': 'true',
    'rostering.person_identifier': "identifier_type = 'identifier'",
}


FROM_API = 'district-api'


def users_of(flow):
    """The users of a district, all of one domain."""
    return DISTRICT[flow]['users.csv'].replace('@fabrikam.example', '@contoso.example')


@pytest.fixture(scope='module')
def districts(tmp_path_factory, configured):
    def make(folder):
        roster = Roster(folder, configured=configured)
        for flow, files in DISTRICT.items():
            roster.add_flow(flow, 'contoso-2027', file_format=FORMAT if flow == 'district-v2-1' else 'oneRoster')
            roster.land(flow, DROP, files | {'users.csv': users_of(flow)})
        roster.add_flow(FROM_API, 'contoso-2027')
        with serving(Provider(DISTRICT['district-1-2'] | {'users.csv': users_of('district-1-2')}, '1.2')) as provider:
            drop = pulled(provider, roster.landing / FROM_API)
            drop.rename(drop.with_name(DROP))
        build = roster.build(RUN_AT, everything=True)
        assert build.succeeded, build.output

    return Roster(shared(tmp_path_factory, 'districts', make))


def rows_of(roster, relation, flow, without, left_out='false'):
    """The rows of a district, with its flow and source system called alike."""
    columns = [column for column, *_ in roster.query(f'describe {relation}') if column not in without]
    rows = roster.query(
        f'select {", ".join(columns)} from {relation} where source_system_id = ? and not ({left_out})', [flow]
    )
    return sorted(
        ['' if value is None else str(value).replace(flow, 'district') for value in row] for row in rows
    )


RELATIONS = [
    *(f'rostering.{name}' for name in (
        *('organization', 'session', 'person', 'person_identifier', 'person_email_address', 'person_phone_number'),
        *('person_relationship', 'person_organization_role', 'person_organization_role_period', 'course'),
        *('course_grade_level', 'course_subject', 'section', 'section_session', 'section_grade_level', 'section_subject'),
        *('enrollment', 'enrollment_period'),
    )),
    *('demographics.person_demographic', 'demographics.person_demographic_race', 'demographics.person_demographic_ethnicity'),
]


def test_every_relation_of_a_roster_is_compared(districts):
    there = districts.values("""
        select schema_name || '.' || table_name from duckdb_columns()
        where schema_name in ('rostering', 'demographics') and column_name = 'source_system_id'
    """)
    # a version is no roster, and no other format has flags
    assert set(there) - set(RELATIONS) <= {'demographics.demographic_version', 'demographics.person_flag'}


@pytest.mark.parametrize('relation', RELATIONS)
def test_one_district_is_one_roster_in_every_format(districts, relation):
    ids = MEMBERSHIP_IDS.get(relation, [])
    of_1_1, of_1_2, of_api = (
        rows_of(districts, relation, flow, ids) for flow in ('district-1-1', 'district-1-2', FROM_API)
    )
    assert of_1_1 == of_1_2 == of_api
    without = ids + NOT_IN_V2_1.get(relation, [])
    left_out = ROWS_NOT_IN_V2_1.get(relation, 'false')
    of_v2_1 = rows_of(districts, relation, 'district-v2-1', without)
    assert of_v2_1 == rows_of(districts, relation, 'district-1-2', without, left_out)
    # and no relation is compared that nothing is in
    assert of_v2_1 or relation in ('rostering.section_grade_level', 'rostering.section_subject', 'rostering.person_phone_number')


@pytest.mark.parametrize(
    ('relation', 'column'), [(relation, column) for relation, columns in NOT_IN_V2_1.items() for column in columns]
)
def test_what_a_format_cannot_say_is_blank(districts, relation, column):
    said = {
        flow: districts.value(f'select count({column}) from {relation} where source_system_id = ?', [flow]) for flow in DISTRICT
    }
    assert said['district-v2-1'] == 0 and said['district-1-1'] > 0 and said['district-1-2'] > 0


def test_a_primary_role_is_said_by_both_formats_that_have_roles(districts):
    primary = "select person_id, is_primary from rostering.person_organization_role where source_system_id = ? and role <> 'guardian'"
    said = {
        flow: sorted((person.split(':')[1], is_primary) for person, is_primary in districts.query(primary, [flow]))
        for flow in DISTRICT
    }
    assert said['district-v2-1'] == said['district-1-2']
    assert {is_primary for _, is_primary in said['district-1-1']} == {None}
