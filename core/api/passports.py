"""A passport as JSON."""

import json
from typing import Any

import pandas as pd

from core.pipeline import Workbench
from core.records import CycleReport, Flip, Order
from core.records.ledgers import TradeOutcome
from core.store import dump
from core.views import passport
from core.views.flip import stored_flip
from core.views.passport import became


def whole_passport(bench: Workbench, cycle_id: str) -> dict[str, Any]:
    """Everything that the passport page tells, but for the bars around the decision.

    Raises:
        UnknownId: no such cycle, or it was interrupted.
    """
    view = passport(bench, cycle_id)
    outcome = became(bench, cycle_id) if view.report.decision is not None else None
    flip = stored_flip(bench, cycle_id)
    told: dict[str, Any] = json.loads(dump(CycleReport, view.report))
    return told | {
        "verdict": view.verdict.value,
        "words": view.words,
        "story": list(view.story),
        "note": view.note,
        "numbers": [{"label": item.label, "value": item.value} for item in view.numbers],
        "threshold": view.threshold,
        "language_model": view.llm,
        "system_state": view.state,
        "gate": view.gate,
        "gates": [{"gate": step.gate, "state": step.state.value, "value": step.value} for step in view.gates],
        "orders": json.loads(dump(tuple[Order, ...], view.orders)),
        "fills": _rows(view.fills),
        "trade": None if view.trade is None else _rows(view.trade.to_frame().T)[0],
        "outcome": json.loads(dump(TradeOutcome, outcome)) if outcome else None,
        "flip": None if flip is None else json.loads(dump(Flip, flip.flip)) | {"words": flip.words},
    }


def _rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads(frame.to_json(orient="records", date_format="iso"))
    return rows
