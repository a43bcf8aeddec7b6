"""Every warning is raised by its own planted case, and a clean result raises none."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core.evaluate import Backtest, Rules, assumptions, measure, run_backtest, warnings
from core.execute.matching import ENTRY, REJECTED
from core.instruments import resolve
from core.records import Costs, Timeframe

COSTS = Costs(0.001, 0.0002, 0.0003, 0.0)
FREE = Costs(0.0, 0.0, 0.0, 0.0)
CLEAN = [5.0, 5.0, -2.0] * 40


def planted(pnl: list[float], refused: int = 0, **changed: float) -> Backtest:
    """A backtest whose trades have these profits on 100 each, from 1,000; `changed` metrics as given."""
    trades = pd.DataFrame({"pnl": pnl, "return_": np.array(pnl) / 100, "fees": 0.0, "bars": 1.0})
    equity = np.r_[1000.0, 1000.0 + np.cumsum(pnl)]
    metrics = measure(equity, trades, np.ones(len(equity), bool), 100.0 * len(pnl), 8760)
    curves = pd.DataFrame({"equity": equity, "hold": equity})
    fills = pd.DataFrame({"kind": [float(ENTRY)] * len(pnl) + [float(REJECTED)] * refused})
    return Backtest(curves, trades, fills, replace(metrics, **({"cagr": 0.3} | changed)), metrics)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("result", "costs", "said"),
    [
        (planted([-1100.0, *[10.0, 10.0, 10.0, 10.0, -2.0] * 60]), COSTS, ["The account was ruined"]),
        (planted(CLEAN, refused=3), COSTS, ["3 orders were rejected because cash did not cover them"]),
        (planted(CLEAN), FREE, ["All costs are switched off"]),
        (planted([5.0, 5.0, 5.0, -2.0] * 7), COSTS, ["Only 28 closed trades"]),
        (planted([500.0, *CLEAN[:90]]), COSTS, ["One trade made more than half of the profit ($500.00)"]),
        (planted(CLEAN, cagr=3.5), COSTS, ["350% a year is more than anybody keeps up"]),
        (planted([0.3, 0.3, -0.2] * 60), COSTS, ["less on average than it pays in costs"]),
        (planted([1.0, -1.1] * 60), COSTS, ["no evidence of an edge"]),
        (planted([]), COSTS, ["Only 0 closed trades"]),
    ],
    ids=["ruin", "rejected", "free", "few", "one trade", "too good", "thin", "no edge", "no trade"],
)  # fmt: skip
def test_each_suspicion_is_raised_by_its_case_and_no_other(
    result: Backtest, costs: Costs, said: list[str]
) -> None:
    told = warnings(result, costs)
    assert len(told) == len(said) and all(part in line for part, line in zip(said, told, strict=True))


def test_a_clean_result_raises_none() -> None:
    assert warnings(planted(CLEAN), COSTS) == ()


def test_several_are_told_at_once_the_gravest_first() -> None:
    told = warnings(planted([-1100.0, 400.0], refused=1), FREE)
    assert [line.split()[0] for line in told] == ["The", "1", "All", "Only", "The"]


def test_a_real_backtest_that_asks_for_too_much_says_so() -> None:
    """All equity at the close before; a gap up at the open makes it unaffordable."""
    index = pd.date_range("2024-01-01", periods=4, freq="h", tz="UTC", unit="us", name="date")
    bars = pd.DataFrame({"open": [100.0, 110, 110, 110], "close": [100.0, 110, 110, 110]}, index=index)
    bars = bars.assign(high=bars["close"] + 1, low=bars["open"] - 1, volume=1.0)
    made = run_backtest(
        bars, np.array([1, 0, 0, 0]), Rules(1.0, 0.02, 0.04, False), COSTS, 1_000.0, resolve("BTC"), Timeframe.H1
    )  # fmt: skip
    told = warnings(made, COSTS)
    assert "rejected because cash did not cover them" in told[0] and "Only 0 closed trades" in told[1]


@pytest.mark.parametrize(("size", "short"), [(0.1, True), (-1.0, False)])
def test_assumptions_name_size_bracket_and_costs(size: float, short: bool) -> None:
    told = " ".join(assumptions(Rules(size, 0.02, 0.04, short), COSTS))
    assert ("10% of equity" if size > 0 else "one unit") in told
    assert ("long and short" if short else "long only") in told
    assert "Stop 2.0% and target 4.0%" in told and "0.10% fee" in told and "0.020% half-spread" in told
    assert "next bar's open" in told
