"""Once more after a failure that may pass: later each time, never in step with others, as late as the server asks."""

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from core.llm.message import Check
from core.llm.wire.failure import Failed
from core.llm.wire.waiting import pause

if TYPE_CHECKING:
    from tenacity import RetryCallState

LONGEST_WAIT = 60.0
"""Seconds of Retry-After that are waited out; a server that asks for more gets no second request."""
FIRST_WAIT, MOST_WAIT = 1.0, 20.0
"""Seconds before the second attempt, doubled for each further one, where the server names none."""

Value = TypeVar("Value")


def repeated(
    attempt: Callable[[], Value],
    retries: int,
    resting: Callable[[], bool],
    check: Check,
    sleep: Callable[[float], None],
) -> Value:
    """What `attempt` returns, tried at most 1 + `retries` times; none further once the endpoint is `resting`.

    Raises:
        Failed: of the last attempt.
    """
    from tenacity import Retrying, retry_if_exception, stop_after_attempt

    def worth_it(err: BaseException) -> bool:
        if not isinstance(err, Failed) or resting():
            return False
        return err.failure.again and (err.failure.wait or 0.0) <= LONGEST_WAIT

    return Retrying(
        retry=retry_if_exception(worth_it),
        stop=stop_after_attempt(1 + retries),
        wait=_wait,
        sleep=lambda seconds: pause(seconds, check, sleep),
        reraise=True,
    )(attempt)


def _wait(state: "RetryCallState") -> float:
    """Seconds before the next attempt: as asked and up to half a second more, or doubling with up to one more."""
    from tenacity import wait_exponential_jitter, wait_random

    err = state.outcome.exception() if state.outcome is not None else None
    asked = err.failure.wait if isinstance(err, Failed) else None
    if asked is None:
        return wait_exponential_jitter(initial=FIRST_WAIT, max=MOST_WAIT, jitter=1.0)(state)
    return asked + wait_random(0.0, 0.5)(state)
