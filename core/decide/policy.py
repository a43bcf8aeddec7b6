"""From the fused signal and the book to a proposal."""

import math
from collections.abc import Collection
from dataclasses import dataclass, replace

from core.decide.adjusting import adjustment
from core.decide.bracket import bracket
from core.decide.caps import Opening
from core.decide.reasons import but, capped, reason_of
from core.decide.sizing import LOT, position_size, shrunk, size, whole_lots
from core.decide.surroundings import UNKNOWN, Surroundings
from core.records import Action, Direction, FusedSignal, OrderType, Position, Proposal, SizeCap, Sizing
from core.settings import Entry, Settings


@dataclass(frozen=True, slots=True)
class Standing:
    """The asset and the book as they stand."""

    symbol: str
    position: Position | None
    """Held now, or None."""
    price: float
    """Last close, quote currency."""
    equity: float
    """Of the book, quote currency."""
    working: bool = False
    """An order of this symbol waits for its market."""
    lot: float = LOT
    """Smallest step of a quantity: a share, a fraction of a coin."""

    @property
    def held(self) -> float:
        """Units, signed."""
        return 0.0 if self.position is None else self.position.quantity


def propose(
    fused: FusedSignal,
    standing: Standing,
    settings: Settings,
    around: Surroundings = UNKNOWN,
    text: Collection[str] = (),
) -> Proposal:
    """What the policy would like to do.

    A position opens when the fused confidence reaches the threshold, closes when the opposite does, and is otherwise left
    to its stop and target, which may be drawn nearer. Nothing is added to a position, and nothing done while an order
    waits. Text moves the position by at most `sentiment.text_cap` of the largest one from where the numbers alone would
    have it.

    Args:
        text: names of the sources that read text.
    """
    if standing.working:
        return _hold(fused, standing, "An order of this asset already waits for the next open.")
    case = _Case(fused, standing, settings, around, frozenset(text))
    return case.managed() if standing.held else case.opened()


@dataclass(frozen=True, slots=True)
class _Side:
    """The position that a score asks for, and how its size came about."""

    units: float
    """Signed."""
    sizing: Sizing | None = None


