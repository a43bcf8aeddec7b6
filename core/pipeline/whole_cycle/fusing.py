"""What the sources say together at every bar, and whether it is worth taking."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from core.pipeline.judging import FEWEST_BARS, weigh
from core.pipeline.run import Tell
from core.pipeline.whole_cycle.forecasts import Asked, WalkForward
from core.pipeline.whole_cycle.weighing import RowTracks
from core.pipeline.whole_cycle.worth import Worth
from core.records import Costs, Direction, FusedSignal, Signal
from core.settings import Settings
from core.signals import STRATEGIES, Opinion, Strategy, forecast_signals

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
    opens and closes nothing whatever the book is."""
    learnt: pd.DataFrame = field(default_factory=pd.DataFrame)
    """A row for each meta-model: as_of, events, rows, skill, auc, earned, words."""
    numbers: np.ndarray = field(default_factory=lambda: np.zeros(0))
    """(n,) the score without the sources that read text; null where the cycle failed."""


def fuse_rows(
    asked: Asked,
    forecasts: WalkForward,
    moods: Sequence[Signal | None],
    settings: Settings,
    costs: Costs,
    tell: Tell,
) -> Fused:
    """Fuse strategies, forecasts and mood of each row with the functions of a cycle, by the weights of that row.

    Reasons are left out of the signals: they are words for a reader and enter no number.
    """
    opinions = [(one, one.decide(asked.bars, asked.features)) for one in STRATEGIES.values() if one.live]
    spoken = [_Spoken(strategy, opinion) for strategy, opinion in opinions]
    rows = asked.stop - asked.first
    fused = Fused(np.zeros(rows), np.zeros(rows), {}, [""] * rows, np.zeros(rows, dtype=bool))
    tell(0.0, "judging how each source has done")
    tracks = RowTracks(asked, forecasts, moods, opinions, settings, costs)
    worth = Worth(asked, tracks.heard, settings, costs)
    fused.numbers = np.full(rows, np.nan)
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
        one = weigh(signals, said, settings, tracks.at(row, signals, noted=False))
        _note(fused, place, one)
        fused.numbers[place] = _scores(one)[1]
        worth.renew(row, signals, said)
        if max(abs(score) for score in _scores(one)) >= max(settings.signals.threshold, _TINY):
            told = weigh(signals, said, settings, tracks.at(row, signals))
            fused.decisive[row] = replace(told, meta=worth.opinion(row, told))
    fused.learnt = worth.learnt()
    return fused


class _Spoken:
    """A strategy's opinions as signals."""

    def __init__(self, strategy: Strategy, opinion: Opinion) -> None:
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
