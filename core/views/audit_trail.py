"""The audit trail as a table, and whether its chain is whole."""

from dataclasses import dataclass

import pandas as pd

from core.pipeline import Workbench
from core.records import ChainCheck
from core.store.audit import check_chain, read_audit


@dataclass(frozen=True, slots=True)
class Trail:
    """What was done, and whether the record of it can be trusted."""

    check: ChainCheck
    entries: pd.DataFrame
    """Newest first: number, at (UTC), who, origin, action, subject, before, after."""


def trail(bench: Workbench, limit: int = 300) -> Trail:
    """The newest entries; every hash is computed again."""
    rows = [
        (
            e.position,
            e.at,
            e.deed.who,
            e.deed.origin,
            e.deed.action,
            e.deed.subject,
            e.deed.before,
            e.deed.after,
        )
        for e in read_audit(bench.store, limit)
    ]
    columns = ["number", "at", "who", "origin", "action", "subject", "before", "after"]
    return Trail(check_chain(bench.store), pd.DataFrame(rows, columns=columns))
