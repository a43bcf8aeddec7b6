"""Features and signals: what is known at the moment, put into opinions."""

from collections.abc import Sequence
from dataclasses import replace

from core.errors import NotEnoughHistory
from core.features import FEATURES, WARMUP
from core.pipeline.agent_opinion import agent_of
from core.pipeline.columns import Columns
from core.pipeline.feature_context import context_of, features_of
from core.pipeline.meta_labels import last_row, meta_with, opinion_of
from core.pipeline.meta_training import exits_for
from core.pipeline.run import Outcome, Run, Tell, Workbench
from core.pipeline.source_tracks import (
    MOOD,
    Remembered,
    heard_since,
    priors,
    recent,
    remembered,
    rules_of,
    series_of,
    tracks_now,
)
from core.records import Direction, Forecast, FusedSignal, MetaModel, Problem, Signal, SourceTrack
from core.settings import Settings
from core.signals import (
    STRATEGIES,
    Opinion,
    Strategy,
    base_weights,
    followed,
    forecast_signals,
    fuse,
    latest,
    sentiment_signal,
)
from core.store import Write, dump
from core.store.weights import Weighed, save_weights

FEWEST_BARS = 60
"""Closed bars that the shortest strategy needs."""


def build(run: Run, bench: Workbench, tell: Tell) -> Outcome:
    """Indicators of every closed bar, with what is stored of headlines and of the market around the asset.

    Raises:
        NotEnoughHistory: fewer bars than the shortest strategy needs.
    """
    if len(run.bars) < FEWEST_BARS:
        raise NotEnoughHistory(
            f"{run.instrument.symbol} has {len(run.bars)} closed {run.request.timeframe} bars at this moment; at least "
            f"{FEWEST_BARS} are needed. Choose a later moment, another timeframe or another source."
        )
    beside = context_of(bench, run.instrument, run.request.timeframe, run.data_source, run.world, run.bars)
    features, writes = features_of(
        bench, run.instrument, run.request.timeframe, run.data_source, run.bars, beside
    )
    row = features.iloc[-1]
    warming = int(row[[name for name, feature in FEATURES.items() if not feature.outside]].isna().sum())
    problems = (
        (
            Problem(
                "features",
                f"{warming} of {len(row)} features are null on the last bar: {len(run.bars)} bars, {WARMUP} are needed for all.",
                "Models take them as missing.",
            ),
        )
        if warming
        else ()
    )
    return Outcome(
        run=replace(run, features=features),
        summary=f"{len(row)} features on {len(run.bars):,} bars; RSI 14 at {row['rsi_14']:.0f}, ATR 14 at {row['atr_close']:.2%} of the price.",
        source=run.data_source,
        problems=problems,
        writes=writes,
        output=row.to_json(),
    )


def generate_signals(run: Run, bench: Workbench, tell: Tell) -> Outcome:
    """Every strategy's opinion, the forecasts' and the headlines', fused by weights that follow how each has done."""
    judged, writes = judged_now(run, bench)
    assert judged.fused is not None
    fused = replace(judged.fused, agent=agent_of(run, bench, judged.fused))
    signals = judged.signals
    speaking = sum(part.weight > 0 for part in fused.parts)
    return Outcome(
        run=replace(run, signals=signals, fused=fused),
        summary=f"{speaking} of {len(signals)} sources speak: {fused.direction.word}, confidence {fused.confidence:.2f}.",
        source=", ".join(signal.source for signal in signals),
        writes=(*writes, weights_written(run, bench, fused)),
        output=dump(FusedSignal, fused),
    )


def judged_now(run: Run, bench: Workbench) -> tuple[Run, tuple[Write, ...]]:
    """The run with its signals and what they come to, without the agent; a meta-model that was trained is to be written."""
    kept, settings = remembered(run, bench), bench.settings
    seen = at_hand(run)
    said = opinions_on(seen)
    signals, fused = fused_now(seen, settings, said, kept)
    meta, writes = meta_with(
        run, bench, fused, lambda: heard_since(seen, settings, said, Remembered(kept.leads))
    )
    return replace(run, signals=signals, fused=replace(fused, meta=meta)), writes


