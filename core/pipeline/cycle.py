"""The order of the stages; nothing else knows it."""

import logging
import time
from collections.abc import Callable
from contextlib import ExitStack, nullcontext
from dataclasses import replace
from datetime import UTC

from core.errors import GlassboxError, InputError, JobCancelled, StoreError
from core.execute import new_book
from core.instruments import resolve
from core.llm import Purse
from core.pipeline.collecting import collect
from core.pipeline.deciding import assess_risk, decide
from core.pipeline.judging import build, generate_signals
from core.pipeline.llm_share import share_of
from core.pipeline.mood import judge_mood
from core.pipeline.predicting import explain, predict
from core.pipeline.renewing import on_the_book_of_now
from core.pipeline.run import Outcome, Run, Stage, Workbench
from core.pipeline.shadows import shadow
from core.pipeline.trading import execute, settle
from core.pipeline.turns import BOOKS, CYCLES
from core.pipeline.validating import validate
from core.records import Book, CycleReport, CycleRequest, Forecast, Mode, Problem, StageReport, StageState
from core.store import Write
from core.store.cycles import close_cycle, open_cycle, save_stage

log = logging.getLogger(__name__)

STAGES: tuple[tuple[str, Stage], ...] = (
    ("collect", collect),
    ("settle", settle),
    ("features", build),
    ("sentiment", judge_mood),
    ("predict", predict),
    ("explain", explain),
    ("signals", generate_signals),
    ("decide", decide),
    ("validate", validate),
    ("risk", assess_risk),
    ("execute", execute),
    ("shadow", shadow),
)
_MOVES_FROM, _MOVES_TO = ("settle", "risk"), ("settle", "shadow")
"""Stages with which a cycle takes the turn of the books, and after which it gives it back: while it thinks, what is held
is guarded."""


def run_cycle(
    request: CycleRequest,
    bench: Workbench,
    cycle_id: str,
    on_stage: Callable[[StageReport], None] = lambda stage: None,
    on_progress: Callable[[float, str], None] = lambda share, message: None,
    book: Book | None = None,
    check: Callable[[], None] = lambda: None,
) -> CycleReport:
    """Run every stage for one asset at one moment and tell what happened.

    `cycle_id` names the cycle and, through it, its order: an id is used once.
    Each stage is committed before `on_stage` hears of it. A stage that fails ends the cycle with a report, not
    an exception. In mode `backtest` the book is `book`, or a fresh one, and the paper book is left alone. `check` raises
    JobCancelled when the user asked to stop; it is asked while a language model is waited for.

    Raises:
        UnknownSymbol, InputError: nothing was started.
        StoreError: the database cannot be written.
        JobCancelled: `on_progress` or `check` asked to stop; stages committed before are kept.
    """
    if request.as_of is not None and request.as_of.tzinfo is None:
        raise InputError(f"The moment {request.as_of} has no time zone: write it like 2019-06-01T12:00Z.")
    request = replace(request, symbol=resolve(request.symbol).symbol)
    alone = bench.turns.alone(CYCLES) if request.mode is Mode.PAPER else nullcontext()
    if bench.turns.taken(CYCLES) and request.mode is Mode.PAPER:
        on_progress(0.0, "waiting for another cycle to end …")
    with alone:
        return _run_stages(request, bench, cycle_id, on_stage, on_progress, book, check)


def _run_stages(
    request: CycleRequest,
    bench: Workbench,
    cycle_id: str,
    on_stage: Callable[[StageReport], None],
    on_progress: Callable[[float, str], None],
    book: Book | None,
    check: Callable[[], None],
) -> CycleReport:
    instrument = resolve(request.symbol)
    now = bench.clock().astimezone(UTC)
    run = Run(
        id=cycle_id,
        request=request,
        instrument=instrument,
        started_at=now,
        book=book or new_book("", "", bench.settings.initial_cash),
        as_of=request.as_of or now,
        purse=Purse(bench.settings.llm, cycle_id, check) if bench.llm else None,
    )
    begun = time.perf_counter()
    bench.store.write(open_cycle(run.id, request, now))
    stages: list[StageReport] = []
    with ExitStack() as turn:
        for position, (name, stage) in enumerate(STAGES):
            on_progress(position / len(STAGES), f"{name} …")
            if request.mode is Mode.PAPER and name in _MOVES_FROM:
                turn.enter_context(bench.turns.alone(BOOKS))
            with_it = _with_its_report(bench, tuple(stages), begun) if name == "execute" else _nothing_more
            one = on_the_book_of_now(stage) if name == "risk" else stage
            run, told = _run_stage(run, bench, position, name, one, on_progress, with_it)
            if name in _MOVES_TO:
                turn.close()
            stages.append(told)
            on_stage(told)
            if told.state is StageState.FAILED:
                break
    report = _report(run, bench, tuple(stages), time.perf_counter() - begun)
    bench.store.write(close_cycle(report))
    return report


