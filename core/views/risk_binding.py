"""Which risk checks bound lately: what refused, and what was nearest to its limit where all passed."""

from statistics import median

from core.pipeline import Workbench
from core.records import CheckTally, RiskCheck
from core.store.decided import DecidedChecks, decided_checks

AT_LEAST = frozenset({"reward_to_risk", "data_quality"})
"""Checks whose number must not lie below the limit; of all others it must not lie above."""
MADE_TO_FIT = frozenset({"stop_distance"})
"""The stop is placed at its limit, so that it is always nearest and says nothing."""


def used_part(check: RiskCheck) -> float | None:
    """Part of a limit that is used, 1 at the limit; None where there is no number or no limit."""
    if check.value is None or check.limit is None:
        return None
    if check.name in AT_LEAST:
        return check.limit / check.value if check.value > 0 else None
    return max(check.value, 0.0) / check.limit if check.limit > 0 else None


def binding_checks(bench: Workbench, book_id: str, limit: int = 200) -> tuple[CheckTally, ...]:
    """Over the newest proposals to open of a book; the check that bound most often comes first."""
    decided = decided_checks(bench.store, book_id, limit)
    nearest = [_nearest(item) for item in decided]
    names = list(dict.fromkeys(check.name for item in decided for check in item.checks))
    made = [_tally(name, decided, nearest) for name in names]
    return tuple(sorted(made, key=lambda tally: (-tally.refused, -tally.nearest, -(tally.usage or 0.0))))


def _tally(name: str, decided: tuple[DecidedChecks, ...], nearest: list[RiskCheck | None]) -> CheckTally:
    mine = [check for item in decided for check in item.checks if check.name == name]
    refusals = [check for check in mine if not check.passed]
    closest = [check for check in nearest if check is not None and check.name == name]
    parts = [part for check in mine if (part := used_part(check)) is not None]
    told = refusals or closest or mine
    return CheckTally(
        name, len(mine), len(refusals), len(closest), median(parts) if parts else None, told[0].meaning
    )


def _nearest(item: DecidedChecks) -> RiskCheck | None:
    """Of a proposal that passed everything, the check with the fullest limit."""
    if not all(check.passed for check in item.checks):
        return None
    parts = [
        (part, check)
        for check in item.checks
        if check.name not in MADE_TO_FIT and (part := used_part(check)) is not None
    ]
    return max(parts, key=lambda pair: pair[0])[1] if parts else None
