"""What one feature's value does to the forecast, and which other feature changes that."""

import numpy as np
import plotly.graph_objects as go

from core.charts.explain_words import axis_words, feature_text, low_to_high
from core.charts.palette import Look
from core.charts.template import empty_figure, finished
from core.charts.words import signed_text, wrapped

_MOST = 1_500
_FEWEST = 12


def dependence_chart(
    words: str,
    unit: str,
    value: np.ndarray,
    share: np.ndarray,
    target: str,
    partner: tuple[str, str, np.ndarray] | None,
    look: Look = Look.LIGHT,
    title: str = "What does its value do?",
    *,
    here: int | None = None,
) -> go.Figure:
    """Contribution against value, one dot a forecast, coloured by the value of another feature; a line through the middle.

    Args:
        words, unit: of the feature.
        value: (n,) its values; nulls are left out and counted.
        share: (n,) its contributions.
        target: what is explained.
        partner: words, unit and (n,) values of the feature that gives the colour.
        here: row of a forecast to be marked.
    """
    known = np.flatnonzero(~np.isnan(value))
    if len(known) < 2:
        return empty_figure(
            f"{words} has no values in these bars. Choose another feature or more bars.", look, title
        )
    picked = known[np.unique(np.linspace(0, len(known) - 1, min(len(known), _MOST)).astype(int))]
    figure = go.Figure()
    colour: dict[str, object] = {"color": look.tokens.accent}
    hover = [""] * len(picked)
    if partner is not None:
        colour, hover = _coloured(partner, picked, look)
    figure.add_trace(
        go.Scatter(
            x=value[picked], y=share[picked], mode="markers", name="a forecast", showlegend=False,
            marker={"size": 5.5, "opacity": 0.75, "line": {"width": 0}, **colour},
            customdata=[f"{words} = {feature_text(float(value[i]), unit)}{more}" for i, more in zip(picked, hover, strict=True)],
            hovertemplate="%{customdata}<br>%{y:+.4f} log-odds<extra></extra>",
        )
    )  # fmt: skip
    middle = _middle(value[known], share[known])
    figure.add_trace(
        go.Scatter(
            x=middle[0], y=middle[1], mode="lines", name="median of neighbours", hoverinfo="skip",
            line={"width": 2.5, "color": look.tokens.text},
        )
    )  # fmt: skip
    if here is not None and not np.isnan(value[here]):
        figure.add_trace(
            go.Scatter(
                x=[value[here]], y=[share[here]], mode="markers", name="the forecast chosen above",
                marker={"symbol": "circle-open", "size": 15, "color": look.tokens.failure, "line": {"width": 2.5, "color": look.tokens.failure}},
                hovertemplate="the forecast chosen above<br>%{y:+.4f} log-odds<extra></extra>",
            )
        )  # fmt: skip
    figure.update_layout(
        xaxis={"title": {"text": axis_words(words, unit)}, "nticks": 8,
               "tickformat": ".1%" if unit == "fraction" else ""},
        yaxis={"title": {"text": f"contribution to «{target}» (log-odds)"}, "zeroline": True, "nticks": 7},
    )  # fmt: skip
    missing = len(value) - len(known)
    meaning = (
        f"Contribution of {words} to «{target}» over {len(known):,} forecasts, from "
        f"{signed_text(float(share[known].min()))} to {signed_text(float(share[known].max()))} log-odds"
        + (f"; {missing:,} bars have no value." if missing else ".")
    )
    return finished(figure, look, title, 380, meaning, legend_rows=1)


def _coloured(
    partner: tuple[str, str, np.ndarray], picked: np.ndarray, look: Look
) -> tuple[dict[str, object], list[str]]:
    """Marker settings and hover words of the feature that gives the colour; its scale ends at the 5th and 95th percentile."""
    name, unit, values = partner
    shown = values[picked].astype(np.float64)
    finite = shown[~np.isnan(shown)]
    low, high = (float(end) for end in np.quantile(finite, [0.05, 0.95])) if len(finite) else (0.0, 1.0)
    if low == high:
        low, high = low - 0.5, high + 0.5
    marker: dict[str, object] = {
        "color": np.where(np.isnan(shown), 0.5 * (low + high), shown), "cmin": low, "cmax": high,
        "colorscale": [list(stop) for stop in low_to_high(look)], "showscale": True,
        "colorbar": {"title": {"text": wrapped(name, 22), "side": "top", "font": {"size": 11, "color": look.tokens.muted}},
                     "thickness": 8, "len": 0.95, "outlinewidth": 0, "nticks": 5, "tickformat": ".1%" if unit == "fraction" else "",
                     "tickfont": {"size": 11, "color": look.tokens.muted}},
    }  # fmt: skip
    return marker, [f"<br>{name} = {feature_text(float(v), unit)}" for v in shown]


def _middle(value: np.ndarray, share: np.ndarray) -> tuple[list[float], list[float]]:
    """Medians of value and contribution in slices of equally many neighbours."""
    order = np.argsort(value, kind="stable")
    slices = np.array_split(order, max(min(24, len(order) // _FEWEST), 1))
    return [float(np.median(value[part])) for part in slices], [
        float(np.median(share[part])) for part in slices
    ]
