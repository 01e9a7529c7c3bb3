"""Runs that are killed, starved of disk or started twice: the published roster is always a whole one.

Each test runs scripts/build.py in a process of its own, without dbt's tests, which decide nothing here. What happens
in that process is patched in: a signal before or after a certain model, a file that may not grow.
"""

import hashlib
import os
import random
import shutil
import signal
import subprocess
import sys
import time

import duckdb
import pytest

from roster import PROJECT, Roster, clean_drop, drop_lines, shared

sys.path.insert(0, str(PROJECT / 'scripts'))
import warehouse  # noqa: E402
from scratch import SCRATCH  # noqa: E402

FLOWS = ['contoso-2027', 'fabrikam-2027']
FIRST_RUN, SECOND_RUN, THIRD_RUN = '2026-09-01T07:00:00Z', '2026-09-02T07:00:00Z', '2026-09-03T07:00:00Z'
PROGRAM = """
import os, resource, signal, sys
sys.path.insert(0, {scripts!r})
import build

def die_at(event):
    if event.info.name == os.environ.get('DIE_ON') and event.data.node_info.node_name == os.environ['DIE_AT']:
        os.kill(os.getpid(), signal.SIGKILL)

class Runner(build.dbtRunner):
    def __init__(self, callbacks):
        super().__init__(callbacks=[*callbacks, die_at])

    def invoke(self, arguments):
        if 'LARGEST_FILE' in os.environ:
            limit = int(os.environ['LARGEST_FILE'])
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
        left_out = ['path:models/rostering+', 'path:models/demographics+', 'path:models/directory+']
        return super().invoke([
            *arguments, '--exclude-resource-types', 'test', 'unit_test', '--exclude', *left_out
        ])

build.dbtRunner = Runner
sys.exit(build.main())
""".format(scripts=str(PROJECT / 'scripts'))


class Office(Roster):
    """A roster that is run by scripts/build.py."""

    def program(self, *command, **settings):
        """A Python program in a process of its own."""
        environment = (
            os.environ
            | settings
            | {
                'ONEROSTER_LANDING': str(self.landing),
                'ONEROSTER_WAREHOUSE': str(self.warehouse),
                'DBT_TARGET_PATH': str(self.folder / 'target'),
                'DBT_LOG_PATH': str(self.folder / 'logs'),
            }
        )
        return subprocess.Popen(
            [sys.executable, *command], env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )

    def start(self, run_at, *options, **settings):
        """A run in a process of its own."""
        return self.program('-c', PROGRAM, '--run-at', run_at, *options, **settings)

    def run(self, run_at, *options, **settings):
        """The exit code of a run, and what it said."""
        process = self.start(run_at, *options, **settings)
        output, _ = process.communicate(timeout=300)
        return process.returncode, output

    def fingerprint(self):
        return hashlib.sha256(self.warehouse.read_bytes()).hexdigest()

    def statuses(self):
        return [status for (status,) in self.query('select status from runs.run order by started_at')]

    def landed_drops(self):
        """The drops whose landed files are there, each with its flow."""
        return sorted({tuple(path.name.split('.')[:2]) for path in warehouse.landed_files(self.warehouse)})

    def files(self):
        return sorted(path.name for path in self.warehouse.parent.glob('*roster.duckdb*'))


@pytest.fixture(scope='module')
def begun(tmp_path_factory):
    """A warehouse after its first run, with a second drop waiting, built once."""

    def make(folder):
        office = Office(folder)
        for flow in FLOWS:
            office.land(flow, '20260901T060000Z', clean_drop(flow))
            left = clean_drop(flow)
            office.land(
                flow, '20260902T060000Z', left | {'enrollments.csv': drop_lines(left['enrollments.csv'], 'e-2')}
            )
        code, output = office.run(FIRST_RUN)
        assert code == 0, output

    return shared(tmp_path_factory, 'begun', make)


