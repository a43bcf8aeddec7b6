"""What a cycle would have thought without one of its parts: the same signals, fused again."""

from collections.abc import Callable
from dataclasses import replace

from core.llm import Purse
from core.pipeline.judging import weigh
from core.pipeline.meta_labels import meta_of
from core.pipeline.model_answers import forecasts_of
from core.pipeline.mood import mood_of
from core.pipeline.run import Run, Workbench
from core.records import Forecast, FusedSignal
from core.signals import forecast_signals, fuse, sentiment_signal

SENTIMENT = "sentiment"


def without_llm(run: Run, bench: Workbench) -> Run:
    """Forecasts before they were pooled, the lexicon's sentiment, no second look. Where no language model spoke, the same."""
    forecasts = _unpooled(run)
    mood = run.sentiment
    if mood is not None and any(item.scorer for item in mood.items):
        alone = replace(bench, llm=None)
        purse = Purse(bench.settings.llm, run.id)
        mood = mood_of(alone, run.instrument, run.headlines, run.as_of, run.started_at, purse).sentiment
    if forecasts == run.forecasts and mood is run.sentiment:
        return run
    told = {signal.source: signal for signal in forecast_signals(forecasts)}
    heard = sentiment_signal(mood)
    kept = tuple(told.get(s.source, s) for s in run.signals if s.source != SENTIMENT)
    changed = replace(run, forecasts=forecasts, sentiment=mood, signals=(*kept, *((heard,) if heard else ())))
    return _fused_again(changed, bench)


def without_sentiment(run: Run, bench: Workbench) -> Run:
    """Signals without what texts say."""
    kept = tuple(signal for signal in run.signals if signal.source != SENTIMENT)
    if kept == run.signals:
        return run
    return _fused_again(replace(run, signals=kept, sentiment=None), bench)


def without_agent(run: Run, bench: Workbench) -> Run:
    """The fused signal without the agent's opinion."""
    if run.fused is None or run.fused.agent is None:
        return run
    return replace(run, fused=replace(run.fused, agent=None))


def with_equal_weights(run: Run, bench: Workbench) -> Run:
    """Every source that has a say weighs the same."""
    if run.fused is None:
        return run
    says = {part.signal.source: float(part.weight > 0) for part in run.fused.parts}
    weights = {source: (say, "every source weighs the same") for source, say in says.items()}
    return _judged_again(run, bench, fuse(run.signals, weights))


VARIANTS: dict[str, Callable[[Run, Workbench], Run]] = {
    "no-llm": without_llm,
    "no-sentiment": without_sentiment,
    "no-agent": without_agent,
    "equal-weight": with_equal_weights,
}
"""By the name of their shadow book; buy and hold needs no signal."""


def _unpooled(run: Run) -> tuple[Forecast, ...]:
    """The models' own forecasts, bit for bit; those that no language model moved are as they are."""
    if not any(item.llm is not None and item.llm.weight > 0 for item in run.forecasts) or run.seen is None:
        return tuple(replace(item, llm=None) if item.llm is not None else item for item in run.forecasts)
    own = {item.horizon: item for item in forecasts_of(run.models, run.seen)}
    return tuple(_own(item, own.get(item.horizon)) for item in run.forecasts)


def _own(said: Forecast, own: Forecast | None) -> Forecast:
    if own is None or said.llm is None:
        return replace(said, llm=None)
    return replace(said, p_down=own.p_down, p_flat=own.p_flat, p_up=own.p_up, llm=None)


def _fused_again(run: Run, bench: Workbench) -> Run:
    """The run with its signals fused as a cycle fuses them."""
    tracks = run.fused.tracks if run.fused else ()
    return _judged_again(run, bench, weigh(run.signals, run.forecasts, bench.settings, tracks))


def _judged_again(run: Run, bench: Workbench, fused: FusedSignal) -> Run:
    """With the second opinions on the whole: those of the cycle, where the direction is the same."""
    before = run.fused
    if before is None:
        return replace(run, fused=fused)
    meta = before.meta
    if fused.direction is not before.direction:
        heard = fused.confidence >= bench.settings.signals.threshold  # else nobody asks for its opinion
        meta = meta_of(replace(run, fused=fused), bench, fused) if heard else None
    return replace(run, fused=replace(fused, meta=meta, agent=before.agent))
