"""Landing: an export arrives whole or not at all, and what was made to attack is refused with a sentence."""

import hashlib
import os
import stat
import struct
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from roster import PROJECT, clean_drop

sys.path.insert(0, str(PROJECT / 'scripts'))
import land  # noqa: E402

FLOW, DROP = 'contoso-2027', '20260901T060000Z'


@pytest.fixture
def zone(tmp_path):
    folder = tmp_path / 'zone'
    folder.mkdir()
    return folder


def archive(path, files, compression=zipfile.ZIP_DEFLATED):
    """A zip archive of names (or ZipInfo) -> content."""
    with zipfile.ZipFile(path, 'w', compression) as packed:
        for name, content in files.items():
            packed.writestr(name, content)
    return path


def folder_of(path, files):
    path.mkdir()
    for name, content in files.items():
        (path / name).write_text(content)
    return path


def entry(name, mode=stat.S_IFREG | 0o600, compression=zipfile.ZIP_DEFLATED):
    information = zipfile.ZipInfo(name)
    information.external_attr = mode << 16
    information.compress_type = compression
    return information


def assert_nothing_landed(zone):
    assert [path for path in zone.rglob('*') if path.is_file()] == []


def assert_refused(export, zone, words, flow=FLOW, drop=DROP):
    with pytest.raises(land.Refusal, match=words) as refusal:
        land.land(export, zone, flow, drop)
    assert '\n' not in str(refusal.value)
    assert str(refusal.value).endswith('.')
    assert_nothing_landed(zone)


@pytest.mark.parametrize('kind', ['archive', 'folder', 'archive in a folder'])
def test_an_export_lands_whole_and_private_and_the_original_stays(tmp_path, zone, kind):
    files = clean_drop(FLOW) | {'resources.csv': 'sourcedId\n', 'manifest.csv': 'propertyName,value\n'}
    if kind == 'folder':
        export = folder_of(tmp_path / 'export', files)
    elif kind == 'archive':
        export = archive(tmp_path / 'export.zip', files)
    else:
        export = folder_of(tmp_path / 'export', {'manifest.csv': files['manifest.csv']})
        archive(export / 'export.zip', {name: text for name, text in files.items() if name != 'manifest.csv'})
    before = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in tmp_path.rglob('*') if path.is_file()}
    drop = land.land(export, zone, FLOW, DROP)
    assert drop == zone / FLOW / DROP
    assert {path.name: path.read_text() for path in drop.iterdir()} == files
    assert {path.stat().st_mode & 0o777 for path in drop.iterdir()} == {0o600}
    assert {path.stat().st_mode & 0o777 for path in (drop, drop.parent)} == {0o700}
    assert os.listdir(zone / FLOW) == [DROP]
    assert {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in before} == before


@pytest.mark.parametrize(
    ('name', 'words'),
    [
        ('../users.csv', 'outside the archive'),
        ('a/../../users.csv', 'outside the archive'),
        ('..\\users.csv', 'outside the archive'),
        ('/etc/users.csv', 'absolute path'),
        ('\\\\server\\users.csv', 'absolute path'),
        ('C:\\users.csv', 'absolute path'),
        ('C:users.csv', 'absolute path'),
        ('export/users.csv', 'lies in a folder'),
        ('export\\users.csv', 'lies in a folder'),
        ('__MACOSX/._users.csv', 'lies in a folder'),
        ('export/', 'lies in a folder'),
        ('./users.csv', 'lies in a folder'),
        ('readme.txt', 'no OneRoster file'),
        ('export.zip', 'no OneRoster file'),
        ('Users.csv', 'it should be users.csv'),
        ('users.csv ', 'it should be users.csv'),
        ('.DS_Store', 'no OneRoster file'),
        ("users'; drop table history.users; --.csv", 'no OneRoster file'),
        ('{{ exceptions.raise() }}.csv', 'no OneRoster file'),
        ('\u202eusers.csv', 'no OneRoster file'),
        ('x' * 5000 + '.csv', 'no OneRoster file'),
    ],
)
def test_an_entry_of_a_bad_name_is_refused(tmp_path, zone, name, words):
    export = archive(tmp_path / 'export.zip', clean_drop(FLOW) | {name: 'x'})
    assert_refused(export, zone, words)
    assert not (tmp_path / 'users.csv').exists()


