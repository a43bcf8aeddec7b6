"""What the next run of a cycle may cost for the language model, told before it runs."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.llm import LanguageModel, Use, price_of
from core.llm.batching import messages_of, tokens_in, tokens_of, tokens_out
from core.llm.budget import cost_of
from core.pipeline import Workbench
from core.pipeline.text_scoring import scoring_cost
from core.records import Estimate, Timeframe
from core.views.llm import dollars
from core.views.market import sample_span

_NOTHING = Estimate(0, 0, 0, 0, 0, 0.0)


@dataclass(frozen=True, slots=True)
class CycleEstimate:
    """One sentence or two, and what they rest on."""

    words: str
    within: bool
    """False when the budget of a cycle or what is left of the day's would not hold all of it."""
    estimate: Estimate | None
    """None where nothing is asked, or nothing can be said."""


def cycle_estimate(
    bench: Workbench, symbol: str, timeframe: Timeframe, source: str, as_of: datetime | None = None
) -> CycleEstimate:
    """What a cycle of this series may cost at most; nobody is asked.

    Texts are those stored now. Forecast and validation are taken to be as long as the longest example of their prompt.
    """
    model = bench.llm
    if model is None:
        return CycleEstimate("No language model is configured: a run costs nothing.", True, None)
    if model.fault:
        return CycleEstimate(
            f"The language model cannot be asked, so a run costs nothing: {model.fault}", True, None
        )
    at = None
    if source == "sample":
        span = sample_span(bench, symbol, timeframe)
        if span is None:
            return CycleEstimate("", True, None)
        at = as_of or span[1]
    total = scoring_cost(bench, (symbol,), at=at) or _NOTHING
    texts = total.units
    for use in _of_numbers(model):
        total = total + _typical(model, use)
    if not total.units:
        return CycleEstimate(f"{_name(model)} is asked for nothing in a cycle (llm.uses).", True, None)
    return _told(bench, model, total, texts, live=at is None)


def _of_numbers(model: LanguageModel) -> tuple[Use[Any], ...]:
    """The uses in a cycle whose questions are made of numbers that are not known before it runs."""
    from core.llm.uses.forecast import FORECAST
    from core.llm.uses.validation import VALIDATION

    return tuple(use for use in (FORECAST, VALIDATION) if use.kind.value in model.uses)


def _typical(model: LanguageModel, use: Use[Any]) -> Estimate:
    """One unit, asked as often as the settings say; none of it on record."""
    times = model.settings.samples
    data = max(tokens_of(asked) for asked, _ in use.examples) if use.examples else 500
    into = times * (tokens_in(messages_of(use, ())) + data)
    out = times * tokens_out(use, 1)
    price = price_of(model.name, model.settings, model.endpoint.free)
    return Estimate(times, 0, times, into, out, cost_of(price, into, out))


def _told(bench: Workbench, model: LanguageModel, total: Estimate, texts: int, live: bool) -> CycleEstimate:
    settings, spent = bench.settings.llm, model.spent_today()
    tokens, money = total.tokens_in + total.tokens_out, total.cost or 0.0
    left_tokens, left_money = (
        max(0, settings.day_tokens - spent.tokens),
        max(0.0, settings.day_money - spent.money),
    )
    cost = (
        "free on this machine"
        if model.endpoint.free
        else "price unknown"
        if total.cost is None
        else dollars(total.cost)
    )
    on_record = f"Of {texts} texts {total.cached} are on record. " if texts else ""
    more = "Texts that the run fetches come on top. " if live and "sentiment" in model.uses else ""
    words = (
        f"This run may ask {_name(model)} up to {total.calls} {'time' if total.calls == 1 else 'times'}: about {tokens:,} "
        f"tokens at most, {cost}. {on_record}{more}A run may take {settings.cycle_tokens:,} tokens and "
        f"{dollars(settings.cycle_money)}; left today: {left_tokens:,} tokens and {dollars(left_money)}."
    )
    within = tokens <= min(settings.cycle_tokens, left_tokens) and money <= min(
        settings.cycle_money, left_money
    )
    if not within:
        words += " That does not hold all of it: what does not fit is not asked, and the run says so."
    return CycleEstimate(words, within, total)


def _name(model: LanguageModel) -> str:
    return model.name or "the language model"
