"""One endpoint and everything that was learnt about it: what it understands, what it bears, whether it is well."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TypeVar

from core.errors import LlmError, LlmMisconfigured, LlmRateLimited, LlmUnreachable
from core.llm.message import Answer, Check, Endpoint, Request
from core.llm.wire.breaker import Breaker
from core.llm.wire.client import Line, open_line
from core.llm.wire.dialect import Dialect, Spoken, step_after
from core.llm.wire.failure import Failed, Failure
from core.llm.wire.pace import Pace, Place
from core.llm.wire.repeating import LONGEST_WAIT, repeated
from core.llm.wire.state import WireState
from core.llm.wire.waiting import attended, pause
from core.settings import LlmSettings, Preset

Value = TypeVar("Value")


@dataclass(slots=True)
class _Count:
    """Of one call to the wire."""

    attempts: int = 0
    requests: int = 0
    """More than attempts where another dialect was tried."""


class Wire:
    """An endpoint. Safe to share between threads; everything that asks it should share one."""

    def __init__(
        self,
        endpoint: Endpoint,
        settings: LlmSettings,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Nothing is opened before the first request."""
        self.endpoint = endpoint
        self.settings = settings
        self._clock = clock
        self._sleep = sleep
        self._lock = threading.Lock()
        self._line: Line | None = None
        self._model = endpoint.model
        self._spoken = Spoken()
        self._breaker = Breaker(settings.breaker_failures, settings.breaker_seconds, clock)
        # the server of this app answers one at a time; others wait here, where their time-out does not run yet
        self._most = 1 if endpoint.name == Preset.LOCAL.value else settings.concurrency
        self._pace = Pace(self._most, clock)
        self._last_error: LlmError | None = None
        self._requests = 0

    @property
    def model(self) -> str:
        """The configured model, or the first one that the server lists; asked for once.

        Raises:
            LlmError: nothing is configured, and the server lists none or does not answer.
        """
        return self._named(lambda: None)

    def models(self, check: Check = lambda: None) -> tuple[str, ...]:
        """Names of the models that the server lists.

        Raises:
            LlmError: it does not answer.
        """
        return self._repeated(lambda place, count: self._listed(count, check), check)

    def send(self, request: Request, check: Check = lambda: None) -> Answer:
        """The answer to one request; blocks until it is there, also through waits that the server asks for.

        Raises:
            LlmError: there is none; one sentence why, without the key.
            JobCancelled: by `check`, which is called between attempts, while waiting, and while the model writes.
        """
        model = self._named(check)
        return self._repeated(lambda place, count: self._posted(request, model, place, count, check), check)

    def state(self) -> WireState:
        """How it stands with the endpoint now; asks nothing."""
        proven = self._spoken.proven
        return WireState(
            endpoint=self.endpoint.name, model=self._model, mode=proven.value if proven else "",
            limit=self._pace.limit, most=self._most, in_flight=self._pace.under_way,
            latency=self._pace.latency, breaker=self._breaker.state, failures=self._breaker.failures,
            resting_until=self._breaker.until, last_error=str(self._last_error or ""), requests=self._requests,
        )  # fmt: skip

    def _named(self, check: Check) -> str:
        if not self._model:
            listed = self.models(check)
            if not listed:
                raise LlmMisconfigured(
                    f"{self.endpoint.name} lists no model: load one there, or set llm.model."
                )
            self._model = listed[0]
        return self._model

    def _repeated(self, question: Callable[[Place, _Count], Value], check: Check) -> Value:
        count = _Count()
        try:
            return repeated(
                lambda: self._attempt(question, count, check), self.settings.retries,
                lambda: self._breaker.until is not None, check, self._sleep,
            )  # fmt: skip
        except Failed as failed:
            error = failed.failure.error
        error.attempts = count.requests
        raise error

    def _attempt(self, question: Callable[[Place, _Count], Value], count: _Count, check: Check) -> Value:
        """Once, in turn; how it went is remembered."""
        check()
        self._wait_out(check)
        with self._pace.place(check) as place:
            if not self._breaker.admits():
                raise Failed(self._rests())
            count.attempts += 1
            try:
                value = question(place, count)
            except Failed as failed:
                self._note(failed.failure, place)
                raise
            except BaseException as err:
                self._breaker.undecided()
                self._last_error = err if isinstance(err, LlmError) else self._last_error
                raise
        self._breaker.good()
        self._last_error = None
        return value

    def _wait_out(self, check: Check) -> None:
        """Nobody asks while the server wants to be left in peace."""
        held = self._pace.held()
        if held > LONGEST_WAIT:
            error = LlmRateLimited(
                f"The language model at {self.endpoint.name} asked to slow down for {held:.0f} more seconds: try later."
            )
            raise Failed(Failure(error, again=False, counts=False))
        pause(held, check, self._sleep)

    def _rests(self) -> Failure:
        """Not sent: why the endpoint is left alone."""
        until, last = self._breaker.until, self._last_error
        when = f"left alone until {until:%H:%M:%S} UTC" if until else "just being tried again"
        kind = type(last) if last is not None else LlmUnreachable
        why = f"The language model at {self.endpoint.name} is {when} after failures in a row. The last one: {last}"
        return Failure(kind(why), again=False)

    def _note(self, failure: Failure, place: Place) -> None:
        self._last_error = failure.error
        if failure.slow:
            place.overrun()
        if failure.wait:
            self._pace.hold(failure.wait)
        if failure.counts:
            self._breaker.failed()
        else:
            self._breaker.undecided()

    def _posted(self, request: Request, model: str, place: Place, count: _Count, check: Check) -> Answer:
        """The answer in the best dialect that the server understands."""
        line = self._opened(check)
        dialect, guessed = self._spoken.dialect, None
        while True:
            self._counted(count)
            got = self._tried(line, request, dialect, model, check)
            if isinstance(got, Answer):
                break
            step = step_after(dialect, got, proven=self._spoken.proven is dialect.mode)
            if step is None or (got.status >= 500 and count.attempts > 1 and not step.lasting):
                raise Failed(got)  # a server that fails again and again would be asked thrice as often
            guessed = guessed if step.lasting else got
            dialect = step.dialect
        self._spoken.understood(dialect, guessed)
        place.good(got.seconds, got.tokens_in, got.tokens_out)
        return replace(got, attempts=count.requests)

    def _tried(
        self, line: Line, request: Request, dialect: Dialect, model: str, check: Check
    ) -> Answer | Failure:
        try:
            return attended(partial(line.post, request, dialect, model), check)
        except Failed as failed:
            return failed.failure

    def _listed(self, count: _Count, check: Check) -> tuple[str, ...]:
        line = self._opened(check)
        self._counted(count)
        return attended(line.models, check)

    def _counted(self, count: _Count) -> None:
        count.requests += 1
        with self._lock:
            self._requests += 1

    def _opened(self, check: Check) -> Line:
        """The client; for a model that the app serves itself, once that runs."""
        address = self.endpoint.base_url
        if not address:
            from core.llm.local import shared_server

            address = shared_server(Path(self.settings.gguf)).start(check=check)
        with self._lock:
            if self._line is None or self._line.address != address:
                self._line = open_line(self.endpoint, address, self.settings.timeout_seconds, self._clock)
            return self._line
