"""Every source, the language model and the disk fail in every way; the autopilot goes on, and what is held stays guarded.

Availability of the decision loop: the share of all due turns (a step of an asset, by the autopilot's own intervals on
the simulated clock) that ended with their result, a cycle with its report, before the step's next turn.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from tests.reliability.faults_course import TICK, Course, Episode, course
from tests.reliability.faults_world import PRICES, TEXTS, Fault

LONG = os.environ.get("GLASSBOX_LONG") == "1"
ROOT = Path(__file__).resolve().parents[2]
FIRST = frozenset({"yfinance"})
LLM = frozenset({"llm"})
LEFT = frozenset({"kraken"})
"""The one that still answers where all others fail."""
SHARE = 0.999
SOURCES = ("yfinance", "ccxt:binance", "ccxt:kraken", "ccxt:coinbase", "coingecko", "cryptocompare")
NEWS = ("feeds", "yfinance", "fear and greed", "trending", "community")
MORE_NEWS = (*NEWS, "gdelt", "reddit", "newsapi")
CLOCKS = (Fault.FUTURE, Fault.DATES)
"""Faults that a model cannot have."""

SOME = (
    Episode(Fault.TIME_OUT, FIRST, 2),
    Episode(Fault.SLOW_DOWN_UNTIL, LLM | TEXTS, 2),
    Episode(Fault.TYPES, PRICES | TEXTS | LLM, 2),
    Episode(Fault.BROKEN, PRICES - LEFT, 2),
)
ALL = tuple(
    Episode(fault, who, 4)
    for fault in Fault
    for who in (FIRST, PRICES - LEFT, PRICES, TEXTS, LLM, PRICES | TEXTS | LLM)
    if not (fault in CLOCKS and who == LLM)
)


def answered(run: Course, source: str, since: object) -> bool:
    """Whether a source has given an answer since then."""
    sql = "SELECT count(*) FROM source_calls WHERE source = ? AND outcome = 'ok' AND asked_at >= ?"
    return bool(run.rows(sql, source, since)[0][0])


def lives_through(run: Course, episode: Episode) -> None:
    """One fault, with a stop hit in it, and what has to hold."""
    run.hold()
    run.go(1)
    fallen = run.clock.now
    run.world.prices.crashes = [("SOL", fallen, 0.03)]
    run.fail(episode)
    run.go(episode.ticks)
    closed = not run.guarded
    ended = run.clock.now
    run.heal()
    run.go(1)
    if not episode.providers >= PRICES:
        assert closed, f"{episode}: a source of prices answered, and the stop was not kept"
    assert not run.guarded, f"{episode}: the stop was not kept at the first moment after"
    at, reason = run.rows("SELECT exit_time, exit_reason FROM trades ORDER BY exit_time DESC LIMIT 1")[0]
    assert reason == "stop_loss" and fallen - TICK <= at <= fallen + TICK, f"{episode}: {reason} at {at}"
    if "yfinance" in episode.providers:
        assert answered(run, "yfinance", ended), f"{episode}: not asked again within an interval"
    run.world.prices.crashes = []


def holds_at_the_end(run: Course) -> float:
    """Nothing was lost on the way; the availability."""
    unfinished = run.rows("SELECT count(*) FROM cycles ANTI JOIN passports ON cycle_id = id")
    assert unfinished == [(0,)], "every cycle ends with a report"
    unexpected = run.rows(
        "SELECT summary FROM stages WHERE summary LIKE 'Unexpected%' UNION SELECT error FROM jobs WHERE error LIKE 'Unexpected%'"
    )
    assert unexpected == []
    assert run.refused == []
    return sum(turn.ended for turn in run.turns) / len(run.turns)


def decides_well_again(run: Course) -> None:
    """After the last fault: the next bar's cycle is decided on data and answers as good as ever."""
    healed = run.clock.now
    run.go(12)
    last = run.rows(
        "SELECT c.verdict, q.score FROM cycles c JOIN quality q ON (q.symbol, q.timeframe, q.source) ="
        " (c.symbol, c.timeframe, c.source) ORDER BY c.started_at DESC, q.as_of DESC LIMIT 1"
    )
    assert last[0][0] in ("no_trade", "denied", "ordered") and float(last[0][1]) >= 80
    assert (
        run.rows("SELECT count(*) FROM llm_calls WHERE state = 'answered' AND asked_at >= ?", healed)[0][0]
        > 0
    )
    assert answered(run, "news coindesk.com", healed)


def test_faults_one_after_the_other(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with course(home, monkeypatch, ("BTC-USD",), SOURCES, NEWS) as run:
        run.go(1)
        for episode in SOME:
            lives_through(run, episode)
        assert holds_at_the_end(run) == 1.0


@pytest.mark.skipif(not LONG, reason="every fault of every source, a day and a half; set GLASSBOX_LONG=1")
@pytest.mark.timeout(5400)
def test_every_fault_of_every_source(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with course(home, monkeypatch, ("BTC-USD",), SOURCES, MORE_NEWS) as run:
        run.go(1)
        for number, episode in enumerate(ALL, start=1):
            lives_through(run, episode)
            print(f"{number} of {len(ALL)}: {episode}", flush=True)
        decides_well_again(run)
        share, hours = holds_at_the_end(run), (len(ALL) * 6 + 13) * TICK / timedelta(hours=1)
        print(f"{len(ALL)} faults in {hours:.0f} h: {len(run.turns)} turns, availability {share:.4%}")
        assert share >= SHARE


@contextmanager
def small_disk(folder: Path) -> Iterator[bool]:
    """A file system of 96 MB at the folder, where this machine lets us; whether it did."""
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=96m", "none", str(folder)], capture_output=True, check=False
    )
    try:
        yield made.returncode == 0
    finally:
        if made.returncode == 0:
            subprocess.run(["umount", str(folder)], check=True)


def lived_with_a_full_disk(home: Path) -> dict[str, object]:
    """What the child tells."""
    found = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "tests.reliability.faults_disk", str(home)],
        cwd=ROOT, capture_output=True, text=True, timeout=500, check=False,
    )  # fmt: skip
    assert found.returncode == 0, found.stderr[-3000:]
    told: dict[str, object] = json.loads(found.stdout.splitlines()[-1])
    return told


def check_full_disk(told: dict[str, object]) -> None:
    """It said so while the disk was full, lost nothing that was committed, and went on by itself."""
    assert "full" in str(told["refused"])
    for phase in told["phases"]:  # type: ignore[attr-defined]
        assert phase["closed"], "the stop was hit while the disk was full, and kept at the first moment after"
        assert set(phase["after"]) == {"done"}
    assert set(told["last"]) == {"done"} and told["stuck"] == 0 and told["twice"] == 0  # type: ignore[call-overload]
    assert told["trades"] == ["stop_loss", "stop_loss"]
    assert told["cycles"][-1] == "no_trade"  # type: ignore[index]


def test_a_full_disk(home: Path) -> None:
    check_full_disk(lived_with_a_full_disk(home))


@pytest.mark.skipif(not LONG, reason="the same on a real small file system; set GLASSBOX_LONG=1")
def test_a_full_file_system(tmp_path: Path) -> None:
    home = tmp_path / "small"
    home.mkdir()
    with small_disk(home) as real:
        told = lived_with_a_full_disk(home)
        print("tmpfs" if real else "no right to mount: RLIMIT_FSIZE", told)
        check_full_disk(told)
