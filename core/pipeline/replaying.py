"""A stored cycle run again from what is stored: the same stages, the settings of then, the answers of then.

Nothing is written, no provider of text and no language model is asked. What differs afterwards has changed since: bars
that a source corrected, a model file that was pruned or rolled back, the program itself.
"""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

from core.errors import GlassboxError, InputError
from core.instruments import resolve
from core.llm import LanguageModel, Purse, language_model
from core.pipeline.cycle import STAGES
from core.pipeline.run import Run, Tell, Workbench
from core.records import Book, CycleReport, LlmCall, Replay, ReplayedStage
from core.settings import Settings
from core.store import load
from core.store.cycles import outputs_of, read_cycle

_ORDER = ("id", "symbol", "side", "type", "quantity", "stop", "target", "reduce_only")
"""What a cycle asks of the market; when it fills is the market's."""


def replay(bench: Workbench, cycle_id: str, tell: Tell = lambda share, words: None) -> Replay:
    """Run a stored cycle again and compare stage by stage, up to the first that differs.

    It begins with the book as that cycle had brought it up to date; what the stages would write is dropped.

    Raises:
        UnknownId: no such cycle.
        InputError: it failed, or comes from before settings were kept.
    """
    report = read_cycle(bench.store, cycle_id)
    told = outputs_of(bench.store, cycle_id)
    if not report.settings:
        raise InputError(
            f"Cycle {cycle_id} was run before settings were kept with it, so it cannot be replayed."
        )
    if report.failed or "settle" not in told:
        raise InputError(f"Cycle {cycle_id} failed, so there is nothing to compare a replay with.")
    then, run = _as_then(bench, report, load(Book, told["settle"]))
    compared: list[ReplayedStage] = []
    for number, (name, stage) in enumerate(STAGES):
        if name == "settle" or (name not in told and name != "collect"):
            continue  # the book as it stood then is where the replay begins
        tell(number / len(STAGES), f"replaying {name}")
        try:
            outcome = stage(run, then, lambda share, words: None)
        except GlassboxError as err:
            compared.append(ReplayedStage(name, False, str(err)))
            break
        run = outcome.run
        if name in told:
            compared.append(_compared(name, told[name], outcome.output or "null"))
            if not compared[-1].same:
                break
    return Replay(cycle_id, tuple(compared), sum(call.attempts for call in _sent(run)))


def _sent(run: Run) -> tuple[LlmCall, ...]:
    return tuple(call for call in run.calls if call.attempts)


def _as_then(bench: Workbench, report: CycleReport, book: Book) -> tuple[Workbench, Run]:
    """Settings, clock, book and recorded answers of the cycle's time."""
    current = bench.settings
    settings = Settings(**{**json.loads(report.settings), "home": current.home, "keys": current.keys})
    ended = report.started_at + timedelta(seconds=report.seconds)
    then = replace(
        bench, settings=settings, news=(), clock=lambda: report.started_at,
        llm=_recorded(bench, settings, report, ended),
    )  # fmt: skip
    request = replace(report.request, source=report.data_source)  # the clock stands: now is then
    run = Run(
        id=report.id, request=request, instrument=resolve(request.symbol), started_at=report.started_at, book=book,
        as_of=report.as_of, purse=Purse(settings.llm, report.id) if then.llm else None,
        known_at=None if report.request.as_of else ended,  # a cycle of this moment read what it had just fetched
    )  # fmt: skip
    return then, run


def _recorded(bench: Workbench, settings: Settings, report: CycleReport, ended: Any) -> LanguageModel | None:
    """The language model of then, by its recorded answers alone."""
    if report.llm is None or bench.memory is None:
        return None
    model = language_model(settings, bench.memory, bench.clock)
    return None if model is None else model.replaying(ended, report.llm.model)


def _compared(stage: str, before: str, now: str) -> ReplayedStage:
    old, new = json.loads(before), json.loads(now)
    if stage == "execute" and isinstance(old, dict) and isinstance(new, dict):
        old, new = ({key: order.get(key) for key in _ORDER} for order in (old, new))
    found = _difference(old, new, "")
    return ReplayedStage(stage, not found, found or "The same result.")


def _difference(old: Any, new: Any, path: str) -> str:
    """The first place where two JSON values differ, in words; empty when nowhere."""
    if isinstance(old, dict) and isinstance(new, dict):
        for key in dict.fromkeys([*old, *new]):
            found = _difference(old.get(key), new.get(key), f"{path}.{key}" if path else str(key))
            if found:
                return found
        return ""
    if isinstance(old, list) and isinstance(new, list):
        if len(old) != len(new):
            return f"{path or 'the result'} had {len(old)} entries and now has {len(new)}."
        pairs = enumerate(zip(old, new, strict=True))
        return next((found for n, (a, b) in pairs if (found := _difference(a, b, f"{path}[{n}]"))), "")
    if old == new:
        return ""
    return f"{path or 'the result'} was {json.dumps(old)[:80]} and is now {json.dumps(new)[:80]}."