def in_memory(
    run: Run, settings: Settings, kept: Remembered, model: MetaModel, worded: bool = True
) -> FusedSignal:
    """The fused signal and the meta-model's view of it, from what lies in memory: the hot path of the stage.

    Args:
        worded: whether strategies tell their reasons; these are for a reader, enter no number and take a third of the time.
    """
    seen = at_hand(run)
    fused = fused_now(seen, settings, opinions_on(seen), kept, worded)[1]
    exits = exits_for(settings, run.instrument, run.request.timeframe, settings.costs.record())
    return replace(fused, meta=opinion_of(model, fused, last_row(seen), exits))


def at_hand(run: Run) -> Run:
    """The run with frames that look each column up once."""
    return replace(run, bars=Columns(run.bars), features=Columns(run.features))


def fused_now(
    run: Run,
    settings: Settings,
    said: Sequence[tuple[Strategy, Opinion]],
    kept: Remembered,
    worded: bool = True,
) -> tuple[tuple[Signal, ...], FusedSignal]:
    """Signals of all sources and their sum, by weights that follow how each has done."""
    signals = signals_of(run, said, worded)
    heard = heard_since(run, settings, said, kept, recent(run, settings))
    return signals, weigh(
        signals, run.forecasts, settings, tracks_now(heard, signals, run.forecasts, settings)
    )


def opinions_on(run: Run) -> tuple[tuple[Strategy, Opinion], ...]:
    """What every strategy of a cycle says at every bar of the run."""
    return tuple((one, one.decide(run.bars, run.features)) for one in STRATEGIES.values() if one.live)


def signals_of(run: Run, said: Sequence[tuple[Strategy, Opinion]], worded: bool = True) -> tuple[Signal, ...]:
    """What all sources say at the close of the last bar; on request without the strategies' reasons."""
    mood = sentiment_signal(run.sentiment)
    return (
        *(
            latest(one, run.bars, run.features, opinion) if worded else _unworded(one, opinion)
            for one, opinion in said
        ),
        *forecast_signals(run.forecasts),
        *((mood,) if mood else ()),
    )


def _unworded(strategy: Strategy, said: Opinion) -> Signal:
    way, magnitude, confidence = said.direction[-1], said.magnitude[-1], said.confidence[-1]
    return Signal(
        strategy.name, Direction(int(way)), float(magnitude), float(confidence), strategy.horizon, ""
    )


def weigh(
    signals: Sequence[Signal],
    forecasts: Sequence[Forecast],
    settings: Settings,
    tracks: Sequence[SourceTrack] = (),
) -> FusedSignal:
    """Signals put together by weight; a forecast weighs as far as it has skill.

    Args:
        tracks: how sources have done and what that made of their weights; empty: the weights of the settings. A source
            without a track keeps the weight of the settings.
    """
    weights = base_weights(signals, forecasts, rules_of(settings), settings.signals.weight_forecast)
    return replace(fuse(signals, followed(weights, tracks)), tracks=tuple(tracks))


def weights_written(run: Run, bench: Workbench, fused: FusedSignal) -> Write:
    """What every source said and weighed, kept: the history of weights, and the mood's own record."""
    tracks = {track.source: track for track in fused.tracks}
    usual = priors([part.signal for part in fused.parts], run.forecasts, bench.settings)
    total = sum(usual.values()) or 1.0
    remembered = run.sentiment is not None and run.sentiment.contaminated
    rows = []
    for part in fused.parts:
        name, track = part.signal.source, tracks.get(part.signal.source)
        prior = track.prior if track else usual[name] / total
        rows.append(
            Weighed(
                name, int(part.signal.direction), part.signal.confidence, part.contribution, prior,
                track.weight if track else prior, track.gain if track else None, track.effective if track else 0.0,
                contaminated=remembered and name == MOOD,
            )
        )  # fmt: skip
    return save_weights(run.id, series_of(run), run.as_of, bench.clock(), rows)
