"""A stored cycle run again."""

import json
import random
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from core.errors import InputError
from core.pipeline import Workbench, run_cycle
from core.pipeline.cycle import STAGES
from core.pipeline.replaying import replay
from core.records import CycleReport, CycleRequest, Mode, Timeframe
from core.runtime import Runtime
from core.settings import load_settings
from core.store import dump
from core.store.cycles import read_cycle
from core.store.packing import Told, packed, save_packed
from core.store.passports import results_of
from tests import quick
from tests.llm.sentiment_script import judging
from tests.llm.server import Says, fake_llm
from tests.llm.whole_script import answers_all
from tests.pipeline.conftest import NOON, eager


def rows(bench: Workbench) -> dict[str, int]:
    """Rows of every table."""
    with bench.store.cursor() as cursor:
        names = [row[0] for row in cursor.execute("SELECT table_name FROM duckdb_tables()").fetchall()]
        return {name: cursor.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in names}


def test_cycles_that_trade_and_cycles_that_do_not_give_the_same_again(
    bench: Workbench, cycle: Callable[..., CycleReport]
) -> None:
    trading = eager(bench)
    reports = [
        cycle(NOON + timedelta(hours=6 * step), on=trading if step % 2 else bench) for step in range(4)
    ]
    reports.append(cycle(None, on=trading))  # at the sample's own clock
    before = rows(bench)
    for report in reports:
        found = replay(bench, report.id)
        assert found.first_difference is None, found.first_difference
        assert [stage.stage for stage in found.stages][-1] in ("risk", "execute")
        assert found.calls == 0
    assert any(replay(bench, report.id).stages[-1].stage == "execute" for report in reports)
    assert rows(bench) == before  # a replay leaves no trace


def test_the_settings_are_those_of_then(bench: Workbench, cycle: Callable[..., CycleReport]) -> None:
    report = cycle(on=eager(bench))
    assert report.decision is not None
    strict = bench.settings.risk.model_copy(update={"max_position": 0.01})
    now = replace(bench, settings=bench.settings.model_copy(update={"risk": strict}))
    assert replay(now, report.id).first_difference is None


def test_a_changed_record_names_the_stage(bench: Workbench, cycle: Callable[..., CycleReport]) -> None:
    report = cycle()

    def tamper(cursor: duckdb.DuckDBPyConnection) -> None:
        told = results_of(cursor, report.id)
        changed = told | {"sentiment": json.dumps(json.loads(told["sentiment"]) | {"score": 0.99})}
        save_packed(cursor, [packed(report.id, Told(dump(CycleReport, report), changed))])

    bench.store.write(tamper)
    first = replay(bench, report.id).first_difference
    assert first is not None
    assert (first.stage, "score was 0.99" in first.words) == ("sentiment", True)


def test_what_cannot_be_replayed_says_why(bench: Workbench, cycle: Callable[..., CycleReport]) -> None:
    failed = cycle(symbol="BTC-USD", as_of=NOON - timedelta(days=3000))
    assert failed.failed
    with pytest.raises(InputError, match="failed"):
        replay(bench, failed.id)


def test_every_stage_is_in_the_order_of_the_cycle() -> None:
    assert [name for name, _ in STAGES].index("risk") > [name for name, _ in STAGES].index("decide")


def test_a_language_models_answers_are_the_replay_record(home: Path) -> None:
    """The server answers at random and is gone when the cycles are replayed, and so is its preset."""
    rng = random.Random(5)

    def fickle(asset: str, text: str) -> dict[str, object]:
        return {"score": round(rng.uniform(-1, 1), 2), "confidence": round(rng.uniform(0.3, 1), 2)}

    def script(request: dict[str, Any]) -> Says:
        texts = request["messages"][-1]["content"].startswith('{"items"')
        return judging(fickle)(request) if texts else answers_all(request)

    with fake_llm(script) as fake:
        llm = {"preset": "custom", "base_url": fake.base_url, "model": "fake-model", "keep_days_text": 0.0}
        opened = Runtime(load_settings(home=home, **quick.OVERRIDES, llm=llm, signals={"threshold": 0.0}))
        ids = []
        for step in range(6):
            request = CycleRequest(
                "BTC-USD", Timeframe.H1, "sample", NOON + timedelta(hours=5 * step), Mode.PAPER
            )
            report = run_cycle(request, opened.bench, f"c{step}")
            assert report.llm is not None and report.llm.contaminated
            ids.append(report.id)
        heard = len(fake.heard)
        assert heard >= 6
        said = {report.llm.calls for report in (read_cycle(opened.store, key) for key in ids) if report.llm}
        assert max(said) >= 2
    opened.apply(load_settings(home=home, **quick.OVERRIDES))
    before = rows(opened.bench)
    for cycle_id in ids:
        found = replay(opened.bench, cycle_id)
        assert found.first_difference is None, found.first_difference
        assert found.calls == 0 and len(found.stages) >= 9
    assert (rows(opened.bench), len(fake.heard)) == (before, heard)
    opened.close()
