"""The audit trail."""

from typing import Annotated

from fastapi import APIRouter, Query

from core.api.routes.engine import Engine
from core.api.schemas import AuditOut, Limit
from core.api.shared_answers import SharedRoute
from core.store.audit import read_audit

reading = APIRouter(tags=["audit"], route_class=SharedRoute)


@reading.get("/audit")
def get_audit(
    engine: Engine, limit: Limit = 100, before: Annotated[int | None, Query(ge=1, le=2**62)] = None
) -> list[AuditOut]:
    """Sensitive actions, newest first; `before`: only those at lower positions."""
    return [
        AuditOut(
            position=entry.position, at=entry.at, who=entry.deed.who, origin=entry.deed.origin,
            action=entry.deed.action, subject=entry.deed.subject, before=entry.deed.before, after=entry.deed.after,
            hash=entry.hash,
        )
        for entry in read_audit(engine.store, limit, before)
    ]  # fmt: skip
