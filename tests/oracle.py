"""What should happen to a record, said a second time: a small and slow re-implementation in plain Python.

It shares nothing with the project. `Flow.process` takes the files of the drops that wait, run after run, and keeps, as
plain lists and dicts, what `staging` and `history` should then hold. It knows one flow and files without line breaks in
values; what a whole run does (windows, skipped flows, instants) is for the scenarios.
"""

import csv
import dataclasses
import datetime
import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field

# Columns by file: name, kind, and whether it is required. `>` is a reference, `>>` a list of them.
COMMON = [('sourcedId', 'id', True)]
DEMOGRAPHIC_FLAGS = [
    'americanIndianOrAlaskaNative',
    'asian',
    'blackOrAfricanAmerican',
    'nativeHawaiianOrOtherPacificIslander',
    'white',
    'demographicRaceTwoOrMoreRaces',
    'hispanicOrLatinoEthnicity',
]
SHARED_COLUMNS = {
    'academicSessions': [
        *COMMON,
        ('title', 'text', True),
        ('type', 'session type', True),
        ('startDate', 'date', True),
        ('endDate', 'date', True),
        ('parentSourcedId', '> academicSessions', False),
        ('schoolYear', 'year', True),
    ],
    'orgs': [
        *COMMON,
        ('name', 'text', True),
        ('type', 'org type', True),
        ('identifier', 'text', False),
        ('parentSourcedId', '> orgs', False),
    ],
    'courses': [
        *COMMON,
        ('schoolYearSourcedId', '> academicSessions', False),
        ('title', 'text', True),
        ('courseCode', 'text', False),
        ('grades', 'grades', False),
        ('orgSourcedId', '> orgs', True),
        ('subjects', 'list', False),
        ('subjectCodes', 'list', False),
    ],
    'classes': [
        *COMMON,
        ('title', 'text', True),
        ('grades', 'grades', False),
        ('courseSourcedId', '> courses', True),
        ('classCode', 'text', False),
        ('classType', 'class type', True),
        ('location', 'text', False),
        ('schoolSourcedId', '> orgs', True),
        ('termSourcedIds', '>> academicSessions', True),
        ('subjects', 'list', False),
        ('subjectCodes', 'list', False),
        ('periods', 'list', False),
    ],
    'enrollments': [
        *COMMON,
        ('classSourcedId', '> classes', True),
        ('schoolSourcedId', '> orgs', True),
        ('userSourcedId', '> users', True),
        ('role', 'enrollment role', True),
        ('primary', 'boolean', False),
        ('beginDate', 'date', False),
        ('endDate', 'date', False),
    ],
    'demographics': [
        ('sourcedId', '> users', True),
        ('birthDate', 'date', False),
        ('sex', 'sex', False),
        *((flag, 'boolean', False) for flag in DEMOGRAPHIC_FLAGS),
        ('countryOfBirthCode', 'text', False),
        ('stateOfBirthAbbreviation', 'text', False),
        ('cityOfBirth', 'text', False),
        ('publicSchoolResidenceStatus', 'text', False),
    ],
}
NAMES_AND_CONTACTS = [
    ('username', 'text', True),
    ('userIds', 'user ids', False),
    ('givenName', 'text', True),
    ('familyName', 'text', True),
    ('middleName', 'text', False),
    ('identifier', 'text', False),
    ('email', 'email', False),
    ('sms', 'phone', False),
    ('phone', 'phone', False),
    ('agentSourcedIds', '>> users', False),
    ('grades', 'grades', False),
]
COLUMNS_1_1 = SHARED_COLUMNS | {
    'users': [
        *COMMON,
        ('enabledUser', 'boolean', True),
        ('orgSourcedIds', '>> orgs', True),
        ('role', 'role', True),
        *NAMES_AND_CONTACTS,
    ],
}
COLUMNS_1_2 = SHARED_COLUMNS | {
    'users': [
        *COMMON,
        ('enabledUser', 'boolean', True),
        *NAMES_AND_CONTACTS,
        ('userMasterIdentifier', 'text', False),
        ('preferredGivenName', 'text', False),
        ('preferredMiddleName', 'text', False),
        ('preferredFamilyName', 'text', False),
        ('primaryOrgSourcedId', '> orgs', False),
        ('pronouns', 'text', False),
    ],
    'roles': [
        *COMMON,
        ('userSourcedId', '> users', True),
        ('roleType', 'role type', True),
        ('role', 'role', True),
        ('beginDate', 'date', False),
        ('endDate', 'date', False),
        ('orgSourcedId', '> orgs', True),
        ('userProfileSourcedId', '> userProfiles', False),
    ],
    'userProfiles': [
        *COMMON,
        ('userSourcedId', '> users', True),
        ('profileType', 'text', True),
        ('vendorId', 'text', True),
        ('applicationId', 'text', False),
        ('description', 'text', False),
        ('credentialType', 'text', True),
        ('username', 'text', True),
    ],
}

