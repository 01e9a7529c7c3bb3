"""People are matched to directory users as a small calculation of its own says, over a table of cases and random ones."""

import random
from collections import Counter
from dataclasses import dataclass, replace

import pytest

from roster import (
    FILES_1_1,
    FILES_1_2,
    NEWEST_RUN,
    Roster,
    copy_of_the_project,
    header_of,
    records,
    shared,
    to_csv,
)

# In July 2026 all three flows are live: the window of the new year is open, the old year is not yet over.
FLOWS = ['contoso-2026', 'contoso-2027', 'fabrikam-2027']
FIRST_DROP, FIRST_RUN = '20260710T060000Z', '2026-07-10T07:00:00Z'
SECOND_DROP, SECOND_RUN = '20260715T060000Z', '2026-07-15T07:00:00Z'

# As a district would write it. Beside the shipped groups: principals on their own, aides in a group that is not matched.
SEEDS = {
    'district_role_group.csv': 'role_group_id,display_name\nleaders,Leaders\nhelpers,Helpers\n',
    'district_role_group_role.csv': 'role_code,role_group_id\nprincipal,leaders\naide,helpers\n',
    'district_user_matching_setting.csv': """\
source_system_id,role_group_id,source_identifier,match_target,priority_order,domain_name
contoso,staff,email,mail,0,
contoso,students,username,userPrincipalName,1,Contoso.example
fabrikam,leaders,identifier,userPrincipalName,0,
fabrikam,staff,userIds:Badge,mail,1,fabrikam.example
fabrikam,students,sourcedId,userPrincipalName,2,
""",
}
GROUPS = {'teacher': 'staff', 'student': 'students', 'principal': 'leaders', 'aide': 'helpers'}  # a parent is in none
SETTINGS = {
    (line['source_system_id'], line['role_group_id']): line
    for line in records(SEEDS['district_user_matching_setting.csv'])
}


@dataclass(frozen=True)
class Person:
    """What one flow says of a person. `roles` is like `teacher student*`: the starred ones are primary."""

    flow: str
    id: str
    roles: str
    username: str = 'nobody'
    email: str = ''
    identifier: str = ''
    badges: tuple = ()
    leaves: bool = False  # before the second drop

    @property
    def source(self):
        return self.flow.split('-')[0]

    @property
    def person_id(self):
        return f'{self.source}:{self.id}'

    @property
    def role_flags(self):
        return [(role.rstrip('*'), role.endswith('*')) for role in self.roles.split()]


@dataclass(frozen=True)
class User:
    """A directory user."""

    id: str
    name: str = 'no-one@contoso.example'
    mail: str = ''
    leaves: bool = False


# person_id -> what must become of them: 'matched to <user>', 'unmatched', 'ambiguous', or nothing at all
CASES = {
    'contoso:case': 'matched to case',
    'contoso:domain': 'matched to domain',
    'contoso:own-domain': 'matched to own-domain',
    'contoso:blank': 'unmatched',
    'contoso:unknown': 'unmatched',
    'contoso:bad-mail': 'unmatched',
    'contoso:of-a-user-who-left': 'unmatched',
    'contoso:twin-1': 'ambiguous',
    'contoso:twin-2': 'ambiguous',
    'contoso:shared-mail': 'ambiguous',
    'contoso:chain': 'ambiguous',
    'contoso:chained': 'ambiguous',
    'contoso:stays-when-twin-leaves': 'matched to last-twin',
    'contoso:twin-who-leaves': None,
    'contoso:parent': None,
    'contoso:both-years': 'matched to both-years-new',
    'contoso:student-then-teacher': 'matched to student-then-teacher',
    'contoso:unset-group': 'unmatched',
    'fabrikam:badge': 'matched to badge',
    'fabrikam:two-badges': 'matched to two-badges',
    'fabrikam:two-badges-of-one': 'matched to two-badges-of-one',
    'fabrikam:two-badges-of-two': 'ambiguous',
    'fabrikam:no-flag': 'matched to no-flag-as-staff',
    'fabrikam:student-flag': 'matched to student-flag-as-student',
    'fabrikam:both-flags': 'matched to both-flags-as-staff',
    'fabrikam:parent-flag': 'matched to parent-flag-as-staff',
    'fabrikam:leader': 'matched to leader',
    'fabrikam:aide-and-student': 'matched to aide-and-student',
    'fabrikam:aide': 'unmatched',
    'contoso:over-sources': 'ambiguous',
    'fabrikam:over-sources': 'ambiguous',
}
TEACHER, STUDENT, FABRIKAM = ('contoso-2027', 'teacher'), ('contoso-2027', 'student'), 'fabrikam-2027'


