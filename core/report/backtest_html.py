"""The report of one backtest as one HTML file."""

import html
import json
from collections.abc import Callable
from typing import TYPE_CHECKING

import pandas as pd
import plotly.graph_objects as go

from core import charts
from core.charts import Look
from core.records import BacktestSummary, EdgeKind
from core.report.page import Block, Figure, Table, html_page
from core.report.tables import DRAWDOWNS, EXITS, REGIMES, SIDES, TRADES, YEARS, as_text

if TYPE_CHECKING:
    from core.views.backtest import BacktestView

MOST_ROWS = 3_000
"""Trades in the table; the CSV has all."""


def backtest_page(view: "BacktestView", bars: pd.DataFrame) -> str:
    """Verdict, warnings, figures, tables and assumptions; of a refused run only the reason and the assumptions.

    Args:
        view: see core.views.backtest.
        bars: that the run traded; empty when they were not kept.
    """
    summary = view.summary
    assumed = Block("What was assumed", [Table(pd.DataFrame({"Assumption": summary.assumptions}))])
    if summary.refusal:
        return html_page(view.title, _lead(view), [assumed])
    blocks = [
        Block("Did it beat holding?", _result(view)),
        Block("Trades", _trades(view, bars)),
        Block("Returns", _returns(view)),
        Block("Over time", _over_time(view)),
        Block("By side, exit and market", _parts(view)),
        Block("Costs", [_both(lambda look: charts.costs_chart(summary.costs_paid, profit(summary), look, summary.quote))]),
        Block("Neighbours", [_both(lambda look: charts.neighbours_chart(summary.neighbours, summary.metrics.total_return, look))]),
        assumed,
    ]  # fmt: skip
    return html_page(view.title, _lead(view), blocks)


def profit(summary: BacktestSummary) -> float:
    """What the account gained, in the quote currency."""
    return summary.initial_cash * summary.metrics.total_return


def bracket(summary: BacktestSummary) -> tuple[float | None, float | None]:
    """Stop and target of the risk profile, where there are any."""
    profile = json.loads(summary.profile)
    return profile.get("stop"), profile.get("target")


def _both(build: Callable[[Look], go.Figure]) -> Figure:
    return Figure(build(Look.LIGHT), build(Look.DARK))


def _result(view: "BacktestView") -> list[Figure | Table | str]:
    equity, hold, quote = view.curves["equity"], view.curves["hold"], view.summary.quote
    named = {
        "figure": "Figure",
        "strategy": "Strategy",
        "interval": "95 % interval",
        "hold": "Buy and hold",
        "meaning": "Meaning",
    }
    return [
        _both(lambda look: charts.equity_chart(equity, hold, look, quote)),
        Table(view.metrics.rename(columns=named)),
        view.interval_words,
    ]  # fmt: skip


def _trades(view: "BacktestView", bars: pd.DataFrame) -> list[Figure | Table | str]:
    trades, quote = view.trades, view.summary.quote
    caption = f"The last {MOST_ROWS:,} of {len(trades):,} trades." if len(trades) > MOST_ROWS else ""
    return [
        _both(
            lambda look: charts.backtest_trades_chart(
                bars, trades, view.curves["equity"], None, look, quote, zoom_by_drag=False
            )
        ),
        Table(as_text(trades.iloc[-MOST_ROWS:], TRADES), caption),
    ]


def _returns(view: "BacktestView") -> list[Figure | Table | str]:
    return [
        _both(lambda look: charts.monthly_returns_chart(view.curves["equity"], look)),
        Table(as_text(view.years, YEARS)),
        _both(lambda look: charts.trade_returns_chart(view.trades["return_"], look)),
        _both(lambda look: charts.holding_time_chart(view.trades, look)),
        _both(lambda look: charts.excursion_chart(view.trades, *bracket(view.summary), look)),
    ]


def _over_time(view: "BacktestView") -> list[Figure | Table | str]:
    parts: list[Figure | Table | str] = [
        _both(lambda look: charts.rolling_sharpe_chart(view.rolling, view.window, look)),
        Table(as_text(view.drawdowns, DRAWDOWNS), "The deepest drawdowns"),
    ]
    if "exposure" in view.curves:
        parts.insert(
            1, _both(lambda look: charts.exposure_chart(view.curves["exposure"], view.turnover, look))
        )
    return parts


def _parts(view: "BacktestView") -> list[Figure | Table | str]:
    return [
        Table(as_text(view.sides, SIDES), "Long and short"),
        Table(as_text(view.exits, EXITS), "By the reason a trade ended"),
        _both(lambda look: charts.regime_chart(view.regimes, look)),
        Table(
            as_text(view.regimes, REGIMES),
            "By market: volatility tercile and trend, each known before the trade",
        ),
    ]


def _lead(view: "BacktestView") -> str:
    summary = view.summary
    parts = [f"<h1>{html.escape(view.title)}</h1>"]
    parts += [f"<p>{html.escape(view.what)}</p>"] if view.what else []
    parts.append(f'<p class="quiet">{html.escape(view.setup)}</p>')
    if summary.refusal:
        parts.append(_box("bad", "No figures are shown", html.escape(summary.refusal)))
        return "".join(parts)
    verdict = summary.verdict
    if verdict is not None:
        look = {EdgeKind.EVIDENCE: "good", EdgeKind.NONE: "bad", EdgeKind.UNCLEAR: "care"}[verdict.kind]
        inside = f"{_list(verdict.reasons)}<p class='quiet'>{html.escape(verdict.more_data)}</p>"
        parts.append(_box(look, verdict.headline, inside))
    if summary.warnings:
        parts.append(_box("care", "Before you believe it", _list(summary.warnings)))
    cells = "".join(
        f'<div class="number" title="{html.escape(n.meaning, quote=True)}">{html.escape(n.label)}'
        f"<b>{html.escape(n.value)}</b><small>{html.escape(n.delta or '')}</small></div>"
        for n in view.numbers
    )
    return "".join([*parts, f'<div class="numbers">{cells}</div>'])


def _box(look: str, title: str, inside: str) -> str:
    return f'<div class="box {look}"><h3>{html.escape(title)}</h3>{inside}</div>'


def _list(lines: tuple[str, ...]) -> str:
    return f"<ul>{''.join(f'<li>{html.escape(line)}</li>' for line in lines)}</ul>"
