"""The space that was searched: scores of cells, and of their neighbourhoods, with plateau and peak marked."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from core.charts.palette import Look, faded
from core.charts.scales import Stops, blended
from core.charts.template import empty_figure, finished

NO_CELLS = "No cell has a score here. Take wider ranges, or more trials."


@dataclass(frozen=True, slots=True)
class Mark:
    """A cell that is pointed at."""

    name: str
    x: float
    y: float
    symbol: str = "star"


@dataclass(frozen=True, slots=True)
class Unit:
    """How a score is named and written."""

    title: str
    percent: bool = False

    def text(self, value: float) -> str:
        """A value with its unit."""
        if not np.isfinite(value):
            return "–"
        shown = round(value * 100 if self.percent else value, 2) + 0.0  # what rounds to nothing has no sign
        return (f"{shown:,.2f} %" if self.percent else f"{shown:.2f}").replace("-", "−")

    @property
    def tickformat(self) -> str:
        """For an axis or a colour bar."""
        return ".1%" if self.percent else ".2~f"


def score_map(
    x: Sequence[float],
    y: Sequence[float],
    scores: np.ndarray,
    hovers: np.ndarray,
    names: tuple[str, str],
    unit: Unit,
    marks: Sequence[Mark],
    reach: tuple[float, float],
    look: Look = Look.LIGHT,
    title: str = "Which parameters paid?",
) -> go.Figure:
    """Heat map over two parameters; cells that the strategy refuses stay empty.

    Args:
        x, y: values of the two parameters, ascending.
        scores: (y, x), nan where there is no cell.
        hovers: (y, x) text of each cell.
        names: of the two parameters.
        reach: least and greatest score of the colour scale, so that two maps can be compared.
    """
    if not np.isfinite(scores).any():
        return empty_figure(NO_CELLS, look, title, 320)
    columns, rows = [_word(value) for value in x], [_word(value) for value in y]
    figure = go.Figure(
        go.Heatmap(
            z=scores, x=columns, y=rows, zmin=reach[0], zmax=reach[1], xgap=1, ygap=1,
            colorscale=[list(stop) for stop in score_scale(look, *reach)], customdata=hovers, hoverongaps=False,
            hovertemplate="%{customdata}<extra></extra>", name="score",
            colorbar={"thickness": 10, "outlinewidth": 0, "tickformat": unit.tickformat, "nticks": 6, "tickfont": {"size": 10},
                      "x": 1.01, "xpad": 4},
        )
    )  # fmt: skip
    for mark in marks:
        figure.add_trace(_mark(mark, _word(mark.x), _word(mark.y), look))
    figure.update_layout(
        xaxis={"type": "category", "title": {"text": names[0]}, "showgrid": False, "ticks": "", "tickangle": 0,
               **_thinned(columns)},
        yaxis={"type": "category", "title": {"text": names[1]}, "showgrid": False, "ticks": "", **_thinned(rows)},
    )  # fmt: skip
    best = float(np.nanmax(scores))
    meaning = (
        f"{unit.title} of {int(np.isfinite(scores).sum())} cells over {names[0]} and {names[1]}: between "
        f"{unit.text(float(np.nanmin(scores)))} and {unit.text(best)}."
    )
    return finished(figure, look, title, 340, meaning, legend_rows=1 if marks else 0)


def score_cloud(
    x: np.ndarray,
    y: np.ndarray,
    scores: np.ndarray,
    hovers: Sequence[str],
    names: tuple[str, str],
    unit: Unit,
    marks: Sequence[Mark],
    reach: tuple[float, float],
    logarithmic: tuple[bool, bool] = (False, False),
    look: Look = Look.LIGHT,
    title: str = "Where were good cells found?",
    without: str = "no score",
) -> go.Figure:
    """Cells of a search that is no grid, as points over two parameters coloured by score.

    Args:
        without: what the legend calls cells without a score.
    """
    known = np.isfinite(scores)
    if not known.any():
        return empty_figure(NO_CELLS, look, title, 320)
    figure = go.Figure()
    if not known.all():
        figure.add_trace(
            go.Scatter(
                x=x[~known], y=y[~known], mode="markers", name=without, hoverinfo="skip",
                marker={"size": 6, "symbol": "circle-open", "color": faded(look.tokens.muted, 0.6)},
            )
        )  # fmt: skip
    figure.add_trace(
        go.Scatter(
            x=x[known], y=y[known], mode="markers", name="cell", showlegend=False,
            customdata=[hover for hover, there in zip(hovers, known, strict=True) if there],
            hovertemplate="%{customdata}<extra></extra>",
            marker={"size": 9, "color": scores[known], "cmin": reach[0], "cmax": reach[1],
                    "colorscale": [list(stop) for stop in score_scale(look, *reach)],
                    "line": {"width": 0.8, "color": faded(look.tokens.text, 0.45)},
                    "colorbar": {"thickness": 10, "outlinewidth": 0, "tickformat": unit.tickformat, "nticks": 6,
                                 "tickfont": {"size": 10}, "x": 1.01, "xpad": 4}},
        )
    )  # fmt: skip
    for mark in marks:
        figure.add_trace(_mark(mark, mark.x, mark.y, look))
    figure.update_layout(xaxis=_axis(x, logarithmic[0], names[0]), yaxis=_axis(y, logarithmic[1], names[1]))
    meaning = f"{unit.title} of {int(known.sum())} cells over {names[0]} and {names[1]}, the best {unit.text(float(np.nanmax(scores)))}."
    return finished(figure, look, title, 340, meaning, legend_rows=1 if marks else 0)


def score_line(
    x: np.ndarray,
    scores: np.ndarray,
    means: np.ndarray,
    worst: np.ndarray,
    name: str,
    unit: Unit,
    marks: Sequence[Mark],
    look: Look = Look.LIGHT,
    title: str = "How steady is the score?",
) -> go.Figure:
    """Score, mean and worst of the neighbourhood over one parameter."""
    order = np.argsort(x)
    if not np.isfinite(scores).any():
        return empty_figure(NO_CELLS, look, title, 320)
    tokens = look.tokens
    figure = go.Figure()
    lines = (("worst of its neighbours", worst, tokens.loss, "dot"), ("mean of its neighbours", means, tokens.accent, "solid"),
             ("cell", scores, tokens.muted, "dash"))  # fmt: skip
    for label, line, colour, dash in lines:
        figure.add_trace(
            go.Scatter(
                x=x[order], y=line[order], mode="lines+markers", name=label,
                line={"color": colour, "dash": dash, "width": 2}, marker={"size": 4},
                hovertemplate=f"{name} %{{x:g}}: %{{y:{unit.tickformat}}}<extra>{label}</extra>",
            )
        )  # fmt: skip
    for mark in marks:
        figure.add_trace(_mark(mark, mark.x, mark.y, look))
    figure.update_layout(
        xaxis={"title": {"text": name}},
        yaxis={"title": {"text": unit.title}, "tickformat": unit.tickformat},
        hovermode="x",
    )
    meaning = f"{unit.title} over {name}: best cell {unit.text(float(np.nanmax(scores)))}, best neighbourhood {unit.text(float(np.nanmax(means)))}."
    return finished(figure, look, title, 320, meaning, legend_rows=2)


def score_scale(look: Look, low: float, high: float) -> Stops:
    """From loss over the ground at zero to gain; where all scores lie on one side, only that half."""
    tokens = look.tokens
    loss, gain = tokens.loss, tokens.profit
    if low >= 0:
        return [(0.0, tokens.surface), (1.0, gain)]
    if high <= 0:
        return [(0.0, loss), (1.0, tokens.surface)]
    zero = -low / (high - low)
    # The same distance from zero has the same strength on both sides.
    widest = max(-low, high)
    return [
        (0.0, blended(tokens.surface, loss, -low / widest)),
        (zero, tokens.surface),
        (1.0, blended(tokens.surface, gain, high / widest)),
    ]


def _mark(mark: Mark, x: float | str, y: float | str, look: Look) -> go.Scatter:
    tokens = look.tokens
    hollow = mark.symbol.endswith("open")  # drawn in its own colour alone
    return go.Scatter(
        x=[x], y=[y], mode="markers", name=mark.name, hoverinfo="skip",
        marker={"symbol": mark.symbol, "size": 18 if hollow else 15, "color": tokens.text,
                "line": {"width": 2.5 if hollow else 1.2, "color": tokens.text if hollow else tokens.background}},
    )  # fmt: skip


def _axis(values: np.ndarray, log: bool, name: str) -> dict[str, object]:
    """An axis of one parameter; in equal ratios with round numbers written out."""
    if not log:
        return {"title": {"text": name}}
    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    ticks = [nice * 10.0**power for power in powers for nice in (1, 2, 5)]
    shown = [tick for tick in ticks if low / 1.2 <= tick <= high * 1.2]
    reach = [math.log10(low) - 0.06, math.log10(high) + 0.06]
    return {
        "type": "log",
        "title": {"text": name},
        "tickvals": shown,
        "ticktext": [_word(t) for t in shown],
        "range": reach,
    }


def _word(value: float) -> str:
    return f"{value:g}"


def _thinned(words: list[str]) -> dict[str, object]:
    """At most a dozen labels on an axis of categories."""
    every = -(-len(words) // 12)
    return {"tickmode": "array", "tickvals": words[::every], "ticktext": words[::every]}