def contoso(id, kind, **values):
    return Person(kind[0], id, kind[1], **values)


PEOPLE = [
    contoso('case', TEACHER, email='Case@Contoso.EXAMPLE'),
    contoso('domain', STUDENT, username='Domain'),
    contoso('own-domain', STUDENT, username='own-domain@Elsewhere.example'),
    contoso('blank', TEACHER),
    contoso('unknown', STUDENT, username='unknown'),
    contoso('bad-mail', TEACHER, email='not an address'),
    contoso('of-a-user-who-left', STUDENT, username='user-who-left'),
    contoso('twin-1', STUDENT, username='twins'),
    contoso('twin-2', STUDENT, username='TWINS@contoso.example'),
    contoso('shared-mail', TEACHER, email='shared@contoso.example'),
    contoso('chain', TEACHER, email='chain@contoso.example'),
    contoso('chained', STUDENT, username='chain-2'),
    contoso('stays-when-twin-leaves', STUDENT, username='last-twin'),
    contoso('twin-who-leaves', STUDENT, username='last-twin', leaves=True),
    contoso('parent', ('contoso-2027', 'parent'), email='parent@contoso.example'),
    Person('contoso-2026', 'both-years', 'student', username='both-years-old'),
    contoso('both-years', STUDENT, username='both-years-new'),
    Person('contoso-2026', 'student-then-teacher', 'student', username='as-student'),
    contoso('student-then-teacher', TEACHER, email='as-teacher@contoso.example'),
    contoso('unset-group', ('contoso-2027', 'principal'), email='case@contoso.example'),
    contoso('over-sources', TEACHER, email='over-sources@fabrikam.example'),
    Person(FABRIKAM, 'badge', 'teacher*', badges=('B-1',)),
    Person(FABRIKAM, 'two-badges', 'teacher*', badges=('unknown', 'b-2')),
    Person(FABRIKAM, 'two-badges-of-one', 'teacher*', badges=('b-3', 'B-3@fabrikam.example')),
    Person(FABRIKAM, 'two-badges-of-two', 'teacher*', badges=('b-4', 'b-5')),
    Person(FABRIKAM, 'no-flag', 'teacher student', badges=('no-flag',)),
    Person(FABRIKAM, 'student-flag', 'teacher student*', badges=('student-flag',)),
    Person(FABRIKAM, 'both-flags', 'teacher* student*', badges=('both-flags',)),
    Person(FABRIKAM, 'parent-flag', 'teacher student parent*', badges=('parent-flag',)),
    Person(FABRIKAM, 'leader', 'teacher* principal', badges=('leader',), identifier='Leader-7'),
    Person(FABRIKAM, 'aide-and-student', 'aide* student'),
    Person(FABRIKAM, 'aide', 'aide*', badges=('b-1',)),
    Person(FABRIKAM, 'over-sources', 'teacher*', badges=('over-sources',)),
]
USERS = [
    User('case', mail='CASE@contoso.example'),
    User('domain', 'DOMAIN@contoso.example'),
    User('own-domain', 'own-domain@elsewhere.example'),
    User('not-own-domain', 'own-domain@contoso.example'),
    User('user-who-left', 'user-who-left@contoso.example', leaves=True),
    User('scanner', 'scanner@contoso.example'),
    User('not an address', mail='not an address'),
    User('twins', 'twins@contoso.example'),
    User('shared-1', mail='shared@contoso.example'),
    User('shared-2', mail='Shared@contoso.example'),
    User('chain-1', mail='chain@contoso.example'),
    User('chain-2', 'chain-2@contoso.example', 'chain@contoso.example'),
    User('last-twin', 'last-twin@contoso.example'),
    User('parent', mail='parent@contoso.example'),
    User('both-years-old', 'both-years-old@contoso.example'),
    User('both-years-new', 'both-years-new@contoso.example'),
    User('as-student', 'as-student@contoso.example'),
    User('student-then-teacher', mail='as-teacher@contoso.example'),
    User('over-sources', mail='over-sources@fabrikam.example'),
    User('badge', mail='b-1@fabrikam.example'),
    User('two-badges', mail='b-2@fabrikam.example'),
    User('two-badges-of-one', mail='b-3@fabrikam.example'),
    User('b-4', mail='b-4@fabrikam.example'),
    User('b-5', mail='b-5@fabrikam.example'),
    *[User(f'{flags}-as-staff', mail=f'{flags}@fabrikam.example') for flags in ('no-flag', 'both-flags', 'parent-flag')],
    *[User(f'{flags}-as-student', flags) for flags in ('no-flag', 'both-flags', 'parent-flag')],
    User('student-flag-as-staff', mail='student-flag@fabrikam.example'),
    User('student-flag-as-student', 'STUDENT-flag'),
    User('leader', 'LEADER-7'),
    User('leader-as-staff', mail='leader@fabrikam.example'),
    User('aide-and-student', 'aide-and-student'),
]


