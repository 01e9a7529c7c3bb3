"""Whoever has to act on a run is told, without a value from the data."""

import json
import socket
import sys
from datetime import datetime

import pytest

from roster import PROJECT

sys.path.insert(0, str(PROJECT / 'scripts'))
import alert  # noqa: E402


def summary(**differing):
    """A run in which nobody need do anything."""
    flow = {'inbound_flow_id': 'contoso', 'drop_id': '1', 'status': 'completed', 'reason': None, 'stale': None, 'is_held': False}
    return {
        'status': 'completedWithErrors', 'run_id': 'r', 'run_at': datetime(2026, 9, 1), 'is_complete': True, 'problems': ['Smith'],
        'flows': [flow | differing.pop('flow', {})], 'totals': {'errors': 12},
        'causes': [{
            'title': 'A value is missing', 'inbound_flow_id': 'contoso', 'file_name': 'users.csv', 'column_name': 'email',
            'findings': 12, 'brings_back': 'Fixing it brings back 12 records.', 'message': '"Smith": is no address.',
        }],
        'notices': ['Smith'], 'outbound': [{'outbound_flow_id': 'library', 'status': 'sent'}],
    } | differing


NEEDED = {
    'a run that failed': ({'is_complete': False, 'status': 'failed'}, 'The run is not in force: failed.'),
    'a run that could not begin': ({'is_complete': False, 'status': 'refused'}, 'The run is not in force: refused.'),
    'a held drop': ({'flow': {'status': 'failed', 'is_held': True}}, 'A drop of contoso is held.'),
    'a refused drop': ({'flow': {'status': 'failed', 'reason': 'Smith'}}, 'A drop of contoso is refused.'),
    'a stale flow': ({'flow': {'stale': 'Smith'}}, 'contoso is stale: nothing has come in for too long.'),
    'a held delivery': ({'outbound': [{'outbound_flow_id': 'library', 'status': 'held'}]}, 'A delivery of library is held.'),
}


@pytest.fixture(autouse=True)
def settings(monkeypatch):
    for name in ('COMMAND', 'MAIL', 'ERRORS'):
        monkeypatch.delenv(f'ONEROSTER_ALERT_{name}', raising=False)


@pytest.fixture
def command(monkeypatch, tmp_path):
    """A command that writes down what it is given, and its arguments."""
    program = tmp_path / 'tell.py'
    program.write_text('import pathlib, sys\npathlib.Path(sys.argv[1]).write_text(sys.stdin.read())\n')
    target = tmp_path / 'told $(touch pwned).json'
    monkeypatch.setenv('ONEROSTER_ALERT_COMMAND', f"{sys.executable} {program} '{target}'")
    return target


@pytest.mark.parametrize('what', NEEDED)
def test_a_command_is_told_of(command, what):
    differing, reason = NEEDED[what]
    assert alert.alert(summary(**differing)) == []
    told = json.loads(command.read_text())
    assert told['reasons'] == [reason]
    assert 'Smith' not in command.read_text()
    assert not list(command.parent.rglob('pwned'))


def test_nobody_is_told_of_a_run_that_needs_nobody(command):
    assert alert.alert(summary()) == []
    assert not command.exists()


@pytest.mark.parametrize('most, is_told', [('11', True), ('12', False), (None, False)])
def test_more_errors_than_the_threshold_are_told(command, monkeypatch, most, is_told):
    if most:
        monkeypatch.setenv('ONEROSTER_ALERT_ERRORS', most)
    alert.alert(summary())
    assert command.exists() == is_told
    if is_told:
        assert json.loads(command.read_text())['reasons'] == ['There are 12 errors, more than 11.']


def test_a_threshold_that_is_no_number_is_said_and_hides_nothing_else(command, monkeypatch):
    monkeypatch.setenv('ONEROSTER_ALERT_ERRORS', 'many')
    assert alert.alert(summary()) == ['ONEROSTER_ALERT_ERRORS is not heeded: it is no number of errors.']
    assert not command.exists()
    assert alert.alert(summary(is_complete=False)) == ['ONEROSTER_ALERT_ERRORS is not heeded: it is no number of errors.']
    assert command.exists()


def test_an_alert_that_cannot_be_given_is_said(monkeypatch):
    monkeypatch.setenv('ONEROSTER_ALERT_COMMAND', f'{sys.executable} -c "raise SystemExit(3)"')
    monkeypatch.setenv('ONEROSTER_ALERT_MAIL', 'clerk@contoso.example')
    monkeypatch.setenv('ONEROSTER_SMTP_HOST', '127.0.0.1')
    monkeypatch.setenv('ONEROSTER_SMTP_PORT', '9')
    assert alert.alert(summary(is_complete=False)) == [
        'The alert of ONEROSTER_ALERT_COMMAND could not be given: CalledProcessError.',
        'The alert of ONEROSTER_ALERT_MAIL could not be given: ConnectionRefusedError.',
    ]
    monkeypatch.setenv('ONEROSTER_ALERT_COMMAND', '/nowhere/at/all')
    assert 'FileNotFoundError' in alert.alert(summary(is_complete=False))[0]


@pytest.mark.filterwarnings('ignore:Requiring AUTH')
@pytest.mark.parametrize('user', [None, 'roster'])
def test_a_mail_server_takes_the_mail(monkeypatch, user):
    controller = pytest.importorskip('aiosmtpd.controller')
    from aiosmtpd.smtp import AuthResult

    mails, logins = [], []

    class Keeper:
        async def handle_DATA(self, server, session, envelope):
            mails.append(envelope)
            return '250 OK'

    def authenticate(server, session, envelope, mechanism, data):
        logins.append((data.login, data.password))
        return AuthResult(success=data.password == b'hunter2')

    with socket.socket() as free:
        free.bind(('127.0.0.1', 0))
        port = free.getsockname()[1]
    server = controller.Controller(
        Keeper(), hostname='127.0.0.1', port=port, authenticator=authenticate, auth_required=bool(user), auth_require_tls=False
    )
    server.start()
    try:
        monkeypatch.setenv('ONEROSTER_ALERT_MAIL', 'clerk@contoso.example, head@contoso.example')
        monkeypatch.setenv('ONEROSTER_SMTP_HOST', '127.0.0.1')
        monkeypatch.setenv('ONEROSTER_SMTP_PORT', str(port))
        monkeypatch.setenv('ONEROSTER_SMTP_SECURITY', 'none')
        if user:
            monkeypatch.setenv('ONEROSTER_SMTP_USER', user)
            monkeypatch.setenv('ONEROSTER_SMTP_PASSWORD', 'hunter2')
        assert alert.alert(summary(flow={'status': 'failed', 'is_held': True})) == []
    finally:
        server.stop()
    [mail] = mails
    assert mail.rcpt_tos == ['clerk@contoso.example', 'head@contoso.example'] and mail.mail_from == 'clerk@contoso.example'
    text = mail.content.decode()
    assert 'Subject: Roster: A drop of contoso is held.' in text
    assert '1. A value is missing (contoso, users.csv, email, 12 times)' in text
    assert 'Smith' not in text
    assert logins == ([(b'roster', b'hunter2')] if user else [])
