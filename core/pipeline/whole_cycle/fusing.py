"""What the sources say together at every bar."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from core.pipeline.judging import FEWEST_BARS, weigh
from core.pipeline.run import Tell
from core.pipeline.whole_cycle.forecasts import Asked, WalkForward
from core.records import Direction, FusedSignal, Signal
from core.settings import Settings
from core.signals import STRATEGIES, Strategy, forecast_signals

_TINY = 1e-300
"""With a threshold of 0 any opinion is decisive, but none is not."""


@dataclass(slots=True, eq=False)
class Fused:
    """The fused signals of rows first ≤ row < stop; arrays count from `first`."""

    score: np.ndarray
    """(n,) −1…1; null where the cycle failed."""
    disagreement: np.ndarray
    contributions: dict[str, np.ndarray]
    """Source → (n,) weight × direction × confidence."""
    speakers: list[str]
    """(n,) names of the sources with a say and an opinion."""
    failed: np.ndarray
    """(n,) where a cycle would have failed for want of history."""
    decisive: dict[int, FusedSignal] = field(default_factory=dict)
    """Row (of all bars) → signal, where it, or its numbers without the text, reaches the threshold: elsewhere the policy
    holds whatever the book is."""


def fuse_rows(
    asked: Asked, forecasts: WalkForward, moods: Sequence[Signal | None], settings: Settings, tell: Tell
) -> Fused:
    """Fuse strategies, forecasts and mood of each row with the functions of a cycle.

    Reasons are left out of the signals: they are words for a reader and enter no number.
    """
    spoken = [_Spoken(strategy, asked) for strategy in STRATEGIES.values()]
    rows = asked.stop - asked.first
    fused = Fused(np.zeros(rows), np.zeros(rows), {}, [""] * rows, np.zeros(rows, dtype=bool))
    for place in range(rows):
        row = asked.first + place
        if place % 1000 == 0:
            tell(place / rows, f"fusing signals of {asked.closed_at(row):%Y-%m-%d}")
        said = forecasts.at(row) if row + 1 >= FEWEST_BARS else None
        if said is None:
            fused.score[place], fused.failed[place] = np.nan, True
            continue
        mood = moods[place]
        signals = (*(one.at(row) for one in spoken), *forecast_signals(said), *((mood,) if mood else ()))
        one = weigh(signals, said, settings)
        _note(fused, place, one)
        if max(abs(score) for score in _scores(one)) >= max(settings.signals.threshold, _TINY):
            fused.decisive[row] = one
    return fused


class _Spoken:
    """A strategy's opinions as signals."""

    def __init__(self, strategy: Strategy, asked: Asked) -> None:
        opinion = strategy.decide(asked.bars, asked.features)
        self.name, self.horizon = strategy.name, strategy.horizon
        self.direction = [Direction(way) for way in opinion.direction.tolist()]
        self.magnitude, self.confidence = opinion.magnitude.tolist(), opinion.confidence.tolist()

    def at(self, row: int) -> Signal:
        return Signal(
            self.name, self.direction[row], self.magnitude[row], self.confidence[row], self.horizon, ""
        )


def _note(fused: Fused, place: int, one: FusedSignal) -> None:
    fused.score[place], fused.disagreement[place] = one.score, one.disagreement
    names = []
    for part in one.parts:
        if part.weight > 0:
            source = part.signal.source
            names.append(source)
            if source not in fused.contributions:
                fused.contributions[source] = np.zeros(len(fused.score))
            fused.contributions[source][place] = part.contribution
    fused.speakers[place] = ", ".join(names)


def next_rows(decisive: dict[int, FusedSignal]) -> dict[int, np.ndarray]:
    """Rows with a decisive signal, ascending: of either direction (key 0), down (−1) and up (1)."""
    rows = np.array(sorted(decisive), dtype=np.int64)
    scores = np.array([_scores(decisive[row]) for row in rows.tolist()]).reshape(-1, 2)
    return {0: rows, -1: rows[scores.min(axis=1) < 0], 1: rows[scores.max(axis=1) > 0]}


def _scores(fused: FusedSignal) -> tuple[float, float]:
    """With and without the text."""
    return fused.score, fused.score if fused.numbers_only is None else fused.numbers_only


def as_columns(fused: Fused) -> dict[str, object]:
    """The columns of a trace."""
    parts = {f"from {source}": values for source, values in sorted(fused.contributions.items())}
    spoke = pd.Categorical(fused.speakers)
    return {"score": fused.score, "disagreement": fused.disagreement, "spoke": spoke, **parts}
