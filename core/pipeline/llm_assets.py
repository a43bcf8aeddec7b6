"""Forecasts of several assets at once: our models one after the other, the language model in as few requests as go."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from core.errors import GlassboxError, JobCancelled, StoreError
from core.execute import new_book
from core.instruments import resolve
from core.llm import Purse
from core.pipeline.gathering import gather
from core.pipeline.judging import build
from core.pipeline.kept_opinions import Subject
from core.pipeline.llm_forecasts import Seconded, seconded
from core.pipeline.mood import judge_mood
from core.pipeline.news import headlines_at
from core.pipeline.predicting import predict
from core.pipeline.run import Run, Tell, Workbench
from core.records import CycleRequest, Forecast, LlmCall, Mode, Problem, Timeframe


@dataclass(frozen=True, slots=True)
class AssetForecast:
    """What is forecast of one asset at its last closed bar."""

    symbol: str
    as_of: datetime
    price: float
    forecasts: tuple[Forecast, ...]
    """With the language model's opinions where it gave one."""


@dataclass(frozen=True, slots=True)
class Forecasted:
    """Forecasts of several assets, and what it took."""

    assets: tuple[AssetForecast, ...]
    calls: tuple[LlmCall, ...]
    problems: tuple[Problem, ...]
    """Assets that could not be forecast among them."""


def forecast_assets(
    bench: Workbench,
    symbols: Sequence[str],
    timeframe: Timeframe,
    source: str,
    as_of: datetime | None = None,
    purse: Purse | None = None,
    tell: Tell = lambda share, words: None,
) -> Forecasted:
    """Forecast assets at a moment (default: now, or the end of the sample) and keep the opinions to be scored.

    An asset that cannot be forecast is told as a problem; the others go on.

    Raises:
        UnknownSymbol: a symbol cannot be read.
        JobCancelled: `tell` or the purse asked to stop.
        StoreError: the database cannot be written.
    """
    asked_at = bench.clock()
    shared = purse or Purse(bench.settings.llm)
    subjects: list[Subject] = []
    calls: tuple[LlmCall, ...] = ()
    problems: tuple[Problem, ...] = ()
    wanted = [resolve(symbol).symbol for symbol in dict.fromkeys(symbols)]
    for number, symbol in enumerate(dict.fromkeys(wanted)):
        tell(0.8 * number / len(wanted), f"forecasting {symbol}")
        request = CycleRequest(symbol, timeframe, source, as_of, Mode.BACKTEST)
        try:
            run, troubles = _forecast(bench, request, asked_at, shared)
        except (JobCancelled, StoreError):
            raise
        except GlassboxError as err:
            problems += (Problem(f"forecast/{symbol}", str(err), "It was left out."),)
            continue
        problems += troubles
        calls += run.calls
        subjects.append(Subject(run, run.forecasts))
    tell(0.8, f"asking about {len(subjects)} assets")
    found = seconded(subjects, bench, shared, lambda share, words: tell(0.8 + 0.2 * share, words))
    bench.store.write(*found.writes)
    return Forecasted(_told(subjects, found), calls + found.calls, (*problems, *found.problems))


def _told(subjects: Sequence[Subject], found: Seconded) -> tuple[AssetForecast, ...]:
    return tuple(
        AssetForecast(item.run.instrument.symbol, item.run.as_of, item.run.price, forecasts)
        for item, forecasts in zip(subjects, found.forecasts, strict=True)
    )


def _forecast(
    bench: Workbench, request: CycleRequest, asked_at: datetime, purse: Purse
) -> tuple[Run, tuple[Problem, ...]]:
    """One asset up to our models' forecasts; the language model reads headlines, but is not asked yet."""
    instrument = resolve(request.symbol)
    found = gather(bench, instrument, request.timeframe, request.source, request.as_of)
    headlines, problems, writes = headlines_at(bench, instrument, found.collected.world, found.moment)
    bench.store.write(*found.writes, *writes)
    run = Run(
        id=f"forecast-{uuid.uuid4().hex[:12]}", request=request, instrument=instrument, started_at=asked_at,
        book=new_book("", "", bench.settings.initial_cash), as_of=found.moment, world=found.collected.world,
        data_source=found.collected.source, bars=found.bars, quality=found.quality, headlines=headlines, purse=purse,
    )  # fmt: skip
    troubles = (*found.problems, *problems)
    for stage, on in ((build, bench), (judge_mood, bench), (predict, replace(bench, llm=None))):
        outcome = stage(run, on, lambda share, words: None)
        bench.store.write(*outcome.writes)
        run, troubles = outcome.run, (*troubles, *outcome.problems)
    return run, troubles
