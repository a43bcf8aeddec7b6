"""The flip of a decision: the smallest change of its inputs that would have changed it.

A counterfactual explanation (Wachter, Mittelstadt and Russell 2017, "Counterfactual explanations without opening the black
box"; Mothilal, Sharma and Tan 2020, DiCE): the nearest inputs, by the sum of their moves in robust standard deviations,
at which the same models, signals, policy and risk rules decide otherwise. It says what the decision hung on, not what the
market could have done: inputs that move together in a market are moved alone. No randomness takes part.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from core.errors import GlassboxError
from core.pipeline.cycle import STAGES
from core.pipeline.flip_answers import names_read, subject
from core.pipeline.flip_inputs import SENTIMENT, Input, changed_run, inputs_of
from core.pipeline.flip_margins import margins_of
from core.pipeline.flip_search import Judge, Search, values_of
from core.pipeline.renewing import proposed_again
from core.pipeline.replaying import Stored, rebuilt_run
from core.pipeline.run import Run, Tell, Workbench
from core.pipeline.validating import resized
from core.records import Action, ChangedInput, Decision, Ending, Flip, FusedSignal, Verdict
from core.store.flips import read_flip, save_flip

_STAGES = dict(STAGES)
_MOST_RERUNS = 12
"""Candidates whose whole decision is run again."""
_BY_SIZE = frozenset({"agent", "size"})
"""Gates that look at how large a position may be, not only at where scores stand to the threshold."""


def flip_of_cycle(bench: Workbench, cycle_id: str, tell: Tell = lambda share, words: None) -> Flip:
    """The flip of a stored cycle; searched for once and kept.

    Raises:
        UnknownId: no such cycle.
        InputError: it failed, or comes from before settings were kept.
        GlassboxError: a stage of it cannot be run any more.
    """
    kept = read_flip(bench.store, cycle_id)
    if kept is not None:
        return kept
    found = search_flip(bench, cycle_id, tell)
    bench.store.write(save_flip(found))
    return found


def search_flip(bench: Workbench, cycle_id: str, tell: Tell = lambda share, words: None) -> Flip:
    """Search for the flip of a stored cycle; nothing is written and nobody is asked. Raises as `flip_of_cycle`."""
    tell(0.0, "reading the cycle")
    stored, run = rebuilt_run(bench, cycle_id, before="signals")
    again = Again(stored)
    base = again.judged(run)
    assert base.fused is not None and stored.report.decision is not None
    was, now = ending(stored.report.decision), again.decided(base)
    margins = margins_of(stored.report, stored.bench.settings)
    if was != now:
        note = f"Run again today the cycle ends with «{now.words}» instead of «{was.words}»; a replay names the stage that differs."
        return Flip(cycle_id, was, None, (), False, 0, 0, 0, (), margins, bench.clock(), note)
    about = subject(base, stored.bench)
    inputs = inputs_of(base, names_read(about))
    search = Search(about, inputs, _judge(again, base, was))
    tell(0.3, f"varying {len(inputs)} inputs one by one")
    found = _confirmed(again, run, was, search.singles())
    if found is None:
        tell(0.6, "varying two inputs together")
        found = _confirmed(again, run, was, search.pairs(_towards(was)))
    changes, becomes = found or ((), None)
    return Flip(
        cycle_id, was, becomes, changes, becomes is not None, len(inputs), search.tried, again.reruns,
        _held(stored, inputs), margins, bench.clock(),
    )  # fmt: skip


def ending(decision: Decision) -> Ending:
    """What two decisions are told apart by."""
    quantity = decision.proposal.quantity
    side = 0 if decision.proposal.action in (Action.HOLD, Action.ADJUST) else (quantity > 0) - (quantity < 0)
    return Ending(decision.verdict, decision.proposal.action, side)


@dataclass(slots=True)
class Again:
    """The stages of a decision, run again on changed inputs; what they would write is dropped."""

    stored: Stored
    reruns: int = 0

    def judged(self, run: Run) -> Run:
        """With its signals, fused."""
        return self._stage("signals", run)

    def decided(self, run: Run) -> Ending:
        """What policy, second look and risk rules make of a fused signal."""
        looked, moved = self._looked_at(self._stage("decide", run)), self.stored.report.moved_book
        if moved is not None:
            looked = proposed_again(looked, self.stored.bench, moved)
        decision = self._stage("risk", looked).decision
        assert decision is not None
        return ending(decision)

    def whole(self, run: Run) -> Ending:
        """What a cycle decides from its inputs on."""
        self.reruns += 1
        return self.decided(self.judged(run))

    def _looked_at(self, run: Run) -> Run:
        """With the second look of then; a trade that nobody was asked about then counts as approved."""
        decision = self.stored.report.decision
        told = decision.validation if decision else None
        if told is None or told.state == "not asked" or run.proposal is None:
            alone = replace(self.stored.bench, llm=None)
            return _STAGES["validate"](run, alone, lambda share, words: None).run
        return replace(run, validation=told, proposal=resized(run.proposal, told, run.instrument.lot))

    def _stage(self, name: str, run: Run) -> Run:
        return _STAGES[name](run, self.stored.bench, lambda share, words: None).run


def _judge(again: Again, base: Run, was: Ending) -> Judge:
    assert base.fused is not None
    decision = again.stored.report.decision
    gate = decision.proposal.gate if decision else ""
    always = gate in _BY_SIZE or was.verdict is Verdict.DENIED

    def decide(fused: FusedSignal) -> Ending:
        return again.decided(replace(base, fused=fused))

    return Judge(decide, was, base.fused, again.stored.bench.settings.signals.threshold, always)


def _towards(was: Ending) -> Callable[[FusedSignal], float]:
    """How near a fused signal is to another decision: a hold asks for more of a score, a trade for less of it."""
    return lambda fused: -was.side * fused.score if was.side else abs(fused.score)


def _confirmed(
    again: Again, run: Run, was: Ending, found: Sequence[tuple[ChangedInput, ...]]
) -> tuple[tuple[ChangedInput, ...], Ending] | None:
    """The nearest candidate on which the whole decision, run again, is another one."""
    for changes in found[:_MOST_RERUNS]:
        try:
            now = again.whole(changed_run(run, values_of(*changes)))
        except GlassboxError:  # e.g. a stage that refuses such inputs: then they decide nothing
            continue
        if now != was:
            return changes, now
    return None


def _held(stored: Stored, inputs: Sequence[Input]) -> tuple[str, ...]:
    """What stayed as it was, in sentences."""
    words = [
        "Bars, regime, volatility, the book, the settings and every input that is not named stayed as they were.",
        "Each input was moved within the 1st and 99th percentile of its own history in this cycle, price levels by their "
        "distance from the close.",
    ]
    if all(item.name != SENTIMENT for item in inputs):
        words.append("The score of the texts was not varied: fewer than three of them were read.")
    decision, report = stored.report.decision, stored.report
    validation = decision.validation if decision else None
    if validation is not None and validation.state != "not asked":
        words.append(f"The language model's second look stayed as it was: {validation.state}.")
    elif report.llm is not None and report.llm.model:
        words.append(
            "A language model would have had a second look at a new trade; it was taken as approved."
        )
    return tuple(words)
