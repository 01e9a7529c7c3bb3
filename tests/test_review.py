"""A held drop is looked at before anybody lets it through: who, what, and what it may come from."""

import sys

import pytest

from roster import NEWEST_RUN, PROJECT, clean_drop, records, to_csv, with_lines

sys.path.insert(0, str(PROJECT / 'scripts'))
import report  # noqa: E402
import review  # noqa: E402

FLOW = 'contoso-2027'
FIRST, SECOND = '20260901T060000Z', '20260902T060000Z'
ON_FIRST, ON_SECOND = '2026-09-01T07:00:00Z', '2026-09-02T07:00:00Z'
PUPILS = 30


def drop(email='{}@contoso.example'):
    """The clean drop with a second school, North, of 30 pupils, a third of them in grade 8, each in a class of its own."""
    files = clean_drop(FLOW)
    pupils = [f'north-{number:02}' for number in range(PUPILS)]
    return files | {
        'orgs.csv': with_lines(
            files['orgs.csv'], {'sourcedId': 'north', 'name': 'North School', 'type': 'school', 'parentSourcedId': 'district'}
        ),
        'users.csv': with_lines(files['users.csv'], *(
            {
                'sourcedId': pupil, 'enabledUser': 'true', 'orgSourcedIds': 'north', 'role': 'student', 'username': pupil,
                'givenName': 'Given', 'familyName': f'Of {pupil}', 'grades': '08' if number % 3 == 0 else '07',
                'email': email.format(pupil),
            }
            for number, pupil in enumerate(pupils)
        )),
        'classes.csv': with_lines(files['classes.csv'], *(
            {
                'sourcedId': f'class-{pupil}', 'title': f'Lessons of {pupil}', 'courseSourcedId': 'algebra',
                'classType': 'scheduled', 'schoolSourcedId': 'school', 'termSourcedIds': 'fall',
            }
            for pupil in pupils
        )),
    }


def without(text, is_gone):
    lines = records(text)
    return to_csv(list(lines[0]), [line for line in lines if not is_gone(line)])


@pytest.fixture
def held(roster, tmp_path, monkeypatch, capsys):
    """Lands a good drop and another one, which is held; gives a way to call `make review` and `make discard`."""
    left_behind = ('ONEROSTER_PARQUET', 'ONEROSTER_RUN_AT', 'DBT_TARGET_PATH', 'DBT_LOG_PATH', 'ONEROSTER_KEY', 'ONEROSTER_PROJECT')
    for name in left_behind:
        monkeypatch.setenv(name, '')  # so that it is as before in the end

    def call(*arguments):
        monkeypatch.setattr(sys, 'argv', ['review', f'--output={tmp_path / "review.html"}', *arguments])
        monkeypatch.setenv('ONEROSTER_WAREHOUSE', str(roster.warehouse))
        monkeypatch.setenv('ONEROSTER_LANDING', str(roster.landing))
        code = review.main()
        for name in left_behind:
            monkeypatch.delenv(name, raising=False)
        told = capsys.readouterr()
        return code, told.out + told.err

    def land(files):
        roster.land(FLOW, FIRST, drop())
        assert roster.build(ON_FIRST).succeeded
        assert call() == (0, 'No drop is held.\n')
        roster.land(FLOW, SECOND, files)
        assert roster.build(ON_SECOND).succeeded
        assert roster.values(f"select status from runs.run_activity where inbound_flow_id = '{FLOW}' and run_id = {NEWEST_RUN}") == ['failed']
        return call

    return land


def test_a_review_says_who_would_leave_and_why_that_may_be_and_changes_nothing(roster, held, tmp_path):
    files = drop()
    files['users.csv'] = without(files['users.csv'], lambda line: line['orgSourcedIds'] == 'north')
    files['orgs.csv'] = without(files['orgs.csv'], lambda line: line['sourcedId'] == 'north')
    files['classes.csv'] = files['classes.csv'].replace('class-north-', 'new-')
    call = held(files)
    before = roster.warehouse.read_bytes()
    code, told = call()
    assert code == 0, told
    assert f'{FLOW}/{SECOND} is held.\n  classes.csv: 30 of the 31 records that history holds active would turn absent' in told
    assert f'A school is missing: all {PUPILS} people of North School would leave, and it is not in orgs.csv any more.' in told
    assert f'Ids have changed: {PUPILS} of the {PUPILS} classes that would leave would appear again' in told
    assert 'such as class-north-00, now new-00' in told
    lines = [line.split() for line in told.splitlines()]
    assert ['North', 'School', '07', '20', '20', '0', '0'] in lines and ['North', 'School', '08', '10', '10', '0', '0'] in lines
    assert 'People that would leave, such as: Given Of north-00 (north-00)' in told
    assert f'make build APPROVE={FLOW}/{SECOND}' in told and f'make discard DROP={FLOW}/{SECOND}' in told
    assert roster.warehouse.read_bytes() == before
    assert not [path for path in tmp_path.rglob('.roster-unfinished-*')]
    facts = report.facts_of(report.Warehouse(roster.warehouse), rows=1, is_redacted=True)
    assert f'make review FLOW={FLOW}' in report.page(facts, has_warehouse=True, is_redacted=True)
    page = (tmp_path / 'review.html')
    assert page.stat().st_mode & 0o777 == 0o600
    assert 'A school is missing' in page.read_text() and 'North School' in page.read_text()

    code, told = call(f'--discard={FLOW}/{FIRST}')
    assert code == 1 and f'Held is {FLOW}/{SECOND}.' in told
    code, told = call(f'--discard={FLOW}/{SECOND}')
    assert code == 0 and (roster.landing / FLOW / f'.{SECOND}-discarded' / 'users.csv').exists()
    code, told = call()
    assert code == 1 and 'any more' in told
    # the drop before it is the newest again
    assert roster.build('2026-09-03T07:00:00Z').succeeded
    assert roster.values(f"select status from runs.run_activity where inbound_flow_id = '{FLOW}' and run_id = {NEWEST_RUN}") == ['completed']


def test_a_file_that_was_cut_off_and_a_column_that_changed_throughout_are_told(held):
    files = drop(email='{}@elsewhere.example')
    files['classes.csv'] = without(files['classes.csv'], lambda line: line['sourcedId'] > 'class-north-20')
    code, told = held(files)()
    assert code == 0, told
    assert 'The file was cut off: 9 of the ' in told and 'have ids after class-north-20, the last that came in.' in told
    assert f'One column changed throughout: {PUPILS} of the {PUPILS} people that would change differ in email.' in told
