"""Where a market stands, in numbers and words; and change points, which nobody trades."""

from pathlib import Path

import numpy as np
import pytest

from core.errors import NotEnoughHistory
from core.instruments import resolve
from core.predict.regimes import (
    SEEN_AFTERWARDS,
    change_points,
    regime_probabilities,
    regime_state,
    state_names,
)
from core.records import RegimeKind, Timeframe
from tests.seeded import seeded_bars

BTC = resolve("BTC-USD")
ROOT = Path(__file__).resolve().parents[3]


def test_the_state_is_that_of_the_last_bar(fitted, switching) -> None:
    state = regime_state(fitted, switching.bars, BTC, Timeframe.H1)
    last = regime_probabilities(fitted, switching.bars, np.array([2999]))[0]
    assert state.probabilities == tuple(last.tolist())
    assert sum(state.probabilities) == pytest.approx(1.0)
    assert state.kind is fitted.kinds[int(last.argmax())]
    assert state.yearly_volatility == pytest.approx(fitted.volatility * np.sqrt(365 * 24))
    assert state.yearly_drift == pytest.approx(fitted.drift * 365 * 24)
    assert state.fitted_until == switching.bars.index[2000]
    assert state.kind.value in state.words
    assert "%" in state.words


def test_bars_in_state_counts_back_to_the_last_change(fitted, switching) -> None:
    rows = np.arange(2000, 3000)
    likeliest = regime_probabilities(fitted, switching.bars, rows).argmax(axis=1)
    changed = int(np.flatnonzero(np.diff(likeliest))[-1])
    state = regime_state(fitted, switching.bars, BTC, Timeframe.H1)
    assert state.bars_in_state == len(likeliest) - 1 - changed


def test_where_the_bars_begin_does_not_matter(fitted, switching) -> None:
    whole = regime_state(fitted, switching.bars, BTC, Timeframe.H1)
    assert regime_state(fitted, switching.bars.iloc[-700:], BTC, Timeframe.H1) == whole


def test_too_few_bars_are_said_plainly(fitted, switching) -> None:
    with pytest.raises(NotEnoughHistory, match="needs 250 closed bars and has 249"):
        regime_state(fitted, switching.bars.iloc[-249:], BTC, Timeframe.H1)


def test_every_state_has_a_name_of_its_own() -> None:
    kinds = (RegimeKind.RANGE, RegimeKind.RANGE, RegimeKind.TREND)
    assert state_names(kinds) == ("calmer range", "wilder range", "trend")
    assert state_names((RegimeKind.RANGE,) * 3) == ("range 1", "range 2", "range 3")


def test_a_planted_change_is_found() -> None:
    bars = seeded_bars(1000, seed=4)
    rng = np.random.default_rng(8)
    step = rng.normal(0.0, np.where(np.arange(1000) < 600, 0.003, 0.02))
    close = 100.0 * np.exp(np.cumsum(step))
    opened = np.concatenate(([100.0], close[:-1]))
    wick = np.where(np.arange(1000) < 600, 0.001, 0.006) * np.abs(rng.normal(size=1000))
    made = bars.assign(
        open=opened, close=close, high=np.maximum(opened, close) * np.exp(wick), low=np.minimum(opened, close) * np.exp(-wick)
    )  # fmt: skip
    found = made.index.get_indexer(change_points(made))
    assert len(found) <= 3
    assert np.abs(found - 600).min() <= 5


def test_a_market_that_never_changes_has_hardly_any() -> None:
    rng = np.random.default_rng(6)
    bars = seeded_bars(2000)
    close = 100.0 * np.exp(np.cumsum(rng.normal(0.0, 0.01, 2000)))
    opened = np.concatenate(([100.0], close[:-1]))
    made = bars.assign(open=opened, close=close, high=np.maximum(opened, close) * 1.002, low=np.minimum(opened, close) * 0.998)  # fmt: skip
    assert len(change_points(made)) <= 2


@pytest.mark.parametrize("rows", [0, 1, 30])
def test_few_bars_have_no_change_points(rows: int) -> None:
    assert len(change_points(seeded_bars(200).iloc[:rows])) == 0


def test_a_price_that_stands_still_has_no_change_points() -> None:
    assert len(change_points(seeded_bars(400).assign(open=1.0, high=1.0, low=1.0, close=1.0))) == 0


def test_nothing_that_decides_knows_change_points() -> None:
    """They look ahead: outside their own room only views and the tests may call them."""
    assert "never used for a decision" in SEEN_AFTERWARDS
    knowing = {
        path.relative_to(ROOT / "core").parts[0]
        for path in (ROOT / "core").rglob("*.py")
        if "change_points" in path.read_text("utf-8")
    }
    assert knowing <= {"predict", "views"}
