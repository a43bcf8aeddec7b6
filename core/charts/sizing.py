"""How a size came about: every bound on it, and the one that won."""

import plotly.graph_objects as go

from core.charts.palette import Look, faded
from core.charts.template import empty_figure, finished, hatched
from core.charts.words import percent_text, quantity_text, wrapped
from core.records import SizeCap, Sizing

_ROW = 30
NAMES = {
    "max_position": "largest position allowed", "volatility": "target volatility", "kelly": "fractional Kelly",
    "confidence": "confidence", "disagreement": "disagreement", "regime": "volatile regime", "trust": "data trust",
    "agent": "agent", "text": "text may move so much", "cash": "free cash",
}  # fmt: skip
"""What a bound is called in a figure."""


def sizing_chart(
    sizing: Sizing | None, look: Look = Look.LIGHT, title: str = "Which bound decided the size?"
) -> go.Figure:
    """Largest share of equity that each bound allows, smallest first; the one that won is solid and marked.

    Bounds beyond the largest of the others end at the edge with their number: a bound of 300 % binds nothing.
    """
    if sizing is None or not sizing.caps:
        return empty_figure("No position was to be opened, so no size was worked out.", look, title, 160)
    caps = sorted(sizing.caps, key=lambda cap: cap.share, reverse=True)
    reach = max(_reach(caps), sizing.share) * 1.25 or 1.0
    tokens, won = look.tokens, [cap.name == sizing.bound for cap in caps]
    figure = go.Figure(
        go.Bar(
            orientation="h", y=[f"{number}" for number in range(len(caps))],
            x=[min(cap.share, reach * 0.97) for cap in caps], name="bound", showlegend=False,
            marker={"color": [tokens.accent if first else faded(tokens.neutral, 0.55) for first in won],
                    "pattern": hatched(["" if first else "/" for first in won], look)},
            text=[f"<b>{_share(cap)} ← decides</b>" if first else _share(cap) for cap, first in zip(caps, won, strict=True)],
            textposition=["outside" if cap.share < reach * 0.6 else "inside" for cap in caps],
            insidetextanchor="end", cliponaxis=False, textfont={"size": 11, "color": tokens.text},
            customdata=[f"<b>{_name(cap)}</b>: {_share(cap)} of equity<br>{wrapped(cap.meaning)}" for cap in caps],
            hovertemplate="%{customdata}<extra></extra>",
        )
    )  # fmt: skip
    figure.add_vline(x=sizing.share, line={"color": tokens.text, "width": 1.5, "dash": "dash"})
    figure.update_layout(
        xaxis={"title": {"text": "share of equity"}, "range": [0, reach], "tickformat": ".1%", "nticks": 6},
        yaxis={"type": "category", "tickmode": "array", "tickvals": [f"{n}" for n in range(len(caps))],
               "ticktext": [f"<b>{_name(cap)}</b>" if first else _name(cap) for cap, first in zip(caps, won, strict=True)],
               "showgrid": False, "ticklabelstandoff": 6},
        bargap=0.35,
    )  # fmt: skip
    meaning = (
        f"The size is {percent_text(sizing.share, 2, signed=False)} of equity, {quantity_text(sizing.quantity)} units; "
        f"{_named(sizing.bound)} decided it among {len(caps)} bounds."
    )
    return finished(figure, look, title, _ROW * len(caps) + 60, meaning)


def _reach(caps: list[SizeCap]) -> float:
    """Largest share worth drawing: four times the smallest that allows anything, or all of them where they are close."""
    shares = [cap.share for cap in caps]
    some = [share for share in shares if share > 0]
    return min(max(shares), max(4.0 * min(some), 0.02)) if some else 0.0


def _name(cap: SizeCap) -> str:
    return _named(cap.name)


def _named(name: str) -> str:
    return NAMES.get(name, name.replace("_", " "))


def _share(cap: SizeCap) -> str:
    return percent_text(cap.share, 2, signed=False)
