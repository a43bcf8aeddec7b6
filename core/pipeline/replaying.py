"""A stored cycle run again from what is stored: the same stages, the settings of then, the answers of then.

Nothing is written, no provider of text and no language model is asked. What differs afterwards has changed since: bars
that a source corrected, a model file that was pruned or rolled back, the program itself.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from pydantic import ValidationError

from core.errors import GlassboxError, InputError
from core.instruments import resolve
from core.llm import LanguageModel, Purse, language_model
from core.pipeline.cycle import STAGES
from core.pipeline.renewing import proposed_again
from core.pipeline.run import Outcome, Run, Tell, Workbench
from core.records import Book, CycleReport, Replay, ReplayedStage, ReplayOfMany
from core.settings import Settings
from core.store import load
from core.store.cycles import ended_cycles, outputs_of, read_cycle

_ORDER = ("id", "symbol", "side", "type", "quantity", "stop", "target", "reduce_only")
"""What a cycle asks of the market; when it fills is the market's."""
_UNSTORED = frozenset({"collect"})
"""Stages that store no output and that the others stand on."""
_TOLD_ONLY = frozenset({"explain"})
"""Stages that no other one reads."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A cycle of the past, ready to run again."""

    report: CycleReport
    told: Mapping[str, str]
    """Result of each stage as JSON."""
    bench: Workbench
    """With the settings, the clock and the recorded answers of then."""
    run: Run
    """As it stood before its first stage, with the book as the cycle had brought it up to date."""


def stored_cycle(bench: Workbench, cycle_id: str) -> Stored:
    """A stored cycle with its settings, clock, book and recorded answers.

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
    return Stored(report, told, *_as_then(bench, report, load(Book, told["settle"])))


def steps(
    stored: Stored, before: str = "", without: frozenset[str] = frozenset()
) -> Iterator[tuple[str, Outcome]]:
    """The stages of a stored cycle one after the other, each on what the one before came to; nothing is written.

    Settling is left out, because the book as it stood then is where it begins, and so is a stage of which the cycle
    kept no result: it did not have it yet, or nothing that follows reads it.

    Args:
        before: the stage to stop at; empty: all of them.
        without: more stages to leave out.

    Raises:
        GlassboxError: the stage whose turn it is cannot be run any more.
    """
    run = stored.run
    for name, stage in STAGES:
        if name == before:
            return
        if name == "settle" or name in without or (name not in stored.told and name not in _UNSTORED):
            continue
        if name == "risk" and stored.report.moved_book is not None:
            run = proposed_again(run, stored.bench, stored.report.moved_book)
        outcome = stage(run, stored.bench, lambda share, words: None)
        run = outcome.run
        yield name, outcome


def rebuilt_run(bench: Workbench, cycle_id: str, before: str) -> tuple[Stored, Run]:
    """A stored cycle as it stood before one of its stages, and with what it works.

    Raises:
        UnknownId, InputError: see `stored_cycle`.
        GlassboxError: a stage before it cannot be run any more.
    """
    stored = stored_cycle(bench, cycle_id)
    run = stored.run
    for _, outcome in steps(stored, before, _TOLD_ONLY):
        run = outcome.run
    return stored, run


def replay(bench: Workbench, cycle_id: str, tell: Tell = lambda share, words: None) -> Replay:
    """Run a stored cycle again and compare stage by stage, up to the first that differs.

    It begins with the book as that cycle had brought it up to date; what the stages would write is dropped.

    Raises:
        UnknownId: no such cycle.
        InputError: it failed, or comes from before settings were kept.
    """
    stored = stored_cycle(bench, cycle_id)
    compared: list[ReplayedStage] = []
    run, going = stored.run, steps(stored)
    todo = [name for name, _ in STAGES if name in stored.told and name != "settle"]
    while True:
        tell(
            len(compared) / max(len(todo), 1),
            f"replaying {todo[len(compared)]}" if len(compared) < len(todo) else "done",
        )
        try:
            name, outcome = next(going)
        except StopIteration:
            break
        except GlassboxError as err:
            failed = "collect" if run.bars.empty else todo[len(compared)]
            compared.append(ReplayedStage(failed, False, str(err)))
            break
        run = outcome.run
        if name in stored.told:
            compared.append(_compared(name, stored.told[name], outcome.output or "null"))
            if not compared[-1].same:
                break
    return Replay(
        cycle_id, tuple(compared), sum(call.attempts for call in run.calls if call.attempts), models_of(stored.report),
    )  # fmt: skip


def replay_all(
    bench: Workbench, since: datetime | None = None, tell: Tell = lambda share, words: None
) -> ReplayOfMany:
    """Run every stored cycle again, oldest first; those that cannot be are named with the reason.

    Args:
        since: cycles started earlier are left alone.
    """
    ids = ended_cycles(bench.store, since)
    same, stages = 0, 0
    different: list[Replay] = []
    left_out: list[tuple[str, str]] = []
    models: dict[str, None] = {}
    for number, cycle_id in enumerate(ids):
        tell(number / len(ids), f"cycle {number + 1} of {len(ids)}, {len(different)} differ so far")
        try:
            found = replay(bench, cycle_id)
        except GlassboxError as err:
            left_out.append((cycle_id, str(err)))
            continue
        stages += len(found.stages)
        models |= dict.fromkeys(found.models)
        same += found.first_difference is None
        different += [found] if found.first_difference else []
    return ReplayOfMany(same, tuple(different), tuple(left_out), stages, tuple(models))


def models_of(report: CycleReport) -> tuple[str, ...]:
    """Ids of the models that spoke in a cycle, which name their version: forecasts, meta-model, agent, language model."""
    fused = report.fused
    beside = [found.model_id for found in (fused.meta, fused.agent) if found] if fused else []
    spoken = [item.model_id for item in report.forecasts] + beside
    if report.llm is not None and report.llm.model:
        spoken.append(report.llm.model)
    return tuple(dict.fromkeys(name for name in spoken if name))


def _as_then(bench: Workbench, report: CycleReport, book: Book) -> tuple[Workbench, Run]:
    """Settings, clock, book and recorded answers of the cycle's time."""
    current = bench.settings
    settings = _settings_of(report, current)
    ended = report.started_at + timedelta(seconds=report.seconds)
    then = replace(
        bench, settings=settings, news=(), clock=lambda: max(report.started_at, report.as_of),
        llm=_recorded(bench, settings, report, ended),
    )  # fmt: skip
    request = replace(report.request, source=report.data_source)  # the clock stands: now is then
    run = Run(
        id=report.id, request=request, instrument=resolve(request.symbol), started_at=report.started_at, book=book,
        as_of=report.as_of, purse=Purse(settings.llm, report.id) if then.llm else None,
        known_at=None if report.request.as_of else ended,  # a cycle of this moment read what it had just fetched
        stored_until=ended,
    )  # fmt: skip
    return then, run


def _settings_of(report: CycleReport, current: Settings) -> Settings:
    """Those of then, with the folders and keys of now.

    Raises:
        InputError: a setting of then is not known any more.
    """
    try:
        return Settings(**{**json.loads(report.settings), "home": current.home, "keys": current.keys})
    except ValidationError as err:
        where = ".".join(str(part) for part in err.errors()[0]["loc"])
        raise InputError(
            f"Cycle {report.id} was run with a setting that this version does not know ({where}), so it cannot be replayed."
        ) from err


def _recorded(
    bench: Workbench, settings: Settings, report: CycleReport, ended: datetime
) -> LanguageModel | None:
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
