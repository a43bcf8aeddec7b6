"""A child process whose disk is full for a while: `python -m tests.reliability.faults_disk HOME`.

HOME lies on a small file system of its own, which is filled; or else no file may be written beyond so many bytes
(RLIMIT_FSIZE): the same calls of the database fail in the same way. The parent reads what happened as JSON.
"""

import json
import os
import resource
import signal
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.reliability.faults_course import GUARDED, Course, course

LIMITS = (1, 100_000)
"""Bytes. One: the database's log cannot be written, so nothing is committed. More: the log can be and the file cannot,
so that tidying up after a commit fails, which shuts DuckDB's engine."""
CHECKPOINT = "64KB"
"""Of the log from which the database tidies up, so that this, too, happens while the disk is full."""


def fill(home: Path, most: int) -> None:
    """From now on nothing can be written."""
    if not os.path.ismount(home):
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, resource.RLIM_INFINITY))
        return
    with (home / "ballast").open("wb", buffering=0) as ballast:
        try:
            while ballast.write(b"\0" * 4096) == 4096:
                pass
        except OSError:
            return


def free(home: Path) -> None:
    """There is room again."""
    (home / "ballast").unlink(missing_ok=True)
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


def told(run: Course, since: int) -> dict[str, int]:
    """How the due turns ended."""
    return dict(Counter("none" if turn.job is None else turn.job.state.value for turn in run.turns[since:]))


def lived(run: Course, home: Path) -> dict[str, object]:
    """Well, then twice full and well again; the disk fills up in the middle of a job, and a stop is hit meanwhile."""
    run.go(1)
    well, phases = told(run, 0), []
    for most in LIMITS:
        with run.runtime.store.cursor() as cursor:
            cursor.execute(f"SET GLOBAL checkpoint_threshold = '{CHECKPOINT}'")
        run.hold()
        run.go(1)
        before = len(run.turns)
        run.world.when_asked = lambda most=most: fill(home, most)
        run.world.prices.crashes = [("SOL", run.clock.now, 0.03)]
        run.go(3)
        run.world.when_asked = lambda: None
        full, held = told(run, before), len(run.turns)
        free(home)
        run.go(1)
        phases.append({"full": full, "closed": not run.guarded, "after": told(run, held)})
        run.world.prices.crashes = []
    run.go(4)  # into the next hour: a cycle decides again
    stuck = run.rows("SELECT count(*) FROM jobs WHERE state IN ('queued', 'running')")
    twice = run.rows("SELECT count(*) - count(DISTINCT id) FROM orders")
    trades = run.rows("SELECT exit_time, exit_reason FROM trades WHERE symbol = ? ORDER BY 1", GUARDED)
    return {
        "well": well, "phases": phases, "last": told(run, len(run.turns) - 8), "refused": run.refused[:1],
        "stuck": stuck[0][0], "twice": twice[0][0], "trades": [reason for _, reason in trades],
        "cycles": [verdict for (verdict,) in run.rows("SELECT verdict FROM cycles ORDER BY started_at")],
    }  # fmt: skip


def main() -> None:
    """One run in the home that is named."""
    home = Path(sys.argv[1])
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    patch = pytest.MonkeyPatch()
    patch.setenv("GLASSBOX_HOME", str(home))
    with course(home, patch, ("BTC-USD",), ("yfinance", "ccxt:binance"), ("feeds",)) as run:
        found = lived(run, home)
    sys.stdout.write(json.dumps(found) + "\n")


if __name__ == "__main__":
    main()