@pytest.fixture
def office(tmp_path, begun):
    """A warehouse of one's own after its first run."""
    shutil.copytree(begun, tmp_path, dirs_exist_ok=True)
    return Office(tmp_path)


def modes(folder):
    return {path.stat().st_mode & 0o777 for path in folder.iterdir()}


def active_enrollments(office):
    return office.value('select count(*) from history.enrollments where is_active_in_session and dbt_valid_to is null')


def assert_the_next_run_is_right(office):
    """The run after a crash publishes what an undisturbed one would have, tells of the crash, and leaves nothing behind."""
    code, output = office.run(THIRD_RUN)
    assert code == 0, output
    assert active_enrollments(office) == 4
    assert office.statuses()[0] == office.statuses()[-1] == 'completed'
    assert set(office.statuses()[1:-1]) <= {'failed'}
    assert office.files() == ['.roster.duckdb.lock', 'roster.duckdb']
    assert office.landed_drops() == [(flow, '20260902T060000Z') for flow in FLOWS]


@pytest.mark.parametrize(
    ('event', 'model'),
    [('NodeFinished', 'run'), ('NodeStart', 'history_oneroster__enrollments'), ('NodeFinished', 'run_activity')],
)
def test_a_run_that_is_killed_at_a_model_leaves_the_published_roster_as_it_was(office, event, model):
    before = office.fingerprint()
    code, _ = office.run(SECOND_RUN, DIE_ON=event, DIE_AT=model)
    assert code == -signal.SIGKILL
    assert office.fingerprint() == before
    assert_the_next_run_is_right(office)


def test_runs_that_are_killed_at_any_time_leave_the_published_roster_as_it_was(office):
    before = office.fingerprint()
    moments = random.Random(2027)
    for _ in range(4):
        process = office.start(SECOND_RUN)
        time.sleep(moments.uniform(0.1, 12))
        process.kill()
        process.wait()
        if office.fingerprint() != before:  # it was done
            break
        assert office.statuses()[0] == 'completed'
        assert active_enrollments(office) == 6
    assert_the_next_run_is_right(office)


def test_a_full_disk_leaves_the_published_roster_as_it_was(office):
    enrollments = clean_drop(FLOWS[0])['enrollments.csv']
    many = enrollments + ''.join(f'e-x{i},,,algebra-1,school,student-1,student,,,\n' for i in range(300_000))
    office.land(FLOWS[0], '20260902T070000Z', clean_drop(FLOWS[0]) | {'enrollments.csv': many})
    before = office.fingerprint()
    code, output = office.run('2026-09-02T08:00:00Z', LARGEST_FILE=str(office.warehouse.stat().st_size + 2_000_000))
    assert code == 1
    assert 'Traceback' not in output
    assert office.fingerprint() == before or office.statuses() == ['completed', 'failed']
    assert active_enrollments(office) == 6
    shutil.rmtree(office.landing / FLOWS[0] / '20260902T070000Z')
    assert_the_next_run_is_right(office)


def test_of_two_runs_at_once_the_second_ends_with_a_message(office):
    first = office.start(SECOND_RUN)
    lock = office.folder / '.roster.duckdb.working'
    while not lock.exists():
        time.sleep(0.05)
    code, output = office.run(SECOND_RUN, '--wait', '0')
    assert code == 1
    assert 'Another run of this warehouse is under way' in output
    assert first.wait(300) == 0
    assert active_enrollments(office) == 4
    assert office.statuses() == ['completed', 'completed']


def test_of_two_runs_at_once_the_second_waits_when_told_to(office):
    first = office.start(SECOND_RUN)
    lock = office.folder / '.roster.duckdb.working'
    while not lock.exists():
        time.sleep(0.05)
    code, output = office.run(THIRD_RUN, '--wait', '300')
    assert first.wait(300) == 0
    assert code == 0, output
    assert office.statuses() == ['completed', 'completed', 'completed']


