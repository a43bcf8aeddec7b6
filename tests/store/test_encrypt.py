"""An encrypted database keeps its text to itself, opens with its key alone, and is backed up under the same key.

The tests run with DuckDB's built-in cipher: OpenSSL's comes with an extension that needs a network to be installed.
"""

import json
import os
import subprocess
import sys
import traceback
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from core.__main__ import main
from core.errors import InputError, StoreCorrupt, StoreKey, StoreLocked
from core.records import Seal
from core.settings import load_settings
from core.store import Store
from core.store.backup import back_up, checked_copy, reseal, restore
from core.store.sealing import handed, is_sealed
from core.store.visits import save_visit
from tests.store.paired_writes import copies_under_writes

NOW = datetime(2024, 5, 1, 12, tzinfo=UTC)
KEY = 'it\'s a key with "quotes" and ünïcode; DROP'
SEAL = Seal(KEY, builtin=True)
PLANTED = "ASSET-PLANTED"


def planted(path: Path, seal: Seal | None) -> Store:
    opened = Store(path, seal)
    with opened.transaction() as cursor:
        cursor.execute(f"INSERT INTO visits SELECT '{PLANTED}-' || i, ? FROM range(500) r(i)", [NOW])
    return opened


def visits(store: Store) -> int:
    with store.cursor() as cursor:
        return cursor.execute("SELECT count(*) FROM visits").fetchall()[0][0]


def readable(folder: Path) -> list[str]:
    """Files below a folder in which the planted words can be read."""
    return [
        path.name for path in sorted(folder.rglob("*")) if path.is_file() and PLANTED.encode() in path.read_bytes()
    ]  # fmt: skip


def spill(store: Store) -> None:
    """Make the engine put rows aside on disk."""
    with store.cursor() as cursor:
        cursor.execute("SET memory_limit = '60MB'")
        cursor.execute(
            f"CREATE TEMP TABLE big AS SELECT '{PLANTED}-' || i || '-' || random() AS x, random() AS y FROM range(1500000) r(i)"
        )


@pytest.mark.parametrize("seal", [None, SEAL], ids=["plain", "encrypted"])
def test_nothing_can_be_read_off_the_disk(tmp_path: Path, seal: Seal | None) -> None:
    store = planted(tmp_path / "a.duckdb", seal)
    while_open = readable(tmp_path)
    spill(store)
    assert any((tmp_path / "a.duckdb.tmp").iterdir()), "temporary files are in use"
    spilt = readable(tmp_path / "a.duckdb.tmp")
    store.close()
    closed = readable(tmp_path)
    if seal is None:  # shows that the test would see it
        assert while_open == ["a.duckdb.wal"] and spilt and closed == ["a.duckdb"]
    else:
        assert while_open == spilt == closed == []
        assert KEY.encode() not in (tmp_path / "a.duckdb").read_bytes()


def test_it_opens_with_its_key_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.duckdb"
    planted(path, SEAL).close()
    before = path.read_bytes()
    for seal, words in (
        (None, "is encrypted: set its key in the environment, as GLASSBOX_KEYS__DATABASE"),
        (Seal("another", builtin=True), "does not open with the key in GLASSBOX_KEYS__DATABASE"),
        (Seal("", builtin=True), "is empty: set a key"),
    ):
        with pytest.raises(StoreKey, match=words) as caught:
            Store(path, seal)
        told = "".join(traceback.format_exception(caught.value))
        assert KEY not in told and handed(SEAL) not in told
    assert path.read_bytes() == before
    again = Store(path, SEAL)
    assert visits(again) == 500 and is_sealed(path) is False, "held by this process, so it cannot be told"
    again.close()
    assert is_sealed(path)


def test_a_plain_database_is_not_replaced(tmp_path: Path) -> None:
    path = tmp_path / "a.duckdb"
    planted(path, None).close()
    before = path.read_bytes()
    with pytest.raises(
        StoreKey, match="is not encrypted, but GLASSBOX_KEYS__DATABASE is set: encrypt it with"
    ):
        Store(path, SEAL)
    assert path.read_bytes() == before


def test_without_the_cipher_it_says_what_to_install(tmp_path: Path) -> None:
    try:
        with duckdb.connect() as engine:
            engine.execute("LOAD httpfs")
    except duckdb.Error:
        with pytest.raises(
            StoreKey, match=r"extension httpfs.*INSTALL httpfs.*GLASSBOX_STORE__BUILTIN_CIPHER"
        ):
            Store(tmp_path / "a.duckdb", Seal(KEY))
        assert not (tmp_path / "a.duckdb").exists()
    else:  # a machine that has it: both ciphers read each other's files
        planted(tmp_path / "a.duckdb", Seal(KEY)).close()
        again = Store(tmp_path / "a.duckdb", SEAL)
        assert visits(again) == 500
        again.close()


