"""What became of decisions: of those that traded, the trade; of those that were stopped, what the trade would have made."""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, TypeVar

import numpy as np
import pandas as pd
from pydantic import BaseModel

from core.instruments import resolve
from core.pipeline.at_hand import known_bars
from core.pipeline.gates import Gated, gated
from core.pipeline.hypothetical import StoppedTrade, lane_of, lead_of, market_of, outcome_on
from core.pipeline.run import Workbench
from core.pipeline.traded import Traded
from core.records import Book, Costs, CycleReport, Timeframe
from core.records.ledgers import TradeOutcome
from core.settings import CostSettings, RiskSettings
from core.store import load
from core.store.cycles import outputs_of
from core.store.funnel import DecisionFacts, facts_of_report
from core.tables import closed_bars

S = TypeVar("S", bound=BaseModel)


def outcome_of(bench: Workbench, report: CycleReport) -> TradeOutcome:
    """What became of one decision, with the bars that are known by now; nothing is fetched."""
    settled = outputs_of(bench.store, report.id).get("settle")
    facts = facts_of_report(report, load(Book, settled) if settled else None)
    return outcomes_of(bench, (facts,))[0][1]


def outcomes_of(
    bench: Workbench, decisions: Sequence[DecisionFacts]
) -> tuple[tuple[Gated, TradeOutcome], ...]:
    """Which gate each decision met, and what became of it. Bars and books are read once for all."""
    met = [gated(item) for item in decisions]
    stopped = {
        number: trade
        for number, (item, gate) in enumerate(zip(decisions, met, strict=True))
        if gate.gate and gate.gate != "filled" and (trade := stopped_trade(item, gate)) is not None
    }
    hypothetical = dict(zip(stopped, hypothetical_outcomes(bench, tuple(stopped.values())), strict=True))
    traded = Traded(bench.store, tuple(decisions))
    return tuple(
        (gate, hypothetical.get(number) or traded.outcome(item, gate))
        for number, (item, gate) in enumerate(zip(decisions, met, strict=True))
    )


def stopped_trade(item: DecisionFacts, gate: Gated) -> StoppedTrade | None:
    """The opening that a gate stopped; None where nobody wanted one, or it cannot be told."""
    if gate.units == 0.0 or item.proposal is None:
        return None
    risk, costs = _exits(item.settings)
    stop, target = item.proposal.get("stop"), item.proposal.get("target")
    equity = item.book.equity if item.book else abs(gate.units) * float(item.proposal["price"]) * 10
    return StoppedTrade(
        item.symbol, Timeframe(item.timeframe), item.data_source, item.as_of, gate.units,
        risk.stop_loss if stop is None else float(stop), risk.take_profit if target is None else float(target),
        risk, costs, equity,
    )  # fmt: skip


def hypothetical_outcomes(bench: Workbench, trades: Sequence[StoppedTrade]) -> tuple[TradeOutcome, ...]:
    """What each would have made; one read a series, and nothing is fetched."""
    found: dict[int, TradeOutcome] = {}
    for series in dict.fromkeys(trade.series for trade in trades):
        mine = [(number, trade) for number, trade in enumerate(trades) if trade.series == series]
        bars = _bars_since(bench, [trade for _, trade in mine])
        lane, markets = lane_of(bars), dict[Costs, np.ndarray]()
        for number, trade in mine:
            if trade.costs not in markets and len(bars):
                markets[trade.costs] = market_of(bars, trade.costs, resolve(trade.symbol))
            found[number] = outcome_on(trade, lane, markets.get(trade.costs))
    return tuple(found[number] for number in range(len(trades)))


def _bars_since(bench: Workbench, trades: Sequence[StoppedTrade]) -> pd.DataFrame:
    """Closed bars of a series from a little before the first of its trades until now."""
    one, now = trades[0], bench.clock()
    lead = max(lead_of(trade.costs) for trade in trades) * 4  # markets close at night and over weekends
    since = min(trade.as_of for trade in trades) - lead * one.timeframe.delta
    bars = known_bars(bench, resolve(one.symbol), one.timeframe, one.data_source, since, now)
    return closed_bars(bars, one.timeframe, now)


@cache
def _exits(settings: str) -> tuple[RiskSettings, Costs]:
    """Exits and costs that a cycle ran with; those of today's defaults where they were not kept."""
    told: Mapping[str, Any] = json.loads(settings) if settings else {}
    return _section(RiskSettings, told.get("risk", {})), _section(
        CostSettings, told.get("costs", {})
    ).record()


def _section(kind: type[S], told: Mapping[str, Any]) -> S:
    """A section of stored settings; names that no longer exist are passed over."""
    return kind(**{name: value for name, value in told.items() if name in kind.model_fields})
