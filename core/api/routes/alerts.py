"""The inbox of alerts."""

from typing import Annotated

from fastapi import APIRouter, Query

from core.api.routes.engine import Asking, Engine
from core.api.schemas import Limit, Offset, Page
from core.api.schemas_watch import AlertOut, ReadOut
from core.api.shared_answers import ActingRoute, SharedRoute
from core.records import Severity
from core.store.alerts import mark_all_read
from core.store.pages import page_of

reading = APIRouter(tags=["alerts"], route_class=SharedRoute)
acting = APIRouter(tags=["alerts"], route_class=ActingRoute)
_ROW = "key, kind, severity, happened_at, subject, words, live, noticed_at, read, told_at"


@reading.get("/alerts")
def list_alerts(
    engine: Engine,
    unread: Annotated[bool, Query(description="Only those that nobody has read.")] = False,
    severity: Annotated[Severity | None, Query(description="Only of this severity.")] = None,
    limit: Limit = 50,
    offset: Offset = 0,
) -> Page[AlertOut]:
    """Alerts, newest first."""
    rows, total = page_of(
        engine.store, f"SELECT {_ROW} FROM alerts WHERE (NOT read OR NOT ?) AND severity = coalesce(?, severity)",
        "noticed_at DESC, happened_at DESC, key", [unread, severity.value if severity else None], limit, offset,
    )  # fmt: skip
    return Page(items=[AlertOut(**row) for row in rows], total=total, limit=limit, offset=offset)


@acting.post("/alerts/read")
def read_alerts(engine: Engine, caller: Asking) -> ReadOut:
    """Mark every alert as read."""
    _, unread = page_of(engine.store, "SELECT key FROM alerts WHERE NOT read", "key", [], 1, 0)
    engine.store.write(mark_all_read())
    return ReadOut(marked=unread)
