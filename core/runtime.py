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
from core.hiding import HideSecrets, secrets_of
from core.jobs import Handler, JobContext, Jobs
from core.llm import language_model
from core.logs import hide_these
from core.pipeline import Workbench
from core.records import AutopilotState, Night, SourceCall
from core.sentiment import Lexicon
from core.settings import Settings, load_settings
from core.store import Store
from core.store.autopilot import last_night, save_night, worked_before
from core.store.calls import KEPT, forget_calls, read_calls, save_call
from core.store.cycles import last_cycled
from core.store.jobs import forget_jobs
from core.store.llm import LlmMemory
from core.warmup import WarmUp
from core.work import HANDLERS, PATIENT, URGENT, Work

NIGHTLY_KINDS = ("backup", "report", "improve")
"""Kinds of jobs that a night submits."""


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
        store = Store(settings.database, settings.seal, settings.store.memory_mb)
        store.write(forget_calls(self.opened_at - KEPT))
        self.bench = _workbench(settings, store, clock, Lexicon())
        self.jobs = Jobs(
            self.store,
            {kind: self._bind(work) for kind, work in HANDLERS.items()},
            settings.job_threads,
            clock,
            URGENT,
            PATIENT,
            self._hide,
        )
        self.warm_up = WarmUp(self.bench.lexicon)
        self.attempts = Attempts(clock)
        self.autopilot = Autopilot(lambda: self.bench, self.jobs)
        self.schedule = Schedule(self.autopilot, self.night)
        self._awake = self._serving = False

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
        hide_these(settings)
        if self.schedule.turning:
            self.schedule.run(settings.autopilot)

    def resume(self) -> None:
        """Let nights come from now on, and the autopilot go on if it was on when the last process ended; a night that
        nobody was awake for comes now."""
        self._serving = True
        self.schedule.nights()
        if self._wake():
            self.schedule.run(self.settings.autopilot)

    def switch_on(
        self, who: str, origin: str, assets: Sequence[str] = (), timeframe: str = "", source: str = ""
    ) -> AutopilotState:
        """Let the autopilot trade from now on; what is not named comes from the settings.

        Raises:
            UnknownSymbol, InputError: an asset or a timeframe that cannot be; nothing was switched.
        """
        self._wake()
        state = self.autopilot.start(who, origin, assets, timeframe, source)
        self.schedule.run(self.settings.autopilot)
        return state

    def switch_off(self, who: str, origin: str) -> AutopilotState | None:
        """Let no further step begin; jobs under way end. None when it was never on."""
        self.schedule.close()  # a turn under way ends first
        state = self.autopilot.stop(who, origin)
        if self._serving:
            self.schedule.nights()
        return state

    def close(self) -> None:
        """Stop the jobs and release the database."""
        self.schedule.close()
        self.jobs.close()
        self.store.close()

    def night(self) -> bool:
        """Do what is due once a day at 00:00 UTC: jobs of their own threads, and forgetting. False: done already."""
        now = self.bench.clock().astimezone(UTC)
        last = last_night(self.store)
        if last is not None and last.day >= now.date():
            return False
        self.store.write(save_night(Night(now.date(), now)), forget_calls(now - KEPT), forget_jobs(now))
        self._nightly(now, last)
        return True

    def _wake(self) -> bool:
        """Once for a process: whether the last one left the autopilot on; then, and in every server, what was missed."""
        if self._awake:
            return False
        self._awake = True
        on = self.autopilot.resume(len(self.jobs.interrupted))
        if on or self._serving:
            self._catch_up()
        return on

    def _catch_up(self) -> None:
        """The night that was slept through, once; and jobs of the last one that the end of the process cut short."""
        now, last = self.bench.clock().astimezone(UTC), last_night(self.store)
        if worked_before(self.store, _midnight(now)) and self.night():
            return
        for job in self.jobs.interrupted:
            if last is not None and job.kind in NIGHTLY_KINDS and job.submitted_at >= last.begun_at:
                self.jobs.submit(job.kind, job.arguments, key=job.key.partition(":")[2])

    def _nightly(self, now: datetime, last: Night | None) -> None:
        """The back-up always; a report of the newest day with cycles that no night has told of; models only where they
        are traded."""
        chosen, state = self.settings.autopilot, self.autopilot.state
        on = state is not None and state.running
        if chosen.nightly_backup:
            self.jobs.submit("backup", {}, key="nightly")
        cycled, yesterday = last_cycled(self.store, _midnight(now)), (now - timedelta(days=1)).date()
        untold = cycled is not None and (last is None or cycled.date() >= last.day)
        if chosen.daily_report and (on or untold):
            day = cycled.date() if cycled is not None and untold else yesterday
            self.jobs.submit("report", {} if day == yesterday else {"day": day.isoformat()}, key="nightly")
        if chosen.daily_optimisation and on:
            self.jobs.submit("improve", {}, key="nightly")

    def _hide(self, text: str) -> str:
        return HideSecrets(secrets_of(self.settings))(text)

    def _bind(self, work: Work) -> Handler:
        def handle(context: JobContext) -> str | None:
            return work(context, self.bench)

        return handle


def _midnight(now: datetime) -> datetime:
    return now.replace(hour=0, minute=0, second=0, microsecond=0)


def _workbench(
    settings: Settings, store: Store, clock: Callable[[], datetime], lexicon: Lexicon
) -> Workbench:
    def keep(call: SourceCall) -> None:
        store.write(save_call(call))

    memory = LlmMemory(store)
    return Workbench(
        settings=settings,
        store=store,
        sources=source_factory(settings, clock),
        news=news_sources(settings),
        gate=Gate(
            settings.collect.cool_down_seconds,
            clock,
            read_calls(store, clock() - timedelta(days=1)),
            keep,
            HideSecrets(secrets_of(settings)),
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
