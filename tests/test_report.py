"""The run-health page and the error log, as a person meets them: in a browser and in a spreadsheet."""

import csv
import html
import os
import re
import shutil
import subprocess
import sys

import duckdb
import pytest

from browser import CHROMIUM, Page
from roster import PROJECT
from sample_runs import sample_warehouse  # noqa: F401

sys.path.insert(0, str(PROJECT / 'scripts'))
import report  # noqa: E402

SEVERITIES = ['error', 'warning', 'notice']
NEWEST = '(select run_id from runs.run order by started_at desc limit 1)'
HOSTILE = '</script><script>window.hit = 1</script><img src="https://contoso.example/x" onerror="window.hit = 1">'

in_a_browser = pytest.mark.skipif(CHROMIUM is None, reason='no Chromium on this machine: apt-get install chromium')


def run(script, warehouse, *options):
    return subprocess.run(
        [sys.executable, str(PROJECT / 'scripts' / script), *map(str, options)],
        env=os.environ | {'ONEROSTER_WAREHOUSE': str(warehouse)},
        capture_output=True,
        text=True,
    )


def reported(warehouse, folder, *options):
    """The page as a file."""
    page = folder / 'page.html'
    outcome = run('report.py', warehouse, '--output', page, *options)
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    return page


@pytest.fixture
def changed(sample_warehouse, tmp_path):  # noqa: F811
    """A copy of the warehouse, changed by SQL."""

    def change(*statements):
        copy = tmp_path / 'changed.duckdb'
        shutil.copy(sample_warehouse, copy)
        with duckdb.connect(str(copy)) as connection:
            for statement, *parameters in statements:
                connection.execute(statement, parameters)
        return copy

    return change


@pytest.fixture(scope='session')
def page(sample_warehouse, tmp_path_factory):  # noqa: F811
    return reported(sample_warehouse, tmp_path_factory.mktemp('report'))


def counted(warehouse, condition='true'):
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        return connection.execute(
            f'select count(*) from runs.validation_result where run_id = {NEWEST} and {condition}'
        ).fetchone()[0]


def test_the_page_says_how_the_run_went(page, sample_warehouse):  # noqa: F811
    text = page.read_text()
    errors, warnings, notices = (counted(sample_warehouse, f"severity = '{severity}'") for severity in SEVERITIES)
    assert re.search(rf'2 of 2 flows went through, with {errors} errors and {warnings} warnings; \d+ records left out\.', text)
    assert text.count('role="row" data-flow') == errors + warnings + notices
    assert re.search(r'<strong>People:</strong> \d+ joined, \d+ left, \d+ changed\.', text)
    assert text.index('id="rule-1-error-references"') < text.index('id="rule-2-error-references-rejected"')


def by_school(page):
    """The card's rows: errors, warnings and notices by the id of the school, or by what stands in its place."""
    card = re.search(r'<h3>By school</h3>(.*?)</div>\n</div>\n</section>', page.read_text(), re.DOTALL).group(1)
    rows = re.findall(
        r'<bdi>(.*?)</bdi><small>(.*?)</small>.*?' + r'<td class="number">(\d+)</td>' * 3, card, re.DOTALL
    )
    return {
        (note.split(' · ')[0] if ' · ' in note else html.unescape(name)): tuple(map(int, counts))
        for name, note, *counts in rows
    }


