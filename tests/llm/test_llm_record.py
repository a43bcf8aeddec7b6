"""Outcomes by the models' labels, and scores beside the base rate."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as st
from sklearn.metrics import log_loss

from core.evaluate.forecasts import score_opinions
from core.evaluate.forecasts.llm_record import FEWEST, verdict
from core.pipeline.llm_record import label_opinions, scored, spans, uniqueness
from core.predict import labelled_rows
from core.predict.hybrid import learn_weight
from core.records import KeptOpinion, LlmOpinion, OpinionOutcome, SettledOpinion, Timeframe
from core.store import Store
from core.store.llm_forecasts import (
    OpinionSeries,
    count_opinions,
    pending_opinions,
    read_opinions,
    save_opinions,
    save_outcomes,
    settled_opinions,
)
from tests.seeded import seeded_bars

HOUR = timedelta(hours=1)
START = datetime(2025, 1, 1, tzinfo=UTC)
THIRD = (1 / 3, 1 / 3, 1 / 3)


def kept(
    number: int, as_of: datetime, bars: int = 4, symbol: str = "BTC-USD", **changed: object
) -> KeptOpinion:
    opinion = LlmOpinion(symbol, "short", bars, 0.2, 0.3, 0.5, "RSI leans up.", "fake-model", False)
    made = KeptOpinion(
        f"o{number}",
        opinion,
        Timeframe.H1,
        "binance",
        "live",
        as_of,
        as_of,
        "forecast-1",
        1,
        1.0,
        THIRD,
        THIRD,
        "m",
    )
    return replace(made, **changed)  # type: ignore[arg-type]


def came(item: KeptOpinion, outcome: int, moved: float = 0.01) -> SettledOpinion:
    over = item.as_of + item.opinion.bars * HOUR
    return SettledOpinion(item, OpinionOutcome(outcome, moved, over, over, over))


def test_the_labels_are_those_that_the_models_learn_from() -> None:
    bars = seeded_bars(600, 3)
    until = bars.index[-1].to_pydatetime() + HOUR
    plain = pd.DataFrame({"x": np.ones(len(bars))}, index=bars.index)
    data = labelled_rows(bars, plain, 6, 1.3, Timeframe.H1, until, len(bars))
    asked = [kept(n, stamp.to_pydatetime() + HOUR, 6, width=1.3) for n, stamp in enumerate(data.opened)]
    found = label_opinions(asked, bars, until, until)
    assert [item.came.outcome for item in found] == data.outcome.tolist()
    assert np.allclose([item.came.path_return for item in found], data.path_return, atol=1e-12)
    assert [item.came.settled_at for item in found] == [stamp.to_pydatetime() for stamp in data.settled]


def test_nothing_is_settled_before_its_horizon_has_passed() -> None:
    bars = seeded_bars(300, 5)
    at = bars.index[200].to_pydatetime() + HOUR
    item = kept(1, at)
    assert label_opinions([item], bars, at + 3 * HOUR, at) == ()
    assert len(label_opinions([item], bars, at + 4 * HOUR, at)) == 1
    assert label_opinions([item], bars.iloc[:0], at + 9 * HOUR, at) == ()
    assert (
        label_opinions([kept(1, at + 59 * timedelta(minutes=1))], bars, at + 9 * HOUR, at)[0].came.settled_at
        == at + 4 * HOUR
    )


def test_what_comes_later_changes_no_outcome() -> None:
    bars = seeded_bars(400, 6)
    items = [kept(n, bars.index[150 + n].to_pydatetime() + HOUR) for n in range(100)]
    until = bars.index[200].to_pydatetime() + HOUR
    early = label_opinions(items, bars, until, until)
    poisoned = bars.copy()
    poisoned.loc[bars.index > bars.index[200]] *= 7.0
    assert label_opinions(items, poisoned, until, until) == early != ()


def test_the_store_keeps_the_first_answer_and_the_first_outcome(store: Store) -> None:
    first, second = kept(1, START), kept(2, START + HOUR)
    twin = replace(first, opinion=replace(first.opinion, p_down=0.9, p_flat=0.05, p_up=0.05))
    store.write(save_opinions([first, second]), save_opinions([twin]))
    store.write(save_outcomes([came(first, 2)]), save_outcomes([came(first, 0)]))
    assert count_opinions(store) == (2, 1)
    assert pending_opinions(store) == (second,)
    assert settled_opinions(store) == (came(first, 2),)
    series = OpinionSeries("BTC-USD", Timeframe.H1, "binance", "live")
    assert read_opinions(store, series, "fake-model", START, START) == (first,)
    assert read_opinions(store, series, "other", START, START + HOUR) == ()
    assert pending_opinions(store, replace(series, world="era")) == ()


@pytest.mark.parametrize(("narrow", "found"), [
    ({"model": "other"}, 0), ({"timeframe": Timeframe.D1}, 0), ({"settled_until": START + 3 * HOUR}, 0),
    ({"labelled_until": START + 3 * HOUR}, 0), ({"settled_until": START + 4 * HOUR}, 1), ({}, 1),
])  # fmt: skip
def test_a_record_is_read_as_of_a_moment(store: Store, narrow: dict[str, object], found: int) -> None:
    item = kept(1, START)
    store.write(save_opinions([item]), save_outcomes([came(item, 2)]))
    assert len(settled_opinions(store, **narrow)) == found  # type: ignore[arg-type]


def rows(count: int, step: int, seed: int, knows: float) -> list[SettledOpinion]:
    """Opinions every `step` hours; the outcome gets about 1/3 + `knows`."""
    chance = np.random.default_rng(seed)
    made = []
    for n in range(count):
        outcome = int(chance.integers(3))
        tilt = knows * chance.uniform(0.5, 1.5)
        shares = [1 / 3 - tilt / 2 + (1.5 * tilt if way == outcome else 0.0) for way in range(3)]
        item = kept(n, START + n * step * HOUR)
        said = replace(item.opinion, p_down=shares[0], p_flat=shares[1], p_up=shares[2])
        made.append(came(replace(item, opinion=said), outcome, (outcome - 1) * 0.01))
    return made


def test_scores_are_the_textbooks() -> None:
    some = rows(200, 4, 1, 0.1)
    found = score_opinions(some, *spans(some))
    outcome = [item.came.outcome for item in some]
    said = np.array([[i.kept.opinion.p_down, i.kept.opinion.p_flat, i.kept.opinion.p_up] for i in some])
    assert found.log_loss == pytest.approx(log_loss(outcome, said, labels=[0, 1, 2]))
    assert found.brier == pytest.approx(((said - np.eye(3)[outcome]) ** 2).sum(axis=1).mean())
    assert found.brier_base == pytest.approx(2 / 3) == found.brier_model
    assert found.skill == pytest.approx(1 - found.brier / found.brier_base)
    assert found.effective == pytest.approx(200.0)
    assert found.skill_low is not None and found.skill_high is not None
    assert found.skill_low <= found.skill <= found.skill_high
    assert found.verdict.startswith("Better than the base rate")
    assert found.hit_rate == 1.0 and found.hit_low is not None and found.hit_low > 0.9


def test_overlapping_and_simultaneous_forecasts_count_once() -> None:
    hourly, apart = rows(200, 1, 2, 0.1), rows(50, 4, 2, 0.1)
    assert score_opinions(hourly, *spans(hourly)).effective == pytest.approx(200 / 4, rel=0.05)
    both = [
        *apart,
        *(replace(i, kept=replace(i.kept, opinion=replace(i.kept.opinion, symbol="ETH-USD"))) for i in apart),
    ]
    assert uniqueness(both).sum() == pytest.approx(50.0)
    assert uniqueness([]).size == 0


@effort(max_examples=20)
@given(st.integers(1, 60), st.integers(1, 6), st.integers(0, 10_000), st.sampled_from([-0.2, 0.0, 0.2]))
def test_no_verdict_without_enough_and_never_a_wrong_sign(
    count: int, step: int, seed: int, knows: float
) -> None:
    some = rows(count, step, seed, knows)
    found = score_opinions(some, *spans(some))
    assert 0 < found.effective <= count + 1e-9
    assert 0 <= learn_weight(scored(some)) <= 0.5
    if found.effective < FEWEST:
        assert "nothing can be said yet" in found.verdict
    elif knows > 0:
        assert found.verdict.startswith("Better")
    elif knows < 0:
        assert found.verdict.startswith("Worse") and learn_weight(scored(some)) == 0.0


def test_the_verdict_says_what_may_be_said() -> None:
    assert (
        verdict(False, 12.0, 0.4, None, None)
        == "12 independent forecasts: nothing can be said yet (30 are needed)."
    )
    assert verdict(False, 1.0, 0.4, None, None).startswith("1 independent forecast:")
    assert verdict(True, 500.0, 0.4, 0.3, 0.5).endswith("not evidence, and without weight.")
    assert verdict(False, 90.0, 0.01, -0.02, 0.04).startswith(
        "Not told apart from the base rate: skill +1.0 %"
    )
    assert verdict(False, 90.0, -0.05, -0.08, -0.02).startswith("Worse than the base rate: skill −5.0 %")
