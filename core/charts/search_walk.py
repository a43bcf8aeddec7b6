"""A walk-forward: the stitched curve with its windows, what each search promised, and how the choices moved."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from core.charts.equity import equity_chart
from core.charts.palette import Look, faded
from core.charts.template import empty_figure, finished, hatched
from core.charts.time_axis import plain_time

NO_WINDOWS = "No window has ended yet."


def walk_curve(
    curve: pd.DataFrame,
    windows: pd.DataFrame,
    look: Look = Look.LIGHT,
    currency: str = "USD",
    title: str = "Did it earn on bars that no search had seen?",
    beside: bool = True,
) -> go.Figure:
    """Out-of-sample equity against buy and hold; every other window is shaded.

    Args:
        curve: index date; equity, hold.
        windows: test_start, test_stop of each window.
        beside: also draw buy and hold.
    """
    drawn = curve[["equity", "hold"] if beside else ["equity"]]
    figure = equity_chart(curve["equity"], curve["hold"] if beside else None, look, currency, title)
    lowest, highest = float(drawn.min().min()), float(drawn.max().max())
    if lowest > 0 and highest > 20 * lowest:  # or one curve would press the other flat
        figure.update_layout(yaxis={"type": "log", "title": {"text": f"equity ({currency}, log scale)"}})
    for start, stop in list(zip(windows["test_start"], windows["test_stop"], strict=True))[::2]:
        figure.add_vrect(
            x0=plain_time(start), x1=plain_time(stop), layer="below", line_width=0,
            fillcolor=faded(look.tokens.text, 0.055),
        )  # fmt: skip
    return figure


def window_chart(
    windows: pd.DataFrame,
    efficiency: str,
    look: Look = Look.LIGHT,
    title: str = "Was the promise kept?",
) -> go.Figure:
    """Sharpe ratio of each window in its search and in its test.

    Args:
        windows: window, sharpe_in, sharpe_out, parameters, return_in, return_out.
        efficiency: in words, for those who cannot see it.
    """
    if windows.empty:
        return empty_figure(NO_WINDOWS, look, title, 280)
    tokens = look.tokens
    figure = go.Figure()
    names = [str(number) for number in windows["window"]]
    for label, column, returns, colour, pattern in (
        ("promised (in sample)", "sharpe_in", "return_in", tokens.muted, "/"),
        ("kept (out of sample)", "sharpe_out", "return_out", tokens.accent, ""),
    ):
        figure.add_trace(
            go.Bar(
                x=names, y=windows[column].astype(float), name=label,
                marker={"color": colour, "line": {"width": 0}, "pattern": hatched(pattern, look)},
                customdata=np.column_stack([windows[returns].astype(float), windows["parameters"]]),
                hovertemplate="window %{x}: Sharpe ratio %{y:.2f}, return %{customdata[0]:.2%}<br>%{customdata[1]}<extra>"
                + label + "</extra>",
            )
        )  # fmt: skip
    figure.update_layout(
        barmode="group",
        xaxis={"type": "category", "title": {"text": "window"}, "showgrid": False},
        yaxis={"title": {"text": "Sharpe ratio, yearly"}, "zeroline": True},
    )
    return finished(
        figure,
        look,
        title,
        280,
        f"{len(windows)} windows; walk-forward efficiency {efficiency}.",
        legend_rows=1,
    )


def parameter_course(
    windows: pd.DataFrame,
    parameters: pd.DataFrame,
    look: Look = Look.LIGHT,
    title: str = "Do the choices hold?",
) -> go.Figure:
    """The chosen parameters over time, a strip for each.

    Args:
        windows: test_start, test_stop.
        parameters: a row for each window, a column for each searched parameter; nan where nothing was chosen.
    """
    if windows.empty or not len(parameters.columns):
        return empty_figure(NO_WINDOWS, look, title, 280)
    figure = go.Figure()
    count = len(parameters.columns)
    times = [plain_time(moment) for moment in windows["test_start"]] + [
        plain_time(windows["test_stop"].iloc[-1])
    ]
    gap = 0.1 if count > 1 else 0.0
    height = (1.0 - gap * (count - 1)) / count
    for place, name in enumerate(parameters.columns):
        values = parameters[name].to_numpy(dtype=float)
        axis = "y" if place == 0 else f"y{place + 1}"
        figure.add_trace(
            go.Scatter(
                x=times, y=np.append(values, values[-1]), yaxis=axis, mode="lines+markers", name=str(name),
                line={"shape": "hv", "width": 2, "color": look.tokens.series[place % len(look.tokens.series)]},
                marker={"size": 6}, hovertemplate=f"{name} %{{y:g}} from %{{x|%Y-%m-%d}}<extra></extra>",
            )
        )  # fmt: skip
        low = 1.0 - height * (place + 1) - gap * place
        key = "yaxis" if place == 0 else f"yaxis{place + 1}"
        figure.update_layout({key: {"domain": [max(low, 0.0), min(low + height, 1.0)], "title": {"text": str(name)}, "nticks": 4,
                                    "rangemode": "tozero"}})  # fmt: skip
    figure.update_layout(
        xaxis={"title": {"text": "test begins (UTC)"}, "anchor": "y" if count == 1 else f"y{count}"}
    )
    spread = {name: parameters[name].nunique() for name in parameters.columns}
    meaning = (
        "Different choices over the windows: "
        + ", ".join(f"{name} {many}" for name, many in spread.items())
        + "."
    )
    return finished(figure, look, title, 110 + 90 * count, meaning)
