"""What would have changed a decision: the inputs that had to move, in their own range."""

import plotly.graph_objects as go

from core.charts.explain_words import feature_text
from core.charts.palette import Look, faded
from core.charts.template import empty_figure, finished
from core.charts.words import shortened, wrapped
from core.records import ChangedInput, Flip

_ROW = 74
_NOTHING = "No change of one or two inputs within their observed range changes this decision."


def flip_chart(
    flip: Flip | None, look: Look = Look.LIGHT, title: str = "What would have changed the decision?"
) -> go.Figure:
    """A row for each changed input: its observed range as a band, where it was, and where the decision turns.

    Rows are scaled to the range that was tried, so that inputs of different units stand side by side.
    """
    if flip is None:
        return empty_figure("Nobody has searched for it yet.", look, title, 140)
    if not flip.changes:
        return empty_figure(flip.note or _NOTHING, look, title, 140)
    tokens, rows = look.tokens, list(flip.changes)[::-1]
    figure = go.Figure()
    for number, change in enumerate(rows):
        was, now = _place(change, change.before), _place(change, change.after)
        figure.add_shape(
            type="rect", x0=0, x1=1, y0=number - 0.13, y1=number + 0.13, line={"width": 0},
            fillcolor=faded(tokens.neutral, 0.22), layer="below",
        )  # fmt: skip
        figure.add_annotation(
            x=now, y=number, ax=was, ay=number, xref="x", yref="y", axref="x", ayref="y", showarrow=True,
            arrowhead=2, arrowsize=1.1, arrowwidth=2, arrowcolor=tokens.accent, standoff=7, startstandoff=6, text="",
        )  # fmt: skip
        for place, value, shift in ((was, change.before, 20), (now, change.after, -20)):
            figure.add_annotation(
                x=place, y=number, yshift=shift, showarrow=False, font={"size": 11, "color": tokens.text},
                text=f"<b>{_text(change, value)}</b>" if shift < 0 else f"was {_text(change, value)}",
            )  # fmt: skip
        for place, value, anchor in ((0, change.low, "right"), (1, change.high, "left")):
            figure.add_annotation(
                x=place, y=number, text=_text(change, value), xanchor=anchor, xshift=-6 if place == 0 else 6,
                showarrow=False, font={"size": 10, "color": tokens.muted},
            )  # fmt: skip
    ways = (
        ("as it was", _before, "circle-open", tokens.text),
        ("where the decision turns", _after, "diamond", tokens.accent),
    )
    for name, place_of, symbol, colour in ways:
        figure.add_trace(
            go.Scatter(
                x=[_place(change, place_of(change)) for change in rows], y=list(range(len(rows))), mode="markers", name=name,
                marker={"size": 11, "symbol": symbol, "color": colour, "line": {"width": 2, "color": colour}},
                customdata=[_hover(change) for change in rows], hovertemplate="%{customdata}<extra></extra>",
            )
        )  # fmt: skip
    figure.update_layout(
        xaxis={"range": [-0.16, 1.16], "tickmode": "array", "tickvals": [0, 1], "ticktext": ["1st percentile", "99th"],
               "showgrid": False, "zeroline": False, "title": {"text": "place in its own history"}},
        yaxis={"range": [-0.6, len(rows) - 0.4], "tickmode": "array", "tickvals": list(range(len(rows))), "showgrid": False,
               "zeroline": False, "ticktext": [wrapped(shortened(change.words, 60), 24) for change in rows]},
    )  # fmt: skip
    meaning = "; ".join(_told(change) for change in flip.changes)
    return finished(figure, look, title, _ROW * len(rows) + 50, meaning, legend_rows=1)


def _before(change: ChangedInput) -> float:
    return change.before


def _after(change: ChangedInput) -> float:
    return change.after


def _place(change: ChangedInput, value: float) -> float:
    """0 at the low end of the range, 1 at the high one; what lay outside stays just beside it."""
    return min(1.1, max(-0.1, (value - change.low) / (change.high - change.low)))


def _text(change: ChangedInput, value: float) -> str:
    return feature_text(value, change.unit)


def _told(change: ChangedInput) -> str:
    return f"{change.words} {_text(change, change.after)} instead of {_text(change, change.before)}"


def _hover(change: ChangedInput) -> str:
    return (
        f"<b>{shortened(change.words, 44)}</b><br>was {_text(change, change.before)}, turns at {_text(change, change.after)}<br>"
        f"that is {change.distance:.2f} of its own robust standard deviations<br>"
        f"1st to 99th percentile: {_text(change, change.low)} to {_text(change, change.high)}"
    )
