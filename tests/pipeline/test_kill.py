"""A process that dies in the middle of a stage loses nothing that was committed and sends nothing twice."""

import shutil
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from core.pipeline import STAGES
from core.records import CycleRequest, Mode, Timeframe
from core.runtime import Runtime
from core.store import Store
from core.store.books import active_book, orders_of_cycle, read_fills, read_orders, read_trades
from core.store.cycles import list_cycles, stages_of
from tests import quick
from tests.pipeline.conftest import NOON, quick_settings

ROOT = Path(__file__).resolve().parents[2]
WORLD = "sample-crypto-2019"
EAGER = quick.OVERRIDES | {"signals": {"threshold": 0.0}}

DIE = """
import os, signal, sys
from datetime import datetime
from pathlib import Path
from core.pipeline import run_cycle
from core.records import CycleRequest, Mode, Timeframe
from core.runtime import Runtime
from core.settings import load_settings

home, stage, cycle_id, as_of = sys.argv[1:5]
runtime = Runtime(load_settings(home=Path(home), **eval(sys.argv[5])))

def die(share, message):
    if message.startswith(stage):
        os.kill(os.getpid(), signal.SIGKILL)

def die_after(report):
    if stage == "after " + report.stage:
        os.kill(os.getpid(), signal.SIGKILL)

request = CycleRequest("BTC-USD", Timeframe.H1, "sample", datetime.fromisoformat(as_of), Mode.PAPER)
run_cycle(request, runtime.bench, cycle_id, on_stage=die_after, on_progress=die)
"""


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose book has traded once."""
    home = tmp_path_factory.mktemp("lived")
    runtime = Runtime(
        quick_settings(home).model_copy(
            update={"signals": quick_settings(home).signals.model_copy(update={"threshold": 0.0})}
        )
    )
    from core.pipeline import run_cycle

    run_cycle(CycleRequest("BTC-USD", Timeframe.H1, "sample", NOON, Mode.PAPER), runtime.bench, "before")
    runtime.close()
    return home


def snapshot(store: Store) -> tuple:
    book = active_book(store, WORLD)
    assert book is not None
    frames = (read_orders(store, book.id), read_fills(store, book.id), read_trades(store, book.id))
    return book, *(frame.to_csv() for frame in frames)


def kill_in(home: Path, stage: str) -> None:
    later = (NOON + timedelta(hours=30)).isoformat()
    ended = subprocess.run(
        [sys.executable, "-c", DIE, str(home), stage, "killed", later, repr(EAGER)],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert ended.returncode == -signal.SIGKILL, ended.stderr


@pytest.mark.slow  # ten processes, each with its imports
@pytest.mark.parametrize("stage", [name for name, _ in STAGES] + ["after settle", "after execute"])
def test_killed_in_each_stage_then_started_again(lived: Path, tmp_path: Path, stage: str) -> None:
    home = tmp_path / "copy"
    shutil.copytree(lived, home)
    before = Store(home / "data" / "glassbox.duckdb")
    was = snapshot(before)
    before.close()
    kill_in(home, stage)

    runtime = Runtime(quick_settings(home))
    now = snapshot(runtime.store)
    done = [report.stage for report in stages_of(runtime.store, "killed")]
    if "settle" not in done:
        assert now == was
    assert now[0].equity == pytest.approx(now[0].cash + sum(p.value for p in now[0].positions))
    cycles = list_cycles(runtime.store).set_index("id")
    sends = "execute" in done and len(orders_of_cycle(runtime.store, "killed")) > 0
    ended = {"ordered", "denied"} if sends else {"interrupted"}  # an order and its passport are one commit
    assert cycles.loc["killed", "verdict"] in ended

    from core.pipeline import run_cycle

    request = CycleRequest("BTC-USD", Timeframe.H1, "sample", NOON + timedelta(hours=30), Mode.PAPER)
    bold = runtime.bench.settings.signals.model_copy(update={"threshold": 0.0})
    runtime.apply(runtime.settings.model_copy(update={"signals": bold}))
    again = run_cycle(request, runtime.bench, "again")
    assert not again.failed
    orders = read_orders(runtime.store, now[0].id)
    assert orders["id"].is_unique
    sent = orders[orders["cycle_id"].isin(["killed", "again"])]
    assert len(sent) <= 1 or stage in ("after execute", "shadow")
    runtime.close()


def test_the_undisturbed_run_ends_in_the_same_book(lived: Path, tmp_path: Path) -> None:
    """Killed while settling and run again, the book is the one that was never disturbed."""
    from core.pipeline import run_cycle

    books = []
    for name, stage in (("calm", None), ("killed", "settle")):
        home = tmp_path / name
        shutil.copytree(lived, home)
        if stage:
            kill_in(home, stage)
        runtime = Runtime(quick_settings(home))
        request = CycleRequest("BTC-USD", Timeframe.H1, "sample", NOON + timedelta(hours=30), Mode.PAPER)
        run_cycle(request, runtime.bench, "again")
        books.append(active_book(runtime.store, WORLD))
        runtime.close()
    assert books[0] == books[1]
