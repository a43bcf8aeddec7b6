"""Why an agent prefers a position to none: what it sees, bar by bar of a waterfall."""

import plotly.graph_objects as go

from core.charts.palette import Look
from core.charts.template import finished
from core.charts.words import shortened, signed_text
from core.records import AgentExplanation

_ROW = 24


def agent_reasons_chart(
    found: AgentExplanation, look: Look = Look.LIGHT, title: str = "", most: int = 12
) -> go.Figure:
    """Waterfall from what the agents expect of any bar, over the strongest inputs, the rest and the costs of getting there,
    to the advantage of the exposure over none, in basis points of equity. The parts add up (Lundberg et al. 2020)."""
    top, rest = found.shares[:most], found.shares[most:]
    steps = [share.share for share in top]
    labels = [shortened(_said(share.words, share.value), 54) for share in top]
    if rest:
        steps.append(sum(share.share for share in rest))
        labels.append(f"{len(rest)} others")
    steps.append(found.costs)
    labels.append("costs of getting there")
    rows = [str(number) for number in range(len(steps) + 2)]
    figure = go.Figure(
        go.Waterfall(
            orientation="h", y=rows, x=[found.expected, *steps, found.advantage],
            measure=["absolute", *["relative"] * len(steps), "total"],
            text=[signed_text(value) for value in (found.expected, *steps, found.advantage)], textposition="outside",
            textfont={"size": 11, "color": look.tokens.text}, cliponaxis=False,
            hovertemplate="%{delta:+.2f} basis points, running total %{final:.2f}<extra></extra>",
            increasing={"marker": {"color": look.tokens.up}}, decreasing={"marker": {"color": look.tokens.down}},
            totals={"marker": {"color": look.tokens.muted}},
            connector={"line": {"width": 1, "dash": "dot", "color": look.tokens.muted}}, name="agent",
        )
    )  # fmt: skip
    reached = [0.0, found.expected]
    for step in steps:
        reached.append(reached[-1] + step)
    low, high = min(reached), max(reached)
    room = 0.12 * (high - low or 1.0)  # for the numbers beside the bars
    names = ["on any bar", *labels, "advantage over no position"]
    figure.update_layout(
        xaxis={"title": {"text": "basis points of equity"}, "range": [low - room, high + room]},
        yaxis={"tickmode": "array", "tickvals": rows, "ticktext": names, "autorange": "reversed"}, showlegend=False,
    )  # fmt: skip
    held = f"{found.exposure:+.0%} of the largest position"
    meaning = f"Holding {held} is worth {found.advantage:+.2f} basis points more than holding nothing."
    return finished(figure, look, title, _ROW * len(rows) + 70, meaning)


def _said(words: str, value: float | None) -> str:
    return f"{words} = {value:.3g}" if value is not None else f"{words}: not known"
