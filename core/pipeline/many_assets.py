"""Signals of many assets at one time, ranked for the free slots; no book is touched and nothing is ordered.

Collect, features, mood, forecasts and signals are those of a cycle, with three differences: models speak as far as they
are at hand (none is trained), no provider of news and no language model is asked, and nothing is written down but what
was fetched and the result. An asset's cycle, run afterwards, trains and asks what it needs, and may see it otherwise.
"""

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

import numpy as np
import pandas as pd

from core.collect import sample_series
from core.errors import GlassboxError, InputError, UntrustedModel
from core.execute import new_book
from core.features import MODEL_COLUMNS
from core.instruments import resolve
from core.pipeline.gathering import SAMPLE, gather
from core.pipeline.judging import build, judged_now
from core.pipeline.model_answers import forecasts_of
from core.pipeline.mood import judge_mood
from core.pipeline.news import headlines_at
from core.pipeline.run import Run, Tell, Workbench
from core.pipeline.tuned_parameters import tuned_settings
from core.predict import TrainedModel, horizons, is_stale, recipe, seen_by
from core.records import (
    AssetSignal,
    Book,
    CycleRequest,
    Direction,
    Mode,
    SignalScan,
    Timeframe,
)
from core.risk import correlation_of
from core.signals.priority import Candidate, prioritise
from core.store.bars import stored_series
from core.store.books import active_book
from core.store.models import newest_model
from core.store.scans import save_scan

_MOST = 1000
_BARS = 100
"""Returns that the volatility of an asset is measured on."""


def scan(
    bench: Workbench,
    scan_id: str,
    symbols: Sequence[str],
    timeframe: Timeframe,
    source: str,
    tell: Tell = lambda share, words: None,
    as_of: datetime | None = None,
) -> SignalScan:
    """Judge all assets, rank them for the free slots of their book, and keep the result.

    Args:
        symbols: none: those of the autopilot's settings, else all whose bars are at hand.
        as_of: nothing newer is read; None: the clock of the world that each asset lives in.

    Raises:
        InputError: there is no asset, or there are too many.
        UnknownSymbol: one that nobody knows.
    """
    begun = time.perf_counter()
    wanted = [resolve(symbol).symbol for symbol in symbols] or known_assets(bench, timeframe, source)
    wanted = list(dict.fromkeys(wanted))
    if not wanted:
        raise InputError(
            f"No asset has {timeframe} bars at hand: name some, or fetch bars on the Market page."
        )
    if len(wanted) > _MOST:
        raise InputError(f"{len(wanted):,} assets are too many at once: name at most {_MOST:,}.")
    runs: list[Run] = []
    silent: list[str] = []
    for number, symbol in enumerate(wanted):
        tell(number / len(wanted), f"judging {symbol}")
        try:
            runs.append(judged(bench, symbol, timeframe, source, as_of))
        except GlassboxError as err:
            silent.append(f"{symbol}: {err}")
    found = _ranked(bench, scan_id, runs, timeframe, source, tuple(silent), begun)
    bench.store.write(save_scan(found))
    tell(1.0, f"{sum(one.taken for one in found.ranked)} of {len(found.ranked)} assets would get a slot")
    return found


def known_assets(bench: Workbench, timeframe: Timeframe, source: str) -> list[str]:
    """Assets of the autopilot's settings; where it has none, those whose bars are stored or in the sample."""
    if bench.settings.autopilot.assets:
        return [resolve(symbol).symbol for symbol in bench.settings.autopilot.assets]
    sample = [item.symbol for item in sample_series() if item.timeframe is timeframe]
    if source == SAMPLE:
        return sample
    stored = stored_series(bench.store)
    of_frame = stored[(stored["timeframe"] == timeframe.value) & (stored["source"] != SAMPLE)]
    return sorted(of_frame["symbol"].unique().tolist())


def judged(
    bench: Workbench, symbol: str, timeframe: Timeframe, source: str, as_of: datetime | None = None
) -> Run:
    """The run of one asset up to its fused signal; what was fetched and computed is stored.

    Raises:
        NotEnoughHistory, DataUnavailable, InputError: it cannot be judged.
    """
    still = replace(bench, llm=None, news=())
    run = _collected(still, symbol, timeframe, source, as_of)
    for stage in (build, judge_mood):
        outcome = stage(run, still, lambda share, words: None)
        still.store.write(*outcome.writes)
        run = outcome.run
    models = models_at_hand(run, still)
    seen = seen_by(models, run.bars, run.features) if models else None
    said = forecasts_of(models, seen) if seen else ()
    run, writes = judged_now(replace(run, models=models, seen=seen, forecasts=said), still)
    still.store.write(*writes)
    return run