def prepare(
    request: CycleRequest,
    bench: Workbench,
    tell: Callable[[float, str], None] = lambda share, message: None,
    check: Callable[[], None] = lambda: None,
) -> tuple[Forecast, ...]:
    """Everything of a cycle that comes before its signals, so that the cycle finds it done: bars, news, scores of texts,
    models, forecasts. No book is touched and no cycle is recorded.

    Raises:
        GlassboxError: a stage failed; what the ones before have stored is kept.
    """
    instrument = resolve(request.symbol)
    now = bench.clock().astimezone(UTC)
    run = Run(
        id="", request=replace(request, symbol=instrument.symbol), instrument=instrument, started_at=now,
        book=new_book("", "", bench.settings.initial_cash), as_of=request.as_of or now,
        purse=Purse(bench.settings.llm, "", check) if bench.llm else None,
    )  # fmt: skip
    before = [(name, stage) for name, stage in STAGES[: _place("predict") + 1] if name != "settle"]
    for number, (name, stage) in enumerate(before):
        tell(number / len(before), f"{name} …")
        outcome = stage(run, bench, lambda share, words: check())
        bench.store.write(*outcome.writes)
        run = outcome.run
    return run.forecasts


def _place(stage: str) -> int:
    return [name for name, _ in STAGES].index(stage)


def _with_its_report(
    bench: Workbench, before: tuple[StageReport, ...], begun: float
) -> Callable[[Run, StageReport], tuple[Write, ...]]:
    """An order and the report that explains it are one commit: who dies after it is not asked for the same order again."""

    def ended(run: Run, last: StageReport) -> tuple[Write, ...]:
        if run.order is None:
            return ()
        return (close_cycle(_report(run, bench, (*before, last), time.perf_counter() - begun)),)

    return ended


def _nothing_more(run: Run, last: StageReport) -> tuple[Write, ...]:
    return ()


def _run_stage(
    run: Run,
    bench: Workbench,
    position: int,
    name: str,
    stage: Stage,
    on_progress: Callable[[float, str], None],
    with_it: Callable[[Run, StageReport], tuple[Write, ...]],
) -> tuple[Run, StageReport]:
    """One stage with its clock, its faults and its commit; `with_it`: what else belongs into that commit."""

    def tell(share: float, message: str) -> None:
        on_progress((position + share) / len(STAGES), f"{name}: {message}")

    begun = time.perf_counter()
    try:
        outcome = stage(run, bench, tell)
        state = StageState.DEGRADED if outcome.problems else StageState.OK
        report = _stage_report(name, state, begun, outcome)
        bench.store.write(
            *outcome.writes, save_stage(run.id, position, report, outcome.input_hash, outcome.output),
            *with_it(outcome.run, report),
        )  # fmt: skip
        return outcome.run, report
    except (JobCancelled, StoreError):
        raise
    except GlassboxError as err:
        failure = Outcome(run, str(err), problems=(Problem(name, str(err), "The cycle ended here."),))
    except Exception as err:
        log.exception("cycle %s: stage %s failed", run.id, name)
        what = f"Unexpected {type(err).__name__} in stage {name}: {err}"
        failure = Outcome(
            run, what, problems=(Problem(name, what, "The cycle ended here; the log has the details."),)
        )
    report = _stage_report(name, StageState.FAILED, begun, failure)
    bench.store.write(save_stage(run.id, position, report, None, None))
    return run, report


def _stage_report(name: str, state: StageState, begun: float, outcome: Outcome) -> StageReport:
    return StageReport(
        name, state, time.perf_counter() - begun, outcome.summary, outcome.source, outcome.problems
    )


def _report(run: Run, bench: Workbench, stages: tuple[StageReport, ...], seconds: float) -> CycleReport:
    return CycleReport(
        id=run.id,
        request=run.request,
        as_of=run.as_of,
        world=run.world,
        book_id=run.book.id if run.request.mode is Mode.PAPER else "",
        data_source=run.data_source,
        stages=stages,
        quality=run.quality,
        sentiment=run.sentiment,
        forecasts=run.forecasts,
        explanations=run.explanations,
        fused=run.fused,
        decision=run.decision,
        order=run.order,
        fills=run.fills,
        started_at=run.started_at,
        seconds=seconds,
        regime=run.regime,
        outlook=run.outlook,
        llm=share_of(run, bench),
        settings=bench.settings.model_dump_json(exclude={"home", "keys"}),
        moved_book=run.moved_book,
    )
