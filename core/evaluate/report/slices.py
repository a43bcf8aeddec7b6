"""The same trades and bars by side, by the way they ended, and by the market they met."""

import numpy as np
import pandas as pd

from core.evaluate.metrics import sharpe, wilson
from core.evaluate.report.regimes import REGIMES, UNKNOWN

_COLUMNS = (
    "trades",
    "win_rate",
    "win_low",
    "win_high",
    "mean_return",
    "profit_factor",
    "pnl",
    "holding_bars",
)


def by_side(trades: pd.DataFrame) -> pd.DataFrame:
    """Figures of the long and of the short trades.

    Returns:
        A row for each side: side, trades, win_rate with its Wilson 95 % interval (win_low, win_high), mean_return,
        profit_factor, pnl, holding_bars; NaN where there is no trade or no loss.
    """
    long = trades["quantity"] > 0
    return _table("side", [("long", trades[long]), ("short", trades[~long])])


def by_exit(trades: pd.DataFrame) -> pd.DataFrame:
    """The same figures by the reason why a trade ended, the most frequent first."""
    reasons = trades["exit_reason"].value_counts().index
    return _table("exit_reason", [(str(r), trades[trades["exit_reason"] == r]) for r in reasons])


def by_regime(
    trades: pd.DataFrame, equity: np.ndarray, hold: np.ndarray, regime: np.ndarray, bars_per_year: float
) -> pd.DataFrame:
    """The same figures by market regime, with the curve's own.

    A bar's return and a trade belong to the regime known before: that of the close before the bar, and before the
    entry (column `regime` of the trades).

    Args:
        equity, hold: at each close, (n,).
        regime: at each close, (n,).

    Returns:
        A row for each regime that occurred: regime, share (of bars), strategy, hold (compound return of those bars
        together), strategy_sharpe, hold_sharpe (yearly), and the columns of `by_side`.
    """
    before = regime[:-1]
    own, other = equity[1:] / equity[:-1] - 1.0, hold[1:] / hold[:-1] - 1.0
    rows, groups = [], []
    for number in (*range(len(REGIMES)), UNKNOWN):
        inside = before == number
        if not inside.any():
            continue
        name = REGIMES[number] if number != UNKNOWN else "too early to tell"
        groups.append((name, trades[trades["regime"] == number]))
        rows.append(
            {
                "share": float(inside.mean()),
                "strategy": _compound(own[inside]),
                "hold": _compound(other[inside]),
                "strategy_sharpe": _ratio(own[inside], bars_per_year),
                "hold_sharpe": _ratio(other[inside], bars_per_year),
            }
        )
    named = _table("regime", groups)
    return pd.concat([named[["regime"]], pd.DataFrame(rows), named[list(_COLUMNS)]], axis=1)


def _table(name: str, groups: list[tuple[str, pd.DataFrame]]) -> pd.DataFrame:
    rows = [{name: label, **_figures(trades)} for label, trades in groups]
    return pd.DataFrame(rows, columns=[name, *_COLUMNS])


def _figures(trades: pd.DataFrame) -> dict[str, float]:
    outcome = trades["return_"].to_numpy(dtype="float64")
    wins = int((outcome > 0).sum())
    low, high = wilson(wins, len(outcome)) or (np.nan, np.nan)
    pnl = trades["pnl"].to_numpy(dtype="float64")
    lost = float(-pnl[pnl < 0].sum())
    return {
        "trades": len(outcome),
        "win_rate": wins / len(outcome) if len(outcome) else np.nan,
        "win_low": low,
        "win_high": high,
        "mean_return": float(outcome.mean()) if len(outcome) else np.nan,
        "profit_factor": float(pnl[pnl > 0].sum()) / lost if lost > 0 else np.nan,
        "pnl": float(pnl.sum()),
        "holding_bars": float(trades["bars"].mean()) if len(trades) else np.nan,
    }


def _compound(returns: np.ndarray) -> float:
    return float(np.prod(1.0 + returns) - 1.0)


def _ratio(returns: np.ndarray, bars_per_year: float) -> float:
    found = sharpe(np.ascontiguousarray(returns), bars_per_year)
    return np.nan if found is None else found
