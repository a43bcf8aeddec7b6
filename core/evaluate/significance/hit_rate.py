"""Shares of winners: what overlapping outcomes are worth, and how many signals it takes to tell two rates apart."""

import math

from core.evaluate.metrics import wilson
from core.evaluate.significance.sharpe import NORMAL


def effective_count(count: int, overlap: float) -> float:
    """Independent outcomes among `count` whose labels span `overlap` bars each, one started at every bar: n / overlap.

    Args:
        overlap: bars that a label looks ahead; 1 or less means no overlap.
    """
    return count / max(overlap, 1.0)


def hit_rate_interval(wins: int, count: int, overlap: float = 1.0) -> tuple[float, float] | None:
    """95 % Wilson interval of a share of winners, at the number of outcomes that are independent; None without any."""
    if count == 0:
        return None
    effective = effective_count(count, overlap)
    return wilson(wins / count * effective, effective)


def signals_needed(rate: float, base: float, power: float = 0.8, level: float = 0.05) -> int:
    """Independent signals that tell a hit rate from a base rate with that power, one-sided (normal approximation).

    Raises:
        ValueError: the rates are equal.
    """
    if rate == base:
        raise ValueError("Equal rates cannot be told apart.")
    doubt = NORMAL.inv_cdf(1.0 - level) * math.sqrt(base * (1.0 - base))
    reach = NORMAL.inv_cdf(power) * math.sqrt(rate * (1.0 - rate))
    return math.ceil(((doubt + reach) / (rate - base)) ** 2)
