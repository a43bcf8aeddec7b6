"""Weights that follow how each source has done: an exponentially weighted forecaster, held between a floor and a cap.

An opinion at the close of bar t is worth, once its horizon of h bars has ended,

    gain = confidence × (direction × log(close[t + h] / open[t + 1]) − cost) / σ[t],

σ the standard deviation of the return over h bars as known at t, the gain cut to ±3. A source's gain at a moment is the
mean of its known opinions, one half as much weight for every half-life of age. From it

    multiple = shrinkage + (1 − shrinkage) · clip(exp(η · (gain − mean gain)), floor, cap),
    η = √(8 · ln N · n) / 6,

with N sources (a source of text does not count among the numbers, so no text moves their weights against each other), n
the known outcomes as independent ones (bars covered by an outcome, each by its age, over h), 6 the
range of a gain, and the mean over the sources by weight and n. That is the exponentially weighted average forecaster
with its tuned rate (Cesa-Bianchi and Lugosi, Prediction, Learning, and Games, 2006, theorem 2.2; Hedge of Freund and
Schapire, 1997), the cumulated gain being n · gain. Little evidence makes η small, so the weight stays near the prior; a
shrinkage of 1 leaves the prior, which is equal weights where the settings' weights are equal.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from core.records import SourceTrack
from core.settings import SignalSettings
from core.signals.fusion import TEXT

REACH = 3.0
"""A gain beyond so many σ counts as so many: one bar of a crash must not decide all weights."""
MEMORY = 6.0
"""Half-lives after which an opinion is forgotten: less than 2 % of its weight is left."""


@dataclass(frozen=True, slots=True, eq=False)
class Past:
    """What one source said at past bars."""

    source: str
    horizon: int
    """Bars until its opinion has come true or not."""
    direction: np.ndarray
    """(n,) −1, 0 (nothing said), 1 at the close of each bar."""
    confidence: np.ndarray
    """(n,) 0…1."""


@dataclass(frozen=True, slots=True, eq=False)
class Tracks:
    """How k sources had done at m moments."""

    opinions: np.ndarray
    """(k, m) known ones."""
    effective: np.ndarray
    """(k, m) the same as independent ones."""
    gain: np.ndarray
    """(k, m) null where none is known."""


def net_gains(past: Past, move: np.ndarray, sigma: np.ndarray, cost: float) -> np.ndarray:
    """What each opinion gained, (n,); null where there is none or its outcome is not known.

    Args:
        move: (n,) log return from the open after the bar to the close `horizon` bars after it; null where unknown.
        sigma: (n,) standard deviation of that return as known at the bar.
        cost: of opening and closing, as a fraction.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        gain = past.confidence * (past.direction * move - cost) / sigma
    return np.where(past.direction != 0, np.clip(gain, -REACH, REACH), np.nan)


def moves(opens: np.ndarray, close: np.ndarray, horizon: int) -> np.ndarray:
    """Log return from the open after each bar to the close `horizon` bars after it; null where that has not come."""
    out = np.full(len(close), np.nan)
    if len(close) > horizon:
        out[:-horizon] = np.log(close[horizon:] / opens[1 : len(opens) - horizon + 1])
    return out


def memory(settings: SignalSettings, most: int) -> int:
    """Bars that tracks look back at: `MEMORY` half-lives, at most the history that a cycle has."""
    return min(round(MEMORY * settings.half_life_bars), most)


def tracks_at(
    gains: Sequence[np.ndarray],
    horizons: Sequence[int],
    rows: np.ndarray,
    begin: np.ndarray,
    half_life: float,
) -> Tracks:
    """How sources had done at the close of each of `rows`, from outcomes known by then.

    Args:
        gains: of each source, (n,), see `net_gains`.
        horizons: of each source, bars.
        rows: (m,) bars.
        begin: (m,) first bar that counts for each, ≥ 0.
        half_life: bars.
    """
    from core.signals.track_loop import tracked  # numba takes a second to import

    decay = _decay(int((rows - begin).max(initial=0)) + 1, half_life)
    found = [
        tracked(gain, rows.astype(np.int64), begin.astype(np.int64), horizon, decay)
        for gain, horizon in zip(gains, horizons, strict=True)
    ]
    shape = (len(found), len(rows))
    return Tracks(
        np.array([one[0] for one in found]).reshape(shape),
        np.array([one[1] for one in found], dtype=float).reshape(shape),
        np.array([one[2] for one in found], dtype=float).reshape(shape),
    )


