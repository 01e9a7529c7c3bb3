"""Files as bytes: what editors, exporters and broken transfers make of them."""

import pytest

from roster import NEWEST_RUN, clean_drop

FLOW, OTHER_FLOW, DROP, RUN_AT = 'contoso-2027', 'fabrikam-2027', '20260901T060000Z', '2026-09-01T07:00:00Z'
NEXT_DROP, NEXT_RUN_AT = '20260902T060000Z', '2026-09-02T07:00:00Z'
ORGS = 'sourcedId,name,type,parentSourcedId\ndistrict,District,district,\nschool,School,school,district\n'


def statuses(roster):
    """The status of each flow in the newest run."""
    return dict(roster.query(f'select inbound_flow_id, status from runs.run_activity where run_id = {NEWEST_RUN}'))


def findings(roster, columns):
    return roster.query(f'select {columns} from runs.validation_result where run_id = {NEWEST_RUN}')


@pytest.mark.parametrize(
    ('orgs', 'notices'),
    [
        pytest.param(ORGS.encode('utf-8-sig'), 1, id='byte order mark'),
        pytest.param(ORGS.replace('\n', '\r\n').encode(), 0, id='CRLF'),
        pytest.param(ORGS.removesuffix('\n').encode(), 0, id='no final line break'),
        pytest.param(ORGS.replace('School', '"School"').encode(), 0, id='quoted cells'),
    ],
)
def test_is_understood(roster, orgs, notices):
    roster.land(FLOW, DROP, clean_drop(FLOW) | {'orgs.csv': orgs})
    assert roster.build(RUN_AT).succeeded
    assert roster.query('select sourced_id, name, type, parent_sourced_id from history.orgs order by all') == [
        ('district', 'District', 'district', None),
        ('school', 'School', 'school', 'district'),
    ]
    assert findings(roster, 'file_name, severity, effect') == [('orgs.csv', 'warning', 'none')] * notices


@pytest.mark.parametrize(
    'orgs',
    [
        pytest.param(ORGS.replace('School,', '"School,').encode(), id='a quote that never closes'),
        pytest.param(ORGS.encode('utf-16'), id='UTF-16'),
        pytest.param(ORGS.encode().replace(b'School', b'Sch\0ol'), id='a NUL byte'),
        pytest.param(b'PK\x03\x04\x14\x00\x08\x08' + bytes(range(256)), id='an archive'),
        pytest.param(b'', id='no bytes at all'),
    ],
)
def test_is_refused_and_the_other_flow_goes_on(roster, orgs):
    roster.land(FLOW, DROP, clean_drop(FLOW) | {'orgs.csv': orgs})
    roster.land(OTHER_FLOW, DROP, clean_drop(OTHER_FLOW))
    assert roster.build(RUN_AT).succeeded
    assert (statuses(roster)[FLOW], statuses(roster)[OTHER_FLOW]) == ('failed', 'completed')
    assert set(findings(roster, 'inbound_flow_id, file_name, severity, effect')) == {
        (FLOW, 'orgs.csv', 'catastrophic', 'refused')
    }
    assert roster.values('select distinct inbound_flow_id from history.orgs') == [OTHER_FLOW]


@pytest.mark.parametrize(
    'orgs',
    [
        pytest.param(ORGS.replace('\n', '\r\n', 1).encode(), id='mixed line ends'),
        pytest.param(ORGS.replace('School', 'Sch\rool').encode(), id='a lone carriage return'),
    ],
)
def test_line_ends_that_do_not_fit_cost_no_other_flow_its_run(roster, orgs):
    roster.land(FLOW, DROP, clean_drop(FLOW) | {'orgs.csv': orgs})
    roster.land(OTHER_FLOW, DROP, clean_drop(OTHER_FLOW))
    assert roster.build(RUN_AT).succeeded
    assert statuses(roster)[OTHER_FLOW] == 'completed'
    # whatever becomes of the file, it is told: refused, or with a finding for each line that was not staged
    received = 0 if statuses(roster)[FLOW] == 'failed' else 2
    told = roster.value(f"select count(*) from runs.validation_result where inbound_flow_id = '{FLOW}'")
    kept = roster.value(f"select count(*) from history.orgs where inbound_flow_id = '{FLOW}'")
    assert kept == received or told > 0


def test_a_line_of_other_bytes_than_utf_8_is_unreadable_and_the_rest_counts(roster):
    users = clean_drop(FLOW)['users.csv']
    broken = users.encode().replace(b'Given 2', 'Gïven 2'.encode('latin-1')).replace(b'Given T', b'Given New')
    roster.land(FLOW, DROP, clean_drop(FLOW))
    roster.land(FLOW, NEXT_DROP, clean_drop(FLOW) | {'users.csv': broken})
    assert roster.build(RUN_AT).succeeded
    assert roster.build(NEXT_RUN_AT).succeeded
    assert ('users.csv', 4, 'readable_line', 'record_left_out') in findings(
        roster, 'file_name, line_number, rule, effect'
    )
    assert roster.values(
        'select given_name from history.users where is_active_in_session and dbt_valid_to is null'
    ) == ['Given 1', 'Given 2', 'Given New']
