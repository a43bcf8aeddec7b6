"""The no-trade funnel: where trades get lost, and whether that was right."""

from collections.abc import Sequence

import plotly.graph_objects as go

from core.charts.palette import Look, faded, money_colour
from core.charts.template import empty_figure, finished, hatched
from core.charts.words import wrapped
from core.records.ledgers import Funnel, GateCount, SumInterval

NO_CYCLES = "No opening was at stake in any of these cycles. Run cycles, or widen the filter."
_ROW = 44


def funnel_chart(
    funnel: Funnel, look: Look = Look.LIGHT, title: str = "Where do trades get lost, and was it right?"
) -> go.Figure:
    """Left: cycles that reach each gate, and the part that it stops. Right: what the stopped trades would have made.

    A sum left of zero is a loss that the gate spared, one right of zero a gain that it cost; grey where the interval
    holds zero or there is none.
    """
    if not funnel.at_stake:
        return empty_figure(NO_CYCLES, look, title, 300)
    gates = funnel.gates
    names = [gate.gate for gate in gates]
    figure = go.Figure(_counts(gates, funnel, look))
    figure.add_traces(_sums(gates, funnel, look))
    figure.add_shape(
        type="line", xref="x2", yref="paper", x0=0, x1=0, y0=0, y1=1,
        line={"color": look.tokens.muted, "width": 1.5},
    )  # fmt: skip
    for x, anchor, words in ((0.57, "left", "← spared"), (1.0, "right", "missed →")):
        figure.add_annotation(
            x=x, y=1.0, xref="paper", yref="paper", xanchor=anchor, yanchor="bottom", text=words,
            font={"size": 11, "color": look.tokens.muted},
        )  # fmt: skip
    most = max(gate.reached for gate in gates)
    figure.update_layout(
        barmode="stack", bargap=0.35, hovermode="closest", legend={"traceorder": "normal"},
        xaxis={"domain": [0, 0.52], "title": {"text": "cycles"}, "range": [0, most * 1.02], "tickformat": ",d",
               **({"dtick": 1} if most < 7 else {"nticks": 6})},
        xaxis2={"domain": [0.57, 1], "title": {"text": "had they been taken ($)"}, "anchor": "y",
                "tickformat": "~s", "nticks": 5, "zeroline": False},
        yaxis={"type": "category", "categoryorder": "array", "categoryarray": names[::-1], "showgrid": False,
               "ticklabelstandoff": 6, "fixedrange": True, "range": [-0.6, len(names) - 0.4]},
    )  # fmt: skip
    return finished(figure, look, title, 80 + _ROW * len(gates), funnel.words, legend_rows=2)


def _counts(gates: Sequence[GateCount], funnel: Funnel, look: Look) -> list[go.Bar]:
    """Stacked bars: what went on, and what was stopped."""
    tokens, names = look.tokens, [gate.gate for gate in gates]
    hovers = [
        f"<b>{gate.gate}</b>: {gate.reached:,} came, {gate.stopped:,} stopped<br>{wrapped(gate.words)}"
        for gate in gates
    ]
    shared = {"y": names, "orientation": "h", "xaxis": "x", "customdata": hovers, "cliponaxis": False}
    on = go.Bar(
        **shared, x=[gate.reached - gate.stopped for gate in gates], name="went on",
        marker={"color": faded(tokens.accent, 0.75), "line": {"width": 0}},
        hovertemplate="%{customdata}<extra></extra>",
    )  # fmt: skip
    stopped = go.Bar(
        **shared, x=[gate.stopped for gate in gates], name="stopped here",
        marker={"color": tokens.warning, "line": {"width": 0}, "pattern": hatched("/", look)},
        text=[f"−{gate.stopped:,}" if gate.stopped else "" for gate in gates], textposition="outside",
        textfont={"size": 11, "color": tokens.text}, hovertemplate="%{customdata}<extra></extra>",
    )  # fmt: skip
    return [on, stopped]


def _sums(gates: Sequence[GateCount], funnel: Funnel, look: Look) -> list[go.Scatter]:
    """A dot for each gate's sum, with its interval; and one for what the filled trades made."""
    tokens = look.tokens
    known = [(gate.gate, gate.pnl, gate.interval, gate) for gate in gates if gate.pnl is not None]
    traces = []
    for name, symbol, sign in (
        ("losses spared", "diamond", -1),
        ("gains missed", "square", 1),
        ("cannot be told", "circle-open", 0),
    ):
        shown = [(gate, pnl, found, row) for gate, pnl, found, row in known if _sign(found) == sign]
        if not shown:
            continue
        colour = tokens.neutral if sign == 0 else tokens.profit if sign < 0 else tokens.loss
        hovers = [
            f"<b>{gate}</b>: {_amount(pnl)} over {row.judged} trades{_range(found)}"
            f"{f', {row.open} of them still open' if row.open else ''}<br>{wrapped(row.words)}"
            for gate, pnl, found, row in shown
        ]
        traces.append(
            _dots([(gate, pnl, found) for gate, pnl, found, _ in shown], hovers, name, symbol, colour)
        )
    if funnel.made is not None:
        hover = f"The {funnel.filled} filled trades made {_amount(funnel.made)}{_range(funnel.made_interval)}"
        made = [("filled", funnel.made, funnel.made_interval)]
        traces.append(_dots(made, [hover], "filled trades made", "star", money_colour(funnel.made, look)))
    return traces


def _dots(
    rows: Sequence[tuple[str, float, SumInterval | None]],
    hovers: Sequence[str],
    name: str,
    symbol: str,
    colour: str,
) -> go.Scatter:
    above = [found.interval.high - pnl if found else 0.0 for _, pnl, found in rows]
    below = [pnl - found.interval.low if found else 0.0 for _, pnl, found in rows]
    return go.Scatter(
        x=[pnl for _, pnl, _ in rows], y=[gate for gate, _, _ in rows], xaxis="x2", yaxis="y", mode="markers", name=name,
        marker={"symbol": symbol, "size": 11, "color": colour, "line": {"width": 2, "color": colour}},
        error_x={"type": "data", "symmetric": False, "array": above, "arrayminus": below, "color": colour,
                 "thickness": 2, "width": 5},
        customdata=list(hovers), hovertemplate="%{customdata}<extra></extra>",
    )  # fmt: skip


def _sign(found: SumInterval | None) -> int:
    return 0 if found is None else found.sign


def _amount(value: float) -> str:
    return f"{'−' if value < 0 else '+'}${abs(value):,.2f}"


def _range(found: SumInterval | None) -> str:
    if found is None:
        return ", too few or too alike for an interval"
    return f" ({found.level:.0%} interval {_amount(found.interval.low)} to {_amount(found.interval.high)})"
