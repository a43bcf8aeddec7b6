"""The whole cycle over past bars.

The stages of a click, with another clock, another reader of data and a book in memory. At the close of every bar of
the dates, with what was known then:

* features: computed once over all bars, by the call that a cycle makes; row t knows bars, headlines and the market
  around the asset up to t only (every feature passes the truncation test). They are computed block by block, each from
  a lead of its own, so that a live cycle, which reads a window of history that moves with it, has the same bit for bit
  once the window holds that lead;
* forecasts: models trained again when the live rule finds them stale (`predict.retrain_bars` by the clock), on the last
  `collect.train_bars` bars, from labels that had ended; their honest score decides whether they have a say;
* sentiment: headlines dated before the close; what has no date is left out;
* fusion: by weights that follow how each source had done by then; of the mood only what the backtest's own bars heard;
* the meta-model: trained again when a cycle would, from signals and trades of the past that were complete;
* policy, risk checks, orders: the functions that a cycle calls, at the book as it stands at that close;
* execution: `core.execute.advance`, the paper book itself. An order decided at a close fills at the next open.

What differs from a click: rules and costs are those of the backtest; the quality of bars is judged as a cycle judges
those of the sample (a second source's prices and a provider's delay are not looked at); of the language model only its
recorded scores of texts speak, it is asked nothing: neither for forecasts nor for a second look at a trade. Where it may
remember what followed, the lexicon's scores stand in its place, and what its own would have led to is a second run that
is reported apart.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import pandas as pd

from core.collect import LIVE, assess
from core.errors import NotEnoughHistory
from core.evaluate import Backtest, Rules
from core.execute import new_book
from core.pipeline.feature_context import context_of, features_of
from core.pipeline.gathering import reach
from core.pipeline.run import Tell, Workbench
from core.pipeline.whole_cycle.account import Account
from core.pipeline.whole_cycle.desk import Decided, Desk, settings_with
from core.pipeline.whole_cycle.forecasts import Asked, WalkForward, walk_forward_forecasts
from core.pipeline.whole_cycle.fusing import Fused, fuse_rows
from core.pipeline.whole_cycle.kept import Kept
from core.pipeline.whole_cycle.moods import Moods, moods_of, published
from core.pipeline.whole_cycle.result import WholeCycle, backtest_of, llm_words, told, trace_of
from core.records import Costs, Instrument, Problem, Signal, Timeframe
from core.settings import Settings
from core.store.agents import newest_agent
from core.store.quality import read_rejected
from core.tables import stamp

_TRAINED = 0.9
"""Share of the work that is done after training."""


def whole_cycle(
    bench: Workbench,
    instrument: Instrument,
    timeframe: Timeframe,
    bars: pd.DataFrame,
    start: datetime,
    stop: datetime,
    rules: Rules,
    costs: Costs,
    cash: float,
    tell: Tell,
    *,
    source: str = "",
    world: str = LIVE,
) -> tuple[Backtest, tuple[Problem, ...]]:
    """The backtest alone; see `run_whole_cycle`."""
    run = run_whole_cycle(
        bench, instrument, timeframe, bars, start, stop, rules, costs, cash, tell, source=source, world=world
    )
    return run.backtest, run.problems


def run_whole_cycle(
    bench: Workbench,
    instrument: Instrument,
    timeframe: Timeframe,
    bars: pd.DataFrame,
    start: datetime,
    stop: datetime,
    rules: Rules,
    costs: Costs,
    cash: float,
    tell: Tell,
    *,
    source: str = "",
    world: str = LIVE,
) -> WholeCycle:
    """Run a cycle at the close of every bar that opened from `start` to `stop`, both included.

    Args:
        bench: settings, headlines, lexicon; nothing is stored, no model is put on its shelf. Forecasts of trained models
            are kept under `cache_dir`, so that the next run over the same bars need not train again.
        bars: checked bars (core.tables), with warm-up before `start`: `gathering.reach` of it gives every model its rows.
        rules: size, stop, target and shorting take the place of the risk limits of the settings; trailing stop,
            break-even, time limit and latency go with the orders.
        costs: in the place of those of the settings.
        cash: at the start, quote currency.
        tell: progress; may raise JobCancelled.
        source: where the bars came from, as a cycle names it, e.g. yfinance.
        world: the era of the bars: live, or that of the sample, whose headlines are then read.

    Raises:
        NotEnoughHistory: fewer than two bars between the dates.
        InputError: rules that a cycle cannot follow.
    """
    settings = settings_with(bench.settings, rules)
    first = int(bars.index.searchsorted(stamp(start)))
    end = int(bars.index.searchsorted(stamp(stop), side="right"))
    if end - first < 2:
        raise NotEnoughHistory("A backtest needs at least two bars: widen the dates or fetch more.")
    bars = bars.iloc[:end]
    tell(0.0, f"computing features of {len(bars):,} bars")
    beside = context_of(bench, instrument, timeframe, source, world, bars)
    features, _ = features_of(bench, instrument, timeframe, source, bars, beside)
    asked = Asked(instrument, timeframe, source, bars, features, first, end)
    kept = Kept(settings.cache_dir / "walk_forward")
    forecasts, short = walk_forward_forecasts(asked, settings, kept, _part(tell, 0.0, _TRAINED))
    moods, unread = _moods(bench, asked, world, settings)

    case = _Case(bench, asked, forecasts, settings, world, rules, costs, cash)
    lived = case.live(moods.clean, _part(tell, _TRAINED, 1.0))
    remembered = None
    if moods.contaminated:
        again = case.live(moods.remembered, lambda share, words: tell(1.0, words))
        remembered = backtest_of(again.account, cash)
    backtest = backtest_of(lived.account, cash)
    spoken = llm_words(bench.llm, moods, end - first, backtest, remembered)
    return WholeCycle(
        backtest,
        trace_of(lived.account, lived.fused, lived.decided),
        lived.decided,
        forecasts.trainings(asked),
        (
            spoken,
            *told(lived.account, lived.fused, lived.decided),
            *_agent_words(bench, asked),
            *short,
            *unread,
        ),
        remembered,
    )


@dataclass(frozen=True, slots=True, eq=False)
class Lived:
    """One way through the bars."""

    account: Account
    fused: Fused
    decided: tuple[Decided, ...]


@dataclass(frozen=True, slots=True, eq=False)
class _Case:
    """What several ways through the same bars share: only what sentiment says differs."""

    bench: Workbench
    asked: Asked
    forecasts: WalkForward
    settings: Settings
    world: str
    rules: Rules
    costs: Costs
    cash: float

    def live(self, spoken: Sequence[Signal | None], tell: Tell) -> Lived:
        """Fuse and trade, with sentiment's signal at each bar."""
        asked, rows = self.asked, self.asked.stop - self.asked.first
        fused = fuse_rows(asked, self.forecasts, spoken, self.settings, self.costs, _part(tell, 0.0, 0.5))
        book = new_book("", self.world, self.cash)
        equity = np.full(rows, float(self.cash))
        account = Account(asked, self.costs, book, asked.first - 1, equity, np.zeros(rows))
        desk = Desk(
            account,
            fused,
            self.forecasts,
            self.settings,
            self.rules.latency,
            lambda row: _quality(self.bench, asked, row),
        )
        desk.trade(_part(tell, 0.5, 1.0))
        return Lived(account, fused, tuple(desk.decided))


