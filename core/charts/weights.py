"""Weights of the sources: how they moved from cycle to cycle, and what the record made of them now."""

from collections.abc import Sequence

import pandas as pd
import plotly.graph_objects as go

from core.charts.palette import Look, faded
from core.charts.template import empty_figure, finished
from core.charts.time_axis import plain_times
from core.charts.words import percent_text, shortened, signed_text, wrapped
from core.records import SourceTrack

NO_WEIGHTS = (
    "No cycle of this asset has kept its weights yet. Run a cycle: every one adds a point to each line."
)
_DASHES = ("solid", "dot", "dash")
_ROW = 34


def weights_chart(
    history: pd.DataFrame,
    look: Look = Look.LIGHT,
    title: str = "Which sources does their record make louder?",
) -> go.Figure:
    """Share of the weight of each source at each cycle, after adaptation.

    Args:
        history: rows in order of as_of (UTC): as_of, source, prior, weight (shares of all), gain (σ, null without a
            past), effective (independent outcomes).
    """
    spoke = history[history.groupby("source")["prior"].transform("max") > 0] if len(history) else history
    if spoke.empty:
        return empty_figure(NO_WEIGHTS, look, title, 300)
    last = spoke.groupby("source")["weight"].last().sort_values(ascending=False)
    figure = go.Figure()
    for number, source in enumerate(last.index):
        own = spoke[spoke["source"] == source]
        colours = look.tokens.series
        figure.add_trace(
            go.Scatter(
                x=plain_times(pd.DatetimeIndex(own["as_of"])), y=own["weight"].to_numpy(), name=shortened(str(source), 22),
                mode="lines+markers" if len(own) <= 60 else "lines",
                line={"color": colours[number % len(colours)], "width": 2, "shape": "hv",
                      "dash": _DASHES[number // len(colours) % len(_DASHES)]},
                marker={"size": 6},
                customdata=[_words(row.prior, row.gain, row.effective) for row in own.itertuples()],
                hovertemplate=f"<b>{source}</b> %{{y:.1%}} of the weight<br>%{{customdata}}<br>"
                "%{x|%Y-%m-%d %H:%M} UTC<extra></extra>",
            )
        )  # fmt: skip
    figure.update_layout(
        yaxis={"title": {"text": "share of the weight"}, "tickformat": ".0%", "rangemode": "tozero"},
        xaxis={"title": {"text": "moment of the cycle (UTC)"}},
        hovermode="closest",
    )
    count = spoke["as_of"].nunique()
    meaning = (
        f"Weights over {count} cycles; at the last the largest is {last.index[0]} with {last.iloc[0]:.0%}."
    )
    return finished(figure, look, title, 320, meaning, legend_rows=-(-len(last) // 4))


def tracks_chart(
    tracks: Sequence[SourceTrack],
    look: Look = Look.LIGHT,
    title: str = "What did each source's record do to its weight?",
) -> go.Figure:
    """Weight of the settings and weight after adaptation of each source, the largest on top."""
    told = sorted((track for track in tracks if track.prior > 0), key=lambda track: track.weight)
    if not told:
        return empty_figure("Weights do not adapt: switch it on in the settings, under signals.", look, title)
    rows = [str(number) for number in range(len(told))]
    tokens = look.tokens
    figure = go.Figure()
    for row, track in zip(rows, told, strict=True):
        figure.add_shape(
            type="line", x0=track.prior, x1=track.weight, y0=row, y1=row, layer="below",
            line={"width": 2, "color": faded(tokens.text, 0.35)},
        )  # fmt: skip
    hover = [
        f"<b>{track.source}</b><br>settings {percent_text(track.prior, 1, signed=False)}, now "
        f"{percent_text(track.weight, 1, signed=False)}<br>{wrapped(track.note)}"
        for track in told
    ]
    for name, values, symbol, colour in (
        ("settings", [track.prior for track in told], "line-ns-open", tokens.muted),
        ("after its record", [track.weight for track in told], "circle", tokens.accent),
    ):
        figure.add_trace(
            go.Scatter(
                x=values, y=rows, mode="markers", name=name, customdata=hover,
                marker={"symbol": symbol, "size": 12, "color": colour, "line": {"width": 2.5, "color": colour}},
                hovertemplate="%{customdata}<extra></extra>",
            )
        )  # fmt: skip
    figure.update_layout(
        xaxis={"title": {"text": "share of the weight of all sources"}, "tickformat": ".0%", "rangemode": "tozero"},
        yaxis={"type": "category", "tickmode": "array", "tickvals": rows, "showgrid": False,
               "ticktext": [shortened(track.source, 24) for track in told], "ticklabelstandoff": 6},
    )  # fmt: skip
    grown = max(told, key=lambda track: track.weight / track.prior)
    meaning = f"{grown.source} gained most: from {grown.prior:.0%} to {grown.weight:.0%} of the weight."
    return finished(figure, look, title, _ROW * len(rows) + 70, meaning, legend_rows=1)


def _words(prior: float, gain: float | None, effective: float) -> str:
    settings = f"settings {percent_text(prior, 1, signed=False)}"
    if gain is None or gain != gain:
        return f"{settings}; no outcome known yet"
    return f"{settings}; {signed_text(gain)} σ an opinion after costs, {effective:.1f} independent outcomes"
