"""Is the AI worth it? The book against its shadows, as a page and the command line show it."""

from dataclasses import dataclass
from typing import Any

import pandas as pd

from core.pipeline import Workbench
from core.pipeline.uplift import PARTS, Uplift, uplift
from core.records.ledgers import SHADOWS
from core.store.books import list_books
from core.views.number import Number, money

SEED = 0
"""Of the intervals."""
NO_SHADOWS = "No shadow book yet: they begin with the first paper cycle. Run one."


@dataclass(frozen=True, slots=True, eq=False)
class UpliftView:
    """Everything the uplift page draws."""

    found: Uplift
    numbers: tuple[Number, ...]
    table: pd.DataFrame
    """A row a shadow: name, meaning, difference, low, high, equity, trades, words."""
    added: dict[str, tuple[str, float, float | None, float | None, bool, str]]
    """What the figure of differences draws; see core.charts.uplift."""
    note: str
    apart: str
    """What is said of contaminated cycles; empty without any."""


def worlds(bench: Workbench) -> tuple[str, ...]:
    """Worlds that have a book, the last used first."""
    return tuple(str(world) for world in list_books(bench.store)["world"])


def uplift_view(bench: Workbench, world: str) -> UpliftView | None:
    """The book of a world against its shadows; None where it has none yet."""
    found = uplift(bench, world, SEED)
    if found is None:
        return None
    return UpliftView(
        found, _numbers(found), _table(found), _added(found), _note(found, bench), _apart(found)
    )


def uplift_text(view: UpliftView) -> str:
    """The comparison for the command line."""
    found = view.found
    lines = [f"{number.label}: {number.value}" for number in view.numbers]
    lines += [f"{worth.name:<13} {_amount(worth.difference):>12}  {worth.words}" for worth in found.worths]
    return "\n".join([*lines, *filter(None, (view.apart, view.note))])


def uplift_data(view: UpliftView) -> dict[str, Any]:
    """The comparison for a program."""
    found = view.found
    return {
        "book": found.book.id,
        "world": found.book.world,
        "cycles": found.cycles,
        "contaminated": found.contaminated,
        "spent": found.spent,
        "unpriced": found.unpriced,
        "shadows": [
            {
                "name": worth.name, "difference": worth.difference, "identical": worth.identical, "apart": worth.apart,
                "interval": None if worth.interval is None else [worth.interval.interval.low, worth.interval.interval.high],
                "block": worth.interval.block if worth.interval else None, "seed": SEED, "equity": worth.equity,
                "trades": worth.trades, "spent": worth.spent, "words": worth.words,
            }
            for worth in found.worths
        ],
    }  # fmt: skip


def _numbers(found: Uplift) -> tuple[Number, ...]:
    spent = money(found.spent) if found.spent == 0 or found.spent >= 0.01 else f"${found.spent:,.4f}"
    unpriced = (
        f" {found.unpriced:,} requests have no price in the settings and are not in it."
        if found.unpriced
        else ""
    )
    begun = found.curves.index[0] if len(found.curves) else None
    return (
        Number("The book now", money(found.book.equity), "Cash plus positions at their last closed bar."),
        Number(
            "Compared since",
            f"{begun:%Y-%m-%d}" if begun is not None else "–",
            "The first cycle that all shadows went through, in the clock of the book's world.",
        ),
        Number("Cycles", f"{found.cycles:,}", "Paper cycles that the book and its shadows went through together."),
        Number(
            "Spent on the language model",
            spent,
            "Booked as an expense of the book against its shadow without a language model." + unpriced,
        ),
        Number(
            "Contaminated cycles",
            f"{found.contaminated:,}",
            "Cycles in which a language model spoke that may remember what followed. What they held is left out of the "
            "differences and told apart.",
        ),
    )  # fmt: skip


def _table(found: Uplift) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "name": worth.name, "meaning": SHADOWS[worth.name], "difference": worth.difference,
                "low": worth.interval.interval.low if worth.interval else None,
                "high": worth.interval.interval.high if worth.interval else None, "equity": worth.equity,
                "trades": worth.trades, "words": worth.words,
            }
            for worth in found.worths
        ]
    )  # fmt: skip


def _added(found: Uplift) -> dict[str, tuple[str, float, float | None, float | None, bool, str]]:
    return {
        worth.name: (
            PARTS[worth.name], worth.difference, worth.interval.interval.low if worth.interval else None,
            worth.interval.interval.high if worth.interval else None, worth.identical, worth.words,
        )
        for worth in found.worths
    }  # fmt: skip


def _note(found: Uplift, bench: Workbench) -> str:
    told = next((worth.interval for worth in found.worths if worth.interval), None)
    how = (
        f"Intervals: {told.level:.0%}, stationary block bootstrap of the changes of the difference from mark to mark, "
        f"{told.reps:,} draws, seed {told.seed}; mean blocks by the rule of Politis and White, "
        f"{', '.join(f'{w.name} {w.interval.block:.1f}' for w in found.worths if w.interval)} marks. "
        if told
        else ""
    )
    share, most = bench.settings.risk.max_position, bench.settings.risk.max_positions
    return (
        f"{how}With five comparisons at 95 % the chance that one of them shows something by luck is about one in four. Buy and hold puts "
        f"{share:.0%} of its equity, as much as one position of the book may have, into each asset that a cycle looks at, at "
        f"most {most}, and keeps them. A language model is asked nothing for shadows: its second look counts where a shadow "
        "wants the trade that it was shown."
    )


def _apart(found: Uplift) -> str:
    if not found.contaminated:
        return ""
    sums = ", ".join(
        f"{worth.name} {_amount(worth.apart)}" for worth in found.worths if abs(worth.apart) >= 0.005
    )
    return (
        f"{found.contaminated:,} of {found.cycles:,} cycles are contaminated: a language model that may remember what followed "
        f"had a part in them. What they held is left out above; apart the book differed by: {sums or 'nothing'}."
    )


def _amount(value: float) -> str:
    return f"{'−' if value < 0 else '+'}${abs(value):,.2f}"
