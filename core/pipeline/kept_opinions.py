"""Opinions of a language model that are at hand: which of them are still fresh, and how each is named."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from core.llm import LanguageModel
from core.llm.uses.forecast import FORECAST
from core.pipeline.run import Run, Workbench
from core.records import Forecast, KeptOpinion
from core.settings import LlmSettings
from core.store.llm_forecasts import OpinionSeries, read_opinions


@dataclass(frozen=True, slots=True)
class Subject:
    """One asset whose forecasts a language model is asked to second."""

    run: Run
    forecasts: tuple[Forecast, ...]
    """Of our models, before anything is pooled."""

    @property
    def series(self) -> OpinionSeries:
        """Bars that its opinions are about."""
        run = self.run
        return OpinionSeries(run.instrument.symbol, run.request.timeframe, run.data_source, run.world)

    @property
    def widths(self) -> dict[str, float]:
        """Horizon → width of the barriers in its model's labels."""
        return {model.horizon: model.meta.settings.barrier_width for model in self.run.models}


def fresh_opinions(subject: Subject, bench: Workbench, model: LanguageModel) -> dict[str, KeptOpinion]:
    """Horizon → opinion of the same model, prompt and labels that is neither too old nor about too old a moment.

    Both ages count against the lifetime of the horizon; what was asked after the run began is not known to it.
    """
    run, settings = subject.run, bench.settings.llm
    longest = max(_keep(name, settings) for name in ("short", "medium", "long"))
    kept = read_opinions(bench.store, subject.series, model.name, run.as_of - longest, run.as_of)
    fresh: dict[str, KeptOpinion] = {}
    for item in kept:
        said = item.opinion
        oldest = run.started_at - _keep(said.horizon, settings)
        alike = any(
            (said.horizon, said.bars) == (forecast.horizon, forecast.bars)
            and item.width == subject.widths.get(forecast.horizon)
            for forecast in subject.forecasts
        )
        if (
            alike
            and item.prompt == FORECAST.version
            and item.samples == settings.samples
            and oldest < item.asked_at <= run.started_at
            and run.as_of - item.as_of <= _keep(said.horizon, settings)
        ):
            fresh.setdefault(said.horizon, item)
    return fresh


def recorded_opinion(
    subject: Subject, bench: Workbench, model: LanguageModel, horizon: str, key: str
) -> KeptOpinion | None:
    """The opinion as it was kept when it was first asked for."""
    moment = subject.run.as_of
    kept = read_opinions(bench.store, subject.series, model.name, moment, moment)
    return next((item for item in kept if item.id == key and item.opinion.horizon == horizon), None)


def lifetime(asked: Sequence[Forecast], settings: LlmSettings) -> timedelta:
    """Of an answer that holds several horizons: the shortest one's."""
    return min(_keep(item.horizon, settings) for item in asked)


def _keep(horizon: str, settings: LlmSettings) -> timedelta:
    minutes = {
        "short": settings.keep_minutes_short,
        "medium": settings.keep_minutes_medium,
        "long": settings.keep_minutes_long,
    }
    return timedelta(minutes=minutes[horizon])


def opinion_key(subject: Subject, forecast: Forecast, model: str) -> str:
    """Names an opinion: one of each model and prompt about one horizon at one moment."""
    series = subject.series
    parts = (
        series.symbol, series.timeframe.value, series.source, series.world, forecast.horizon, str(forecast.bars),
        f"{subject.widths[forecast.horizon]:g}", model, FORECAST.version, subject.run.as_of.isoformat(),
    )  # fmt: skip
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:24]
