"""Questions to a language model: answered from the record where it has them, in batches on the wire where it has not."""

import hashlib
import json
import uuid
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Generic

from core.errors import LlmError, SettingsError
from core.llm.batching import batches, messages_of, tokens_in, tokens_out
from core.llm.budget import Day, Purse, cost_of, price_of
from core.llm.inquiry import Inquiry, Told
from core.llm.memory import Memory
from core.llm.message import Endpoint
from core.llm.use import Said, Unit, Use
from core.records import CallState, Estimate, LlmCall, Problem, Spending
from core.settings import LlmSettings, Preset, Settings

if TYPE_CHECKING:
    from core.llm.wire import Wire

Tell = Callable[[float, str], None]


@dataclass(frozen=True, slots=True)
class Asked(Generic[Said]):
    """Answers by unit, and what it took to get them."""

    answers: tuple[Said | None, ...]
    """In the order of the units; None where the model abstained or was not asked."""
    calls: tuple[LlmCall, ...]
    problems: tuple[Problem, ...]
    model: str

    @property
    def complete(self) -> bool:
        """True when every unit has an answer."""
        return None not in self.answers


def language_model(
    settings: Settings, memory: Memory, clock: Callable[[], datetime], wire: "Wire | None" = None
) -> "LanguageModel | None":
    """The model that the settings name; None when they name none. Nothing is asked yet.

    One whose settings cannot be used answers nothing and says why with every question.
    """
    if settings.llm.preset is Preset.NONE:
        return None
    from core.llm.endpoints import endpoint_of
    from core.llm.wire import Wire

    try:
        endpoint = endpoint_of(settings)
    except SettingsError as err:
        nowhere = Endpoint(settings.llm.preset.value, "", None, settings.llm.model, free=False)
        return LanguageModel(nowhere, settings.llm, memory, clock, None, fault=str(err))
    if endpoint is None:
        return None
    return LanguageModel(endpoint, settings.llm, memory, clock, wire or Wire(endpoint, settings.llm))


