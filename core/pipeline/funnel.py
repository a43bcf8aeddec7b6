"""The no-trade funnel: how many cycles each gate stopped, and what the stopped trades would have made."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from core.evaluate.significance import sum_interval
from core.pipeline.outcomes import outcomes_of
from core.pipeline.run import Workbench
from core.records import GATES
from core.records.ledgers import Funnel, FunnelRow, GateCount, OutcomeState, SumInterval
from core.store.funnel import read_decisions

MEANING = {
    "signals": "no source with a say had an opinion, or they cancelled out",
    "confidence": "the signals agreed too little for the threshold",
    "meta": "the meta-model found the signal not worth taking",
    "agent": "the agent left no size",
    "size": "a bound on the size left less than one lot",
    "llm": "the language model vetoed it, or could not be asked",
    "risk": "a risk rule denied it",
    "filled": "the market refused the order",
}
"""Why a gate stops a trade."""


@dataclass(frozen=True, slots=True)
class FunnelFilter:
    """Which decisions are looked at; None does not narrow."""

    symbol: str | None = None
    source: str | None = None
    """A source that spoke in the fused signal, e.g. a strategy's name."""
    since: datetime | None = None
    until: datetime | None = None
    book_id: str | None = None


def funnel(bench: Workbench, wanted: FunnelFilter = FunnelFilter(), seed: int = 0) -> Funnel:
    """The funnel of the stored paper cycles, with outcomes by the bars that are known by now; nothing is fetched."""
    return funnel_of(funnel_rows(bench, wanted), seed)


def funnel_rows(bench: Workbench, wanted: FunnelFilter = FunnelFilter()) -> tuple[FunnelRow, ...]:
    """Every decision with its gate and outcome, oldest first."""
    decisions = read_decisions(bench.store, wanted.symbol, wanted.since, wanted.until, wanted.book_id)
    decisions = tuple(item for item in decisions if wanted.source in (None, *item.sources))
    return tuple(
        FunnelRow(
            item.cycle_id, item.as_of, item.symbol, item.timeframe, item.world, item.book_id, gate.gate, gate.beside,
            gate.inferred, gate.units, item.sources, str(item.proposal["reason"]) if item.proposal else "", outcome,
        )
        for item, (gate, outcome) in zip(decisions, outcomes_of(bench, decisions), strict=True)
    )  # fmt: skip


def narrowed(rows: Sequence[FunnelRow], wanted: FunnelFilter) -> tuple[FunnelRow, ...]:
    """The rows that a filter leaves."""
    return tuple(
        row
        for row in rows
        if wanted.symbol in (None, row.symbol)
        and wanted.source in (None, *row.sources)
        and (wanted.since is None or row.as_of >= wanted.since)
        and (wanted.until is None or row.as_of <= wanted.until)
        and wanted.book_id in (None, row.book_id)
    )


def funnel_of(rows: Sequence[FunnelRow], seed: int = 0) -> Funnel:
    """Counts and sums of decisions in the order of time.

    Every decision at stake is stopped by one gate, filled, or waits to be: what reaches a gate is what reached the one
    before less what that one stopped.
    """
    inside = [row for row in rows if row.gate]
    reached, gates = len(inside), []
    for name in GATES:
        stopped = [row for row in inside if row.gate == name and _stopped(row)]
        gates.append(_gate(name, reached, stopped, seed))
        reached -= len(stopped)
    passed = [row for row in inside if row.gate == "filled" and not _stopped(row)]
    waiting = sum(row.outcome.state is OutcomeState.WAITING for row in passed)
    made, interval = _sum(passed, seed)
    return Funnel(
        cycles=len(rows),
        at_stake=len(inside),
        beside=tuple(Counter(row.beside for row in rows if row.beside).items()),
        inferred=sum(row.inferred for row in inside),
        gates=tuple(gates),
        filled=len(passed) - waiting,
        waiting=waiting,
        made=made,
        made_interval=interval,
        words=_words(gates, len(inside), len(passed) - waiting),
        rows=tuple(rows),
    )


def _stopped(row: FunnelRow) -> bool:
    """At the last gate only what the market refused is stopped."""
    return row.gate != "filled" or row.outcome.state is OutcomeState.REFUSED


def _gate(name: str, reached: int, stopped: Sequence[FunnelRow], seed: int) -> GateCount:
    pnl, interval = _sum(stopped, seed)
    judged = [row for row in stopped if row.outcome.counts]
    still = sum(row.outcome.state is OutcomeState.OPEN for row in judged)
    return GateCount(
        name,
        reached,
        len(stopped),
        len(judged),
        still,
        pnl,
        interval,
        _gate_words(name, len(stopped), len(judged), pnl, interval),
    )


def _sum(rows: Sequence[FunnelRow], seed: int) -> tuple[float | None, SumInterval | None]:
    """Sum of profits and losses in the order of time, and its interval."""
    values = [row.outcome.pnl for row in rows if row.outcome.pnl is not None]
    if not values:
        return None, None
    return float(sum(values)), sum_interval(np.array(values), seed=seed)


def _gate_words(name: str, stopped: int, judged: int, pnl: float | None, interval: SumInterval | None) -> str:
    """Whether the gate was right, in one or two sentences."""
    if not stopped:
        return "Stopped nothing."
    what = f"Stopped {stopped}: {MEANING[name]}."
    if pnl is None:
        return f"{what} No trade was asked for, so there is none to judge." if name == "signals" else what
    if interval is None:
        return f"{what} {judged} judged, too few or too alike for an interval; nothing is shown."
    if interval.sign < 0:
        return f"{what} Right to stop them: they would have lost."
    if interval.sign > 0:
        return f"{what} They would have gained: this gate cost money."
    return f"{what} Whether that was right cannot be told: the interval holds zero."


def _words(gates: Sequence[GateCount], at_stake: int, filled: int) -> str:
    """The whole in one sentence."""
    if not at_stake:
        return "No cycle with an opening at stake yet."
    worst = max(gates, key=lambda gate: gate.stopped)
    asked = f"{at_stake} opening{' was' if at_stake == 1 else 's were'} at stake and {filled} {'was' if filled == 1 else 'were'} filled"
    if not worst.stopped:
        return f"{asked}; no gate stopped one."
    return f"{asked}; most were stopped at «{worst.gate}», {worst.stopped} of {at_stake}."