@dataclass(frozen=True, slots=True)
class _Case:
    """One decision."""

    fused: FusedSignal
    standing: Standing
    settings: Settings
    around: Surroundings
    text: frozenset[str]

    @property
    def full(self) -> float:
        """The largest position, in units."""
        one = self.standing
        return position_size(one.equity, one.price, self.settings.risk.max_position, one.lot)

    @property
    def numbers(self) -> float:
        """The score without text."""
        alone = self.fused.numbers_only
        return self.fused.score if alone is None else alone

    def way(self, score: float) -> int:
        """The direction in which a score would open a position; 0 for none."""
        if score == 0.0 or abs(score) < self.settings.signals.threshold:
            return 0
        return 1 if score > 0 else -1 if self.settings.risk.allow_short else 0

    # --- a position is held ----------------------------------------------------------------------------------------

    def managed(self) -> Proposal:
        """Close what is held, move its stop or target, or leave it."""
        one, held, cap = self.standing, self.standing.held, self.settings.sentiment.text_cap * self.full
        asked, numbers = self.kept(self.fused.score), self.kept(self.numbers)
        wanted = min(max(asked, numbers - cap), numbers + cap)
        change = wanted - held
        if wanted not in (asked, numbers):  # those close a position with its dust
            change = math.copysign(whole_lots(abs(change), one.lot), change)
        reason = reason_of(self.fused, one.held, self.full, one.equity, self.settings)
        if wanted != asked:
            reason = f"{reason} {capped(self.fused, self.settings.sentiment.text_cap)}"
        if change != 0.0:
            return Proposal(
                Action.CLOSE, one.symbol, change, one.price, None, None, self.fused.confidence, reason
            )
        assert one.position is not None
        moved = adjustment(one.position, one.price, self.numbers, self.around, self.settings)
        if moved is None:
            return _hold(self.fused, one, reason)
        return replace(
            _hold(self.fused, one, moved.reason), action=Action.ADJUST, new_stop=moved.stop, new_target=moved.target
        )  # fmt: skip

    def kept(self, score: float) -> float:
        """What a score leaves of the position: nothing when it turns against it."""
        held = self.standing.held
        against = score * held < 0 and abs(score) >= self.settings.signals.threshold
        return 0.0 if against else held

    # --- nothing is held -------------------------------------------------------------------------------------------

    def opened(self) -> Proposal:
        """Open a position, or say what stopped it."""
        fused, one = self.fused, self.standing
        ways = self.way(fused.score), self.way(self.numbers)
        reason = reason_of(fused, 0.0, self.full, one.equity, self.settings)
        if ways == (0, 0):
            return self.unheard(reason)
        refused = fused.meta is not None and fused.meta.refuses
        if refused and ways[1] * fused.score >= 0:
            way = ways[0] or ways[1]
            without = self.sized(way, fused.confidence, fused.disagreement, ("kelly", "agent")).units
            assert fused.meta is not None
            return _hold(fused, one, but(reason, fused.meta.words), "meta", without)
        # Where text turned the signal around, what is refused is text's wish; the numbers' own stands, less the cap.
        asked = _Side(0.0) if refused else self.sized(ways[0], fused.confidence, fused.disagreement)
        numbers = self.sized(ways[1], abs(self.numbers), self.numbers_disagreement())
        wanted = self.within_text(asked, numbers)
        if wanted.units != asked.units:
            reason = f"{reason} {capped(fused, self.settings.sentiment.text_cap)}"
        if wanted.units == 0.0:
            return self.nothing(wanted, ways, reason)
        return self.opening(wanted, reason)

    def unheard(self, reason: str) -> Proposal:
        """No signal, or one too weak."""
        fused, one = self.fused, self.standing
        weak = fused.direction is not Direction.FLAT and fused.confidence < self.settings.signals.threshold
        if not weak or (fused.score < 0 and not self.settings.risk.allow_short):
            return _hold(fused, one, reason, "signals")
        return _hold(fused, one, reason, "confidence", math.copysign(self.full, fused.score))

    def nothing(self, wanted: _Side, ways: tuple[int, int], reason: str) -> Proposal:
        """The bounds leave less than one lot."""
        sizing, way = wanted.sizing, ways[0] or ways[1]
        assert sizing is not None
        gate = "agent" if sizing.bound == "agent" else "size"
        without = way * self.full
        if gate == "agent":
            without = self.sized(way, self.fused.confidence, self.fused.disagreement, ("agent",)).units
        said = next(cap.meaning for cap in sizing.caps if cap.name == sizing.bound)
        if self.full > 0:
            reason = but(reason, f"the bound by {sizing.bound.replace('_', ' ')} leaves no position: {said}")
        return replace(_hold(self.fused, self.standing, reason, gate, without), sizing=sizing)

    def opening(self, wanted: _Side, reason: str) -> Proposal:
        """The proposal of a new position."""
        one, sizing = self.standing, wanted.sizing
        assert sizing is not None
        way = 1 if wanted.units > 0 else -1
        stop, target, words = bracket(way, self.around, self.settings)
        if sizing.bound != "max_position":
            said = next(cap.meaning for cap in sizing.caps if cap.name == sizing.bound)
            reason = f"{reason} Its size is bound by {sizing.bound.replace('_', ' ')}: {said}"
        plan = Proposal(
            Action.OPEN, one.symbol, wanted.units, one.price, stop, target, self.fused.confidence,
            f"{reason} {words}".strip(), sizing=sizing,
        )  # fmt: skip
        limit = self.limit(way)
        return (
            plan
            if limit is None
            else replace(plan, order_type=OrderType.LIMIT, limit=limit, life=self.settings.sizing.entry_bars)
        )

    def limit(self, way: int) -> float | None:
        """Worst price of a limit order; None for a market order, and where the true range is not known."""
        chosen, atr = self.settings.sizing, self.around.atr
        if chosen.entry is not Entry.LIMIT or atr is None:
            return None
        level = self.standing.price * (1.0 - way * chosen.entry_atr * atr)
        return level if level > 0.0 else None

    def sized(self, way: int, confidence: float, disagreement: float, without: Collection[str] = ()) -> _Side:
        """The position of a direction within all bounds; nothing for direction 0."""
        if way == 0:
            return _Side(0.0)
        one = self.standing
        stop, target, _ = bracket(way, self.around, self.settings)
        meta = self.fused.meta if way * self.fused.score > 0 else None  # it judges the fused direction only
        opening = Opening(
            way, confidence, disagreement, stop, target, meta, self.fused.agent, self.around, self.settings
        )
        found = size(opening, one.equity, one.price, one.lot, without)
        return _Side(way * found.quantity, found)

    def numbers_disagreement(self) -> float:
        """How far the sources that read no text contradict each other."""
        own = [part.contribution for part in self.fused.parts if part.signal.source not in self.text]
        loud = sum(abs(part) for part in own)
        return self.fused.disagreement if len(own) == len(self.fused.parts) else _apart(sum(own), loud)

    def within_text(self, asked: _Side, numbers: _Side) -> _Side:
        """What all sources ask for, no further from what the numbers ask for than text may move it."""
        one, cap = self.standing, self.settings.sentiment.text_cap * self.full
        units = min(max(asked.units, numbers.units - cap), numbers.units + cap)
        if units not in (asked.units, numbers.units):
            units = numbers.units + math.copysign(
                whole_lots(abs(units - numbers.units), one.lot), units - numbers.units
            )
        fits = asked.sizing is not None and units * asked.units >= 0 and abs(units) <= abs(asked.units)
        sizing = asked.sizing if fits else numbers.sizing or asked.sizing
        if sizing is not None and abs(units) < sizing.quantity:
            share = abs(units) * one.price / one.equity
            words = (
                f"Text may move a position by {self.settings.sentiment.text_cap:.0%} of the largest one from what the "
                f"numbers ask for ({numbers.units * one.price / one.equity:+.2%} of equity): {share:.2%} of equity is left."
            )
            sizing = shrunk(sizing, abs(units), SizeCap("text", share, words))
        return _Side(units, sizing)


def _hold(
    fused: FusedSignal, standing: Standing, reason: str, gate: str = "", wanted: float = 0.0
) -> Proposal:
    return Proposal(
        Action.HOLD, standing.symbol, 0.0, standing.price, None, None, fused.confidence, reason, gate, wanted
    )


def _apart(total: float, loud: float) -> float:
    return max(0.0, 1.0 - abs(total) / loud) if loud > 0 else 0.0
