"""Questions that ask the model again: what if, LIME, probability space, other seeds."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from core.explain import (
    STEADY,
    ProbabilityShares,
    Surrogate,
    background_rows,
    local_surrogate,
    probability_shares,
)
from core.pipeline import Workbench
from core.pipeline.explaining import alternatives
from core.pipeline.explaining_seeds import SeedAgreement, other_seeds
from core.views.explain import TARGETS, Explained

SEEDS = (0, 1, 2, 3, 4)
"""Of everything drawn for a second opinion."""

SILENT = (
    "Calibration believes nothing of this model's opinions: whatever the values, it answers the base rate. So no value "
    "changes a probability, and there is nothing to fit a second opinion to. Its opinion before calibration is explained under "
    "«This forecast»."
)
"""Said where probabilities never move."""

_FIT_ENOUGH = 0.3


@dataclass(frozen=True, slots=True)
class Slider:
    """One feature that can be changed, in its own unit."""

    feature: str
    words: str
    unit: str
    value: float
    low: float
    """Ends of the slider: a little beyond what training has seen."""
    high: float
    usual: tuple[float, float]
    """1st and 99th percentile of training."""
    step: float

    def outside(self, value: float) -> bool:
        """Whether training has hardly seen such a value."""
        slack = self.step / 2
        return value < self.usual[0] - slack or value > self.usual[1] + slack


def sliders(view: Explained, row: int, features: tuple[str, ...]) -> tuple[Slider, ...]:
    """Sliders for features of one bar; those without a value there, or with one value in all training, are left out."""
    place = {name: i for i, name in enumerate(view.parts.features)}
    found = []
    for name in features:
        i = place[name]
        value = float(view.parts.values[row, i])
        known = view.rows.training[:, i]
        known = known[~np.isnan(known)]
        if np.isnan(value) or not len(known):
            continue
        low, high = (float(end) for end in np.quantile(known, [0.01, 0.99]))
        room = 0.15 * (high - low)
        if room <= 0.0:
            continue
        found.append(
            Slider(
                name, view.names[i], view.units[i], value, min(low - room, value), max(high + room, value), (low, high),
                _step(high - low),
            )
        )  # fmt: skip
    return tuple(found)


def strongest(view: Explained, row: int, target: str, many: int) -> tuple[str, ...]:
    """Names of the features that push one forecast most and have a value there."""
    size = np.where(np.isnan(view.parts.values[row]), -1.0, np.abs(view.shares(target)[row]))
    return tuple(view.parts.features[i] for i in np.argsort(-size, kind="stable")[:many])


def _step(span: float) -> float:
    """About a hundredth of a span, in round decimals."""
    return float(10.0 ** np.floor(np.log10(span / 50.0)))


@dataclass(frozen=True, slots=True, eq=False)
class WhatIf:
    """The model asked twice about one bar."""

    before: tuple[float, ...]
    """Calibrated down, flat, up."""
    after: tuple[float, ...]
    outside: tuple[str, ...]
    """Changed features whose value training has hardly seen, in words."""
    words: str


def what_if(
    bench: Workbench, view: Explained, row: int, shown: tuple[Slider, ...], values: Mapping[str, float]
) -> WhatIf:
    """What the model would say of one bar with other values; regime and past stay as they were."""
    place = {name: i for i, name in enumerate(view.parts.features)}
    asked = np.repeat(view.parts.values[[row]], 2, axis=0)
    changed = []
    for slider in shown:
        value = values[slider.feature]
        if abs(value - slider.value) > slider.step / 2:
            asked[1, place[slider.feature]] = value
            changed.append(slider)
    before, after = alternatives(bench, view.rows, asked, row)
    outside = tuple(s.words for s in changed if s.outside(values[s.feature]))
    if view.rows.silent:
        words = SILENT
    elif not changed:
        words = "Move a slider to ask the model again."
    else:
        way = int(np.abs(after - before).argmax())
        words = (
            f"With {len(changed)} value{'s' if len(changed) > 1 else ''} changed, the probability of «{('down', 'flat', 'up')[way]}» "
            f"goes from {before[way]:.1%} to {after[way]:.1%}."
        )
    return WhatIf(tuple(before.tolist()), tuple(after.tolist()), outside, words)


@dataclass(frozen=True, slots=True, eq=False)
class SecondOpinion:
    """LIME beside SHAP for one forecast."""

    lime: Surrogate
    shap: np.ndarray
    """(f,) contributions in log-odds."""
    agreement: float
    """Share of the ten strongest SHAP features that LIME pushes the same way."""
    words: str
    trusted: bool
    """Whether the local fit is good enough to be an opinion."""

    @property
    def push_spread(self) -> np.ndarray:
        """(f,) standard deviation of the pushes over the seeds."""
        return self.lime.spread * np.abs(self.lime.place)


def second_opinion(bench: Workbench, view: Explained, row: int, target: str) -> SecondOpinion:
    """Fit LIME around one forecast, once a seed."""

    def predict(inputs: np.ndarray) -> np.ndarray:
        return view.mixed(alternatives(bench, view.rows, inputs, row), target)[:, None]

    lime = local_surrogate(predict, view.parts.values[row], view.rows.training, 0, view.parts.features, SEEDS)
    shap = view.shares(target)[row]
    top = np.argsort(-np.abs(shap), kind="stable")[:10]
    same = float((np.sign(shap[top]) == np.sign(lime.push[top])).mean())
    trusted = bool(lime.fit.mean() >= _FIT_ENOUGH)
    if view.rows.silent:
        words = SILENT
    else:
        words = f"LIME pushes {same:.0%} of the ten strongest reasons the same way as SHAP; its straight line explains {lime.fit.mean():.0%} of what the model does nearby."
        if not trusted:
            words += (
                " That is little: the model is not straight here, and LIME's numbers are to be taken lightly."
            )
    return SecondOpinion(lime, shap, same, words, trusted)


def in_probability(bench: Workbench, view: Explained, row: int, target: str) -> ProbabilityShares:
    """Contributions to the calibrated probability of one forecast, against training rows as background."""

    def predict(inputs: np.ndarray) -> np.ndarray:
        return view.mixed(alternatives(bench, view.rows, inputs, row), target)[:, None]

    return probability_shares(
        predict, view.parts.values[row], background_rows(view.rows.training), 0, view.parts.features
    )


def seed_check(bench: Workbench, view: Explained, target: str) -> SeedAgreement:
    """Whether models that differ in their seed only find the same features important."""
    return other_seeds(bench, view.rows, TARGETS[target], SEEDS)


def seed_words(found: SeedAgreement) -> str:
    """The finding in a sentence."""
    lowest = found.lowest
    if np.isnan(lowest):
        return "The members do not depend on the seed, or there are no contributions: nothing to compare."
    beside = (
        "steady"
        if lowest >= STEADY
        else f"below {STEADY:g}: which features matter is partly the seed's doing"
    )
    return (
        f"Trained again with {len(found.seeds)} seeds, every pair of models ranks the features with a Spearman correlation of at "
        f"least {lowest:.2f} ({beside})."
    )
