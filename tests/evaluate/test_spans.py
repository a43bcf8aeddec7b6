"""Bars as spans of time."""

import math

import pytest

from core.evaluate.spans import bars_words, span_words


@pytest.mark.parametrize(
    ("bars", "yearly", "words"),
    [
        (8760 * 2.7, 8760, "2.7 years"),
        (683, 252, "2.7 years"),
        (8760, 8760, "12 months"),
        (4380, 8760, "6 months"),
        (24 * 21, 8760, "3 weeks"),
        (24 * 4, 8760, "4 days"),
        (9, 8760, "9 hours"),
        (0.2, 8760, "1 hour"),
        (math.inf, 252, "more than 10,000 years"),
        (1e12, 252, "more than 10,000 years"),
    ],
)
def test_spans(bars: float, yearly: float, words: str) -> None:
    assert span_words(bars, yearly) == words


def test_bars_with_their_span() -> None:
    assert bars_words(4379.2, 8760) == "4,380 bars (6 months)"
    assert bars_words(math.inf, 8760) == "more than 10,000 years"
