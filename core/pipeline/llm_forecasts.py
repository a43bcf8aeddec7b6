"""A language model's own forecasts: asked for, kept to be scored, and pooled by the weight that their record earns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from core.llm import LanguageModel, Purse, Unit
from core.llm.knowledge import contaminated
from core.llm.uses.forecast import FORECAST, ForecastSaid, HorizonSaid
from core.llm.uses.forecast_asking import snapshot_unit
from core.pipeline.kept_opinions import Subject, fresh_opinions, lifetime, opinion_key, recorded_opinion
from core.pipeline.llm_record import Moment, earned_weights, settle_series
from core.pipeline.run import Run, Tell, Workbench
from core.pipeline.snapshots import snapshot_of
from core.predict.hybrid import pool
from core.records import Forecast, KeptOpinion, LlmCall, LlmOpinion, LlmUse, Problem
from core.store import Write
from core.store.llm_forecasts import save_opinions, save_outcomes


@dataclass(frozen=True, slots=True)
class Seconded:
    """What came of asking about several assets."""

    forecasts: tuple[tuple[Forecast, ...], ...]
    """By subject, with opinions; pooled where the record has earned a weight."""
    calls: tuple[LlmCall, ...]
    problems: tuple[Problem, ...]
    writes: tuple[Write, ...]


def with_opinions(
    run: Run, bench: Workbench, forecasts: tuple[Forecast, ...], tell: Tell
) -> tuple[tuple[Forecast, ...], tuple[LlmCall, ...], tuple[Problem, ...], tuple[Write, ...]]:
    """A run's forecasts with the language model's opinions, the calls, what went wrong, and what is to be stored.

    Without a model, or where it is not asked for forecasts, everything stays as it is.
    """
    found = seconded((Subject(run, forecasts),), bench, run.purse, tell)
    return found.forecasts[0], found.calls, found.problems, found.writes


def seconded(subjects: Sequence[Subject], bench: Workbench, purse: Purse | None, tell: Tell) -> Seconded:
    """Ask about all assets together, in as few requests as the settings allow.

    A horizon whose last opinion is still fresh is not asked again. A replaying model knows its record alone.
    """
    model = bench.llm
    if model is None or LlmUse.FORECAST.value not in model.uses or not any(s.forecasts for s in subjects):
        return Seconded(tuple(item.forecasts for item in subjects), (), (), ())
    settings = bench.settings.llm
    at_hand = tuple(fresh_opinions(item, bench, model) for item in subjects)
    units = {
        number: snapshot_unit(snapshot_of(item.run, asked, item.widths), lifetime(asked, settings))
        for number, (item, fresh) in enumerate(zip(subjects, at_hand, strict=True))
        if (asked := _asked(item, fresh))
    }
    purse = purse or Purse(settings, subjects[0].run.id)
    said, calls, problems = _ask(model, units, purse, settings.samples, tell)
    results = [
        _second(item, bench, model, at_hand[number], said.get(number, ()))
        for number, item in enumerate(subjects)
    ]
    return Seconded(
        tuple(forecasts for forecasts, _ in results), calls, problems,
        tuple(write for _, writes in results for write in writes),
    )  # fmt: skip


def _asked(subject: Subject, fresh: Mapping[str, KeptOpinion]) -> tuple[Forecast, ...]:
    """Forecasts to be asked about: those without a fresh opinion whose labels are known."""
    return tuple(
        item for item in subject.forecasts if item.horizon not in fresh and item.horizon in subject.widths
    )


def _ask(
    model: LanguageModel, units: Mapping[int, Unit], purse: Purse, samples: int, tell: Tell
) -> tuple[dict[int, tuple[ForecastSaid, ...]], tuple[LlmCall, ...], tuple[Problem, ...]]:
    """Answers by subject, one for each sample that gave one."""
    said: dict[int, tuple[ForecastSaid, ...]] = {}
    calls: tuple[LlmCall, ...] = ()
    problems: dict[Problem, None] = {}
    for sample in range(samples if units else 0):
        tell(
            sample / samples, f"asking {model.name} for {len(units)} forecast{'s' if len(units) > 1 else ''}"
        )
        asked = model.ask(FORECAST, tuple(units.values()), purse, sample)
        calls += asked.calls
        problems |= dict.fromkeys(asked.problems)
        for number, answer in zip(units, asked.answers, strict=True):
            said[number] = (*said.get(number, ()), *((answer,) if answer else ()))
    return said, calls, tuple(problems)


def _second(
    subject: Subject,
    bench: Workbench,
    model: LanguageModel,
    fresh: Mapping[str, KeptOpinion],
    said: Sequence[ForecastSaid],
) -> tuple[tuple[Forecast, ...], tuple[Write, ...]]:
    """One asset's forecasts with opinions and weights, and what is to be kept."""
    run = subject.run
    settled = settle_series(bench, subject.series, run.bars, run.as_of, run.started_at)
    moment = Moment(run.as_of, run.started_at)
    weights = earned_weights(bench, model.name, run.request.timeframe, run.world, moment, settled)
    kept: list[KeptOpinion] = []
    forecasts: list[Forecast] = []
    for forecast in subject.forecasts:
        opinion = fresh.get(forecast.horizon) or _opinion(subject, bench, model, forecast, said)
        if opinion is None:
            forecasts.append(forecast)
            continue
        kept.append(opinion)
        forecasts.append(
            pooled(forecast, opinion.opinion, weights.get((forecast.horizon, forecast.bars), 0.0))
        )
    if model.replays:
        return tuple(forecasts), ()
    new = [item for item in kept if item.opinion.horizon not in fresh]
    writes = (*((save_opinions(new),) if new else ()), *((save_outcomes(settled),) if settled else ()))
    return tuple(forecasts), writes


