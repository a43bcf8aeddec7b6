"""The record of language models as a page shows it, and its figures."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from core.charts import Look
from core.charts.llm_record import llm_running_chart, llm_skill_chart
from core.records import LlmOpinion
from core.runtime import Runtime
from core.settings import load_settings
from core.store.llm_forecasts import save_opinions, save_outcomes
from core.views.llm_opinion import opinion_number
from core.views.llm_record import NO_RECORD, llm_record
from tests.llm.test_llm_record import rows

OPINION = LlmOpinion("BTC-USD", "short", 4, 0.2, 0.3, 0.5, "RSI leans up.", "fake-model", False)


@pytest.fixture
def runtime(home: Path) -> Iterator[Runtime]:
    opened = Runtime(load_settings(home=home))
    yield opened
    opened.close()


def remember(
    runtime: Runtime, count: int, contaminated: bool = False, world: str = "live", knows: float = 0.1
) -> None:
    """Scored opinions of one horizon, four hours apart."""
    some = [
        replace(
            item,
            kept=replace(
                item.kept, id=f"{item.kept.id}{contaminated}{world}", world=world,
                opinion=replace(item.kept.opinion, contaminated=contaminated),
            ),
        )
        for item in rows(count, 4, 1, knows)
    ]  # fmt: skip
    runtime.store.write(save_opinions(item.kept for item in some), save_outcomes(some))


def test_an_empty_record_says_what_to_do(runtime: Runtime) -> None:
    view = llm_record(runtime.bench)
    assert view.verdict == NO_RECORD and view.table.empty and view.curves == {}
    for look in Look:
        assert "Run cycles with a model" in llm_skill_chart((), look).layout.meta
        assert "two scored forecasts" in llm_running_chart({}, look).layout.meta


def test_a_few_forecasts_are_shown_and_nothing_is_claimed(runtime: Runtime) -> None:
    remember(runtime, 12)
    view = llm_record(runtime.bench)
    assert "12 independent forecasts: nothing can be said yet" in view.verdict
    assert [number.value for number in view.numbers[:3]] == ["12", "12", "12"]
    figure = llm_skill_chart(view.scores)
    assert [trace.name for trace in figure.data] == ["too few to say"]


def test_contaminated_forecasts_stay_out_of_headline_and_figures(runtime: Runtime) -> None:
    remember(runtime, 200, contaminated=True)
    only = llm_record(runtime.bench)
    assert only.scores == () and only.table.empty and only.curves == {}
    assert "may remember" in only.verdict and only.numbers[2].value == "0"
    remember(runtime, 12, knows=-0.1)
    both = llm_record(runtime.bench)
    assert "nothing can be said yet" in both.verdict
    assert (len(both.table), len(both.remembered)) == (1, 1)
    assert both.remembered["weight"].tolist() == [0.0]


def test_a_good_record_is_told_with_its_interval_and_weight(runtime: Runtime) -> None:
    remember(runtime, 200)
    view = llm_record(runtime.bench)
    (score,) = view.scores
    assert "Better than the base rate" in view.verdict and score.weight > 0
    (name,) = view.curves
    assert view.curves[name]["skill"].iloc[-1] == pytest.approx(score.skill)
    assert view.curves[name]["forecasts"].iloc[-1] == 200
    for look in Look:
        skill, running = llm_skill_chart(view.scores, look), llm_running_chart(view.curves, look)
        assert skill.data[0].error_x.array[0] == pytest.approx(score.skill_high - score.skill)
        assert len(running.data[0].x) == 200


def test_live_forecasts_push_those_of_the_sample_aside(runtime: Runtime) -> None:
    remember(runtime, 20, world="2017-2019")
    assert llm_record(runtime.bench).sample
    remember(runtime, 5)
    view = llm_record(runtime.bench)
    assert not view.sample and view.table["rows"].tolist() == [5]


def test_a_card_says_what_an_opinion_counts() -> None:
    assert opinion_number(None) == ()
    (plain,) = opinion_number(OPINION)
    assert plain.value == "▲ 50 % ■ 30 % ▼ 20 %" and "counts nothing until" in plain.meaning
    (earned,) = opinion_number(replace(OPINION, weight=0.2, stability=0.9))
    assert "earned it 20 %" in earned.meaning and "within 10 %" in earned.meaning
    (old,) = opinion_number(replace(OPINION, contaminated=True))
    assert old.delta == "weight 0 %, may remember"


def test_outcomes_are_found_in_stored_bars(runtime: Runtime) -> None:
    from core.records import Timeframe
    from core.store.bars import upsert_bars
    from tests.seeded import seeded_bars

    bars = seeded_bars(400, 3)
    end = bars.index[-1].to_pydatetime() + timedelta(hours=1)
    runtime.store.write(upsert_bars("BTC-USD", Timeframe.H1, "binance", bars, end))
    (item,) = rows(1, 4, 1, 0.1)
    asked = [replace(item.kept, id=str(n), as_of=end - timedelta(hours=n)) for n in (2, 4, 9)]
    runtime.store.write(save_opinions(asked))
    view = llm_record(runtime.bench)
    assert [number.value for number in view.numbers[:2]] == ["3", "2"]
