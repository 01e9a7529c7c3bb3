"""Files so large that DuckDB reads them in several pieces at once, and plans for their size.

One is whole; another has a line that is no record, so that all are taken apart line by line. Both must
be told of line by line.
"""

import pytest

from roster import NEWEST_RUN, Roster, clean_drop

FLOW, DROP, RUN_AT = 'contoso-2027', '20260901T060000Z', '2026-09-01T07:00:00Z'
PEOPLE = 110_000
FIRST, MIDDLE, LAST = 2, PEOPLE // 2, PEOPLE + 1  # line numbers; the header is line 1
COPY, UNREADABLE = 20_002, PEOPLE - 7
GIVEN_NAME, FAMILY_NAME = f'Anna, "{"A" * 400}"', "#O'Neil"


def large_users(is_whole):
    """A users.csv of some 50 MB, with commas, quotes and hashes in names, and a fault in each part of the file."""
    header = 'sourcedId,enabledUser,orgSourcedIds,role,username,givenName,familyName,email,grades'
    given_name = GIVEN_NAME.replace('"', '""')
    lines = [
        f'u{number},true,org-1,student,n{number},"{given_name}",{FAMILY_NAME},n{number}@contoso.example,{number % 9 + 1:02}'
        for number in range(2, PEOPLE + 2)
    ]
    for line_number in (FIRST, MIDDLE, LAST):
        lines[line_number - 2] = lines[line_number - 2].replace(',student,', ',pupyl,')
    lines[COPY - 2] = lines[COPY - 3]
    if not is_whole:
        lines[UNREADABLE - 2] = f'u{UNREADABLE},true'
    return '\n'.join([header, *lines]) + '\n'


@pytest.fixture(scope='module', params=[True, False], ids=['whole', 'with a line that is no record'])
def roster(request, tmp_path_factory):
    roster = Roster(tmp_path_factory.mktemp('large'))
    roster.is_whole = request.param
    header = clean_drop(FLOW)['orgs.csv'].splitlines()[0]
    district = {'sourcedId': 'org-1', 'name': 'District', 'type': 'district'}
    cells = ','.join(district.get(column, '') for column in header.split(','))
    roster.land(FLOW, DROP, {'orgs.csv': f'{header}\n{cells}\n', 'users.csv': large_users(roster.is_whole)})
    build = roster.build(RUN_AT, flows=[FLOW])
    assert build.succeeded, build.output
    return roster


def test_every_line_is_accounted_for(roster):
    unreadable = 0 if roster.is_whole else 1
    assert roster.query("""
        select
            received_records, staged_records, rejected_records, unreadable_lines, collapsed_copies, withdrawn_records
        from landing.file_inventory
        where file_name = 'users.csv'
    """) == [(PEOPLE, PEOPLE - 4 - unreadable, 3, unreadable, 1, 0)]


def test_findings_name_their_lines(roster):
    found = roster.query(f"""
        select rule, line_number, sourced_id from runs.validation_result
        where run_id = {NEWEST_RUN} and file_name = 'users.csv' and line_number > 1
        order by line_number
    """)
    assert found == [
        ('in_reference_definitions', FIRST, f'u{FIRST}'),
        ('not_repeated', COPY, f'u{COPY - 1}'),
        ('in_reference_definitions', MIDDLE, f'u{MIDDLE}'),
        *([] if roster.is_whole else [('readable_line', UNREADABLE, f'u{UNREADABLE}')]),
        ('in_reference_definitions', LAST, f'u{LAST}'),
    ]


def test_values_are_what_was_written(roster):
    people = PEOPLE - 4 - (not roster.is_whole)
    assert roster.query("""
        select count(*), count(distinct sourced_id), list(distinct given_name), list(distinct family_name)
        from history.users
    """) == [(people, people, [GIVEN_NAME], [FAMILY_NAME])]
