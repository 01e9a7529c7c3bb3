"""Golden copies: what a checkout of this project makes of the sample, every scenario, every hostile drop and ten random
histories, so that a rebuilding can be compared with the project before it, row by row.

    python tests/golden.py make FOLDER          write the copies of this checkout
    python tests/golden.py compare FOLDER OTHER say which rows differ, by case and relation
"""

from __future__ import annotations

import json
import random
import re
import shutil
import sys
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import test_hostile as hostile
import test_properties as properties
import test_scenarios as scenarios
from roster import PROJECT, Roster

HISTORIES = 10
RUN_ID = re.compile('[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}')
SAMPLE_RUNS = [
    *('2025-08-15T07:00:00Z', '2026-02-10T07:00:00Z', '2026-08-17T07:00:00Z', '2026-08-20T07:00:00Z'),
    *('2026-09-07T07:00:00Z', '2026-09-28T07:00:00Z', '2026-09-30T07:00:00Z', '2026-10-05T07:00:00Z'),
]
# the relations of the contract; history and rostering under every name that they have
SCHEMAS = ('staging', 'history', 'rostering', 'demographics', 'directory', 'reference', 'inbound', 'runs')
MORE = ('landing.file_inventory',)
# what no two runs have in common, and how history was written rather than what it says
LEFT_OUT = {
    *('run_id', 'started_at', 'completed_at', 'dbt_scd_id', 'dbt_updated_at', 'change', 'recorded_at', 'invocation_id'),
}


def main() -> int:
    """Makes or compares golden copies, as the command line says."""
    match sys.argv[1:]:
        case ['make', folder]:
            make(Path(folder))
            return 0
        case ['compare', folder, other, *_]:
            return compare(Path(folder), Path(other))
    print(__doc__)
    return 2


def make(folder: Path) -> None:
    """Writes the golden copies of this checkout, one folder a case and one CSV file a relation."""
    folder.mkdir(parents=True)
    work = folder / 'work'
    work.mkdir()
    base = Roster(work / 'configured')
    assert base.configure().succeeded
    make_sample(folder, work)
    make_scenarios(folder, work, base.warehouse)
    make_histories(folder, work, base.warehouse)
    make_hostile(folder, work)
    shutil.rmtree(work)


def make_sample(folder: Path, work: Path) -> None:
    roster = Roster(work / 'sample')
    roster.landing = PROJECT / 'sample' / 'landing'
    for instant in SAMPLE_RUNS:
        build = roster.build(instant, everything=True)
        assert build.succeeded, build.output
        write(roster, folder / f'sample {instant[:10]}')


def make_scenarios(folder: Path, work: Path, configured: Path) -> None:
    together = Roster(work / 'together', configured=configured)
    sharing = [scenario for scenario in scenarios.SCENARIOS if not scenario.is_alone]
    for scenario in sharing:
        scenario.land(together)
    for run_at in sorted({run['run_at'] for scenario in sharing for run in scenario.runs}):
        assert together.build(run_at, everything=True).succeeded
    write(together, folder / 'scenarios together')
    for scenario in scenarios.SCENARIOS:
        if scenario.is_alone:
            roster = Roster(work / scenario.folder.name, configured=configured)
            scenario.land(roster)
            for run in scenario.runs:
                roster.build(run['run_at'], everything=True, **run.get('vars', {}))
            write(roster, folder / scenario.folder.name)


def make_histories(folder: Path, work: Path, configured: Path) -> None:
    chance = random.Random(20261124)
    properties_flows = list(properties.FLOWS)
    for start in range(0, HISTORIES, len(properties_flows)):
        roster = properties.begin(work / f'histories {start}', configured)
        for day in range(1, 6):
            for flow in properties_flows:
                roster.land(flow, properties.name_of(day), properties.files_of(flow, properties.random_drop(chance)))
            assert roster.build(properties.instant_of(day), everything=True, flows=properties_flows).succeeded
        write(roster, folder / f'histories {start}')


