"""The harness: a roster of its own for every test.

A `Roster` has its own landing zone and its own warehouse. A test lands drops, builds at an instant it chooses, and
queries the warehouse:

    roster.land('contoso-2027', '20260901T060000Z', clean_drop('contoso-2027'))
    roster.build('2026-09-01T07:00:00Z')
    roster.query('select sourced_id from staging.stg_oneroster__orgs')
"""

import contextlib
import copy
import csv
import fcntl
import importlib.util
import io
import json
import os
import shutil
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner

PROJECT = Path(__file__).resolve().parents[1]
NEWEST_RUN = '(select run_id from runs.run order by run_at desc limit 1)'

# One small district that breaks no rule. Every column of the standard is there, the optional ones mostly blank.
SHARED_FILES = {
    'academicSessions.csv': """\
sourcedId,status,dateLastModified,title,type,startDate,endDate,parentSourcedId,schoolYear
year,,,2026-2027,schoolYear,2026-08-01,2027-07-31,,2027
fall,,,Fall,term,2026-08-01,2026-12-31,year,2027
""",
    'orgs.csv': """\
sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId
district,,,District,district,,
school,,,School,school,,district
""",
    'courses.csv': """\
sourcedId,status,dateLastModified,schoolYearSourcedId,title,courseCode,grades,orgSourcedId,subjects,subjectCodes
algebra,,,year,Algebra,ALG,09,school,,
""",
    'classes.csv': """\
sourcedId,status,dateLastModified,title,grades,courseSourcedId,classCode,classType,location,schoolSourcedId,\
termSourcedIds,subjects,subjectCodes,periods
algebra-1,,,Algebra 1,09,algebra,ALG-1,scheduled,,school,fall,,,
""",
    'enrollments.csv': """\
sourcedId,status,dateLastModified,classSourcedId,schoolSourcedId,userSourcedId,role,primary,beginDate,endDate
e-teacher,,,algebra-1,school,teacher,teacher,true,,
e-1,,,algebra-1,school,student-1,student,,,
e-2,,,algebra-1,school,student-2,student,,,
""",
    'demographics.csv': """\
sourcedId,status,dateLastModified,birthDate,sex,americanIndianOrAlaskaNative,asian,blackOrAfricanAmerican,\
nativeHawaiianOrOtherPacificIslander,white,demographicRaceTwoOrMoreRaces,hispanicOrLatinoEthnicity,\
countryOfBirthCode,stateOfBirthAbbreviation,cityOfBirth,publicSchoolResidenceStatus
student-1,,,2012-01-01,female,,,,,,,,,,,
""",
}

FILES_1_1 = SHARED_FILES | {
    'users.csv': """\
sourcedId,status,dateLastModified,enabledUser,orgSourcedIds,role,username,userIds,givenName,familyName,middleName,\
identifier,email,sms,phone,agentSourcedIds,grades,password
teacher,,,true,school,teacher,teacher,,Given T,Family T,,,teacher@contoso.example,,,,,
student-1,,,true,school,student,student-1,,Given 1,Family 1,,,student-1@contoso.example,,,,09,
student-2,,,true,school,student,student-2,,Given 2,Family 2,,,student-2@contoso.example,,,,09,
""",
}

FILES_1_2 = SHARED_FILES | {
    'users.csv': """\
sourcedId,status,dateLastModified,enabledUser,username,userIds,givenName,familyName,middleName,identifier,email,sms,\
phone,agentSourcedIds,grades,password,userMasterIdentifier,preferredGivenName,preferredMiddleName,\
preferredFamilyName,primaryOrgSourcedId,pronouns
teacher,,,true,teacher,,Given T,Family T,,,teacher@fabrikam.example,,,,,,,,,,school,
student-1,,,true,student-1,,Given 1,Family 1,,,student-1@fabrikam.example,,,,09,,,,,,school,
student-2,,,true,student-2,,Given 2,Family 2,,,student-2@fabrikam.example,,,,09,,,,,,school,
""",
    'roles.csv': """\
sourcedId,status,dateLastModified,userSourcedId,roleType,role,beginDate,endDate,orgSourcedId,userProfileSourcedId
r-teacher,,,teacher,primary,teacher,,,school,
r-1,,,student-1,primary,student,,,school,p-1
r-2,,,student-2,primary,student,,,school,
""",
    'userProfiles.csv': """\
sourcedId,status,dateLastModified,userSourcedId,profileType,vendorId,applicationId,description,credentialType,\
username,password
p-1,,,student-1,reading,vendor,,,sso,student-1,
""",
}

