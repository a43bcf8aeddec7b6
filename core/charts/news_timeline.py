"""What was written about an asset, below what its price did."""

from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from core.charts.mood import clean_mood, mood_traces, shade_mood
from core.charts.palette import Look, direction_colour, faded
from core.charts.strips import note, stack_strips
from core.charts.template import empty_figure, finished
from core.charts.thin_points import weightiest
from core.charts.thinning import thin_series
from core.charts.time_axis import plain_index, plain_time, plain_times, spacing
from core.charts.words import moment_text, shortened, signed_text, wrapped
from core.records import Direction, NewsKind

NO_NEWS = "No news in this range. Fetch news, or choose a wider range."
NO_PRICE = "No bars in this range. Fetch them to see the price above its news."
MOST_ITEMS = 600
"""Items drawn at once; more lie on top of each other."""
_NEUTRAL = 0.05
"""|score| below this is neither good nor bad (Hutto and Gilbert 2014)."""
_SYMBOLS = {NewsKind.NEWS: "circle", NewsKind.SOCIAL: "square", NewsKind.RATING: "diamond"}
_PRICE_HEIGHT, _NEWS_HEIGHT, _MOOD_HEIGHT = 210, 190, 120


def news_chart(
    bars: pd.DataFrame,
    items: pd.DataFrame,
    look: Look = Look.LIGHT,
    title: str = "Did the price follow the news?",
    *,
    currency: str = "",
    mood: pd.DataFrame | None = None,
    view: tuple[datetime, datetime] | None = None,
    most: int = MOST_ITEMS,
) -> go.Figure:
    """The closing price, below it a stem per item as high as its score, and the mood of the market.

    The time axis keeps nights and weekends: news appears in them.

    Args:
        bars: core.tables bars; may be empty.
        items: columns `time` (published, UTC), `title`, `source`, `kind` (NewsKind), `score` (−1 … +1, NaN when not
            scored), `outlets` (how many told the same story), `dated` (False: `time` is when we first saw it); optionally
            `reason` and `scorer` of a language model.
        currency: unit of the price.
        mood: columns `time`, `value` (0 … 100), optionally `words`.
        view: first and last time to draw; everything when None.
        most: of more items than this the strongest of each moment are drawn, and the figure says so.
    """
    readings = pd.DataFrame() if mood is None or mood.empty else clean_mood(mood)
    if view is not None:
        first, last = (pd.Timestamp(moment) for moment in view)
        bars = bars.loc[first:last]
        items = items.loc[items["time"].between(first, last)]
        readings = readings if readings.empty else readings.loc[readings["time"].between(first, last)]
    if bars.empty and items.empty and readings.empty:
        return empty_figure(NO_NEWS, look, title, _PRICE_HEIGHT)
    figure = go.Figure()
    if not bars.empty:
        figure.add_trace(_price(bars, look))
    shown = _shown(items, most)
    figure.add_traces([*_stems(shown, look), *_dots(shown, look), *_keys(items, look)])
    heights, titles = [_PRICE_HEIGHT, _NEWS_HEIGHT], [f"price ({currency})" if currency else "price", "score"]
    if not readings.empty:
        figure.add_traces(mood_traces(readings, "y3", look))
        heights.append(_MOOD_HEIGHT)
        titles.append("")
    stack_strips(figure, heights, titles, look)
    if not readings.empty:
        shade_mood(figure, "y3", look)
    figure.update_layout(
        xaxis={"range": _range(bars, items, readings)}, hovermode="closest", legend={"itemsizing": "constant"},
        yaxis2={"range": [-1.2, 1.2], "tickvals": [-1, -0.5, 0, 0.5, 1], "zeroline": True,
                "ticktext": ["−1 bad", "−0.5", "0", "+0.5", "+1 good"]},
    )  # fmt: skip
    _say_what_lacks(figure, bars.empty, items.empty, look)
    if len(shown) < len(items):
        note(figure, f"{len(shown):,} of {len(items):,} items: the strongest of each moment; narrow the range", look)  # fmt: skip
    return finished(
        figure, look, title, sum(heights) + 40, _meaning(bars, items, readings), 2 if len(items) else 0
    )


