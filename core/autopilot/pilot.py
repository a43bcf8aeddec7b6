"""What the autopilot does at each turn of a step; when the turns come is its scheduler's."""

import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from core.autopilot.moments import due
from core.autopilot.plan import in_order, rests
from core.autopilot.stepping import BY
from core.autopilot.waking import waking_words
from core.autopilot.worlds import held_symbols, worlds_of
from core.errors import InputError
from core.instruments import resolve
from core.pipeline import Workbench
from core.pipeline.at_hand import sample_world
from core.pipeline.gathering import SAMPLE
from core.pipeline.recent_volatility import recent_volatility
from core.records import AutopilotState, Deed, Step, Timeframe
from core.store.audit import save_deed
from core.store.autopilot import (
    last_heartbeat,
    read_steps,
    read_switch,
    save_heartbeat,
    save_switch,
)
from core.store.visits import read_visits

KINDS: Mapping[Step, str] = {
    Step.COLLECT: "fetch",
    Step.PREDICT: "forecast",
    Step.SIGNALS: "cycle",
    Step.TRADE: "settle",
}
"""Kind of the job that a step is."""
_LATELY = timedelta(days=7)


class Submits(Protocol):
    """Whoever takes jobs: the pool of a server, or a test that runs them at once."""

    def submit(self, kind: str, arguments: Mapping[str, str], key: str = "") -> str:
        """Take a job, or return the one of its kind and key that has not ended."""
        ...


class Autopilot:
    """Switched on and off by a row of the store; its steps are jobs."""

    def __init__(self, bench: Callable[[], Workbench], jobs: Submits) -> None:
        self._bench = bench
        self._jobs = jobs
        self._lock = threading.Lock()

    @property
    def state(self) -> AutopilotState | None:
        """The last switch; None when it was never used."""
        return read_switch(self._bench().store)

    def start(
        self, who: str, origin: str, assets: Sequence[str] = (), timeframe: str = "", source: str = ""
    ) -> AutopilotState:
        """Switch it on; what is not named comes from the settings.

        Raises:
            UnknownSymbol, InputError: an asset or a timeframe that cannot be; nothing was switched.
        """
        bench = self._bench()
        settings = bench.settings
        named = tuple(assets) or settings.autopilot.assets or (settings.symbol,)
        frame = _timeframe(timeframe) if timeframe else settings.timeframe.value
        symbols = tuple(dict.fromkeys(resolve(name).symbol for name in named))
        origin_of_bars = source or settings.source
        if origin_of_bars == SAMPLE:
            _in_sample(symbols, Timeframe(frame))
        return self._switch(AutopilotState(True, bench.clock(), who, symbols, frame, origin_of_bars), origin)

    def stop(self, who: str, origin: str) -> AutopilotState | None:
        """Switch it off; jobs under way end, none follows. None when it was never on."""
        last = self.state
        if last is None:
            return None
        now = self._bench().clock()
        off = AutopilotState(False, now, who, last.assets, last.timeframe, last.source)
        return self._switch(off, origin)

    def resume(self, interrupted: int = 0) -> bool:
        """Whether it is on, for a server that has just started; what it woke up to is noted in the audit trail.

        Args:
            interrupted: jobs that the last process left unfinished.
        """
        state, bench = self.state, self._bench()
        if state is None or not state.running:
            return False
        seen, now = last_heartbeat(bench.store), bench.clock()
        if seen is not None:
            deed = Deed(
                BY, "server", "resume", "autopilot", f"last seen {seen:%Y-%m-%d %H:%M:%S} UTC",
                waking_words(bench, state, now - seen, interrupted),
            )  # fmt: skip
            bench.store.write(save_deed(deed, now), save_heartbeat(now))
        return True

    def turn(self, step: Step) -> tuple[str, ...]:
        """One turn of a step: a job for each asset that has something to do. Ids of the jobs; empty while it is off.

        An asset whose last turn failed rests, and one whose job has not ended gets no second one. Whoever guards open
        positions never rests. Time is the bench's clock alone, so that a test may let weeks pass in minutes.
        """
        state = self.state
        if state is None or not state.running:
            return ()
        bench = self._bench()
        now = bench.clock()
        bench.store.write(save_heartbeat(now))
        if step is Step.PREDICT and not bench.settings.autopilot.predictions:
            return ()
        last = {(run.step, run.subject): run for run in read_steps(bench.store)}
        subjects = [
            one for one in self._subjects(step, state, bench) if not rests(last.get((step, one)), now)
        ]
        moments = {one: due(bench, state, one, now) for one in subjects} if step is Step.SIGNALS else {}
        return tuple(
            self._submit(step, one, state, moments.get(one))
            for one in subjects
            if step is not Step.SIGNALS or moments[one] is not None
        )

    def force(self, step: Step, who: str, origin: str) -> tuple[str, ...]:
        """Do a step now for every asset, also one that rests, and also while it is off.

        Raises:
            InputError: it was never switched on, so there are no assets.
        """
        state = self.state
        if state is None:
            raise InputError("The autopilot has no assets yet: start it first, or run a cycle of one asset.")
        bench = self._bench()
        now = bench.clock()
        deed = Deed(who, origin, "force", step.value, "", ", ".join(state.assets))
        bench.store.write(save_deed(deed, now))
        subjects = self._subjects(step, state, bench)
        moments = {one: due(bench, state, one, now) for one in subjects} if step is Step.SIGNALS else {}
        return tuple(self._submit(step, one, state, moments.get(one)) for one in subjects)

    def _switch(self, state: AutopilotState, origin: str) -> AutopilotState:
        with self._lock:
            before = self.state
            deed = Deed(
                state.who, origin, "start" if state.running else "stop", "autopilot",
                "" if before is None else _told(before), _told(state),
            )  # fmt: skip
            self._bench().store.write(save_switch(state), save_deed(deed, state.since))
        return state

    def _subjects(self, step: Step, state: AutopilotState, bench: Workbench) -> tuple[str, ...]:
        if step is Step.TRADE:
            return worlds_of(state)
        visits: dict[str, int] = {}
        for visit in read_visits(bench.store, bench.clock() - _LATELY):
            visits[visit.symbol] = visits.get(visit.symbol, 0) + 1
        return in_order(
            state.assets, held_symbols(bench, state),
            recent_volatility(bench, state.assets, state.timeframe), visits,
        )  # fmt: skip

    def _submit(self, step: Step, subject: str, state: AutopilotState, moment: datetime | None = None) -> str:
        arguments = {"by": BY, "step": step.value, "subject": subject}
        if step is Step.TRADE:
            arguments |= {"world": subject}
        else:
            arguments |= {"symbol": subject, "timeframe": state.timeframe, "source": state.source}
        if moment is not None and state.source == SAMPLE:
            arguments |= {"as_of": moment.isoformat()}
        return self._jobs.submit(KINDS[step], arguments, key=subject)


def _timeframe(text: str) -> str:
    try:
        return Timeframe(text.lower()).value
    except ValueError as err:
        allowed = ", ".join(frame.value for frame in Timeframe)
        raise InputError(f"Timeframe {text!r} does not exist: choose one of {allowed}.") from err


def _in_sample(symbols: Sequence[str], timeframe: Timeframe) -> None:
    missing = [symbol for symbol in symbols if sample_world(resolve(symbol), timeframe) is None]
    if missing:
        raise InputError(
            f"The sample has no {timeframe.value} bars of {', '.join(missing)}: choose another timeframe, asset or source."
        )


def _told(state: AutopilotState) -> str:
    how = "on" if state.running else "off"
    return f"{how}: {', '.join(state.assets)}, {state.timeframe} bars from {state.source}"
