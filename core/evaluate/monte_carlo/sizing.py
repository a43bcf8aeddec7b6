"""Position size against ruin: Kelly fractions, and the same random steps at many sizes."""

import numpy as np

from core.evaluate.monte_carlo.paths import Tell, share_out, stream_key
from core.records import SizeCurve, SizePoint

MOST_WORK = 120_000_000
"""Path-steps times sizes of one curve; fewer paths are taken of a long horizon."""


def kelly_bet(win: float, odds: float) -> float:
    """Share of the account to stake on a bet that wins `odds` times the stake with this chance (Kelly 1956): p − q/b."""
    return win - (1 - win) / odds


def kelly_small(returns: np.ndarray) -> float | None:
    """Mean over variance (ddof 1): the Kelly fraction when returns are small; None without variation."""
    variance = float(np.var(returns, ddof=1)) if len(returns) > 1 else 0.0
    return float(np.mean(returns)) / variance if variance > 1e-18 else None


def kelly_exact(returns: np.ndarray) -> float | None:
    """The multiple f > 0 with the largest mean of log(1 + f r); None when the mean is not positive, or nothing is lost."""
    worst = float(np.min(returns, initial=0.0))
    if len(returns) < 2 or float(np.mean(returns)) <= 0 or worst >= 0:
        return None
    from scipy.optimize import brentq

    def slope(f: float) -> float:
        return float(np.mean(returns / (1 + f * returns)))

    limit = -1.0 / worst
    far = limit * (1 - 1e-9)
    return float(brentq(slope, 0.0, far, xtol=1e-12)) if slope(far) < 0 else limit


def size_grid(kelly: float | None, count: int = 24) -> np.ndarray:
    """Multiples from small to well over the Kelly fraction, always with 1 (as traded)."""
    most = float(np.clip(2.2 * kelly, 2.0, 12.0)) if kelly else 2.0
    even = np.linspace(most / count, most, count)
    return np.unique(np.append(even, 1.0))


def size_curve(
    returns: np.ndarray,
    block: float,
    step: str,
    horizon: int,
    paths: int,
    seed: int,
    ruin: float,
    sizes: np.ndarray | None = None,
    threads: int = 0,
    tell: Tell | None = None,
) -> SizeCurve:
    """Growth, ruin and halving at each multiple of the position.

    Args:
        returns: of the account per step, at the size that was traded.
        block: mean block length of the bootstrap; 1 draws single steps.
        step: bar or trade, for the record.
        ruin: level relative to the start.
        sizes: multiples, ascending; default `size_grid`.
    """
    from core.evaluate.monte_carlo import kernel

    kelly = kelly_exact(returns)
    sizes = size_grid(kelly) if sizes is None else np.asarray(sizes, float)
    paths = int(min(paths, max(200, MOST_WORK // (horizon * len(sizes)))))
    ends, least = np.empty((len(sizes), paths)), np.empty((len(sizes), paths))
    values, key = np.ascontiguousarray(returns, float), stream_key(seed)

    def walk(first: int, last: int) -> None:
        kernel.walk_sizes(values, 1.0 / max(block, 1.0), key, first, last, horizon, sizes, ends, least)

    share_out(walk, paths, kernel.PACK, horizon * len(sizes) // 4, threads, tell)
    growth = np.median(ends, axis=1) - 1.0
    ruined, halved = (least <= ruin).mean(axis=1), (least <= 0.5).mean(axis=1)
    points = tuple(
        SizePoint(float(size), float(g), float(r), float(h))
        for size, g, r, h in zip(sizes, growth, ruined, halved, strict=True)
    )
    return SizeCurve(points, kelly, kelly_small(returns), paths, horizon, step, max(block, 1.0))
