"""A back-up holds what was committed, a restore puts it back or touches nothing."""

import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import InputError, StoreCorrupt, StoreFull, StoreLocked
from core.store import Store
from core.store.backup import back_up, checked_copy, restore
from core.store.copies import STALE, copies, forget_copies, made_at, name_at
from core.store.visits import save_visit
from tests.store.paired_writes import copies_under_writes

ROOT = Path(__file__).resolve().parents[2]
NOW = datetime(2024, 5, 1, 12, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path):
    opened = Store(tmp_path / "data" / "glassbox.duckdb")
    opened.write(*(save_visit(f"ASSET-{number}", NOW) for number in range(500)))
    yield opened
    opened.close()


def visits(path: Path) -> int:
    with duckdb.connect(str(path), read_only=True) as connection:
        return connection.execute("SELECT count(*) FROM visits").fetchall()[0][0]


def test_a_copy_holds_everything_and_opens(store: Store, tmp_path: Path) -> None:
    copy = back_up(store, tmp_path / "copies", NOW)
    assert copy.path.name == "glassbox-20240501T120000Z.duckdb" and copy.made_at == NOW
    assert visits(copy.path) == 500
    assert copy == checked_copy(copy.path)
    again = Store(copy.path)  # the schema is whole: it takes further rows, and refuses what its keys refuse
    again.write(save_visit("ONE-MORE", NOW))
    with pytest.raises(Exception, match=r"(?i)primary key|duplicate key"), again.transaction() as cursor:
        cursor.execute("INSERT INTO migrations SELECT * FROM migrations")
    again.close()


def test_a_copy_made_while_others_write_holds_whole_transactions(store: Store, tmp_path: Path) -> None:
    made = copies_under_writes(store, tmp_path / "copies", 4, NOW)
    for copy in made:
        with duckdb.connect(str(copy.path), read_only=True) as connection:
            pairs = dict(
                connection.execute(
                    "SELECT symbol, count(*) FROM visits WHERE symbol IN ('LEFT', 'RIGHT') GROUP BY symbol"
                ).fetchall()
            )
        assert pairs.get("LEFT", 0) == pairs.get("RIGHT", 0)
    assert not list((tmp_path / "copies").glob("*.part*"))


def test_restore_puts_it_back_and_keeps_what_was_there(store: Store, tmp_path: Path) -> None:
    copy = back_up(store, tmp_path / "copies", NOW)
    store.write(save_visit("LATER", NOW))
    store.close()
    put, aside = restore(copy.path, store.path, NOW)
    assert put == copy and aside is not None
    assert visits(store.path) == 500
    assert visits(aside) == 501


def test_restore_beside_nothing(store: Store, tmp_path: Path) -> None:
    copy = back_up(store, tmp_path / "copies", NOW)
    _, aside = restore(copy.path, tmp_path / "elsewhere" / "glassbox.duckdb", NOW)
    assert aside is None
    assert visits(tmp_path / "elsewhere" / "glassbox.duckdb") == 500


def test_a_database_that_is_held_is_left_alone(store: Store, tmp_path: Path) -> None:
    copy = back_up(store, tmp_path / "copies", NOW)
    database = tmp_path / "other" / "glassbox.duckdb"
    restore(copy.path, database, NOW)
    holder = subprocess.Popen(
        [sys.executable, "-c", f"import duckdb; c = duckdb.connect({str(database)!r}); print('held', flush=True); input()"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert holder.stdout is not None and holder.stdout.readline() == "held\n"
        with pytest.raises(StoreLocked, match="is held by process"):
            restore(copy.path, database, NOW)
    finally:
        holder.communicate("\n")
    assert sorted(path.name for path in database.parent.iterdir()) == ["glassbox.duckdb"]
    assert visits(database) == 500


def _newer(path: Path) -> None:
    with duckdb.connect(str(path)) as connection:
        connection.execute("INSERT INTO migrations VALUES (999, 'of tomorrow', now())")


def _torn(path: Path) -> None:
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])


