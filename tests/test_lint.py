"""The SQL and the Python read as they should."""

import os
import subprocess
import sys

from roster import PROJECT

FOLDERS = [folder for folder in ('models', 'snapshots', 'tests', 'analyses') if (PROJECT / folder).is_dir()]


def test_sqlfluff_finds_nothing(tmp_path):
    lint = subprocess.run(
        [sys.executable, '-m', 'sqlfluff', 'lint', '--processes', '1', '--disable-progress-bar', *FOLDERS],
        cwd=PROJECT,
        env=os.environ | {'DBT_TARGET_PATH': str(tmp_path / 'target'), 'DBT_LOG_PATH': str(tmp_path / 'logs')},
        capture_output=True,
        text=True,
    )
    told = [line for line in (lint.stdout + lint.stderr).splitlines() if not line.startswith('WARNING')]
    assert lint.returncode == 0, '\n'.join(told)


def test_ruff_finds_nothing():
    lint = subprocess.run([sys.executable, '-m', 'ruff', 'check', '--quiet', '.'], cwd=PROJECT, capture_output=True, text=True)
    assert lint.returncode == 0, lint.stdout + lint.stderr