def test_each_school_has_its_errors_warnings_and_notices(changed, page, tmp_path):
    """Compared with the delivered files: an enrollment is of its school, a user of each of theirs."""
    assert {'org-hs', 'org-ms', 'org-es', 'No school is named'} <= set(by_school(page))
    assert 'The line is no longer at hand' not in by_school(page)

    warehouse = changed(
        ("delete from runs.validation_result where file_name not in ('enrollments.csv', 'users.csv') or line_number is null",),
        ("delete from runs.validation_result where inbound_flow_id <> 'contoso-2027' or rule = 'readable_line'",),
    )
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        found = connection.execute(
            f'select file_name, line_number, severity from runs.validation_result where run_id = {NEWEST}'
        ).fetchall()
    drop, records, schools = PROJECT / 'sample' / 'landing' / 'contoso-2027' / '20260928T060000Z', {}, {}
    for name, column in (('enrollments.csv', 'schoolSourcedId'), ('users.csv', 'orgSourcedIds')):
        with open(drop / name, newline='', encoding='utf-8-sig') as file:
            reader = csv.reader(file)
            header, end = [each.strip().lower() for each in next(reader)], 1
            for cells in reader:
                row = dict(zip(header, cells))
                # a person may stand in several lines, one for each school
                record = records[name, end + 1] = (name, row['sourcedid'].strip() or end)
                schools.setdefault(record, set()).update(each.strip() for each in row.get(column.lower(), '').split(','))
                end = reader.line_num
    expected = {}
    for name, line, severity in found:
        for school in schools.get(records.get((name, line)), {''}):
            counts = expected.get(school or 'No school is named', (0, 0, 0))
            expected[school or 'No school is named'] = tuple(
                count + (severity == each) for count, each in zip(counts, SEVERITIES)
            )
    assert len(expected) > 3
    assert by_school(reported(warehouse, tmp_path)) == expected


def test_lines_that_are_gone_have_no_school_and_the_card_says_so(changed, sample_warehouse, tmp_path):  # noqa: F811
    with duckdb.connect(str(sample_warehouse), read_only=True) as connection:
        tables = connection.execute("select table_name from duckdb_tables() where schema_name = 'landing'").fetchall()
    moved = tmp_path / 'users.parquet'
    warehouse = changed(
        ("update runs.validation_result set drop_id = '20200101T000000Z' where file_name = 'enrollments.csv'",),
        (f"copy (select * from landing.users) to '{moved}' (format parquet)",),
        (f"drop {'table' if ('users',) in tables else 'view'} landing.users",),
        (f"create view landing.users as select * from '{moved}'",),
    )
    assert 'The line is no longer at hand' in by_school(reported(warehouse, tmp_path))
    moved.unlink()
    assert 'This cannot be told now' in reported(warehouse, tmp_path).read_text()
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute('drop view landing.users')
    assert 'This cannot be told now' in reported(warehouse, tmp_path).read_text()


def test_the_dates_of_a_chart_say_the_year(page):
    axes = re.findall(r'<g class="axis x">(.*?)</g></g>', page.read_text())
    assert [re.findall(r'<text[^>]*>(.*?)</text>', axis) for axis in axes] == [['7 Sep 2026', '28 Sep 2026']] * 3


def test_charts_begin_with_the_second_run(changed, tmp_path):
    text = reported(changed((f'delete from runs.run where run_id <> {NEWEST}',)), tmp_path).read_text()
    assert 'This was the first run.' in text and '<figure' not in text


@pytest.mark.parametrize(
    ('highest', 'steps'),
    [(1, [0, 1]), (4, [0, 1, 2, 3, 4]), (5, [0, 2, 4, 6]), (131, [0, 50, 100, 150]), (10_400_000, [0, 5_000_000, 10_000_000, 15_000_000])],
)
def test_the_heights_of_a_chart_are_round(highest, steps):
    assert report.round_steps(highest) == steps


def test_one_is_not_counted_as_many(changed, tmp_path):
    warehouse = changed(
        (
            "delete from runs.validation_result where rowid not in (select min(rowid) from runs.validation_result"
            f" where run_id = {NEWEST} and effect = 'record_left_out')",
        ),
        (f'update runs.run_statistics set errors = 1, warnings = 1 where run_id = {NEWEST}',),
        (f'update runs.run set completed_at = started_at + interval 1 second where run_id = {NEWEST}',),
        ("delete from landing.file_inventory where file_name <> 'users.csv'",),
        ('update landing.file_inventory set received_records = 1, staged_records = 0, collapsed_copies = 1',),
    )
    text = html.unescape(re.sub(r'<[^>]+>', '', reported(warehouse, tmp_path).read_text()))
    said = ['with 1 error and 1 warning; 1 record left out.', '1 line received', '1 further copy', '1 finding in', 'took 1 second.']
    assert [each for each in said if each not in text] == []


def test_the_page_is_private_and_asks_for_nothing(page):
    assert page.stat().st_mode & 0o777 == 0o600
    assert re.findall(r'(?:src|href)="(?!#)|url\(|@import', page.read_text()) == []
    assert "default-src 'none'" in page.read_text()