def test_a_reader_reads_on_while_a_run_publishes(office):
    with office.connect() as reader:
        code, output = office.run(SECOND_RUN)
        assert code == 0, output
        assert reader.execute('select count(*) from history.enrollments where is_active_in_session').fetchall() == [
            (6,)
        ]
        assert reader.execute('select count(*) from staging.stg_oneroster__users').fetchall() == [(6,)]
    assert active_enrollments(office) == 4


def test_a_failed_run_publishes_nothing_but_its_report(office):
    for flow in FLOWS:
        orgs = clean_drop(flow)['orgs.csv'].replace('name', 'nom')
        office.land(flow, '20260902T070000Z', clean_drop(flow) | {'orgs.csv': orgs})
    landed = office.query('select * from landing.file_inventory order by all')
    code, output = office.run('2026-09-02T08:00:00Z')
    assert code == 1
    assert 'orgs.csv' in output
    assert office.statuses() == ['completed', 'failed']
    assert office.query("select distinct status from runs.run_activity where drop_id = '20260902T070000Z'") == [
        ('failed',)
    ]
    assert 'orgs.csv' in office.value('select blocking_error from runs.run where status = \'failed\'')
    assert office.query('select * from landing.file_inventory order by all') == landed
    assert active_enrollments(office) == 6


def test_a_writer_that_does_not_take_part_is_not_undone(office):
    process = office.start(SECOND_RUN)
    while not (office.folder / '.roster.duckdb.working' / 'roster.duckdb').exists():
        time.sleep(0.05)
    time.sleep(1)
    with duckdb.connect(str(office.warehouse)) as writer:
        writer.execute('create table runs.note as select 1 as is_kept')
    output, _ = process.communicate(timeout=300)
    assert process.returncode == 1
    assert 'Another program wrote to' in output
    assert office.value('select count(*) from runs.note') == 1


def test_what_a_run_makes_is_for_its_user_alone(office):
    assert office.warehouse.stat().st_mode & 0o777 == 0o600
    landed = warehouse.landed_folder_of(office.warehouse)
    assert (landed.stat().st_mode & 0o777, modes(landed)) == (0o700, {0o600})


def test_a_trial_says_what_an_export_would_bring_and_changes_nothing(office):
    before, landed = office.fingerprint(), sorted(office.landing.rglob('*'))
    for orgs, code, words in [
        (clean_drop(FLOWS[0])['orgs.csv'], 0, 'orgs: 1 changed'),
        ('sourcedId,name,type\n', 1, 'The drop is held'),
    ]:
        export = office.folder / f'export {code}'
        export.mkdir()
        for name, text in (clean_drop(FLOWS[0]) | {'orgs.csv': orgs.replace('School,', 'Our school,')}).items():
            (export / name).write_text(text)
        script = str(PROJECT / 'scripts' / 'validate.py')
        process = office.program(script, str(export), '--flow', FLOWS[0], '--run-at', SECOND_RUN)
        output, _ = process.communicate(timeout=300)
        assert (process.returncode, words in output) == (code, True), output
    assert office.fingerprint() == before
    assert sorted(office.landing.rglob('*')) == landed
    assert office.files() == ['.roster.duckdb.lock', 'roster.duckdb']
    assert not list(office.folder.glob(f'{SCRATCH}*'))


# the working copy by itself, without dbt


@pytest.fixture
def file(tmp_path):
    path = tmp_path / 'roster.duckdb'
    with duckdb.connect(str(path)) as connection:
        connection.execute('create table number as select 1 as value')
    return path


def numbers(path):
    with duckdb.connect(str(path), read_only=True) as connection:
        return [value for (value,) in connection.execute('select value from number order by all').fetchall()]


