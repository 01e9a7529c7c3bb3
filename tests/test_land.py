"""Landing: an export arrives whole or not at all, and what was made to attack is refused with a sentence."""

import hashlib
import os
import random
import re
import shutil
import signal
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
DAMAGED_ARCHIVES = int(os.environ.get('DAMAGED_ARCHIVES', 300))


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
        (path / name).parent.mkdir(exist_ok=True)
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
    landed = land.land(export, zone, FLOW, DROP)
    drop = landed.drop
    assert (drop, landed.remarks) == (zone / FLOW / DROP, [])
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
        ('../', 'outside the archive'),
        ('/tmp/', 'absolute path'),
        ('export/users.csv', 'lie in different folders|nobody can tell which'),
        ('export/roles.csv', 'lie in different folders'),
        ('Users.csv', 'nobody can tell which'),
        ('./users.csv', 'nobody can tell which'),
        ('users.csv/', 'no plain file'),
        ('export/.', 'no plain file'),
    ],
)
def test_an_entry_of_a_bad_name_is_refused(tmp_path, zone, name, words):
    export = archive(tmp_path / 'export.zip', clean_drop(FLOW) | {name: 'x'})
    assert_refused(export, zone, words)
    assert not (tmp_path / 'users.csv').exists()


@pytest.mark.parametrize(
    'extra',
    [
        *('readme.txt', 'inner.zip', '.DS_Store', 'Thumbs.db', '__MACOSX/._users.csv', 'old/readme.txt', 'students.csv'),
        *("users'; drop table history.users; --.csv", '{{ exceptions.raise() }}.csv', '\u202eusers.csv', 'x' * 5000 + '.csv'),
    ],
)
@pytest.mark.parametrize('kind', ['archive', 'folder'])
def test_what_no_drop_holds_is_left_out_and_told(tmp_path, zone, kind, extra):
    files = clean_drop(FLOW) | {extra: 'x'}
    if kind == 'archive':
        export = archive(tmp_path / 'export.zip', files)
    elif len(extra) > 255 or extra.endswith('.zip'):
        pytest.skip('no such file, or an archive that would be read')
    else:
        export = folder_of(tmp_path / 'export', files)
    landed = land.land(export, zone, FLOW, DROP)
    assert sorted(os.listdir(landed.drop)) == sorted(clean_drop(FLOW))
    (remark,) = landed.remarks
    assert remark.startswith('Left out, as a drop does not hold such files: ')
    assert extra in remark or '...' in remark or '\\u202e' in remark


def test_an_archive_as_people_pack_it_lands(tmp_path, zone):
    """One top folder, entries for folders, what Macs and Windows leave, names in capitals."""
    export = tmp_path / 'export.zip'
    with zipfile.ZipFile(export, 'w') as packed:
        for folder in ('Export 2026/', 'Export 2026/empty/', '__MACOSX/'):
            packed.writestr(zipfile.ZipInfo(folder), '')
        for name, text in clean_drop(FLOW).items():
            packed.writestr(f'Export 2026/{name.upper()}', text)
            packed.writestr(f'__MACOSX/Export 2026/._{name.upper()}', 'x')
    landed = land.land(export, zone, FLOW, DROP)
    assert {path.name: path.read_text() for path in landed.drop.iterdir()} == clean_drop(FLOW)
    assert "users.csv was named 'USERS.CSV'." in landed.remarks
    assert landed.remarks[-1].endswith(f'and {len(clean_drop(FLOW)) - 5} more.')


def test_names_with_backslashes_land(tmp_path, zone):
    export = archive(tmp_path / 'export.zip', {f'export\\{name}': text for name, text in clean_drop(FLOW).items()})
    landed = land.land(export, zone, FLOW, DROP)
    assert {path.name: path.read_text() for path in landed.drop.iterdir()} == clean_drop(FLOW)


