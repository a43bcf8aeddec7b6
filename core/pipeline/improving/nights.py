"""A night: every series in turn, every step committed as it ends, so that a night that is cut off goes on where it was."""

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from core.errors import GlassboxError, JobCancelled
from core.pipeline.gathering import SAMPLE
from core.pipeline.improving.asked import Asked
from core.pipeline.improving.challenging import challenger
from core.pipeline.improving.contest import look
from core.pipeline.improving.desk import Desk, Finding, Tell
from core.pipeline.improving.gates import other_orders, unseen_rows, walk_forward
from core.pipeline.improving.looking_back import drift, results
from core.pipeline.improving.searching import search
from core.pipeline.model_material import model_material
from core.pipeline.run import Workbench
from core.records import ImprovementRun, ImprovementStep, ImproveState, ImproveStep
from core.store.improvements import Night, open_improvements, save_improvement

STEPS: tuple[tuple[ImproveStep, Callable[[Desk], Finding]], ...] = (
    (ImproveStep.RESULTS, results),
    (ImproveStep.DRIFT, drift),
    (ImproveStep.SEARCH, search),
    (ImproveStep.WALK_FORWARD, walk_forward),
    (ImproveStep.MONTE_CARLO, other_orders),
    (ImproveStep.UNSEEN, unseen_rows),
    (ImproveStep.CHALLENGER, challenger),
)
"""What leads to a challenger; its contest is looked at by every later night."""
TOO_OLD = timedelta(days=2)
"""Age at which a run that was cut off is given up: what it knew is no longer the present."""
_CONTEST = len(STEPS)


def improve(
    bench: Workbench, job_id: str, asked: Sequence[Asked], tell: Tell, check: Callable[[], None]
) -> str:
    """Look at every series: contests first, then what was cut off, else a new run; returns a sentence.

    One series that fails does not keep the others from their turn.

    Args:
        job_id: run ids begin with it.
        tell: progress; may raise JobCancelled.
        check: raises JobCancelled when the user asked to stop; what was committed stays.

    Raises:
        GlassboxError: at least one series failed; the others are done.
    """
    begun, said, failed = time.perf_counter(), [], []

    def over() -> bool:
        return time.perf_counter() - begun > bench.settings.improve.night_seconds

    for number, one in enumerate(asked):
        name = one.instrument.symbol

        def told(share: float, words: str, at: int = number, of: str = name) -> None:
            tell(min(1.0, (at + share) / len(asked)), f"{of}: {words}")

        try:
            # By hand and by night at once would search the same twice.
            with bench.turns.alone(("improve", name, one.timeframe)):
                said.append(f"{name}: {_series(bench, f'{job_id}-{number:02d}', one, told, check, over)}")
        except JobCancelled:
            raise
        except GlassboxError as err:
            failed.append(f"{name}: {err}")
    if failed:
        raise GlassboxError(" ".join([*failed, *said]))
    return " ".join(said)


def _series(
    bench: Workbench,
    run_id: str,
    asked: Asked,
    tell: Tell,
    check: Callable[[], None],
    over: Callable[[], bool],
) -> str:
    key = (asked.instrument.symbol, asked.timeframe.value, asked.source)
    nights = open_improvements(bench.store, *key)
    words: list[str] = []
    decided = False
    for night in nights:
        if night.run.state is ImproveState.ON_TRIAL:
            tell(0.05, f"{night.run.horizon} challenger on trial")
            run = _looked(bench, night, asked, tell, check, over)
            words.append(run.words)
            decided = decided or run.state.ended
    if decided:
        return " ".join(words)  # a night that decides a contest begins nothing new
    cut = next((night for night in nights if night.run.state is ImproveState.RUNNING), None)
    tell(0.1, "reading the last days")
    if cut is not None and _too_old(bench, cut, asked):
        gone = "It was cut off and is too old to go on; a new run looks again."
        bench.store.write(
            save_improvement(replace(cut.run, state=ImproveState.CUT, words=gone, updated_at=bench.clock()))
        )
        cut = None
    night = cut or Night(_begun(bench, run_id, asked), ())
    words.append(_advanced(Desk(bench, night.run, tell, check, over), night.steps))
    return " ".join(words)


def _begun(bench: Workbench, run_id: str, asked: Asked) -> ImprovementRun:
    known = model_material(bench, asked.instrument, asked.timeframe, asked.source, asked.as_of)
    now, origin = bench.clock(), known.source
    run = ImprovementRun(
        id=run_id, symbol=asked.instrument.symbol, timeframe=asked.timeframe.value, source=asked.source, origin=origin,
        as_of=known.moment, started_at=now, updated_at=now, seed=bench.settings.predict.seed, state=ImproveState.RUNNING,
        words="Under way.", live=origin not in (SAMPLE, "imported") and not origin.startswith("file:"),
    )  # fmt: skip
    bench.store.write(save_improvement(run))
    return run


def _too_old(bench: Workbench, night: Night, asked: Asked) -> bool:
    return (asked.as_of or bench.clock()) - (
        night.run.as_of if asked.as_of else night.run.started_at
    ) > TOO_OLD


def _advanced(desk: Desk, done: Sequence[ImprovementStep]) -> str:
    """The steps that are left, each committed with what it leads to."""
    for position in range(len(done), len(STEPS)):
        if desk.run.state is not ImproveState.RUNNING:
            break
        step, work = STEPS[position]
        desk.check()
        desk.tell(0.1 + 0.9 * position / len(STEPS), step.value)
        begun = time.perf_counter()
        _keep(desk, position, step, work(desk), desk.run.as_of, time.perf_counter() - begun)
    return desk.run.words


def _looked(
    bench: Workbench,
    night: Night,
    asked: Asked,
    tell: Tell,
    check: Callable[[], None],
    over: Callable[[], bool],
) -> ImprovementRun:
    """One more look at a contest; a second look at the same moment takes the place of the first."""
    desk = Desk(bench, night.run, tell, check, over)
    begun = time.perf_counter()
    found, moment = look(desk, asked.as_of)
    same = next((step.position for step in night.steps[_CONTEST:] if step.as_of == moment), len(night.steps))
    _keep(desk, same, ImproveStep.CONTEST, found, moment, time.perf_counter() - begun)
    return desk.run


def _keep(
    desk: Desk, position: int, step: ImproveStep, found: Finding, as_of: datetime, seconds: float
) -> None:
    now = desk.bench.clock()
    desk.run = replace(found.run, updated_at=now)
    row = ImprovementStep(
        desk.run.id, position, step, found.verdict, found.words, found.numbers, as_of, now, seconds
    )
    desk.bench.store.write(*found.writes, save_improvement(desk.run, row))
