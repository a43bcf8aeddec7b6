"""Meta-labelling: is a signal worth taking? (López de Prado, Advances in Financial Machine Learning, 2018, ch. 3.)

The primary model is the fused signal; it chooses the side. Events are past bars at which it was confident. The label of
an event is whether the trade that it asked for would have ended with a gain: filled at the next open, left at its stop,
its target or after a number of bars, all costs paid. What the meta-model looks at is turned to the side of the trade, so
that longs and shorts teach the same lesson.

Regimes enter by what is known at each bar without a fitted model (volatility against its own past, ADX, efficiency of
the path): the hidden states of a regime model that was fitted today know how the past went on.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from core.records import Costs, FusedSignal, MetaModel

FORECASTS = "forecasts"
"""All horizons together count as one source: they come and go."""
_FIXED = ("confidence", "disagreement", "speakers")
_MARKET: Mapping[str, tuple[float, float, bool]] = {
    "atr_close": (0.0, 1.0, False),
    "sigma_ratio": (0.0, 1.0, False),
    "adx_14": (0.0, 0.01, False),
    "efficiency_20": (0.0, 1.0, False),
    "volume_z": (0.0, 1.0, False),
    "hour_sin": (0.0, 1.0, False),
    "hour_cos": (0.0, 1.0, False),
    "sma_20_50_gap": (0.0, 1.0, True),
    "higher_24_trend": (0.0, 1.0, True),
    "return_24": (0.0, 1.0, True),
    "rsi_14": (50.0, 0.02, True),
}
"""Feature → what is subtracted, what it is multiplied by, and whether it is turned to the side of the trade."""
MARKET = tuple(_MARKET)


@dataclass(frozen=True, slots=True, eq=False)
class Primary:
    """The fused signal of n bars."""

    score: np.ndarray
    """(n,) −1…1."""
    disagreement: np.ndarray
    """(n,) see `FusedSignal`."""
    speakers: np.ndarray
    """(n,) sources with a say and an opinion."""
    contributions: dict[str, np.ndarray]
    """Source → (n,) weight × direction × confidence."""


@dataclass(frozen=True, slots=True)
class Exits:
    """How a trade ends, and what it costs."""

    stop: float
    target: float
    limit: int
    """Bars."""
    toll: float
    """Of opening and closing, as a fraction of the value."""
    rent_long: float
    rent_short: float
    """Of holding for a bar, as a fraction of the value."""

    @property
    def needed(self) -> float:
        """Break-even probability p* = (L + c) / (W + L)."""
        return (self.stop + self.toll) / (self.target + self.stop)


def exits_of(stop: float, target: float, limit: int, costs: Costs, bars_per_year: float) -> Exits:
    """What a trade of that kind costs: fees, spread and slippage of both sides, borrow and funding by the bar.

    What depends on the size (minimum fee, impact) and on volatility is left out.
    """
    toll = 2.0 * (costs.fee + costs.half_spread + costs.slippage)
    rent = costs.funding / bars_per_year
    return Exits(stop, target, limit, toll, rent, costs.borrow / bars_per_year - rent)


def primary_of(
    sources: Sequence[str], direction: np.ndarray, confidence: np.ndarray, weight: np.ndarray
) -> Primary:
    """What `fuse` says at each of n bars.

    Args:
        sources: k names; horizons of forecasts are put together.
        direction, confidence, weight: (k, n); weights need no scaling.
    """
    speaking = np.where(direction != 0, weight, 0.0)
    total = speaking.sum(axis=0)
    scaled = np.divide(speaking, total, out=np.zeros_like(speaking), where=total > 0.0)
    parts = scaled * direction * confidence
    score, loud = parts.sum(axis=0), np.abs(parts).sum(axis=0)
    score = np.where(np.abs(score) < 1e-12, 0.0, score)
    apart = np.divide(np.abs(score), loud, out=np.ones_like(loud), where=loud > 0.0)
    together: dict[str, np.ndarray] = {}
    for source, own in zip(sources, parts, strict=True):
        name = group_of(source)
        together[name] = together.get(name, 0.0) + own
    return Primary(score, 1.0 - apart, (scaled > 0.0).sum(axis=0), together)


def primary_at(fused: FusedSignal) -> Primary:
    """One fused signal as such a table of one bar."""
    together: dict[str, float] = {}
    for part in fused.parts:
        name = group_of(part.signal.source)
        together[name] = together.get(name, 0.0) + part.contribution
    return Primary(
        np.array([fused.score]),
        np.array([fused.disagreement]),
        np.array([sum(part.weight > 0 for part in fused.parts)]),
        {name: np.array([value]) for name, value in together.items()},
    )


def group_of(source: str) -> str:
    """Name under which a source's contribution enters."""
    return FORECASTS if source.startswith("forecast:") else source


def input_names(sources: Sequence[str]) -> tuple[str, ...]:
    """What the meta-model looks at, when these sources speak; the forecasts always have a place."""
    rules = (source for source in sources if group_of(source) != FORECASTS)
    return (*_FIXED, *(f"from {name}" for name in (*rules, FORECASTS)), *MARKET)