def test_what_to_fix_first_is_at_most_five_causes_and_no_consequence(page, sample_warehouse):  # noqa: F811
    section = re.search(r'<section id="fix-first".*?</section>', page.read_text(), re.DOTALL).group()
    with duckdb.connect(str(sample_warehouse), read_only=True) as connection:
        causes = connection.execute(
            f'select rule, inbound_flow_id from runs.root_cause where run_id = {NEWEST} order by fix_order'
        ).fetchall()
    assert len(causes) > 5
    links = re.findall(r'<h3><a href="#rule-1-[a-z]+-(\w+)">', section)
    assert links == [rule for rule, _ in causes[:5]]
    assert [flow for _, flow in causes[:5] if flow not in section] == []
    assert section.count('Fixing it brings back') == 5
    assert section.count('<bdi>') == 10  # where it is, and an example


def test_a_long_list_is_cut_and_says_so(sample_warehouse, tmp_path):  # noqa: F811
    text = reported(sample_warehouse, tmp_path, '--rows', 2).read_text()
    assert 'more are not shown' in text and 'make errors' in text
    assert text.count('role="row" data-flow') < counted(sample_warehouse)


def test_a_redacted_page_holds_no_value_and_no_id(sample_warehouse, tmp_path):  # noqa: F811
    text = reported(sample_warehouse, tmp_path, '--redact').read_text()
    with duckdb.connect(str(sample_warehouse), read_only=True) as connection:
        secrets = connection.execute(
            f"""
            select sourced_id from runs.validation_result where run_id = {NEWEST}
            union
            select value from runs.validation_result where run_id = {NEWEST}
            """
        ).fetchall()
    # dates and the words of the rules stand on the page for other reasons
    words = (PROJECT / 'seeds' / 'catalogue' / 'rule.csv').read_text()
    secrets = {secret for (secret,) in secrets if secret and len(secret) > 8 and secret not in words}
    secrets = {secret for secret in secrets if not re.fullmatch(r'\d{4}-\d\d-\d\d', secret)}
    assert len(secrets) > 20
    assert [secret for secret in secrets if secret in text] == []


@pytest.mark.parametrize('is_there', [False, True])
def test_before_the_first_run_the_page_says_what_to_do(tmp_path, is_there):
    warehouse = tmp_path / 'empty.duckdb'
    if is_there:
        duckdb.connect(str(warehouse)).close()
    text = reported(warehouse, tmp_path).read_text()
    assert ('There is no run yet' if is_there else 'There is no warehouse yet') in text
    assert 'make build' in text


@pytest.mark.parametrize(
    ('severities', 'notices', 'told'),
    [("''", 0, ['nothing was left out.<', 'Nothing was found']), ("'notice'", 3, ['nothing was left out. 3 notices may be worth a look.'])],
)
def test_a_clean_run_has_nothing_to_fix(changed, tmp_path, severities, notices, told):
    warehouse = changed(
        (f'delete from runs.validation_result where run_id = {NEWEST} and severity not in ({severities})',),
        (f'delete from runs.root_cause where run_id = {NEWEST}',),
        (f'update runs.run_statistics set errors = 0, warnings = 0, notices = {notices} where run_id = {NEWEST}',),
        (f"update runs.run set status = 'completed' where run_id = {NEWEST}",),
    )
    text = reported(warehouse, tmp_path).read_text()
    told = ['All is well: 2 of 2 flows went through, and ', 'There is nothing to fix.', *told]
    assert [each for each in told if each not in text] == []
    assert 'See what to fix first' not in text


def test_a_failed_run_says_why_and_shows_the_last_good_numbers(changed, tmp_path):
    reason = 'The run broke off at <b>person</b>.'
    warehouse = changed(
        (
            'insert into runs.run (run_id, run_at, started_at, completed_at, status, blocking_error)'
            " select 'x', max(run_at), max(started_at) + interval 1 second, max(completed_at), 'failed', $1 from runs.run",
            reason,
        ),
    )
    text = reported(warehouse, tmp_path).read_text()
    assert 'The run failed. The roster is as the last good run left it.' in text
    assert 'The run broke off at &lt;b&gt;person&lt;/b&gt;.' in text
    assert 'those of the last run that got so far' in text


