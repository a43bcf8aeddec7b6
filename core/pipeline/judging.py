"""Features and signals: what is known at the moment, put into opinions."""

from collections.abc import Sequence
from dataclasses import replace

from core.errors import NotEnoughHistory
from core.features import FEATURES, WARMUP
from core.pipeline.agent_opinion import agent_of
from core.pipeline.feature_context import context_of, features_of
from core.pipeline.meta_labels import meta_of
from core.pipeline.run import Outcome, Run, Tell, Workbench
from core.records import Forecast, FusedSignal, Problem, Signal
from core.settings import Settings
from core.signals import STRATEGIES, base_weights, forecast_signals, fuse, latest, sentiment_signal
from core.store import dump

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
    """Every strategy's opinion, the forecasts' and the headlines', fused by weight."""
    mood = sentiment_signal(run.sentiment)
    signals = (
        *(latest(strategy, run.bars, run.features) for strategy in STRATEGIES.values()),
        *forecast_signals(run.forecasts),
        *((mood,) if mood else ()),
    )
    fused = weigh(signals, run.forecasts, bench.settings)
    fused = replace(fused, meta=meta_of(run, bench, fused))
    fused = replace(fused, agent=agent_of(run, bench, fused))
    speaking = sum(part.weight > 0 for part in fused.parts)
    return Outcome(
        run=replace(run, signals=signals, fused=fused),
        summary=f"{speaking} of {len(signals)} sources speak: {fused.direction.word}, confidence {fused.confidence:.2f}.",
        source=", ".join(signal.source for signal in signals),
        output=dump(FusedSignal, fused),
    )


def weigh(signals: Sequence[Signal], forecasts: Sequence[Forecast], settings: Settings) -> FusedSignal:
    """Signals put together by the weights of the settings; a forecast weighs as far as it has skill."""
    chosen = settings.signals
    rules = {
        "sma_cross": chosen.weight_sma_cross,
        "rsi_bollinger": chosen.weight_rsi_bollinger,
        "sentiment": settings.sentiment.weight,
    }
    return fuse(signals, base_weights(signals, forecasts, rules, chosen.weight_forecast))
