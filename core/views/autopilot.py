"""What the autopilot watches and does, for a page and for REST."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from core.autopilot.pilot import KINDS
from core.autopilot.stepping import interval_of
from core.collect import LIVE
from core.pipeline import Workbench
from core.records import AutopilotState, Step, StepRun, SystemState
from core.store.audit import newest_deed
from core.store.autopilot import last_heartbeat, read_steps
from core.store.jobs import JobRow
from core.views.autopilot_assets import Watched, watched
from core.views.autopilot_books import BookLine, book_lines, book_numbers
from core.views.autopilot_nights import NightView, night_view
from core.views.number import Number

MEANINGS = {
    Step.COLLECT: "Bars and news of every asset",
    Step.PREDICT: "Models that are stale are trained again, forecasts are made",
    Step.SIGNALS: "A whole cycle of every asset whose bar has closed: signals, decision, risk, order",
    Step.TRADE: "Open orders, stops and targets of the book",
}


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
    busy: int = 0
    """Jobs of this step that have not ended."""
    longest: float | None = None
    """Seconds that the slowest of its last runs took; None before the first."""
    done: int = 0
    """Subjects whose last run ended well."""


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
    books: tuple[BookLine, ...] = ()
    numbers: tuple[Number, ...] = ()
    nights: NightView | None = None

    @property
    def running(self) -> bool:
        """Whether it takes turns."""
        return self.state is not None and self.state.running

    @property
    def halted(self) -> tuple[BookLine, ...]:
        """Books that may open nothing until somebody releases them."""
        return tuple(book for book in self.books if book.state is SystemState.HALTED)

    @property
    def mark(self) -> str:
        """Changes when somebody switches, halts or releases it, or its first book opens."""
        switched = self.state.since.isoformat() if self.state else ""
        return f"{switched} {self.running} {[book.id for book in self.books]} {[book.id for book in self.halted]}"

    @property
    def stands_in(self) -> str:
        """What to know where live prices were asked for and the sample answered; empty where that is not so."""
        names = [
            one.symbol
            for one in self.assets
            if one.world != LIVE and self.state and self.state.source != "sample"
        ]
        if not names or (self.state and self.state.source.startswith(("file:", "imported"))):
            return ""
        return (
            f"No live source answered for {', '.join(names)}: the embedded sample stood in, whose clock stands still."
            " It is tried again with every bar; choose the source sample to walk through it bar by bar."
        )


def autopilot_view(
    bench: Workbench,
    state: AutopilotState | None,
    turns: Mapping[str, datetime],
    active: Sequence[JobRow] = (),
) -> AutopilotView:
    """Everything about the autopilot as it stands now; `turns`: step → when it comes next; `active`: jobs under way."""
    runs, books = read_steps(bench.store), book_lines(bench, state)
    return AutopilotView(
        state, _words(bench, state), last_heartbeat(bench.store),
        tuple(_step(step, runs, turns, bench, active) for step in Step),
        watched(bench, state) if state else (), _resumed(bench),
        books, book_numbers(books, bench.settings.risk.max_positions), night_view(bench, turns),
    )  # fmt: skip


def _resumed(bench: Workbench) -> str:
    entry = newest_deed(bench.store, "resume")
    if entry is None:
        return ""
    return f"Server started {entry.at:%Y-%m-%d %H:%M} UTC ({entry.deed.before}), {entry.deed.after}."


def _words(bench: Workbench, state: AutopilotState | None) -> str:
    if state is None:
        return "The autopilot was never switched on."
    what = f"{', '.join(state.assets)}, {state.timeframe} bars from {state.source}"
    if state.running:
        return f"The autopilot trades {what} on paper since {state.since:%Y-%m-%d %H:%M} UTC, switched on by {state.who}."
    return f"The autopilot is off since {state.since:%Y-%m-%d %H:%M} UTC, switched off by {state.who}; it traded {what}."


def _step(
    step: Step,
    runs: tuple[StepRun, ...],
    turns: Mapping[str, datetime],
    bench: Workbench,
    active: Sequence[JobRow],
) -> StepState:
    mine = [run for run in runs if run.step is step]
    busy = sum(job.kind == KINDS[step] and job.arguments.get("step") == step.value for job in active)
    every = int(interval_of(step, bench.settings.autopilot).total_seconds())
    return StepState(
        step, MEANINGS[step], every, turns.get(step.value), max((run.started_at for run in mine), default=None),
        tuple(run for run in mine if not run.ok), busy, max((run.seconds for run in mine), default=None),
        sum(run.ok for run in mine),
    )  # fmt: skip
