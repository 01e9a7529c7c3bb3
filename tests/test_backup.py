"""Backups: nothing is believed that was not read, and what a restore replaces is kept."""

import os
import pty
import random
import shutil
import subprocess
import sys
from functools import partial

import duckdb
import pytest

from roster import PROJECT, environment

sys.path.insert(0, str(PROJECT / 'scripts'))
import backup  # noqa: E402
import privacy  # noqa: E402
import warehouse as warehouses  # noqa: E402
from scratch import SCRATCH  # noqa: E402

KEY, OTHER_KEY = 'a' * 64, 'b' * 64


def make_warehouse(path, records=20_000, run_at='2026-09-01 07:00'):
    path.parent.mkdir(exist_ok=True)
    with duckdb.connect(str(path)) as connection:
        connection.execute('create schema runs; create schema history; create schema analysis')
        connection.execute(f"create table runs.run as select timestamp '{run_at}' as run_at, 'completed' as status")
        connection.execute(
            f"create table history.users as select sha256(i::varchar) as given_name, [i] as grades from range({records}) as t(i)"
        )
        connection.execute('create view analysis.names as select given_name from history.users')
        connection.execute('create macro analysis.names_of(grade) as table select * from history.users where grades[1] = grade')
    return path


@pytest.fixture(scope='module')
def original(tmp_path_factory):
    """A backup with its checksums, written once."""
    folder = tmp_path_factory.mktemp('original')
    warehouse = make_warehouse(folder / 'roster.duckdb')
    (folder / 'roster.key').write_text(KEY)
    with environment({'ONEROSTER_WAREHOUSE': str(warehouse)}), pytest.MonkeyPatch.context() as patch:
        assert call(patch, '--to', folder / 'backup') == 0
    return folder / 'backup'


@pytest.fixture
def saved(tmp_path, original):
    return shutil.copytree(original, tmp_path / 'backup')


@pytest.fixture
def warehouse(tmp_path, monkeypatch):
    """Another warehouse, with another key, that a restore would replace."""
    path = make_warehouse(tmp_path / 'warehouse' / 'roster.duckdb', records=1, run_at='2026-10-01 07:00')
    (path.parent / 'roster.key').write_text(OTHER_KEY)
    monkeypatch.setenv('ONEROSTER_WAREHOUSE', str(path))
    return path


def call(monkeypatch, *arguments):
    monkeypatch.setattr(sys, 'argv', ['backup.py', *map(str, arguments)])
    return backup.main()


def content(path):
    """Everything that can be read in a warehouse."""
    with duckdb.connect(str(path), read_only=True) as connection:
        tables = connection.execute("select schema_name || '.' || table_name from duckdb_tables() order by all").fetchall()
        return [(table, connection.execute(f'from {table} order by all').fetchall()) for (table,) in tables]


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def land(path, drop, line):
    """Lands a file beside a warehouse, as a run does."""
    file = warehouses.made_landed_folder(path) / f'flow.{drop}.users.0123abcd.4567cdef.parquet'
    with duckdb.connect(str(path)) as connection:
        connection.execute(f"copy (select '{line}' as line) to '{file}'")
        connection.execute('create schema if not exists landing')
        connection.execute(f"create or replace view landing.users as from read_parquet(['{file}'])")
    return file


def landed_lines(path):
    with duckdb.connect(str(path), read_only=True) as connection:
        return connection.execute('from landing.users').fetchall()


def test_landed_files_come_along(warehouse, tmp_path, monkeypatch, capsys):
    file = land(warehouse, '20260901T060000Z', 'first')
    assert call(monkeypatch, '--to', tmp_path / 'saved') == 0
    check = subprocess.run(['sha256sum', '--check', '--strict', 'SHA256SUMS'], cwd=tmp_path / 'saved', capture_output=True, text=True)
    assert (check.returncode, f'roster.landed/{file.name}: OK' in check.stdout) == (0, True)

    # with what it replaced, which can be put back, too
    file.unlink()
    newer = land(warehouse, '20260902T060000Z', 'second')
    assert call(monkeypatch, '--restore', tmp_path / 'saved', '--yes') == 0
    assert (landed_lines(warehouse), warehouses.landed_files(warehouse)) == ([('first',)], [file])
    assert {path.stat().st_mode & 0o777 for path in (file, file.parent)} == {0o600, 0o700}
    [kept] = warehouse.parent.glob('*.replaced-*')
    assert names(kept / 'roster.landed') == [newer.name]
    assert call(monkeypatch, '--restore', kept, '--yes') == 0
    assert (landed_lines(warehouse), warehouses.landed_files(warehouse)) == ([('second',)], [newer])

    # elsewhere, they wait for the next run
    shutil.rmtree(file.parent)
    monkeypatch.setenv('ONEROSTER_WAREHOUSE', str(tmp_path / 'elsewhere' / 'roster.duckdb'))
    assert call(monkeypatch, '--restore', tmp_path / 'saved') == 0
    assert names(tmp_path / 'elsewhere' / 'roster.landed') == [file.name]

    # an older backup has none, and one that is damaged is not put back
    shutil.rmtree(tmp_path / 'saved' / 'roster.landed')
    assert call(monkeypatch, '--restore', tmp_path / 'saved', '--yes') == 0
    (kept / 'roster.landed' / newer.name).write_bytes(b'PAR1 damaged PAR1')
    assert call(monkeypatch, '--restore', kept, '--yes') == 1
    assert f'{newer.name} is damaged. Remove it' in capsys.readouterr().err


