"""How a snapshot becomes a question."""

import json
from collections.abc import Sequence
from datetime import timedelta

from core.llm.snapshot import Snapshot
from core.llm.use import Unit


def snapshot_unit(snapshot: Snapshot, lifetime: timedelta | None = None) -> Unit:
    """One asset to be asked about."""
    return Unit(snapshot.symbol, snapshot.content(), lifetime)


def ask(units: Sequence[Unit]) -> str:
    """The snapshots as JSON, numbered from 1."""
    shown = [{"unit": number} | json.loads(unit.content) for number, unit in enumerate(units, 1)]
    return json.dumps({"snapshots": shown}, ensure_ascii=False, separators=(",", ":"))
