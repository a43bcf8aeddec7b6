"""What the paths say: distributions, chances, and where the run itself lies among them."""

import math

import numpy as np

from core.evaluate.monte_carlo.paths import Paths, fan_quantiles, simulate
from core.evaluate.monte_carlo.trades import skip_draws
from core.records import Chance, Distribution, Fan

BINS = 60
_SHARES = (0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99)
_TIE = 1e-9
"""Relative difference of levels that rounding makes: the order in which factors are multiplied."""


def as_path(returns: np.ndarray, steps: int, ruin: float, goal: float) -> Paths | None:
    """The run's own last `steps` returns as a path of its own, measured by the same code; None when it is shorter."""
    if steps > len(returns):
        return None
    return simulate(skip_draws(returns[len(returns) - steps :], 0.0), 1, steps, 0, ruin, goal)


def fan(paths: Paths, actual: np.ndarray) -> Fan:
    """Quantiles per kept step, from the start on; `actual`: level of the run at each of those steps, maybe fewer."""
    bands = np.vstack([np.ones(5), fan_quantiles(paths)])
    p5, p25, p50, p75, p95 = (tuple(map(float, column)) for column in bands.T)
    return Fan((0, *map(int, paths.steps)), p5, p25, p50, p75, p95, tuple(map(float, actual)))


def run_levels(returns: np.ndarray, steps: np.ndarray) -> np.ndarray:
    """Level of the run at the start and at these steps, as far as it goes; its last part when it is longer."""
    horizon = int(steps[-1])
    used = returns[max(len(returns) - horizon, 0) :]
    levels = np.concatenate(([1.0], np.cumprod(np.maximum(1.0 + used, 0.0))))
    wanted = np.concatenate(([0], steps))
    return np.asarray(levels[wanted[wanted < len(levels)]])


def chance(hits: np.ndarray) -> Chance:
    """Share of paths, with its standard error."""
    share = float(np.mean(hits))
    return Chance(share, math.sqrt(share * (1 - share) / len(hits)))


def yearly_sharpe(paths: Paths, steps_per_year: float) -> np.ndarray:
    """Mean over standard deviation (ddof 1) of each path's step returns, by the square root of a year; nan: no variation."""
    from core.evaluate.monte_carlo.kernel import SQUARES, SUM

    n = paths.horizon
    total, squares = paths.facts[SUM], paths.facts[SQUARES]
    variance = np.maximum(squares - total**2 / n, 0.0) / max(n - 1, 1)
    varies = variance > 1e-18 + 1e-12 * squares / n
    return np.where(varies, total / n / np.sqrt(np.where(varies, variance, 1.0)), np.nan) * math.sqrt(
        steps_per_year
    )


def distributions(
    paths: Paths, actual: Paths | None, step: str, steps_per_year: float
) -> tuple[Distribution, ...]:
    """End level, worst drawdown, time under water (longest, share), longest losing run, Sharpe ratio."""
    from core.evaluate.monte_carlo.kernel import DRAWDOWN, END, LONGEST_UNDER, LOSING, UNDER

    said = f"{step}s"
    rows = (
        ("end", "Equity at the end, relative to the start.", "level", END, 1.0),
        ("drawdown", "Largest fall from a peak on the way.", "fraction", DRAWDOWN, 1.0),
        ("under_water", "Longest stretch below a former peak.", said, LONGEST_UNDER, 1.0),
        ("under_water_share", "Share of time below a former peak.", "share", UNDER, 1.0 / paths.horizon),
        ("losing_run", f"Most losing {said} in a row; one without gain or loss does not count.", said, LOSING, 1.0),
    )  # fmt: skip
    found = [
        _distribution(
            name, meaning, unit, paths.facts[row] * factor,
            None if actual is None else float(actual.facts[row, 0]) * factor,
            0.0 if row in (END, DRAWDOWN) else factor,
        )
        for name, meaning, unit, row, factor in rows
    ]  # fmt: skip
    ratios = yearly_sharpe(paths, steps_per_year)
    if np.isfinite(ratios).any():
        own = float(yearly_sharpe(actual, steps_per_year)[0]) if actual is not None else math.nan
        found.append(
            _distribution(
                "sharpe", "Yearly Sharpe ratio of the path, risk-free rate 0.", "ratio", ratios[np.isfinite(ratios)],
                own if math.isfinite(own) else None,
            )
        )  # fmt: skip
    return tuple(found)


def _distribution(
    name: str, meaning: str, unit: str, values: np.ndarray, actual: float | None, grain: float = 0.0
) -> Distribution:
    """`grain`: values are whole multiples of it, and so are the bins; 0: any number."""
    ordered = np.sort(values)
    if ordered[-1] - ordered[0] <= _TIE * max(1.0, abs(float(ordered[0]))):
        ordered = np.full(len(ordered), float(np.median(ordered)))  # equal but for rounding
    p1, p5, p25, p50, p75, p95, p99 = (float(x) for x in np.quantile(ordered, _SHARES))
    edges = _edges(ordered, grain)
    counts, _ = np.histogram(ordered.clip(edges[0], edges[-1]), edges)
    return Distribution(
        name, meaning, unit, p1, p5, p25, p50, p75, p95, p99, tuple(map(float, edges)), tuple(map(int, counts)), actual,
        None if actual is None else _rank(ordered, actual),
    )  # fmt: skip


def _rank(ordered: np.ndarray, value: float) -> float:
    slack = _TIE * max(1.0, abs(value))
    below = np.searchsorted(ordered, value - slack, "left")
    up_to = np.searchsorted(ordered, value + slack, "right")
    return float((below + up_to) / 2 / len(ordered))


def _edges(ordered: np.ndarray, grain: float) -> np.ndarray:
    """Equal bins between the 0.1st and 99.9th percentile; each holds as many whole multiples of the grain."""
    low, high = (float(x) for x in np.quantile(ordered, (0.001, 0.999)))
    if grain:
        first, last = round(low / grain), round(high / grain)
        width = math.ceil((last - first + 1) / BINS)
        return (np.arange(first, last + width + 1, width) - 0.5) * grain
    if high - low <= _TIE * max(1.0, abs(low)):
        return np.array([low - 0.005, low + 0.005])
    return np.linspace(low, high, BINS + 1)
