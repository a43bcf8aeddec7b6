"""What is drawn over and under candles: lines, bands and panels, each naming the feature columns it shows."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from core.charts.palette import Look, faded
from core.charts.time_axis import plain_times


@dataclass(frozen=True, slots=True)
class Line:
    """One column as a line."""

    column: str
    name: str = ""
    """In the legend; the column's name when empty."""


@dataclass(frozen=True, slots=True)
class Band:
    """Two columns as a shaded band, e.g. Bollinger bands."""

    lower: str
    upper: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Panel:
    """A strip below the candles with its own scale."""

    title: str
    """Axis title, with the unit if there is one."""
    lines: tuple[Line, ...]
    histogram: str = ""
    """A column drawn as bars around zero."""
    levels: tuple[float, ...] = ()
    """Horizontal reference lines."""
    span: tuple[float, float] | None = None
    """Fixed scale."""

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that it needs."""
        return tuple(line.column for line in self.lines) + ((self.histogram,) if self.histogram else ())


Overlay = str | Line | Band

DASHES = ("solid", "dash", "dot", "dashdot", "longdash")
"""Lines differ by dash as well as by colour."""


def rsi_panel(column: str = "rsi_14") -> Panel:
    """RSI from 0 to 100 with the customary 30 and 70 (Wilder 1978)."""
    return Panel("RSI", (Line(column, column),), levels=(30, 70), span=(0, 100))


def macd_panel(line: str = "macd", signal: str = "macd_signal", histogram: str = "macd_hist") -> Panel:
    """MACD, its signal line and their difference as bars, in price units."""
    return Panel("MACD", (Line(line, "MACD"), Line(signal, "signal")), histogram=histogram, levels=(0,))


def bollinger_band(lower: str = "bb_lower", upper: str = "bb_upper") -> Band:
    """Bollinger bands, in price units (Bollinger 2001)."""
    return Band(lower, upper, "Bollinger bands")


def known(wanted: Iterable[Overlay | Panel], features: pd.DataFrame | None) -> list[Line | Band | Panel]:
    """Those whose columns are in the features, bare column names turned into lines."""
    columns = set() if features is None else set(features.columns)
    records = [Line(item) if isinstance(item, str) else item for item in wanted]
    return [record for record in records if columns.issuperset(_columns(record))]


def panel_of(item: str | Panel) -> Panel:
    """A bare column name as a panel with one line."""
    return item if isinstance(item, Panel) else Panel(item, (Line(item),))


def overlay_traces(overlays: Iterable[Line | Band], features: pd.DataFrame, look: Look) -> list[Any]:
    """Traces over the candles; bands first, so that lines stay visible."""
    chosen = sorted(overlays, key=lambda item: isinstance(item, Line))
    traces: list[Any] = []
    for number, item in enumerate(chosen):
        if isinstance(item, Line):
            traces.append(_line(item, features, number, look, "y", ",.8~g"))
        else:
            traces.extend(_band(item, features, look.tokens.series[number % len(look.tokens.series)]))
    return traces


def panel_traces(panel: Panel, features: pd.DataFrame, axis: str, look: Look) -> list[Any]:
    """Traces of one panel on the y axis of that name (y2, y3 …)."""
    traces: list[Any] = []
    if panel.histogram:
        values = features[panel.histogram].to_numpy()
        tokens = look.tokens
        traces.append(
            go.Bar(
                x=plain_times(features.index), y=values, yaxis=axis, name=panel.histogram, showlegend=False,
                marker={"color": [faded(tokens.up if v >= 0 else tokens.down, 0.6) for v in values],
                        "line": {"width": 0}, "cornerradius": 0},
                hovertemplate="%{y:,.5~g}",
            )
        )  # fmt: skip
    traces.extend(
        _line(line, features, number, look, axis, ",.5~g") for number, line in enumerate(panel.lines)
    )
    return traces


def _line(line: Line, features: pd.DataFrame, number: int, look: Look, axis: str, form: str) -> go.Scatter:
    series = look.tokens.series
    return go.Scatter(
        x=plain_times(features.index), y=features[line.column].to_numpy(), yaxis=axis, name=line.name or line.column,
        mode="lines", showlegend=axis == "y", hovertemplate=f"%{{y:{form}}}",
        line={"width": 1.5, "color": series[number % len(series)], "dash": DASHES[number % len(DASHES)]},
    )  # fmt: skip


def _band(band: Band, features: pd.DataFrame, colour: str) -> list[go.Scatter]:
    name = band.name or f"{band.lower} – {band.upper}"
    shared = {
        "x": plain_times(features.index), "mode": "lines", "line": {"width": 1, "color": faded(colour, 0.55)},
        "legendgroup": name, "hovertemplate": "%{y:,.8~g}",
    }  # fmt: skip
    return [
        go.Scatter(y=features[band.lower].to_numpy(), name=f"{name} low", showlegend=False, **shared),
        go.Scatter(y=features[band.upper].to_numpy(), name=name, fill="tonexty", fillcolor=faded(colour, 0.10), **shared),
    ]  # fmt: skip


def _columns(record: Line | Band | Panel) -> tuple[str, ...]:
    if isinstance(record, Line):
        return (record.column,)
    return record.columns if isinstance(record, Panel) else (record.lower, record.upper)
