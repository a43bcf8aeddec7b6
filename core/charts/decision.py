"""The chart at the moment of a decision: what was seen, what was proposed, and what became of it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from core.charts.candles import candle_traces
from core.charts.marks import fill_trace
from core.charts.palette import Look, direction_label, faded
from core.charts.patterns import level_traces, pattern_traces, pattern_words, seen_patterns
from core.charts.template import empty_figure, finished, spikes
from core.charts.time_axis import plain_time, plain_times, range_breaks, spacing
from core.charts.words import moment_text, percent_text, price_text, quantity_text
from core.patterns import ChartPattern, PriceLevel
from core.records import Action, CycleReport, Direction
from core.tables import closed_bars

_HEIGHT = 400
_LABEL_HEIGHT = 42
"""Pixels that one two-line label takes."""


@dataclass(frozen=True, slots=True)
class _Level:
    name: str
    price: float
    fraction: float
    colour: str
    dash: str


def decision_chart(
    bars: pd.DataFrame,
    report: CycleReport,
    after: pd.DataFrame | None = None,
    look: Look = Look.LIGHT,
    title: str = "What did it see, and what did it do?",
    *,
    currency: str = "",
    shown: int = 120,
    patterns: Sequence[ChartPattern] = (),
    levels: Sequence[PriceLevel] = (),
) -> go.Figure:
    """The last bars before a decision, with entry reference, stop, target, fills and the moment itself.

    Bars that had not closed at `report.as_of` are never drawn as seen: those in `bars` are cut off.

    Args:
        bars: core.tables bars up to the decision.
        report: the cycle; its proposal gives the reference price and the fractions of stop and target.
        after: bars that followed, drawn paler; those that overlap with `bars` are ignored.
        currency: unit of the price.
        shown: bars drawn before the decision; up to half as many after it.
        patterns: chart patterns; those confirmed after the decision, or not wholly in view, are left out.
        levels: support and resistance as known at the decision, drawn up to it.
    """
    seen = closed_bars(bars, report.request.timeframe, report.as_of).tail(shown)
    if seen.empty:
        return empty_figure(
            f"No bars of {report.request.symbol} are kept for this decision. Fetch its history to see the chart.",
            look, title, _HEIGHT,
        )  # fmt: skip
    later = None if after is None else after.loc[after.index > seen.index[-1]].head(shown // 2)
    figure = go.Figure(candle_traces(seen, look))
    if later is not None and not later.empty:
        figure.add_traces(candle_traces(later, look, name="what became of it", strength=0.4))
    shapes = seen_patterns(patterns, seen.index)
    figure.add_traces([*level_traces(levels, seen.index, look), *pattern_traces(shapes, seen.index, look)])
    everything = seen if later is None else pd.concat([seen, later])
    step = pd.Timedelta(report.request.timeframe.delta)
    # Half a bar after the last one seen: what was known stands left of the line, also when markets slept after it.
    moment = plain_time(seen.index[-1]) + step / 2
    end = plain_time(everything.index[-1]) + _elapsed(seen, shown // 3 if later is None else shown // 6)
    bracket = _levels(report, look)
    for level in bracket:
        figure.add_trace(_level_trace(level, pd.date_range(moment, end, freq=step), currency))
    if report.fills:
        figure.add_trace(fill_trace(report.fills, look, currency))
    low, high = _price_range(everything, bracket)
    _label_levels(figure, bracket, low, high, look)
    _mark_moment(figure, report, moment, bracket, (low, high), look)
    _mark_direction(figure, report, seen, (high - low) * 0.035, look)
    figure.update_layout(
        xaxis={"range": [plain_time(seen.index[0]), end], "rangeslider": {"visible": False},
               "title": {"text": "time (UTC)"}, "rangebreaks": range_breaks(everything.index), **spikes(look)},
        yaxis={"range": [low, high], "side": "right", "zeroline": False, "tickformat": ",",
               "title": {"text": f"price ({currency})" if currency else "price"}, **spikes(look)},
        hovermode="x unified",
    )  # fmt: skip
    words = " ".join(part for part in (_meaning(report), pattern_words(shapes, levels)) if part)
    return finished(
        figure, look, title, _HEIGHT, words, 1 if bracket or report.fills or shapes or levels else 0
    )


def _levels(report: CycleReport, look: Look) -> list[_Level]:
    """Entry, stop and target as prices; the fill counts once there is one, the last close until then."""
    if report.decision is None or report.decision.proposal.action is not Action.OPEN:
        return []
    proposal, tokens = report.decision.proposal, look.tokens
    sign = float(np.sign(proposal.quantity))
    entry = next((fill.price for fill in report.fills if fill.reason == "entry"), None)
    price = proposal.price if entry is None else entry
    levels = [_Level("entry" if entry is not None else "last close", price, 0.0, tokens.text, "solid")]
    if proposal.stop is not None:
        levels.append(
            _Level("stop", price * (1 - sign * proposal.stop), -sign * proposal.stop, tokens.stop, "dot")
        )
    if proposal.target is not None:
        rise = sign * proposal.target
        levels.append(_Level("target", price * (1 + rise), rise, tokens.target, "dash"))
    return levels


def _elapsed(bars: pd.DataFrame, count: int) -> pd.Timedelta:
    """How long the last `count` bars took, nights and weekends included."""
    first = bars.index[max(len(bars) - 1 - count, 0)]
    return max(bars.index[-1] - first, spacing(bars.index) * 5)


def _level_trace(level: _Level, times: pd.DatetimeIndex, currency: str) -> go.Scatter:
    # A point per bar, because one in a closed market is dropped; the rest is joined.
    return go.Scatter(
        x=plain_times(times), y=[level.price] * len(times), mode="lines", name=level.name, connectgaps=True,
        line={"color": level.colour, "width": 1.8, "dash": level.dash},
        hovertemplate=f"%{{y:,.8~g}} {currency} ({percent_text(level.fraction, 2)})",
    )  # fmt: skip


def _price_range(bars: pd.DataFrame, levels: list[_Level]) -> tuple[float, float]:
    low = min([float(bars["low"].min()), *(level.price for level in levels)])
    high = max([float(bars["high"].max()), *(level.price for level in levels)])
    pad = (high - low or abs(high) * 0.01 or 1.0) * 0.09
    return low - pad, high + pad


def _label_levels(figure: go.Figure, levels: list[_Level], low: float, high: float, look: Look) -> None:
    """Price and percent at the right end of each line, pushed apart where the lines are close."""
    ordered = sorted(levels, key=lambda level: level.price)
    wanted = np.array([(level.price - low) / (high - low) * _HEIGHT for level in ordered])
    for level, place, at in zip(
        ordered, spread(wanted, _LABEL_HEIGHT, 0.0, float(_HEIGHT)), wanted, strict=True
    ):
        words = (
            f"{price_text(level.price)}<br>{percent_text(level.fraction) if level.fraction else 'reference'}"
        )
        figure.add_annotation(
            text=f"<b>{level.name}</b> {words}", xref="paper", x=1, xanchor="right", y=level.price, yref="y",
            yanchor="middle", yshift=float(place - at), align="right", showarrow=False,
            font={"size": 11, "color": level.colour},
            bgcolor=faded(look.tokens.background, 0.88), bordercolor=faded(level.colour, 0.5), borderpad=2,
        )  # fmt: skip


def spread(places: np.ndarray, apart: float, low: float, high: float) -> np.ndarray:
    """Move ascending positions so that neighbours are at least `apart` and all lie in low…high if they fit.

    The two passes push up from below, then down from above; order is kept.
    """
    steps = np.arange(len(places)) * apart
    moved = np.maximum.accumulate(np.maximum(places, low + apart / 2) - steps) + steps
    ceiling = high - apart / 2 - steps[::-1]
    return np.minimum(moved, ceiling)


def _mark_moment(
    figure: go.Figure, report: CycleReport, moment: pd.Timestamp, levels: list[_Level], span: tuple[float, float],
    look: Look,
) -> None:  # fmt: skip
    """A line at the moment, its words at the end that is farther from the levels."""
    at_top = not levels or levels[0].price < sum(span) / 2
    figure.add_shape(
        type="line", xref="x", x0=moment, x1=moment, yref="paper", y0=0, y1=1,
        line={"width": 1.2, "dash": "dash", "color": look.tokens.muted},
    )  # fmt: skip
    figure.add_annotation(
        text=f"decided {moment_text(report.as_of)}", x=moment, xref="x", xanchor="right", xshift=-4,
        y=1 if at_top else 0, yref="paper", yanchor="top" if at_top else "bottom", showarrow=False,
        font={"size": 11, "color": look.tokens.muted}, bgcolor=faded(look.tokens.background, 0.8),
    )  # fmt: skip


def _mark_direction(
    figure: go.Figure, report: CycleReport, seen: pd.DataFrame, away: float, look: Look
) -> None:
    """A triangle beside the last bar seen, pointing the way of the bet; nothing when there is none."""
    if report.decision is None or report.decision.proposal.action is not Action.OPEN:
        return
    quantity, last = report.decision.proposal.quantity, seen.iloc[-1]
    up = quantity > 0
    figure.add_trace(
        go.Scatter(
            x=[plain_time(seen.index[-1])], y=[last["low"] - away if up else last["high"] + away], mode="markers",
            name="long" if up else "short",
            marker={"symbol": "triangle-up" if up else "triangle-down", "size": 15,
                    "color": look.tokens.long if up else look.tokens.short,
                    "line": {"width": 1, "color": look.tokens.background}},
            hovertemplate=f"{'buy' if up else 'sell'} {quantity_text(abs(quantity))}<extra></extra>",
        )
    )  # fmt: skip


def _meaning(report: CycleReport) -> str:
    way = direction_label(report.fused.direction) if report.fused else direction_label(Direction.FLAT)
    said = report.decision.words if report.decision else "The cycle ended before a decision."
    return f"{report.request.symbol} at {moment_text(report.as_of)}, signals {way}. {said}"
