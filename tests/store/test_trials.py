"""Trials are counted for good."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from core.evaluate.significance import trial
from core.records import Costs, Trial, TrialTally
from core.store import Store
from core.store.trials import recent_trials, save_trials, tally

NOW = datetime(2024, 2, 1, tzinfo=UTC)
DAY = timedelta(days=1)
COSTS = Costs(0.001, 0.0002, 0.0003, 0.0)


def tried(fast: int = 20, sharpe: float | None = 0.01, symbol: str = "BTC-USD", batch: str = "job") -> Trial:
    return trial(
        batch=batch, kind="sweep", symbol=symbol, timeframe="1h", strategy="sma_cross",
        parameters={"fast": fast, "slow": 50}, start=NOW - 9 * DAY, stop=NOW, bars=216, costs=COSTS, sharpe=sharpe,
    )  # fmt: skip


def test_runs_distinct_and_variance(store: Store) -> None:
    assert tally(store, "BTC-USD", "1h") == TrialTally(0, 0, None)
    ratios = [0.01, -0.02, 0.03, 0.005]
    store.write(save_trials([tried(n, s) for n, s in enumerate(ratios)], NOW))
    store.write(save_trials([tried(0, 0.01, batch="again")], NOW + DAY))
    found = tally(store, "BTC-USD", "1h")
    assert (found.runs, found.distinct) == (5, 4)
    assert found.sharpe_variance == pytest.approx(np.var(ratios, ddof=1))
    assert tally(store, "BTC-USD", "1d") == tally(store, "ETH-USD", "1h") == TrialTally(0, 0, None)


def test_what_has_no_ratio_counts_but_has_no_variance(store: Store) -> None:
    store.write(save_trials([tried(1, None), tried(2, 0.01), tried(3, float("nan"))], NOW))
    assert tally(store, "BTC-USD", "1h") == TrialTally(3, 3, None)


def test_the_newest_ratio_of_a_repeated_trial_counts(store: Store) -> None:
    store.write(save_trials([tried(1, 0.5), tried(2, 0.0)], NOW))
    store.write(save_trials([tried(1, 0.1)], NOW + DAY))
    found = tally(store, "BTC-USD", "1h")
    assert found.sharpe_variance == pytest.approx(np.var([0.1, 0.0], ddof=1))


def test_ten_thousand_trials_in_one_write(store: Store) -> None:
    store.write(save_trials([tried(n, n / 1e6) for n in range(10_000)], NOW))
    assert tally(store, "BTC-USD", "1h").distinct == 10_000


def test_frame_of_the_newest(store: Store) -> None:
    store.write(save_trials([tried(1), tried(2, 0.05), tried(3, None)], NOW))
    store.write(save_trials([tried(1, batch="again"), tried(9, symbol="ETH-USD")], NOW + DAY))
    frame = recent_trials(store, "BTC-USD", "1h")
    assert frame["run"].tolist() == [2, 1, 1, 1]
    assert frame["batch"].tolist() == ["again", "job", "job", "job"]
    assert frame["sharpe"].tolist()[:3] == [0.01, 0.05, 0.01] and np.isnan(frame["sharpe"].iloc[3])
    assert frame["parameters"].iloc[1] == '{"fast": 2, "slow": 50}'
    assert frame["recorded_at"].iloc[0] == NOW + DAY and frame["start"].iloc[0] == NOW - 9 * DAY
    assert len(recent_trials(store)) == 5 and len(recent_trials(store, limit=2)) == 2
    assert recent_trials(store, "XRP-USD").empty
    store.write(save_trials([], NOW))
    assert len(recent_trials(store)) == 5


def test_they_survive_a_restart(store: Store) -> None:
    store.write(save_trials([tried()], NOW))
    store.close()
    opened = Store(store.path)
    assert tally(opened, "BTC-USD", "1h").runs == 1
    opened.close()


def test_nothing_changes_or_removes_a_trial() -> None:
    """No statement anywhere in the product does; deleting a report leaves its trials."""
    root = Path(__file__).resolve().parents[2]
    forbidden = re.compile(
        r"(UPDATE|DELETE\s+FROM|TRUNCATE|DROP\s+TABLE|ALTER\s+TABLE|REPLACE\s+INTO)\s+trials\b", re.I
    )
    sources = [*root.glob("core/**/*.py"), *root.glob("pages/**/*.py")]
    assert len(sources) > 100
    assert [path for path in sources if forbidden.search(path.read_text("utf-8"))] == []


def test_the_id_names_what_was_tried() -> None:
    base = tried()
    assert tried(batch="other", sharpe=0.9).id == base.id
    same = trial(
        batch="x", kind="backtest", symbol="BTC-USD", timeframe="1h", strategy="sma_cross",
        parameters={"slow": 50, "fast": 20}, start=NOW - 9 * DAY, stop=NOW, bars=216, costs=COSTS, sharpe=None,
    )  # fmt: skip
    assert same.id == base.id  # neither the order of parameters nor the kind of run makes it another try
    common = {
        "batch": "x", "kind": "sweep", "symbol": "BTC-USD", "timeframe": "1h", "strategy": "sma_cross",
        "parameters": {"fast": 20, "slow": 50}, "start": NOW - 9 * DAY, "stop": NOW, "bars": 216, "costs": COSTS,
        "sharpe": None,
    }  # fmt: skip
    others = [
        {"symbol": "ETH-USD"}, {"timeframe": "1d"}, {"strategy": "rsi"}, {"parameters": {"fast": 21, "slow": 50}},
        {"start": NOW - 8 * DAY}, {"stop": NOW + DAY}, {"costs": replace(COSTS, fee=0.0)},
    ]  # fmt: skip
    assert len({base.id, *(trial(**{**common, **change}).id for change in others)}) == len(others) + 1
    with pytest.raises(ValueError, match="No trial is a"):
        trial(**{**common, "kind": "guess"})