def random_people(dice, count):
    """Few names for many people, so that they meet often."""
    names = [f'n{number}' for number in range(count)]

    def spelt(name, domains=('',)):
        return dice.choice([name, name.upper(), name.title()]) + dice.choice(domains)

    people, users = [], []
    for number in range(count):
        flow = dice.choice(FLOWS)
        chosen = dice.sample(['teacher', 'student', 'principal', 'aide', 'parent'], dice.choice([1, 1, 2, 3]))
        if flow != FABRIKAM:
            chosen = chosen[:1]  # OneRoster 1.1 has one role per person
        people.append(
            Person(
                flow,
                spelt(dice.choice(names)),
                ' '.join(role + dice.choice(['', '*'] if flow == FABRIKAM else ['']) for role in chosen),
                username=spelt(dice.choice(names), ['', '', '@contoso.example', '@Elsewhere.example']),
                email=dice.choice(['', spelt(dice.choice(names)) + '@contoso.example']),
                identifier=dice.choice(['', spelt(dice.choice(names))]),
                badges=tuple(spelt(dice.choice(names)) for _ in range(dice.choice([0, 1, 1, 2]))),
                leaves=dice.random() < 0.05,
            )
        )
        users.append(
            User(
                f'u{number}',
                spelt(dice.choice(names), ['', '@contoso.example', '@fabrikam.example']),
                dice.choice(['', spelt(dice.choice(names)) + dice.choice(['@contoso.example', '@fabrikam.example'])]),
                leaves=dice.random() < 0.1,
            )
        )
    unique = {(person.flow, person.id): person for person in people}
    return list(unique.values()), users


RANDOM_PEOPLE, RANDOM_USERS = random_people(random.Random(20260715), 150)
EVERYBODY, ALL_USERS = PEOPLE + RANDOM_PEOPLE, USERS + RANDOM_USERS


# ---- the calculation


def expected_matches():
    """person_id -> (status, object id, role group)."""
    people = {}
    for person in sorted((person for person in EVERYBODY if not person.leaves), key=lambda person: person.flow):
        earlier = people.get(person.person_id)
        roles = f'{earlier.roles} {person.roles}' if earlier else person.roles
        people[person.person_id] = replace(person, roles=roles)  # the newest year's values, the roles of both
    values = {}
    for key, person in people.items():
        group, setting = setting_of(person)
        if group:
            values[key] = (group, setting, values_of(person, setting) if setting else set())
    users_of = {
        key: {user.id for user in ALL_USERS if not user.leaves and target_of(user, setting) in wanted}
        for key, (_, setting, wanted) in values.items()
    }
    popularity = Counter(user for users in users_of.values() for user in users)
    return {key: (*verdict(users_of[key], popularity), group) for key, (group, _, _) in values.items()}