def test_a_backup_can_be_checked_by_anyone(saved):
    assert {path.name: path.stat().st_mode & 0o777 for path in saved.iterdir()} == {
        'SHA256SUMS': 0o600,
        'roster.duckdb': 0o600,
        'roster.key': 0o600,
    }
    check = subprocess.run(['sha256sum', '--check', '--strict', 'SHA256SUMS'], cwd=saved, capture_output=True, text=True)
    assert (check.returncode, check.stdout) == (0, 'roster.duckdb: OK\nroster.key: OK\n')


def test_a_backup_that_fails_leaves_nothing(warehouse, tmp_path, monkeypatch, capsys):
    target = tmp_path / 'new'
    with monkeypatch.context() as patch:
        patch.setattr(backup, 'checksum_of', lambda path: 'what the disk made of it')
        assert call(patch, '--to', target) == 1
    assert 'the disk there cannot be trusted' in capsys.readouterr().err
    (warehouse.parent / 'roster.key').write_text(OTHER_KEY[:-1])
    assert call(monkeypatch, '--to', target) == 1
    assert 'roster.key is empty or damaged' in capsys.readouterr().err
    assert names(tmp_path) == ['warehouse']


def test_a_damaged_warehouse_is_not_backed_up(warehouse, tmp_path, monkeypatch, capsys):
    warehouse.write_bytes(warehouse.read_bytes()[:-300_000])
    assert call(monkeypatch, '--to', tmp_path / 'new') == 1
    assert 'is not worth a backup' in capsys.readouterr().err
    assert names(tmp_path) == ['warehouse']


def test_a_backup_that_was_killed_is_cleared_by_the_next_one(warehouse, tmp_path, monkeypatch):
    program = f"""
import os, signal, sys
sys.path.insert(0, {str(PROJECT / 'scripts')!r})
import backup
backup.checksum_of = lambda path: os.kill(os.getpid(), signal.SIGKILL)
sys.argv = ['backup.py', '--to', {str(tmp_path / 'new')!r}]
backup.main()
"""
    subprocess.run([sys.executable, '-c', program])
    [leftover, _] = names(tmp_path)
    assert leftover.startswith(SCRATCH)
    assert call(monkeypatch, '--to', tmp_path / 'newer') == 0
    assert names(tmp_path) == ['newer', 'warehouse']


