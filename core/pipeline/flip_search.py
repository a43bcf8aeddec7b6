"""The search for the nearest flip: one input after the other outwards from where it was, then two together.

Every value is asked for in batches (core.pipeline.flip_answers); the policy and the risk rules themselves say what comes of
the answers. The nearest candidates are handed back, nearest first; only a whole decision run again makes one of them true.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from core.pipeline.flip_answers import Changes, Subject, fused_on
from core.pipeline.flip_inputs import Input
from core.records import ChangedInput, Ending, FusedSignal

_FINE = 16
"""Values between two steps, once it is known that the decision turns there."""
_ROUNDS = 2
"""How often the step that turns it is divided so."""
_PARTNERS = 3
"""Inputs that are tried as one of two."""
_COARSE = 3
"""One value in so many is asked for where a second input is looked for."""
_CORNERS = 4
"""Pairs of inputs of one rule that are looked at finely."""
_MOST_ASKED = 150
"""Different fused signals that the policy is asked about."""

Decide = Callable[[FusedSignal], Ending]


@dataclass(frozen=True, slots=True, eq=False)
class Ray:
    """Values of one input on one side, nearest first, with the other changes that go with each."""

    input: Input
    values: np.ndarray

    def distance(self, value: float) -> float:
        """In spreads."""
        return abs(value - self.input.before) / self.input.spread


class Judge:
    """What the policy makes of fused signals; each is asked about once, and only where it can matter."""

    def __init__(
        self, decide: Decide, was: Ending, before: FusedSignal, threshold: float, always: bool
    ) -> None:
        self._decide, self._was, self._threshold = decide, was, threshold
        self._before, self._always = self._side(before), always
        self._known: dict[tuple[float | None, ...], bool] = {}

    def flips(self, fused: FusedSignal) -> bool:
        """Whether another decision follows."""
        if not self._always and self._side(fused) == self._before:
            return False
        key = (
            fused.score,
            fused.numbers_only,
            fused.disagreement,
            fused.meta.probability if fused.meta else None,
        )
        if key not in self._known:
            if len(self._known) >= _MOST_ASKED:
                return False
            self._known[key] = self._decide(fused) != self._was
        return self._known[key]

    def _side(self, fused: FusedSignal) -> tuple[int, int, bool]:
        """Where the score and that of the numbers alone stand to the threshold, and whether the meta-model refuses."""
        scores = (fused.score, fused.score if fused.numbers_only is None else fused.numbers_only)
        one, other = (int(np.sign(score)) if abs(score) >= self._threshold else 0 for score in scores)
        return one, other, one != 0 and fused.meta is not None and fused.meta.refuses


@dataclass(slots=True)
class Search:
    """One search: what it works on, and how often it asked."""

    subject: Subject
    inputs: Sequence[Input]
    judge: Judge
    tried: int = 0

    def singles(self) -> list[tuple[ChangedInput, ...]]:
        """Changes of one input that flip the decision, nearest first."""
        return sorted(self._along((ray for ray in self._rays()), {}), key=_length)

    def pairs(self, towards: Callable[[FusedSignal], float]) -> list[tuple[ChangedInput, ...]]:
        """Changes of two inputs that flip it: the one that brings it nearest goes as far, then every other one is tried; and
        of each rule any two inputs at the ends of their ranges, for a rule may ask for two things at once.

        Args:
            towards: grows the nearer a fused signal is to another decision.
        """
        found = []
        for first in self._promising(towards):
            rays = (ray for ray in self._rays(_COARSE) if ray.input.name != first.name)
            for (second,) in self._along(rays, values_of(first))[:_PARTNERS]:
                found.append((self._shortened(first, second), second))
        for one, other in self._corners():
            first = self._shortened(one, other)
            found.append((first, self._shortened(other, first)))
        return sorted(found, key=_length)

    def _corners(self) -> list[tuple[ChangedInput, ChangedInput]]:
        """Two inputs of one rule, each as far as it goes, that together turn the decision; nearest first."""
        known = {item.name: item for item in self.inputs}
        names = {
            pair for rule in self.subject.rules for pair in combinations(sorted(rule.read & known.keys()), 2)
        }
        ends = [
            (changed(known[one], end), changed(known[other], far))
            for one, other in sorted(names)
            for end in _ends(known[one])
            for far in _ends(known[other])
        ]
        fused = self._ask([values_of(*pair) for pair in ends])
        turning = [pair for pair, said in zip(ends, fused, strict=True) if self.judge.flips(said)]
        return sorted(turning, key=_length)[:_CORNERS]

    def _rays(self, every: int = 1) -> Iterable[Ray]:
        """Both sides of each input; of every so many values the farthest, so that the end of the range is among them."""
        for item in self.inputs:
            for side in (item.below, item.above):
                if len(side):
                    yield Ray(item, side if item.whole else side[::-every][::-1])

    def _ask(self, tries: Sequence[Changes]) -> list[FusedSignal]:
        self.tried += len(tries)
        return fused_on(self.subject, tries)

    def _along(self, rays: Iterable[Ray], held: Changes) -> list[tuple[ChangedInput]]:
        """Where the decision turns on each ray, nearest first; rays that cannot be the nearest are not looked at finely."""
        known = list(rays)
        tries = [{**held, ray.input.name: value} for ray in known for value in ray.values]
        fused = iter(self._ask(tries))
        turning = []
        for ray in known:
            flips = [self.judge.flips(next(fused)) for _ in ray.values]
            if any(flips):
                turning.append((ray, flips.index(True)))
        found: list[tuple[ChangedInput]] = []
        nearest = np.inf
        for ray, place in sorted(turning, key=lambda item: item[0].distance(_last_same(*item))):
            if ray.distance(_last_same(ray, place)) > 2.0 * nearest:
                continue
            change = self._finely(ray, place, held)
            nearest = min(nearest, change.distance)
            found.append((change,))
        return sorted(found, key=_length)

    def _finely(self, ray: Ray, place: int, held: Changes) -> ChangedInput:
        """The first value that turns the decision, between the last that does not and the first that does."""
        end = float(ray.values[place])
        return changed(ray.input, self._turn(ray.input, _last_same(ray, place), end, held))

    def _turn(self, item: Input, same: float, end: float, held: Changes) -> float:
        """The first value that turns the decision between one that does not and one that does: twice a finer grid."""
        for _ in range(0 if item.whole else _ROUNDS):
            values = np.linspace(same, end, _FINE + 2)
            fused = self._ask([{**held, item.name: value} for value in values[1:-1]])
            first = next((at for at, said in enumerate(fused, 1) if self.judge.flips(said)), _FINE + 1)
            same, end = float(values[first - 1]), float(values[first])
        return end

    def _promising(self, towards: Callable[[FusedSignal], float]) -> list[ChangedInput]:
        """The changes of one input that bring another decision nearest, each of another input."""
        known = list(self._rays())
        fused = iter(self._ask([{r.input.name: v} for r in known for v in r.values]))
        best: dict[str, tuple[float, float, ChangedInput]] = {}
        for ray in known:
            for value in ray.values:
                gain, change = towards(next(fused)), changed(ray.input, float(value))
                rank = (-gain, change.distance, change)
                if ray.input.name not in best or rank[:2] < best[ray.input.name][:2]:
                    best[ray.input.name] = rank
        ranked = sorted(best.values(), key=lambda item: (item[0], item[1], item[2].name))
        return [change for _, _, change in ranked[:_PARTNERS]]

    def _shortened(self, first: ChangedInput, second: ChangedInput) -> ChangedInput:
        """The first of two changes, only as far as it must go beside the second."""
        item = next(found for found in self.inputs if found.name == first.name)
        return changed(item, self._turn(item, first.before, first.after, values_of(second)))


def values_of(*changes: ChangedInput) -> Changes:
    """Changes as what is asked about."""
    return {change.name: change.after for change in changes}


def _ends(item: Input) -> tuple[float, ...]:
    """The farthest values on both sides."""
    return tuple(float(side[-1]) for side in (item.below, item.above) if len(side))


def changed(item: Input, after: float) -> ChangedInput:
    """An input moved to a value."""
    return ChangedInput(
        item.name, item.words, item.unit, item.before, after, item.low, item.high, item.spread
    )


def _length(changes: Sequence[ChangedInput]) -> float:
    return sum(change.distance for change in changes)


def _last_same(ray: Ray, place: int) -> float:
    """The value just before the one where the decision turns."""
    return float(ray.values[place - 1]) if place else ray.input.before
