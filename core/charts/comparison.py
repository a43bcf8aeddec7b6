"""How assets did against each other."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from core.charts.decision import spread
from core.charts.overlays import DASHES
from core.charts.palette import Look
from core.charts.strips import note
from core.charts.template import empty_figure, finished, spikes
from core.charts.thinning import MOST_POINTS, thin_series
from core.charts.time_axis import plain_time, plain_times, range_breaks
from core.charts.words import moment_text, percent_text, price_text, shortened

NO_COMPARISON = "Nothing to compare. Choose assets whose bars are stored over the same time, or fetch them."
_HEIGHT, _LABEL = 380, 15
_AXIS_BELOW = 52
"""Pixels that the time axis takes from the height."""
_EARLY = 0.03
"""A line that stops this part of the time before the others is marked."""


@dataclass(frozen=True, slots=True)
class _End:
    name: str
    value: float
    """The last one; 100 is the start."""
    time: pd.Timestamp
    stopped: bool
    """Its bars end long before those of the others."""

    @property
    def change(self) -> str:
        """Since the start, in percent; without decimals past tenfold."""
        return percent_text(self.value / 100 - 1, 1 if self.value < 1000 else 0)


def rebased(closes: pd.DataFrame) -> tuple[pd.DataFrame, pd.Timestamp | None]:
    """Every column as percent of its last close at or before the first moment at which all have one.

    No value is filled in: a row in which an asset has no bar stays NaN. Columns without two positive closes from
    their base on are left out.

    Args:
        closes: a column per symbol, UTC index, NaN where it has no bar.

    Returns:
        The columns from their base on (100 there), and that first common moment; None when no column is left.
    """
    alive = {name: column.dropna() for name, column in closes.sort_index().items()}
    alive = {name: column for name, column in alive.items() if len(column) > 1}
    if not alive:
        return closes.iloc[:0, :0], None
    start = max(column.index[0] for column in alive.values())
    parts = {}
    for name, column in alive.items():
        own = column.iloc[column.index.searchsorted(start, side="right") - 1 :]
        if len(own) > 1 and own.iloc[0] > 0:
            parts[name] = own / own.iloc[0] * 100
    return (pd.DataFrame(parts).sort_index(), start) if parts else (closes.iloc[:0, :0], None)


def comparison_chart(
    closes: pd.DataFrame,
    look: Look = Look.LIGHT,
    title: str = "Which one grew most?",
    *,
    log: bool = False,
) -> go.Figure:
    """One line per asset, each 100 at the first common moment, with its change at its end.

    Lines run over the hours in which a market sleeps; the hover tells only bars that exist.

    Args:
        closes: a column per symbol, UTC index, NaN where it has no bar.
        log: equal steps are equal percents.
    """
    lines, start = rebased(closes)
    if start is None:
        return empty_figure(NO_COMPARISON, look, title, _HEIGHT)
    figure = go.Figure()
    rows = _kept_rows(lines)
    styles = _styles(len(lines.columns), look)
    for name, (colour, dash) in zip(lines.columns, styles, strict=True):
        line = lines.loc[rows, name].dropna()
        figure.add_trace(
            go.Scatter(
                x=plain_times(line.index), y=line.to_numpy(), mode="lines", name=str(name), showlegend=False,
                line={"width": 1.8, "color": colour, "dash": dash},
                customdata=_hovers(lines[name], line, closes[name].reindex(line.index)),
                hovertemplate="%{y:,.1f} (%{customdata})",
            )
        )  # fmt: skip
    first, last = plain_time(lines.index[0]), plain_time(lines.index[-1])
    low, high = _span(lines, log)
    figure.add_hline(y=100, line={"width": 1, "dash": "dot", "color": look.tokens.muted}, layer="below")
    figure.update_layout(
        xaxis={"title": {"text": "time (UTC)"}, "range": [first, last], **spikes(look),
               "rangebreaks": range_breaks(lines.index)},
        yaxis={"title": {"text": f"close, {_day(start)} = 100{', log scale' if log else ''}"},
               "range": [low, high], "zeroline": False} | (_log_ticks(low, high) if log else {"tickformat": ","}),
        hovermode="x unified",
    )  # fmt: skip
    ends = [_end(str(name), lines[name].dropna(), lines.index) for name in lines.columns]
    figure.add_traces(_stops(ends, styles, look.tokens.background))
    room = _label_ends(figure, ends, styles, (low, high), log)
    absent = [str(name) for name in closes.columns if name not in lines.columns]
    if absent:
        note(figure, f"left out, no bars since {_day(start)}: {shortened(', '.join(absent), 40)}", look)
    ranking = sorted(ends, key=lambda end: -end.value)
    meaning = f"Since {moment_text(start)}: " + ", ".join(f"{end.name} {end.change}" for end in ranking)
    return finished(figure, look, title, _HEIGHT, meaning + ".").update_layout(margin_r=room)


def _hovers(line: pd.Series, drawn: pd.Series, closes: pd.Series) -> list[str]:
    """Change and close; with its day where the asset has fewer bars than others, whose day the hover is headed by."""
    sparse = bool(line.loc[: drawn.index[-1]].isna().any())
    return [
        f"{percent_text(value / 100 - 1)}, close {price_text(price)}{f' on {_day(time)}' if sparse else ''}"
        for time, value, price in zip(drawn.index, drawn, closes, strict=True)
    ]


def _end(name: str, line: pd.Series, index: pd.Index) -> _End:
    stopped = line.index[-1] < index[-1] - (index[-1] - index[0]) * _EARLY
    return _End(name, float(line.iloc[-1]), line.index[-1], bool(stopped))


def _stops(ends: Sequence[_End], styles: Sequence[tuple[str, str]], ground: str) -> list[go.Scatter]:
    """A cross where a line stops long before the others."""
    return [
        go.Scatter(
            x=[plain_time(end.time)], y=[end.value], mode="markers", name=f"{end.name} stops", showlegend=False,
            marker={"symbol": "x", "size": 11, "color": colour, "line": {"width": 1.5, "color": ground}}, hovertemplate=f"last bar {_day(end.time)}",
        )
        for end, (colour, _) in zip(ends, styles, strict=True)
        if end.stopped
    ]  # fmt: skip


def _kept_rows(lines: pd.DataFrame) -> pd.Index:
    """Rows to draw: the thinned rows of every line together, so that the hover finds all lines at one time."""
    most = max(MOST_POINTS // len(lines.columns), 200)
    kept = [thin_series(lines[name], most).index for name in lines.columns]
    return lines.index[lines.index.isin(kept[0].append(kept[1:]))]


def _styles(count: int, look: Look) -> list[tuple[str, str]]:
    """Colour and dash of each line: solid first, because names stand at the ends; none alike among the first 35."""
    series = look.tokens.series
    return [(series[n % len(series)], DASHES[n // len(series) % len(DASHES)]) for n in range(count)]


def _span(lines: pd.DataFrame, log: bool) -> tuple[float, float]:
    """Ends of the y axis, as plotly wants them: exponents of ten on a log scale."""
    values = lines.to_numpy()
    values = np.log10(values[values > 0]) if log else values
    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    pad = (high - low or abs(high) * 0.01 or 1.0) * 0.06
    return low - pad, high + pad


def _log_ticks(low: float, high: float) -> dict[str, object]:
    """A log scale with ticks at round numbers, written out."""
    steps = (1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8)
    for coarser in (steps, (1, 1.5, 2, 3, 5, 7), (1, 2, 5), (1, 3), (1,)):
        ticks = [s * 10.0**e for e in range(int(np.floor(low)), int(np.ceil(high)) + 1) for s in coarser]
        ticks = [tick for tick in ticks if low <= np.log10(tick) <= high]
        if len(ticks) <= 8:
            break
    if len(ticks) < 3:
        ticks = np.linspace(10**low, 10**high, 6).round().tolist()
    return {
        "type": "log",
        "tickmode": "array",
        "tickvals": ticks,
        "ticktext": [f"{tick:,.4g}" for tick in ticks],
    }


def _label_ends(
    figure: go.Figure, ends: Sequence[_End], styles: Sequence[tuple[str, str]],
    span: tuple[float, float], log: bool,
) -> int:  # fmt: skip
    """Name and change right of each line, pushed apart, with a leader to its last value; returns the room in pixels."""
    height = _HEIGHT - _AXIS_BELOW
    values = np.array([np.log10(end.value) if log else end.value for end in ends])
    wanted = (values - span[0]) / (span[1] - span[0]) * height
    order = np.argsort(wanted, kind="stable")
    places = spread(wanted[order], _LABEL, 0.0, float(height))
    widest = 0
    for number, place in zip(order.tolist(), places, strict=True):
        end = ends[number]
        words = f"{shortened(end.name, 10)} {end.change}{' ✕' if end.stopped else ''}"
        widest = max(widest, len(words))
        figure.add_annotation(
            text=words, xref="paper", x=1, y=values[number], yref="y", showarrow=True, arrowhead=0, arrowwidth=1,
            arrowcolor=styles[number][0], ax=12, ay=float(wanted[number] - place), xanchor="left", align="left",
            font={"size": 11, "color": styles[number][0]}, borderpad=0, standoff=0,
        )  # fmt: skip
    return 24 + round(widest * 6.3)


def _day(moment: pd.Timestamp) -> str:
    plain = plain_time(moment)
    return f"{plain:%Y-%m-%d}" if plain == plain.normalize() else f"{plain:%Y-%m-%d %H:%M}"
