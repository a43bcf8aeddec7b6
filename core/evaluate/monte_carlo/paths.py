"""Random paths in parallel: threads share out packs of paths, the same numbers come out whatever their count."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

MOST_KEPT = 512
"""Steps of which every path's level is kept: the fan of a longer horizon is drawn at evenly spaced ones, so that
memory stays at 512 × paths numbers however long the horizon is."""
FAN = (0.05, 0.25, 0.5, 0.75, 0.95)
Tell = Callable[[float, str], None]


@dataclass(frozen=True, slots=True, eq=False)
class Draws:
    """One method made ready: what steps are drawn from, and how."""

    kind: int
    """Of core.evaluate.monte_carlo.kernel: SINGLES … REGIMES."""
    values: np.ndarray
    """Growth factors (1 + return), (m,); for GARCH standardised residuals."""
    numbers: np.ndarray
    """Of the method."""
    longest: int | None = None
    """Most steps that can be drawn; None: any number."""


@dataclass(frozen=True, slots=True, eq=False)
class Paths:
    """What the paths did; levels are relative to the start."""

    steps: np.ndarray
    """Numbers of the steps kept, ascending, from 1 to the horizon, (k,)."""
    levels: np.ndarray
    """(k, paths), float32: for the fan; what is counted and measured is in `facts` at full precision."""
    facts: np.ndarray
    """(FACTS, paths): rows as named in core.evaluate.monte_carlo.kernel."""

    @property
    def horizon(self) -> int:
        """Number of steps."""
        return int(self.steps[-1])


def simulate(
    draws: Draws,
    paths: int,
    horizon: int,
    seed: int,
    ruin: float = 0.5,
    goal: float = 1.5,
    threads: int = 0,
    tell: Tell | None = None,
) -> Paths:
    """Walk the paths.

    Args:
        draws: the method.
        paths: how many, at least 1.
        horizon: steps, at least 1.
        seed: any integer ≥ 0.
        ruin, goal: levels relative to the start.
        threads: 0 takes all cores; the result is the same for any.
        tell: told the share done, in chunks; may raise to stop.
    """
    from core.evaluate.monte_carlo import kernel

    kept = kept_steps(horizon)
    levels, facts = np.empty((len(kept), paths), np.float32), np.empty((kernel.FACTS, paths))
    key = stream_key(seed)
    values, numbers = np.ascontiguousarray(draws.values, float), np.ascontiguousarray(draws.numbers, float)

    def walk(first: int, last: int) -> None:
        kernel.walk(draws.kind, values, numbers, key, first, last, kept, ruin, goal, levels, facts)

    share_out(walk, paths, kernel.PACK, horizon, threads, tell)
    return Paths(kept, levels, facts)


def fan_quantiles(paths: Paths, shares: tuple[float, ...] = FAN, threads: int = 0) -> np.ndarray:
    """Exact quantiles at every kept step, (k, len(shares))."""
    from core.evaluate.monte_carlo.quantiles import row_quantiles

    out, wanted = np.empty((len(paths.levels), len(shares))), np.array(shares)
    share_out(
        lambda first, last: row_quantiles(paths.levels, wanted, first, last, out),
        len(paths.levels), 1, paths.levels.shape[1], threads, None,
    )  # fmt: skip
    return out


def kept_steps(horizon: int) -> np.ndarray:
    """The steps whose levels are kept: all of them, or evenly spaced ones that end at the horizon."""
    if horizon <= MOST_KEPT:
        return np.arange(1, horizon + 1)
    return np.unique(np.linspace(1, horizon, MOST_KEPT).round().astype(np.int64))


def stream_key(seed: int) -> np.uint64:
    """64 bits that all streams of one seed start from."""
    return np.uint64(np.random.SeedSequence(seed).generate_state(1, np.uint64)[0])


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


_WORDS = 20
"""Most words of progress: each is a row written."""
_CHUNK = 4_000_000
"""Steps between two words of progress: some ten milliseconds."""


def share_out(
    work: Callable[[int, int], None], count: int, unit: int, weight: int, threads: int, tell: Tell | None
) -> None:
    """Call `work(first, last)` over 0 … count − 1 in chunks of whole units, on several threads.

    Args:
        unit: a chunk is a multiple of it.
        weight: steps that one item takes, to size the chunks.
    """
    threads = threads or cores()
    packs = -(-count // unit)
    parts = max(min(packs, threads), min(packs, -(-count * weight // _CHUNK)))
    edges = [min(packs * part // parts * unit, count) for part in range(parts + 1)]
    if parts == 1:
        work(0, count)
        return
    with ThreadPoolExecutor(threads) as pool:
        running = [pool.submit(work, first, last) for first, last in pairwise(edges)]
        try:
            for done, part in enumerate(running, 1):
                part.result()
                if tell is not None and done * _WORDS // parts > (done - 1) * _WORDS // parts:
                    tell(done / parts, f"{edges[done]:,} of {count:,} paths")
        except BaseException:
            for part in running:
                part.cancel()
            raise