def _moods(
    bench: Workbench, asked: Asked, world: str, settings: Settings
) -> tuple[Moods, tuple[Problem, ...]]:
    moments = [asked.closed_at(row) for row in range(asked.first, asked.stop)]
    since = moments[0] - timedelta(days=settings.collect.headline_days)
    known, problems = published(bench, asked.instrument, world, since, moments[-1])
    return moods_of(bench, asked.instrument, known, moments, settings), problems


def _agent_words(bench: Workbench, asked: Asked) -> tuple[Problem, ...]:
    """Agents are judged on bars of their own and not heard here; said where a cycle would hear one."""
    last = asked.closed_at(asked.stop - 1)
    found = newest_agent(
        bench.store, asked.instrument.symbol, asked.timeframe, asked.source, last, bench.clock()
    )
    if found is None or not found.earned:
        return ()
    what = f"The agent {found.model_id} has earned a say in cycles, but knows part of these bars."
    return (Problem("agent", what, "It is not heard in a backtest; a cycle may open smaller positions."),)


def _quality(bench: Workbench, asked: Asked, row: int) -> float:
    """Score of the bars that a cycle of that moment would have read, as it would judge them."""
    moment = asked.closed_at(row)
    since = stamp(moment - reach(bench, asked.instrument, asked.timeframe))
    window = asked.bars.iloc[int(asked.bars.index.searchsorted(since)) : row + 1]
    rejected = read_rejected(
        bench.store, asked.instrument.symbol, asked.timeframe, asked.source,
        window.index[0].to_pydatetime(), known_at=moment,
    )  # fmt: skip
    return assess(window, asked.instrument, asked.timeframe, moment, rejected=rejected)[1].score


def _part(tell: Tell, low: float, high: float) -> Callable[[float, str], None]:
    """Progress of one part of the work as progress of all of it."""
    return lambda share, words: tell(low + (high - low) * share, words)
