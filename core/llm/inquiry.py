"""One batch on its way: within the budget, split when it is too much for the model, kept as it comes."""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from core.errors import LlmDeclined, LlmError, LlmMalformed, LlmTruncated
from core.llm.batching import messages_of, tokens_in, tokens_out
from core.llm.budget import Day, Most, Purse, cost_of
from core.llm.memory import Memory
from core.llm.message import Answer, Message, Request
from core.llm.use import Said, Unit, Use
from core.records import CallState, Exchange, KeptAnswer, LlmCall, Problem

if TYPE_CHECKING:
    from core.llm.wire import Wire

_SPLITS = 3
"""Times that a batch with missing or malformed answers is asked again in halves; a truncated one always is."""
_STATES = (
    (LlmTruncated, CallState.TRUNCATED),
    (LlmMalformed, CallState.MALFORMED),
    (LlmDeclined, CallState.DECLINED),
)


@dataclass(frozen=True, slots=True)
class Told:
    """What questions have led to so far."""

    answers: tuple[KeptAnswer, ...] = ()
    calls: tuple[LlmCall, ...] = ()
    problems: tuple[Problem, ...] = ()

    def __add__(self, other: "Told") -> "Told":
        """Both together; the same problem is told once."""
        fresh = tuple(problem for problem in other.problems if problem not in self.problems)
        return Told(self.answers + other.answers, self.calls + other.calls, self.problems + fresh)

    def with_problem(self, use: Use[Any], what: str) -> "Told":
        """One more problem."""
        return self + Told(problems=(_problem(use, what),))

    def answers_of(self, use: Use[Said]) -> dict[str, Said]:
        """By key."""
        return {kept.key: use.said.model_validate_json(kept.content) for kept in self.answers}


@dataclass(frozen=True, slots=True)
class Inquiry:
    """Everything that the batches of one question share."""

    use: Use[Any]
    keys: dict[Unit, str]
    wire: "Wire"
    endpoint: str
    model: str
    memory: Memory
    purse: Purse
    day: Day
    price: tuple[float, float] | None
    clock: Callable[[], datetime]
    temperature: float
    seed: int

    def ask(self, batch: Sequence[Unit], splits: int = _SPLITS) -> Told:
        """Ask about these units; those that stay unanswered are told as a problem.

        Raises:
            JobCancelled: the user asked to stop.
        """
        from core.llm.answering import answered

        messages = messages_of(self.use, batch)
        into, out = tokens_in(messages), tokens_out(self.use, len(batch))
        most = Most(into + out, cost_of(self.price, into, out))
        why = self._reserve(most)
        if why:
            return self._refused(batch, why)
        said: tuple[Any, ...] = (None,) * len(batch)
        answers: tuple[Answer, ...] = ()
        fault: LlmError | None = None
        call = self._call(batch)
        try:
            got = answered(self.wire, self._request(messages, out), self.use.batch, self.purse.check)
            answers, said = got.answers, self.use.read(got.value, batch)
        except LlmError as err:
            fault, answers = err, err.answers
        finally:
            call = self._spent(call, answers, fault)
            self.purse.settle(most, call.tokens_in + call.tokens_out, call.cost)
            self.day.release(most)
        told = self._keep(call, messages, answers, batch, said)
        left = [unit for unit, answer in zip(batch, said, strict=True) if answer is None]
        return told + self._again(left, batch, fault, splits) if left else told

    def _reserve(self, most: Most) -> str:
        why = self.day.reserve(most)
        if not why:
            why = self.purse.reserve(most)
            if why:
                self.day.release(most)
        return why

    def _again(
        self, left: Sequence[Unit], batch: Sequence[Unit], fault: LlmError | None, splits: int
    ) -> Told:
        """What is left asked for in halves, or alone, as long as that may help."""
        may_help = isinstance(fault, LlmTruncated) or (
            splits > 0 and (fault is None or isinstance(fault, LlmMalformed))
        )
        if may_help and len(left) > 1:
            middle = (len(left) + 1) // 2
            return self.ask(left[:middle], splits - 1) + self.ask(left[middle:], splits - 1)
        if may_help and len(batch) > 1:
            return self.ask(left, splits - 1)
        what = str(fault) if fault else f"{self.model} left a question unanswered."
        return Told().with_problem(self.use, what)

    def _refused(self, batch: Sequence[Unit], why: str) -> Told:
        call = replace(self._call(batch), state=CallState.OVER_BUDGET, reason=why, at=self.clock())
        self.memory.note(call)
        return Told(calls=(call,)).with_problem(self.use, f"{why}.")

    def _request(self, messages: Sequence[Message], most: int) -> Request:
        schema = self.use.batch.model_json_schema()
        name = self.use.kind.value
        return Request(tuple(messages), schema, name, most, self.temperature, self.seed)

    def _call(self, batch: Sequence[Unit]) -> LlmCall:
        symbols = tuple(sorted({unit.symbol for unit in batch}))
        return LlmCall(
            uuid.uuid4().hex[:16], self.clock(), self.use.kind, self.model, self.endpoint, self.use.version, symbols,
            len(batch), CallState.ANSWERED, self.purse.cycle_id,
        )  # fmt: skip

    def _spent(self, call: LlmCall, answers: Sequence[Answer], fault: LlmError | None) -> LlmCall:
        into, out = sum(a.tokens_in for a in answers), sum(a.tokens_out for a in answers)
        state = CallState.ANSWERED
        if fault is not None:
            state = next((s for kind, s in _STATES if isinstance(fault, kind)), CallState.FAILED)
        return replace(
            call, state=state, mode=answers[-1].mode if answers else "", tokens_in=into, tokens_out=out,
            cost=cost_of(self.price, into, out), seconds=sum(a.seconds for a in answers),
            attempts=sum(a.attempts for a in answers) + (fault.attempts if fault else 0), reason="" if fault is None else str(fault),
        )  # fmt: skip

    def _keep(
        self,
        call: LlmCall,
        messages: Sequence[Message],
        answers: Sequence[Answer],
        batch: Sequence[Unit],
        said: Sequence[Any],
    ) -> Told:
        now = self.clock()
        kept = tuple(
            KeptAnswer(
                self.keys[unit], self.use.kind, self.model, unit.symbol, now,
                None if unit.lifetime is None else now + unit.lifetime, answer.model_dump_json(),
            )
            for unit, answer in zip(batch, said, strict=True)
            if answer is not None
        )  # fmt: skip
        spoken = "\n\n".join(answer.text for answer in answers) or call.reason
        exchange = Exchange(tuple((m.role, m.content) for m in messages), spoken)
        self.memory.note(call, exchange, kept)
        return Told(kept, (call,))


def _problem(use: Use[Any], what: str) -> Problem:
    return Problem(f"llm/{use.kind.value}", what, "The language model abstained there.")
