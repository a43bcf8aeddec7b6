"""A backtest as a job: bars, a strategy's signals, the matching core, the checks, the report."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pandas as pd

from core.errors import NotEnoughHistory
from core.evaluate import Backtest, Rules, run_backtest
from core.features import WARMUP
from core.pipeline.at_hand import sample_clock_span
from core.pipeline.backtest_checks import look_ahead, neighbour_runs
from core.pipeline.backtest_material import Material
from core.pipeline.backtest_report import save_report
from core.pipeline.backtest_request import BacktestRequest
from core.pipeline.backtest_terms import AS_SET, CostTerms, RiskProfile, profiles, usual_costs
from core.pipeline.gathering import Gathered, gather, reach
from core.pipeline.run import Workbench
from core.pipeline.strategy_inputs import Beside, beside_of
from core.records import Costs, Instrument, Neighbour, Problem, Timeframe
from core.signals import Strategy
from core.tables import stamp

LONGEST = timedelta(days=730)
"""History asked of a live source when no first day is given."""
FEWEST_BARS = 100

Tell = Callable[[float, str], None]


def backtest(
    bench: Workbench,
    backtest_id: str,
    instrument: Instrument,
    timeframe: Timeframe,
    source: str,
    strategy_name: str,
    start: datetime | None,
    stop: datetime | None,
    tell: Tell,
    *,
    parameters: Mapping[str, Any] | None = None,
    costs: CostTerms | None = None,
    profile: RiskProfile | None = None,
    cash: float | None = None,
) -> str:
    """Run one strategy over past bars, store the report and return its id.

    Args:
        parameters: of the strategy; those not named keep their defaults.
        costs, profile, cash: those of the settings when None.

    Raises:
        InputError: no such strategy, or a parameter out of bounds.
        NotEnoughHistory: fewer than 100 bars between the dates.
    """
    settings = bench.settings
    request = BacktestRequest(
        instrument, timeframe, source, strategy_name, parameters or {}, start, stop,
        costs or usual_costs(settings), profile or profiles(settings)[AS_SET], cash or settings.initial_cash,
    )  # fmt: skip
    return run_request(bench, backtest_id, request, tell)


def run_request(bench: Workbench, backtest_id: str, asked: BacktestRequest, tell: Tell) -> str:
    """Run what was asked, store the report and return its id; raises what `backtest` does."""
    begun = time.perf_counter()
    strategy = asked.made()
    instrument, timeframe = asked.instrument, asked.timeframe
    tell(0.05, f"collecting {timeframe} bars of {instrument.symbol}")
    found = gather(bench, instrument, timeframe, asked.source, None, _since(bench, asked))
    bench.store.write(*found.writes)
    wanted = _between(found, asked)
    rules, costs = asked.profile.rules(instrument), asked.costs.record()
    if strategy is None:
        result, problems = _whole_cycle(bench, asked, found, wanted, rules, costs, tell)
        checks = Checks()
    else:
        tell(0.3, f"running {strategy.title} over {len(wanted):,} bars")
        beside = beside_of(
            bench,
            strategy,
            instrument,
            timeframe,
            found,
            wanted,
            lambda share, words: tell(0.1 + 0.3 * share, words),
        )
        result, problems = (
            _one_strategy(asked, strategy, found.bars, wanted, rules, costs, beside),
            beside.problems,
        )
        checks = _checks(asked, strategy, found.bars, wanted, rules, costs, beside, tell)
    tell(0.85, "judging: intervals, verdict, report")
    material = Material(
        backtest_id, asked, found, wanted, strategy, rules, costs, result, checks.leak, checks.neighbours, problems, begun
    )  # fmt: skip
    save_report(bench, material)
    return backtest_id


@dataclass(frozen=True, slots=True)
class Checks:
    """What the second looks found."""

    leak: str = ""
    neighbours: tuple[Neighbour, ...] = ()


def _checks(
    asked: BacktestRequest, strategy: Strategy, bars: pd.DataFrame, wanted: pd.DataFrame, rules: Rules, costs: Costs,
    beside: Beside, tell: Tell,
) -> Checks:  # fmt: skip
    tell(0.45, "looking for look-ahead: cutting the bars at random")
    leak = look_ahead(strategy, bars, beside=beside)
    if leak:
        return Checks(leak)
    near = neighbour_runs(
        strategy, bars, wanted, rules, costs, asked.cash, asked.instrument, asked.timeframe,
        lambda step: tell(0.6, f"a step away: {step.parameter} {step.value:g}"), beside,
    )  # fmt: skip
    return Checks("", near)


def _one_strategy(
    asked: BacktestRequest, strategy: Strategy, bars: pd.DataFrame, wanted: pd.DataFrame, rules: Rules, costs: Costs,
    beside: Beside,
) -> Backtest:  # fmt: skip
    direction = strategy.decide(bars, beside.features(bars)).direction[bars.index.get_indexer(wanted.index)]
    return run_backtest(wanted, direction, rules, costs, asked.cash, asked.instrument, asked.timeframe)


def _whole_cycle(
    bench: Workbench, asked: BacktestRequest, found: Gathered, wanted: pd.DataFrame, rules: Rules, costs: Costs, tell: Tell
) -> tuple[Backtest, tuple[Problem, ...]]:  # fmt: skip
    from core.pipeline.whole_cycle import whole_cycle  # brings the models

    def told(share: float, words: str) -> None:
        tell(0.1 + 0.7 * share, words)

    first, last = wanted.index[0].to_pydatetime(), wanted.index[-1].to_pydatetime()
    return whole_cycle(
        bench, asked.instrument, asked.timeframe, found.bars, first, last, rules, costs, asked.cash, told,
        source=found.collected.source, world=found.collected.world,
    )  # fmt: skip


def _between(found: Gathered, asked: BacktestRequest) -> pd.DataFrame:
    """The bars that are traded.

    Raises:
        NotEnoughHistory: fewer than FEWEST_BARS.
    """
    first = stamp(asked.start) if asked.start else None
    last = stamp(asked.stop) if asked.stop else None
    wanted = found.bars.loc[first:last]
    if len(wanted) < FEWEST_BARS:
        raise NotEnoughHistory(
            f"There are {len(wanted)} {asked.timeframe} bars of {asked.instrument.symbol} between these dates (data from "
            f"{found.bars.index[0]:%Y-%m-%d} to {found.bars.index[-1]:%Y-%m-%d}); a backtest needs {FEWEST_BARS}."
        )
    return wanted


def _since(bench: Workbench, asked: BacktestRequest) -> datetime | None:
    """How far back to ask: to the first day, with the warm-up of the indicators or what models are trained on before it."""
    strategy = asked.made()
    if asked.start is not None and (strategy is None or "forecasts" in strategy.needs):
        return asked.start - reach(bench, asked.instrument, asked.timeframe)
    if asked.start is not None:
        return asked.start - 3 * WARMUP * asked.timeframe.delta
    span = sample_clock_span(asked.instrument, asked.timeframe) if asked.source == "sample" else None
    return span[0] if span else bench.clock() - LONGEST