def test_it_is_held_by_one_process_and_survives_its_death(tmp_path: Path) -> None:
    path = tmp_path / "a.duckdb"
    code = (
        "import sys; from pathlib import Path; from core.records import Seal; from core.store import Store; "
        "from core.store.visits import save_visit; from datetime import UTC, datetime; "
        "store = Store(Path(sys.argv[1]), Seal(sys.argv[2], builtin=True)); "
        "[store.write(save_visit(f'ASSET-PLANTED-{n}', datetime.now(UTC))) for n in range(20)]; "
        "print('held', flush=True); input()"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", code, str(path), KEY], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert holder.stdout is not None and holder.stdout.readline() == "held\n"
        with pytest.raises(StoreLocked, match="is held by process"):
            Store(path, SEAL)
        with pytest.raises(StoreLocked, match="is held by process"):
            reseal(path, NOW, SEAL, None)
    finally:
        holder.kill()
        holder.communicate()
    assert readable(tmp_path) == [] and path.with_name("a.duckdb.wal").exists()
    again = Store(path, SEAL)
    assert visits(again) == 20
    again.close()


def test_a_copy_made_while_others_write_is_whole_and_encrypted(tmp_path: Path) -> None:
    store = planted(tmp_path / "a.duckdb", SEAL)
    made = copies_under_writes(store, tmp_path / "copies", 3, NOW)
    store.close()
    assert readable(tmp_path) == [] and not list((tmp_path / "copies").glob("*.part*"))
    for copy in made:
        assert copy.sealed and copy == checked_copy(copy.path, SEAL)
        opened = Store(copy.path, SEAL)
        with opened.cursor() as cursor:
            sides = dict(cursor.execute("SELECT symbol, count(*) FROM visits GROUP BY symbol").fetchall())
        opened.close()
        assert sides.get("LEFT", 0) == sides.get("RIGHT", 0)


def test_restore_wants_the_key_and_refuses_a_damaged_copy(tmp_path: Path) -> None:
    path = tmp_path / "data" / "a.duckdb"
    store = planted(path, SEAL)
    copy = back_up(store, tmp_path / "copies", NOW)
    store.write(save_visit("LATER", NOW))
    store.close()
    for seal, words in ((None, "is encrypted"), (Seal("other", builtin=True), "does not open with the key")):
        with pytest.raises(StoreKey, match=words):
            restore(copy.path, path, NOW, seal)
    damaged = tmp_path / "damaged.duckdb"
    whole = bytearray(copy.path.read_bytes())
    middle = len(whole) // 2
    whole[middle : middle + 4096] = bytes(byte ^ 255 for byte in whole[middle : middle + 4096])
    damaged.write_bytes(whole)
    with pytest.raises(StoreCorrupt, match=r"cannot be read as a database|is damaged"):
        restore(damaged, path, NOW, SEAL)
    assert [one.name for one in path.parent.iterdir()] == ["a.duckdb"]
    put, aside = restore(copy.path, path, NOW, SEAL)
    assert put.sealed and aside is not None
    for file, rows in ((path, 500), (aside, 501)):
        opened = Store(file, SEAL)
        assert visits(opened) == rows
        opened.close()


def test_a_plain_copy_is_encrypted_on_the_way_back(tmp_path: Path) -> None:
    plain = planted(tmp_path / "old" / "a.duckdb", None)
    copy = back_up(plain, tmp_path / "copies", NOW)
    plain.close()
    put, aside = restore(copy.path, tmp_path / "new" / "a.duckdb", NOW, SEAL)
    assert not put.sealed and aside is None and readable(tmp_path / "new") == []
    opened = Store(tmp_path / "new" / "a.duckdb", SEAL)
    assert visits(opened) == 500
    opened.close()


def test_encrypting_and_back_keeps_everything(tmp_path: Path) -> None:
    path = tmp_path / "a.duckdb"
    with pytest.raises(InputError, match="There is no database"):
        reseal(path, NOW, None, SEAL)
    planted(path, None).close()
    held = checked_copy(path)
    plain = reseal(path, NOW, None, SEAL)
    assert readable(tmp_path) == [plain.name] and checked_copy(plain).rows == held.rows
    with pytest.raises(InputError, match="encrypted already"):
        reseal(path, NOW, None, SEAL)
    encrypted = reseal(path, NOW, SEAL, None)
    assert encrypted != plain and checked_copy(encrypted, SEAL).rows == checked_copy(path).rows == held.rows
    with pytest.raises(InputError, match="is not encrypted"):
        reseal(path, NOW, SEAL, None)
    assert {one.name for one in tmp_path.glob("*.duckdb*")} == {path.name, plain.name, encrypted.name}


def test_the_commands(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    database = home / "data" / "glassbox.duckdb"
    planted(database, None).close()
    assert main(["encrypt"]) == 2 and "There is no key" in capsys.readouterr().err
    monkeypatch.setenv("GLASSBOX_KEYS__DATABASE", KEY)
    monkeypatch.setenv("GLASSBOX_STORE__BUILTIN_CIPHER", "true")
    assert main(["backup"]) == 1 and "is not encrypted, but" in capsys.readouterr().err
    assert main(["encrypt", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["encrypted"] and Path(told["replaced"]).exists()
    Path(told["replaced"]).unlink()
    assert main(["backup", "--json"]) == 0
    copy = json.loads(capsys.readouterr().out)
    assert copy["encrypted"] and readable(home) == []
    assert main(["backup", "--list"]) == 0 and ", encrypted; it opens and is whole" in capsys.readouterr().out
    assert main(["restore", copy["path"]]) == 0 and "Restored" in capsys.readouterr().out
    assert main(["encrypt", "--undo"]) == 0 and "is plain now" in capsys.readouterr().out
    monkeypatch.delenv("GLASSBOX_KEYS__DATABASE")
    opened = Store(database)
    with opened.cursor() as cursor:
        deeds = [row[0] for row in cursor.execute("SELECT action FROM audit ORDER BY position").fetchall()]
    opened.close()
    assert deeds[-2:] == ["restore", "encrypt"]
    key = KEY.encode()
    assert not [path for path in home.rglob("*") if path.is_file() and key in path.read_bytes()]


def test_the_key_is_a_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GLASSBOX_KEYS__DATABASE", "planted-secret")
    settings = load_settings()
    assert settings.seal == Seal("planted-secret")
    assert "planted-secret" not in repr(settings) + repr(settings.seal) + settings.model_dump_json()
    assert "GLASSBOX_KEYS__DATABASE" in os.environ
