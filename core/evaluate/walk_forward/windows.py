"""How a walk-forward cuts the bars into stretches to search on and stretches to trade."""

from dataclasses import dataclass

from core.errors import InputError, NotEnoughHistory
from core.records import WindowPlan

LEAST_TRAIN = 50
"""Bars; a search on less chooses by chance."""
LEAST_TEST = 5


@dataclass(frozen=True, slots=True)
class Window:
    """Rows of one window, each stretch from its first row to before its stop."""

    train_first: int
    train_stop: int
    test_first: int
    test_stop: int


def cut_windows(first: int, stop: int, plan: WindowPlan) -> tuple[Window, ...]:
    """Windows whose tests follow each other without a hole.

    The first search sees the rows from `first` on; each next window moves on by one test. A last test that is shorter
    than the others counts when it has at least half of their length.

    Args:
        first, stop: rows that may be used.
        plan: lengths in bars.

    Raises:
        InputError: a length that makes no sense.
        NotEnoughHistory: not one window fits.
    """
    _check(plan)
    windows = []
    test_first = first + plan.train + plan.gap
    while stop - test_first >= max(LEAST_TEST, (plan.test + 1) // 2):
        train_stop = test_first - plan.gap
        train_first = first if plan.anchored else train_stop - plan.train
        test_stop = min(test_first + plan.test, stop)
        windows.append(Window(train_first, train_stop, test_first, test_stop))
        test_first = test_stop
    if not windows:
        raise NotEnoughHistory(
            f"There are {stop - first:,} bars, and one window takes {plan.train + plan.gap + plan.test:,} "
            f"({plan.train:,} to search, {plan.gap:,} gap, {plan.test:,} to test): take shorter windows or more history."
        )
    return tuple(windows)


def usual_plan(bars: int) -> WindowPlan:
    """A plan that fits a history: a search four times as long as its test, and about eight tests (Pardo 2008)."""
    test = max(LEAST_TEST, bars // 12)
    return WindowPlan(train=max(LEAST_TRAIN, 4 * test), test=test)


def _check(plan: WindowPlan) -> None:
    if plan.train < LEAST_TRAIN:
        raise InputError(f"A search on {plan.train} bars chooses by chance: give it at least {LEAST_TRAIN}.")
    if plan.test < LEAST_TEST:
        raise InputError(f"A test of {plan.test} bars tells nothing: give it at least {LEAST_TEST}.")
    if plan.gap < 0:
        raise InputError(f"The gap is {plan.gap} bars: it cannot be negative.")