def _price(bars: pd.DataFrame, look: Look) -> go.Scatter:
    close = thin_series(bars["close"])
    return go.Scatter(
        x=plain_times(close.index), y=close.to_numpy(), mode="lines", name="close", showlegend=False,
        line={"width": 1.6, "color": look.tokens.text}, hovertemplate="%{x|%Y-%m-%d %H:%M}<br>close %{y:,.8~g}<extra></extra>",
    )  # fmt: skip


def _shown(items: pd.DataFrame, most: int) -> pd.DataFrame:
    """The items to draw, oldest first; many outlets and a strong score count for an item."""
    if items.empty:
        return items
    weights = (0.1 + items["score"].abs().fillna(0.0)) * np.sqrt(items["outlets"].clip(lower=1))
    kinds = items["kind"].astype(str).to_numpy()
    return items.iloc[weightiest(pd.DatetimeIndex(items["time"]), weights.to_numpy(), kinds, most)]


def _stems(items: pd.DataFrame, look: Look) -> list[Any]:
    ways = _ways(items)
    traces = []
    for way, name in ((Direction.UP, "good"), (Direction.DOWN, "bad")):
        part = items.loc[ways == way]
        if part.empty:
            continue
        times = np.repeat(plain_times(pd.DatetimeIndex(part["time"])), 3)
        heights = np.column_stack([np.zeros(len(part)), part["score"], np.full(len(part), np.nan)]).ravel()
        traces.append(
            go.Scatter(x=times, y=heights, yaxis="y2", mode="lines", name=f"{name} stems", showlegend=False,
                       hoverinfo="skip", line={"width": 1.5, "color": faded(direction_colour(way, look), 0.45)})
        )  # fmt: skip
    return traces


def _dots(items: pd.DataFrame, look: Look) -> list[Any]:
    """A trace per kind: its symbol, in the colour of the sign; hollow when the source gave no date."""
    traces: list[Any] = []
    crowd = float(np.clip(np.sqrt(150 / max(len(items), 1)), 0.5, 1.0))
    for kind, symbol in _SYMBOLS.items():
        part = items.loc[items["kind"] == kind]
        if part.empty:
            continue
        dated = part["dated"].to_numpy(dtype=bool)
        traces.append(
            go.Scatter(
                x=plain_times(pd.DatetimeIndex(part["time"])), y=part["score"].fillna(0.0).to_numpy(), yaxis="y2",
                mode="markers", name=kind.value, legendgroup=kind.value, showlegend=False, cliponaxis=False,
                marker={"symbol": [symbol if known else f"{symbol}-open" for known in dated], "size": _sizes(part, crowd),
                        "color": [direction_colour(way, look) for way in _ways(part)], "opacity": 0.85,
                        "line": {"width": [1.0 if known else 2.0 for known in dated],
                                 "color": [look.tokens.background if known else direction_colour(way, look)
                                           for known, way in zip(dated, _ways(part), strict=True)]}},
                customdata=[_hover(item) for _, item in part.iterrows()], hovertemplate="%{customdata}<extra></extra>",
            )
        )  # fmt: skip
    return traces


def _keys(items: pd.DataFrame, look: Look) -> list[go.Scatter]:
    """The legend: symbols of the kinds without a colour, and the colours of good and bad without a symbol."""
    muted, keys = look.tokens.muted, []
    for kind, symbol in _SYMBOLS.items():
        if count := int((items["kind"] == kind).sum()):
            keys.append(_key(f"{kind.value} ({count:,})", kind.value, symbol, muted))
    if undated := int((~items["dated"].astype(bool)).sum()):
        keys.append(_key(f"no date, when first seen ({undated:,})", "", "circle-open", muted))
    for way, name in (
        (Direction.UP, "good"),
        (Direction.FLAT, "neutral or not scored"),
        (Direction.DOWN, "bad"),
    ):
        if (_ways(items) == way).any():
            keys.append(_key(name, "", "line-ns-open", direction_colour(way, look)))
    return keys