# The order in which references can be judged: what is pointed at comes first.
ORDER = [
    'academicSessions',
    'orgs',
    'users',
    'courses',
    'classes',
    'userProfiles',
    'roles',
    'enrollments',
    'demographics',
]

# Some codes of each vocabulary: enough for the values the tests use.
CODES = {
    'session type': 'gradingPeriod semester schoolYear term',
    'org type': 'department school district local state national',
    'class type': 'homeroom scheduled',
    'enrollment role': 'administrator proctor student teacher',
    'role': 'aide guardian parent proctor relative student teacher',
    'role type': 'primary secondary',
    'sex': 'male female',
    'grades': 'it pr pk tk kg 01 02 03 04 05 06 07 08 09 10 11 12 13 ps ug other',
}
CODES = {kind: {code.lower(): code for code in codes.split()} for kind, codes in CODES.items()}

LEFT_OUT = object()  # a value that breaks its rule


@dataclass
class Line:
    """A data line of a file: its cells by column, or none when it cannot be read."""

    number: int
    sourced_id: str
    cells: dict | None
    drop: str
    is_delta: bool

    @property
    def is_live(self):
        """Whether it says that there is a record."""
        return self.cells is not None and not self.is_withdrawn

    @property
    def is_withdrawn(self):
        return self.cells is not None and self.cells.get('status', '').lower() in ('tobedeleted', 'inactive')


@dataclass
class Judged:
    """What became of the lines of a file."""

    staged: dict = field(default_factory=dict)  # id -> record
    rejected: set = field(default_factory=set)  # ids with a line that was read or at least seen, and left out
    has_unknown_id: bool = False
    named: set = field(default_factory=set)  # ids with a line of any kind
    deleted: set = field(default_factory=set)  # ids of which the last word is that a delta deletes them
    is_delta: bool = False  # whether it says nothing of ids that are not named
    counts: Counter = field(default_factory=Counter)  # (drop, kind) -> lines
    has_warnings: bool = False  # whether a value was left out of a record that is used
    left_out_lines: set = field(default_factory=set)


@dataclass
class Version:
    """A version of a record in history."""

    values: dict
    is_active: bool
    first_seen_at: str
    last_seen_at: str | None
    valid_from: str
    valid_to: str | None = None
    ended_by: str | None = None


