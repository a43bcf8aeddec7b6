"""Spans without bars where bars were due, shaded on a time axis."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from core.charts.palette import Look, faded
from core.charts.time_axis import DAY, plain_time

Span = tuple[pd.Timestamp, pd.Timestamp]
_MOST = 30
"""Spans shaded, longest first; the legend counts them all."""


def spans_within(
    missing: Sequence[tuple[datetime, datetime]], first: pd.Timestamp, last: pd.Timestamp
) -> list[Span]:
    """The parts of the spans that lie between two moments (UTC, zone removed), longest first."""
    cut = [(max(plain_time(start), first), min(plain_time(stop), last)) for start, stop in missing]
    return sorted([span for span in cut if span[0] < span[1]], key=lambda span: span[0] - span[1])


def breaks_without(breaks: Sequence[dict[str, Any]], gaps: Sequence[Span]) -> list[dict[str, Any]]:
    """Range breaks that keep the days on which bars are missing: a hole left out would be seen by no one."""
    lost = {
        f"{day:%Y-%m-%d}"
        for start, stop in gaps
        for day in pd.date_range(start.normalize(), stop - pd.Timedelta(1, "ns"), freq=DAY)
    }
    kept = [
        one | {"values": [day for day in one["values"] if day not in lost]} if "values" in one else one
        for one in breaks
    ]
    return [one for one in kept if one.get("values", True)]


def shade_gaps(figure: go.Figure, gaps: Sequence[Span], look: Look) -> None:
    """Shade the longest spans over the whole height; the legend tells how many there are."""
    shades = [
        go.layout.Shape(
            type="rect", xref="x", x0=start, x1=end, yref="paper", y0=0, y1=1, layer="below", line_width=0,
            fillcolor=faded(look.tokens.warning, 0.16), name=f"no data ({len(gaps)})", showlegend=number == 0,
        )
        for number, (start, end) in enumerate(gaps[:_MOST])
    ]  # fmt: skip
    # All at once: plotly checks every shape again for each one that is added.
    figure.update_layout(shapes=(*figure.layout.shapes, *shades))
