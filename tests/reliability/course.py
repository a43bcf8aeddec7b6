"""The real autopilot over a simulated month: real Runtime, Jobs and turns of every step, on a clock that jumps.

Run in a process of its own (see lives): the plan lies in the home as plan.json, and what was done is told line by line
in course.jsonl. Killed at any moment and started again it goes on with the first turn that it did not acknowledge.
"""

import json
import logging
import os
import time
import urllib.request
import warnings
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from core.collect import LIVE
from core.collect.venues.ccxt_source import CcxtSource
from core.logs import start_logging
from core.records import Step
from core.runtime import Runtime
from core.settings import load_settings
from core.store import Store
from core.store.books import active_book
from core.store.jobs import JobState
from tests.reliability.committed import acknowledged_commits
from tests.reliability.invariants import broken, standing
from tests.reliability.plan import SOURCE, START, Plan, turns
from tests.reliability.told import Log, read_log
from tests.reliability.world import ASSETS


class Clock:
    """Stands until it is moved; the exchange is told."""

    def __init__(self, url: str) -> None:
        self.now = START
        self._url = url

    def __call__(self) -> datetime:
        return self.now

    def move(self, to: datetime) -> None:
        """Let it be this moment, here and at the exchange."""
        self.now = to
        with urllib.request.urlopen(f"{self._url}/clock?now={to.timestamp()}") as answer:
            answer.read()


class Errors(logging.Handler):
    """Keeps what is logged at ERROR or worse."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.told: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.told.append(f"{record.name}: {record.getMessage()}")


def resident() -> int:
    """Bytes of memory that this process holds."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def cached(store: Store) -> int:
    """Bytes of it that the database has, mostly parts of the file; it may have so much as the settings say."""
    with store.cursor() as cursor:
        row = cursor.execute("SELECT sum(memory_usage_bytes) FROM duckdb_memory()").fetchone()
    return int(row[0]) if row else 0


class Course:
    """One process's share of the course."""

    def __init__(self, home: Path, url: str) -> None:
        self.plan = Plan(**json.loads((home / "plan.json").read_text()))
        done = [line for line in read_log(home) if "turn" in line]
        self._done = len(done)
        self.log = Log(home / "course.jsonl")
        self.errors = Errors()
        settings = load_settings(home=home)
        start_logging(settings)
        logging.getLogger().addHandler(self.errors)
        self.clock = Clock(url)
        self.clock.move(datetime.fromisoformat(done[-1]["at"]) if done else START)
        if self.plan.commits:
            acknowledged_commits(home / "commits.bin")
        self.runtime = Runtime(settings, self.clock)
        source = CcxtSource("binance", 10.0, url)
        self.runtime.bench = replace(self.runtime.bench, sources=lambda name: (source,), news=())

    def run(self) -> None:
        """Do every turn that is not acknowledged yet."""
        pilot = self.runtime.autopilot
        self.log.tell(started=self._done, rss=resident())
        if not pilot.resume():
            pilot.start("the course", "test", ASSETS[: self.plan.assets], "1m", SOURCE)
        begun = time.perf_counter()
        for number, (moment, step) in enumerate(turns(self.plan, self.runtime.settings)):
            if number < self._done:
                continue
            if moment != self.clock.now:
                self.clock.move(moment)
            since, worked = time.perf_counter(), time.process_time()
            jobs = pilot.turn(step)
            self._drain()
            took = time.perf_counter() - since, time.process_time() - worked
            self._judge(number, moment, step, jobs, took)
        pilot.stop("the course", "test")
        self.log.tell(ended=True, seconds=time.perf_counter() - begun, rss=resident())

    def close(self) -> None:
        """Release the database."""
        self.runtime.close()
        self.log.close()

    def _drain(self) -> None:
        """Wait until the jobs of a turn have ended: both pools are queues of one thread."""
        for pool in (self.runtime.jobs._pool, self.runtime.jobs._fast):
            pool.submit(lambda: None).result()

    def _judge(
        self, number: int, moment: datetime, step: Step, jobs: tuple[str, ...], took: tuple[float, float]
    ) -> None:
        """Tell how the turn went, and what does not hold after it."""
        store = self.runtime.store
        failed = [
            f"{job.kind} {job.key}: {job.state.value}, {job.error}"
            for job in map(self.runtime.jobs.read, jobs)
            if job.state is not JobState.DONE
        ]
        wrong = [*failed, *broken(store, LIVE), *self.errors.told]
        self.errors.told.clear()
        book = active_book(store, LIVE)
        self.log.tell(
            turn=number, at=moment.isoformat(), step=step.value, jobs=len(jobs), took=round(took[0], 4), worked=round(took[1], 4), wrong=wrong, rss=resident(), cache=cached(store),
            held=len(book.positions) if book else 0, state=standing(store, LIVE),
        )  # fmt: skip


def go_on(home: Path, url: str) -> None:
    """Go on with the course that lies in a home; what is printed goes to HOME/console.txt."""
    warnings.simplefilter("ignore")
    console = os.open(home / "console.txt", os.O_CREAT | os.O_WRONLY | os.O_APPEND)
    for stream in (1, 2):
        os.dup2(console, stream)
    course = Course(home, url)
    try:
        course.run()
    finally:
        course.close()
