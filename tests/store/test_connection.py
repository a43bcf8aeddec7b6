import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from core.errors import StoreCorrupt, StoreError, StoreFull
from core.store import Store

ROOT = Path(__file__).resolve().parents[2]


def test_a_second_process_is_told_who_holds_the_file(store: Store) -> None:
    code = f"from pathlib import Path; from core.store import Store; Store(Path({str(store.path)!r}))"
    other = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert f"StoreLocked: The database {store.path} is held by process {os.getpid()}" in other.stderr


def test_a_file_that_is_no_database_is_left_untouched(tmp_path: Path) -> None:
    path = tmp_path / "bad.duckdb"
    path.write_bytes(b"not a database" * 500)
    with pytest.raises(StoreCorrupt, match="move it aside"):
        Store(path)
    assert path.read_bytes() == b"not a database" * 500


def test_a_newer_schema_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.duckdb"
    first = Store(path)
    with first.transaction() as cursor:
        cursor.execute("INSERT INTO migrations VALUES (99, 'from the future', now())")
    first.close()
    with pytest.raises(StoreCorrupt, match="from the future"):
        Store(path)


def test_reopening_applies_no_migration_twice_and_keeps_rows(tmp_path: Path) -> None:
    path = tmp_path / "x.duckdb"
    first = Store(path)
    first.write(lambda cursor: cursor.execute("INSERT INTO equity VALUES ('b', now(), 1, 1)") and None)
    first.close()
    again = Store(path)
    with again.cursor() as cursor:
        assert cursor.execute("SELECT count(*) FROM equity").fetchone() == (1,)
        names = [row[0] for row in cursor.execute("SELECT name FROM migrations").fetchall()]
    assert len(names) == len(set(names)) > 0
    again.close()


def test_a_transaction_is_all_or_nothing(store: Store) -> None:
    revision = store.revision
    with pytest.raises(ZeroDivisionError), store.transaction() as cursor:
        cursor.execute("INSERT INTO equity VALUES ('b', now(), 1, 1)")
        raise ZeroDivisionError
    with pytest.raises(StoreError, match="refused"), store.transaction() as cursor:
        cursor.execute("INSERT INTO equity VALUES ('b', now(), 1, 1)")
        cursor.execute("INSERT INTO nowhere VALUES (1)")
    with store.cursor() as cursor:
        assert cursor.execute("SELECT count(*) FROM equity").fetchone() == (0,)
    assert store.revision == revision


def test_threads_write_and_read_at_once(store: Store) -> None:
    def work(name: str) -> None:
        for number in range(25):
            store.write(
                lambda c, n=number: (
                    c.execute("INSERT INTO equity VALUES (?, now(), ?, 0)", [name, n]) and None
                )
            )
            with store.cursor() as cursor:
                cursor.execute("SELECT count(*) FROM equity WHERE book_id = ?", [name])
                assert cursor.fetchone() == (number + 1,)

    threads = [threading.Thread(target=work, args=(f"t{i}",)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with store.cursor() as cursor:
        assert cursor.execute("SELECT count(*) FROM equity").fetchone() == (100,)


def test_a_full_disk_is_one_sentence_and_loses_nothing(tmp_path: Path) -> None:
    """The file may grow no further (RLIMIT_FSIZE), as on a full disk."""
    path = tmp_path / "x.duckdb"
    code = f"""
import resource
from pathlib import Path
from core.errors import StoreFull
from core.store import Store
store = Store(Path({str(path)!r}))
store.write(lambda c: c.execute("INSERT INTO equity VALUES ('kept', now(), 1, 1)") and None)
resource.setrlimit(resource.RLIMIT_FSIZE, (2_000_000, 2_000_000))
try:
    store.write(lambda c: c.execute("INSERT INTO equity SELECT md5(i::VARCHAR), now(), random(), random() FROM range(2000000) t(i)") and None)
except StoreFull as err:
    print(err)
import os
os._exit(0)
"""
    ended = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert "is full; nothing of this step was saved" in ended.stdout, ended.stderr
    store = Store(path)
    with store.cursor() as cursor:
        assert cursor.execute("SELECT book_id FROM equity").fetchall() == [("kept",)]
    store.close()


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreFull, match="cannot be made"):
        Store(tmp_path / "file" / "x.duckdb")


def test_what_is_larger_than_its_memory_goes_through_files(tmp_path: Path) -> None:
    store = Store(tmp_path / "large.duckdb", memory_mb=256)
    store.write(
        lambda cursor: cursor.execute(
            "CREATE TABLE large AS SELECT range n, random() x FROM range(12_000_000)"
        )
    )
    with store.cursor() as cursor:
        ordered = cursor.execute(
            "SELECT count(*), max(place) FROM (SELECT row_number() OVER (ORDER BY x) place FROM large)"
        )
        assert ordered.fetchone() == (12_000_000, 12_000_000)
        held = cursor.execute("SELECT sum(memory_usage_bytes) FROM duckdb_memory()").fetchone()
    store.close()
    assert held is not None and 0 < held[0] <= 2512_000_000
    assert not list(tmp_path.glob("large.duckdb.tmp/*"))