def test_a_landed_file_is_kept_as_long_as_somebody_reads_it(file):
    """Of the published file, or of the one before it, which a reader may have open."""

    def land(number):
        folder = warehouse.made_landed_folder(file)
        name = f"o'flow.2026090{number}T060000Z.users.0123abcd.4567cdef.parquet"
        with warehouse.working_copy(file) as copy:
            # what a run that was killed left, complete or begun, and what is none of ours
            for other in (name.replace('abcd', 'eeee'), f'tmp_{name}', 'notes.parquet', 'data_0.csv'):
                (folder / other).touch()
            with duckdb.connect(str(copy.path)) as connection:
                connection.execute(f"copy (select {number} as line) to {warehouse.quoted(str(folder / name))}")
                connection.execute('create schema if not exists landing')
                path = warehouse.quoted(str(folder / name))
                connection.execute(f'create or replace view landing.users as from read_parquet([{path}])')
            copy.publish()

    def landed():
        assert {path.name for path in folder.iterdir()} - {path.name for path in warehouse.landed_files(file)} == {
            'data_0.csv',
            'notes.parquet',
        }
        return sorted(path.name.split('.')[1] for path in warehouse.landed_files(file))

    folder = warehouse.landed_folder_of(file)
    land(1)
    assert landed() == ['20260901T060000Z']
    program = f"import duckdb; c = duckdb.connect({str(file)!r}, read_only=True); print(1, flush=True); input(); print(c.execute('from landing.users').fetchall())"
    reader = subprocess.Popen([sys.executable, '-c', program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    reader.stdout.readline()
    land(2)
    assert reader.communicate('\n')[0] == '[(1,)]\n'
    assert '20260901T060000Z' in landed()
    with warehouse.working_copy(file):
        assert landed() == ['20260902T060000Z']
    with duckdb.connect(str(file), read_only=True) as connection:
        assert connection.execute('from landing.users').fetchall() == [(2,)]


def test_nothing_landed_is_removed_while_a_program_writes_to_the_warehouse(file):
    landed = warehouse.made_landed_folder(file) / 'flow.20260901T060000Z.users.0123abcd.4567cdef.parquet'
    landed.touch()
    writer = f"import duckdb; c = duckdb.connect({str(file)!r}); print(1, flush=True); input()"
    process = subprocess.Popen([sys.executable, '-c', writer], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    process.stdout.readline()
    warehouse.clear_landed_files(file)
    assert landed.exists()
    process.communicate('\n')
    warehouse.clear_landed_files(file)
    assert not landed.exists()


def test_a_copy_is_published_whole_or_not_at_all(file):
    with warehouse.working_copy(file) as copy:
        with duckdb.connect(str(copy.path)) as connection:
            connection.execute('insert into number values (2)')
        assert numbers(file) == [1]
    assert numbers(file) == [1]
    with warehouse.working_copy(file) as copy:
        with duckdb.connect(str(copy.path)) as connection:
            connection.execute('insert into number values (3)')
        copy.publish()
    assert numbers(file) == [1, 3]
    assert sorted(path.name for path in file.parent.iterdir()) == ['.roster.duckdb.lock', 'roster.duckdb']


def test_a_run_that_is_killed_between_its_end_and_its_publication_has_failed(file):
    with duckdb.connect(str(file)) as connection:
        connection.execute('create schema runs')
        connection.execute(
            "create table runs.run as select 'first' as run_id, 'completed' as status, null::varchar as blocking_error"
        )
    leftover = file.parent / '.roster.duckdb.working'
    leftover.mkdir()
    shutil.copy(file, leftover)
    with duckdb.connect(str(leftover / file.name)) as connection:
        connection.execute("insert into runs.run values ('second', 'completed', null)")
        connection.execute('insert into number values (2)')
    with warehouse.working_copy(file) as copy:
        copy.publish()
    with duckdb.connect(str(file), read_only=True) as connection:
        assert connection.execute('select * from runs.run order by all').fetchall() == [
            ('first', 'completed', None),
            ('second', 'failed', 'The run did not finish.'),
        ]
    assert numbers(file) == [1]
    assert sorted(path.name for path in file.parent.iterdir()) == ['.roster.duckdb.lock', 'roster.duckdb']


def test_what_a_killed_writer_left_in_the_log_is_kept(file):
    writer = f"""
import duckdb, os, signal
connection = duckdb.connect({str(file)!r})
connection.execute('insert into number values (2)')
os.kill(os.getpid(), signal.SIGKILL)
"""
    subprocess.run([sys.executable, '-c', writer])
    assert warehouse.log_of(file).exists()
    with warehouse.working_copy(file) as copy:
        assert numbers(copy.path) == [1, 2]
        copy.publish()
    assert numbers(file) == [1, 2]
    assert not warehouse.log_of(file).exists()


def test_a_writer_that_is_at_work_is_left_alone(file):
    writer = f"""
import duckdb, sys
connection = duckdb.connect({str(file)!r})
connection.execute('insert into number values (2)')
print('written', flush=True)
sys.stdin.read()
"""
    process = subprocess.Popen([sys.executable, '-c', writer], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    process.stdout.readline()
    with pytest.raises(warehouse.WarehouseInUse, match='open for writing'), warehouse.working_copy(file):
        pass
    process.communicate('')
    assert numbers(file) == [1, 2]


@pytest.mark.parametrize('size', [1, 40, 4000])
def test_a_torn_log_is_moved_aside_and_told_of(file, size, capsys):
    torn = random.Random(2027).randbytes(size)
    warehouse.log_of(file).write_bytes(torn)
    with warehouse.working_copy(file) as copy:
        copy.publish()
    assert numbers(file) == [1]
    [aside] = file.parent.glob('roster.duckdb.wal.torn-*')
    assert (aside.read_bytes(), aside.stat().st_mode & 0o777) == (torn, 0o600)
    assert str(aside) in capsys.readouterr().err
    assert not warehouse.log_of(file).exists()


def test_changes_in_a_damaged_log_are_not_lost_silently(file):
    writer = f"""
import duckdb, os, signal
connection = duckdb.connect({str(file)!r})
connection.execute('insert into number values (2)')
os.kill(os.getpid(), signal.SIGKILL)
"""
    subprocess.run([sys.executable, '-c', writer])
    log = warehouse.log_of(file)
    damaged = bytearray(log.read_bytes())
    damaged[30] ^= 1
    log.write_bytes(damaged)
    with pytest.raises(warehouse.DamagedLog, match='is damaged.*make restore.*mv '), warehouse.working_copy(file):
        pass
    assert log.read_bytes() == damaged


def test_what_killed_programs_left_beside_a_warehouse_is_cleared(file):
    """By any program that begins with this, and so by every run; what a living process has open stays."""
    with duckdb.connect(str(file)) as connection:
        connection.execute('create schema runs')
        connection.execute(
            "create table runs.run as select 'first' as run_id, 'completed' as status, null::varchar as blocking_error"
        )
    for name in ('.roster.duckdb.working', f'{SCRATCH}1', 'roster.duckdb.tmp'):
        (file.parent / name).mkdir()
    working = shutil.copy(file, file.parent / '.roster.duckdb.working')
    with duckdb.connect(str(working)) as connection:
        connection.execute("insert into runs.run values ('second', 'running', null)")
    reader = subprocess.Popen(
        [sys.executable, '-c', f'import duckdb; c = duckdb.connect({str(file)!r}, read_only=True); print(1, flush=True); input()'],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    reader.stdout.readline()
    warehouse.clear_spill(file)
    assert (file.parent / 'roster.duckdb.tmp').exists()
    reader.communicate('\n')
    warehouse.clear_leftovers(file)
    assert sorted(path.name for path in file.parent.iterdir()) == ['.roster.duckdb.lock', 'roster.duckdb']
    with duckdb.connect(str(file), read_only=True) as connection:
        assert connection.execute('select run_id, status from runs.run order by all').fetchall() == [
            ('first', 'completed'),
            ('second', 'failed'),
        ]


def test_what_a_run_that_is_under_way_works_on_is_left_alone(file):
    with warehouse.working_copy(file) as copy:
        warehouse.clear_leftovers(file)
        assert copy.path.exists()
