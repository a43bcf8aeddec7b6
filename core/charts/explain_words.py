"""What figures of explanations share: values with their units, colours of a push, and a scale from low to high."""

import numpy as np

from core.charts.palette import Look
from core.charts.scales import Stops, blended
from core.charts.words import percent_text, shortened, value_text

EITHER = "up rather than down"
"""Target of an explanation that asks for the direction, whatever the odds that the price moves at all."""

_SPOKEN = ("ATR", "σ")
"""Units that are said behind a value; of the others the value says enough."""


def feature_text(value: float | None, unit: str) -> str:
    """A feature's value with its unit: 0.63 ATR, −1.2 σ, +2.4%."""
    if value is not None and unit == "fraction":
        return percent_text(value, 2)
    text = value_text(value)
    return f"{text} {unit}" if unit in _SPOKEN and text != "–" else text


def with_value(name: str, value: str, width: int = 44) -> str:
    """«name = value» for an axis: a name that is too long is cut, its value never."""
    return f"{shortened(name, max(width - len(value) - 3, 12))} = {value}"


def axis_words(words: str, unit: str) -> str:
    """Title of an axis: what is measured, and in what."""
    return f"{words} ({unit})" if unit else words


def push_colours(target: str, look: Look) -> tuple[str, str]:
    """Colours of what pushes towards a target and away from it."""
    tokens = look.tokens
    return {
        "up": (tokens.up, tokens.down), EITHER: (tokens.up, tokens.down), "down": (tokens.down, tokens.up),
    }.get(target, (tokens.accent, tokens.series[1]))  # fmt: skip


def low_to_high(look: Look) -> Stops:
    """From a low value (violet) to a high one (ochre): a pair that red-green blindness leaves apart."""
    low, high = look.tokens.series[1], look.tokens.series[2]
    return [(0.0, low), (0.5, blended(blended(low, high, 0.5), look.tokens.background, 0.45)), (1.0, high)]


def rank_of(values: np.ndarray) -> np.ndarray:
    """Rank of each value among the known ones, 0 lowest … 1 highest; ties share theirs, nulls stay null."""
    known = np.sort(values[~np.isnan(values)])
    if not len(known):
        return np.full(len(values), np.nan)
    middle = 0.5 * (np.searchsorted(known, values, "left") + np.searchsorted(known, values, "right"))
    return np.where(np.isnan(values), np.nan, middle / len(known))
