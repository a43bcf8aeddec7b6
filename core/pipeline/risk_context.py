"""What the risk checks look at, gathered for a cycle of this moment or for one bar of the past."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pandas as pd

from core.instruments import resolve
from core.pipeline.at_hand import known_bars
from core.pipeline.gathering import reach_of
from core.pipeline.risk_state import state_of_run
from core.pipeline.run import Run, Workbench
from core.records import Action, Book, Costs, DataQuality, Instrument, Position, RiskState, Timeframe
from core.risk import RiskContext, volatility_ratio
from core.settings import RiskSettings, Settings
from core.store.books import equity_at
from core.tables import closed_bars, stamp


@dataclass(frozen=True, slots=True, eq=False)
class Past:
    """What was known of the market and of the book's own history at one moment."""

    moment: datetime | None = None
    state: RiskState = field(default_factory=RiskState)
    bars_late: int | None = 0
    volatility_ratio: float | None = None
    symbols: tuple[str, ...] = ()
    closes: np.ndarray = field(default_factory=lambda: np.empty((0, 0)))
    """(n, 1 + k) as the checks take them."""
    bars_per_day: float = 24.0


NOTHING_KNOWN = Past()


def context_of_run(run: Run, bench: Workbench) -> RiskContext:
    """Of a cycle under way: its book, what is stored of that book's past, and the bars of all that it holds."""
    midnight_ = midnight(run.moment)
    # What fills at the open of this very moment writes its mark anew.
    start = run.book.equity if midnight_ == run.moment else equity_at(bench.store, run.book.id, midnight_)
    return risk_context(
        run.book,
        start,
        run.quality.score if run.quality else 0.0,
        bench.settings,
        bench.settings.costs.record(),
        past_of_run(run, bench),
    )


def past_of_run(run: Run, bench: Workbench) -> Past:
    """Market and history of a cycle under way; without the market where nothing is proposed."""
    state = state_of_run(run, bench)
    if run.proposal is None or run.proposal.action is Action.HOLD:
        return Past(run.moment, state)
    timeframe, instrument = run.request.timeframe, run.instrument
    closes = recent_closes(run.bars, instrument, timeframe, run.as_of, bench.settings)
    others = [p for p in run.book.positions if p.symbol != instrument.symbol]
    columns = [_beside(closes.index, timeframe, position, run, bench) for position in others]
    return Past(
        moment=run.moment,
        state=state,
        bars_late=bars_late(run.quality),
        volatility_ratio=_ratio(closes, bench.settings.risk),
        symbols=(instrument.symbol, *(p.symbol for p in others)),
        closes=np.column_stack([closes.to_numpy("float64"), *columns]),
        bars_per_day=bars_per_day(instrument, timeframe),
    )


def past_of_row(
    bars: pd.DataFrame,
    row: int,
    moment: datetime,
    instrument: Instrument,
    timeframe: Timeframe,
    state: RiskState,
    settings: Settings,
) -> Past:
    """Market and history at the close of a past bar, for a book that trades this asset alone.

    Args:
        bars: with enough before `row`; later ones are not read.
        moment: when that bar closed: the clock, so its price is not old.
        state: of the book then.
    """
    closes = recent_closes(bars.iloc[: row + 1], instrument, timeframe, moment, settings)
    return Past(
        moment=moment,
        state=state,
        volatility_ratio=_ratio(closes, settings.risk),
        symbols=(instrument.symbol,),
        closes=closes.to_numpy("float64").reshape(-1, 1),
        bars_per_day=bars_per_day(instrument, timeframe),
    )


def risk_context(
    book: Book,
    day_start_equity: float | None,
    quality: float,
    settings: Settings,
    costs: Costs,
    past: Past = NOTHING_KNOWN,
) -> RiskContext:
    """What the checks look at.

    Args:
        day_start_equity: of the book at 00:00 UTC; None when it did not exist then.
        quality: score of the bars, 0…100.
        costs: those that the book pays.
        past: market and history; without it what rests on them says that too little is known.
    """
    return RiskContext(
        book=book,
        day_start_equity=book.initial_cash if day_start_equity is None else day_start_equity,
        quality=quality,
        minimum_quality=settings.collect.minimum_quality,
        risk=settings.risk,
        costs=costs,
        moment=past.moment,
        state=past.state,
        bars_late=past.bars_late,
        volatility_ratio=past.volatility_ratio,
        symbols=past.symbols,
        closes=past.closes,
        bars_per_day=past.bars_per_day,
    )


def recent_closes(
    bars: pd.DataFrame, instrument: Instrument, timeframe: Timeframe, moment: datetime, settings: Settings
) -> pd.Series:
    """The last closes that the checks may need, of those that a cycle of the moment would have read."""
    since = stamp(moment - reach_of(settings, instrument, timeframe))
    closes = bars["close"].iloc[int(bars.index.searchsorted(since)) :]
    return closes.iloc[-window(settings.risk, bars_per_day(instrument, timeframe)) :]


def window(risk: RiskSettings, per_day: float) -> int:
    """Closes that the checks may need."""
    returns = max(
        risk.var_bars + round(per_day), risk.correlation_bars, risk.volatility_short + risk.volatility_long
    )
    return returns + 1


def bars_per_day(instrument: Instrument, timeframe: Timeframe) -> float:
    """Bars of a day on which the market trades."""
    return instrument.bars_per_year(timeframe) / instrument.bars_per_year(Timeframe.D1)


def bars_late(quality: DataQuality | None) -> int | None:
    """Bars that should have come since the last one, as the quality of the bars tells; None without one."""
    if quality is None:
        return None
    return next((check.count for check in quality.checks if check.name == "stale"), 0)


def midnight(moment: datetime) -> datetime:
    """00:00 UTC of a moment's day, from which the daily loss counts."""
    return moment.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def closes_beside(
    index: "pd.Index[Any]", timeframe: Timeframe, bars: pd.DataFrame, own: Timeframe
) -> np.ndarray:
    """Closes of other bars at the end of each bar of an index: the last that closed within it, null where none did.

    Args:
        index: (n,) open times of bars of `timeframe`.
        bars: of timeframe `own`, the same or a finer one.
    """
    found = np.full(len(index), np.nan)
    if bars.empty:
        return found
    opens = pd.DatetimeIndex(index)
    ends, theirs = opens + timeframe.delta, pd.DatetimeIndex(bars.index) + own.delta
    place = theirs.searchsorted(ends, side="right") - 1
    within = (place >= 0) & np.asarray(theirs[np.maximum(place, 0)] > opens)
    found[within] = bars["close"].to_numpy("float64")[place[within]]
    return found


def _beside(
    index: "pd.Index[Any]", timeframe: Timeframe, position: Position, run: Run, bench: Workbench
) -> np.ndarray:
    """Closes of what is held beside the asset, in its bars; those of the position where they are finer."""
    own = Timeframe(position.timeframe)
    for frame in dict.fromkeys((timeframe, own)):
        if frame.delta > timeframe.delta or not len(index):
            continue
        bars = known_bars(
            bench, resolve(position.symbol), frame, position.data_source, index[0].to_pydatetime(), run.as_of,
            known_at=run.stored_until,
        )  # fmt: skip
        if len(bars):
            return closes_beside(index, timeframe, closed_bars(bars, frame, run.as_of), frame)
    return np.full(len(index), np.nan)


def _ratio(closes: pd.Series, risk: RiskSettings) -> float | None:
    return volatility_ratio(closes.to_numpy("float64"), risk.volatility_short, risk.volatility_long)
