"""Cross-asset: what the market around the asset did, and how closely the asset follows it."""

import math

import numpy as np
import pandas as pd

from core.features.context import Reference
from core.features.feature import Family, Feature
from core.features.prices import Prices, lagged_difference

_WINDOW = 50
_SPAN = 24
_STALE = 3
"""Bars for which a close of the reference holds; after that nothing is known of it."""


def _feature(name: str, warmup: int, unit: str, words: str, formula: str) -> Feature:
    return Feature(name, "market", warmup, unit, words, formula, "BTC-USD for coins, ^GSPC or SPY for shares", outside=True)  # fmt: skip


FEATURES = (
    _feature("market_return_1", _WINDOW, "σ of the market", "change of the market over the last bar", "ln(its close / its close before) / its σ50"),
    _feature("market_return_24", _WINDOW, "σ of the market", "change of the market over 24 bars", "ln(its close / its close 24 bars ago) / (its σ50 · √24)"),
    _feature("market_beta_50", _WINDOW, "ratio", "how far the asset moves when the market moves by one", "covariance of both log returns / variance of the market's, 50 bars"),
    _feature("market_correlation_50", _WINDOW, "−1 … 1", "how closely the asset follows the market", "Pearson correlation of both log returns, 50 bars"),
    _feature("relative_24", _WINDOW, "σ", "change over 24 bars beyond that of the market", "(ln(close / close 24 ago) − the market's) / (σ50 · √24)"),
)  # fmt: skip


def compute(p: Prices) -> dict[str, np.ndarray]:
    """Features against the reference; null without one, and where its last close is too old."""
    nothing = {feature.name: np.full_like(p.close, np.nan) for feature in FEATURES}
    reference = p.context.reference
    if reference is None or not p.step or len(p.close) <= _SPAN or reference.closes.empty:
        return nothing
    level = _known_level(p, reference)
    change = lagged_difference(level, 1)
    over_span, own_span = lagged_difference(level, _SPAN), lagged_difference(p.log_close, _SPAN)
    mean, own_mean = _mean(change), _mean(p.log_return)
    variance, own_variance = (
        _mean(change * change) - mean * mean,
        _mean(p.log_return * p.log_return) - own_mean * own_mean,
    )
    variance[~(variance > 1e-14)] = np.nan
    own_variance[~(own_variance > 1e-14)] = np.nan
    together = _mean(change * p.log_return) - mean * own_mean
    sigma = np.sqrt(variance)
    return {
        "market_return_1": change / sigma,
        "market_return_24": over_span / (sigma * math.sqrt(_SPAN)),
        "market_beta_50": together / variance,
        "market_correlation_50": np.clip(together / np.sqrt(variance * own_variance), -1.0, 1.0),
        "relative_24": (own_span - over_span) / (p.sigma * math.sqrt(_SPAN)),
    }  # fmt: skip


def _known_level(p: Prices, reference: Reference) -> np.ndarray:
    """Log of the reference's last close at each of our closes; bars of both are equally long."""
    opened = pd.DatetimeIndex(reference.closes.index).as_unit("us").asi8 // 1_000_000
    place = np.searchsorted(opened, p.opened, side="right") - 1
    level = np.log(reference.closes.to_numpy())[np.maximum(place, 0)]
    level[(place < 0) | (p.opened - opened[np.maximum(place, 0)] > _STALE * p.step)] = np.nan
    return level


def _mean(values: np.ndarray) -> np.ndarray:
    """Mean of the last 50 values, each window summed anew by doubling (1, 2, 4 … 32 bars, then 32 + 16 + 2).

    A running sum would be faster, but one null would silence it for ever, and its rounding would remember the start.
    """
    total, width, sums = None, 0, values
    size = 1
    while size <= _WINDOW:
        if _WINDOW & size:
            total = sums if total is None else total + _lagged(sums, width)
            width += size
        sums = sums + _lagged(sums, size)
        size *= 2
    assert total is not None
    return total / _WINDOW


def _lagged(values: np.ndarray, lag: int) -> np.ndarray:
    return np.concatenate((np.full(min(lag, len(values)), np.nan), values[: max(len(values) - lag, 0)]))


MARKET = Family("market", FEATURES, compute, "Cross-asset: the market around the asset, and its pull on it.")
