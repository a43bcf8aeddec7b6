"""Reinforcement-learning agents: do they beat knowing nothing, and how did they learn?"""

from collections.abc import Mapping, Sequence

import pandas as pd
import plotly.graph_objects as go

from core.charts.palette import Look, faded
from core.charts.template import empty_figure, finished
from core.charts.thinning import thin_series
from core.charts.time_axis import plain_times
from core.records import AgentJudgement, CurvePoint

NOT_TRAINED = "No agent yet. Press «Train»."


def agent_comparison_chart(
    judged: AgentJudgement | None, names: Mapping[str, str], look: Look = Look.LIGHT, title: str = ""
) -> go.Figure:
    """Net growth a year on bars that nobody had seen: every seed as a dot, their interquartile mean with its interval,
    and each baseline.

    Args:
        names: policy → name on the axis.
    """
    if judged is None:
        return empty_figure(NOT_TRAINED, look, title, 320)
    tokens, seeds = look.tokens, "agents, seed by seed"
    rows = [names.get(one.name, one.name) for one in judged.baselines][::-1]
    figure = go.Figure()
    figure.add_trace(
        go.Bar(
            y=rows, x=[one.growth for one in judged.baselines][::-1], orientation="h", name="baseline",
            marker={"color": faded(tokens.muted, 0.55)}, width=0.5,
            hovertemplate="%{y}: %{x:+.1%} a year<extra></extra>",
        )
    )  # fmt: skip
    figure.add_trace(
        go.Scatter(
            y=[seeds] * len(judged.seeds), x=[one.growth for one in judged.seeds], mode="markers", name="one seed",
            text=[f"{one.name}: {one.growth:+.1%} a year, {one.trades} trades" for one in judged.seeds],
            marker={"size": 9, "color": faded(tokens.accent, 0.5), "symbol": "circle"},
            hovertemplate="%{text}<extra></extra>",
        )
    )  # fmt: skip
    mean = judged.growth
    figure.add_trace(
        go.Scatter(
            y=[seeds], x=[mean.estimate], mode="markers", name=f"interquartile mean, {mean.level:.0%} interval",
            marker={"size": 13, "color": tokens.accent, "symbol": "diamond"},
            error_x={"type": "data", "symmetric": False, "array": [mean.high - mean.estimate],
                     "arrayminus": [mean.estimate - mean.low], "color": tokens.accent, "thickness": 2.5, "width": 8},
            hovertemplate=f"{mean.estimate:+.1%} a year ({mean.low:+.1%} to {mean.high:+.1%})<extra></extra>",
        )
    )  # fmt: skip
    figure.add_vline(x=0, line={"color": tokens.muted, "width": 1})
    figure.update_layout(
        xaxis={"title": {"text": "log return a year, net of all costs"}, "tickformat": "+.0%"},
        yaxis={"title": {"text": ""}}, bargap=0.4,
    )  # fmt: skip
    best = max(one.growth for one in judged.baselines)
    meaning = f"Interquartile mean of {len(judged.seeds)} seeds {mean.estimate:+.1%} a year ({mean.low:+.1%} to {mean.high:+.1%}); best baseline {best:+.1%}."
    return finished(figure, look, title, 340, meaning, legend_rows=3)


def agent_curve_chart(points: Sequence[CurvePoint], look: Look = Look.LIGHT, title: str = "") -> go.Figure:
    """How the seeds learn: net growth on the bars that they learn from and on bars that they do not, look by look."""
    walked = [point for point in points if point.learn is not None or point.watch is not None]
    if not walked:
        return empty_figure(
            "Nothing was walked through yet; the first look comes within a minute.", look, title, 300
        )
    tokens = look.tokens
    figure = go.Figure()
    kinds = (("learn", "bars that it learns from", tokens.muted, "dot"), ("watch", "bars that it does not learn from", tokens.accent, "solid"))  # fmt: skip
    for field, label, colour, dash in kinds:
        for number, seed in enumerate(sorted({point.seed for point in walked})):
            mine = [point for point in walked if point.seed == seed and getattr(point, field) is not None]
            figure.add_trace(
                go.Scatter(
                    x=[point.step for point in mine], y=[getattr(point, field) for point in mine], name=label,
                    legendgroup=field, showlegend=number == 0, mode="lines+markers", opacity=0.75,
                    line={"color": colour, "dash": dash, "width": 1.6}, marker={"size": 4},
                    hovertemplate=f"seed {seed}, step %{{x}}: %{{y:+.1%}} a year<extra></extra>",
                )
            )  # fmt: skip
    figure.add_hline(y=0, line={"color": tokens.muted, "width": 1})
    figure.update_layout(
        xaxis={"title": {"text": "iterations (PPO: thousands of steps)"}},
        yaxis={"title": {"text": "log return a year, net"}, "tickformat": "+.0%"},
    )
    last = max(point.step for point in walked)
    return finished(figure, look, title, 320, f"{len(walked)} looks up to step {last}.", legend_rows=2)


def agent_equity_chart(
    tested: pd.DataFrame, names: Mapping[str, str], look: Look = Look.LIGHT, title: str = ""
) -> go.Figure:
    """Equity of the committee and of the baselines over the tested bars, and below what the committee held."""
    if tested.empty:
        return empty_figure(NOT_TRAINED, look, title, 380)
    tokens = look.tokens
    figure = go.Figure()
    colours = {"committee": tokens.accent, "hold": tokens.text, "cash": tokens.muted}
    others = [
        tokens.series[3 % len(tokens.series)],
        tokens.series[4 % len(tokens.series)],
        tokens.series[2 % len(tokens.series)],
    ]
    for name in (column for column in tested.columns if column in names):
        curve = thin_series(tested[name], 1500)
        colour = colours.get(name) or others.pop()
        figure.add_trace(
            go.Scatter(
                x=plain_times(curve.index), y=curve.to_numpy(), name=f"{names[name]} {curve.iloc[-1] / curve.iloc[0] - 1:+.1%}",
                mode="lines", line={"color": colour, "width": 2.2 if name == "committee" else 1.3,
                                    "dash": "solid" if name in ("committee", "hold") else "dot"},
                hovertemplate=f"{names[name]}: %{{y:,.2f}}<extra></extra>",
            )
        )  # fmt: skip
    held = thin_series(tested["held"], 1500)
    figure.add_trace(
        go.Scatter(
            x=plain_times(held.index), y=held.to_numpy(), yaxis="y2", name="held by the committee", showlegend=False,
            line={"color": tokens.accent, "width": 1, "shape": "hv"}, fill="tozeroy", fillcolor=faded(tokens.accent, 0.2),
            hovertemplate="held: %{y:+.0%} of the largest position<extra></extra>",
        )
    )  # fmt: skip
    figure.update_layout(
        xaxis={"title": {"text": "time (UTC)"}, "anchor": "y2"},
        yaxis={"domain": [0.3, 1], "title": {"text": "equity"}, "tickformat": ",.0f"},
        yaxis2={
            "domain": [0, 0.22],
            "title": {"text": "held"},
            "tickformat": "+.0%",
            "nticks": 4,
            "anchor": "x",
        },
        hovermode="x unified",
    )
    meaning = f"Committee {tested['committee'].iloc[-1] / tested['committee'].iloc[0] - 1:+.1%} over {len(tested):,} bars."
    return finished(figure, look, title, 440, meaning, legend_rows=3)
