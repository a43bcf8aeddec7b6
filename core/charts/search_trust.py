"""How far a search can be trusted: which parameters matter, what must be traded off, how often the best was luck."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from core.charts.palette import Look, faded
from core.charts.search_surface import Unit
from core.charts.template import empty_figure, finished, hatched
from core.charts.words import percent_text
from core.records import Importance, Overfitting


def importance_chart(
    shares: Sequence[Importance], look: Look = Look.LIGHT, title: str = "Which parameter decides?"
) -> go.Figure:
    """Bars of the parameters' shares, the largest on top."""
    if not shares:
        return empty_figure(
            "Too few cells, or too alike, to tell. Run at least 20 that differ.", look, title, 240
        )
    ordered = sorted(shares, key=lambda share: share.share)
    figure = go.Figure(
        go.Bar(
            x=[share.share for share in ordered], y=[share.name for share in ordered], orientation="h", name="share",
            marker={"color": look.tokens.accent}, text=[percent_text(s.share, 0, signed=False) for s in ordered],
            textposition="outside", cliponaxis=False,
            hovertemplate="%{y} decides %{x:.1%} of it<extra></extra>",
        )
    )  # fmt: skip
    figure.update_layout(
        bargap=0.5 if len(ordered) < 4 else 0.28,
        xaxis={"title": {"text": "share of what makes a cell one of the best tenth"}, "tickformat": ".0%", "range": [0, 1.12],
               "tickvals": [0, 0.25, 0.5, 0.75, 1]},
        yaxis={"type": "category", "showgrid": False},
    )  # fmt: skip
    first = ordered[-1]
    return finished(
        figure,
        look,
        title,
        90 + 34 * len(ordered),
        f"{first.name} decides {first.share:.0%} of what makes a cell good.",
    )


def pareto_chart(
    first: np.ndarray,
    second: np.ndarray,
    front: Sequence[int],
    allowed: np.ndarray,
    hovers: Sequence[str],
    units: tuple[Unit, Unit],
    chosen: int | None,
    look: Look = Look.LIGHT,
    title: str = "What does more of one cost of the other?",
) -> go.Figure:
    """All cells in two objectives, and the front of those that no other beats in both."""
    known = np.isfinite(first) & np.isfinite(second)
    if not known.any() or not front:
        return empty_figure("No cell keeps the limits in both objectives.", look, title, 300)
    tokens = look.tokens
    figure = go.Figure()
    rest = known.copy()
    rest[list(front)] = False
    for name, rows, symbol, colour in (
        ("cell", rest & allowed, "circle", faded(tokens.muted, 0.5)),
        ("breaks a limit", rest & ~allowed, "x-thin-open", faded(tokens.warning, 0.9)),
    ):
        if rows.any():
            figure.add_trace(_points(first, second, np.flatnonzero(rows), hovers, name, symbol, colour, 6))
    along = sorted(front, key=lambda row: first[row])
    line = _points(first, second, np.array(along), hovers, "no cell beats these", "diamond", tokens.accent, 9)
    figure.add_trace(
        line.update(mode="lines+markers", line={"color": tokens.accent, "width": 1.5, "dash": "dot"})
    )
    if chosen is not None and known[chosen]:
        figure.add_trace(
            _points(first, second, np.array([chosen]), hovers, "plateau", "star", tokens.text, 15)
        )
    figure.update_layout(
        xaxis={"title": {"text": units[0].title}, "tickformat": units[0].tickformat},
        yaxis={"title": {"text": units[1].title}, "tickformat": units[1].tickformat},
    )
    meaning = f"{len(front)} of {int(known.sum())} cells are beaten by no other in both {units[0].title} and {units[1].title}."
    return finished(figure, look, title, 320, meaning, legend_rows=2)


def overfitting_chart(
    found: Overfitting | None,
    look: Look = Look.LIGHT,
    title: str = "Was the choice overfitted?",
) -> go.Figure:
    """Histogram of the logits of CSCV; what lies at or below zero is the share that PBO counts."""
    if found is None:
        return empty_figure("Too few bars or cells that differ to tell.", look, title, 300)
    logits = np.array(found.logits)
    reach = max(float(np.abs(logits).max()), 1.0)
    edges = np.linspace(-reach, reach, 31)  # an even number of bars on each side of zero
    edges[15] = 0.0
    counts, _ = np.histogram(logits, edges)
    below, above = _halves(logits, edges, counts)
    tokens = look.tokens
    figure = go.Figure()
    middle, width = (edges[:-1] + edges[1:]) / 2, np.diff(edges) * 0.94
    for name, heights, colour, pattern in (
        (f"worse half: {percent_text(found.pbo, 0, signed=False)}", below, tokens.loss, "/"),
        (f"better half: {percent_text(1 - found.pbo, 0, signed=False)}", above, tokens.profit, ""),
    ):
        figure.add_trace(
            go.Bar(
                x=middle, y=heights / len(logits), width=width, name=name,
                marker={"color": colour, "line": {"width": 0}, "pattern": hatched(pattern, look)},
                hovertemplate="logit %{x:.1f}: %{y:.1%} of the splits<extra></extra>",
            )
        )  # fmt: skip
    figure.add_vline(x=0, line={"color": tokens.text, "width": 1, "dash": "dash"})
    figure.update_layout(
        barmode="stack",
        legend={"traceorder": "normal"},
        xaxis={"title": {"text": "rank in the other half (logit; 0 is the middle)"}},
        yaxis={"title": {"text": "share of splits"}, "tickformat": ".0%", "rangemode": "tozero"},
    )
    meaning = (
        f"Probability of backtest overfitting {found.pbo:.0%}, from {found.cells} cells and {found.blocks} blocks: in so "
        "many splits the best cell of one half lies in the worse half on the other."
    )
    return finished(figure, look, title, 300, meaning, legend_rows=1)


def _halves(logits: np.ndarray, edges: np.ndarray, counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Counts at or below zero, and above; a logit of exactly zero counts as below, as in PBO."""
    low, _ = np.histogram(logits[logits <= 0], edges)
    return low, counts - low


def _points(
    x: np.ndarray,
    y: np.ndarray,
    rows: np.ndarray,
    hovers: Sequence[str],
    name: str,
    symbol: str,
    colour: str,
    size: int,
) -> go.Scatter:
    return go.Scatter(
        x=x[rows], y=y[rows], mode="markers", name=name, marker={"symbol": symbol, "color": colour, "size": size},
        customdata=[hovers[row] for row in rows.tolist()], hovertemplate="%{customdata}<extra></extra>",
    )  # fmt: skip
