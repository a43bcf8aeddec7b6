"""Prices that are possible but unlikely; pure array work."""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

_BLOCK = 256
_MAD_TO_SIGMA = 1.4826


def reverting_spikes(close: Floats, threshold: float = 12.0) -> Mask:
    """Closes that leave their neighbours by more than `threshold` robust deviations and come straight back.

    The deviation is 1.4826 × the median absolute log return (as in the MAD of a zero-centred normal) of the
    block of 256 bars, at least half of the whole series', so that a calm hour does not make a normal move a spike.
    A move counts only when at least three quarters of it are taken back by the next bar.

    Args:
        close: (n,) positive prices. Returns: (n,) True at spikes; the first and the last bar never are.
    """
    spikes = np.zeros(len(close), dtype=bool)
    if len(close) < 20:
        return spikes
    returns = np.diff(np.log(close))
    size = np.abs(returns)
    scale = np.repeat(_block_medians(size), _BLOCK)[: len(size)]
    limit = threshold * _MAD_TO_SIGMA * np.maximum(scale, 0.5 * np.median(size))
    there, back = returns[:-1], returns[1:]
    far = (size[:-1] > limit[:-1]) & (size[1:] > limit[1:]) & (limit[:-1] > 0)
    spikes[1:-1] = far & (np.abs(there + back) < 0.25 * size[:-1])
    return spikes


def _block_medians(values: Floats) -> Floats:
    """Median of each block of 256 values; the rest at the end shares the last full window."""
    whole = len(values) // _BLOCK
    blocks = np.median(values[: whole * _BLOCK].reshape(whole, _BLOCK), axis=1) if whole else np.empty(0)
    if whole * _BLOCK == len(values):
        return blocks
    return np.append(blocks, np.median(values[-_BLOCK:]))


def flat_bars(opened: Floats, high: Floats, low: Floats, close: Floats, run: int = 5) -> Mask:
    """Bars in runs of at least `run` in which neither the bar nor its close moves; (n,) each."""
    still = (high == low) & (opened == close)
    still[1:] &= close[1:] == close[:-1]
    edges = np.flatnonzero(np.diff(np.concatenate(([False], still, [False])).astype(np.int8)))
    flat = np.zeros(len(close), dtype=bool)
    for start, stop in zip(edges[::2], edges[1::2], strict=True):
        if stop - start >= run:
            flat[start:stop] = True
    return flat
