"""Bars from the first source that can give them, asking only for what is not known yet.

Sources are tried in order, world by world: within a world those that reach far enough back, then their cached bars,
then those that reach back only a little; another world's source is used only when the first world has nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby

from core.collect.asking import Cached, Candidate, Covered, Desk, ask_source, stale_bars
from core.collect.collected import BarRequest, Collected
from core.collect.gate import Gate
from core.collect.source import BarSource
from core.errors import BadData, DataUnavailable, SourceError, Unsupported
from core.instruments import CATALOGUE, did_you_mean
from core.records import Problem, Rejected
from core.settings import BadBars


@dataclass(slots=True)
class _Tried:
    """What went wrong on the way."""

    reasons: dict[str, str] = field(default_factory=dict)
    rejected: list[tuple[str, tuple[Rejected, ...]]] = field(default_factory=list)

    def add(self, name: str, err: SourceError) -> None:
        self.reasons[name] = str(err)
        if isinstance(err, BadData) and err.rejected:
            self.rejected.append((name, err.rejected))


def collect_bars(
    request: BarRequest,
    sources: Sequence[BarSource],
    cached: Cached,
    covered: Covered,
    gate: Gate,
    policy: BadBars = BadBars.DROP,
) -> Collected:
    """Closed bars with start ≤ open time < end, or the same length up to the clock of a world of its own.

    Raises:
        DataUnavailable: with the reason of every source.
        InputError, BadFile: the dates or the file are wrong.
    """
    desk = Desk(request, cached, covered, gate, policy)
    tried, refused, candidates = _Tried(), dict[str, str](), list[Candidate]()
    for source in sources:
        try:
            candidates.append(Candidate(source, source.offer(request.instrument, request.timeframe)))
        except Unsupported as err:
            refused[source.name] = str(err)
    for _, world in groupby(candidates, key=lambda candidate: candidate.offer.world):
        found = _from_world(list(world), desk, tried)
        if found is not None:
            return replace(
                found,
                problems=(*_failures(tried.reasons, found), *found.problems),
                rejected=(*tried.rejected, *found.rejected),
                fallback=bool(tried.reasons),
            )
    symbol = request.instrument.symbol
    raise DataUnavailable(
        symbol, request.timeframe, {**tried.reasons, **refused}, tuple(tried.rejected), _meant(symbol)
    )


def _meant(symbol: str) -> str:
    """What somebody may have meant who typed a symbol that is not well known."""
    near = () if any(listing.symbol == symbol for listing in CATALOGUE) else did_you_mean(symbol)
    names = " or ".join(f"{listing.symbol} ({listing.name})" for listing in near[:2])
    return f"Did you mean {names}? Else check the symbol and the network" if names else ""


def _from_world(candidates: list[Candidate], desk: Desk, tried: _Tried) -> Collected | None:
    """The first success among sources of one world; failures are added to `tried`."""
    span = desk.request.span
    shallow = [c for c in candidates if c.offer.history is not None and c.offer.history < span / 2]
    deep = [c for c in candidates if c not in shallow]
    for group in (deep, shallow):
        for candidate in group:
            try:
                return ask_source(candidate, desk)
            except SourceError as err:
                tried.add(candidate.name, err)
        for candidate in group:
            stale = stale_bars(candidate, desk)
            if stale is not None:
                return stale
    return None


def _failures(reasons: dict[str, str], found: Collected) -> tuple[Problem, ...]:
    if found.clock is None:
        instead = f"Bars of {found.source} are used."
    else:
        instead = f"Bars of {found.source} are used; their clock stands at {found.clock:%Y-%m-%d %H:%M} UTC."
    return tuple(Problem(f"collect/{name}", _sentence(why), instead) for name, why in reasons.items())


def _sentence(reason: str) -> str:
    text = reason.rstrip(".")
    return f"{text[:1].upper()}{text[1:]}."
