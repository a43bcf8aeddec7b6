"""What the autopilot watches and does, for a page and for REST."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import pandas as pd

from core.autopilot.stepping import interval_of
from core.collect import LIVE
from core.instruments import resolve
from core.pipeline import Workbench
from core.pipeline.at_hand import sample_world
from core.pipeline.gathering import SAMPLE
from core.records import AutopilotState, Book, CycleReport, Forecast, Step, StepRun, Timeframe
from core.store.audit import read_audit
from core.store.autopilot import last_heartbeat, read_steps
from core.store.books import active_book
from core.store.cycles import newest_report

MEANINGS = {
    Step.COLLECT: "Bars and news of every asset",
    Step.PREDICT: "Models that are stale are trained again, forecasts are made",
    Step.SIGNALS: "A whole cycle of every asset whose bar has closed: signals, decision, risk, order",
    Step.TRADE: "Open orders, stops and targets of the book",
}


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


@dataclass(frozen=True, slots=True)
class StepState:
    """One step, over all assets."""

    step: Step
    meaning: str
    every_seconds: int
    next_turn: datetime | None
    last: datetime | None
    failing: tuple[StepRun, ...]
    """Last runs that failed."""


@dataclass(frozen=True, slots=True)
class AutopilotView:
    """Whether it runs, what it watches, and how its steps go."""

    state: AutopilotState | None
    words: str
    seen: datetime | None
    """When it last took a turn."""
    steps: tuple[StepState, ...]
    assets: tuple[Watched, ...]
    resumed: str
    """What the last start of the server found and did; empty where it never went on by itself."""


def autopilot_view(
    bench: Workbench, state: AutopilotState | None, turns: Mapping[str, datetime]
) -> AutopilotView:
    """Everything about the autopilot as it stands now; `turns`: step → when it comes next."""
    runs = read_steps(bench.store)
    return AutopilotView(
        state, _words(bench, state), last_heartbeat(bench.store),
        tuple(_step(step, runs, turns, bench) for step in Step),
        tuple(_watched(bench, state, symbol) for symbol in state.assets) if state else (), _resumed(bench),
    )  # fmt: skip


def watched_frame(view: AutopilotView) -> pd.DataFrame:
    """The assets as a table: Asset, Price, Signal, Confidence, Position, P&L, Decision, Last cycle, Data trust, Id."""
    return pd.DataFrame(
        [
            {
                "Asset": one.symbol, "Price": one.price, "Signal": one.direction, "Confidence": one.confidence,
                "Position": one.units, "P&L": one.profit, "Decision": one.verdict.replace("_", " "),
                "Last cycle": one.as_of, "Data trust": one.trust, "Id": one.cycle_id,
            }
            for one in view.assets
        ]
    )  # fmt: skip


def steps_frame(view: AutopilotView) -> pd.DataFrame:
    """The steps as a table: Step, What, Every, Next turn, Last turn, Trouble."""
    return pd.DataFrame(
        [
            {
                "Step": one.step.value, "What": one.meaning, "Every": f"{one.every_seconds} s",
                "Next turn": one.next_turn, "Last turn": one.last,
                "Trouble": "; ".join(f"{run.subject} ({run.failures} in a row): {run.words}" for run in one.failing),
            }
            for one in view.steps
        ]
    )  # fmt: skip


def world_of(state: AutopilotState, symbol: str) -> str:
    """The clock that an asset's book lives by."""
    if state.source != SAMPLE:
        return LIVE
    return sample_world(resolve(symbol), Timeframe(state.timeframe)) or LIVE


def _resumed(bench: Workbench) -> str:
    for entry in read_audit(bench.store, 200):
        if entry.deed.action == "resume":
            return f"Server started {entry.at:%Y-%m-%d %H:%M} UTC: {entry.deed.before}, {entry.deed.after}."
    return ""


def _words(bench: Workbench, state: AutopilotState | None) -> str:
    if state is None:
        return "The autopilot was never switched on."
    what = f"{', '.join(state.assets)}, {state.timeframe} bars from {state.source}"
    if state.running:
        return f"The autopilot trades {what} on paper since {state.since:%Y-%m-%d %H:%M} UTC, switched on by {state.who}."
    return f"The autopilot is off since {state.since:%Y-%m-%d %H:%M} UTC, switched off by {state.who}; it traded {what}."


def _step(
    step: Step, runs: tuple[StepRun, ...], turns: Mapping[str, datetime], bench: Workbench
) -> StepState:
    mine = [run for run in runs if run.step is step]
    every = int(interval_of(step, bench.settings.autopilot).total_seconds())
    return StepState(
        step, MEANINGS[step], every, turns.get(step.value), max((run.started_at for run in mine), default=None),
        tuple(run for run in mine if not run.ok),
    )  # fmt: skip


def _watched(bench: Workbench, state: AutopilotState, symbol: str) -> Watched:
    world = world_of(state, symbol)
    report = newest_report(bench.store, symbol, state.timeframe, world)
    book = active_book(bench.store, world)
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
    )


def _price(report: CycleReport | None, book: Book | None, symbol: str) -> float | None:
    position = book.position(symbol) if book else None
    if position is not None:
        return position.last_price
    return report.decision.proposal.price if report and report.decision else None
