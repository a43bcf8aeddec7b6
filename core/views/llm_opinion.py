"""A language model's opinion beside a forecast, as a card shows it."""

from core.records import LlmOpinion
from core.views.number import Number, percent


def opinion_number(opinion: LlmOpinion | None) -> tuple[Number, ...]:
    """What it said of the same horizon, and what that counts; nothing where nobody was asked."""
    if opinion is None:
        return ()
    said = f"▲ {percent(opinion.p_up, 0)} ■ {percent(opinion.p_flat, 0)} ▼ {percent(opinion.p_down, 0)}"
    stable = (
        ""
        if opinion.stability is None
        else f" Asked several times, its probability of up stayed within {percent(1.0 - opinion.stability, 0)}."
    )
    return (
        Number(
            "Language model", said,
            f"What {opinion.model} says of the same horizon from the same numbers.{stable} {_counts(opinion)}",
            f"weight {percent(opinion.weight, 0)}{', may remember' if opinion.contaminated else ''}",
        ),
    )  # fmt: skip


def _counts(opinion: LlmOpinion) -> str:
    if opinion.contaminated:
        return "The moment lies before its knowledge cut-off, or the cut-off is not known: it may remember what came, so it counts nothing."
    if opinion.weight > 0:
        return f"Its record has earned it {percent(opinion.weight, 0)} of the pooled forecast above."
    return "It counts nothing until forecasts of it that were scored show that it would have helped."