def setting_of(person):
    groups = {GROUPS[role] for role, _ in person.role_flags if role in GROUPS}
    settings = {group: SETTINGS[person.source, group] for group in groups if (person.source, group) in SETTINGS}
    if not settings:
        return min(groups, default=None), None
    group = min(settings, key=lambda group: int(settings[group]['priority_order']))
    if {'staff', 'students'} <= groups:
        primary = {GROUPS.get(role) for role, is_primary in person.role_flags if is_primary} & {'staff', 'students'}
        group = 'students' if primary == {'students'} else 'staff'
    return group, settings[group]


def values_of(person, setting):
    found = {
        'email': [person.email if '@' in person.email else ''],
        'username': [person.username],
        'identifier': [person.identifier],
        'sourcedId': [person.id],
        'userIds:Badge': person.badges,
    }[setting['source_identifier']]
    domain = setting['domain_name']
    return {(value if '@' in value or not domain else f'{value}@{domain}').lower() for value in found if value}


def target_of(user, setting):
    target = {None: '', 'mail': user.mail, 'userPrincipalName': user.name}[setting and setting['match_target']]
    return target.lower() or None


def verdict(users, popularity):
    if not users:
        return 'unmatched', None
    if len(users) == 1 and popularity[min(users)] == 1:
        return 'matched', min(users)
    return 'ambiguous', None


# ---- what the project makes of it


def land(roster, drop, people, users):
    for flow in FLOWS:
        of_flow = [person for person in people if person.flow == flow]
        roster.land(flow, drop, (files_1_2 if flow == FABRIKAM else files_1_1)(of_flow))
    roster.land('directory', drop, {'users.csv': directory_file(users)})


def common_cells(person):
    return {
        'sourcedId': person.id,
        'enabledUser': 'true',
        'username': person.username,
        'userIds': ','.join(f'{{badge:{badge}}}' for badge in person.badges),
        'givenName': 'Given',
        'familyName': 'Family',
        'identifier': person.identifier,
        'email': person.email,
    }


def files_1_1(people):
    users = [
        common_cells(person) | {'orgSourcedIds': 'school,district', 'role': role}
        for person in people
        for role, _ in person.role_flags
    ]
    return {'orgs.csv': FILES_1_1['orgs.csv'], 'users.csv': to_csv(header_of(FILES_1_1['users.csv']), users)}


def files_1_2(people):
    roles = [
        {
            'sourcedId': f'{person.id}.{role}',
            'userSourcedId': person.id,
            'roleType': 'primary' if is_primary else 'secondary',
            'role': role,
            'orgSourcedId': 'school',
        }
        for person in people
        for role, is_primary in person.role_flags
    ]
    return {
        'orgs.csv': FILES_1_2['orgs.csv'],
        'users.csv': to_csv(header_of(FILES_1_2['users.csv']), map(common_cells, people)),
        'roles.csv': to_csv(header_of(FILES_1_2['roles.csv']), roles),
    }


def directory_file(users):
    header = ['userPrincipalName', 'displayName', 'mail', 'id', 'jobTitle']
    return to_csv(header, [{'id': user.id.replace(' ', '-'), 'userPrincipalName': user.name, 'mail': user.mail} for user in users])


@pytest.fixture(scope='module')
def matched(tmp_path_factory):
    """A warehouse after two runs, of a project whose district configured its own matching."""

    def make(folder):
        project = copy_of_the_project(folder / 'project')
        for name, content in SEEDS.items():
            (project / 'seeds' / 'district' / name).write_text(content)
        roster = Roster(folder, project)
        land(roster, FIRST_DROP, EVERYBODY, ALL_USERS)
        land(
            roster,
            SECOND_DROP,
            [person for person in EVERYBODY if not person.leaves],
            [user for user in ALL_USERS if not user.leaves],
        )
        for run_at in (FIRST_RUN, SECOND_RUN):
            build = roster.build(run_at, everything=True)
            assert build.succeeded, build.output

    return Roster(shared(tmp_path_factory, 'matched', make))


def test_each_case_of_the_table_is_what_it_should_be(matched):
    found = {
        person: f'matched to {user}' if user else status
        for person, status, user in matched.query('select person_id, match_status, object_id from directory.person_match')
    }
    assert {person: found.get(person) for person in CASES} == CASES


