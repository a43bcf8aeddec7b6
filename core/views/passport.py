"""One cycle, with the market around it and what became of its order."""

import json
from dataclasses import dataclass

import pandas as pd

from core.features import WARMUP, build_features
from core.instruments import resolve
from core.patterns import ChartPattern, PriceLevel, levels_of, patterns_of
from core.pipeline import Workbench
from core.pipeline.at_hand import known_bars
from core.records import Action, CycleReport, Decision, Order, OrderStatus, SystemState, Verdict
from core.records.ledgers import TradeOutcome
from core.store.books import orders_of_cycle, read_fills, read_trades
from core.store.cycles import read_cycle
from core.store.llm import read_calls
from core.tables import closed_bars, empty_bars
from core.views.gates import GateStep, gate_steps, stopping_gate
from core.views.number import Number, money, percent, plain, price

CONTEXT_BARS = 160
AFTER_BARS = 60
MOST_SHAPES = 5
"""Chart patterns, and price levels, drawn at once."""


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
    story: tuple[str, ...]
    """What became of the order, in sentences."""
    note: str
    """Said beside the verdict when the data is not today's; else empty."""
    llm: str
    """What the language model had to do with it, in one sentence."""
    threshold: float
    """Confidence that its own settings asked for."""
    gate: str
    """The gate that stopped an opening; empty where none was at stake."""
    gates: tuple[GateStep, ...]
    """All of them, in order; empty likewise."""
    state: str
    """State of the system at the decision, in one sentence."""
    patterns: tuple[ChartPattern, ...]
    """Chart patterns confirmed by then, the newest of those in view."""
    levels: tuple[PriceLevel, ...]
    """Support and resistance as known then, the strongest of those in view."""


def passport(bench: Workbench, cycle_id: str) -> Passport:
    """Read one cycle.

    Raises:
        UnknownId: no such cycle, or it was interrupted.
    """
    report = read_cycle(bench.store, cycle_id)
    seen, after = _around(bench, report)
    orders = orders_of_cycle(bench.store, cycle_id)
    order_id = orders[0].id if orders else ""
    trades = read_trades(bench.store, report.book_id)
    mine = trades[trades["entry_order_id"] == order_id]
    trade = mine.iloc[0] if len(mine) else None
    features = build_features(seen) if len(seen) else pd.DataFrame()
    threshold = threshold_of(report, bench)
    return Passport(
        report=report,
        verdict=report.decision.verdict if report.decision else Verdict.FAILED,
        words=report.decision.words if report.decision else _failure(report),
        numbers=_numbers(report),
        bars=seen.iloc[-CONTEXT_BARS:],
        features=features.iloc[-CONTEXT_BARS:],
        after=after.iloc[:AFTER_BARS],
        orders=orders,
        fills=read_fills(bench.store, report.book_id, order_id),
        trade=trade,
        story=_story(orders, trade),
        note=_note(report),
        llm=report.llm.words if report.llm else "No language model took part.",
        threshold=threshold,
        gate=stopping_gate(report),
        gates=gate_steps(report, threshold),
        state=_state(report.decision),
        patterns=patterns_of(seen)[-MOST_SHAPES:] if len(seen) else (),
        levels=_levels(seen) if len(seen) else (),
    )


def _levels(seen: pd.DataFrame) -> tuple[PriceLevel, ...]:
    shown = seen.iloc[-CONTEXT_BARS:]
    low, high = float(shown["low"].min()), float(shown["high"].max())
    return tuple(level for level in levels_of(seen) if low <= level.price <= high)[:MOST_SHAPES]


def became(bench: Workbench, cycle_id: str) -> TradeOutcome:
    """What became of a decision, or what the trade that it stopped would have made; nothing is fetched.

    Raises:
        UnknownId: no such cycle, or it was interrupted.
    """
    from core.pipeline.outcomes import outcome_of  # brings the compiled matching core

    return outcome_of(bench, read_cycle(bench.store, cycle_id))


def calls_of(bench: Workbench, report: CycleReport) -> pd.DataFrame:
    """Every question to a language model in one cycle, oldest first: see `core.store.llm.read_calls`."""
    calls = read_calls(bench.store, since=report.started_at)
    return calls[calls["cycle_id"] == report.id].sort_values("at")


def threshold_of(report: CycleReport, bench: Workbench) -> float:
    """Confidence that a cycle asked for; that of today where its settings were not kept."""
    told = json.loads(report.settings) if report.settings else {}
    return float(told.get("signals", {}).get("threshold", bench.settings.signals.threshold))


def _state(decision: Decision | None) -> str:
    if decision is None:
        return "Nothing was decided, so the state of the system was not looked at."
    if decision.state is SystemState.ACTIVE:
        return "The system was active: positions may be opened and closed."
    return f"The system was {decision.state.value.lower()}. {decision.state_words}".strip()


def _around(bench: Workbench, report: CycleReport) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Bars that had closed at the cycle's moment, and those from then on."""
    if not report.data_source:
        return empty_bars(), empty_bars()
    instrument, timeframe = resolve(report.request.symbol), report.request.timeframe
    delta = timeframe.delta * 4  # markets that close at night and over weekends need a wider window
    bars = known_bars(
        bench, instrument, timeframe, report.data_source,
        report.as_of - delta * (CONTEXT_BARS + WARMUP), report.as_of + delta * AFTER_BARS,
    )  # fmt: skip
    seen = closed_bars(bars, timeframe, report.as_of)
    return seen, bars.iloc[len(seen) :]


def _story(orders: tuple[Order, ...], trade: pd.Series | None) -> tuple[str, ...]:
    """What became of the order, in sentences."""
    if not orders:
        return ("No order was sent.",)
    order = orders[0]
    what = f"{order.side.value.capitalize()} {order.quantity:.6g} {order.symbol}"
    lines = [f"Order {order.id}: {what} at market, {order.status.value.lower()}."]
    if order.average is not None:
        lines.append(
            f"Filled at {price(order.average)} (fee {money(order.fee)}), half-spread and slippage included."
        )
    elif order.status is OrderStatus.ACCEPTED:
        lines.append("It fills at the open of the next bar: run a later cycle, or bring the book up to date.")
    if trade is not None:
        lines.append(
            f"Closed {trade['exit_time']:%Y-%m-%d %H:%M} UTC at {price(float(trade['exit_price']))} by "
            f"{str(trade['exit_reason']).replace('_', ' ')}: {money(float(trade['pnl']))} after costs "
            f"({percent(float(trade['return_']))})."
        )
    elif order.average is not None and not order.reduce_only:
        lines.append("The position is still open, guarded by its stop and target.")
    return tuple(lines)


def _note(report: CycleReport) -> str:
    if not report.world.startswith("sample"):
        return ""
    return f"Embedded sample of real prices: decided as of {report.as_of:%Y-%m-%d %H:%M} UTC, not of today."


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