def make_hostile(folder: Path, work: Path) -> None:
    begun = Roster(work / 'hostile', project=hostile.configured_project(work / 'hostile project'))
    for number in range(hostile.FLOWS_PER_RUN):
        begun.land(
            hostile.flow_of(number), hostile.FIRST_DROP, {name: hostile.CLEAN[name] for name in hostile.SMALL}
        )
    assert begun.build(hostile.FIRST_RUN).succeeded
    for chunk, cases in enumerate(hostile.CHUNKS):
        roster = Roster(work / f'hostile {chunk}', project=begun.project)
        shutil.copy(begun.warehouse, roster.warehouse)
        for number, case in enumerate(cases):
            hostile.land(roster, hostile.flow_of(number), case.files)
        hostile.land(roster, hostile.CLEAN_FLOW, {name: hostile.CLEAN[name].encode() for name in hostile.SMALL})
        assert roster.build(hostile.SECOND_RUN).succeeded
        write(roster, folder / f'hostile {chunk}')


def write(roster: Roster, folder: Path) -> None:
    """Writes the relations of a warehouse as sorted CSV, without what no two runs have in common."""
    if not roster.warehouse.exists():
        return
    folder.mkdir()
    with roster.connect() as connection:
        relations = connection.execute(
            """
            select schema_name || '.' || table_name, list(column_name order by column_name)
            from duckdb_columns()
            where (list_contains($1, schema_name) or list_contains($2, schema_name || '.' || table_name)) and not internal
            group by all
            """,
            [list(SCHEMAS), list(MORE)],
        ).fetchall()
        instants = dict(connection.execute('select run_id, cast(run_at as varchar) from runs.run').fetchall()) \
            if any(name == 'runs.run' for name, _ in relations) else {}
        for relation, columns in relations:
            kept = [column for column in columns if column not in LEFT_OUT]
            if 'run_id' in columns:
                kept.append('run_id')
            values = ', '.join(f'cast("{column}" as varchar)' for column in kept)
            rows = connection.execute(f'select {values} from {relation}').fetchall()
            if 'run_id' in columns:
                rows = [(*row[:-1], instants.get(row[-1], row[-1])) for row in rows]
            # lists are sets: their order says nothing
            lines = sorted(json.dumps(dict(zip(kept, row)), ensure_ascii=False, sort_keys=True) for row in rows)
            (folder / f'{relation}.jsonl').write_text(''.join(line + '\n' for line in lines))


def compare(folder: Path, other: Path) -> int:
    """Prints the rows that only one of two sets of golden copies has, over the columns that both have."""
    differing = 0
    for case in sorted(path.name for path in folder.iterdir() if path.is_dir()):
        for path in sorted((folder / case).glob('*.jsonl')):
            twin = other / case / path.name
            if not twin.exists():
                print(f'{case}: {path.stem} is gone')
                differing += 1
                continue
            left, right = ([json.loads(RUN_ID.sub('run', line)) for line in one.read_text().split('\n')[:-1]] for one in (path, twin))
            both = set(left[0]) & set(right[0]) if left and right else None
            rows = [
                sorted(json.dumps({k: v for k, v in row.items() if both is None or k in both}, sort_keys=True) for row in one)
                for one in (left, right)
            ]
            gone, new = multiset_difference(rows[0], rows[1]), multiset_difference(rows[1], rows[0])
            if gone or new:
                differing += 1
                print(f'{case}: {path.stem}: {len(gone)} rows gone, {len(new)} new')
                if '-v' not in sys.argv:
                    continue
                for sign, some in (('-', gone), ('+', new)):
                    for row in some[:3]:
                        print(f'    {sign} {row[:600]}')
    print(f'{differing} relations differ.')
    return 1 if differing else 0


def multiset_difference(rows: list[str], others: list[str]) -> list[str]:
    """The rows that the others lack, each as often as it is missing."""
    return list((Counter(rows) - Counter(others)).elements())


if __name__ == '__main__':
    sys.exit(main())