class Flow:
    """The history of one inbound flow, drop by drop."""

    def __init__(self):
        self.version = None
        self.history = defaultdict(lambda: defaultdict(list))  # file -> id -> versions
        self.last_staged_at = {}  # (file, id) -> run_at

    def process(self, run_at, drops):
        """Run on the drops that wait, name -> files, the oldest first. Returns `processed`, `refused` or `held`, and what
        became of each file."""
        waiting = [
            (name, {file.removesuffix('.csv'): text for file, text in texts.items()}) for name, texts in drops.items()
        ]
        # what came before a complete drop does not matter any more
        complete = [number for number, (_, files) in enumerate(waiting) if not deltas_of(files)]
        laid = waiting[complete[-1] :] if complete else waiting
        has_deltas = any(deltas_of(files) for _, files in laid)
        latest = {file: text for _, files in laid for file, text in files.items()}
        version = version_of(latest) or (self.version if has_deltas else None)
        columns = COLUMNS_1_1 if version == '1.1' else COLUMNS_1_2
        lines, is_delta = {}, {}
        for name, files in laid:
            for file in [file for file in ORDER if file in files and file in columns]:
                if file not in deltas_of(files):
                    lines[file], is_delta[file] = [], False
                lines.setdefault(file, []).extend(read_lines(files[file], name, file in deltas_of(files)))
                is_delta.setdefault(file, True)
        if self.is_refused(latest, version, has_deltas, lines, is_delta):
            return 'refused', {}
        if any(self.is_held(file, lines[file], version) for file in lines if not is_delta[file]):
            return 'held', {}

        judged = {}
        for file in ORDER:
            if file in lines:
                judged[file] = self.judge(file, columns[file], lines[file], is_delta[file], judged, version, has_deltas)
        self.version = version
        outcome = dict(judged)
        if version == '1.1' and 'users' in judged:
            judged['roles'] = self.derive_roles(judged['users'])
        for file, result in judged.items():
            self.remember(file, run_at, result)
        return 'processed', outcome

    def is_refused(self, files, version, has_deltas, lines, is_delta):
        required = ['orgs', 'users'] + (['roles'] if version == '1.2' else [])
        told = [line for same in lines.values() for line in same if line.is_delta and line.cells]
        untold = {
            (file, line.drop)
            for file, same in lines.items()
            for line in same
            if line.is_delta
            and not any(
                other.cells and other.cells.get('status') and other.cells.get('dateLastModified')
                for other in same
                if other.drop == line.drop
            )
        }
        return (
            version is None
            or self.version not in (None, version)
            or bool(untold)
            or (bool(told) and self.version is None and any(is_delta.values()))
            or not has_deltas
            and (
                any(file not in files for file in required)
                or ('classes' in files) != ('enrollments' in files)
                or ('classes' in files and 'courses' not in files)
            )
        )

    def is_held(self, file, lines, version):
        is_required = file in ('orgs', 'users', 'courses', 'classes', 'enrollments') or (file == 'roles' and version == '1.2')
        return not lines and (is_required or any(self.is_active(file, key) for key in self.history[file]))

    def is_active(self, file, key):
        versions = self.history[file].get(key)
        return bool(versions) and versions[-1].is_active

    def judge(self, file, columns, lines, is_delta, judged, version, has_deltas):
        """Overtaken, unreadable, withdrawn, copies, conflict, the rest: in this order."""
        result = Judged(is_delta=is_delta, named={line.sourced_id for line in lines if line.sourced_id})
        for line in lines:
            result.counts[line.drop, 'received'] += 1
        lasting = last_words(lines, columns, file, version)
        live = []
        for line in lines:
            if line not in lasting:
                result.counts[line.drop, 'collapsed'] += 1
            elif line.cells is None:
                result.counts[line.drop, 'unreadable'] += 1
                result.left_out_lines.add(line.number)
                result.rejected.add(line.sourced_id)
                result.has_unknown_id |= not line.sourced_id
            elif line.is_withdrawn:
                result.counts[line.drop, 'withdrawn'] += 1
                if line.is_delta:
                    result.deleted.add(line.sourced_id)
            else:
                live.append(line)

        by_id = defaultdict(list)
        for line in live:
            by_id[line.sourced_id].append(line)
        candidates = {}
        for key, same in by_id.items():
            distinct = merged(same, columns, file, version)
            drop = same[0].drop
            result.counts[drop, 'collapsed'] += len(same) - len(distinct)
            if len(distinct) > 1:
                result.counts[drop, 'rejected'] += len(distinct)
                result.rejected.add(key)
                result.left_out_lines.update(line.number for line in distinct)
            else:
                candidates[key] = distinct[0]

        # the last good version stands in for a record that was left out or that a line without an id may hide
        def holds(target, key):
            other = result if target == file else judged.get(target)
            if other is None:
                return has_deltas and self.is_active(target, key)
            return (
                key in other.staged
                or ((key in other.rejected or (other.has_unknown_id and not other.is_delta)) and self.is_active(target, key))
                or (other.is_delta and key not in other.named and self.is_active(target, key))
            )

        # a reference into the file itself is never required, so what is staged does not depend on it
        for key, line in candidates.items():
            outward = [column for column in columns if column[1].lstrip('> ') != file]
            record = self.read(line, outward, holds, version, result)
            if line.is_delta and not (line.cells.get('status', '').lower() == 'active' and line.cells.get('dateLastModified')):
                record = None
            if record is None:
                result.counts[line.drop, 'rejected'] += 1
                result.rejected.add(key)
                result.left_out_lines.add(line.number)
            else:
                result.staged[key] = record
        inward = [column for column in columns if column[1].lstrip('> ') == file]
        for key, record in result.staged.items():
            record.update(self.read(candidates[key], inward, holds, version, result))
        result.has_warnings |= break_cycles(result.staged)
        for key in result.staged:
            result.counts[candidates[key].drop, 'staged'] += 1
        return result

    def read(self, line, columns, holds, version, result):
        """The typed values of a line, or none when the record cannot be used."""
        record, is_whole = {}, True
        for column, kind, is_required in columns:
            text = line.cells.get(column, '')
            if column == 'username' and line.cells.get('role', '').lower() in ('parent', 'guardian', 'relative'):
                is_required = False
                is_whole &= bool(text)
            value = typed(text, kind, holds, version)
            if is_required and value in (None, LEFT_OUT):
                return None
            record[column] = None if value is LEFT_OUT else value
            is_whole &= value is not LEFT_OUT and not loses_items(text, kind, holds, version)
        if 'startDate' in record and record['endDate'] < record['startDate']:
            return None
        if record.get('beginDate') and record.get('endDate') and record['endDate'] < record['beginDate']:
            record['beginDate'] = record['endDate'] = None
            is_whole = False
        result.has_warnings |= not is_whole
        return record

    def derive_roles(self, users):
        """One role per organization of a 1.1 user; what protects the user protects their roles."""
        result = Judged(has_unknown_id=users.has_unknown_id, is_delta=users.is_delta)
        for key, user in users.staged.items():
            grades = user['grades'] or []
            for org in user['orgSourcedIds']:
                result.staged[f'{key}|{org}|{user["role"]}'] = {
                    'userSourcedId': key,
                    'roleType': None,
                    'role': user['role'],
                    'beginDate': None,
                    'endDate': None,
                    'orgSourcedId': org,
                    'userProfileSourcedId': None,
                    'grade': grades[0] if len(grades) == 1 else None,
                }
        # also of a user who is staged: the organization may have stood on another line of theirs, which cannot be read
        for key, versions in self.history['roles'].items():
            user = versions[-1].values['userSourcedId']
            if user in users.rejected:
                result.rejected.add(key)
            if user in users.deleted:
                result.deleted.add(key)
            # a person is named with all their organizations
            if user in users.staged:
                result.named.add(key)
        return result

    def remember(self, file, run_at, result):
        history = self.history[file]
        for key, values in result.staged.items():
            self.last_staged_at[file, key] = run_at
            versions = history[key]
            if versions and versions[-1].is_active and versions[-1].values == values:
                continue
            first_seen_at = versions[0].first_seen_at if versions else run_at
            if versions:
                versions[-1].valid_to = run_at
            versions.append(Version(values, True, first_seen_at, None, run_at))
        for key, versions in history.items():
            is_hidden = result.has_unknown_id or key in result.rejected
            is_absent = not is_hidden and (not result.is_delta or (file == 'roles' and key in result.named))
            if versions[-1].is_active and key not in result.staged and (key in result.deleted or is_absent):
                last = versions[-1]
                last.valid_to = run_at
                versions.append(
                    Version(
                        last.values,
                        False,
                        last.first_seen_at,
                        self.last_staged_at[file, key],
                        run_at,
                        ended_by='deleted' if key in result.deleted else 'absent',
                    )
                )
            elif versions[-1].is_active and result.is_delta:
                # present as of this drop
                self.last_staged_at[file, key] = run_at