def _key(name: str, group: str, symbol: str, colour: str) -> go.Scatter:
    """A line of the legend that draws nothing in the plot."""
    return go.Scatter(
        x=[None], y=[None], mode="markers", name=name, legendgroup=group or name, hoverinfo="skip",
        marker={"symbol": symbol, "size": 9, "color": colour, "line": {"width": 2 if "open" in symbol else 0, "color": colour}},
    )  # fmt: skip


def _ways(items: pd.DataFrame) -> np.ndarray:
    """1 good, 0 neutral or not scored, −1 bad."""
    score = items["score"].to_numpy(dtype="float64")
    return (score >= _NEUTRAL).astype(int) - (score <= -_NEUTRAL).astype(int)


def _sizes(items: pd.DataFrame, crowd: float) -> np.ndarray:
    """Pixels across: with the strength of the score, more for every doubling of the outlets, less in a crowd."""
    strength = items["score"].abs().fillna(0.0).to_numpy()
    doublings = np.log2(items["outlets"].clip(lower=1).to_numpy(dtype="float64"))
    return np.minimum((6 + 6 * strength) * (1 + 0.35 * doublings), 26) * crowd


def _hover(item: pd.Series) -> str:
    score = "not scored" if pd.isna(item["score"]) else f"score {signed_text(item['score'], 2)}"
    outlets = f", told by {item['outlets']:,} outlets" if item["outlets"] > 1 else ""
    when = moment_text(item["time"]) if item["dated"] else f"no date; first seen {moment_text(item['time'])}"
    said = f"{item['scorer']}: {item['reason']}" if item.get("reason") else ""
    reason = f"<br>{wrapped(said)}" if said else ""
    return (
        f"<b>{wrapped(str(item['title']))}</b><br>{shortened(str(item['source']))} ({NewsKind(item['kind']).value}), {when}"
        f"<br>{score}{outlets}{reason}"
    )


def _say_what_lacks(figure: go.Figure, no_bars: bool, no_items: bool, look: Look) -> None:
    if no_bars:
        figure.update_layout(
            yaxis={"range": [0, 1], "showticklabels": False, "showgrid": False, "title": {"text": ""}}
        )
    for lacking, sentence, axis, middle in ((no_bars, NO_PRICE, "y", 0.5), (no_items, NO_NEWS, "y2", 0.0)):
        if not lacking:
            continue
        figure.add_annotation(
            text=wrapped(sentence), xref="paper", x=0.5, yref=axis, y=middle, showarrow=False,
            font={"size": 13, "color": look.tokens.muted}, bgcolor=faded(look.tokens.background, 0.9),
        )  # fmt: skip


def _range(bars: pd.DataFrame, items: pd.DataFrame, readings: pd.DataFrame) -> list[pd.Timestamp]:
    """From the first to the last thing drawn; readings count only when there is nothing else."""
    ends: list[pd.Timestamp] = []
    if not bars.empty:
        ends += [plain_time(bars.index[0]), plain_time(bars.index[-1]) + spacing(bars.index)]
    times = items["time"] if len(items) or ends else readings["time"]
    if len(times):
        plain = plain_index(pd.Index(times))
        ends += [plain.min(), plain.max()]
    pad = max((max(ends) - min(ends)) * 0.02, pd.Timedelta(minutes=30))
    return [min(ends) - pad, max(ends) + pad]


def _meaning(bars: pd.DataFrame, items: pd.DataFrame, readings: pd.DataFrame) -> str:
    ways = _ways(items) if len(items) else np.zeros(0)
    parts = [f"{len(items):,} items, {int((ways > 0).sum()):,} good and {int((ways < 0).sum()):,} bad"]
    if not bars.empty:
        change = bars["close"].iloc[-1] / bars["close"].iloc[0] - 1
        parts.append(f"the price moved {change:+.1%} over {len(bars):,} bars".replace("-", "−"))
    if not readings.empty:
        parts.append(f"the mood was last {readings['value'].iloc[-1]:.0f}, {readings['words'].iloc[-1]}")
    return "; ".join(parts) + "."
