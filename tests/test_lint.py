"""The SQL reads as it should."""

import os
import subprocess
import sys

from roster import PROJECT


def test_sqlfluff_finds_nothing(tmp_path):
    lint = subprocess.run(
        [sys.executable, '-m', 'sqlfluff', 'lint', '--processes', '1', '--disable-progress-bar', '.'],
        cwd=PROJECT,
        env=os.environ | {'DBT_TARGET_PATH': str(tmp_path / 'target'), 'DBT_LOG_PATH': str(tmp_path / 'logs')},
        capture_output=True,
        text=True,
    )
    assert lint.returncode == 0, lint.stdout + lint.stderr
