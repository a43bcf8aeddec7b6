"""More signals than free slots: which of them are taken, and why the others are not.

Ranked by worth = confidence × (1 − disagreement / 2) × chance, chance being p / (p + p*) · 2 of the meta-model, at most 1,
where it has earned a say: a signal that is barely worth its costs counts for less. Of two alike the calmer asset comes
first. Taken from the top until the slots are full; left out is what is below the threshold, refused by the meta-model,
held already, or moves too much like what is held or was taken before.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from core.records import Direction, FusedSignal, Ranked


@dataclass(frozen=True, slots=True)
class Candidate:
    """One asset that may get a slot."""

    symbol: str
    fused: FusedSignal
    volatility: float
    """Yearly standard deviation of returns."""
    correlation: Callable[[str], float | None]
    """With another asset, held or a candidate, −1 … 1; None where it is unknown."""

    @property
    def worth(self) -> float:
        """What it is ranked by, 0 … 1."""
        meta = self.fused.meta
        chance = 1.0
        if meta is not None and meta.earned:
            chance = min(1.0, 2.0 * meta.probability / max(meta.probability + meta.needed, 1e-12))
        return self.fused.confidence * (1.0 - self.fused.disagreement / 2.0) * chance


def prioritise(
    candidates: Sequence[Candidate],
    held: Mapping[str, Direction],
    slots: int,
    threshold: float,
    most_alike: float,
) -> tuple[Ranked, ...]:
    """All candidates in their order, each with its reason; never more than `slots` are taken.

    Args:
        candidates: of different symbols.
        held: assets with a position or a waiting order, and their side.
        slots: positions that may still be opened.
        threshold: fused confidence that a position needs.
        most_alike: largest correlation of returns with what is held on the same side; sides that differ offset it.
    """
    order = sorted(candidates, key=lambda one: (-one.worth, one.volatility, one.symbol))
    sides = dict(held)
    taken: list[str] = []
    out = []
    for place, one in enumerate(order, start=1):
        refusal = _refusal(one, held, sides, threshold, most_alike)
        if not refusal and len(taken) >= slots:
            refusal = _full(slots, taken)
        if not refusal:
            taken.append(one.symbol)
            sides[one.symbol] = one.fused.direction
        out.append(
            Ranked(one.symbol, place, not refusal, one.worth, refusal or _praise(one, len(taken), slots))
        )
    return tuple(out)


def _refusal(
    one: Candidate,
    held: Collection[str],
    sides: Mapping[str, Direction],
    threshold: float,
    most_alike: float,
) -> str:
    fused = one.fused
    if one.symbol in held:
        return "It is held already, or an order for it waits."
    if fused.direction is Direction.FLAT:
        return "No source with a say has an opinion, or they cancel out."
    if fused.confidence < threshold:
        return f"Its confidence of {fused.confidence:.2f} is below the threshold of {threshold:.2f}."
    if fused.meta is not None and fused.meta.refuses:
        return f"The meta-model gives it a chance of {fused.meta.probability:.0%}, and {fused.meta.needed:.0%} are needed."
    for other, side in sides.items():
        alike = one.correlation(other)
        if alike is not None and alike * side * fused.direction > most_alike:
            return f"It moves too much like {other} (correlation {alike:+.2f}, at most {most_alike:.2f})."
    return ""


def _full(slots: int, taken: Sequence[str]) -> str:
    if slots <= 0:
        return "No slot is free: as many positions are open as the settings allow."
    return f"{'The only slot goes' if slots == 1 else f'All {slots} slots go'} to {', '.join(taken)}, ranked before it."


def _praise(one: Candidate, number: int, slots: int) -> str:
    fused = one.fused
    words = f"Slot {number} of {slots}: {fused.direction.word} with confidence {fused.confidence:.2f}"
    if fused.disagreement > 0:
        words += f", disagreement {fused.disagreement:.2f}"
    if fused.meta is not None:
        words += f", chance of a gain {fused.meta.probability:.0%}"
        words += "" if fused.meta.earned else " (without a say)"
    return f"{words}."