def test_a_folder_in_a_folder_lands(tmp_path, zone):
    folder_of(tmp_path / 'downloads', {f'export/{name}': text for name, text in clean_drop(FLOW).items()})
    (tmp_path / 'downloads' / 'empty').mkdir()
    landed = land.land(tmp_path / 'downloads', zone, FLOW, DROP)
    assert {path.name: path.read_text() for path in landed.drop.iterdir()} == clean_drop(FLOW)
    assert landed.remarks == []


def test_an_archive_that_is_named_lands_whatever_lies_beside_it(tmp_path, zone):
    downloads = folder_of(tmp_path / 'downloads', {'users.csv': 'another', 'Orgs.csv': 'another'})
    archive(downloads / 'other.zip', {'users.csv': 'another'})
    landed = land.land(archive(downloads / 'export.zip', clean_drop(FLOW)), zone, FLOW, DROP)
    assert {path.name: path.read_text() for path in landed.drop.iterdir()} == clean_drop(FLOW)
    assert landed.remarks == []


@pytest.mark.parametrize(
    ('mode', 'words'),
    [(stat.S_IFLNK | 0o777, 'is a link'), (stat.S_IFIFO | 0o600, 'no plain file'), (stat.S_IFDIR | 0o700, 'no plain file')],
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


def test_an_archive_whose_directory_lost_an_entry_is_refused(tmp_path, zone):
    """The comment of the first entry is said to be so long that it covers the second."""
    export = archive(tmp_path / 'export.zip', {'users.csv': 'a', 'orgs.csv': 'b'})
    content = bytearray(export.read_bytes())
    first, second = (match.start() for match in re.finditer(rb'PK\x01\x02', content))
    struct.pack_into('<H', content, first + 32, content.index(b'PK\x05\x06') - second)
    export.write_bytes(content)
    assert zipfile.ZipFile(export).namelist() == ['users.csv']
    assert_refused(export, zone, 'entries are missing')


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


def damaged(content, chance):
    """A damaged copy: bytes changed, cut out, put in, or set to what programs trip over."""
    content = bytearray(content)
    for _ in range(chance.choice([1, 1, 2, 5])):
        place = chance.randrange(len(content))
        # most of an archive's structure stands at its end
        place = max(place, len(content) - 200) if chance.random() < 0.3 else place
        kind = chance.randrange(5)
        if kind == 0:
            content[place] ^= 1 << chance.randrange(8)
        elif kind == 1:
            content[place] = chance.choice([0, 0x7F, 0x80, 0xFF])
        elif kind == 2:
            content[place : place + 4] = chance.choice([b'\xff\xff\xff\xff', b'\0\0\0\0', b'PK\1\2', b'PK\5\6'])
        elif kind == 3 and len(content) > 100:
            del content[place : place + chance.randrange(1, 60)]
        else:
            content[place:place] = chance.randbytes(chance.randrange(1, 60))
    return bytes(content)


def test_whatever_is_damaged_in_an_archive_it_lands_or_is_refused_with_a_sentence(tmp_path, zone, monkeypatch):
    """What lands of a damaged archive is all that was packed, unchanged. Nothing is left behind."""
    monkeypatch.setattr(land.os, 'fsync', lambda descriptor: None)
    monkeypatch.setattr(land, 'synchronise', lambda path: None)
    files = {'users.csv': 'sourcedId\n' * 30, 'orgs.csv': 'sourcedId\n', 'Schüler.txt': 'x'}
    archives = [
        archive(tmp_path / 'packed.zip', {f'export/{name}': text for name, text in files.items()}),
        archive(tmp_path / 'stored.zip', files, zipfile.ZIP_STORED),
    ]
    streamed = tmp_path / 'streamed.zip'
    with open(streamed, 'wb') as stream:
        stream.seekable = lambda: False
        with zipfile.ZipFile(stream, 'w') as packed:
            with packed.open('users.csv', 'w', force_zip64=True) as entry:
                entry.write(files['users.csv'].encode())
            packed.comment = b'made by a system'
    originals = [path.read_bytes() for path in [*archives, streamed]]
    chance = random.Random(2027)
    export, refused = tmp_path / 'export.zip', 0
    for number in range(DAMAGED_ARCHIVES):
        export.write_bytes(damaged(originals[number % 3], chance))
        try:
            drop = land.land(export, zone, FLOW, DROP).drop
        except land.Refusal as refusal:
            refused += 1
            assert str(refusal).endswith('.') and str(refusal).isprintable()
        else:
            packed = ['users.csv'] if number % 3 == 2 else ['users.csv', 'orgs.csv']
            assert {path.name: path.read_text() for path in drop.iterdir()} == {name: files[name] for name in packed}
            shutil.rmtree(drop)
        assert os.listdir(zone / FLOW if (zone / FLOW).exists() else zone) == []
    assert DAMAGED_ARCHIVES / 2 < refused < DAMAGED_ARCHIVES


def test_the_same_file_in_an_archive_and_beside_it_is_refused(tmp_path, zone):
    folder = folder_of(tmp_path / 'export', {'users.csv': 'a'})
    archive(folder / 'export.zip', {'Users.csv': 'b', 'orgs.csv': 'c'})
    assert_refused(folder, zone, 'also beside it')


@pytest.mark.parametrize(
    ('what', 'words'),
    [
        ('link', 'is a link'),
        ('linked folder', 'is a link'),
        ('pipe', 'no plain file'),
        ('in two folders', 'different folders'),
        ('archive beside a folder', 'different folders'),
        ('twice', 'nobody can tell which'),
        ('two archives', 'holds 2 archives'),
        ('many files', 'holds more than 100 files'),
        ('nothing', 'holds no OneRoster files'),
        ('other files', "holds no OneRoster files, only 'notes.docx'"),
        ('not there', 'there is no file or folder'),
        ('one file', 'is one file; name the folder'),
    ],
)
def test_a_folder_of_other_things_is_refused(tmp_path, zone, what, words):
    folder = folder_of(tmp_path / 'export', {} if what in ('nothing', 'other files') else {'orgs.csv': 'sourcedId\n'})
    if what == 'link':
        (folder / 'users.csv').symlink_to('/etc/passwd')
    elif what == 'linked folder':
        (folder / 'users.csv').symlink_to('/etc', target_is_directory=True)
    elif what == 'pipe':
        os.mkfifo(folder / 'users.csv')
    elif what == 'in two folders':
        folder_of(folder / 'old', {'users.csv': 'sourcedId\n'})
    elif what == 'archive beside a folder':
        (folder / 'orgs.csv').unlink()
        folder_of(folder / 'old', {'users.csv': 'sourcedId\n'})
        archive(folder / 'a.zip', {'orgs.csv': 'a'})
    elif what == 'twice':
        (folder / 'Orgs.csv').touch()
    elif what == 'two archives':
        archive(folder / 'a.zip', {'users.csv': 'a'})
        archive(folder / 'b.zip', {'users.csv': 'a'})
    elif what == 'many files':
        for number in range(100):
            (folder / f'{number}.csv').touch()
    elif what == 'other files':
        (folder / 'notes.docx').touch()
    elif what == 'not there':
        folder = tmp_path / 'elsewhere'
    elif what == 'one file':
        folder = folder / 'orgs.csv'
    assert_refused(folder, zone, words)


@pytest.mark.parametrize(
    'flow', ['contoso-2028', '', '..', '../../tmp', '/tmp', 'contoso-2027/..', "contoso-2027'", 'CONTOSO-2027']
)
def test_an_unknown_flow_is_refused(tmp_path, zone, flow):
    assert_refused(archive(tmp_path / 'export.zip', clean_drop(FLOW)), zone, 'no configured inbound flow', flow=flow)
    assert list(zone.iterdir()) == []


@pytest.mark.parametrize(
    'drop', ['', '$(touch x)', '2026-09-01', '20260931T060000Z', '../x', '20260901T060000Z/..', '20260901T060000z', '２0260901T060000Z']
)
def test_a_drop_that_is_no_instant_is_refused(tmp_path, zone, drop):
    assert_refused(archive(tmp_path / 'export.zip', clean_drop(FLOW)), zone, 'no instant', drop=drop)


def test_a_drop_that_is_there_already_is_refused_and_stays(tmp_path, zone):
    export = archive(tmp_path / 'export.zip', clean_drop(FLOW))
    drop = land.land(export, zone, FLOW, DROP).drop
    before = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in drop.iterdir()}
    with pytest.raises(land.Refusal, match='there already'):
        land.land(archive(tmp_path / 'other.zip', {'users.csv': 'x'}), zone, FLOW, DROP)
    assert {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in drop.iterdir()} == before


