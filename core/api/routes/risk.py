"""The state of a book against its limits; halt it, release it."""

import json
from typing import Annotated, Any

from fastapi import APIRouter, Query

from core.api.routes.engine import Asking, Engine
from core.api.schemas_watch import RiskAsked, RiskOut, RiskStateOut
from core.api.shared_answers import ActingRoute, SharedRoute
from core.pipeline.risk_state import halt, reset
from core.pipeline.risk_status import book_in_use, risk_status
from core.records import RiskState, RiskStatus
from core.runtime import Runtime
from core.store import dump

reading = APIRouter(tags=["risk"], route_class=SharedRoute)
acting = APIRouter(tags=["risk"], route_class=ActingRoute)
_Book = Annotated[str, Query(max_length=120, description="Id of a book; empty: the one that was used last.")]
_World = Annotated[
    str, Query(max_length=120, description="The book of this world: live, or an era of the sample.")
]


@reading.get("/risk")
def get_risk(engine: Engine, book: _Book = "", world: _World = "") -> RiskOut:
    """A book against every limit: state, equity, use of each limit, and what tripped or was done by hand."""
    told: dict[str, Any] = json.loads(
        dump(RiskStatus, risk_status(engine.bench, _wanted(engine, book, world)))
    )
    return RiskOut(**told)


@acting.post("/risk/halt")
def halt_book(asked: RiskAsked, engine: Engine, caller: Asking) -> RiskStateOut:
    """Open nothing until the book is released; what it holds keeps its stops and targets."""
    book = _wanted(engine, asked.book, asked.world)
    return _state(book, halt(engine.bench, book, caller.name, asked.why, caller.origin))


@acting.post("/risk/release")
def release_book(asked: RiskAsked, engine: Engine, caller: Asking) -> RiskStateOut:
    """Let the book trade again; its peak restarts from the equity of now."""
    book = _wanted(engine, asked.book, asked.world)
    return _state(book, reset(engine.bench, book, caller.name, asked.why, caller.origin))


def _wanted(engine: Runtime, book: str, world: str) -> str:
    return book or book_in_use(engine.bench, world)


def _state(book: str, state: RiskState) -> RiskStateOut:
    told: dict[str, Any] = json.loads(dump(RiskState, state))
    return RiskStateOut(book_id=book, **told)
