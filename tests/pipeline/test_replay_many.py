"""Two hundred stored cycles run again: all identical, and a planted change is found and named."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from core.errors import InputError
from core.pipeline import Workbench, run_cycle
from core.pipeline.replaying import models_of, replay, replay_all
from core.records import CycleReport, CycleRequest, Mode, Timeframe, Verdict
from core.runtime import Runtime
from core.settings import load_settings
from core.store import dump
from core.store.cycles import close_cycle, read_cycle
from core.store.packing import Told, packed, save_packed
from core.store.passports import results_of
from tests import quick

STARTS = (
    ("BTC-USD", datetime(2019, 6, 26, 12, tzinfo=UTC)),
    ("ETH-USD", datetime(2019, 6, 26, 12, tzinfo=UTC)),
)
STEP = timedelta(hours=5)


def many(opened: Runtime, steps: int) -> list[str]:
    """Cycles of several assets that step through the sample: every second one trades on any opinion at all."""
    bench = opened.bench
    signals = bench.settings.signals.model_copy(update={"threshold": 0.0})
    trading = replace(bench, settings=bench.settings.model_copy(update={"signals": signals}))
    ids = []
    for step in range(steps):
        for symbol, start in STARTS:
            request = CycleRequest(symbol, Timeframe.H1, "sample", start + step * STEP, Mode.PAPER)
            ids.append(run_cycle(request, trading if step % 2 else bench, f"{symbol}-{step}").id)
    return ids


@pytest.fixture
def opened(home: Path) -> Iterator[Runtime]:
    """Few bars and small models: what is proven is that the same comes out, not that it is good."""
    small = quick.OVERRIDES | {
        "predict": quick.OVERRIDES["predict"] | {"retrain_bars": 200},
        "collect": quick.OVERRIDES["collect"] | {"train_bars": 500, "history_days": 30},
    }
    running = Runtime(load_settings(home=home, **small))
    yield running
    running.close()


def tampered(bench: Workbench, cycle_id: str, stage: str, patch: dict[str, object]) -> None:
    report = dump(CycleReport, read_cycle(bench.store, cycle_id))

    def write(cursor: duckdb.DuckDBPyConnection) -> None:
        told = results_of(cursor, cycle_id)
        changed = told | {stage: json.dumps(json.loads(told[stage]) | patch)}
        save_packed(cursor, [packed(cycle_id, Told(report, changed))])

    bench.store.write(write)


@pytest.mark.slow
@pytest.mark.timeout(1800)  # two hundred cycles, twice
def test_two_hundred_cycles_are_identical(opened: Runtime) -> None:
    ids = many(opened, 100)
    verdicts = {
        report.decision.verdict
        for report in (read_cycle(opened.store, key) for key in ids)
        if report.decision
    }
    assert {Verdict.ORDERED, Verdict.NO_TRADE} <= verdicts
    found = replay_all(opened.bench)
    assert (found.identical, found.different, found.left_out) == (200, (), ())
    assert found.stages >= 200 * 9 and len(found.models) >= 6


def test_a_planted_change_is_found_and_named_among_many(opened: Runtime) -> None:
    bench, ids = opened.bench, many(opened, 4)
    assert replay_all(bench).identical == len(ids)
    tampered(bench, ids[3], "decide", {"confidence": 0.123})
    tampered(bench, ids[5], "signals", {"parts": []})
    report = next(
        r for r in (read_cycle(bench.store, key) for key in ids) if r.order and r.id not in (ids[3], ids[5])
    )
    told = json.loads(report.settings)
    told["risk"]["max_position"] = 0.01
    bench.store.write(close_cycle(replace(report, settings=json.dumps(told))))

    found = replay_all(bench)
    named = {other.cycle_id: other.first_difference for other in found.different}
    assert set(named) == {ids[3], ids[5], report.id} and found.identical == len(ids) - 3
    assert named[ids[3]].stage == "decide" and "confidence was 0.123" in named[ids[3]].words  # type: ignore[union-attr]
    assert named[ids[5]].stage == "signals" and "parts had 0 entries" in named[ids[5]].words  # type: ignore[union-attr]
    assert named[report.id].stage == "decide"  # type: ignore[union-attr]
    assert f"3 of {len(ids)} cycles differ" in found.words


def test_many_can_begin_at_a_moment_and_name_what_is_left_out(opened: Runtime) -> None:
    bench, ids = opened.bench, many(opened, 1)
    failed = run_cycle(
        CycleRequest("BTC-USD", Timeframe.H1, "sample", datetime(2011, 1, 1, tzinfo=UTC), Mode.PAPER),
        bench,
        "gone",
    )
    assert failed.failed
    found = replay_all(bench)
    assert (found.identical, [key for key, _ in found.left_out]) == (len(ids), ["gone"])
    assert replay_all(bench, since=bench.clock() + timedelta(days=1)).words.startswith("No stored cycle")
    report = read_cycle(bench.store, ids[0])
    assert replay(bench, ids[0]).models == models_of(report)
    assert set(models_of(report)) >= {item.model_id for item in report.forecasts}


def test_a_setting_that_no_longer_exists_is_a_sentence(opened: Runtime) -> None:
    bench, ids = opened.bench, many(opened, 1)
    report = read_cycle(bench.store, ids[0])
    unknown = report.settings[:-1] + ', "risk": {"max_position": "much"}}'
    bench.store.write(close_cycle(replace(report, settings=unknown)))
    with pytest.raises(InputError, match="a setting that this version does not know"):
        replay(bench, ids[0])
