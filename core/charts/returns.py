"""Returns month by month, and trade by trade."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from core.charts.palette import Look
from core.charts.scales import colour_at, ink_on
from core.charts.template import empty_figure, finished, hatched
from core.charts.time_axis import plain_index
from core.charts.words import percent_text

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_FEWEST_BINS, _MOST_BINS = 16, 40


def monthly_returns_chart(
    equity: pd.Series, look: Look = Look.LIGHT, title: str = "Which months paid?"
) -> go.Figure:
    """Heat map of returns in percent, a row per year, a column per month, the year's own return at the right.

    A month's return is its last equity over that of the month before; the first one counts from the first point.
    """
    equity = equity.dropna()
    if len(equity) < 2:
        return empty_figure(
            "No equity over a month's end yet. Run a backtest over a longer range.", look, title
        )
    table = _monthly_table(equity)
    cells = table.to_numpy()
    reach = float(np.nanmax(np.abs(cells[:, :12]))) or 0.01
    tokens = look.tokens
    years = [str(year) for year in table.index]
    figure = go.Figure(
        go.Heatmap(
            z=cells, x=[*MONTHS, "year"], y=years, zmin=-reach, zmax=reach, zmid=0, xgap=2, ygap=2,
            colorscale=[[0, tokens.loss], [0.5, tokens.surface], [1, tokens.profit]], showscale=False,
            hoverongaps=False, name="return",
            customdata=[[_hover(value) for value in row] for row in cells],
            hovertemplate="%{x} %{y}: %{customdata}<extra></extra>",
        )
    )  # fmt: skip
    figure.add_trace(_numbers(cells, years, reach, look))
    figure.update_layout(
        xaxis={"type": "category", "showgrid": False, "title": {"text": "return in %"}, "tickangle": 0,
               "ticks": "", "tickfont": {"size": 10}},
        yaxis={"type": "category", "showgrid": False, "ticks": "", "autorange": "reversed"},
    )  # fmt: skip
    meaning = f"Monthly returns from {years[0]} to {years[-1]}, between {_hover(np.nanmin(cells[:, :12]))} and {_hover(np.nanmax(cells[:, :12]))}."
    return finished(figure, look, title, 32 * len(years) + 64, meaning)


def _numbers(cells: np.ndarray, years: Sequence[str], reach: float, look: Look) -> go.Scatter:
    """The numbers over the cells, each in the ink that is read on its cell."""
    tokens = look.tokens
    scale = [(0.0, tokens.loss), (0.5, tokens.surface), (1.0, tokens.profit)]
    rows, columns = np.nonzero(np.isfinite(cells))
    names = (*MONTHS, "year")
    values = cells[rows, columns]
    return go.Scatter(
        x=[names[column] for column in columns.tolist()], y=[years[row] for row in rows.tolist()], mode="text", name="numbers",
        text=[_cell(value) for value in values], hoverinfo="skip", showlegend=False,
        textfont={"size": 10, "color": [ink_on(colour_at(scale, 0.5 + value / reach / 2)) for value in values]},
    )  # fmt: skip


def trade_returns_chart(
    returns: Sequence[float] | np.ndarray | pd.Series,
    look: Look = Look.LIGHT,
    title: str = "What does one trade bring?",
) -> go.Figure:
    """Histogram of the net returns of single trades; losses hatched; lines at the mean and the median.

    Args:
        returns: net return per trade as fractions of the value at entry.
    """
    values = np.asarray(returns, dtype="float64")
    values = values[np.isfinite(values)]
    if not len(values):
        return empty_figure(
            "No closed trade yet. Losses and gains appear here once positions close.", look, title
        )
    edges = _edges(values)
    counts, _ = np.histogram(values.clip(edges[0], edges[-1]), edges)
    losing = edges[1:] <= 1e-12
    tokens = look.tokens
    figure = go.Figure()
    for name, chosen, colour, pattern in (
        ("loss", losing, tokens.loss, "/"), ("gain", ~losing, tokens.profit, ""),
    ):  # fmt: skip
        figure.add_trace(
            go.Bar(
                x=((edges[:-1] + edges[1:]) / 2)[chosen], y=counts[chosen], width=np.diff(edges)[chosen] * 0.92,
                name=f"{name}: {counts[chosen].sum()}",
                marker={"color": colour, "line": {"width": 0},
                        "pattern": hatched(pattern, look)},
                customdata=np.column_stack([edges[:-1][chosen], edges[1:][chosen]]),
                hovertemplate="%{customdata[0]:.2%} to %{customdata[1]:.2%}<br>%{y} trades<extra></extra>",
            )
        )  # fmt: skip
    mean, median = float(values.mean()), float(np.median(values))
    for words, place, dash in (("mean", mean, "dash"), ("median", median, "dot")):
        figure.add_shape(
            type="line", xref="x", x0=place, x1=place, yref="paper", y0=0, y1=1, showlegend=True,
            name=f"{words} {percent_text(place, 2)}", line={"width": 1.8, "dash": dash, "color": tokens.text},
        )  # fmt: skip
    figure.update_layout(
        barmode="overlay",
        xaxis={
            "title": {"text": "net return of a trade"},
            "tickformat": ".1%",
            "zeroline": True,
            "nticks": 7,
        },
        yaxis={"title": {"text": "trades"}, "rangemode": "tozero", "nticks": 6},
    )
    won = float((values > 0).mean())
    meaning = (
        f"{len(values)} trades, {percent_text(won, 0, signed=False)} won, mean {percent_text(mean, 2)}, "
        f"median {percent_text(median, 2)}."
    )
    return finished(figure, look, title, 280, meaning, legend_rows=2)


def _monthly_table(equity: pd.Series) -> pd.DataFrame:
    """Years by (1 … 12, 13 = whole year); NaN where there was no equity."""
    times = plain_index(equity.index)
    plain = pd.Series(equity.to_numpy(), index=times)
    months = plain.groupby([times.year, times.month]).last()
    years = plain.groupby(times.year).last()
    start = float(plain.iloc[0])
    monthly, yearly = months / months.shift(fill_value=start) - 1, years / years.shift(fill_value=start) - 1
    table = pd.DataFrame(np.nan, index=pd.Index(years.index, name="year"), columns=range(1, 14))
    cells = table.to_numpy(copy=True)
    rows = table.index.get_indexer(months.index.get_level_values(0))
    cells[rows, months.index.get_level_values(1).to_numpy() - 1] = monthly.to_numpy()
    cells[:, 12] = yearly.to_numpy()
    return pd.DataFrame(cells, index=table.index, columns=table.columns)


def _edges(values: np.ndarray) -> np.ndarray:
    """Freedman–Diaconis bins, moved so that zero is an edge: no bar mixes losses with gains."""
    low, high = min(float(values.min()), 0.0), max(float(values.max()), 0.0)
    if high - low < 1e-9:
        return np.array([-0.001, 0.0, 0.001])
    quarter, three_quarters = np.quantile(values, [0.25, 0.75])
    width = 2 * (three_quarters - quarter) / len(values) ** (1 / 3)
    width = float(np.clip(width, (high - low) / _MOST_BINS, (high - low) / _FEWEST_BINS))
    return np.arange(np.floor(low / width), np.ceil(high / width) + 1) * width


def _cell(value: float) -> str:
    if not np.isfinite(value):
        return ""
    return (f"{value * 100:+.0f}" if abs(value) >= 0.0995 else f"{value * 100:+.1f}").replace("-", "−")


def _hover(value: float) -> str:
    return percent_text(float(value), 2)
