"""A file that cannot be opened refuses its own flow, with one sentence, and no other."""

import json
import os
from types import SimpleNamespace

import duckdb

from roster import NEWEST_RUN, clean_drop, python_model

FLOW, DROP, RUN_AT = 'contoso-2027', '20260901T060000Z', '2026-09-01T07:00:00Z'
CLOSED = {
    'pipe': ('users.csv', os.mkfifo),
    'dangling': ('orgs.csv', lambda path: path.symlink_to('nowhere')),
    'looping': ('demographics.csv', lambda path: path.symlink_to(path.name)),
    'folder': ('enrollments.csv', lambda path: path.mkdir()),
    'directory': ('users.csv', os.mkfifo),
}


def test_what_cannot_be_opened_refuses_its_own_flow(roster):
    roster.landing = roster.folder / 'line=hive' / 'c1=hive'  # no value comes from the name of a folder
    roster.land(FLOW, DROP, clean_drop(FLOW))
    for flow, (name, make) in CLOSED.items():
        if flow != 'directory':
            roster.add_flow(flow, FLOW)
            roster.land(flow, DROP, clean_drop(FLOW))
            (roster.landing / flow / DROP / name).unlink()
        else:
            (roster.landing / flow / DROP).mkdir(parents=True)
        make(roster.landing / flow / DROP / name)
    roster.add_flow('manifest', FLOW)
    (roster.landing / 'manifest' / DROP).mkdir(parents=True)
    os.mkfifo(roster.landing / 'manifest' / DROP / 'manifest.csv')
    build = roster.build(RUN_AT)
    assert build.succeeded, build.output

    activities = dict(roster.query('select inbound_flow_id, status from runs.run_activity'))
    activities |= dict(roster.query('select inbound_flow_id, status from runs.directory_activity'))
    assert activities[FLOW] == 'completed'
    assert [activities[flow] for flow in [*CLOSED, 'manifest']] == ['failed'] * 6
    findings = roster.query(
        f"""
        select inbound_flow_id, file_name, rule from runs.validation_result
        where run_id = {NEWEST_RUN} and severity = 'catastrophic' order by all
        """
    )
    assert findings == sorted(
        [(flow, name, 'file_opens') for flow, (name, _) in CLOSED.items()] + [('manifest', 'manifest.csv', 'file_opens')]
    )
    assert roster.values('select sourced_id from history.orgs') == ['district', 'school']


def test_what_another_account_locked_is_told_with_its_reason(tmp_path, monkeypatch):
    """In a process without root's rights, for which nothing is locked."""
    drop = tmp_path / 'landing' / FLOW / DROP
    locked_drop = drop.with_name('20260902T060000Z')
    for folder in (drop, locked_drop):
        folder.mkdir(parents=True)
    (drop / 'orgs.csv').touch()
    (drop / 'users.csv').touch(0o000)
    landed_file = python_model('landing/landed_file.py')
    connection = duckdb.connect()
    monkeypatch.setenv('ONEROSTER_LANDING', str(tmp_path / 'landing'))
    catalogue = connection.sql("select 'users.csv' as file_name")
    dbt = SimpleNamespace(config=lambda **_: None, ref=lambda _: catalogue)
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            for folder in [*tmp_path.parents][:-2] if os.geteuid() == 0 else []:
                os.chmod(folder, os.stat(folder).st_mode | 0o055)
            # whatever may be taken from others by the umask of a test before
            for folder in (tmp_path, drop.parent.parent, drop.parent, drop):
                os.chmod(folder, 0o755)
            os.chmod(drop / 'orgs.csv', 0o644)
            os.chmod(locked_drop, 0o000)
            if os.geteuid() == 0:
                os.setuid(65534)
            found = landed_file.model(dbt, connection).filter('closed_because is not null')
            os.write(writing, json.dumps(found.select('drop_id, file_name, closed_because').fetchall()).encode())
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as answer:
        told = json.loads(answer.read())
    os.waitpid(child, 0)
    os.chmod(locked_drop, 0o755)
    assert told == [[DROP, 'users.csv', 'Permission denied'], ['20260902T060000Z', None, 'Permission denied']]
