"""Signals put together by weight.

A source that has no opinion abstains: the weights of those that speak are scaled to sum to 1, and a forecast
that does not beat the base rate has weight 0. The fused score is Σ weight × direction × confidence.

Beside it stands the score of the numbers alone, without the sources that read text: anybody can write text, so the
policy lets it move a position only so far from what the numbers ask for.
"""

from collections.abc import Mapping, Sequence

from core.records import Direction, Forecast, FusedSignal, Sentiment, Signal, SignalWeight, SourceTrack

MOOD = 0.15
"""Sentiment closer to zero than this is no opinion."""
TEXT = frozenset({"sentiment"})
"""Sources that read what others wrote."""
TIE = 1e-12
"""A score closer to zero than this is rounding: for and against weigh the same."""


def sentiment_signal(sentiment: Sentiment | None) -> Signal | None:
    """The mood of the headlines as a signal; None when there was nothing to read."""
    if sentiment is None or sentiment.score is None:
        return None
    score = sentiment.score
    way = Direction.FLAT if abs(score) < MOOD else Direction.UP if score > 0 else Direction.DOWN
    words = f"{len(sentiment.items)} headlines, weighted mean {score:+.2f}."
    return Signal("sentiment", way, abs(score), min(1.0, 0.5 + abs(score)) if way else 0.0, "short", words)


def base_weights(
    signals: Sequence[Signal],
    forecasts: Sequence[Forecast],
    rules: Mapping[str, float],
    forecast_weight: float,
) -> dict[str, tuple[float, str]]:
    """Weight of each source before scaling, and why: the forecasts share theirs, those without skill get none."""
    skilled = {f"forecast:{f.horizon}": f for f in forecasts}
    share = forecast_weight / max(1, len(forecasts))
    weights: dict[str, tuple[float, str]] = {}
    for signal in signals:
        forecast = skilled.get(signal.source)
        if forecast is None:
            weights[signal.source] = (rules.get(signal.source, 0.0), "weight from settings")
        elif forecast.calibrated:
            weights[signal.source] = (
                share,
                f"beats the base rate out of sample (skill {forecast.skill:+.3f})",
            )
        else:
            weights[signal.source] = (0.0, _shortcoming(forecast))
    return weights


def followed(
    weights: Mapping[str, tuple[float, str]], tracks: Sequence[SourceTrack]
) -> dict[str, tuple[float, str]]:
    """Weights before scaling, with those of the tracks in the place of the ones that they follow.

    Args:
        weights: see `base_weights`. A source that has no say gets none.
        tracks: of all or some of the sources; the share of weight that these have together stays theirs.
    """
    told = {track.source: track for track in tracks if track.source in weights}
    total = sum(weights[name][0] for name in told)
    mass = sum(track.weight for track in told.values())
    out = dict(weights)
    for name, track in told.items():
        weight, why = weights[name]
        if weight > 0.0 and mass > 0.0:
            out[name] = (track.weight / mass * total, f"{why}; {track.note}" if track.note else why)
    return out


def fuse(signals: Sequence[Signal], weights: Mapping[str, tuple[float, str]]) -> FusedSignal:
    """Put signals together.

    Args:
        signals: one per source, in the order to show.
        weights: source → (weight ≥ 0, why).
    """
    parts, score = _together(signals, weights)
    numbers = score
    if any(part.weight > 0 and part.signal.source in TEXT for part in parts):
        numbers = _together([s for s in signals if s.source not in TEXT], weights)[1]
    loud = sum(abs(part.contribution) for part in parts)
    way = Direction.FLAT if score == 0 else Direction.UP if score > 0 else Direction.DOWN
    return FusedSignal(
        direction=way,
        confidence=abs(score),
        score=score,
        parts=parts,
        disagreement=1.0 - abs(score) / loud if loud > 0 else 0.0,
        reason=_reason(parts, way, abs(score)),
        numbers_only=numbers,
    )


def _together(
    signals: Sequence[Signal], weights: Mapping[str, tuple[float, str]]
) -> tuple[tuple[SignalWeight, ...], float]:
    speaking = sum(weights[s.source][0] for s in signals if s.direction is not Direction.FLAT)
    parts = tuple(_part(signal, *weights[signal.source], speaking) for signal in signals)
    score = sum(part.contribution for part in parts)
    return parts, 0.0 if abs(score) < TIE else score


def _part(signal: Signal, weight: float, why: str, speaking: float) -> SignalWeight:
    if signal.direction is Direction.FLAT:
        return SignalWeight(signal, 0.0, 0.0, "no opinion, abstains" if weight > 0 else why)
    scaled = weight / speaking if speaking > 0 else 0.0
    return SignalWeight(signal, scaled, scaled * signal.direction.value * signal.confidence, why)


def _shortcoming(forecast: Forecast) -> str:
    skill = f"(skill {forecast.skill:+.3f})"
    if forecast.skill > 0:
        return f"log loss is no better than the base rate's {skill}, so it has no say"
    return f"does not beat the base rate {skill}, so it has no say"


def _reason(parts: Sequence[SignalWeight], way: Direction, confidence: float) -> str:
    for_it = [p.signal.source for p in parts if p.weight > 0 and p.signal.direction is way]
    against = [
        p.signal.source for p in parts if p.weight > 0 and p.signal.direction not in (way, Direction.FLAT)
    ]
    if way is Direction.FLAT:
        spoken = [f"{p.signal.source} says {p.signal.direction.word}" for p in parts if p.weight > 0]
        if not spoken:
            return "No source with a say has an opinion."
        return f"{' and '.join(spoken)}; together they cancel out."
    words = f"{' and '.join(for_it)} {'say' if len(for_it) > 1 else 'says'} {way.word}"
    if against:
        words += f", {' and '.join(against)} against"
    return f"{words}; together {confidence:.2f}."
