"""Every warning is raised by its own planted case, and a clean result raises none."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core.evaluate import Backtest, Rules, assumptions, measure, refusal, run_backtest, warnings
from core.execute.layout import ENTRY, REJECTED
from core.instruments import resolve
from core.records import Costs, Neighbour, Timeframe

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
    return Backtest(
        curves, trades, fills, replace(metrics, **({"cagr": 0.3, "sharpe": 1.0} | changed)), metrics
    )  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("result", "costs", "said"),
    [
        (planted([-1100.0, *[10.0, 10.0, 10.0, 10.0, -2.0] * 60]), COSTS, ["The account was ruined"]),
        (planted(CLEAN, refused=3), COSTS, ["3 orders were rejected because cash did not cover them"]),
        (planted(CLEAN), FREE, ["All costs are switched off"]),
        (planted([5.0, 5.0, 5.0, -2.0] * 7), COSTS, ["Only 28 closed trades"]),
        (planted([500.0, *CLEAN[:90]]), COSTS, ["One trade made more than half of the profit ($500.00)"]),
        (planted(CLEAN, cagr=3.5), COSTS, ["350% a year is more than anybody keeps up"]),
        (planted(CLEAN, sharpe=7.2), COSTS, ["A Sharpe ratio of 7.2 is beyond"]),
        (planted([*[5.0] * 19, -2.0] * 4), COSTS, ["95% of the trades won, and their gains dwarf the losses"]),
        (planted([0.3, 0.3, -0.2] * 60), COSTS, ["less on average than it pays in costs"]),
        (planted([1.0, -1.1] * 60), COSTS, ["no evidence of an edge"]),
        (planted([]), COSTS, ["Only 0 closed trades"]),
    ],
    ids=["ruin", "rejected", "free", "few", "one trade", "too good", "sharp", "always right", "thin", "no edge", "no trade"],
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


def near(*returns: float) -> tuple[Neighbour, ...]:
    return tuple(Neighbour("fast", 18.0 + 2 * i, value, 1.0, 50) for i, value in enumerate(returns))


@pytest.mark.parametrize(
    ("neighbours", "said"),
    [
        (near(0.30, 0.31, -0.02, 0.33), "with fast 22 it is -2.0% instead of +32.0%"),
        (near(0.10, 0.05, 0.30, 0.14), "median of 4 neighbours +12.0%"),
        (near(0.30, 0.31, 0.2, 0.33), ""),
        ((), ""),
    ],
    ids=["one step loses", "all halve", "a plateau", "none"],
)  # fmt: skip
def test_a_parameter_cliff(neighbours: tuple[Neighbour, ...], said: str) -> None:
    told = warnings(planted(CLEAN), COSTS, neighbours)
    assert (said in told[0] and len(told) == 1) if said else told == ()


def test_amounts_are_told_in_the_currency_of_the_account() -> None:
    assert "(500.00 EUR)" in warnings(planted([500.0, *CLEAN[:90]]), COSTS, quote="EUR")[0]


def broken(values: list[float]) -> Backtest:
    index = pd.date_range("2024-01-01", periods=len(values), freq="D", tz="UTC")
    return replace(planted(CLEAN), curves=pd.DataFrame({"equity": values, "hold": 1.0}, index=index))


@pytest.mark.parametrize(
    ("result", "kwargs", "said"),
    [
        (broken([1.0, 2.0]), {"leak": "On 2024-01-01 it said buy."}, "sees the future. On 2024-01-01"),
        (broken([1.0, 2.0]), {"trust": 31.0, "least_trust": 50.0}, "their quality is 31 of 100"),
        (broken([1.0, -0.5, 2.0]), {}, "ruined on 2024-01-02"),
        (broken([1.0, np.nan]), {}, "not a number"),
        (broken([1.0, np.inf]), {}, "not a number"),
        (broken([1.0, 2.0]), {"trust": 50.0, "least_trust": 50.0}, ""),
    ],
    ids=["look-ahead", "trust", "ruin", "nan", "inf", "sound"],
)
def test_a_refusal_gives_its_reason(result: Backtest, kwargs: dict, said: str) -> None:
    told = refusal(result, **kwargs)
    assert said in told if said else told == ""


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
