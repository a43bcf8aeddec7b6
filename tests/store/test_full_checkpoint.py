"""A disk that is full while the database tidies up after a commit: the engine shuts itself, and is opened anew."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CODE = """
import resource, signal, sys
from pathlib import Path
from core.errors import StoreError
from core.store import Store
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
store = Store(Path(sys.argv[1]))
def put(name, rows):
    store.write(lambda c: c.execute("INSERT INTO equity SELECT ? || md5(i::VARCHAR), now(), random(), random() FROM range(?) t(i)", [name, rows]))
def count():
    with store.cursor() as cursor:
        return cursor.execute("SELECT count(*) FROM equity").fetchone()[0]
put("a", 1000)
before = store.revision
with store.cursor() as cursor:
    cursor.execute("SET GLOBAL checkpoint_threshold = '1KB'")
resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, resource.RLIM_INFINITY))
put("b", 1000)  # committed in the log; the file itself may not grow
print("told as committed", store.revision - before)
while True:
    try:
        put("c", 1000)
    except StoreError as err:
        print(err)
        break
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
first = count()
put("d", 1000)
print("grown by", count() - first)
print("whole", count() % 1000)
store.close()
"""


def test_a_full_disk_after_a_commit_is_survived(tmp_path: Path) -> None:
    """What was committed is told as committed, and the process goes on when there is room again."""
    ended = subprocess.run(
        [sys.executable, "-c", CODE, str(tmp_path / "x.duckdb")],
        capture_output=True, text=True, cwd=ROOT, check=False, timeout=120,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    assert "told as committed 1" in ended.stdout
    assert "grown by 1000" in ended.stdout and "whole 0" in ended.stdout
