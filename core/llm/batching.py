"""Units that share a request, and what a request takes."""

import math
from collections.abc import Sequence

from core.llm.message import Message
from core.llm.use import Said, Unit, Use
from core.settings import LlmSettings

_BYTES_PER_TOKEN = 3.2
"""English is nearer to 4, JSON and figures to 3: an estimate that is seldom too low."""
_FRAME = 60
"""Tokens around the answers of a batch: brackets, names, a chat template."""


def tokens_of(text: str) -> int:
    """About how many tokens a text takes."""
    return math.ceil(len(text.encode("utf-8", "replace")) / _BYTES_PER_TOKEN)


def messages_of(use: Use[Said], units: Sequence[Unit]) -> tuple[Message, ...]:
    """The conversation that asks for these units."""
    shown = (
        Message(role, content)
        for asked, answered in use.examples
        for role, content in (("user", asked), ("assistant", answered))
    )
    return (Message("system", use.system), *shown, Message("user", use.ask(units)))


def tokens_in(messages: Sequence[Message]) -> int:
    """About how many tokens a conversation takes."""
    return sum(tokens_of(message.content) + 4 for message in messages)


def tokens_out(use: Use[Said], units: int) -> int:
    """Most tokens that the answer to so many units may take."""
    return _FRAME + units * use.tokens_out


def batches(
    use: Use[Said], units: Sequence[Unit], settings: LlmSettings, side_by_side: int = 1
) -> tuple[tuple[Unit, ...], ...]:
    """Units in requests of at most `batch_units` units and `batch_tokens` tokens, answer included.

    A unit that is too long by itself still gets a request of its own. Where more requests are needed than may run
    `side_by_side`, there are a few more and smaller ones, so that no round waits for a single one.
    """
    needed = len(_filled(use, units, settings, settings.batch_units))
    if needed < 2:
        return _filled(use, units, settings, settings.batch_units)
    rounds = math.ceil(needed / side_by_side)
    wanted = rounds * side_by_side if needed > side_by_side else needed
    return _filled(use, units, settings, min(settings.batch_units, math.ceil(len(units) / wanted)))


def _filled(
    use: Use[Said], units: Sequence[Unit], settings: LlmSettings, most: int
) -> tuple[tuple[Unit, ...], ...]:
    """In order, each request as full as it may be."""
    fixed = tokens_in(messages_of(use, ())) + _FRAME
    made: list[tuple[Unit, ...]] = []
    batch: list[Unit] = []
    held = fixed
    for unit in units:
        size = tokens_of(unit.content) + 12 + use.tokens_out
        if batch and (len(batch) == most or held + size > settings.batch_tokens):
            made.append(tuple(batch))
            batch, held = [], fixed
        batch.append(unit)
        held += size
    return (*made, tuple(batch)) if batch else tuple(made)