def test_everybody_is_matched_as_calculated(matched):
    found = matched.query('select person_id, match_status, object_id, role_group_id from directory.person_match')
    expected = expected_matches()
    assert {person: tuple(verdict) for person, *verdict in found} == expected
    assert len(found) == len(expected)
    assert {status for status, _, _ in expected.values()} == {'matched', 'unmatched', 'ambiguous'}


def test_people_are_counted_by_flow_and_role(matched):
    expected = {}
    matches = expected_matches()
    for person in EVERYBODY:
        for role in {role for role, _ in person.role_flags if role in GROUPS and not person.leaves}:
            counts = expected.setdefault((person.flow, role), [0, 0])
            counts[matches[person.person_id][0] != 'matched'] += 1
    found = matched.query(
        f'select inbound_flow_id, role_code, matched, unmatched from runs.role_count where run_id = {NEWEST_RUN}'
    )
    assert {(flow, role): counts for flow, role, *counts in found} == expected

    statuses = Counter(status for status, _, _ in matches.values())
    assert matched.query(f'select matched, unmatched from runs.run_statistics where run_id = {NEWEST_RUN}') == [
        (statuses['matched'], statuses['unmatched'] + statuses['ambiguous'])
    ]


def test_ambiguities_are_reported(matched):
    findings = matched.query(f"""
        select sourced_id, severity, effect, message
        from runs.validation_result
        where rule = 'matched_once' and inbound_flow_id = 'directory' and run_id = {NEWEST_RUN}
    """)
    assert {(severity, effect) for _, severity, effect, _ in findings} == {('warning', 'none')}
    reported = {user: message for user, _, _, message in findings}
    assert {'twins', 'shared-1', 'shared-2', 'chain-1', 'chain-2', 'b-4', 'b-5', 'over-sources'} <= set(reported)
    assert not {'case', 'domain', 'last-twin', 'user-who-left'} & set(reported)
    assert 'contoso:twin-1, contoso:twin-2' in reported['twins']
    assert 'contoso:shared-mail matches 2 directory users' in reported['shared-1']


def test_what_was_reported_is_what_was_counted(matched):
    counted = matched.query(f'select errors, warnings, notices from runs.run_statistics where run_id = {NEWEST_RUN}')
    assert counted == matched.query(f"""
        select
            count(*) filter (where severity in ('catastrophic', 'error')),
            count(*) filter (where severity = 'warning'),
            count(*) filter (where severity = 'notice')
        from runs.validation_result
        where run_id = {NEWEST_RUN}
    """)


# ---- the directory's own file

DIRECTORY = """\
userPrincipalName,objectId,mail,displayName,givenName,surname,accountEnabled,department
Ada@contoso.example,u-ada,Ada@Contoso.example,Ada,Ada,,True,Science
bo@contoso.example,u-bo,not an address,Bo,,,maybe,
,u-nameless,,,,,,
cy@contoso.example,u-cy,,Cy,,,False,
cy@contoso.example,u-cy,,Cy,,,False,
di@contoso.example,u-di,,Di,,,,
other@contoso.example,u-di,,Di,,,,
ed@contoso.example,,,Ed,,,,
cut short,u-cut
"""


def rules_broken(roster):
    return roster.query(f"""
        select sourced_id, rule, column_name, effect
        from runs.validation_result
        where inbound_flow_id = 'directory' and file_name = 'users.csv' and run_id = {NEWEST_RUN}
        order by line_number, rule
    """)


