"""Processes that live through a course: left alone, or killed and started again."""

import multiprocessing
import signal
import time
from dataclasses import dataclass
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import numpy as np

from core.store import Store
from core.store.audit import check_chain
from core.store.jobs import list_jobs
from tests.reliability.committed import last_acknowledged, lost_commits
from tests.reliability.course import go_on
from tests.reliability.told import acknowledged_turns

_TICK = 0.002
_FURTHER, _LATER = 40, 0.02
"""A kill comes less than so many commits into its turn, and less than so many seconds after the last of them."""


_PROCESSES = multiprocessing.get_context("forkserver")
_PROCESSES.set_forkserver_preload(
    ["tests.reliability.course", "ccxt", "numba", "xgboost", "sklearn.linear_model"]
)
"""Libraries are loaded once and forked from; a life begins with an empty process otherwise: no store, no thread."""


def begin(home: Path, url: str) -> ForkServerProcess:
    """A process that goes on with the course of a home."""
    process = _PROCESSES.Process(target=go_on, args=(home, url))
    process.start()
    return process


def _ended(process: ForkServerProcess, home: Path, timeout: float) -> None:
    """Wait for a life that ends by itself, and well."""
    process.join(timeout)
    assert process.exitcode == 0, (
        f"ended with {process.exitcode}: {(home / 'console.txt').read_text()[-3000:]}"
    )


def live(home: Path, url: str, timeout: float) -> None:
    """Live through the whole course in one process."""
    process = begin(home, url)
    try:
        _ended(process, home, timeout)
    finally:
        process.kill()
        process.join()


@dataclass(frozen=True, slots=True)
class Moment:
    """When a life ends."""

    turn: int
    """In this turn of the course …"""
    commits: int
    """… after so many more transactions, or at its end …"""
    later: float
    """… and so many seconds."""


@dataclass(frozen=True, slots=True)
class Kill:
    """One kill, and how the store was found when it was opened again."""

    commit: int
    """The last commit that was acknowledged."""
    wrong: tuple[str, ...]


def killed_often(home: Path, url: str, turns: int, kills: int, seed: int, timeout: float) -> list[Kill]:
    """Live through the course, killed at so many random moments of it.

    A moment is a random turn out of `turns` of the course, a random number of commits into it, and up to 20 ms later: so
    kills are spread over the course whatever the machine, and fall into transactions as well as between them.
    """
    rng = np.random.default_rng(seed)
    moments = sorted(rng.integers(0, turns, kills).tolist())
    done: list[Kill] = []
    until = time.monotonic() + timeout
    while True:
        process = begin(home, url)
        try:
            if len(done) == kills:
                _ended(process, home, max(1.0, until - time.monotonic()))
                return done
            moment = Moment(moments[len(done)], int(rng.integers(1, _FURTHER)), rng.uniform(0, _LATER))
            _kill_at(process, home, moment, until)
        finally:
            process.kill()
            process.join()
        done.append(Kill(last_acknowledged(home / "commits.bin"), tuple(_found(home))))


def _kill_at(process: ForkServerProcess, home: Path, moment: Moment, until: float) -> None:
    """Kill a process at a moment; where it has lived past that turn already, at its next commits."""
    commits, turns = 0, -1
    while process.is_alive():
        assert time.monotonic() < until, "the course takes too long"
        now, done = last_acknowledged(home / "commits.bin"), acknowledged_turns(home)
        if turns < 0 <= done - moment.turn:
            commits, turns = now + moment.commits, done
        elif turns >= 0 and (now >= commits or done > turns):
            break
        time.sleep(_TICK)
    time.sleep(moment.later)
    process.kill()
    process.join()
    assert process.exitcode in (0, -signal.SIGKILL), (home / "console.txt").read_text()[-3000:]


def _found(home: Path) -> list[str]:
    """What is lost or broken in the store right after a kill."""
    store = Store(home / "data" / "glassbox.duckdb")
    try:
        wrong = lost_commits(store, home / "commits.bin")
        if check_chain(store).broken_at is not None:
            wrong.append(f"the chain of the audit breaks at {check_chain(store).broken_at}")
        return wrong
    finally:
        store.close()


def left_running(home: Path) -> list[str]:
    """Jobs that a course which has ended left unfinished, and cycles that seem to run."""
    store = Store(home / "data" / "glassbox.duckdb")
    try:
        with store.cursor() as cursor:
            cycles = cursor.execute("SELECT id FROM cycles WHERE verdict = 'running'").fetchall()
        return [job.id for job in list_jobs(store, active=True)] + [str(row[0]) for row in cycles]
    finally:
        store.close()
