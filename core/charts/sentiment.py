"""What the headlines say, one by one over time, and how much each still counts."""

import pandas as pd
import plotly.graph_objects as go

from core.charts.palette import Look, direction_colour, faded
from core.charts.template import empty_figure, finished
from core.charts.time_axis import plain_time
from core.charts.words import moment_text, percent_text, signed_text, wrapped
from core.records import Direction, ItemSentiment, NewsKind, Sentiment

_NEUTRAL = 0.05
"""|score| below this is neither good nor bad (Hutto and Gilbert 2014)."""
_SYMBOLS = {Direction.UP: "triangle-up", Direction.FLAT: "square", Direction.DOWN: "triangle-down"}


def sentiment_chart(
    sentiment: Sentiment | None, look: Look = Look.LIGHT, title: str = "What does the news say?"
) -> go.Figure:
    """A stem per item at its time: height is its score, size its share in its kind; a line at the sentiment."""
    if sentiment is None or not sentiment.items:
        return empty_figure(
            "No headline in the window. Fetch news, or widen the window in the settings.", look, title
        )
    items = sorted(sentiment.items, key=lambda item: item.published_at)
    times = [plain_time(item.published_at) for item in items]
    figure = go.Figure()
    figure.add_trace(
        go.Scatter(
            x=[x for time in times for x in (time, time, None)], y=[y for i in items for y in (0, i.score, None)],
            mode="lines", line={"width": 1.5, "color": faded(look.tokens.text, 0.3)}, hoverinfo="skip",
            name="stems", showlegend=False,
        )
    )  # fmt: skip
    heaviest = max(item.weight for item in items) or 1.0
    for way in (Direction.UP, Direction.FLAT, Direction.DOWN):
        figure.add_trace(_dots([item for item in items if _way(item) is way], way, heaviest, look))
    if sentiment.score is not None:
        figure.add_trace(
            go.Scatter(
                x=[times[0], plain_time(sentiment.as_of)], y=[sentiment.score] * 2, mode="lines",
                name=f"sentiment {signed_text(sentiment.score, 2)}", hoverinfo="skip",
                line={"width": 1.8, "dash": "dash", "color": look.tokens.accent},
            )
        )  # fmt: skip
    figure.update_layout(
        xaxis={"title": {"text": "published (UTC)"}, "range": _range(times[0], max(times[-1], plain_time(sentiment.as_of)))},
        yaxis={"title": {"text": "score (−1 bad … +1 good)"}, "range": [-1.12, 1.12], "dtick": 0.5, "zeroline": True},
        hovermode="closest",
    )  # fmt: skip
    mean = "none counts" if sentiment.score is None else f"sentiment {signed_text(sentiment.score, 2)}"
    meaning = (
        f"{len(items)} stories and posts on {sentiment.symbol} until {moment_text(sentiment.as_of)}: {mean}."
    )
    return finished(figure, look, title, 300, meaning, legend_rows=2)


def _dots(items: list[ItemSentiment], way: Direction, heaviest: float, look: Look) -> go.Scatter:
    name = {Direction.UP: "good", Direction.FLAT: "neutral", Direction.DOWN: "bad"}[way]
    return go.Scatter(
        x=[plain_time(item.published_at) for item in items], y=[item.score for item in items],
        mode="markers", name=name,
        marker={"symbol": _SYMBOLS[way], "color": direction_colour(way, look), "opacity": 0.9,
                "size": [7 + 15 * item.weight / heaviest for item in items],
                "line": {"width": 1, "color": look.tokens.background}},
        customdata=[_hover(item) for item in items],
        hovertemplate="%{customdata}<extra></extra>",
    )  # fmt: skip


def _way(item: ItemSentiment) -> Direction:
    return Direction((item.score >= _NEUTRAL) - (item.score <= -_NEUTRAL))


def _hover(item: ItemSentiment) -> str:
    words = ", ".join(f"{word.word} {signed_text(word.weight, 1)}" for word in item.words)
    kind = "" if item.kind is NewsKind.NEWS else f" ({item.kind.value})"
    told = f", told by {item.outlets:,} outlets" if item.outlets > 1 else ""
    lines = [
        f"<b>{wrapped(item.title)}</b>",
        f"{wrapped(item.source)}{kind}, {moment_text(item.published_at)}{told}",
        f"score {signed_text(item.score, 2)}, weight {percent_text(item.weight, 1, signed=False)}",
    ]
    if item.scorer:
        beside = "" if item.lexicon is None else f"; lexicon {signed_text(item.lexicon, 2)}"
        lines.append(wrapped(f"{item.scorer}: {item.reason or 'no reason given'}{beside}"))
    lines.append(wrapped(f"words: {words or 'none in the lexicon'}"))
    if item.flags:
        lines.append(wrapped(f"odd: {', '.join(item.flags)}"))
    return "<br>".join(lines)


def _range(first: pd.Timestamp, last: pd.Timestamp) -> list[pd.Timestamp]:
    pad = (last - first) * 0.04 if last > first else pd.Timedelta(hours=12)
    return [first - pad, last + pad]