def test_a_directory_export_holds_users_alone(tmp_path, zone):
    landed = land.land(archive(tmp_path / 'a.zip', {'users.csv': 'id\n', 'orgs.csv': ''}), zone, 'directory', DROP)
    assert (landed.drop, os.listdir(landed.drop)) == (zone / 'directory' / DROP, ['users.csv'])
    with pytest.raises(land.Refusal, match='holds no file named users.csv'):
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


def test_what_a_killed_call_left_is_cleared_by_the_next(tmp_path, zone):
    export = archive(tmp_path / 'export.zip', clean_drop(FLOW))
    program = f"""
import os, signal, sys
sys.path.insert(0, {str(PROJECT / 'scripts')!r})
import land
from pathlib import Path
land.synchronise = lambda path: os.kill(os.getpid(), signal.SIGKILL)
land.land(Path({str(export)!r}), Path({str(zone)!r}), {FLOW!r}, {DROP!r})
"""
    assert subprocess.run([sys.executable, '-c', program]).returncode == -signal.SIGKILL
    assert [path.name for path in zone.rglob('users.csv')] == ['users.csv']
    land.land(archive(tmp_path / 'users.zip', {'users.csv': ''}), zone, 'directory', DROP)
    assert os.listdir(zone / FLOW) == []


def test_without_a_landing_zone_of_its_own_nothing_is_landed_into_the_sample(monkeypatch):
    for setting in (None, '', 'sample/landing', str(PROJECT / 'sample' / 'landing')):
        monkeypatch.chdir(PROJECT)
        monkeypatch.delenv('ONEROSTER_LANDING', raising=False)
        if setting is not None:
            monkeypatch.setenv('ONEROSTER_LANDING', setting)
        with pytest.raises(land.Refusal, match='set ONEROSTER_LANDING'):
            land.landing_zone()


