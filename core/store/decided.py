"""The risk checks of past decisions, without reading whole reports."""

from dataclasses import dataclass
from datetime import datetime

from core.records import RiskCheck
from core.store.codec import load
from core.store.connection import Store


@dataclass(frozen=True, slots=True)
class DecidedChecks:
    """The checks that one proposal to open went through."""

    cycle_id: str
    as_of: datetime
    symbol: str
    denied: bool
    checks: tuple[RiskCheck, ...]


def decided_checks(store: Store, book_id: str, limit: int = 200) -> tuple[DecidedChecks, ...]:
    """Of the newest decisions of a book that would have opened a position, newest first."""
    with store.cursor() as cursor:
        rows = cursor.execute(
            "SELECT id, as_of, symbol, verdict, json_extract(facts, '$.decision.checks')::VARCHAR FROM cycles"
            " JOIN passports ON cycle_id = id"
            " WHERE book_id = ? AND json_extract_string(facts, '$.decision.proposal.action') = 'open'"
            " AND json_array_length(facts, '$.decision.checks') > 0 ORDER BY started_at DESC, id LIMIT ?",
            [book_id, limit],
        ).fetchall()
    return tuple(
        DecidedChecks(
            str(row[0]), row[1], str(row[2]), row[3] == "denied", load(tuple[RiskCheck, ...], row[4])
        )
        for row in rows
    )
