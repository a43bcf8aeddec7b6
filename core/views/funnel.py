"""The no-trade funnel as a page and the command line show it."""

from dataclasses import dataclass
from typing import Any

import pandas as pd

from core.pipeline import Workbench
from core.pipeline.funnel import FunnelFilter, funnel_of, funnel_rows, narrowed
from core.records.ledgers import Funnel, FunnelRow, SumInterval
from core.views.number import Number, money, percent

SEED = 0
"""Of the intervals."""


@dataclass(frozen=True, slots=True)
class FunnelChoices:
    """What the funnel can be narrowed to."""

    symbols: tuple[str, ...]
    sources: tuple[str, ...]
    """Strategies, forecasts, sentiment: whatever spoke in a fused signal."""
    books: dict[str, str]
    """Id → words, the last used first."""


@dataclass(frozen=True, slots=True)
class FunnelView:
    """Everything the funnel page draws."""

    funnel: Funnel
    numbers: tuple[Number, ...]
    gates: pd.DataFrame
    """A row a gate: gate, reached, stopped, share, judged, open, pnl, low, high, words."""
    stopped: pd.DataFrame
    """A row a stopped trade, newest first: id, as_of, symbol, gate, side, pnl, return_, outcome, reason."""
    note: str
    """How the hypothetical money came about."""
    beside: str
    """What is not in the funnel; empty when everything is."""


def all_rows(bench: Workbench) -> tuple[FunnelRow, ...]:
    """Every stored paper cycle with its gate and outcome; read once, narrowed often."""
    return funnel_rows(bench)


def choices(rows: tuple[FunnelRow, ...]) -> FunnelChoices:
    """What these rows can be narrowed to."""
    last: dict[str, FunnelRow] = {row.book_id: row for row in rows if row.book_id}
    first: dict[str, FunnelRow] = {row.book_id: row for row in reversed(rows) if row.book_id}
    books = sorted(last, key=lambda book: last[book].as_of, reverse=True)
    return FunnelChoices(
        tuple(sorted({row.symbol for row in rows})),
        tuple(sorted({source for row in rows for source in row.sources})),
        {
            book: f"{last[book].world}, {first[book].as_of:%Y-%m-%d} to {last[book].as_of:%Y-%m-%d}"
            for book in books
        },
    )


def funnel_view(rows: tuple[FunnelRow, ...], wanted: FunnelFilter = FunnelFilter()) -> FunnelView:
    """The funnel of the rows that a filter leaves."""
    found = funnel_of(narrowed(rows, wanted), SEED)
    return FunnelView(found, _numbers(found), _gates(found), _stopped(found), _note(found), _beside(found))


def funnel_text(view: FunnelView) -> str:
    """The funnel for the command line."""
    funnel = view.funnel
    lines = [funnel.words, f"{'gate':<12}{'reached':>8}{'stopped':>8}  what the stopped would have made"]
    for gate in funnel.gates:
        sum_ = "–" if gate.pnl is None else f"{money(gate.pnl)} over {gate.judged}{_range(gate.interval)}"
        lines.append(f"{gate.gate:<12}{gate.reached:>8}{gate.stopped:>8}  {sum_}")
    if funnel.made is not None:
        lines.append(f"The {funnel.filled} filled made {money(funnel.made)}{_range(funnel.made_interval)}.")
    return "\n".join([*lines, *(f"{gate.gate}: {gate.words}" for gate in funnel.gates if gate.stopped), *filter(None, (view.beside, view.note))])  # fmt: skip


def funnel_data(view: FunnelView) -> dict[str, Any]:
    """The funnel for a program."""
    funnel = view.funnel
    return {
        "words": funnel.words,
        "cycles": funnel.cycles,
        "at_stake": funnel.at_stake,
        "beside": dict(funnel.beside),
        "inferred": funnel.inferred,
        "filled": funnel.filled,
        "waiting": funnel.waiting,
        "made": funnel.made,
        "gates": [
            {
                "gate": gate.gate, "reached": gate.reached, "stopped": gate.stopped, "judged": gate.judged, "open": gate.open,
                "pnl": gate.pnl, "interval": None if gate.interval is None else [gate.interval.interval.low, gate.interval.interval.high],
                "words": gate.words,
            }
            for gate in funnel.gates
        ],
    }  # fmt: skip


