"""Volatility: what was forecast against what came, whose forecasts were best, and how far it may move from here."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from core.charts.palette import Look, faded
from core.charts.template import empty_figure, finished, hatched, spikes
from core.charts.thinning import thin_series
from core.charts.time_axis import plain_times, range_breaks
from core.charts.words import percent_text
from core.records import VolatilityForecast

NO_RECORD = (
    "No past forecasts yet: some 450 closed bars are needed. Fetch a longer history on the Market page."
)
MODEL_WORDS = {
    "ewma": "EWMA (moving average, λ = .94)",
    "garch": "GARCH(1,1)",
    "gjr": "GJR (falls weigh apart)",
    "har": "HAR (short, middle and long past)",
}
"""The candidates, to a reader."""
_SHORT = {"ewma": "EWMA", "garch": "GARCH", "gjr": "GJR", "har": "HAR"}
_PATTERN = {"ewma": ".", "garch": "", "gjr": "/", "har": "x"}


def past_volatility_chart(
    past: pd.DataFrame,
    model: str,
    bars: int,
    look: Look = Look.LIGHT,
    title: str = "Did the forecasts foresee the swings?",
) -> go.Figure:
    """One candidate's forecasts out of sample, and the volatility that came.

    Args:
        past: index date; a column for each candidate and realised: standard deviation of the log return over the horizon.
        model: the candidate that is drawn.
        bars: length of the horizon.
    """
    if past.empty or model not in past:
        return empty_figure(NO_RECORD, look, title, 300)
    tokens = look.tokens
    figure = go.Figure()
    came, said = thin_series(past["realised"]), thin_series(past[model])
    figure.add_trace(
        go.Scatter(x=plain_times(came.index), y=came.to_numpy(), mode="lines", name="came",
                   line={"width": 0.8, "color": faded(tokens.muted, 0.9)}, fill="tozeroy", fillcolor=faded(tokens.muted, 0.28),
                   hovertemplate="%{y:.2%}<extra>came</extra>")
    )  # fmt: skip
    figure.add_trace(
        go.Scatter(x=plain_times(said.index), y=said.to_numpy(), mode="lines", name=f"forecast before, by {_SHORT.get(model, model)}",
                   line={"width": 2, "color": tokens.accent}, hovertemplate="%{y:.2%}<extra>forecast</extra>")
    )  # fmt: skip
    figure.update_layout(
        xaxis={"title": {"text": "when the forecast was made (UTC)"}, "rangebreaks": range_breaks(past.index), **spikes(look)},
        yaxis={"title": {"text": f"volatility over the next {bars} bars"}, "tickformat": ".2~%", "rangemode": "tozero", "nticks": 6},
        hovermode="x unified",
    )  # fmt: skip
    both = past[[model, "realised"]].dropna()
    linked = float(both[model].rank().corr(both["realised"].rank()))
    meaning = f"Forecasts by {_SHORT.get(model, model)} over {bars} bars against what came: rank correlation {linked:.2f} over {len(both)} rows."
    return finished(figure, look, title, 300, meaning, legend_rows=1)


def qlike_chart(
    forecasts: Sequence[VolatilityForecast],
    look: Look = Look.LIGHT,
    title: str = "Who forecast volatility best?",
) -> go.Figure:
    """QLIKE of every candidate on every horizon, lower is better; the best one, which speaks, is marked.

    Args:
        forecasts: one for each horizon, with the scores of its candidates.
    """
    scored = [forecast for forecast in forecasts if forecast.scores]
    if not scored:
        return empty_figure("The history is too short to compare models on; EWMA speaks.", look, title, 280)
    tokens = look.tokens
    horizons = [f"{forecast.horizon}<br>({forecast.bars} bars)" for forecast in scored]
    figure = go.Figure()
    for place, name in enumerate(_SHORT):
        losses = [
            next((score for score in forecast.scores if score.model == name), None) for forecast in scored
        ]
        if not any(losses):
            continue
        best = [forecast.model == name for forecast in scored]
        figure.add_trace(
            go.Bar(
                x=horizons, y=[score.qlike if score else None for score in losses], name=_SHORT[name],
                marker={"color": tokens.series[(0, 1, 4, 2)[place]], "line": {"width": 0}, "pattern": hatched(_PATTERN[name], look)},
                text=["★ best" if wins else "" for wins in best], textposition="outside", cliponaxis=False, constraintext="none",
                textfont={"size": 11, "color": tokens.text},
                customdata=[f"{score.rows:,} forecasts out of sample" if score else "" for score in losses],
                hovertemplate=MODEL_WORDS[name] + "<br>QLIKE %{y:.3f}, %{customdata}<extra></extra>",
            )
        )  # fmt: skip
    figure.update_layout(
        barmode="group", bargap=0.25,
        xaxis={"type": "category", "showgrid": False},
        yaxis={"title": {"text": "QLIKE loss, lower is better"}, "rangemode": "tozero", "nticks": 6},
    )  # fmt: skip
    named = ", ".join(
        f"{forecast.horizon} {_SHORT.get(forecast.model, forecast.model)}" for forecast in scored
    )
    return finished(figure, look, title, 300, f"Best past score: {named}.", legend_rows=1)


def term_structure_chart(
    forecasts: Sequence[VolatilityForecast],
    usual: float,
    look: Look = Look.LIGHT,
    title: str = "How far may it move from here?",
) -> go.Figure:
    """Forecast volatility over each horizon, beside what the usual volatility would give.

    Args:
        forecasts: one for each horizon, nearest first.
        usual: standard deviation of the log return of a bar over the whole history.
    """
    if not forecasts:
        return empty_figure(NO_RECORD, look, title, 280)
    tokens = look.tokens
    lengths = np.array([forecast.bars for forecast in forecasts])
    steps = np.geomspace(max(lengths.min() / 2, 1), lengths.max() * 1.2, 60)
    figure = go.Figure()
    figure.add_trace(
        go.Scatter(x=steps, y=usual * np.sqrt(steps), mode="lines", name="at its usual volatility",
                   line={"width": 1.6, "dash": "dash", "color": tokens.muted}, hovertemplate="%{x:.0f} bars: ±%{y:.2%}<extra>usual</extra>")
    )  # fmt: skip
    figure.add_trace(
        go.Scatter(
            x=lengths, y=[forecast.sigma for forecast in forecasts], mode="lines+markers+text", name="forecast now",
            line={"width": 2, "color": tokens.accent}, marker={"size": 9}, cliponaxis=False,
            text=[f"±{percent_text(forecast.sigma, 1, signed=False)}" for forecast in forecasts], textposition=["bottom right" if forecast.sigma < usual * forecast.bars**0.5 else "top left" for forecast in forecasts],
            customdata=[f"{forecast.horizon}, by {_SHORT.get(forecast.model, forecast.model)}<br>{percent_text(forecast.sigma_bar, 2, signed=False)} a bar" for forecast in forecasts],
            hovertemplate="%{x} bars: ±%{y:.2%}<br>%{customdata}<extra>one standard deviation</extra>",
        )
    )  # fmt: skip
    figure.update_layout(
        xaxis={"title": {"text": "bars from now (log scale)"}, "type": "log", "tickvals": lengths, "ticktext": [str(bars) for bars in lengths],
               "range": [np.log10(lengths.min() / 2.5), np.log10(lengths.max() * 1.8)]},
        yaxis={"title": {"text": "one standard deviation"}, "tickformat": ".2~%", "rangemode": "tozero", "nticks": 6},
    )  # fmt: skip
    said = ", ".join(
        f"{percent_text(forecast.sigma, 1, signed=False)} over {forecast.bars} bars" for forecast in forecasts
    )
    return finished(figure, look, title, 300, f"One standard deviation: {said}.", legend_rows=1)
