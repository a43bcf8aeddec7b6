"""What is wrong with single bars: marks over the candles, and a strip of how far each bar can be trusted."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from core.charts.gaps import Span
from core.charts.palette import Look
from core.charts.scales import colour_at, trust_scale
from core.charts.time_axis import plain_index, plain_times, spacing
from core.charts.words import wrapped

FLAG_WORDS = {
    "gap_before": "gap before", "spike": "spike", "flat": "flat", "no_volume": "zero volume",
    "repaired": "repaired", "disagrees": "sources disagree",
}  # fmt: skip
"""Column of the flags → what it is called in figures."""
MOST_CELLS = 400
"""Cells of the strip; more would be narrower than a pixel, and a single bad bar would not be seen."""
_MARKS = (("repaired", "diamond"), ("spike", "star"), ("disagrees", "bowtie"))
"""Flags that get a mark of their own over the candle, with its symbol."""
_SIGNS = {"diamond": "◆", "star": "★", "bowtie": "⧓"}
_TEXTS = 3
"""Repairs told one by one; the rest are counted."""


@dataclass(frozen=True, slots=True)
class Runs:
    """Flags of runs of bars that are drawn as one."""

    starts: np.ndarray
    """Position of the first bar of each run."""
    sizes: np.ndarray
    """Bars in each run."""
    counts: dict[str, np.ndarray]
    """Flag → how many bars of each run have it."""
    trust: np.ndarray
    """Lowest trust of each run, 0 … 100; NaN where it is not known."""

    def words(self, name: str, run: int) -> str:
        """A flag in words, with how many bars have it when the run has several."""
        size, count = int(self.sizes[run]), int(self.counts[name][run])
        return FLAG_WORDS[name] + (f" ({count:,} of {size:,} bars)" if size > 1 else "")


def candle_runs(rows: pd.DataFrame, every: int) -> Runs:
    """The runs that `thin_bars` joined, from flags on the bars' own rows."""
    return _joined(rows, np.arange(0, len(rows), every))


