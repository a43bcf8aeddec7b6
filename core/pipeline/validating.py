"""A second look at a proposed trade by a language model: it may approve, shrink or veto, and never enlarge."""

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from statistics import median

from core.errors import GlassboxError
from core.llm import LanguageModel, Purse, Unit
from core.llm.knowledge import contaminated
from core.llm.uses.validation import TOPICS, VALIDATION, Review
from core.llm.uses.validation_facts import proposal_unit
from core.pipeline.proposal_facts import proposal_facts
from core.pipeline.run import Outcome, Run, Tell, Workbench
from core.records import Action, Concern, LlmCall, OrderType, Problem, Proposal, Validation
from core.settings import Unvalidated
from core.store import dump

NOT_ASKED, NOT_VALIDATED = "not asked", "not validated"
VETO_GATE = "llm"
"""Gate of an opening that the second look left nothing of."""
APPROVED, SHRUNK, VETOED = "approved", "shrunk", "vetoed"


def validate(run: Run, bench: Workbench, tell: Tell) -> Outcome:
    """Ask a language model about the opening of a position; what closes one is never held up."""
    proposal = run.proposal
    if proposal is None:
        raise GlassboxError("There is no proposal to validate.")
    model = bench.llm
    idle = _not_asked(proposal, model)
    if idle or model is None:
        validation = Validation(NOT_ASKED, 1.0, (), idle)
        return Outcome(
            replace(run, validation=validation), idle, "no model", output=dump(Validation, validation)
        )
    tell(0.1, f"asking {model.name or 'the language model'} about the proposed trade")
    reviews, calls, problems = _asked(run, proposal, bench, model)
    name = model.name or model.endpoint.name  # a server's own model is known once it was asked
    if reviews:
        stale = contaminated(name, run.as_of, run.started_at, bench.settings.llm)
        validation = concluded(reviews, name, stale)
    else:
        validation = _unvalidated(bench.settings.llm.unvalidated, name, problems)
        problems = problems or (
            Problem("validate", "The language model gave no answer that can be read.", validation.words),
        )
    return Outcome(
        run=replace(
            run,
            validation=validation,
            proposal=resized(proposal, validation, run.instrument.lot),
            calls=(*run.calls, *calls),
        ),
        summary=validation.words,
        source=name,
        problems=problems,
        output=dump(Validation, validation),
    )


def _not_asked(proposal: Proposal, model: LanguageModel | None) -> str:
    """Why nobody is asked; empty when somebody is."""
    if model is None:
        return "No language model is configured, so nothing is validated."
    if VALIDATION.kind.value not in model.uses:
        return "Validation by a language model is switched off in the settings."
    if proposal.action is Action.CLOSE:
        return "Closing a position is never held up, so nobody is asked."
    if proposal.action is not Action.OPEN:
        return "Nothing is to be opened, so there is nothing to validate."
    return ""


def _asked(
    run: Run, proposal: Proposal, bench: Workbench, model: LanguageModel
) -> tuple[tuple[Review, ...], tuple[LlmCall, ...], tuple[Problem, ...]]:
    """The reviews of every sample that could be read."""
    settings = bench.settings.llm
    unit: Unit = proposal_unit(
        proposal_facts(run, proposal, bench), timedelta(minutes=settings.keep_minutes_short)
    )
    purse = run.purse or Purse(settings, run.id)
    reviews: list[Review] = []
    calls: list[LlmCall] = []
    problems: list[Problem] = []
    for sample in range(settings.samples):
        asked = model.ask(VALIDATION, (unit,), purse, sample=sample)
        reviews += [answer for answer in asked.answers if answer is not None]
        calls += asked.calls
        problems += asked.problems
    return tuple(reviews), tuple(calls), tuple(dict.fromkeys(problems))


def concluded(reviews: Sequence[Review], model: str, stale: bool) -> Validation:
    """Several samples of one review put together: the median of their factors and of each score.

    Args:
        reviews: at least one.
        stale: whether the model may remember what followed.
    """
    factor = min(1.0, max(0.0, median(review.factor for review in reviews)))
    nearest = min(reviews, key=lambda review: abs(review.factor - factor))
    concerns = tuple(
        Concern(
            topic,
            median(getattr(review.concerns, topic).score for review in reviews),
            getattr(nearest.concerns, topic).words,
        )
        for topic in TOPICS
    )
    state = APPROVED if factor == 1 else VETOED if factor == 0 else SHRUNK
    return Validation(state, factor, concerns, _said(state, factor, concerns, model, reviews), model, stale)


def _said(
    state: str, factor: float, concerns: Sequence[Concern], model: str, reviews: Sequence[Review]
) -> str:
    what = {
        APPROVED: f"The language model {model} approves the trade.",
        SHRUNK: f"The language model {model} shrinks the trade to {factor:.0%} of its size.",
        VETOED: f"The language model {model} vetoes the trade.",
    }[state]
    worst = min(concerns, key=lambda concern: concern.score)
    if state != APPROVED and worst.words:
        what += f" Its gravest concern is {worst.topic}: {worst.words.rstrip('.')}."
    if len(reviews) > 1:
        factors = sorted(review.factor for review in reviews)
        what += f" Asked {len(reviews)} times, it kept {factors[0]:.0%} to {factors[-1]:.0%} of the size; the median counts."
    return what


def _unvalidated(rule: Unvalidated, model: str, problems: Sequence[Problem]) -> Validation:
    """Nobody answered: the setting decides."""
    why = problems[0].what.rstrip(".") if problems else "no answer could be read"
    held = rule is Unvalidated.HOLD
    then = (
        "it is not made, as the settings ask."
        if held
        else "it goes on to the risk checks at its full size, as the settings ask."
    )
    words = f"The trade could not be validated by {model} ({why}); {then}"
    return Validation(NOT_VALIDATED, 0.0 if held else 1.0, (), words, model)


def resized(proposal: Proposal, validation: Validation, lot: float) -> Proposal:
    """The proposal with as much of its size as the validation leaves, rounded down to whole lots; never more.

    What falls below a lot becomes a hold that says why and what was wanted. Only openings are touched.
    """
    factor = min(1.0, max(0.0, validation.factor))
    if proposal.action is not Action.OPEN or factor == 1:
        return proposal
    whole = abs(proposal.quantity)
    left = min(whole, math.floor(whole * factor / lot * (1 + 1e-12)) * lot)
    if left > 0:
        return replace(proposal, quantity=math.copysign(left, proposal.quantity))
    side = "buy" if proposal.quantity > 0 else "sell"
    small = " What is left is less than one lot." if factor > 0 else ""
    reason = (
        f"{validation.words}{small} The plan was to {side} {whole:.6g} {proposal.symbol}. {proposal.reason}"
    )
    return replace(
        proposal, action=Action.HOLD, quantity=0.0, stop=None, target=None, reason=reason, gate=VETO_GATE,
        wanted=proposal.quantity, order_type=OrderType.MARKET, limit=None, life=None,
    )  # fmt: skip
