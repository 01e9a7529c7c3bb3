"""Folders for unfinished work: gone in the end, and when their process was killed, gone with the next one."""

import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from roster import PROJECT

sys.path.insert(0, str(PROJECT / 'scripts'))
from scratch import LOCK, scratch_folder  # noqa: E402

HOLDER = f"""
import sys
sys.path.insert(0, {str(PROJECT / 'scripts')!r})
from pathlib import Path
from scratch import scratch_folder
with scratch_folder(Path(sys.argv[1]), '.trial-') as folder:
    (folder / 'users.csv').write_text('Given 1')
    print(folder.name, flush=True)
    sys.stdin.read()
"""


def names(parent):
    return sorted(path.name for path in parent.iterdir())


def test_a_folder_is_private_and_gone_in_the_end(tmp_path):
    with scratch_folder(tmp_path, '.trial-') as folder:
        assert folder.stat().st_mode & 0o777 == 0o700
        assert names(folder) == [LOCK]
    with pytest.raises(ValueError), scratch_folder(tmp_path, '.trial-'):
        raise ValueError
    assert names(tmp_path) == []


def test_the_next_one_clears_what_a_killed_process_left_and_nothing_else(tmp_path):
    elsewhere = tmp_path / 'elsewhere'
    elsewhere.mkdir()
    (elsewhere / 'users.csv').touch()
    parent = tmp_path / 'parent'
    parent.mkdir()
    (parent / '.trial-of-an-older-version').mkdir()  # it holds no lock
    (parent / '.trial-link').symlink_to(elsewhere)
    (parent / 'contoso-2027').mkdir()
    holders = [
        subprocess.Popen(
            [sys.executable, '-c', HOLDER, str(parent)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    killed, living = [holder.stdout.readline().strip() for holder in holders]
    holders[0].send_signal(signal.SIGKILL)
    holders[0].wait()
    assert (parent / killed / 'users.csv').exists()
    with scratch_folder(parent, '.trial-') as folder:
        assert names(parent) == sorted(['.trial-link', living, folder.name, 'contoso-2027'])
    assert names(elsewhere) == ['users.csv']
    holders[1].communicate('')
    assert names(parent) == ['.trial-link', 'contoso-2027']


def test_folders_that_are_made_at_once_do_not_clear_each_other(tmp_path):
    def work(_):
        with scratch_folder(tmp_path, '.trial-') as folder:
            (folder / 'users.csv').touch()
            return names(folder)

    with ThreadPoolExecutor(4) as threads:
        assert all(found == [LOCK, 'users.csv'] for found in threads.map(work, range(400)))
    assert names(tmp_path) == []