def models_at_hand(run: Run, bench: Workbench) -> tuple[TrainedModel, ...]:
    """The champions that a cycle would take now without training."""
    symbol, timeframe = run.instrument.symbol, run.request.timeframe
    found = []
    for horizon in horizons(bench.settings.predict):
        settings = tuned_settings(
            bench.store, bench.settings.predict, symbol, timeframe, run.data_source, horizon.name
        )
        made = recipe(settings, horizon, MODEL_COLUMNS)
        row = newest_model(bench.store, symbol, timeframe, run.data_source, horizon.name, made, run.as_of)
        if row is None:
            continue
        try:
            model = bench.shelf.take(row.path, row.sha256)
        except UntrustedModel:
            continue  # a cycle would train it again and tell
        if not is_stale(model.meta, run.as_of, settings.retrain_bars, timeframe):
            found.append(model)
    return tuple(found)


def _collected(
    bench: Workbench, symbol: str, timeframe: Timeframe, source: str, as_of: datetime | None
) -> Run:
    instrument, now = resolve(symbol), bench.clock()
    found = gather(bench, instrument, timeframe, source, as_of)
    world = found.collected.world
    headlines, _, more = headlines_at(bench, instrument, world, found.moment, as_of)
    bench.store.write(*found.writes, *more)
    request = CycleRequest(instrument.symbol, timeframe, source, as_of, Mode.BACKTEST)
    book = active_book(bench.store, world) or new_book("", world, bench.settings.initial_cash)
    return Run(
        id="", request=request, instrument=instrument, started_at=now, book=book, as_of=found.moment, world=world,
        data_source=found.collected.source, bars=found.bars, quality=found.quality, headlines=headlines,
    )  # fmt: skip


def _ranked(
    bench: Workbench,
    scan_id: str,
    runs: Sequence[Run],
    timeframe: Timeframe,
    source: str,
    silent: tuple[str, ...],
    begun: float,
) -> SignalScan:
    settings = bench.settings
    books = {run.world: run.book for run in runs}
    held: dict[str, Direction] = {}
    for book in books.values():
        held |= _sides(book)
    slots = max(0, settings.risk.max_positions - len(held))
    alike = _Likeness(runs, settings.risk.correlation_bars)
    candidates = [
        Candidate(run.instrument.symbol, run.fused, _volatility(run), alike.of(run.instrument.symbol))
        for run in runs
        if run.fused is not None
    ]
    ranked = prioritise(candidates, held, slots, settings.signals.threshold, settings.risk.max_correlation)
    by_symbol = {run.instrument.symbol: run for run in runs}
    return SignalScan(
        scan_id, bench.clock(), timeframe, source, slots, settings.signals.threshold,
        tuple(_signal(by_symbol[one.symbol]) for one in ranked), ranked, silent, time.perf_counter() - begun,
    )  # fmt: skip


def _signal(run: Run) -> AssetSignal:
    position = run.book.position(run.instrument.symbol)
    assert run.fused is not None
    return AssetSignal(
        run.instrument.symbol, run.as_of, run.world, run.data_source, run.price, _volatility(run), run.fused,
        position.quantity if position else 0.0,
    )  # fmt: skip


def _sides(book: Book) -> dict[str, Direction]:
    """What a book holds or waits for, and on which side."""
    sides = {order.symbol: Direction.UP if order.side == "buy" else Direction.DOWN for order in book.orders}
    return sides | {p.symbol: Direction.UP if p.quantity > 0 else Direction.DOWN for p in book.positions}


def _volatility(run: Run) -> float:
    close = run.bars["close"].to_numpy()[-_BARS - 1 :]
    yearly = run.instrument.bars_per_year(run.request.timeframe)
    return float(np.std(np.diff(np.log(close)))) * math.sqrt(yearly) if len(close) > 2 else 0.0


class _Likeness:
    """Correlations of returns, each computed when it is asked for."""

    def __init__(self, runs: Sequence[Run], window: int) -> None:
        self._closes = {run.instrument.symbol: run.bars["close"].iloc[-2 * window :] for run in runs}
        self._window = window

    def of(self, one: str) -> Callable[[str], float | None]:
        """Correlation of one asset with another, over the bars that both have; None where it is unknown."""
        return lambda other: self._between(one, other)

    def _between(self, one: str, other: str) -> float | None:
        if one not in self._closes or other not in self._closes:
            return None
        both = pd.concat([self._closes[one], self._closes[other]], axis=1, join="inner")
        return correlation_of(both.to_numpy(), self._window)