# The same district as School Data Sync V2.1 has it: no ids of memberships, no grades but those of roles.
FILES_V2_1 = {
    'academicSessions.csv': """\
sourcedId,title,type,schoolYear,startDate,endDate
year,2026-2027,schoolYear,2027,2026-08-01,2027-07-31
fall,Fall,term,2027,2026-08-01,2026-12-31
""",
    'orgs.csv': """\
sourcedId,name,type,parentSourcedId
district,District,district,
school,School,school,district
""",
    'users.csv': """\
sourcedId,username,givenName,familyName,password,activeDirectoryMatchId,email,phone,sms,userNumber
teacher,teacher,Given T,Family T,,,teacher@contoso.example,,,
student-1,student-1,Given 1,Family 1,,,student-1@contoso.example,,,
student-2,student-2,Given 2,Family 2,,,student-2@contoso.example,,,
""",
    'roles.csv': """\
userSourcedId,orgSourcedId,role,sessionSourcedId,grade,isPrimary,roleStartDate,roleEndDate
teacher,school,teacher,,,true,,
student-1,school,student,,09,true,,
student-2,school,student,,09,true,,
""",
    'courses.csv': """\
sourcedId,orgSourcedId,title,code,schoolYearSourcedId,subject,grade
algebra,school,Algebra,ALG,year,,09
""",
    'classes.csv': """\
sourcedId,orgSourcedId,title,sessionSourcedIds,courseSourcedId,code
algebra-1,school,Algebra 1,fall,algebra,ALG-1
""",
    'enrollments.csv': """\
classSourcedId,userSourcedId,role
algebra-1,teacher,teacher
algebra-1,student-1,student
algebra-1,student-2,student
""",
    'demographics.csv': """\
userSourcedId,sex,birthDate,birthCity,birthState,birthCountry,ethnicityCodes,raceCodes
student-1,female,2012-01-01,,,,,
""",
}


def clean_drop(flow):
    """The files of a clean drop: OneRoster 1.2 for Fabrikam, School Data Sync V2.1 for Woodgrove, else OneRoster 1.1."""
    return dict({'fabrikam': FILES_1_2, 'woodgrove': FILES_V2_1}.get(flow.split('-')[0], FILES_1_1))


def records(text):
    """The records of a CSV text, each a dict by header."""
    return list(csv.DictReader(io.StringIO(text)))


def to_csv(header, rows):
    """The CSV text of rows, each a dict by header; what a row lacks is blank."""
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, header, restval='', lineterminator='\n')
    writer.writeheader()
    writer.writerows(rows)
    return buffer.getvalue()


def header_of(text):
    return next(csv.reader([text.splitlines()[0]]))


def with_lines(text, *lines):
    """The file with more lines: as text, or as a dict of the cells that are not blank."""
    added = [line if isinstance(line, str) else to_line(header_of(text), line) for line in lines]
    return text + ''.join(f'{line}\n' for line in added)


def to_line(header, cells):
    """One record as CSV text, without the line's end."""
    return to_csv(header, [cells]).split('\n', 1)[1].removesuffix('\n')


def replace_cell(text, sourced_id, column, value):
    """The file with another value in one cell."""
    header, rows = header_of(text), records(text)
    for row in rows:
        if row['sourcedId'] == sourced_id:
            row[column] = value
    return to_csv(header, rows)


def drop_lines(text, *sourced_ids):
    """The file without the lines of these ids."""
    return to_csv(header_of(text), [row for row in records(text) if row['sourcedId'] not in sourced_ids])


@dataclass
class Build:
    """What one `dbt build` did."""

    succeeded: bool
    statuses: dict = field(default_factory=dict)  # node name -> pass, warn, fail, success, error, skipped
    messages: list = field(default_factory=list)  # warnings and errors as dbt told them

    @property
    def output(self):
        return '\n'.join(self.messages)


# A build takes seconds, so it leaves out what a test does not ask: the configuration, which is the same for all tests,
# and, of what is built on history, all that the findings do not need.
CONFIGURATION = ['path:seeds', 'path:models/reference', 'path:models/inbound']
HISTORY_AND_FINDINGS = ['+path:snapshots', '+path:models/changes', '+validation_result', '+run_activity', '+directory_activity']