def test_the_directory_is_validated_and_remembered(roster):
    activity = f'select status, drop_id from runs.directory_activity where run_id = {NEWEST_RUN}'
    users = 'select object_id, first_seen_at::text, last_seen_at::text, is_present_in_source from directory.directory_user order by all'

    # none has landed: nobody is matched, nothing is wrong
    roster.land('contoso-2027', '20260901T060000Z', FILES_1_1)
    assert roster.build('2026-09-01T07:00:00Z', everything=True).succeeded
    assert roster.query(activity) == [('skipped', None)]
    assert roster.query(users) == []
    assert roster.query('select distinct match_status from directory.person_match') == [('unmatched',)]
    assert roster.values('select status from runs.run') == ['completedWithWarnings']  # nothing has come from fabrikam

    # one with faults, a byte order mark and further columns, as Microsoft exports it
    roster.land('directory', '20260902T060000Z', {'users.csv': '\ufeff' + DIRECTORY})
    assert roster.build('2026-09-02T07:00:00Z', everything=True).succeeded
    assert rules_broken(roster) == [
        ('u-bo', 'well_formed_boolean', 'accountEnabled', 'value_left_out'),
        ('u-bo', 'well_formed_email', 'mail', 'value_left_out'),
        ('u-nameless', 'required', 'userPrincipalName', 'record_left_out'),
        ('u-cy', 'not_repeated', 'id', 'none'),
        ('u-di', 'not_in_conflict', 'id', 'record_left_out'),
        ('u-di', 'not_in_conflict', 'id', 'record_left_out'),
        (None, 'required', 'id', 'record_left_out'),
        ('u-cut', 'readable_line', None, 'record_left_out'),
    ]
    assert roster.query(activity) == [('completedWithErrors', '20260902T060000Z')]
    assert roster.query("select * exclude (inbound_flow_id, drop_id) from landing.file_inventory where inbound_flow_id = 'directory'") == [
        ('users.csv', 'bulk', True, 9, 3, 4, 1, 1, 0)
    ]
    assert roster.query('select object_id, user_principal_name, mail, is_account_enabled from directory.directory_user order by all') == [
        ('u-ada', 'Ada@contoso.example', 'ada@contoso.example', True),
        ('u-bo', 'bo@contoso.example', None, None),
        ('u-cy', 'cy@contoso.example', None, False),
    ]
    assert roster.value(f"select status from runs.run where run_id = {NEWEST_RUN}") == 'completedWithErrors'

    # one that cannot be read: the last good one stays
    roster.land('directory', '20260903T060000Z', {'users.csv': 'userPrincipalName,mail\nada@contoso.example,\n'})
    assert roster.build('2026-09-03T07:00:00Z', everything=True).succeeded
    assert rules_broken(roster) == [(None, 'required_column', 'id', 'refused')]
    assert roster.query(activity) == [('failed', '20260903T060000Z')]
    assert roster.value(f"select status from runs.run where run_id = {NEWEST_RUN}") == 'completedWithErrors'
    second = '2026-09-02 07:00:00'
    assert roster.query(users) == [(user, second, second, True) for user in ('u-ada', 'u-bo', 'u-cy')]

    # a good one again: who is not in it has left, but for those whose line was faulty
    lines = DIRECTORY.replace('u-cy', 'u-new').splitlines(keepends=True)
    lines[1] = lines[1].replace('Ada@contoso.example,', ',', 1)
    roster.land('directory', '20260904T060000Z', {'users.csv': ''.join(line for line in lines if 'u-cut' not in line)})
    roster.land('directory', '20260904T060001Z', {'people.csv': DIRECTORY})
    assert roster.build('2026-09-04T07:00:00Z', everything=True).succeeded
    fourth = '2026-09-04 07:00:00'
    assert roster.query(users) == [
        ('u-ada', second, fourth, True),
        ('u-bo', second, fourth, True),
        ('u-cy', second, second, False),
        ('u-new', fourth, fourth, True),
    ]
    assert (None, 'required_file', None, 'none') in rules_broken(roster)


@pytest.mark.parametrize(
    'content', [b'', b'id,userPrincipalName\n', 'id,userPrincipalName\nü,ü\n'.encode('utf-16'), b'id,userPrincipalName,ID\na,b,c\n']
)
def test_a_directory_that_cannot_be_read_is_refused(roster, content):
    roster.land('contoso-2027', '20260901T060000Z', FILES_1_1)
    roster.land('directory', '20260901T060000Z', {'users.csv': content})
    assert roster.build('2026-09-01T07:00:00Z', everything=True).succeeded
    assert roster.values('select status from runs.directory_activity') == ['failed']
    assert roster.values('select status from runs.run') == ['completedWithErrors']
    assert roster.values('select count(*) from directory.directory_user') == [0]