@pytest.mark.parametrize(
    ('mode', 'words'),
    [(stat.S_IFLNK | 0o777, 'is a link'), (stat.S_IFIFO | 0o600, 'no plain file'), (stat.S_IFDIR | 0o700, 'folder')],
)
def test_an_entry_that_is_no_plain_file_is_refused(tmp_path, zone, mode, words):
    assert_refused(archive(tmp_path / 'export.zip', {entry('users.csv', mode): '/etc/passwd'}), zone, words)


def test_an_encrypted_archive_is_refused(tmp_path, zone):
    export = archive(tmp_path / 'export.zip', {'users.csv': 'sourcedId\n'})
    content = bytearray(export.read_bytes())
    content[6] |= 1  # the flag, in the file's own header ...
    content[content.index(b'PK\x01\x02') + 8] |= 1  # ... and in the archive's directory
    export.write_bytes(content)
    assert_refused(export, zone, 'is encrypted')


@pytest.mark.parametrize(
    'damage', ['nothing but text', 'empty', 'cut off', 'a byte of a value', 'another name inside', 'no directory']
)
def test_a_damaged_archive_is_refused(tmp_path, zone, damage):
    export = archive(tmp_path / 'export.zip', {'users.csv': 'sourcedId\n' * 100}, zipfile.ZIP_STORED)
    content = export.read_bytes()
    export.write_bytes(
        {
            'nothing but text': b'sourcedId,name\n',
            'empty': b'',
            'cut off': content[:-30],
            'a byte of a value': content.replace(b'sourcedId', b'sourcedIx', 1),
            'another name inside': content.replace(b'users.csv', b'roles.csv', 1),
            'no directory': content[: content.index(b'PK\x01\x02')],
        }[damage]
    )
    assert_refused(export, zone, 'damaged')