@lru_cache(maxsize=16)
def _decay(bars: int, half_life: float) -> np.ndarray:
    """Weight by age; one by one, so that its length does not show in the last digit."""
    return np.array([0.5 ** (age / half_life) for age in range(bars)])


def adapted(prior: np.ndarray, tracks: Tracks, settings: SignalSettings) -> np.ndarray:
    """Weights of k sources at m moments, (k, m), scaled to sum to 1 at each where any prior does; see the module.

    Args:
        prior: (k, m) weights ≥ 0 of the settings; a source with 0 has no say and gets none.
    """
    return _scaled(prior * growth(prior, tracks, settings))


def growth(prior: np.ndarray, tracks: Tracks, settings: SignalSettings) -> np.ndarray:
    """What each prior is multiplied by before scaling, (k, m): between the floor and the cap."""
    from core.signals.track_loop import multiples

    return np.asarray(
        multiples(
            np.ascontiguousarray(prior, dtype=float), tracks.gain, tracks.effective,
            settings.weight_floor, settings.weight_cap, settings.shrinkage, 2.0 * REACH,
        )
    )  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Weighing:
    """Weights of k sources at m moments, and what they follow from."""

    sources: tuple[str, ...]
    prior: np.ndarray
    """(k, m) of the settings; 0 where a source has no say or is not there."""
    tracks: Tracks
    grown: np.ndarray
    """(k, m) what each prior is multiplied by."""
    usual: np.ndarray
    """(k, m) the priors, scaled to sum to 1."""
    weight: np.ndarray
    """(k, m) after adaptation, scaled likewise."""

    def at(self, moment: int, present: Collection[str], noted: bool = True) -> tuple[SourceTrack, ...]:
        """The tracks of one moment as records: of the sources that are there; without words on request."""
        known = self.tracks
        return tuple(
            SourceTrack(
                source,
                int(known.opinions[place, moment]),
                float(known.effective[place, moment]),
                None if np.isnan(known.gain[place, moment]) else float(known.gain[place, moment]),
                float(self.usual[place, moment]),
                float(self.weight[place, moment]),
                self._note(place, moment) if noted else "",
            )
            for place, source in enumerate(self.sources)
            if source in present
        )

    def _note(self, place: int, moment: int) -> str:
        gain = self.tracks.gain[place, moment]
        if np.isnan(gain):
            return "of its past opinions nothing is known yet, so its weight is that of the settings"
        done = (
            f"{gain:+.2f} σ after costs for an opinion, over {self.tracks.opinions[place, moment]:,} known ones worth "
            f"{self.tracks.effective[place, moment]:.1f} independent ones"
        )
        if self.prior[place, moment] <= 0.0:
            return f"{done}; it has no say"
        return f"{done}: weight of the settings × {self.grown[place, moment]:.2f}"


def weighing(sources: Sequence[str], prior: np.ndarray, tracks: Tracks, settings: SignalSettings) -> Weighing:
    """Adapted weights of k sources at m moments; see the module.

    Args:
        prior: (k, m), not scaled.
    """
    grown = growth(prior, tracks, settings)
    text = [place for place, source in enumerate(sources) if source in TEXT]
    if text:  # how others did changes no number's weight: what anybody can write shall not move them against each other
        numbers = prior.copy()
        numbers[text] = 0.0
        own = growth(numbers, tracks, settings)
        own[text] = grown[text]
        grown = own
    return Weighing(tuple(sources), prior, tracks, grown, _scaled(prior), _scaled(prior * grown))


def _scaled(weights: np.ndarray) -> np.ndarray:
    total = np.zeros(weights.shape[1])
    for own in weights:  # one by one: numpy adds up a single column in another order
        total = total + own
    return np.divide(weights, total, out=np.zeros_like(weights), where=total > 0.0)
