"""Cycles and their passports."""

import json
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query

from core.api.routes.engine import Engine
from core.api.routes.jobs import job_out
from core.api.schemas import CycleAsked, CycleRow, JobOut, Limit, Offset, Page
from core.errors import InputError
from core.instruments import resolve
from core.moments import moment
from core.records import CycleReport, Timeframe
from core.store import dump
from core.store.cycles import read_cycle
from core.store.pages import page_of

reading = APIRouter(tags=["cycles"])
acting = APIRouter(tags=["cycles"])
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
    """The passport of a decision: the cycle, and what became of its order."""
    from core.views import passport

    view = passport(engine.bench, cycle_id)
    return _as_json(view.report) | {
        "words": view.words,
        "verdict": view.verdict.value,
        "story": list(view.story),
    }


@acting.post("/cycles", status_code=202)
def run_cycle(asked: CycleAsked, engine: Engine) -> JobOut:
    """Run a cycle; the job's id becomes the cycle's."""
    settings = engine.settings
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
    return job_out(engine.jobs.read(engine.jobs.submit("cycle", arguments, key=symbol)))


def _as_json(report: CycleReport) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(dump(CycleReport, report))
    return told