@pytest.mark.parametrize(
    ('status', 'said'),
    [
        ('failed', ['The run failed. There is no roster yet', 'It broke off.', 'before it judged any record', 'before it looked']),
        ('running', ['A run is under way', 'has not judged any record yet', 'has not looked at any flow yet']),
    ],
)
def test_a_first_run_that_got_nowhere_claims_nothing(tmp_path, status, said):
    warehouse = tmp_path / 'early.duckdb'
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute('create schema runs')
        connection.execute(
            "create table runs.run as select 'x' as run_id, timestamp '2026-09-01 07:00' as run_at, run_at as started_at,"
            f" run_at as completed_at, '{status}' as status, 'It broke off.' as blocking_error"
        )
    text = reported(warehouse, tmp_path).read_text()
    assert [each for each in [*said, 'Not counted yet.'] if each not in text] == []
    claims = ('nothing to fix', 'Nothing was found', 'No one is matched', 'All is well', '>0<')
    assert [each for each in claims if each in text.split('The numbers')[0]] == []


def test_a_busy_warehouse_is_no_traceback(sample_warehouse, tmp_path):  # noqa: F811
    copy = tmp_path / 'busy.duckdb'
    shutil.copy(sample_warehouse, copy)
    with duckdb.connect(str(copy)):
        for script in ('report.py', 'error_log.py'):
            outcome = run(script, copy, '--output', tmp_path / 'out')
            assert outcome.returncode == 1
            assert 'Try again later' in outcome.stdout and 'Traceback' not in outcome.stderr


# WCAG contrast of every piece of text against what is painted behind it
CONTRAST = """
(() => {
    const parse = text => text.match(/[\\d.]+/g).map(Number);
    const light = ([r, g, b]) => {
        const part = value => (value /= 255) <= .03928 ? value / 12.92 : ((value + .055) / 1.055) ** 2.4;
        return .2126 * part(r) + .7152 * part(g) + .0722 * part(b);
    };
    const behind = element => {
        for (; element; element = element.parentElement) {
            const colour = parse(getComputedStyle(element).backgroundColor);
            if (colour.length < 4 || colour[3] === 1) return colour;
        }
        return [255, 255, 255];
    };
    const poor = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node; node = walker.nextNode();) {
        const element = node.parentElement;
        if (!node.data.trim() || ['SCRIPT', 'STYLE'].includes(element.tagName) || !element.getClientRects().length) continue;
        const style = getComputedStyle(element);
        const inChart = element.closest('svg');
        const front = light(parse(inChart ? style.fill : style.color)), back = light(behind(element));
        const ratio = (Math.max(front, back) + .05) / (Math.min(front, back) + .05);
        if (ratio < 4.5) poor.push([node.data.trim().slice(0, 40), ratio.toFixed(2)]);
    }
    return poor;
})()
"""


@in_a_browser
@pytest.mark.parametrize('scheme', ['light', 'dark'])
@pytest.mark.parametrize('width', [390, 1280])
def test_the_page_reads_well(page, tmp_path, width, scheme):
    with Page(page, tmp_path, width=width, scheme=scheme) as browser:
        browser.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
        assert browser.requests() == [] and browser.complaints() == []
        assert browser.evaluate('document.documentElement.scrollWidth') <= width
        assert browser.evaluate(CONTRAST) == []
        assert browser.evaluate("[...document.querySelectorAll('figure svg .rect, figure svg .line')].length") > 0


@in_a_browser
def test_the_page_is_searched_and_filtered(page, tmp_path):
    rows = "[...document.querySelectorAll('.findings tbody tr')].filter(row => row.checkVisibility())"
    with Page(page, tmp_path) as browser:
        browser.evaluate(
            "const box = document.querySelector('[name=text]'); box.value = 'stu-9999'; "
            "box.dispatchEvent(new Event('input', {bubbles: true})); new Promise(done => setTimeout(done, 400))"
        )
        texts = browser.evaluate(f'{rows}.map(row => row.textContent)')
        assert texts and all('stu-9999' in text for text in texts)
        assert f'{len(texts)} of ' in browser.evaluate("document.querySelector('[role=status]').textContent")
        browser.evaluate(
            "box.value = ''; document.querySelector('[name=file]').value = 'orgs.csv'; "
            "box.dispatchEvent(new Event('input', {bubbles: true})); new Promise(done => setTimeout(done, 400))"
        )
        assert set(browser.evaluate(f'{rows}.map(row => row.dataset.file)')) == {'orgs.csv'}
        browser.evaluate(
            "box.value = 'no such thing'; box.dispatchEvent(new Event('input', {bubbles: true})); "
            'new Promise(done => setTimeout(done, 400))'
        )
        assert browser.evaluate(f'{rows}.length') == 0
        assert browser.evaluate("document.getElementById('nothing-found').checkVisibility()")