class LanguageModel:
    """One model with its record, its budget and its wire. Safe to share between threads."""

    def __init__(
        self,
        endpoint: Endpoint,
        settings: LlmSettings,
        memory: Memory,
        clock: Callable[[], datetime],
        wire: "Wire | None",
        *,
        fault: str = "",
        until: datetime | None = None,
    ) -> None:
        """Without a `wire` only the record speaks, whatever its age: answers given `until` a moment (None: all)."""
        self.endpoint = endpoint
        self.settings = settings
        self.memory = memory
        self.wire = wire
        self.fault = fault
        self.day = Day(settings, memory, clock)
        self._clock = clock
        self._until = until

    @property
    def name(self) -> str:
        """The model's; empty when nobody has asked a server that lists its own models."""
        return self.endpoint.model or self.memory.last_model(self.endpoint.name)

    @property
    def uses(self) -> tuple[str, ...]:
        """What it is asked for."""
        return self.settings.uses

    @property
    def replays(self) -> bool:
        """True when only the record speaks."""
        return self.wire is None

    def spent_today(self) -> Spending:
        """By the ledger, since 00:00 UTC."""
        return self.day.spent()

    def replaying(self, until: datetime | None = None, name: str = "") -> "LanguageModel":
        """The same model, or the one called `name`, by its recorded answers alone; it makes no call."""
        endpoint = replace(self.endpoint, model=name or self.name)
        return LanguageModel(endpoint, self.settings, self.memory, self._clock, None, until=until)

    def estimate(self, use: Use[Said], units: Sequence[Unit], sample: int = 0) -> Estimate:
        """What `ask` would cost at most, were each request answered at once."""
        keys = {self._key(use, unit, sample): unit for unit in units}
        known = self._recall(list(keys))
        made = self._batches(use, [unit for key, unit in keys.items() if key not in known])
        into = sum(tokens_in(messages_of(use, batch)) for batch in made)
        out = sum(tokens_out(use, len(batch)) for batch in made)
        price = price_of(self.name, self.settings, self.endpoint.free)
        cached = sum(self._key(use, unit, sample) in known for unit in units)
        return Estimate(len(units), cached, len(made), into, out, cost_of(price, into, out))

    def ask(
        self,
        use: Use[Said],
        units: Sequence[Unit],
        purse: Purse,
        sample: int = 0,
        tell: Tell = lambda share, words: None,
    ) -> Asked[Said]:
        """Answers to these units; equal units are asked once.

        What comes is kept as it comes, so that a stop in the middle loses nothing. A batch that is truncated, or of
        which some units stay unanswered, is asked again in halves. Nothing is sent that the purse or the day's budget
        would not hold.

        Args:
            sample: 0, or the number of a further sample: asked with another seed and some temperature.
            tell: progress.

        Raises:
            JobCancelled: `purse.check` asked to stop.
        """
        if not units:
            return Asked((), (), (), self.name)
        if self.wire is not None:
            fault = self._learn_name()
            if fault:
                return self._silent(use, units, purse, fault)
        keys = [self._key(use, unit, sample) for unit in units]
        unit_of = dict(zip(keys, units, strict=True))
        known = self._recall(list(unit_of))
        missing = {key: unit for key, unit in unit_of.items() if key not in known}
        told = Told(calls=(self._cached(use, unit_of, known, purse),) if known else ())
        if missing and self.wire is None:
            what = self.fault or f"{len(missing)} of {len(unit_of)} answers are not on record."
            told = told.with_problem(use, what)
        elif missing:
            told = told + self._on_wire(use, missing, purse, sample, tell)
        said = {key: use.said.model_validate_json(text) for key, text in known.items()} | told.answers_of(use)
        return Asked(tuple(said.get(key) for key in keys), told.calls, told.problems, self.name)

    def _on_wire(
        self, use: Use[Said], missing: dict[str, Unit], purse: Purse, sample: int, tell: Tell
    ) -> Told:
        assert self.wire is not None
        inquiry = Inquiry(
            use, {unit: key for key, unit in missing.items()}, self.wire, self.endpoint.name, self.name, self.memory,
            purse, self.day, price_of(self.name, self.settings, self.endpoint.free), self._clock,
            self.settings.temperature if sample == 0 else max(self.settings.temperature, 0.7),
            self.settings.seed + sample,
        )  # fmt: skip
        made = self._batches(use, list(missing.values()))
        tell(0.0, f"asking {self.name} about {len(missing)} {'thing' if len(missing) == 1 else 'things'}")
        if len(made) == 1:
            return inquiry.ask(made[0])
        told = Told()
        with ThreadPoolExecutor(min(len(made), self.settings.concurrency), "llm") as pool:
            futures: list[Future[Told]] = [pool.submit(inquiry.ask, batch) for batch in made]
            wait(futures, return_when=FIRST_EXCEPTION)
            for future in futures:
                future.cancel()  # those that have begun end by themselves
            for number, future in enumerate(futures, start=1):
                told = told + future.result()
                tell(number / len(futures), f"{self.name} answered {number} of {len(futures)} requests")
        return told

    def _batches(self, use: Use[Said], units: Sequence[Unit]) -> tuple[tuple[Unit, ...], ...]:
        """A model that the app serves itself answers one request at a time."""
        alone = self.settings.preset is Preset.LOCAL
        return batches(use, units, self.settings, 1 if alone else self.settings.concurrency)

    def _learn_name(self) -> str:
        """Ask the server which model it has where the settings leave that open; why that failed, if it did."""
        assert self.wire is not None
        if self.endpoint.model:
            return ""
        try:
            self.endpoint = replace(self.endpoint, model=self.wire.model)
        except LlmError as err:
            return str(err)
        return ""

    def _silent(self, use: Use[Said], units: Sequence[Unit], purse: Purse, fault: str) -> Asked[Said]:
        """Nobody can be asked."""
        call = self._line(use, units, purse, CallState.FAILED, reason=fault)
        self.memory.note(call)
        return Asked((None,) * len(units), (call,), Told().with_problem(use, fault).problems, self.name)

    def _cached(self, use: Use[Said], units: dict[str, Unit], known: dict[str, str], purse: Purse) -> LlmCall:
        call = self._line(use, [units[key] for key in known], purse, CallState.CACHED)
        if self.wire is not None:  # a replay leaves no trace
            self.memory.note(call)
        return call

    def _line(
        self, use: Use[Said], units: Sequence[Unit], purse: Purse, state: CallState, reason: str = ""
    ) -> LlmCall:
        symbols = tuple(sorted({unit.symbol for unit in units}))
        return LlmCall(
            uuid.uuid4().hex[:16], self._clock(), use.kind, self.name, self.endpoint.name, use.version, symbols,
            len(units), state, purse.cycle_id, reason=reason,
        )  # fmt: skip

    def _recall(self, keys: Sequence[str]) -> dict[str, str]:
        fresh_at = None if self.wire is None else self._clock()
        return self.memory.recall(keys, fresh_at, self._until)

    def _key(self, use: Use[Said], unit: Unit, sample: int) -> str:
        """Hash of all that shapes an answer: model, parameters, prompt with schema, content."""
        parts = [self.name, self.settings.temperature, self.settings.seed, sample, use.sha256(), unit.content]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()
