"""From a finished run to a stored report."""

import json
import math
import time
from dataclasses import fields, replace
from typing import Any

import numpy as np
import pandas as pd

from core.evaluate import assumptions, refusal, warnings
from core.evaluate.report import excursions, executed, exposure, market_regimes, split_costs
from core.pipeline.backtest_material import SEED, Material
from core.pipeline.backtest_verdict import trials_of, verdict_on
from core.pipeline.run import Workbench
from core.records import BacktestSummary, CostSplit, DataQuality, EdgeVerdict, MetricIntervals, Metrics
from core.store.backtests import save_backtest
from core.store.trials import save_trials


def save_report(bench: Workbench, made: Material) -> None:
    """Count the trials, judge, and store all that is needed to draw the report again."""
    trust = trust_of_the_past(made.found.quality)
    refused = refusal(made.result, made.leak, trust, bench.settings.collect.minimum_quality)
    bench.store.write(save_trials(trials_of(made), bench.clock()))
    verdict = None if made.leak else verdict_on(bench, made)
    curves, trades, fills = _analysed(made)
    summary = _summary(made, refused, verdict, trust, _costs_paid(made, fills))
    bench.store.write(save_backtest(summary, curves, trades, bench.clock(), made.wanted, fills))


def trust_of_the_past(quality: DataQuality) -> float:
    """Quality of bars that were all closed long ago: without the points for the last one being late."""
    return max(0.0, 100.0 - sum(check.penalty for check in quality.checks if check.name != "stale"))


def _analysed(made: Material) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Curves with exposure and regime, trades with excursions and regime, and what was executed."""
    result, bars = made.result, made.wanted
    fills = executed(result.fills)
    known = made.found.bars
    regime = market_regimes(known["close"])[known.index.get_indexer(bars.index)]
    equity = result.curves["equity"].to_numpy()
    curves = result.curves.assign(exposure=exposure(fills, bars["close"].to_numpy(), equity), regime=regime)
    entry = bars.index.get_indexer(pd.DatetimeIndex(result.trades["entry_time"]))
    mae, mfe = excursions(result.trades, bars, within=made.asked.profile.entry != "market")
    trades = result.trades.assign(mae=mae, mfe=mfe, regime=regime[np.maximum(entry - 1, 0)])
    return curves, trades, fills


def _costs_paid(made: Material, fills: pd.DataFrame) -> CostSplit | None:
    profit = float(made.result.curves["equity"].iloc[-1]) - made.asked.cash
    if not math.isfinite(profit):
        return None
    return split_costs(fills, made.costs, float(made.wanted["close"].iloc[-1]), profit)


def _summary(
    made: Material, refused: str, verdict: EdgeVerdict | None, trust: float, costs_paid: CostSplit | None
) -> BacktestSummary:
    asked, result, strategy = made.asked, made.result, made.strategy
    return BacktestSummary(
        id=made.id,
        symbol=asked.instrument.symbol,
        timeframe=asked.timeframe.value,
        source=made.found.collected.source,
        strategy=asked.strategy,
        start=made.wanted.index[0].to_pydatetime(),
        stop=made.wanted.index[-1].to_pydatetime(),
        bars=len(made.wanted),
        initial_cash=asked.cash,
        costs=made.costs,
        metrics=storable(result.metrics),
        hold=storable(result.hold),
        assumptions=(*assumptions(made.rules, made.costs), *_checked(made)),
        warnings=(
            *warnings(result, made.costs, made.neighbours, asked.instrument.quote),
            *(f"{problem.what} {problem.instead}" for problem in made.problems),
        ),
        seconds=time.perf_counter() - made.begun,
        title=strategy.title if strategy else "Whole cycle",
        parameters=json.dumps(strategy.parameters.model_dump() if strategy else dict(asked.parameters)),
        profile=asked.profile.model_dump_json(),
        quote=asked.instrument.quote,
        refusal=refused,
        verdict=verdict,
        intervals=_intervals(made) if not refused else None,
        costs_paid=costs_paid,
        neighbours=made.neighbours,
        trust=trust,
        bars_per_year=made.yearly,
    )


def _checked(made: Material) -> tuple[str, ...]:
    """What was looked for and not found, or not looked for."""
    if made.strategy is None:
        return (
            "Look-ahead was not tested by cutting the bars: each forecast is made by a model fitted on the past.",
        )
    return (
        "Look-ahead was tested: the bars were cut at random and the strategy asked again"
        + (", and it was found." if made.leak else "; every opinion stayed as it was."),
    )


def _intervals(made: Material) -> MetricIntervals | None:
    from core.evaluate.significance import metric_intervals  # brings arch

    equity = made.result.curves["equity"].to_numpy()
    return metric_intervals(equity[1:] / equity[:-1] - 1.0, made.yearly, reps=1000, seed=SEED)


def storable(metrics: Metrics) -> Metrics:
    """The same figures, with those that are no number marked as unknown (0 where a number must stand)."""
    needed = {"total_return", "max_drawdown", "exposure", "turnover", "costs"}
    odd = [f.name for f in fields(metrics) if not math.isfinite(getattr(metrics, f.name) or 0.0)]
    marked: dict[str, Any] = {name: 0.0 if name in needed else None for name in odd}
    return replace(metrics, **marked)