@pytest.fixture
def district(tmp_path, monkeypatch):
    """A project of nothing but the shipped configuration and a district's own, to be written into."""
    shutil.copytree(PROJECT / 'seeds', tmp_path / 'project' / 'seeds')
    monkeypatch.setattr(land, 'PROJECT', tmp_path / 'project')
    return tmp_path / 'project' / 'seeds' / 'district'


def test_flows_that_the_district_removed_are_not_offered(tmp_path, zone, district):
    with open(district / 'district_source_system.csv', 'a') as lines:
        lines.write('contoso,,,TRUE\n,,,\n')
    (district / 'district_inbound_flow.csv').write_text(
        '\ufeffinbound_flow_id, readiness_status\nnorthwind-2027, Ready\nFabrikam-2027,disabled\nshort-2027\n,\n'
    )
    assert land.configured_flows() == {'northwind-2027': 'ready', 'Fabrikam-2027': 'disabled', 'short-2027': ''}
    export = archive(tmp_path / 'export.zip', clean_drop(FLOW))
    assert_refused(export, zone, "'contoso-2027' is no configured inbound flow; configured are northwind-2027, short-2027 ")
    landed = land.land(export, zone, 'Fabrikam-2027', DROP)
    assert landed.remarks == ['The flow Fabrikam-2027 is disabled: no run uses the drop until it is ready again.']


def test_what_a_drop_may_hold_is_what_the_engine_knows():
    macro = Path(PROJECT / 'macros' / 'landing' / 'oneroster_files.sql').read_text()
    read = {name for name in land.ROSTER_FILES if f"'{name}'" in macro}
    assert len(read) == 11
