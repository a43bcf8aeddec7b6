"""The autopilot, by the names of CryptoPilot's pipeline."""

from fastapi import APIRouter

from core.api.access import own_files
from core.api.routes.engine import Asking, Engine
from core.api.schemas import (
    AssetState,
    Limit,
    MarketData,
    Offset,
    Page,
    PipelineAsked,
    PipelineStatus,
    PredictionOut,
    SignalOut,
    StepOut,
    Submitted,
    TradeOut,
    part_of,
)
from core.api.shared_answers import ActingRoute, SharedRoute
from core.api.sparing import SharedView, Sparing
from core.autopilot.worlds import world_of
from core.records import Step
from core.runtime import Runtime
from core.store.books import active_book
from core.store.pages import page_of
from core.views.autopilot import AutopilotView, autopilot_view
from core.views.autopilot_assets import Watched

reading = APIRouter(prefix="/trading-pipeline", tags=["trading pipeline"], route_class=SharedRoute)
acting = APIRouter(prefix="/trading-pipeline", tags=["trading pipeline"], route_class=ActingRoute)
_TRADE = "symbol, quantity, entry_time, entry_price, exit_time, exit_price, fees, pnl, return_, exit_reason"


@reading.get("/status")
def get_status(engine: Engine, spared: SharedView) -> PipelineStatus:
    """Whether it runs, the next turn of each step, and every asset as its last cycle left it."""
    return _status(_view(engine, spared))


def _status(view: AutopilotView) -> PipelineStatus:
    return PipelineStatus(
        running=bool(view.state and view.state.running), words=view.words, last_turn=view.seen,
        steps=[
            StepOut(
                step=one.step.value, every_seconds=one.every_seconds, next_turn=one.next_turn, last_turn=one.last,
                failing=[f"{run.subject}: {run.words}" for run in one.failing],
            )
            for one in view.steps
        ],
        assets=[_asset(one) for one in view.assets],
    )  # fmt: skip


@reading.get("/market-data")
def get_market_data(
    engine: Engine, spared: SharedView, limit: Limit = 50, offset: Offset = 0
) -> Page[MarketData]:
    """The last price of every asset that it watches, with the trust in its data."""
    found = [
        MarketData(symbol=one.symbol, price=one.price, as_of=one.as_of, trust=one.trust)
        for one in _view(engine, spared).assets
    ]
    return part_of(found, limit, offset)


@reading.get("/predictions")
def get_predictions(
    engine: Engine, spared: SharedView, limit: Limit = 50, offset: Offset = 0
) -> Page[PredictionOut]:
    """The forecasts of the last cycles, with the record that backs them."""
    found = [
        PredictionOut(
            symbol=one.symbol, as_of=one.as_of, horizon=said.horizon, bars=said.bars, p_down=said.p_down,
            p_flat=said.p_flat, p_up=said.p_up, skill=said.skill, calibrated=said.calibrated, edge=said.edge,
            model_id=said.model_id,
        )
        for one in _view(engine, spared).assets
        for said in one.forecasts
    ]  # fmt: skip
    return part_of(found, limit, offset)


@reading.get("/signals")
def get_signals(engine: Engine, spared: SharedView, limit: Limit = 50, offset: Offset = 0) -> Page[SignalOut]:
    """The fused signal of every asset and what was decided on it."""
    found = [
        SignalOut(
            symbol=one.symbol, as_of=one.as_of, direction=one.direction, confidence=one.confidence,
            verdict=one.verdict, words=one.words, cycle_id=one.cycle_id,
        )
        for one in _view(engine, spared).assets
    ]  # fmt: skip
    return part_of(found, limit, offset)


@reading.get("/trades")
def get_trades(engine: Engine, limit: Limit = 50, offset: Offset = 0) -> Page[TradeOut]:
    """Closed trades of the book that it trades, newest exit first."""
    state = engine.autopilot.state
    book = active_book(engine.store, world_of(state, state.assets[0])) if state and state.assets else None
    rows, total = page_of(
        engine.store, f"SELECT {_TRADE} FROM trades WHERE book_id = ?", "exit_time DESC, entry_time, symbol",
        [book.id if book else ""], limit, offset,
    )  # fmt: skip
    return Page(items=[TradeOut(**row) for row in rows], total=total, limit=limit, offset=offset)


@acting.post("/start")
def start(asked: PipelineAsked, engine: Engine, caller: Asking) -> PipelineStatus:
    """Switch it on; what is not named comes from the settings."""
    own_files(caller, asked.source)
    engine.switch_on(caller.name, caller.origin, asked.assets, asked.timeframe, asked.source)
    return _status(_now(engine))


@acting.post("/stop")
def stop(engine: Engine, caller: Asking) -> PipelineStatus:
    """Switch it off; jobs under way end, none follows."""
    engine.switch_off(caller.name, caller.origin)
    return _status(_now(engine))


@acting.post("/force-collect", status_code=202)
def force_collect(engine: Engine, caller: Asking) -> Submitted:
    """Collect bars and news of every asset now."""
    return Submitted(jobs=list(engine.autopilot.force(Step.COLLECT, caller.name, caller.origin)))


@acting.post("/force-predict", status_code=202)
def force_predict(engine: Engine, caller: Asking) -> Submitted:
    """Make the forecasts of every asset now."""
    return Submitted(jobs=list(engine.autopilot.force(Step.PREDICT, caller.name, caller.origin)))


@acting.post("/force-signals", status_code=202)
def force_signals(engine: Engine, caller: Asking) -> Submitted:
    """Run a cycle of every asset now."""
    return Submitted(jobs=list(engine.autopilot.force(Step.SIGNALS, caller.name, caller.origin)))


@acting.post("/force-execute", status_code=202)
def force_execute(engine: Engine, caller: Asking) -> Submitted:
    """Bring the book up to date now: open orders, stops, targets."""
    return Submitted(jobs=list(engine.autopilot.force(Step.TRADE, caller.name, caller.origin)))


def _view(engine: Runtime, spared: Sparing[AutopilotView]) -> AutopilotView:
    return spared.of(engine.store, lambda: _now(engine))


def _now(engine: Runtime) -> AutopilotView:
    return autopilot_view(engine.bench, engine.autopilot.state, engine.schedule.next_turns())


def _asset(one: Watched) -> AssetState:
    return AssetState(
        symbol=one.symbol, price=one.price, direction=one.direction, confidence=one.confidence, verdict=one.verdict,
        units=one.units, profit=one.profit, cycle_id=one.cycle_id, as_of=one.as_of, trust=one.trust,
    )  # fmt: skip