def meta_inputs(names: Sequence[str], primary: Primary, market: Mapping[str, np.ndarray]) -> np.ndarray:
    """What the meta-model looks at, (n, inputs); null where unknown.

    Args:
        names: see `input_names`.
        primary: of n bars.
        market: the columns `MARKET` of the features at those bars.
    """
    side = np.sign(primary.score)
    none = np.zeros(len(side))
    columns = {
        "confidence": np.abs(primary.score),
        "disagreement": primary.disagreement,
        "speakers": primary.speakers.astype(float),
    }
    for name, (middle, unit, turned) in _MARKET.items():
        value = (np.asarray(market[name], dtype=float) - middle) * unit
        columns[name] = side * value if turned else value
    for name in names:
        if name.startswith("from "):
            columns[name] = side * primary.contributions.get(name.removeprefix("from "), none)
    return np.column_stack([columns[name] for name in names])


def events_of(score: np.ndarray, threshold: float, wanted: int) -> tuple[np.ndarray, float]:
    """Bars at which the fused signal was confident, and the confidence from which they count.

    Where the threshold gives fewer than `wanted`, four fifths, three and two fifths of it are tried.
    """
    rows, bar = np.zeros(0, np.int64), threshold
    for share in (1.0, 0.8, 0.6, 0.4):
        bar = max(share * threshold, 1e-9)
        rows = np.flatnonzero(np.abs(score) >= bar)
        if len(rows) >= wanted:
            break
    return rows, bar


def trade_outcomes(
    rows: np.ndarray, side: np.ndarray, bars: np.ndarray, exits: Exits
) -> tuple[np.ndarray, np.ndarray]:
    """What became of trades that were asked for at the close of each of `rows`.

    They fill at the next open. Stop and target rest from then on, also on that bar; where both lie within one bar the
    stop comes first, and a bar that opens beyond a level fills at its open. After `exits.limit` bars the close counts.

    Args:
        rows: (m,) bars; side: (m,) −1 or 1.
        bars: (n, 4) open, high, low, close.

    Returns:
        (m,) net return, null where the limit has not passed yet, and (m,) the bar at which it ended, −1 likewise.
    """
    from core.signals.trade_loop import traded

    return traded(
        rows.astype(np.int64), side.astype(np.int64), np.ascontiguousarray(bars, dtype=float),
        exits.stop, exits.target, exits.limit, exits.toll, np.array([exits.rent_long, exits.rent_short]),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Regression:
    """A logistic regression on standardised inputs."""

    mean: np.ndarray
    scale: np.ndarray
    weight: np.ndarray
    intercept: float

    def probability(self, inputs: np.ndarray) -> np.ndarray:
        """Of a gain, (n,); an unknown input counts as usual."""
        standard = np.nan_to_num((inputs - self.mean) / self.scale, nan=0.0, posinf=0.0, neginf=0.0)
        odds = (np.clip(standard, -5.0, 5.0) * self.weight).sum(axis=1) + self.intercept
        return np.asarray(1.0 / (1.0 + np.exp(-odds)))


STRENGTH = 0.05
"""C of the ridge penalty: with some hundred overlapping events the base rate should be left for a reason only."""


def fit_regression(inputs: np.ndarray, gained: np.ndarray, weight: np.ndarray) -> Regression:
    """Fit by scikit-learn with a ridge penalty; rows count by their average uniqueness.

    Args:
        inputs: (n, inputs); gained: (n,) 0 or 1, both occurring; weight: (n,) > 0.
    """
    from sklearn.linear_model import LogisticRegression

    known = np.where(np.isfinite(inputs), weight[:, None], 0.0)
    mass = np.maximum(known.sum(axis=0), 1e-12)
    clean = np.nan_to_num(inputs, nan=0.0, posinf=0.0, neginf=0.0)
    mean = (known * clean).sum(axis=0) / mass
    spread = np.sqrt((known * (clean - mean) ** 2).sum(axis=0) / mass)
    scale = np.where(spread > 1e-9, spread, np.inf)  # what never moves has nothing to say
    standard = np.clip(np.where(np.isfinite(inputs), (clean - mean) / scale, 0.0), -5.0, 5.0)
    found = LogisticRegression(C=STRENGTH, max_iter=200).fit(standard, gained, sample_weight=weight)
    return Regression(
        mean, np.where(np.isinf(scale), 1e300, scale), found.coef_[0], float(found.intercept_[0])
    )


def regression_of(model: MetaModel) -> Regression:
    """The regression of a kept model."""
    return Regression(np.array(model.mean), np.array(model.scale), np.array(model.weight), model.intercept)


def luck(outcome: np.ndarray, probability: np.ndarray, base: np.ndarray, effective: float) -> float | None:
    """Mean advantage in squared error over the base rate, in standard errors of `effective` independent rows."""
    gain = (base - outcome) ** 2 - (probability - outcome) ** 2
    spread = float(gain.std(ddof=1)) if len(gain) > 1 else 0.0
    return float(gain.mean()) / spread * math.sqrt(effective) if spread > 0.0 else None
