"""A backtest in parts: how long trades lasted, what each regime brought, and what a step of a parameter changes."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from core.charts.palette import Look, faded
from core.charts.template import empty_figure, finished, hatched
from core.charts.words import percent_text
from core.records import Neighbour


def holding_time_chart(
    trades: pd.DataFrame, look: Look = Look.LIGHT, title: str = "How long does a trade last?"
) -> go.Figure:
    """Histogram of holding times in bars, won and lost trades stacked.

    Args:
        trades: bars (from entry to exit) and return_.
    """
    if trades.empty:
        return empty_figure("No closed trade yet. Its length appears here once it closes.", look, title)
    bars = trades["bars"].to_numpy(dtype="float64")
    top = max(float(np.quantile(bars, 0.99)), 1.0)
    width = max(1, int(np.ceil((top + 1) / 30)))
    edges = np.arange(0, top + 1 + width, width) - 0.5
    clipped, won = bars.clip(0, edges[-1] - 0.5), (trades["return_"] > 0).to_numpy()
    tokens = look.tokens
    figure = go.Figure()
    for name, chosen, colour, pattern in (
        ("loss", ~won, tokens.loss, "/"), ("gain", won, tokens.profit, ""),
    ):  # fmt: skip
        counts, _ = np.histogram(clipped[chosen], edges)
        figure.add_trace(
            go.Bar(x=(edges[:-1] + edges[1:]) / 2, y=counts, width=width * 0.92, name=f"{name}: {int(chosen.sum())}",
                   marker={"color": colour, "line": {"width": 0}, "pattern": hatched(pattern, look)},
                   customdata=np.column_stack([np.ceil(edges[:-1]), np.floor(edges[1:])]),
                   hovertemplate="%{customdata[0]:.0f} to %{customdata[1]:.0f} bars: %{y} trades<extra></extra>")
        )  # fmt: skip
    figure.update_layout(
        barmode="stack",
        xaxis={
            "title": {"text": "bars held (last bin: the longest 1 %)"},
            "nticks": 8,
        },
        yaxis={"title": {"text": "trades"}, "rangemode": "tozero", "nticks": 6},
    )
    meaning = f"{len(bars)} trades, median {np.median(bars):.0f} bars, longest {bars.max():.0f}."
    return finished(figure, look, title, 280, meaning, legend_rows=1)


EARLY = "too early to tell"
"""Bars before enough history for a regime: in tables only."""


def regime_chart(
    regimes: pd.DataFrame, look: Look = Look.LIGHT, title: str = "In which market does it earn?"
) -> go.Figure:
    """Yearly Sharpe ratio in each market regime, beside that of holding.

    Args:
        regimes: regime, share (of bars), strategy_sharpe, hold_sharpe, trades.
    """
    if regimes.empty:
        return empty_figure("Regimes were not kept with this run. Run it again to see them.", look, title)
    regimes = regimes[regimes["regime"] != EARLY]
    if regimes.empty:
        return empty_figure("The run is too short to tell regimes apart. Test a longer range.", look, title)
    tokens = look.tokens
    names = [f"{row.regime}<br>({row.share:.0%} of bars)" for row in regimes.itertuples()]
    figure = go.Figure()
    for column, label, colour, pattern in (
        ("strategy_sharpe", "strategy", tokens.accent, ""),
        ("hold_sharpe", "buy and hold", faded(tokens.muted, 0.75), "/"),
    ):
        figure.add_trace(
            go.Bar(x=names, y=regimes[column].to_numpy(), name=label, marker={"color": colour, "line": {"width": 0},
                   "pattern": hatched(pattern, look)}, customdata=regimes["trades"].to_numpy(),
                   hovertemplate=label + ": Sharpe %{y:.2f}<br>%{customdata} trades<extra></extra>")
        )  # fmt: skip
    figure.update_layout(
        barmode="group", bargap=0.25,
        xaxis={"type": "category", "tickfont": {"size": 10}, "tickangle": 0},
        yaxis={"title": {"text": "Sharpe, a year"}, "zeroline": True, "nticks": 7},
    )  # fmt: skip
    best = regimes.iloc[int(regimes["strategy_sharpe"].fillna(-np.inf).to_numpy().argmax())]
    meaning = f"The strategy's highest Sharpe ratio is {best['strategy_sharpe']:.2f}, in the regime «{best['regime']}»."
    return finished(figure, look, title, 290, meaning, legend_rows=1)


def neighbours_chart(
    neighbours: Sequence[Neighbour],
    own: float,
    look: Look = Look.LIGHT,
    title: str = "Does it survive a small change of its parameters?",
) -> go.Figure:
    """Return of the same run with one parameter a step down or up, beside its own return.

    Args:
        own: total return of the run itself.
    """
    if not neighbours:
        return empty_figure("This run has no parameters whose neighbours could be tried.", look, title)
    tokens = look.tokens
    returns = np.array([near.total_return for near in neighbours])
    figure = go.Figure(
        go.Bar(
            y=[f"{near.parameter} {near.value:g}" for near in neighbours], x=returns, orientation="h",
            marker={"color": [tokens.profit if value > 0 else tokens.loss for value in returns],
                    "pattern": hatched(["" if value > 0 else "/" for value in returns], look), "line": {"width": 0}},
            text=[percent_text(float(value)) for value in returns], textposition="outside", cliponaxis=False,
            customdata=[f"Sharpe {near.sharpe:.2f}, {near.trades} trades" if near.sharpe is not None else f"{near.trades} trades" for near in neighbours],
            hovertemplate="%{y}: %{x:.2%}<br>%{customdata}<extra></extra>", showlegend=False,
        )
    )  # fmt: skip
    figure.add_shape(
        type="line", xref="x", x0=own, x1=own, yref="paper", y0=0, y1=1, showlegend=True,
        name=f"as tested {percent_text(own)}", line={"width": 2, "dash": "dash", "color": tokens.text},
    )  # fmt: skip
    figure.update_layout(
        xaxis={
            "title": {"text": "return of the whole run"},
            "tickformat": ".1%",
            "zeroline": True,
            "nticks": 7,
        },
        yaxis={"type": "category", "autorange": "reversed"},
    )
    meaning = f"{len(returns)} neighbours return between {percent_text(float(returns.min()))} and {percent_text(float(returns.max()))}; as tested {percent_text(own)}."
    return finished(figure, look, title, 26 * len(returns) + 70, meaning, legend_rows=1)