@pytest.mark.parametrize('packing', [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_an_unusual_packing_is_refused(tmp_path, zone, packing):
    assert_refused(
        archive(tmp_path / 'export.zip', {entry('users.csv', compression=packing): 'x'}), zone, 'packed in a way'
    )


def test_a_bomb_by_ratio_is_refused(tmp_path, zone):
    assert_refused(archive(tmp_path / 'export.zip', {'users.csv': b'0' * 20_000_000}), zone, 'made to attack')


def test_a_bomb_by_declared_size_is_refused(tmp_path, zone):
    export = archive(tmp_path / 'export.zip', {'users.csv': b'x' * 1000}, zipfile.ZIP_STORED)
    content = bytearray(export.read_bytes())
    struct.pack_into('<I', content, content.index(b'PK\x01\x02') + 24, 4_000_000_000)
    export.write_bytes(content)
    assert_refused(export, zone, 'made to attack')


def test_a_bomb_by_all_sizes_together_is_refused(tmp_path, zone, monkeypatch):
    monkeypatch.setattr(land, 'LARGEST_DROP', 2000)
    export = archive(tmp_path / 'export.zip', {name: 'x' * 1500 for name in ('users.csv', 'orgs.csv')})
    assert_refused(export, zone, 'more than any export')


def test_a_bomb_by_real_size_is_refused(tmp_path, zone):
    """The archive claims a thousand bytes and holds a million."""
    export = archive(tmp_path / 'export.zip', {'users.csv': os.urandom(1_000_000)})
    content = bytearray(export.read_bytes())
    struct.pack_into('<I', content, content.index(b'PK\x01\x02') + 24, 1000)
    struct.pack_into('<I', content, 22, 1000)
    export.write_bytes(content)
    assert_refused(export, zone, 'damaged|larger than it claimed')


def test_a_bomb_by_count_is_refused(tmp_path, zone):
    assert_refused(archive(tmp_path / 'export.zip', {f'{i}.csv': '' for i in range(1000)}), zone, '1000 entries')


@pytest.mark.filterwarnings('ignore:Duplicate name')
def test_the_same_file_twice_in_an_archive_is_refused(tmp_path, zone):
    with zipfile.ZipFile(tmp_path / 'export.zip', 'w') as packed:
        packed.writestr('users.csv', 'a')
        packed.writestr('users.csv', 'b')
    assert_refused(tmp_path / 'export.zip', zone, 'more than once')


@pytest.mark.parametrize('named', ['folder', 'archive'])
def test_the_same_file_in_an_archive_and_beside_it_is_refused(tmp_path, zone, named):
    folder = folder_of(tmp_path / 'export', {'users.csv': 'a'})
    export = archive(folder / 'export.zip', {'users.csv': 'b', 'orgs.csv': 'c'})
    assert_refused(folder if named == 'folder' else export, zone, 'also beside it')


@pytest.mark.parametrize(
    'what', ['link', 'linked folder', 'folder', 'pipe', 'other file', 'two archives', 'nothing', 'not there']
)
def test_a_folder_of_other_things_is_refused(tmp_path, zone, what):
    folder = folder_of(tmp_path / 'export', {} if what == 'nothing' else {'orgs.csv': 'sourcedId\n'})
    if what == 'link':
        (folder / 'users.csv').symlink_to('/etc/passwd')
    elif what == 'linked folder':
        (folder / 'users.csv').symlink_to('/etc', target_is_directory=True)
    elif what == 'folder':
        (folder / 'users.csv').mkdir()
    elif what == 'pipe':
        os.mkfifo(folder / 'users.csv')
    elif what == 'other file':
        (folder / 'notes.docx').touch()
    elif what == 'two archives':
        archive(folder / 'a.zip', {'users.csv': 'a'})
        archive(folder / 'b.zip', {'users.csv': 'a'})
    elif what == 'not there':
        folder = tmp_path / 'elsewhere'
    assert_refused(folder, zone, 'link|folder|plain file|no OneRoster file|archives|holds no files|there is no')


@pytest.mark.parametrize(
    'flow', ['contoso-2028', '', '..', '../../tmp', '/tmp', 'contoso-2027/..', "contoso-2027'", 'CONTOSO-2027']
)
def test_an_unknown_flow_is_refused(tmp_path, zone, flow):
    assert_refused(archive(tmp_path / 'export.zip', clean_drop(FLOW)), zone, 'no configured inbound flow', flow=flow)
    assert list(zone.iterdir()) == []


@pytest.mark.parametrize(
    'drop', ['2026-09-01', '20260931T060000Z', '../x', '20260901T060000Z/..', '20260901T060000z', '２0260901T060000Z']
)
def test_a_drop_that_is_no_instant_is_refused(tmp_path, zone, drop):
    assert_refused(archive(tmp_path / 'export.zip', clean_drop(FLOW)), zone, 'no instant', drop=drop)


def test_a_drop_that_is_there_already_is_refused_and_stays(tmp_path, zone):
    export = archive(tmp_path / 'export.zip', clean_drop(FLOW))
    drop = land.land(export, zone, FLOW, DROP)
    before = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in drop.iterdir()}
    with pytest.raises(land.Refusal, match='there already'):
        land.land(archive(tmp_path / 'other.zip', {'users.csv': 'x'}), zone, FLOW, DROP)
    assert {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in drop.iterdir()} == before


def test_a_directory_export_holds_users_alone(tmp_path, zone):
    assert (
        land.land(archive(tmp_path / 'a.zip', {'users.csv': 'id\n'}), zone, 'directory', DROP).parent.name
        == 'directory'
    )
    with pytest.raises(land.Refusal, match='no file of a directory export'):
        land.land(archive(tmp_path / 'b.zip', {'orgs.csv': 'id\n'}), zone, 'directory', '20260902T060000Z')


def test_a_missing_landing_zone_is_a_sentence(tmp_path):
    with pytest.raises(land.Refusal, match='there is no landing zone'):
        land.land(archive(tmp_path / 'export.zip', clean_drop(FLOW)), tmp_path / 'nowhere', FLOW, DROP)


def test_a_disk_that_fills_up_leaves_nothing_behind(tmp_path, zone, monkeypatch):
    def full(descriptor):
        raise OSError(28, 'No space left on device')

    monkeypatch.setattr(land.os, 'fsync', full)
    with pytest.raises(OSError, match='No space left'):
        land.land(archive(tmp_path / 'export.zip', clean_drop(FLOW)), zone, FLOW, DROP)
    assert_nothing_landed(zone)


def test_the_command_says_what_it_did(tmp_path, zone):
    export = archive(tmp_path / "it's an export.zip", clean_drop(FLOW))
    command = [sys.executable, str(PROJECT / 'scripts' / 'land.py'), str(export), '--flow', FLOW, '--drop', DROP]
    environment = os.environ | {'ONEROSTER_LANDING': str(zone)}
    first = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert (first.returncode, first.stderr) == (0, '')
    assert 'users.csv' in first.stdout
    second = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert (second.returncode, second.stdout) == (1, '')
    assert second.stderr.startswith('Refused: ') and second.stderr.count('\n') == 1
    assert 'Traceback' not in second.stderr


def test_what_a_drop_may_hold_is_what_the_engine_knows():
    macro = Path(PROJECT / 'macros' / 'landing' / 'oneroster_files.sql').read_text()
    read = {name for name in land.ONEROSTER_FILES if f"'{name}'" in macro}
    assert len(read) == 9
