"""Where a language model and the lexicon read the same text alike, and where not."""

import pandas as pd
import plotly.graph_objects as go

from core.charts.palette import Look, direction_colour, faded
from core.charts.template import empty_figure, finished
from core.charts.words import percent_text, shortened, signed_text, wrapped
from core.records import Direction

NO_PAIR = "No text was scored by both. Score the texts with the language model, or run a cycle with one."
_NEUTRAL = 0.05
"""|score| below this is neither good nor bad (Hutto and Gilbert 2014)."""
_SYMBOLS = {True: "circle", False: "x"}


def agreement_chart(
    items: pd.DataFrame,
    share: float | None,
    look: Look = Look.LIGHT,
    title: str = "Do the model and the lexicon agree?",
) -> go.Figure:
    """A mark per text: the lexicon's score across, the model's upward; both agree in the shaded corners.

    Args:
        items: columns `title`, `source`, `lexicon`, `model` (−1 … +1), `weight` (share in the sentiment), `reason`.
        share: of the weight on whose sign both agree.
    """
    if items.empty:
        return empty_figure(NO_PAIR, look, title)
    figure = go.Figure()
    for low, high, way in ((_NEUTRAL, 1.1, Direction.UP), (-1.1, -_NEUTRAL, Direction.DOWN), (-_NEUTRAL, _NEUTRAL, Direction.FLAT)):  # fmt: skip
        figure.add_shape(
            type="rect", x0=low, x1=high, y0=low, y1=high, layer="below", line_width=0,
            fillcolor=faded(direction_colour(way, look), 0.13),
        )  # fmt: skip
    figure.add_shape(
        type="line", x0=-1, y0=-1, x1=1, y1=1, layer="below",
        line={"width": 1, "dash": "dot", "color": faded(look.tokens.text, 0.4)},
    )  # fmt: skip
    same = _sign(items["model"]) == _sign(items["lexicon"])
    heaviest = float(items["weight"].max()) or 1.0
    for agree, name, colour in ((True, "same sign", look.tokens.accent), (False, "other sign", look.tokens.warning)):  # fmt: skip
        part = items.loc[same == agree]
        if part.empty:
            continue
        figure.add_trace(
            go.Scatter(
                x=part["lexicon"], y=part["model"], mode="markers", name=f"{name} ({len(part):,})", cliponaxis=False,
                marker={"symbol": _SYMBOLS[agree], "color": colour, "opacity": 0.85,
                        "size": [8 + 10 * weight / heaviest for weight in part["weight"]],
                        "line": {"width": 1, "color": look.tokens.background}},
                customdata=[_hover(item) for _, item in part.iterrows()], hovertemplate="%{customdata}<extra></extra>",
            )
        )  # fmt: skip
    axis = {"range": [-1.1, 1.1], "tickvals": [-1, -0.5, 0, 0.5, 1], "zeroline": True}
    figure.update_layout(
        xaxis=axis | {"title": {"text": "lexicon (−1 bad … +1 good)"}},
        yaxis=axis | {"title": {"text": "language model"}, "ticktext": ["−1", "−0.5", "0", "+0.5", "+1"]},
        hovermode="closest",
    )
    weighed = (
        "" if share is None else f", by weight {percent_text(share, 0, signed=False)} in a cycle's sentiment"
    )
    meaning = (
        f"{len(items)} texts scored by both; on {int(same.sum())} of them the sign is the same{weighed}."
    )
    return finished(figure, look, title, 300, meaning, legend_rows=1)


def _sign(scores: pd.Series) -> pd.Series:
    return (scores >= _NEUTRAL).astype(int) - (scores <= -_NEUTRAL).astype(int)


def _hover(item: pd.Series) -> str:
    reason = f"<br>{wrapped('model: ' + str(item['reason']))}" if item["reason"] else ""
    return (
        f"<b>{wrapped(str(item['title']))}</b><br>{shortened(str(item['source']))}<br>"
        f"lexicon {signed_text(item['lexicon'], 2)}, model {signed_text(item['model'], 2)}, "
        f"weight {percent_text(item['weight'], 1, signed=False)}{reason}"
    )