def pooled(forecast: Forecast, opinion: LlmOpinion, weight: float) -> Forecast:
    """The forecast with the opinion beside it, and in it as far as its record goes.

    What the model may remember moves nothing, whatever it has earned elsewhere. At a weight of 0 the probabilities
    stay bit for bit.
    """
    share = 0.0 if opinion.contaminated else weight
    down, flat, up = pool(
        (forecast.p_down, forecast.p_flat, forecast.p_up),
        (opinion.p_down, opinion.p_flat, opinion.p_up),
        share,
    )
    return replace(forecast, p_down=down, p_flat=flat, p_up=up, llm=replace(opinion, weight=share))


def _opinion(
    subject: Subject, bench: Workbench, model: LanguageModel, forecast: Forecast, said: Sequence[ForecastSaid]
) -> KeptOpinion | None:
    """What the samples say together of one horizon; None where none of them holds."""
    found = [item for answer in said for item in answer.horizons if item.horizon == forecast.horizon]
    if not found or forecast.horizon not in subject.widths:
        return None
    run, series = subject.run, subject.series
    key = opinion_key(subject, forecast, model.name)
    recorded = recorded_opinion(subject, bench, model, forecast.horizon, key) if model.replays else None
    remembered = (
        recorded.opinion.contaminated
        if recorded
        else contaminated(model.name, run.as_of, run.started_at, bench.settings.llm)
    )
    down, flat, up = _mean(found)
    spread = max(item.p_up for item in found) - min(item.p_up for item in found)
    opinion = LlmOpinion(
        series.symbol, forecast.horizon, forecast.bars, down, flat, up, found[0].reason, model.name, remembered,
        stability=1.0 - spread if bench.settings.llm.samples > 1 else None,
    )  # fmt: skip
    return KeptOpinion(
        key, opinion, series.timeframe, series.source, series.world, run.as_of, run.started_at, FORECAST.version,
        bench.settings.llm.samples, subject.widths[forecast.horizon],
        (forecast.p_down, forecast.p_flat, forecast.p_up), (forecast.base_down, forecast.base_flat, forecast.base_up),
        forecast.model_id, run.id,
    )  # fmt: skip


def _mean(found: Sequence[HorizonSaid]) -> tuple[float, float, float]:
    if len(found) == 1:
        return found[0].p_down, found[0].p_flat, found[0].p_up
    count = len(found)
    down = sum(item.p_down for item in found) / count
    up = sum(item.p_up for item in found) / count
    return down, 1.0 - down - up, up