class Roster:
    """A landing zone and a warehouse of one's own, and dbt to run between them."""

    def __init__(self, folder, project=PROJECT, configured=None):
        """With `configured`, a warehouse that holds the configuration already: each build then takes half the time."""
        self.folder = Path(folder)
        self.project = Path(project)
        self.landing = self.folder / 'landing'
        self.warehouse = self.folder / 'roster.duckdb'
        self.landing.mkdir(parents=True, exist_ok=True)
        self.is_configured = configured is not None
        if configured:
            shutil.copy(configured, self.warehouse)

    def add_flow(self, flow, like, source_system=None, file_format=None):
        """One more inbound flow, configured like another one, but for the format of its files when that is told; with a source
        system of its own unless told."""
        source_system = source_system or flow
        with duckdb.connect(str(self.warehouse)) as connection:
            [[old_source_system]] = connection.execute(
                'select source_system_id from inbound.inbound_flow where inbound_flow_id = ?', [like]
            ).fetchall()
            known = connection.execute('select source_system_id from inbound.source_system').fetchall()
            for table in ('source_system', 'user_matching_setting') if (source_system,) not in known else ():
                connection.execute(
                    f"""
                    insert into inbound.{table}
                    select * replace (? as source_system_id) from inbound.{table} where source_system_id = ?
                    """,
                    [source_system, old_source_system],
                )
            connection.execute(
                """
                insert into inbound.data_connector
                select * replace (? as data_connector_id, ? as source_system_id, coalesce(?, file_format) as file_format)
                from inbound.data_connector where source_system_id = ?
                """,
                [f'{flow}-csv', source_system, file_format, old_source_system],
            )
            connection.execute(
                """
                insert into inbound.inbound_flow
                select * replace (? as inbound_flow_id, ? as data_connector_id, ? as source_system_id)
                from inbound.inbound_flow where inbound_flow_id = ?
                """,
                [flow, f'{flow}-csv', source_system, like],
            )

    def land(self, flow, drop, files):
        """Put files (name -> text or bytes) into the landing zone as one drop."""
        target = self.landing / flow / drop
        target.mkdir(parents=True)
        for name, content in files.items():
            (target / name).write_bytes(content if isinstance(content, bytes) else content.encode())

    def build(self, run_at, everything=False, with_outbound=False, with_tests=False, with_files=False, **variables):
        """Run dbt at an instant; without the dbt tests unless asked, for they report and decide nothing, and without outbound
        flows, which nothing else reads."""
        command = ['build', '--vars', json.dumps({'run_at': run_at} | variables)]
        command += ['--exclude-resource-type', 'unit_test']
        command += [] if with_tests else ['--exclude-resource-type', 'test']
        command += [] if everything else ['--select', *HISTORY_AND_FINDINGS]
        excluded = [*(CONFIGURATION if self.is_configured else []), *([] if with_outbound else ['path:models/outbound'])]
        command += ['--exclude', *excluded] if excluded else []
        return self.dbt(*command, manifest=copy_of(parsed(self.project, self.folder)), with_files=with_files)

    def configure(self):
        """Build the configuration alone."""
        manifest = copy_of(parsed(self.project, self.folder))
        return self.dbt('build', '--select', *CONFIGURATION, manifest=manifest)

    def dbt(self, *command, manifest=None, with_files=False):
        """Any dbt command on this roster. With a parsed manifest, dbt does not parse again; its own files, the log and
        the JSON under target/, are written only when asked."""
        messages = []

        def listen(event):
            if event.info.level in ('warn', 'error'):
                messages.append(event.info.msg)

        arguments = [
            *command,
            *('--project-dir', str(self.project), '--profiles-dir', str(self.project)),
            *('--target-path', str(self.folder / 'target'), '--log-path', str(self.folder / 'logs')),
            *('--quiet', '--no-use-colors'),
            *(() if with_files else ('--no-write-json', '--log-level-file', 'none')),
        ]
        settings = {'ONEROSTER_LANDING': str(self.landing), 'ONEROSTER_WAREHOUSE': str(self.warehouse)}
        with environment(settings), working_directory(self.project):
            outcome = dbtRunner(manifest=manifest, callbacks=[listen]).invoke(arguments)
            release_warehouse()
        if outcome.exception is not None:
            messages.append(str(outcome.exception))
        nodes = getattr(outcome.result, 'results', [])
        statuses = {result.node.name: str(result.status) for result in nodes}
        messages += [f'{result.node.name}: {result.message}' for result in nodes if result.status in ('error', 'fail')]
        return Build(outcome.success, statuses, messages)

    def connect(self):
        return duckdb.connect(str(self.warehouse), read_only=True)

    def query(self, sql, parameters=None):
        """The rows of a query, as tuples."""
        with self.connect() as connection:
            return connection.execute(sql, parameters).fetchall()

    def records(self, sql, parameters=None):
        """The rows of a query, each a dict by column."""
        with self.connect() as connection:
            relation = connection.execute(sql, parameters)
            columns = [column[0] for column in relation.description]
            return [dict(zip(columns, row)) for row in relation.fetchall()]

    def values(self, sql, parameters=None):
        """The first column of a query, sorted."""
        return sorted(row[0] for row in self.query(sql, parameters))

    def value(self, sql, parameters=None):
        """The one value of a query of one row."""
        [[value]] = self.query(sql, parameters)
        return value


