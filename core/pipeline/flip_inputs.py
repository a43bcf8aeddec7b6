"""What of a cycle may be changed to look for the flip of its decision, how far, and the cycle with it changed.

Features of the last closed bar that a model or a strategy reads, and the score of the texts. Each is varied within the
1st and the 99th percentile of its own history in the cycle, and a step of distance is its robust standard deviation there
(Wachter, Mittelstadt and Russell 2017, eq. 4, take the median absolute deviation). The calendar is not varied: nobody
can act on what hour it is.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from core.features import FEATURES
from core.pipeline.llm_forecasts import pooled
from core.pipeline.model_answers import forecasts_of
from core.pipeline.run import Run
from core.predict import outlook, seen_by
from core.records import Forecast, Sentiment

SENTIMENT = "sentiment"
"""Name of the input that is the score of the texts."""
_FEWEST_TEXTS = 3
"""Texts whose scores tell a range."""
_FEWEST_ROWS = 60
_STEPS = 12
"""Values tried on each side."""
_FEW = 12
"""An input that takes no more values than this is only given those it has taken, e.g. a candlestick pattern."""
_ROBUST = 1.4826
"""Standard deviations of a normal distribution in one median absolute deviation."""
_NOT_VARIED = frozenset({"calendar", "sentiment"})
"""Families: the hour is nobody's to change, and the texts are varied by their score."""


@dataclass(frozen=True, slots=True, eq=False)
class Input:
    """One thing that may be changed."""

    name: str
    words: str
    unit: str
    before: float
    low: float
    high: float
    spread: float
    below: np.ndarray
    """(k,) values to try under `before`, nearest first."""
    above: np.ndarray
    whole: bool
    """Whether only values that it has taken make sense."""


def inputs_of(run: Run, read: Collection[str]) -> tuple[Input, ...]:
    """Everything that may be changed, in the order of the features.

    Args:
        read: names of the features that a model or a strategy looks at.
    """
    found = [_feature_input(run, name) for name in FEATURES if name in read and name in run.features]
    return tuple(item for item in (*found, _sentiment_input(run.sentiment)) if item is not None)


def _feature_input(run: Run, name: str) -> Input | None:
    """None: not to be varied, not known on the last bar, or always the same."""
    feature = FEATURES[name]
    if feature.family in _NOT_VARIED:
        return None
    history = run.features[name].to_numpy()
    if feature.unit == "price":  # levels of other days compare by their distance from the close alone
        history = history / run.bars["close"].to_numpy() * run.price
    known = history[np.isfinite(history)]
    if not np.isfinite(history[-1]) or len(known) < _FEWEST_ROWS:
        return None
    return _input(name, feature.words, feature.unit, float(run.features[name].iloc[-1]), known)


def _sentiment_input(mood: Sentiment | None) -> Input | None:
    """The score of the texts, between the lowest and the highest of those that were read; None with too few."""
    if mood is None or mood.score is None:
        return None
    scores = np.array([item.score for item in mood.items if item.weight > 0])
    if len(scores) < _FEWEST_TEXTS:
        return None
    return _input(SENTIMENT, "score of the texts", "−1 … 1", mood.score, scores, few=0)


def _input(
    name: str, words: str, unit: str, before: float, known: np.ndarray, few: int = _FEW
) -> Input | None:
    low, high = (float(value) for value in np.quantile(known, (0.01, 0.99)))
    spread = _ROBUST * float(np.median(np.abs(known - np.median(known))))
    if spread <= 1e-9 * max(abs(low), abs(high)):
        spread = float(np.std(known))
    if not low < high or not spread > 0:
        return None
    values = np.unique(known[(known >= low) & (known <= high)])
    whole = len(values) <= few
    below, above = values[values < before][::-1], values[values > before]
    if not whole:
        below, above = _stepped(-below, -low, -before) * -1.0, _stepped(above, high, before)
    return Input(name, words, unit, before, low, high, spread, below, above, whole)


def _stepped(beyond: np.ndarray, end: float, before: float) -> np.ndarray:
    """Values from the nearest to the end of the range, where the history has them; none beyond the end."""
    if end <= before:
        return np.empty(0)
    inner = np.quantile(beyond, np.linspace(0.0, 1.0, _STEPS + 1)[1:-1]) if len(beyond) else np.empty(0)
    return np.unique(np.append(inner, end))


def changed_features(features: pd.DataFrame, changes: Mapping[str, float]) -> pd.DataFrame:
    """The features with other values on the last row."""
    changed = features.copy()
    for name, value in changes.items():
        changed.loc[changed.index[-1], name] = value
    return changed


def changed_run(run: Run, changes: Mapping[str, float]) -> Run:
    """The cycle with other inputs, and with what its models say of them.

    Regime, volatility, skill and the opinion of a language model stay as they were.

    Args:
        changes: value by name of the input.
    """
    of_features = {name: value for name, value in changes.items() if name != SENTIMENT}
    if SENTIMENT in changes and run.sentiment is not None:
        run = replace(run, sentiment=replace(run.sentiment, score=changes[SENTIMENT]))
    if not of_features:
        return run
    run = replace(run, features=changed_features(run.features, of_features))
    if not run.models:
        return run
    seen = seen_by(run.models, run.bars, run.features)
    said = tuple(
        heard(before, new) for before, new in zip(run.forecasts, forecasts_of(run.models, seen), strict=True)
    )
    return replace(run, seen=seen, forecasts=said, outlook=outlook(said))


def heard(before: Forecast, new: Forecast) -> Forecast:
    """A model's new answer with what was known beside the old one."""
    new = replace(
        new, volatility=before.volatility, coverage=before.coverage, edge=before.edge,
        edge_words=before.edge_words,
    )  # fmt: skip
    return new if before.llm is None else pooled(new, before.llm, before.llm.weight)
