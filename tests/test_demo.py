"""`make demo` replays the sample, one run after the other in one process."""

import os
import re
import shutil
import sys
from datetime import datetime

from roster import PROJECT, copy_of_the_project

sys.path.insert(0, str(PROJECT / 'scripts'))
import demo  # noqa: E402


def test_the_demo_shows_how_a_history_grows(tmp_path, monkeypatch, capsys):
    """Its first two drops."""
    project = copy_of_the_project(tmp_path / 'project')
    shutil.copy(PROJECT / 'selectors.yml', project)
    (project / 'warehouse').mkdir()
    flow = sorted((PROJECT / 'sample' / 'landing' / 'contoso-2026').iterdir())[:2]
    for drop in flow:
        shutil.copytree(drop, tmp_path / 'landing' / 'contoso-2026' / drop.name)
    monkeypatch.setattr(demo, 'PROJECT', project)
    monkeypatch.setattr(demo, 'SAMPLE', tmp_path / 'landing')
    monkeypatch.chdir(project)
    for name in ('LANDING', 'PARQUET', 'PROJECT', 'RUN_AT', 'WAREHOUSE'):
        monkeypatch.setenv(f'ONEROSTER_{name}', '')  # so that it is as before in the end
    monkeypatch.setenv('DBT_WRITE_JSON', 'false')
    umask = os.umask(0o077)
    try:
        assert demo.main() == 0
    finally:
        os.umask(umask)
    said = capsys.readouterr().out
    assert re.findall(r'^(\d\d \w+ \d{4}): contoso-2026 exports$', said, re.MULTILINE) == [
        f'{datetime.strptime(drop.name, "%Y%m%dT%H%M%SZ"):%d %B %Y}' for drop in flow
    ]
    assert said.count('(stu-3003) is seen for the first time, in grade 08.') == 1
    assert 'Joins ' in said and 'Nothing new about our pupil.' in said
    assert 'steps done' not in said
    assert "The demo's warehouse is warehouse/demo.duckdb." in said