def test_a_backup_during_a_run_says_so(warehouse, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(backup, 'in_hand', partial(warehouses.in_hand, wait=0))
    with warehouses.in_hand(warehouse):
        assert call(monkeypatch, '--to', tmp_path / 'new') == 1
    assert 'Another run of this warehouse is under way' in capsys.readouterr().err


def test_a_folder_that_is_there_is_not_written_to(warehouse, tmp_path, monkeypatch, capsys):
    for target, words in ((tmp_path, 'name a new folder'), (tmp_path / 'no' / 'new', 'there is no folder')):
        assert call(monkeypatch, '--to', target) == 1
        assert words in capsys.readouterr().err


def damage(data, chance):
    """Flips a bit, or cuts a block out, or off."""
    kind, place = chance.choice(['flip', 'cut', 'cut off']), chance.randrange(len(data))
    if kind == 'flip':
        return data[:place] + bytes([data[place] ^ 1 << chance.randrange(8)]) + data[place + 1 :]
    return data[:place] + (data[place + 4096 :] if kind == 'cut' else b'')


@pytest.mark.parametrize('has_checksums', [True, False])
def test_no_damaged_backup_is_put_in_place(has_checksums, saved, warehouse, monkeypatch, capsys):
    (warehouse.parent / 'roster.key').unlink()
    data, good = (saved / 'roster.duckdb').read_bytes(), content(saved / 'roster.duckdb')
    if not has_checksums:
        (saved / 'SHA256SUMS').unlink()
    chance, before, refused = random.Random(2027), warehouse.read_bytes(), 0
    for _ in range(30):
        (saved / 'roster.duckdb').write_bytes(damage(data, chance))
        if call(monkeypatch, '--restore', saved, '--yes') == 1:
            refused += 1
            assert 'is damaged' in capsys.readouterr().err
            assert warehouse.read_bytes() == before
        else:  # what was damaged is not read: free space
            assert not has_checksums and content(warehouse) == good
            warehouse.write_bytes(before)
            shutil.rmtree(next(warehouse.parent.glob('*.replaced-*')))
            (warehouse.parent / 'roster.key').unlink()
    assert refused == 30 or not has_checksums and refused >= 20
    assert set(names(warehouse.parent)) <= {'.roster.duckdb.lock', 'roster.duckdb'}


def of_another_kind(folder):
    with duckdb.connect(str(folder / 'roster.duckdb')) as connection:
        connection.execute('create table number as select 1 as value')


def without_runs(folder):
    with duckdb.connect(str(folder / 'roster.duckdb')) as connection:
        connection.execute("create schema runs; create table runs.run (run_at timestamp, status varchar)")


@pytest.mark.parametrize(
    ('write', 'words'),
    [
        (lambda folder: None, 'there is no backup in'),
        (lambda folder: (folder / 'roster.duckdb').touch(), 'is damaged, or no warehouse'),
        (lambda folder: (folder / 'roster.duckdb').write_text('Dear Sir or Madam,\n' * 1000), 'is damaged, or no warehouse'),
        (of_another_kind, 'it has no table runs.run'),
        (without_runs, 'it holds no run'),
        (lambda folder: [make_warehouse(folder / name, 1) for name in ('a.duckdb', 'b.duckdb')], 'holds a.duckdb, b.duckdb'),
    ],
    ids=['nothing', 'an empty file', 'text', 'another database', 'no runs', 'two'],
)
def test_what_is_no_backup_is_refused(write, words, warehouse, tmp_path, monkeypatch, capsys):
    folder, before = tmp_path / 'folder', warehouse.read_bytes()
    folder.mkdir()
    write(folder)
    assert call(monkeypatch, '--restore', folder, '--yes') == 1
    assert words in capsys.readouterr().err
    assert warehouse.read_bytes() == before


@pytest.mark.parametrize(
    ('key', 'words'),
    [(b'', 'empty or damaged'), (b'\xff' * 64, 'empty or damaged'), (OTHER_KEY.encode(), 'its checksum is not in'), (None, 'roster.key is missing')],
)
def test_a_backup_without_its_key_is_refused(key, words, saved, warehouse, monkeypatch, capsys):
    (saved / 'roster.key').unlink()
    if key is not None:
        (saved / 'roster.key').write_bytes(key)
    assert call(monkeypatch, '--restore', saved, '--yes') == 1
    assert words in capsys.readouterr().err
    assert (warehouse.parent / 'roster.key').read_text() == OTHER_KEY


def test_an_older_backup_that_knows_of_forgotten_people_needs_its_key(saved, warehouse, monkeypatch, capsys):
    (saved / 'SHA256SUMS').unlink()
    (saved / 'roster.key').unlink()
    with duckdb.connect(str(saved / 'roster.duckdb')) as connection:
        connection.execute("create schema privacy; create table privacy.removal as select 'person' as reason")
    assert call(monkeypatch, '--restore', saved, '--yes') == 1
    assert 'its key is missing' in capsys.readouterr().err


def test_what_a_restore_replaces_can_be_put_back(saved, warehouse, monkeypatch, capsys):
    before = content(warehouse)
    (saved / 'roster.duckdb').rename(saved / 'a copy.of it')
    assert call(monkeypatch, '--restore', saved, '--yes') == 0
    assert content(warehouse) == content(saved / 'a copy.of it') != before
    assert (warehouse.parent / 'roster.key').read_text() == KEY
    [kept] = warehouse.parent.glob('roster.duckdb.replaced-*')
    assert str(kept) in capsys.readouterr().out
    assert (kept.stat().st_mode & 0o777, warehouse.stat().st_mode & 0o777) == (0o700, 0o600)
    assert call(monkeypatch, '--restore', kept, '--yes') == 0
    assert 'has no file SHA256SUMS' in capsys.readouterr().out
    assert content(warehouse) == before
    assert (warehouse.parent / 'roster.key').read_text() == OTHER_KEY


def test_a_backup_is_put_where_nothing_was_under_any_name(saved, tmp_path, monkeypatch):
    warehouse = tmp_path / 'elsewhere' / 'district "7".db'
    monkeypatch.setenv('ONEROSTER_WAREHOUSE', str(warehouse))
    assert call(monkeypatch, '--restore', saved) == 0
    assert names(warehouse.parent) == [f'.{warehouse.name}.lock', warehouse.name, 'district "7".key']
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        assert connection.execute('select count(*) from analysis.names').fetchone() == (20_000,)
        assert connection.execute('select count(*) from analysis.names_of(7)').fetchone() == (1,)


def test_a_damaged_warehouse_with_its_log_can_be_replaced(saved, warehouse, monkeypatch):
    warehouse.write_text('no warehouse any more')
    warehouses.log_of(warehouse).write_bytes(b'nor its log')
    assert call(monkeypatch, '--restore', saved, '--yes') == 0
    assert content(warehouse) == content(saved / 'roster.duckdb')
    [kept] = warehouse.parent.glob('roster.duckdb.replaced-*')
    assert names(kept) == ['roster.duckdb', 'roster.duckdb.wal', 'roster.key']
    assert not warehouses.log_of(warehouse).exists()


def test_a_restore_asks(saved, warehouse, monkeypatch, capsys):
    before = warehouse.read_bytes()
    monkeypatch.setattr(sys, 'stdin', open(os.devnull))
    assert call(monkeypatch, '--restore', saved) == 1
    assert 'YES=1' in capsys.readouterr().err
    assert warehouse.read_bytes() == before
    for answer, code in ((b'\n', 1), (b'yes\n', 0)):
        terminal, stdin = pty.openpty()
        os.write(terminal, answer)
        monkeypatch.setattr(sys, 'stdin', os.fdopen(stdin))
        assert call(monkeypatch, '--restore', saved) == code
        os.close(terminal)
    assert '2026-10-01 07:00' in capsys.readouterr().out
    assert content(warehouse) == content(saved / 'roster.duckdb')


@pytest.mark.parametrize('step', ['Path.rename', 'Path.unlink', 'os.replace', 'os.link', 'shutil.rmtree'])
def test_a_restore_that_is_killed_never_parts_a_warehouse_from_its_key(step, saved, warehouse, monkeypatch):
    """Killed at a step after all is read, it leaves one of the two pairs, or a warehouse without a key; the next call ends it."""
    program = f"""
import os, shutil, signal, sys
sys.path.insert(0, {str(PROJECT / 'scripts')!r})
from pathlib import Path
import backup
finish = backup.finish_restore
def die(*arguments, **options):
    os.kill(os.getpid(), signal.SIGKILL)
def finish_and_die(warehouse):
    {step} = die
    finish(warehouse)
backup.finish_restore = finish_and_die
sys.argv = ['backup.py', '--restore', {str(saved)!r}, '--yes']
backup.main()
"""
    key = warehouse.parent / 'roster.key'
    old, new = (content(warehouse), OTHER_KEY), (content(saved / 'roster.duckdb'), KEY)
    assert subprocess.run([sys.executable, '-c', program]).returncode == -9
    state = (content(warehouse), key.read_text() if key.exists() else None)
    assert state in (old, new, (old[0], None), (new[0], None))
    with pytest.raises(privacy.DamagedKey, match='is being put back'):
        privacy.key_of(warehouse)
    warehouses.clear_leftovers(warehouse)
    assert (content(warehouse), key.read_text()) == new
    [kept] = warehouse.parent.glob('roster.duckdb.replaced-*')
    assert (content(kept / 'roster.duckdb'), (kept / 'roster.key').read_text()) == old
    assert names(warehouse.parent) == ['.roster.duckdb.lock', 'roster.duckdb', kept.name, 'roster.key']


@pytest.mark.parametrize('text', ['', '\n', KEY[:-1], KEY + 'a', 'z' * 64])
def test_a_damaged_key_is_refused(text, warehouse):
    (warehouse.parent / 'roster.key').write_text(text)
    with pytest.raises(privacy.DamagedKey, match='roster.key is empty or damaged'):
        privacy.key_of(warehouse)


def test_a_key_is_made_once_and_for_its_user_alone(tmp_path):
    key = privacy.key_of(tmp_path / 'roster.duckdb')
    assert len(key) == 64
    assert (tmp_path / 'roster.key').stat().st_mode & 0o777 == 0o600
    privacy.write_key(tmp_path / 'roster.key', OTHER_KEY)  # as two programs at once would
    assert privacy.key_of(tmp_path / 'roster.duckdb') == key
    assert names(tmp_path) == ['roster.key']