def _numbers(funnel: Funnel) -> tuple[Number, ...]:
    stopped = [gate for gate in funnel.gates if gate.pnl is not None]
    total = sum(gate.pnl for gate in stopped if gate.pnl is not None)
    share = funnel.filled / funnel.at_stake if funnel.at_stake else None
    return (
        Number("Cycles", f"{funnel.cycles:,}", "Paper cycles that the filter leaves."),
        Number(
            "Openings at stake",
            f"{funnel.at_stake:,}",
            "Cycles in which a position could have been opened: nothing of the asset was held or ordered.",
        ),
        Number(
            "Filled",
            f"{funnel.filled:,}",
            "Openings that passed every gate and were traded.",
            None if share is None else f"{percent(share, 1)} of those at stake",
        ),
        Number(
            "The filled made",
            "–" if funnel.made is None else money(funnel.made),
            "Profit and loss of the real paper trades, net of costs; open ones at the book's last price.",
        ),
        Number(
            "The stopped would have made",
            money(total) if stopped else "–",
            "Sum over all gates of what the stopped trades would have made under the same stop, target and time limit, net of "
            "costs. They are judged one by one, each as if it were the only one.",
        ),
    )


def _gates(funnel: Funnel) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "gate": gate.gate, "reached": gate.reached, "stopped": gate.stopped,
                "share": gate.stopped / gate.reached if gate.reached else None, "judged": gate.judged, "open": gate.open,
                "pnl": gate.pnl, "low": gate.interval.interval.low if gate.interval else None,
                "high": gate.interval.interval.high if gate.interval else None, "words": gate.words,
            }
            for gate in funnel.gates
        ]
    )  # fmt: skip


def _stopped(funnel: Funnel) -> pd.DataFrame:
    columns = [
        "id",
        "as_of",
        "symbol",
        "gate",
        "side",
        "pnl",
        "return_",
        "outcome",
        "reason",
    ]
    rows = [
        {
            "id": row.cycle_id, "as_of": row.as_of, "symbol": row.symbol, "gate": row.gate,
            "side": "buy" if row.units > 0 else "sell" if row.units < 0 else "–", "pnl": row.outcome.pnl,
            "return_": row.outcome.return_, "outcome": row.outcome.words, "reason": row.reason,
        }
        for row in reversed(funnel.rows)
        if row.gate and row.gate != "filled"
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def _note(funnel: Funnel) -> str:
    told = next((gate.interval for gate in funnel.gates if gate.interval), funnel.made_interval)
    how = (
        f" Intervals: {told.level:.0%}, stationary block bootstrap in the order of time, {told.reps:,} draws, seed {told.seed}, "
        f"mean block {told.block:.1f} trades where it was chosen first; fewer than 20 trades get none."
        if told
        else " Fewer than 20 trades, or trades that are all alike, get no interval."
    )
    return (
        "A stopped trade is filled at the next open with all costs and left to its stop, target and time limit; one still "
        "open is marked at the last known bar. Real trades may also close when the signals turn." + how
    )


def _beside(funnel: Funnel) -> str:
    told = [f"{count:,} {why}" for why, count in funnel.beside]
    words = f"Beside the funnel: {', '.join(told)}." if told else ""
    if funnel.inferred:
        words += f" {funnel.inferred:,} cycles come from before gates were kept; theirs are read off what they stored."
    return words.strip()


def _range(found: SumInterval | None) -> str:
    if found is None:
        return " (no interval)"
    return f" ({found.level:.0%}: {money(found.interval.low)} to {money(found.interval.high)})"
