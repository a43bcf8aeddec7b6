"""What is held against what may be held, and how much of each limit is used."""

from collections.abc import Sequence

import plotly.graph_objects as go

from core.charts.palette import Look, faded
from core.charts.template import empty_figure, finished, hatched
from core.charts.words import percent_text, shortened
from core.records import Exposure, RiskCheck

NOTHING_HELD = "Nothing is held, so nothing is at risk. Run a cycle that opens a position."
_ROW = 34


def holdings_chart(
    exposures: Sequence[Exposure],
    look: Look = Look.LIGHT,
    title: str = "How much is held?",
) -> go.Figure:
    """Absolute share of equity by asset and of all, longs plain and shorts hatched, each with its limit as a mark."""
    if not exposures:
        return empty_figure(NOTHING_HELD, look, title)
    tokens = look.tokens
    rows = [shortened(item.name, 22) for item in exposures]
    over = [abs(item.share) > item.limit * (1 + 1e-9) for item in exposures]
    colours = [
        tokens.warning if wide else tokens.neutral if item.total else tokens.long if item.share > 0 else tokens.short
        for item, wide in zip(exposures, over, strict=True)
    ]  # fmt: skip
    figure = go.Figure(
        go.Bar(
            orientation="h", y=rows, x=[abs(item.share) for item in exposures], name="held", showlegend=False,
            marker={"color": colours, "line": {"width": 0},
                    "pattern": hatched(["/" if item.share < 0 else "" for item in exposures], look)},
            customdata=[_hover(item) for item in exposures], hovertemplate="%{customdata}<extra></extra>",
        )
    )  # fmt: skip
    figure.add_trace(limit_marks(rows, [item.limit for item in exposures], look))
    figure.add_trace(
        go.Scatter(
            x=[max(abs(item.share), item.limit) for item in exposures], y=rows, mode="text", name="numbers", showlegend=False,
            text=[f"  {_words(item, wide)}" for item, wide in zip(exposures, over, strict=True)], textposition="middle right",
            textfont={"size": 12, "color": tokens.text}, hoverinfo="skip", cliponaxis=False,
        )
    )  # fmt: skip
    reach = max(max(abs(item.share), item.limit) for item in exposures) * 1.45
    figure.update_layout(
        xaxis={"title": {"text": "share of equity"}, "tickformat": ".0%", "range": [0, reach], "nticks": 6},
        yaxis={"type": "category", "autorange": "reversed", "showgrid": False, "ticks": "", "ticklabelstandoff": 6},
    )  # fmt: skip
    meaning = "; ".join(
        f"{item.name} {percent_text(abs(item.share), 1, signed=False)} of at most {percent_text(item.limit, 1, signed=False)}"
        for item in exposures
    )
    return finished(figure, look, title, _ROW * len(rows) + 64, f"Held: {meaning}.", legend_rows=1)


def usage_chart(
    usage: Sequence[tuple[RiskCheck, float | None]],
    look: Look = Look.LIGHT,
    title: str = "Which limit is nearest?",
) -> go.Figure:
    """Each limit on the book with the part of it that is used, fullest first; 100 % is the limit.

    Args:
        usage: check and used part, 1 at the limit; None where there is no number or no limit.
    """
    known = sorted(((check, part) for check, part in usage if part is not None), key=lambda item: -item[1])
    if not known:
        return empty_figure("No limit can be held against a number yet. Run a cycle first.", look, title)
    tokens = look.tokens
    rows = [shortened(check.name.replace("_", " "), 24) for check, _ in known]
    drawn = [min(part, 1.6) for _, part in known]
    colours = [tokens.loss if not check.passed or part > 1 else tokens.warning if part > 0.8 else tokens.accent for check, part in known]  # fmt: skip
    figure = go.Figure(
        go.Bar(
            orientation="h", y=rows, x=drawn, name="used", showlegend=False,
            marker={"color": colours, "line": {"width": 0},
                    "pattern": hatched(["x" if not check.passed else "/" if part > 0.8 else "" for check, part in known], look)},
            text=[f"{part:.0%}" for _, part in known], textposition="outside", cliponaxis=False,
            textfont={"size": 12, "color": tokens.text},
            customdata=[check.meaning for check, _ in known], hovertemplate="%{customdata}<extra></extra>",
        )
    )  # fmt: skip
    figure.add_trace(limit_marks(rows, [1.0] * len(rows), look))
    figure.update_layout(
        xaxis={"title": {"text": "part of the limit that is used"}, "tickformat": ".0%", "range": [0, max(1.2, max(drawn) * 1.2)], "nticks": 6},
        yaxis={"type": "category", "autorange": "reversed", "showgrid": False, "ticks": "", "ticklabelstandoff": 6},
    )  # fmt: skip
    check, part = known[0]
    meaning = f"Nearest limit: {check.name.replace('_', ' ')}, {part:.0%} used. {check.meaning}"
    return finished(figure, look, title, _ROW * len(rows) + 64, meaning, legend_rows=1)


def limit_marks(rows: Sequence[str], limits: Sequence[float], look: Look) -> go.Scatter:
    """A short upright line at the limit of each row."""
    return go.Scatter(
        x=list(limits), y=list(rows), mode="markers", name="limit",
        marker={"symbol": "line-ns", "size": 20, "line": {"width": 3, "color": faded(look.tokens.text, 0.75)}},
        hovertemplate="limit %{x:.4~%}<extra></extra>",
    )  # fmt: skip


def _words(item: Exposure, wide: bool) -> str:
    side = "" if item.total else " long" if item.share > 0 else " short"
    return f"{percent_text(abs(item.share), 1, signed=False)}{side}{', over' if wide else ''}"


def _hover(item: Exposure) -> str:
    used = (
        f"{abs(item.share) / item.limit:.0%} of the limit of {item.limit:.1%}" if item.limit else "no limit"
    )
    sign = "−" if item.value < 0 else ""
    return f"<b>{shortened(item.name)}</b>: {sign}${abs(item.value):,.2f}<br>{used}"
