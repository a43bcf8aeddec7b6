"""A stored backtest with everything that its report shows."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from core.evaluate.report import (
    by_exit,
    by_regime,
    by_side,
    executed,
    monthly_turnover,
    rolling_sharpe,
    rolling_window,
    worst_drawdowns,
    yearly_returns,
)
from core.pipeline import Workbench
from core.pipeline.backtest_request import WHOLE_CYCLE
from core.records import BacktestSummary
from core.signals import STRATEGIES, Strategy
from core.store.backtests import list_backtests, read_backtest, read_backtest_bars
from core.store.trials import tally
from core.views.backtest_form import WHOLE_CYCLE_MEANING, profile_words
from core.views.backtest_words import headline, interval_words, metrics_table
from core.views.number import Number


@dataclass(frozen=True, slots=True)
class BacktestView:
    """Everything that a report draws; nothing but `summary` may be shown when it is refused."""

    summary: BacktestSummary
    title: str
    """Strategy with its parameters, and what it was run on."""
    setup: str
    """Dates, costs and risk profile in a sentence."""
    what: str
    """What was tested, where the title alone does not tell it; may be empty."""
    numbers: tuple[Number, ...]
    metrics: pd.DataFrame
    """See core.views.backtest_words.metrics_table."""
    interval_words: str
    curves: pd.DataFrame
    """equity, hold; exposure and regime where they were kept."""
    trades: pd.DataFrame
    """With symbol; mae, mfe and regime where they were kept."""
    drawdowns: pd.DataFrame
    years: pd.DataFrame
    rolling: pd.DataFrame
    """Sharpe ratio of strategy and hold over `window` bars."""
    window: int
    turnover: pd.Series
    sides: pd.DataFrame
    exits: pd.DataFrame
    regimes: pd.DataFrame


@dataclass(frozen=True, slots=True)
class ComparedRuns:
    """Several backtests beside each other."""

    equity: pd.DataFrame
    """A column per run, 100 at its first bar; NaN outside its dates."""
    table: pd.DataFrame
    """run, total_return, hold, sharpe, max_drawdown, trades, win_rate, verdict, tried."""
    note: str
    """What makes the runs hard to compare; empty when nothing does."""


def backtest(bench: Workbench, backtest_id: str) -> BacktestView:
    """Read one backtest.

    Raises:
        UnknownId: no such backtest.
    """
    summary, curves, trades = read_backtest(bench.store, backtest_id)
    _, fills = read_backtest_bars(bench.store, backtest_id)
    yearly, equity, hold = summary.bars_per_year, curves["equity"], curves["hold"]
    window = rolling_window(len(curves), yearly)
    with np.errstate(all="ignore"):  # after ruin the figures mean nothing, and are not shown
        regimes = (
            by_regime(trades, equity.to_numpy(), hold.to_numpy(), curves["regime"].to_numpy(), yearly)
            if "regime" in curves and "regime" in trades
            else pd.DataFrame()
        )
        return BacktestView(
            summary=summary,
            title=run_title(summary),
            setup=_setup(summary),
            what=WHOLE_CYCLE_MEANING if summary.strategy == WHOLE_CYCLE else "",
            numbers=headline(summary),
            metrics=metrics_table(summary),
            interval_words=interval_words(summary.intervals),
            curves=curves,
            trades=trades.assign(symbol=summary.symbol),
            drawdowns=worst_drawdowns(equity),
            years=yearly_returns(equity, hold),
            rolling=pd.DataFrame(
                {
                    "strategy": rolling_sharpe(equity, window, yearly),
                    "hold": rolling_sharpe(hold, window, yearly),
                }
            ),
            window=window,
            turnover=monthly_turnover(executed(fills), equity),
            sides=by_side(trades),
            exits=by_exit(trades),
            regimes=regimes,
        )


def backtest_bars(bench: Workbench, backtest_id: str) -> pd.DataFrame:
    """The bars that one backtest traded; empty where an older version did not keep them.

    Raises:
        UnknownId: no such backtest.
    """
    return read_backtest_bars(bench.store, backtest_id)[0]


def backtests(bench: Workbench, limit: int = 50) -> pd.DataFrame:
    """The newest backtests."""
    return list_backtests(bench.store, limit)


def run_labels(known: pd.DataFrame) -> dict[str, str]:
    """Id → words to choose it by, of what `backtests` gave."""
    named = known["title"].where(known["title"] != "", known["strategy"])
    parts = zip(known["id"], named, known["symbol"], known["timeframe"], known["created_at"], strict=True)
    return {
        str(one): f"{name} on {symbol} {timeframe} · {when:%Y-%m-%d %H:%M:%S} UTC"
        for one, name, symbol, timeframe, when in parts
    }


def compared_runs(bench: Workbench, ids: Sequence[str]) -> ComparedRuns:
    """Several backtests beside each other; refused ones are named, and their figures left out.

    Raises:
        UnknownId: one of them does not exist.
    """
    curves, rows, summaries = {}, [], []
    for number, one in enumerate(ids, start=1):
        summary, frame, _ = read_backtest(bench.store, one)
        summaries.append(summary)
        label = f"{number}. {run_title(summary)}"
        if not summary.refusal:
            curves[label] = 100.0 * frame["equity"] / float(frame["equity"].iloc[0])
        rows.append({"run": label, **_row(bench, summary)})
    equity = pd.DataFrame(curves) if curves else pd.DataFrame()
    return ComparedRuns(equity, pd.DataFrame(rows), _comparability(summaries))


def strategy_choices() -> tuple[Strategy, ...]:
    """The strategies that can be tested."""
    return tuple(STRATEGIES.values())


def run_title(summary: BacktestSummary) -> str:
    """`Moving-average cross (20 / 50) on BTC-USD 1h`, with the parameters where the title does not tell them."""
    return f"{summary.title or summary.strategy} on {summary.symbol} {summary.timeframe}"


def parameter_words(summary: BacktestSummary) -> str:
    """`fast 20, slow 50`."""
    return ", ".join(f"{name} {value}" for name, value in json.loads(summary.parameters).items())


def _setup(summary: BacktestSummary) -> str:
    costs = summary.costs
    parts = [
        f"{summary.bars:,} bars, {summary.start:%Y-%m-%d} to {summary.stop:%Y-%m-%d}, from {summary.source}",
        parameter_words(summary),
        profile_words(summary.profile),
        f"fee {costs.fee:.3%}, half-spread {costs.half_spread:.3%}, slippage {costs.slippage:.3%}",
        f"computed in {summary.seconds:.1f} s",
    ]
    return " · ".join(part for part in parts if part)


def _row(bench: Workbench, summary: BacktestSummary) -> dict[str, Any]:
    counted = {"tried": tally(bench.store, summary.symbol, summary.timeframe).distinct}
    if summary.refusal:
        return {"verdict": "refused", **counted}
    m = summary.metrics
    return {
        "total_return": m.total_return,
        "hold": summary.hold.total_return,
        "cagr": m.cagr,
        "sharpe": m.sharpe,
        "max_drawdown": m.max_drawdown,
        "trades": m.trades,
        "win_rate": m.win_rate,
        "verdict": summary.verdict.kind.value if summary.verdict else "–",
        **counted,
    }


def _comparability(summaries: Sequence[BacktestSummary]) -> str:
    found = []
    if len({(s.symbol, s.timeframe) for s in summaries}) > 1:
        found.append("different assets or timeframes")
    if len({(s.start, s.stop) for s in summaries}) > 1:
        found.append("different dates")
    if len({s.costs for s in summaries}) > 1:
        found.append("different costs")
    return f"These runs have {' and '.join(found)}: their figures cannot simply be ranked." if found else ""