def _strange(path: Path) -> None:
    path.unlink()
    with duckdb.connect(str(path)) as connection:
        connection.execute("CREATE TABLE cats (name VARCHAR)")


def _text(path: Path) -> None:
    path.write_text("not a database")


def _spoilt(path: Path) -> None:
    whole = path.read_bytes()
    assert whole.count(b"ASSET-") > 0
    path.write_bytes(whole.replace(b"ASSET-", b"asset-"))  # the block's checksum no longer fits


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (_newer, "newer or other version .* 'of tomorrow'"),
        (_torn, "cannot be read as a database|is damaged"),
        (_spoilt, "cannot be read as a database|is damaged"),
        (_strange, "none of Glassbox"),
        (_text, "cannot be read as a database"),
    ],
)
def test_what_cannot_be_put_back_is_refused_and_nothing_is_touched(
    store: Store, tmp_path: Path, spoil, words: str
) -> None:
    copy = back_up(store, tmp_path / "copies", NOW)
    spoil(copy.path)
    store.close()
    before = sorted((path.name, path.stat().st_size) for path in store.path.parent.iterdir())
    with pytest.raises(StoreCorrupt, match=words):
        restore(copy.path, store.path, NOW)
    assert sorted((path.name, path.stat().st_size) for path in store.path.parent.iterdir()) == before
    assert visits(store.path) == 500


def test_no_such_file_and_no_such_folder(store: Store, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="There is no file"):
        restore(tmp_path / "missing.duckdb", store.path, NOW)
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreFull, match="cannot be written"):
        back_up(store, tmp_path / "file" / "copies", NOW)


@given(hours=st.lists(st.integers(0, 24 * 90), max_size=60, unique=True))
def test_the_newest_of_seven_days_and_of_four_weeks_are_kept(hours: list[int], tmp_path_factory) -> None:
    folder = tmp_path_factory.mktemp("copies")
    moments = [NOW + timedelta(hours=hour) for hour in hours]
    for moment in moments:
        (folder / name_at(moment)).write_bytes(b"")
    (folder / "notes.txt").write_text("mine")
    gone = forget_copies(folder)
    kept = [made_at(path) for path in copies(folder)]
    assert len(gone) + len(kept) == len(moments) and (folder / "notes.txt").exists()
    assert len(kept) <= 7 + 4
    days = sorted({moment.date() for moment in moments}, reverse=True)[:7]
    newest = {max(moment for moment in moments if moment.date() == day) for day in days}
    assert newest <= set(kept)
    older = set(kept) - newest
    assert len({moment.isocalendar()[:2] for moment in older if moment}) == len(older)


KILLED = """
import os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from core.store import Store, backup

def die(*args):
    os.kill(os.getpid(), signal.SIGKILL)

backup.counted = die  # the copy is written and not yet checked
backup.back_up(Store(Path(sys.argv[1])), Path(sys.argv[2]), datetime(2024, 5, 1, tzinfo=UTC))
"""


def test_what_a_killed_back_up_left_goes_with_the_next_one(store: Store, tmp_path: Path) -> None:
    store.close()
    folder = tmp_path / "copies"
    ended = subprocess.run(
        [sys.executable, "-c", KILLED, str(store.path), str(folder)], cwd=ROOT, check=False, timeout=120
    )
    left = folder / f"{name_at(datetime(2024, 5, 1, tzinfo=UTC))}.part"
    assert ended.returncode == -signal.SIGKILL and left.exists()
    log = left.with_name(f"{left.name}.wal")
    log.write_bytes(b"")
    mine = folder / "glassbox-of-mine.duckdb.part"
    mine.write_bytes(b"")
    forget_copies(folder)
    assert left.exists() and log.exists(), "somebody may still be writing it"
    long_ago = time.time() - 2 * STALE
    os.utime(left, (long_ago, long_ago))
    os.utime(mine, (long_ago, long_ago))
    forget_copies(folder)
    assert left.exists(), "its log was written to lately"
    os.utime(log, (long_ago, long_ago))
    forget_copies(folder)
    assert list(folder.iterdir()) == [mine]
