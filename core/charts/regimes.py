"""The regimes of a market through time: the price over its likeliest state, and the probabilities below."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from core.charts.palette import Look, faded
from core.charts.template import empty_figure, finished, spikes
from core.charts.thinning import thin_bars, thin_columns
from core.charts.time_axis import plain_time, plain_times, range_breaks
from core.charts.words import percent_text, price_text
from core.records import RegimeKind, RegimeState

NO_REGIMES = "No regimes yet: some 900 closed bars are needed. Fetch a longer history on the Market page."
_MOST = 1_500
"""Bars drawn at once; areas cost more than lines."""
_PATTERN = {RegimeKind.TREND: "", RegimeKind.RANGE: "", RegimeKind.VOLATILE: "/"}
_LOG_FROM = 4.0
"""Times the lowest price, from which the price has a logarithmic axis."""


def regime_history_chart(
    bars: pd.DataFrame,
    probabilities: pd.DataFrame,
    kinds: Sequence[RegimeKind],
    changes: pd.DatetimeIndex | None = None,
    last: int | None = None,
    look: Look = Look.LIGHT,
    title: str = "Which regime was it in, by what was known then?",
) -> go.Figure:
    """Price with its likeliest regime as ground, the filtered probabilities of all regimes stacked below.

    Args:
        bars: as in core.tables.
        probabilities: filtered, on the index of `bars` or a part of it; a column for each state, named for a reader.
        kinds: of the states, in the order of the columns.
        changes: change points, dotted; seen afterwards.
        last: only so many of the newest bars.
    """
    known = probabilities.dropna().iloc[-last if last else 0 :]
    if len(known) < 2:
        return empty_figure(NO_REGIMES, look, title, 420)
    shown = bars.loc[known.index]
    drawn, every = thin_bars(shown, _MOST)
    known = thin_columns(known, every)
    colours = regime_colours(kinds, look)
    likeliest = known.to_numpy().argmax(axis=1)
    times = plain_times(drawn.index)
    figure = go.Figure()
    for state, (name, kind) in enumerate(zip(known.columns, kinds, strict=True)):
        figure.add_traces(_state_areas(times, likeliest == state, known.iloc[:, state].to_numpy(), str(name), kind, colours[state]))  # fmt: skip
    figure.add_trace(_price(drawn, times, known, look))
    _change_lines(figure, changes, drawn.index, look)
    breaks = range_breaks(drawn.index)
    figure.update_layout(
        xaxis={"title": {"text": "time (UTC)"}, "anchor": "y2", "rangebreaks": breaks, **spikes(look)},
        yaxis={"domain": [0.36, 1], "side": "right", "title": {"text": "price"}, "tickformat": ",", "zeroline": False,
               "type": "log" if drawn["close"].max() > _LOG_FROM * drawn["close"].min() else "linear"},
        yaxis2={"domain": [0, 0.3], "side": "right", "title": {"text": "probability"}, "tickformat": ".0%", "range": [0, 1],
                "nticks": 3, "anchor": "x", "zeroline": False},
        yaxis3={"overlaying": "y", "range": [0, 1], "visible": False, "fixedrange": True},
        hovermode="x unified", hoversubplots="axis",
    )  # fmt: skip
    shares = ", ".join(
        f"{name} {np.mean(likeliest == state):.0%}" for state, name in enumerate(known.columns)
    )
    meaning = f"Of the bars shown the likeliest regime was: {shares}. Now: {known.columns[likeliest[-1]]}."
    return finished(figure, look, title, 460, meaning, legend_rows=2)


def regime_colours(kinds: Sequence[RegimeKind], look: Look) -> tuple[str, ...]:
    """A colour for each state: by its kind, and another one for the second and third state of a kind."""
    tokens = look.tokens
    first = {
        RegimeKind.TREND: tokens.accent,
        RegimeKind.RANGE: tokens.flat,
        RegimeKind.VOLATILE: tokens.warning,
    }
    spare = [tokens.series[1], tokens.series[3], tokens.series[4], tokens.series[5]]
    taken: list[str] = []
    for kind in kinds:
        taken.append(first[kind] if first[kind] not in taken else spare.pop(0))
    return tuple(taken)


def state_probability_chart(
    state: RegimeState,
    names: Sequence[str],
    look: Look = Look.LIGHT,
    title: str = "Where does it stand now?",
) -> go.Figure:
    """Probability of each regime at the last bar, with what each one is like.

    Args:
        state: at the last bar.
        names: of its states.
    """
    colours = regime_colours(state.kinds, look)
    likeliest = state.likeliest
    words = [
        f"volatility {percent_text(volatility, 0, signed=False)} a year<br>a visit lasts {bars:.0f} bars"
        for volatility, bars in zip(state.yearly_volatility, state.expected_bars, strict=True)
    ]
    figure = go.Figure(
        go.Bar(
            y=[f"{name} ◀ now" if place == likeliest else name for place, name in enumerate(names)],
            x=state.probabilities, orientation="h", showlegend=False,
            marker={"color": colours, "line": {"width": 0}, "pattern": _fill([_PATTERN[kind] for kind in state.kinds])},
            text=[percent_text(p, 0, signed=False) for p in state.probabilities], textposition="outside", cliponaxis=False,
            customdata=words, hovertemplate="%{y}: %{x:.1%}<br>%{customdata}<extra></extra>",
        )
    )  # fmt: skip
    figure.update_layout(
        xaxis={"title": {"text": "probability at the last close"}, "tickformat": ".0%", "range": [0, 1.12], "nticks": 5},
        yaxis={"type": "category", "autorange": "reversed", "showgrid": False},
    )  # fmt: skip
    return finished(figure, look, title, 70 + 50 * len(names), state.words)


def _fill(shape: str | list[str]) -> dict[str, Any]:
    return {"shape": shape, "fillmode": "overlay", "size": 7, "solidity": 0.16}


def _state_areas(
    times: np.ndarray, here: np.ndarray, probability: np.ndarray, name: str, kind: RegimeKind, colour: str
) -> list[go.Scatter]:
    """The ground under the price where the state is the likeliest, and its part of the stack."""
    held = {"x": times, "mode": "lines", "name": name, "legendgroup": name}
    pattern = {"shape": _PATTERN[kind], "size": 7, "solidity": 0.2, "fgcolor": faded(colour, 0.5), "bgcolor": faded(colour, 0.2)}  # fmt: skip
    return [
        go.Scatter(
            **held, y=here.astype(float), yaxis="y3", line={"width": 0, "shape": "hv"}, fill="tozeroy",
            fillcolor=faded(colour, 0.24), showlegend=False, hoverinfo="skip",
        ),
        go.Scatter(
            **held, y=probability, yaxis="y2", stackgroup="states", line={"width": 0.6, "shape": "hv", "color": colour},
            fillcolor=faded(colour, 0.55), fillpattern=pattern | {"bgcolor": faded(colour, 0.55), "fgcolor": colour},
            hovertemplate="%{y:.0%}<extra>" + name + "</extra>",
        ),
    ]  # fmt: skip


def _price(drawn: pd.DataFrame, times: np.ndarray, known: pd.DataFrame, look: Look) -> go.Scatter:
    likeliest = known.to_numpy().argmax(axis=1)
    words = [f"{price_text(close)}, {known.columns[state]}" for close, state in zip(drawn["close"], likeliest, strict=True)]  # fmt: skip
    return go.Scatter(
        x=times, y=drawn["close"].to_numpy(), mode="lines", name="price", showlegend=False,
        line={"width": 1.4, "color": look.tokens.text}, customdata=words, hovertemplate="%{customdata}<extra>close</extra>",
    )  # fmt: skip


def _change_lines(figure: go.Figure, changes: pd.DatetimeIndex | None, index: pd.Index, look: Look) -> None:
    """Dotted lines over the price; their legend says that nobody could have known them."""
    inside = [] if changes is None else [moment for moment in changes if index[0] <= moment <= index[-1]]
    if not inside:
        return
    x = [value for moment in inside for value in (plain_time(moment), plain_time(moment), None)]
    figure.add_trace(
        go.Scatter(
            x=x, y=[0.0, 1.0, None] * len(inside), yaxis="y3", mode="lines", hoverinfo="skip",
            name="change points: seen afterwards, never used for a decision",
            line={"width": 1.4, "dash": "dot", "color": look.tokens.failure},
        )
    )  # fmt: skip
