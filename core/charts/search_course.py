"""A search in the order in which its cells were run: every score, and the best so far."""

import numpy as np
import plotly.graph_objects as go

from core.charts.palette import Look, faded
from core.charts.search_surface import Unit
from core.charts.template import empty_figure, finished

MOST_POINTS = 3000


def search_course(
    positions: np.ndarray,
    scores: np.ndarray,
    allowed: np.ndarray,
    pruned: int,
    unit: Unit,
    look: Look = Look.LIGHT,
    title: str = "Does the search still find better cells?",
) -> go.Figure:
    """Scores of cells as points, the best allowed one so far as steps.

    Args:
        positions: number of each cell, ascending.
        scores: nan for cells that were given up early.
        allowed: whether a cell keeps the limits.
        pruned: cells that were given up early.
    """
    known = np.isfinite(scores)
    if not known.any():
        return empty_figure("No cell has ended yet.", look, title, 260)
    tokens = look.tokens
    shown = np.flatnonzero(known)
    drawn = shown[np.unique(np.linspace(0, len(shown) - 1, min(MOST_POINTS, len(shown))).round().astype(int))]
    figure = go.Figure()
    groups = (
        ("cell", allowed[drawn], "circle", faded(tokens.accent, 0.55)),
        ("breaks a limit", ~allowed[drawn], "x-thin-open", faded(tokens.warning, 0.9)),
    )
    for name, chosen, symbol, colour in groups:
        if chosen.any():
            figure.add_trace(
                go.Scattergl(
                    x=positions[drawn][chosen] + 1, y=scores[drawn][chosen], mode="markers", name=name,
                    marker={"size": 5, "symbol": symbol, "color": colour},
                    hovertemplate=f"cell %{{x}}: %{{y:{unit.tickformat}}}<extra>{name}</extra>",
                )
            )  # fmt: skip
    best = np.maximum.accumulate(np.where(known & allowed, scores, -np.inf))
    better = np.flatnonzero(np.isfinite(best) & (np.diff(best, prepend=-np.inf) > 0))
    if len(better):
        steps = np.append(better, len(scores) - 1)
        figure.add_trace(
            go.Scatter(
                x=positions[steps] + 1, y=best[steps], mode="lines", name="best so far", line={"shape": "hv", "width": 2, "color": tokens.text},
                hovertemplate=f"best after cell %{{x}}: %{{y:{unit.tickformat}}}<extra></extra>",
            )
        )  # fmt: skip
    figure.update_layout(
        xaxis={"title": {"text": "cell, in the order of running"}, "rangemode": "tozero"},
        yaxis={"title": {"text": unit.title}, "tickformat": unit.tickformat},
    )
    meaning = f"{int(known.sum())} cells ran to the end, {pruned} were given up early."
    if len(better):
        meaning += f" The best {unit.title} is {unit.text(float(best[-1]))}, found by cell {int(positions[better[-1]]) + 1}."
    return finished(figure, look, title, 280, meaning, legend_rows=1)