@in_a_browser
def test_the_page_works_with_keyboard_and_screen_reader(page, tmp_path):
    with Page(page, tmp_path) as browser:
        browser.press('Tab')
        assert browser.evaluate('document.activeElement.className') == 'skip'
        browser.press('Tab')
        assert browser.evaluate('getComputedStyle(document.activeElement).outlineStyle') == 'solid'
        browser.send('Accessibility.enable')
        tree = browser.send('Accessibility.getFullAXTree')['nodes']
        roles = {node['role']['value'] for node in tree if not node.get('ignored')}
        assert {'banner', 'navigation', 'main', 'contentinfo', 'search', 'table', 'columnheader', 'status'} <= roles
        nameless = [
            node['role']['value']
            for node in tree
            if not node.get('ignored')
            and node['role']['value'] in ('link', 'button', 'searchbox', 'combobox', 'image', 'heading', 'region')
            and not node.get('name', {}).get('value')
        ]
        assert nameless == []
        levels = browser.evaluate("[...document.querySelectorAll('h1, h2, h3, h4')].map(each => Number(each.tagName[1]))")
        assert levels[0] == 1 and levels.count(1) == 1
        assert all(later - earlier <= 1 for earlier, later in zip(levels, levels[1:]))


@in_a_browser
def test_hostile_values_are_text(changed, tmp_path):
    warehouse = changed(
        (f'update runs.validation_result set value = $1, message = $1, sourced_id = $1 where run_id = {NEWEST}', HOSTILE),
        ('update runs.validation_result set column_name = $1, rule = $1, file_name = $1 where line_number < 20', HOSTILE),
        ('update runs.root_cause set column_name = $1, rule = $1, file_name = $1 where fix_order < 3', HOSTILE),
        ("update history.orgs set name = name || ' ' || $1", HOSTILE),
        ('update runs.run_activity set reason = $1', HOSTILE),
        ('update runs.run set blocking_error = $1', HOSTILE),
    )
    with Page(reported(warehouse, tmp_path), tmp_path / 'profile') as browser:
        assert browser.evaluate('window.hit') is None
        assert browser.evaluate("document.querySelectorAll('img').length") == 0
        assert browser.evaluate("document.querySelectorAll('script').length") == 1
        assert browser.requests() == [] and browser.complaints() == []
        assert HOSTILE in browser.evaluate('document.body.textContent')


@in_a_browser
def test_the_printed_page_shows_every_row_in_dark_on_light(page, tmp_path):
    with Page(page, tmp_path / 'profile') as browser:
        rows = browser.evaluate("document.querySelectorAll('.findings tbody tr').length")
        browser.evaluate("dispatchEvent(new Event('beforeprint'))")
        browser.emulate('dark', medium='print')
        visible = "[...document.querySelectorAll('.findings tbody tr')].filter(row => row.checkVisibility()).length"
        assert browser.evaluate(visible) == rows
        assert not browser.evaluate("document.querySelector('nav').checkVisibility()")
        assert browser.evaluate(CONTRAST) == []
        browser.printed(tmp_path / 'page.pdf')
    assert (tmp_path / 'page.pdf').stat().st_size > 10_000


def logs(warehouse, folder, *options):
    outcome = run('error_log.py', warehouse, '--output', folder, *options)
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    return outcome.stdout


