"""Cycles and their passports."""

import json
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query

from core.api.access import own_files
from core.api.routes.engine import Asking, Engine
from core.api.routes.jobs import job_out
from core.api.schemas import CycleAsked, CycleRow, JobOut, Limit, Offset, Page
from core.api.shared_answers import ActingRoute, SharedRoute
from core.errors import InputError
from core.instruments import resolve
from core.moments import moment
from core.records import CycleReport, Deed, Timeframe
from core.store import dump
from core.store.audit import save_deed
from core.store.cycles import read_cycle
from core.store.pages import page_of

reading = APIRouter(tags=["cycles"], route_class=SharedRoute)
acting = APIRouter(tags=["cycles"], route_class=ActingRoute)
_COLUMNS = (
    "id, symbol, timeframe, source, mode, world, as_of, started_at, seconds, verdict, words, confidence"
)
CycleId = Annotated[str, Path(max_length=80)]


@reading.get("/cycles")
def list_cycles(
    engine: Engine, symbol: Annotated[str, Query(max_length=40)] = "", limit: Limit = 50, offset: Offset = 0
) -> Page[CycleRow]:
    """Cycles, newest first; of one asset where it is named."""
    wanted = resolve(symbol).symbol if symbol else None
    rows, total = page_of(
        engine.store, f"SELECT {_COLUMNS} FROM cycles WHERE symbol = coalesce(?, symbol)", "started_at DESC, id",
        [wanted], limit, offset,
    )  # fmt: skip
    return Page(items=[CycleRow(**row) for row in rows], total=total, limit=limit, offset=offset)


@reading.get("/cycles/{cycle_id}")
def get_cycle(cycle_id: CycleId, engine: Engine) -> dict[str, Any]:
    """Everything that a cycle did: every stage with its result, its checks, its order."""
    return _as_json(read_cycle(engine.store, cycle_id))


@reading.get("/passports/{cycle_id}")
def get_passport(cycle_id: CycleId, engine: Engine) -> dict[str, Any]:
    """The whole passport of a decision: the cycle, its gates, its order and fills, what became of it and, where
    somebody has searched for it, the smallest change that would have flipped it."""
    from core.api.passports import whole_passport  # brings the views

    return whole_passport(engine.bench, cycle_id)


@acting.post("/cycles", status_code=202)
def run_cycle(asked: CycleAsked, engine: Engine, caller: Asking) -> JobOut:
    """Run a cycle; the job's id becomes the cycle's."""
    settings = engine.settings
    own_files(caller, asked.source or "")
    try:
        timeframe = Timeframe(asked.timeframe) if asked.timeframe else settings.timeframe
    except ValueError as err:
        allowed = ", ".join(frame.value for frame in Timeframe)
        raise InputError(f"Timeframe {asked.timeframe!r} does not exist: choose one of {allowed}.") from err
    symbol = resolve(asked.symbol).symbol
    arguments = {
        "symbol": symbol, "timeframe": timeframe.value, "source": asked.source or settings.source,
        "as_of": as_of.isoformat() if (as_of := moment(asked.as_of.isoformat() if asked.as_of else "")) else "",
    }  # fmt: skip
    job_id = engine.jobs.submit("cycle", arguments, key=symbol)
    deed = Deed(caller.name, caller.origin, "force", "job cycle", "", job_id)
    engine.store.write(save_deed(deed, engine.bench.clock()))
    return job_out(engine.jobs.read(job_id))


def _as_json(report: CycleReport) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(dump(CycleReport, report))
    return told