def deltas_of(files):
    """The files that the manifest of a drop announces as a delta, and that are there."""
    manifest = dict(csv.reader(files.get('manifest', '').splitlines()))
    return {file for file in files if manifest.get(f'file.{file}') == 'delta'}


def last_words(lines, columns, file, version):
    """The lines that are not overtaken: of an id that a delta names, only its last line counts, and what says the same."""
    by_id = defaultdict(list)
    for line in lines:
        by_id[line.sourced_id].append(line)
    lasting = []
    for key, same in by_id.items():
        last = same[-1]
        if not key or len(same) == 1:
            lasting += same
        elif not last.is_delta:
            lasting += [line for line in same if line.drop == last.drop]
        elif not last.is_live:
            lasting.append(last)
        else:
            lasting += [
                line
                for line in same
                if line.drop == last.drop and line.is_live and len(merged([line, last], columns, file, version)) == 1
            ]
    return lasting


def version_of(files):
    header = files.get('users', '').split('\n')[0].split(',')
    if 'role' in header and 'orgSourcedIds' in header:
        return '1.1'
    return '1.2' if 'roles' in files else None


def read_lines(text, drop, is_delta):
    """The data lines of a file. Lines of blanks and commas are none; too few cells, or surplus ones that are filled, are unreadable."""
    header, *rest = text.split('\n')
    header = next(csv.reader([header]))
    lines = []
    for number, raw in enumerate(rest, start=2):
        if not raw.replace(',', '').strip():
            continue
        cells = [cell.strip() for cell in next(csv.reader([raw]))]
        readable = len(cells) >= len(header) and not any(cells[len(header) :])
        lines.append(Line(number, cells[0], dict(zip(header, cells)) if readable else None, drop, is_delta))
    return lines