def test_the_error_log_has_every_finding_of_the_run(sample_warehouse, tmp_path):  # noqa: F811
    logs(sample_warehouse, tmp_path / 'log')
    files = sorted((tmp_path / 'log').iterdir())
    assert [file.name for file in files if 'contoso-2027' in file.name] == [
        'errors_contoso-2027.csv',
        'errors_contoso-2027.parquet',
    ]
    assert all(file.stat().st_mode & 0o777 == 0o600 for file in files)
    assert files[0].read_bytes().startswith(b'\xef\xbb\xbf')
    with open(files[0], newline='', encoding='utf-8-sig') as file:
        rows = list(csv.DictReader(file))
    in_flow = counted(sample_warehouse, "inbound_flow_id = 'contoso-2027'")
    assert len(rows) == in_flow == duckdb.sql(f"select count(*) from '{files[1]}'").fetchone()[0]
    consequences = [row['is_consequence'] for row in rows if row['what_happened'] != 'none']
    assert consequences == sorted(consequences) and 'true' in consequences


def test_each_school_can_have_its_error_log(changed, tmp_path):
    warehouse = changed()
    told = logs(warehouse, tmp_path / 'log', '--by', 'school')
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        [run_id] = connection.execute(f'select {NEWEST}').fetchone()
        in_flow = counted(warehouse, "inbound_flow_id = 'contoso-2027'")
    schools = report.by_school(report.Warehouse(warehouse), run_id, is_redacted=False)
    # two may have one name
    assert sorted(
        (line[1], int(line[2].replace(',', ''))) for line in re.finditer(r'^  (.*): ([\d,]+) findings? in ', told, re.MULTILINE)
    ) == sorted(
        (
            f"{school['inbound_flow_id']}, {school['name'] or school['org_id'] or 'no school'}",
            school['errors'] + school['warnings'] + school['notices'],
        )
        for school in schools
    )
    assert len(schools) > 5
    files = sorted((tmp_path / 'log').glob('errors_contoso-2027_*.parquet'))
    assert len(files) > 2 and all(file.stat().st_mode & 0o777 == 0o600 for file in files)
    [[findings]] = duckdb.sql(
        f"select count(*) from (select distinct * from read_parquet({[str(file) for file in files]}))"
    ).fetchall()
    assert findings == in_flow


FORMULAS = ['=1+1', '+1', '-1', '@sum(1)', '\t=1', '\r=1', '\n=1', '  =1', '＝1', 'a;=1', 'a\n=1', '=cmd|"/c calc"!a1']


def test_no_cell_of_the_error_log_is_a_formula(changed, tmp_path):
    warehouse = changed(
        (
            'update runs.validation_result set value = $1[1 + rowid % 12]'
            f' where run_id = {NEWEST}',
            FORMULAS,
        ),
        (f'update runs.validation_result set message = value, sourced_id = value where run_id = {NEWEST}',),
    )
    logs(warehouse, tmp_path / 'log')
    with open(tmp_path / 'log' / 'errors_contoso-2027.csv', newline='', encoding='utf-8-sig') as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    assert {formula[-2:] for formula in FORMULAS} <= {cell[-2:] for cell in cells}
    assert [cell for cell in cells if re.search(r'(^|[;\t\r\n])\s*[=+@＝＋－＠-]|^[\t\r\n]', cell)] == []
    raw = duckdb.sql(f"select distinct value from '{tmp_path}/log/errors_contoso-2027.parquet' where value is not null")
    assert {value for (value,) in raw.fetchall()} <= set(FORMULAS)


def test_the_name_of_a_folder_cannot_lead_the_log_astray(changed, tmp_path):
    warehouse = changed((f"update runs.validation_result set inbound_flow_id = '../../x/y' where run_id = {NEWEST}",))
    logs(warehouse, tmp_path / 'a' / 'log')
    assert sorted(file.name for file in (tmp_path / 'a' / 'log').iterdir()) == [
        'errors_.._.._x_y.csv',
        'errors_.._.._x_y.parquet',
    ]


def test_an_earlier_run_can_be_asked_for(sample_warehouse, tmp_path):  # noqa: F811
    with duckdb.connect(str(sample_warehouse), read_only=True) as connection:
        [run_id] = connection.execute('select run_id from runs.run order by run_at limit 1').fetchone()
    assert '2026-09-07' in logs(sample_warehouse, tmp_path / 'log', '--run', run_id)
    assert run('error_log.py', sample_warehouse, '--run', 'none').returncode == 1


def test_without_a_warehouse_the_log_says_what_to_do(tmp_path):
    outcome = run('error_log.py', tmp_path / 'none.duckdb')
    assert outcome.returncode == 1 and 'make build' in outcome.stdout
