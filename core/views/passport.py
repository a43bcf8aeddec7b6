"""One cycle, with the market around it and what became of its order."""

from dataclasses import dataclass

import pandas as pd

from core.features import build_features
from core.pipeline import Workbench
from core.records import Action, CycleReport, Order, Verdict
from core.store.books import orders_of_cycle, read_fills, read_trades
from core.store.cycles import read_cycle
from core.store.market import read_bars
from core.views.number import Number, percent, plain, price

CONTEXT_BARS = 160
AFTER_BARS = 60


@dataclass(frozen=True, slots=True)
class Passport:
    """Everything the passport page draws."""

    report: CycleReport
    verdict: Verdict
    words: str
    numbers: tuple[Number, ...]
    bars: pd.DataFrame
    """Closed before the decision, newest last."""
    features: pd.DataFrame
    after: pd.DataFrame
    """Stored bars from the decision on; what the cycle could not see."""
    orders: tuple[Order, ...]
    """As they stand now."""
    fills: pd.DataFrame
    trade: pd.Series | None
    """The round trip that its order began, when it has ended."""


def passport(bench: Workbench, cycle_id: str) -> Passport:
    """Read one cycle.

    Raises:
        UnknownId: no such cycle, or it was interrupted.
    """
    report = read_cycle(bench.store, cycle_id)
    symbol, timeframe = report.request.symbol, report.request.timeframe
    delta = timeframe.delta
    seen = read_bars(
        bench.store,
        symbol,
        timeframe,
        report.data_source,
        report.as_of - delta * 4 * (CONTEXT_BARS + 400),
        report.as_of,
    )
    seen = seen[seen.index <= pd.Timestamp(report.as_of - delta)]
    after = read_bars(
        bench.store,
        symbol,
        timeframe,
        report.data_source,
        report.as_of,
        report.as_of + delta * 4 * AFTER_BARS,
    )
    features = build_features(seen) if len(seen) else pd.DataFrame()
    orders = orders_of_cycle(bench.store, cycle_id)
    fills = read_fills(bench.store, report.book_id, orders[0].id if orders else "")
    trades = read_trades(bench.store, report.book_id)
    mine = trades[trades["entry_order_id"] == orders[0].id] if orders else trades.iloc[:0]
    return Passport(
        report=report,
        verdict=report.decision.verdict if report.decision else Verdict.FAILED,
        words=report.decision.words if report.decision else _failure(report),
        numbers=_numbers(report),
        bars=seen.iloc[-CONTEXT_BARS:],
        features=features.iloc[-CONTEXT_BARS:],
        after=after.iloc[:AFTER_BARS],
        orders=orders,
        fills=fills,
        trade=mine.iloc[0] if len(mine) else None,
    )


def _failure(report: CycleReport) -> str:
    return report.stages[-1].summary if report.stages else "The cycle ended before its first stage."


def _numbers(report: CycleReport) -> tuple[Number, ...]:
    decision, fused, quality = report.decision, report.fused, report.quality
    proposal = decision.proposal if decision else None
    size = (
        "–"
        if proposal is None or proposal.action is Action.HOLD
        else f"{proposal.quantity:+.6g}".replace("-", "−")
    )
    return (
        Number(
            "Confidence",
            plain(fused.confidence if fused else None),
            "How strongly the weighted signals agree, 0 to 1.",
        ),
        Number(
            "Reference price",
            price(proposal.price if proposal else None),
            "Close of the last bar the cycle could see.",
        ),
        Number("Order size", size, "Change of the position in units of the asset; negative sells."),
        Number(
            "Data trust",
            f"{quality.score:.0f} / 100" if quality else "–",
            "Quality of the bars: 100 means nothing odd was found.",
        ),
        Number(
            "Sentiment",
            plain(report.sentiment.score if report.sentiment else None),
            "Weighted mean of the headlines, −1 bad to 1 good; a dash when there was nothing to read.",
        ),
        Number("Time", f"{report.seconds:.2f} s", "Seconds from the press of the button to the order."),
    )


__all__ = ["Passport", "passport", "percent"]
