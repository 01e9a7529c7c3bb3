"""The Makefile: values reach the programs as they are and are never run, and nothing that matters is removed.

The programs are replaced by a script that writes down its arguments.
"""

import os
import re
import shutil
import subprocess

import pytest

from roster import PROJECT

MAKEFILE = (PROJECT / 'Makefile').read_text()
# target -> option -> how the program is given its value
OPTIONS = {
    'build': {'FLOW': '--flow=', 'RUN_AT': '--run-at=', 'APPROVE': '--approve=', 'WAIT': '--wait=', 'FULL': None, 'JSON': None},
    'land': {'FLOW': '--flow=', 'DROP': '--drop=', 'FROM': ''},
    'pull': {'FLOW': '--flow=', 'CHECK': None, 'FULL': None},
    'validate': {'FLOW': '--flow=', 'JSON': None, 'FROM': ''},
    'errors': {'BY': '--by=', 'JSON': None},
    'review': {'FLOW': '--flow='},
    'discard': {'DROP': '--discard='},
    'send': {'FLOW': '--flow=', 'DRY': None, 'APPROVE': '--approve=', 'CONFIRM': '--confirm='},
    'publish': {'DEIDENTIFIED': None, 'TO': '--to='},
    'forget': {'PERSON': '--person=', 'YEARS': '--years=', 'YES': None},
    'backup': {'TO': '--to='},
    'restore': {'FROM': '--restore=', 'YES': None},
    'bench': {'SIZE': '--size=', 'REPEAT': '--repeat='},
}
NASTY = [
    'a$(shell touch PWNED).zip',
    '$(touch PWNED)',
    '$$(touch PWNED) $$$(shell touch PWNED)',
    '`touch PWNED`',
    '${shell touch PWNED}$(eval $(shell touch PWNED))',
    '"; touch PWNED; "\'; touch PWNED; \'',
    '; touch PWNED & touch PWNED | touch PWNED',
    'a$b ${HOME} $@ $$ %',
    'it\'s "my export" #1 \\ \\# (2), *?[x] ~.zip ',
    'two\nlines\n\ttouch PWNED\n$(shell touch PWNED)',
    'a:=b !=touch PWNED',
    '--help',
    'Schüler 日本.zip',
    'small',
]


@pytest.fixture(scope='module')
def project(tmp_path_factory):
    """A project of nothing but the Makefile and programs that write down their arguments."""
    folder = tmp_path_factory.mktemp('project')
    shutil.copy(PROJECT / 'Makefile', folder)
    for file in ('requirements.lock', 'scripts/bench/requirements.lock', '.venv/installed', '.venv-bench/installed'):
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        (folder / file).touch()
    program = folder / '.venv' / 'bin' / 'python'
    program.parent.mkdir()
    program.write_text('#!/bin/sh\nprintf "%s\\0" "$@"\n')
    program.chmod(0o700)
    return folder


def make(project, target, *values, **environment):
    """Make in a process of its own, as a shell without any settings would start it."""
    return subprocess.run(
        ['make', '--silent', target, *values],
        cwd=project,
        env={'PATH': os.environ['PATH'], 'HOME': '/', 'LC_ALL': 'C.UTF-8'} | environment,
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize('target', OPTIONS)
@pytest.mark.parametrize('way', ['make X=value', 'X=value make'])
def test_a_value_arrives_as_it_is_and_is_never_run(project, target, way):
    for value in NASTY:
        values = {option: value for option in [*OPTIONS[target], 'UNKNOWN']}
        if way == 'make X=value':
            run = make(project, target, *(f'{option}={value}' for option in values))
        else:
            run = make(project, target, **values)
        assert (run.returncode, run.stderr) == (0, '')
        arguments = run.stdout.split('\0')
        for option, prefix in OPTIONS[target].items():
            assert prefix is None or prefix + value in arguments, (option, value, arguments)
        assert not list(project.rglob('*PWNED*')), value


def test_an_option_that_is_not_given_is_not_passed_on_and_a_blank_one_is(project):
    assert make(project, 'build').stdout == 'scripts/build.py\0'
    assert make(project, 'build', 'RUN_AT=').stdout == 'scripts/build.py\0--run-at=\0'
    assert make(project, 'land', 'FROM=a', 'FLOW=b').stdout == 'scripts/land.py\0--flow=b\0--\0a\0'
    assert make(project, 'land', 'FROM=a', 'FLOW=b', DROP='').stdout == 'scripts/land.py\0--flow=b\0--drop=\0--\0a\0'


@pytest.mark.parametrize('target', ['land', 'validate', 'discard', 'publish', 'forget', 'backup', 'restore'])
def test_a_target_that_needs_a_value_says_so(project, target):
    for values in [(), ('FROM=', 'TO=', 'PERSON=', 'DROP=')]:
        run = make(project, target, *values)
        assert run.returncode != 0
        assert run.stdout == ''
        assert run.stderr.startswith(f'Usage: make {target} ')


def test_help_names_every_target_with_its_options(project):
    told = dict(re.findall(r'^make (\w+)(.*): .+$', make(project, 'help').stdout, re.MULTILINE))
    assert set(told) == set(re.search(r'^\.PHONY: (.*)', MAKEFILE, re.MULTILINE)[1].split())
    for target, options in told.items():
        recipe = re.search(rf'^{target}:.*\n((?:\t.*\n)*)', MAKEFILE, re.MULTILINE)[0]
        used = set(re.findall(r'\$\$\{?([A-Z_]+)', recipe)) | set(re.findall(r'DEIDENTIFIED', recipe))
        assert set(re.findall(r'[A-Z_]+(?==)', options)) == used == set(OPTIONS.get(target, {}))


def test_clean_removes_what_can_be_made_again_and_no_more(project):
    made = ['target/manifest.json', '.pytest_cache/x', '.hypothesis/x', 'reports/run.html', 'reports/errors/errors_a.csv']
    kept = [
        *('warehouse/roster.duckdb', 'warehouse/roster.duckdb.wal', 'warehouse/roster.key', 'warehouse/demo.duckdb'),
        *('warehouse/roster.landed/contoso-2027.20260901T060000Z.users.0123abcd.4567cdef.parquet', 'logs/build.log', 'reports/.gitignore'),
        'sample/landing/contoso-2027/20260901T060000Z/users.csv',
    ]
    for file in made + kept:
        (project / file).parent.mkdir(parents=True, exist_ok=True)
        (project / file).touch()
    assert make(project, 'clean').returncode == 0
    assert [file for file in made if (project / file).exists()] == []
    assert [file for file in kept if not (project / file).exists()] == []
