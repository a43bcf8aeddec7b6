"""How far features have moved since a model learnt: PSI beside what luck and memory reach."""

import plotly.graph_objects as go

from core.charts.palette import Look, faded
from core.charts.template import empty_figure, finished, hatched
from core.charts.words import percent_text, shortened, signed_text
from core.records import DriftReport, FeatureDrift

MOST = 15


def drift_chart(report: DriftReport | None, look: Look = Look.LIGHT, title: str = "") -> go.Figure:
    """PSI of the features that moved most, as bars, with the limit of each as a mark.

    Args:
        report: None before the first check.
    """
    title = title or (
        "Do the bars since the training look like those it learnt from?"
        if report is None or report.since_training
        else "Do the last bars of the training look like those before them?"
    )
    if report is None:
        return empty_figure("No check yet. Press «Check for drift».", look, title)
    if not report.features:
        return empty_figure(report.words, look, title)
    tokens = look.tokens
    shown = report.features[:MOST][::-1]
    names = [shortened(item.feature, 26) for item in shown]
    figure = go.Figure()
    groups = (
        ("as before", [item for item in shown if not item.drifted], faded(tokens.accent, 0.75), ""),
        ("drifted", [item for item in shown if item.drifted], tokens.warning, "/"),
    )
    for name, items, colour, pattern in groups:
        if items:
            figure.add_trace(
                go.Bar(
                    x=[item.psi for item in items], y=[shortened(item.feature, 26) for item in items],
                    orientation="h", name=name, marker={"color": colour, "pattern": hatched(pattern, look)},
                    customdata=[_words(item) for item in items], hovertemplate="%{customdata}<extra></extra>",
                )
            )  # fmt: skip
    for name, values, symbol in (
        ("usual, 95 % stay below", [item.usual for item in shown], "line-ns-open"),
        ("limit over all features", [item.limit for item in shown], "diamond-tall-open"),
    ):
        figure.add_trace(
            go.Scatter(
                x=values, y=names, mode="markers", name=name,
                marker={"symbol": symbol, "size": 11, "color": tokens.text, "line": {"width": 2, "color": tokens.text}},
                hovertemplate=f"{name}: %{{x:.3f}}<extra></extra>",
            )
        )  # fmt: skip
    figure.update_layout(
        xaxis={"title": {"text": "population stability index (0: the same)"}, "rangemode": "tozero"},
        yaxis={"categoryorder": "array", "categoryarray": names},
        hovermode="closest",
    )
    moved = sum(item.drifted for item in report.features)
    meaning = f"{moved} of {len(report.features)} features moved beyond luck; the {len(shown)} nearest to their limit are shown."
    return finished(figure, look, title, 90 + 22 * len(shown), meaning, legend_rows=2)


def _words(item: FeatureDrift) -> str:
    moved = (
        "" if item.moved is None else f"<br>median moved by {signed_text(item.moved, 2)} standard deviations"
    )
    return (
        f"<b>{shortened(item.feature, 60)}</b><br>PSI {item.psi:.3f}; 95 % of such comparisons stay below {item.usual:.3f} "
        f"by luck and memory,<br>and below {item.limit:.3f} with all features looked at together{moved}"
        f"<br>{percent_text(item.missing, 0, signed=False)} of the recent rows have no value"
    )