_manifests = {}


def copy_of_the_project(folder):
    """A copy of what dbt reads, in a new folder, for a test to change."""
    folder.mkdir()
    for part in ('dbt_project.yml', 'profiles.yml', '.dbtignore', 'macros', 'models', 'seeds', 'snapshots', 'tests'):
        source = PROJECT / part
        if source.is_dir():
            left_out = ('scenarios', '*.py', '__pycache__') if part == 'tests' else ()
            shutil.copytree(source, folder / part, ignore=shutil.ignore_patterns(*left_out))
        else:
            shutil.copy(source, folder / part)
    return folder


def parsed(project, folder):
    """The project's manifest. Every build has other variables, so dbt would parse anew each time; this parses once."""
    if project not in _manifests:
        scratch = Roster(folder / 'parse', project)
        with environment({'ONEROSTER_LANDING': str(scratch.landing), 'ONEROSTER_WAREHOUSE': str(scratch.warehouse)}):
            with working_directory(project):
                outcome = dbtRunner().invoke(
                    [
                        *('parse', '--project-dir', str(project), '--profiles-dir', str(project)),
                        *('--target-path', str(scratch.folder / 'target'), '--log-path', str(scratch.folder / 'logs')),
                        '--quiet',
                    ]
                )
                release_warehouse()
        if not outcome.success:
            raise RuntimeError(f'the project does not parse: {outcome.exception}')
        for node in outcome.result.nodes.values():
            # comments in the warehouse take a third of a build's time; test_build.py has them
            if hasattr(node.config, 'persist_docs'):
                node.config.persist_docs = {}
        _manifests[project] = outcome.result
    return _manifests[project]


def copy_of(manifest):
    """A copy of a manifest for one command of dbt, which changes what it is given."""
    copied = copy.deepcopy(manifest)
    # dbt's own copying gives one look-up to the other: they are made anew when they are asked
    for lookup in [name for name in vars(copied) if name.endswith('_lookup')]:
        setattr(copied, lookup, None)
    return copied


def python_model(path):
    """A model that is written in Python, as a module; its path is below models."""
    spec = importlib.util.spec_from_file_location(Path(path).stem, PROJECT / 'models' / path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def release_warehouse():
    """dbt keeps the DuckDB file open in this process; a later reader needs it closed."""
    if DuckDBConnectionManager._ENV is not None:
        DuckDBConnectionManager._ENV.close()
    DuckDBConnectionManager.close_all_connections()


@contextlib.contextmanager
def environment(settings):
    before = dict(os.environ)
    os.environ.update(settings)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


@contextlib.contextmanager
def working_directory(folder):
    before = os.getcwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


def shared(tmp_path_factory, name, make):
    """A folder that is made once, also when several workers run the tests: the first to come makes it."""
    root = tmp_path_factory.getbasetemp()
    if 'PYTEST_XDIST_WORKER' in os.environ:
        root = root.parent
    folder, done = root / name, root / f'{name}.done'
    with open(root / f'{name}.lock', 'w') as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            folder.mkdir()
            make(folder)
            done.touch()
    return folder