def strip_runs(rows: pd.DataFrame, every: int, gaps: Sequence[Span], most: int = MOST_CELLS) -> Runs:
    """At most `most` runs of equal length, whole candles of `every` bars each, cut once more where bars are missing."""
    candles = -(-len(rows) // every)
    regular = np.arange(0, len(rows), every * -(-candles // most))
    after = plain_index(rows.index).searchsorted(pd.DatetimeIndex([stop for _, stop in gaps]))
    return _joined(rows, np.unique(np.concatenate([regular, after[after < len(rows)]])).astype("int64"))


def mark_traces(runs: Runs, bars: pd.DataFrame, look: Look) -> list[Any]:
    """Diamonds, stars and bow ties above the highs of candles that were repaired, spike or disagree.

    They have no hover of their own, which plotly would show beside neighbouring candles too: see `mark_words`.

    Args:
        runs: from `candle_runs`.
        bars: the candles as drawn, one per run.
    """
    tokens = look.tokens
    colours = {"repaired": tokens.accent, "spike": tokens.failure, "disagrees": tokens.series[1]}
    high = bars["high"].to_numpy()
    above = (float(high.max() - bars["low"].min()) or abs(float(high.max())) * 0.01) * 0.028
    level, traces, times = np.ones(len(bars)), [], plain_times(bars.index)
    for name, symbol in _MARKS:
        found = np.flatnonzero(runs.counts.get(name, np.zeros(0)))
        if not len(found):
            continue
        traces.append(
            go.Scatter(
                x=times[found], y=high[found] + above * level[found], mode="markers", hoverinfo="skip",
                name=f"{FLAG_WORDS[name]} ({int(runs.counts[name].sum()):,})",
                marker={"symbol": symbol, "size": 9, "color": colours[name],
                        "line": {"width": 1, "color": tokens.background}},
            )
        )  # fmt: skip
        level[found] += 1
    return traces


def mark_words(rows: pd.DataFrame, runs: Runs) -> list[str]:
    """What the marks of each candle mean, as further lines of its hover; empty where there is none.

    Args:
        rows: flags on the rows of the bars before joining; `was` tells what was repaired.
        runs: from `candle_runs`.
    """
    told = [""] * len(runs.starts)
    was = rows["was"].to_numpy(dtype=object) if "was" in rows else np.full(len(rows), None)
    for name, symbol in _MARKS:
        for run in np.flatnonzero(runs.counts.get(name, np.zeros(0))).tolist():
            repairs = _repairs(was, runs, run) if name == "repaired" else []
            told[run] += "".join(
                f"<br>{line}" for line in [f"{_SIGNS[symbol]} {runs.words(name, run)}", *repairs]
            )
    return told


def trust_trace(index: pd.Index, runs: Runs, axis: str, candle: pd.Timedelta, look: Look) -> go.Bar:
    """A strip of one cell per run in the colour of its lowest trust; nothing where trust is unknown.

    Args:
        index: open times of the bars before joining.
        runs: from `strip_runs`.
        candle: how long one candle lasts; a cell begins half of one before its first bar, as candles do.
    """
    known = np.flatnonzero(np.isfinite(runs.trust))
    times = plain_times(index)
    first, last = times[runs.starts], times[runs.starts + runs.sizes - 1]
    millisecond = np.timedelta64(1, "ms")
    step, length = spacing(index) / pd.Timedelta(millisecond), candle / pd.Timedelta(millisecond)
    # Anchored at its first bar, because the middle of a run may lie on a weekend that the axis leaves out.
    return go.Bar(
        x=first[known], y=np.ones(len(known)), yaxis=axis, name="trust", showlegend=False, offset=-length / 2,
        width=((last - first) / millisecond + step)[known],
        marker={"color": runs.trust[known], "colorscale": [list(stop) for stop in trust_scale(look)],
                "cmin": 0, "cmax": 100, "showscale": False, "line": {"width": 0}, "cornerradius": 0},
        customdata=[_trust_words(runs, run) for run in known.tolist()],
        hovertemplate="%{customdata}<extra></extra>",
    )  # fmt: skip


def trust_key(look: Look, worst: float) -> list[go.Scatter]:
    """Legend entries that say what the colours of the strip mean: full trust, and about the worst drawn."""
    low = int(worst // 10 * 10)
    return [
        go.Scatter(
            x=[None], y=[None], mode="markers", name=f"trust {value}", hoverinfo="skip",
            marker={"symbol": "square", "size": 10, "color": colour_at(trust_scale(look), value / 100)},
        )
        for value in sorted({100, low}, reverse=True)
    ]  # fmt: skip


def _joined(rows: pd.DataFrame, starts: np.ndarray) -> Runs:
    counts = {
        name: np.add.reduceat(rows[name].eq(True).to_numpy(dtype="int64"), starts)
        for name in FLAG_WORDS
        if name in rows
    }
    trust = rows["trust"].to_numpy(dtype="float64") if "trust" in rows else np.full(len(rows), np.nan)
    return Runs(starts, np.diff(np.append(starts, len(rows))), counts, np.fmin.reduceat(trust, starts))


def _repairs(was: np.ndarray, runs: Runs, run: int) -> list[str]:
    start = int(runs.starts[run])
    told = [text for text in was[start : start + int(runs.sizes[run])] if isinstance(text, str) and text]
    more = [f"and {len(told) - _TEXTS:,} more"] if len(told) > _TEXTS else []
    return [wrapped(text) for text in [*told[:_TEXTS], *more]]


def _trust_words(runs: Runs, run: int) -> str:
    found = [runs.words(name, run) for name, counts in runs.counts.items() if counts[run]]
    lowest = f" (lowest of {int(runs.sizes[run]):,} bars)" if runs.sizes[run] > 1 else ""
    told = wrapped(", ".join(found)) if found else "nothing found"
    return f"trust {runs.trust[run]:.0f}{lowest}: {told}"
