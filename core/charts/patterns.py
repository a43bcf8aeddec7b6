"""Chart patterns and price levels over candles: lines, the bar that confirms, and the measured target."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from core.charts.palette import Look, faded
from core.charts.time_axis import plain_time
from core.charts.words import price_text
from core.patterns import ChartPattern, PriceLevel

_SHAPE = {"shape", "pole"}
"""Lines that join turns; the others are borders whose break counts."""
_APART = 0.12
"""Names on the chart stand apart by this share of its width; the newest are named first, hover names all."""
_LEVELS_APART = 0.03
"""The same of its height for the numbers of touches; the strongest first."""


def seen_patterns(patterns: Sequence[ChartPattern], index: pd.Index) -> list[ChartPattern]:
    """Those that lie wholly within the drawn bars."""
    if not len(index):
        return []
    first, last = index[0], index[-1]
    return [
        pattern
        for pattern in patterns
        if pattern.time <= last and min(line.begin.time for line in pattern.lines) >= first
    ]


def pattern_traces(patterns: Sequence[ChartPattern], index: pd.Index, look: Look) -> list[Any]:
    """Lines of each pattern, a mark at the bar that confirms it, and a dotted line from there to its target.

    Nothing is drawn after the confirming bar. Patterns broken upwards and downwards differ by colour and by the way
    the mark points.
    """
    traces: list[Any] = []
    named = _named(patterns, index)
    for way in (1, -1):
        mine = [pattern for pattern in patterns if pattern.direction == way]
        if mine:
            traces += _one_way(mine, way, [id(pattern) in named for pattern in mine], look)
    return traces


def level_traces(levels: Sequence[PriceLevel], index: pd.Index, look: Look) -> list[Any]:
    """Each level from its first touch in sight to the last bar, thicker where it is stronger."""
    if not len(index):
        return []
    traces: list[Any] = []
    begun: set[str] = set()
    told: list[float] = []
    span = max(level.price for level in levels) - min(level.price for level in levels) if levels else 0.0
    for level in levels:
        colour = look.tokens.up if level.kind == "support" else look.tokens.down
        first = max(plain_time(level.first), plain_time(index[0]))
        clear = all(abs(level.price - other) >= _LEVELS_APART * span for other in told)
        told += [level.price] if clear else []
        words = (
            f"{level.kind} {price_text(level.price)}: {level.touches} touches from {level.first:%Y-%m-%d %H:%M} to "
            f"{level.last:%Y-%m-%d %H:%M}, strength {level.strength:.2f}"
        )
        traces.append(
            go.Scatter(
                x=[first, plain_time(index[-1])], y=[level.price] * 2, mode="lines+text", name=level.kind,
                legendgroup=level.kind, showlegend=level.kind not in begun, customdata=[words] * 2,
                text=["", f"{level.touches}×" if clear else ""], textposition="top left",
                textfont={"size": 10, "color": look.tokens.muted},
                line={"width": 1.0 + 2.0 * level.strength, "color": faded(colour, 0.55),
                      "dash": "solid" if level.kind == "support" else "dash"},
                hovertemplate="%{customdata}<extra></extra>",
            )
        )  # fmt: skip
        begun.add(level.kind)
    return traces


def pattern_words(patterns: Sequence[ChartPattern], levels: Sequence[PriceLevel]) -> str:
    """What is drawn, for those who cannot see it."""
    parts = []
    if patterns:
        last = patterns[-1]
        parts.append(f"{len(patterns)} chart patterns, the last a {last.kind} of {last.time:%Y-%m-%d %H:%M}")
    if levels:
        parts.append(f"{len(levels)} price levels, the strongest {price_text(levels[0].price)}")
    return "; ".join(parts)


def _named(patterns: Sequence[ChartPattern], index: pd.Index) -> set[int]:
    """Those whose names do not lie over each other."""
    chosen: set[int] = set()
    left = float("inf")
    for pattern in reversed(patterns):
        place = int(index.searchsorted(pd.Timestamp(pattern.time)))
        if left - place >= _APART * len(index):
            chosen.add(id(pattern))
            left = place
    return chosen


def _one_way(patterns: Sequence[ChartPattern], way: int, named: Sequence[bool], look: Look) -> list[Any]:
    tokens = look.tokens
    colour = tokens.up if way > 0 else tokens.down
    group = "pattern, up" if way > 0 else "pattern, down"
    shared = {"mode": "lines", "legendgroup": group, "showlegend": False, "hoverinfo": "skip", "name": group}
    borders = _joined([line for pattern in patterns for line in pattern.lines if line.name not in _SHAPE])
    shapes = _joined([line for pattern in patterns for line in pattern.lines if line.name in _SHAPE])
    targets_x = [x for p in patterns for x in (plain_time(p.time), plain_time(p.time), None)]
    targets_y = [y for p in patterns for y in (p.broken, p.target, None)]
    return [
        go.Scatter(x=shapes[0], y=shapes[1], line={"width": 1.2, "color": faded(colour, 0.5)}, **shared),
        go.Scatter(x=borders[0], y=borders[1], line={"width": 2, "color": colour}, **shared),
        go.Scatter(x=targets_x, y=targets_y, line={"width": 1.2, "dash": "dot", "color": colour}, **shared),
        go.Scatter(
            x=[plain_time(p.time) for p in patterns], y=[p.broken for p in patterns], mode="markers+text", name=group,
            legendgroup=group,
            marker={"size": 11, "symbol": "star-triangle-up" if way > 0 else "star-triangle-down", "color": colour,
                    "line": {"width": 1, "color": tokens.background}},
            text=[p.kind.value if shown else "" for p, shown in zip(patterns, named, strict=True)],
            textposition="bottom center" if way > 0 else "top center", textfont={"size": 10, "color": tokens.text},
            customdata=[_told(pattern) for pattern in patterns], hovertemplate="%{customdata}<extra></extra>",
        ),
    ]  # fmt: skip


def _joined(lines: Sequence[Any]) -> tuple[list[Any], list[Any]]:
    """Lines as one trace with gaps."""
    x = [each for line in lines for each in (plain_time(line.begin.time), plain_time(line.end.time), None)]
    y = [each for line in lines for each in (line.begin.price, line.end.price, None)]
    return x, y


def _told(pattern: ChartPattern) -> str:
    way = "above" if pattern.direction > 0 else "below"
    return (
        f"<b>{pattern.kind}</b>, known from this bar's close<br>closed {way} {price_text(pattern.broken)}<br>"
        f"measured target {price_text(pattern.target)}, failed beyond {price_text(pattern.wrong)}"
    )