def merged(lines, columns, file, version):
    """Identical lines are one; 1.1 users that differ only in their organizations are one with all of them."""
    names = [column for column, _, _ in columns]
    merges = file == 'users' and version == '1.1'
    distinct = {}
    for line in lines:
        key = tuple(line.cells.get(name, '') for name in names if not (merges and name == 'orgSourcedIds'))
        if key not in distinct:
            distinct[key] = dataclasses.replace(line, cells=dict(line.cells))
        elif merges:
            distinct[key].cells['orgSourcedIds'] += ',' + line.cells['orgSourcedIds']
    return list(distinct.values())


def typed(text, kind, holds, version):
    """The value of a cell: typed, none when blank, LEFT_OUT when it breaks its rule."""
    if is_list(kind):
        values = typed_items(text, kind, holds, version)
        kept = sorted({value for value in values if value is not LEFT_OUT})
        return kept or (LEFT_OUT if values else None)
    return typed_item(text, kind, holds, version) if text else None


def is_list(kind):
    return kind.startswith('>> ') or kind in ('grades', 'list', 'user ids')


def typed_items(text, kind, holds, version):
    items = [item.strip() for item in text.split(',') if item.strip()]
    return [typed_item(item, kind.replace('>>', '>'), holds, version) for item in items]


def loses_items(text, kind, holds, version):
    """Whether the cell is a list of which items are left out."""
    return is_list(kind) and LEFT_OUT in typed_items(text, kind, holds, version)


def typed_item(text, kind, holds, version):
    if kind in CODES:
        if version == '1.2' and text.startswith('ext:') and kind != 'role type':
            return text
        code = text.lower().zfill(2) if kind == 'grades' and text.isdigit() else text.lower()
        return CODES[kind].get(code, LEFT_OUT)
    if kind.startswith('> '):
        return text if holds(kind[2:], text) else LEFT_OUT
    if kind == 'date':
        try:
            return datetime.date.fromisoformat(text)
        except ValueError:
            return LEFT_OUT
    if kind == 'boolean':
        return {'true': True, 'false': False}.get(text.lower(), LEFT_OUT)
    if kind == 'year':
        return int(text) if re.fullmatch(r'\d{4}', text) else LEFT_OUT
    if kind == 'email':
        return text.lower() if re.fullmatch(r'[^@\s,]+@[^@\s,]+\.[^@\s,]+', text) else LEFT_OUT
    if kind == 'phone':
        return text if re.fullmatch(r'\+?\d{7,15}', re.sub(r'[ ().-]', '', text)) else LEFT_OUT
    if kind == 'user ids':
        return text if re.fullmatch(r'\{[^{}:]+:[^{}]+\}', text) else LEFT_OUT
    return text


def break_cycles(records):
    """Every member of a cycle of parents loses its parent. Returns whether there was one."""
    members = set()
    for key in records:
        seen, parent = set(), records[key].get('parentSourcedId')
        while parent in records and parent not in seen:
            seen.add(parent)
            parent = records[parent].get('parentSourcedId')
        if key in seen:
            members.add(key)
    for key in members:
        records[key]['parentSourcedId'] = None
    return bool(members)
