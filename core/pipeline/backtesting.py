"""A backtest as a job: bars, a strategy's signals, the matching core, the report."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta

import pandas as pd

from core.errors import InputError, NotEnoughHistory
from core.evaluate import Backtest, Rules, assumptions, run_backtest, warnings
from core.features import WARMUP, build_features
from core.pipeline.at_hand import sample_clock_span
from core.pipeline.gathering import gather
from core.pipeline.run import Workbench
from core.records import BacktestSummary, Instrument, Timeframe
from core.signals import STRATEGIES, Strategy
from core.store.backtests import save_backtest
from core.tables import stamp

LONGEST = timedelta(days=730)
"""History asked of a live source when no first day is given."""


def backtest(
    bench: Workbench,
    backtest_id: str,
    instrument: Instrument,
    timeframe: Timeframe,
    source: str,
    strategy_name: str,
    start: datetime | None,
    stop: datetime | None,
    tell: Callable[[float, str], None],
) -> str:
    """Run one strategy over past bars, store the report and return its id.

    Raises:
        InputError: no such strategy.
        NotEnoughHistory: fewer than 100 bars between the dates.
    """
    begun = time.perf_counter()
    strategy = STRATEGIES.get(strategy_name)
    if strategy is None:
        raise InputError(f"There is no strategy {strategy_name!r}: choose one of {', '.join(STRATEGIES)}.")
    tell(0.1, f"collecting {timeframe} bars of {instrument.symbol}")
    found = gather(
        bench, instrument, timeframe, source, None, _since(bench, instrument, timeframe, source, start)
    )
    bench.store.write(*found.writes)
    tell(0.5, "computing indicators and signals")
    features = build_features(found.bars)
    opinion = strategy.decide(found.bars, features)
    wanted = found.bars.loc[stamp(start) if start else None : stamp(stop) if stop else None]
    if len(wanted) < 100:
        raise NotEnoughHistory(
            f"There are {len(wanted)} {timeframe} bars of {instrument.symbol} between these dates "
            f"(data from {found.bars.index[0]:%Y-%m-%d} to {found.bars.index[-1]:%Y-%m-%d}); a backtest needs 100."
        )
    chosen = found.bars.index.get_indexer(wanted.index)
    risk, costs = bench.settings.risk, bench.settings.costs.record()
    rules = Rules(risk.max_position, risk.stop_loss, risk.take_profit, risk.allow_short, lot=instrument.lot)
    tell(0.7, f"running {strategy.title} over {len(wanted):,} bars")
    result = run_backtest(
        wanted, opinion.direction[chosen], rules, costs, bench.settings.initial_cash, instrument, timeframe
    )
    summary = _summary(
        bench,
        backtest_id,
        instrument,
        timeframe,
        found.collected.source,
        strategy,
        wanted,
        rules,
        result,
        begun,
    )
    bench.store.write(save_backtest(summary, result.curves, result.trades, bench.clock()))
    return backtest_id


def _since(
    bench: Workbench, instrument: Instrument, timeframe: Timeframe, source: str, start: datetime | None
) -> datetime | None:
    """How far back to ask: to the first day with the warm-up of the indicators before it."""
    if start is not None:
        return start - 3 * WARMUP * timeframe.delta
    span = sample_clock_span(instrument, timeframe) if source == "sample" else None
    return span[0] if span else bench.clock() - LONGEST


def _summary(
    bench: Workbench,
    backtest_id: str,
    instrument: Instrument,
    timeframe: Timeframe,
    source: str,
    strategy: Strategy,
    bars: pd.DataFrame,
    rules: Rules,
    result: Backtest,
    begun: float,
) -> BacktestSummary:
    costs = bench.settings.costs.record()
    return BacktestSummary(
        id=backtest_id,
        symbol=instrument.symbol,
        timeframe=timeframe.value,
        source=source,
        strategy=strategy.name,
        start=bars.index[0].to_pydatetime(),
        stop=bars.index[-1].to_pydatetime(),
        bars=len(bars),
        initial_cash=bench.settings.initial_cash,
        costs=costs,
        metrics=result.metrics,
        hold=result.hold,
        assumptions=assumptions(rules, costs),
        warnings=warnings(result, costs),
        seconds=time.perf_counter() - begun,
    )
