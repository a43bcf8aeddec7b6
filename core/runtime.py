"""The process that owns the database: settings, store, workbench and jobs, opened together and closed together."""

import sys
import threading
import types
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from core.attempts import Attempts
from core.autopilot import Autopilot
from core.autopilot.schedule import Schedule
from core.collect import Gate, news_sources, source_factory
from core.jobs import Handler, JobContext, Jobs
from core.llm import language_model
from core.pipeline import Workbench
from core.records import AutopilotState, SourceCall
from core.sentiment import Lexicon
from core.settings import Settings, load_settings
from core.store import Store
from core.store.calls import KEPT, forget_calls, read_calls, save_call
from core.store.llm import LlmMemory
from core.warmup import WarmUp
from core.work import HANDLERS, URGENT, Work


def system_clock() -> datetime:
    """Now, in UTC."""
    return datetime.now(UTC)


class Runtime:
    """One open database with everything that works on it."""

    def __init__(self, settings: Settings, clock: Callable[[], datetime] = system_clock) -> None:
        """Open the database of `settings.home` and start the job threads.

        Raises:
            StoreError: the database is held by another process, cannot be read or cannot be written.
        """
        self.opened_at = clock()
        store = Store(settings.database)
        store.write(forget_calls(self.opened_at - KEPT))
        self.bench = _workbench(settings, store, clock, Lexicon())
        self.jobs = Jobs(
            self.store,
            {kind: self._bind(work) for kind, work in HANDLERS.items()},
            settings.job_threads,
            clock,
            URGENT,
        )
        self.warm_up = WarmUp(self.bench.lexicon)
        self.attempts = Attempts(clock)
        self.autopilot = Autopilot(lambda: self.bench, self.jobs)
        self.schedule = Schedule(self.autopilot, self._nightly)

    @property
    def settings(self) -> Settings:
        """The settings that new work starts with."""
        return self.bench.settings

    @property
    def store(self) -> Store:
        """The open database."""
        return self.bench.store

    def apply(self, settings: Settings) -> None:
        """Let new work start with other settings; running jobs keep theirs."""
        fresh = _workbench(settings, self.store, self.bench.clock, self.bench.lexicon)
        self.bench = replace(fresh, shelf=self.bench.shelf, agents=self.bench.agents, turns=self.bench.turns)
        if self.schedule.next_turns():
            self.schedule.run(settings.autopilot)

    def resume(self) -> None:
        """Let the autopilot go on, if it was on when the last process ended."""
        if self.autopilot.resume():
            self.schedule.run(self.settings.autopilot)

    def switch_on(
        self, who: str, origin: str, assets: Sequence[str] = (), timeframe: str = "", source: str = ""
    ) -> AutopilotState:
        """Let the autopilot trade from now on; what is not named comes from the settings.

        Raises:
            UnknownSymbol, InputError: an asset or a timeframe that cannot be; nothing was switched.
        """
        state = self.autopilot.start(who, origin, assets, timeframe, source)
        self.schedule.run(self.settings.autopilot)
        return state

    def switch_off(self, who: str, origin: str) -> AutopilotState | None:
        """Let no further step begin; jobs under way end. None when it was never on."""
        self.schedule.close()
        return self.autopilot.stop(who, origin)

    def close(self) -> None:
        """Stop the jobs and release the database."""
        self.schedule.close()
        self.jobs.close()
        self.store.close()

    def _nightly(self) -> None:
        if self.settings.autopilot.nightly_backup:
            self.jobs.submit("backup", {}, key="nightly")

    def _bind(self, work: Work) -> Handler:
        def handle(context: JobContext) -> str | None:
            return work(context, self.bench)

        return handle


def _workbench(
    settings: Settings, store: Store, clock: Callable[[], datetime], lexicon: Lexicon
) -> Workbench:
    def keep(call: SourceCall) -> None:
        store.write(save_call(call))

    memory = LlmMemory(store)
    return Workbench(
        settings=settings,
        store=store,
        sources=source_factory(settings),
        news=news_sources(settings),
        gate=Gate(
            settings.collect.cool_down_seconds, clock, read_calls(store, clock() - timedelta(days=1)), keep
        ),
        lexicon=lexicon,
        clock=clock,
        llm=language_model(settings, memory, clock),
        memory=memory,
    )


def _kept() -> dict[str, Any]:
    """What this process keeps on a module of its own: Streamlit re-imports edited modules while threads of the
    old ones run on, and whatever is re-imported must find the same runtime."""
    kept = sys.modules.setdefault("_glassbox_process", types.ModuleType("_glassbox_process")).__dict__
    kept.setdefault("lock", threading.RLock())
    return kept


def shared_runtime() -> Runtime:
    """The runtime of this server process, opened on first use.

    Raises:
        GlassboxError: settings or database cannot be used; the next call tries again.
    """
    kept = _kept()
    with kept["lock"]:
        if "runtime" not in kept:
            kept["runtime"] = Runtime(load_settings())
        runtime: Runtime = kept["runtime"]
        return runtime


def close_shared_runtime() -> None:
    """Close the runtime of this process, if it was opened."""
    kept = _kept()
    with kept["lock"]:
        runtime = kept.pop("runtime", None)
        if runtime is not None:
            runtime.close()
