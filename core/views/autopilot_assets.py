"""The assets of the autopilot, each as its last cycle left it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import pandas as pd

from core.autopilot.worlds import world_of
from core.collect import LIVE
from core.instruments import resolve
from core.pipeline import Workbench
from core.pipeline.at_hand import sample_world
from core.records import AutopilotState, Book, CycleReport, Forecast, Timeframe
from core.store.autopilot import newest_decisions, worlds_decided
from core.store.books import active_book


@dataclass(frozen=True, slots=True)
class Watched:
    """One asset as its last cycle left it."""

    symbol: str
    price: float | None
    """Close of the last bar that the cycle saw."""
    direction: str
    confidence: float | None
    verdict: str
    words: str
    cycle_id: str
    as_of: datetime | None
    trust: float | None
    """Quality score of the bars, 0 … 100."""
    units: float
    """Held, signed."""
    profit: float | None
    """Unrealised, in the quote currency; None where nothing is held."""
    forecasts: tuple[Forecast, ...]
    world: str = LIVE
    """The clock of its last cycle; not the one asked for where no live source answered."""


def watched(bench: Workbench, state: AutopilotState) -> tuple[Watched, ...]:
    """Every asset as its last cycle left it, in the world in which that came to its decision."""
    worlds = {symbol: _worlds(bench, state, symbol) for symbol in state.assets}
    reports = newest_decisions(bench.store, state.timeframe, worlds)
    lived = {
        symbol: reports[symbol].world if symbol in reports else world_of(state, symbol) for symbol in worlds
    }
    books = {world: active_book(bench.store, world) for world in set(lived.values())}
    return tuple(
        _watched(symbol, reports.get(symbol), world, books[world]) for symbol, world in lived.items()
    )


def _watched(symbol: str, report: CycleReport | None, world: str, book: Book | None) -> Watched:
    position = book.position(symbol) if book else None
    fused, decision = (report.fused, report.decision) if report else (None, None)
    return Watched(
        symbol=symbol,
        price=_price(report, book, symbol),
        direction=fused.direction.word if fused else "",
        confidence=fused.confidence if fused else None,
        verdict=decision.verdict.value if decision else "",
        words=decision.words if decision else "No cycle yet.",
        cycle_id=report.id if report else "",
        as_of=report.as_of if report else None,
        trust=report.quality.score if report and report.quality else None,
        units=position.quantity if position else 0.0,
        profit=position.unrealised if position else None,
        forecasts=report.forecasts if report else (),
        world=world,
    )


def watched_frame(assets: Sequence[Watched]) -> pd.DataFrame:
    """The assets as a table: Asset, Price, Signal, Confidence, Position, P&L, Decision, Last cycle, Data trust, Id."""
    return pd.DataFrame(
        [
            {
                "Asset": one.symbol, "Price": one.price, "Signal": one.direction, "Confidence": one.confidence,
                "Position": one.units or None, "P&L": one.profit, "Decision": one.verdict.replace("_", " "),
                "Last cycle": one.as_of, "Data trust": one.trust, "Id": one.cycle_id,
            }
            for one in assets
        ]
    )  # fmt: skip


def _worlds(bench: Workbench, state: AutopilotState, symbol: str) -> tuple[str, ...]:
    """Where the asset's cycles may have lived: where they should, and the sample that may have stood in."""
    wanted = world_of(state, symbol)
    if wanted != LIVE:
        return (wanted,)
    if state.source.startswith(("file:", "imported")):
        return (LIVE, *worlds_decided(bench.store, (symbol,), state.timeframe))
    spare = sample_world(resolve(symbol), Timeframe(state.timeframe))
    return (LIVE, *([spare] if spare and state.source == "auto" else []))


def _price(report: CycleReport | None, book: Book | None, symbol: str) -> float | None:
    position = book.position(symbol) if book else None
    if position is not None:
        return position.last_price
    return report.decision.proposal.price if report and report.decision else None
