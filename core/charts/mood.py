"""The mood of the market, from extreme fear to extreme greed, over time."""

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from core.charts.palette import Look, faded
from core.charts.template import empty_figure, finished, spikes
from core.charts.thinning import thin_series
from core.charts.time_axis import plain_time, plain_times
from core.charts.words import shortened

MOOD_BANDS = (
    (0, 25, "extreme fear"), (25, 45, "fear"), (45, 56, "neutral"), (56, 76, "greed"), (76, 100, "extreme greed"),
)  # fmt: skip
"""From, below, name: Alternative.me's classes 0–24, 25–44, 45–55, 56–75 and 76–100 as cryptoQuotes documents them.

The source now and then draws a border one point further on; where it sent its own word, that one is shown.
"""
NO_MOOD = "No reading of the market's mood is stored. Fetch news with the source Fear & Greed switched on."
_HEIGHT = 260


def mood_word(value: float) -> str:
    """The name of the band that a reading of 0 … 100 lies in; one between two bands counts to the lower."""
    return next((name for _, below, name in MOOD_BANDS if value < below), MOOD_BANDS[-1][2])


def mood_chart(
    readings: pd.DataFrame, look: Look = Look.LIGHT, title: str = "Is the market fearful or greedy?"
) -> go.Figure:
    """Readings over time in front of the named bands, the last one labelled.

    Args:
        readings: columns `time` (UTC), `value` (0 … 100) and, where the source gives its own word, `words`.
    """
    frame = clean_mood(readings)
    if frame.empty:
        return empty_figure(NO_MOOD, look, title, _HEIGHT)
    figure = go.Figure(mood_traces(frame, "y", look))
    shade_mood(figure, "y", look)
    last = frame.iloc[-1]
    first, end = plain_time(frame["time"].iloc[0]), plain_time(last["time"])
    pad = max((end - first) * 0.03, pd.Timedelta(hours=12))
    figure.update_layout(
        xaxis={"title": {"text": "time (UTC)"}, "range": [first - pad, end + pad], **spikes(look)},
        yaxis={"title": {"text": "index (0 … 100)"},
               "ticktext": [f"{name}<br>{low}–{high if high == 100 else high - 1}" for low, high, name in MOOD_BANDS]},
        hovermode="x unified",
    )  # fmt: skip
    figure.add_annotation(
        text=f"<b>{last['value']:.0f}</b> {shortened(last['words'])} on {end:%Y-%m-%d}", xref="paper", yref="paper",
        x=1, y=1, xanchor="right", yanchor="bottom", showarrow=False, font={"size": 13, "color": look.tokens.text},
    )  # fmt: skip
    meaning = (
        f"{len(frame)} readings from {first:%Y-%m-%d} to {end:%Y-%m-%d}, between {frame['value'].min():.0f} and "
        f"{frame['value'].max():.0f}; the last one is {last['value']:.0f}, {last['words']}."
    )
    return finished(figure, look, title, _HEIGHT, meaning)


def clean_mood(readings: pd.DataFrame) -> pd.DataFrame:
    """Readings that are numbers, in time order, each with a word: the source's own or that of its band."""
    frame = readings.loc[readings["value"].notna()].sort_values("time", kind="stable")
    words = frame["words"].fillna("") if "words" in frame else pd.Series("", index=frame.index)
    named = [own.lower() or mood_word(value) for own, value in zip(words, frame["value"], strict=True)]
    return pd.DataFrame(
        {"time": pd.DatetimeIndex(frame["time"]), "value": frame["value"].to_numpy(dtype="float64"), "words": named}
    )  # fmt: skip


def mood_traces(frame: pd.DataFrame, axis: str, look: Look) -> list[Any]:
    """The line and a dot at its end, from what `clean_mood` returned."""
    drawn = thin_series(frame.reset_index(drop=True)["value"])
    times, words = (
        plain_times(pd.DatetimeIndex(frame["time"].iloc[drawn.index])),
        frame["words"].iloc[drawn.index],
    )
    return [
        go.Scatter(
            x=times, y=drawn.to_numpy(), yaxis=axis, mode="lines", name="fear and greed", showlegend=False,
            line={"width": 1.8 if len(drawn) < 500 else 1.1, "color": look.tokens.text}, customdata=[shortened(word) for word in words],
            hovertemplate="%{y:.0f} – %{customdata}<extra></extra>",
        ),
        go.Scatter(
            x=times[-1:], y=drawn.to_numpy()[-1:], yaxis=axis, mode="markers", name="last reading", showlegend=False,
            hoverinfo="skip", cliponaxis=False,
            marker={"size": 8, "color": look.tokens.text, "line": {"width": 1.5, "color": look.tokens.background}},
        ),
    ]  # fmt: skip


def shade_mood(figure: go.Figure, axis: str, look: Look) -> None:
    """The bands behind the line: fear in the colour of down, greed in that of up, the extremes stronger."""
    tokens = look.tokens
    fills = (
        faded(tokens.down, 0.24), faded(tokens.down, 0.11), faded(tokens.flat, 0.07), faded(tokens.up, 0.11),
        faded(tokens.up, 0.24),
    )  # fmt: skip
    for (low, high, name), fill in zip(MOOD_BANDS, fills, strict=True):
        figure.add_shape(
            type="rect", xref="paper", x0=0, x1=1, yref=axis, y0=low, y1=high, layer="below", line_width=0,
            fillcolor=fill, name=name,
        )  # fmt: skip
    figure.update_layout({f"yaxis{axis[1:]}": _axis()})


def _axis() -> dict[str, Any]:
    """The bands named at their middles instead of numbers: the hover and the label have those."""
    return {
        "range": [0, 100], "side": "right", "showgrid": False, "zeroline": False,
        "tickvals": [(low + high) / 2 for low, high, _ in MOOD_BANDS],
        "ticktext": [name for _, _, name in MOOD_BANDS],
    }  # fmt: skip
