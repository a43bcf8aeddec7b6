"""From a request to bars, features and a factory of strategies: what every cell of a search is run on."""

import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pandas as pd

from core.errors import NotEnoughHistory
from core.evaluate.search import Case, Decide, History, Terms
from core.features import WARMUP, build_features
from core.instruments import resolve
from core.pipeline.at_hand import sample_clock_span
from core.pipeline.backtest_request import AS_SET, RiskProfile, profiles
from core.pipeline.gathering import Gathered, gather
from core.pipeline.run import Workbench
from core.pipeline.search_request import exhaustive, searchable
from core.pipeline.strategies import MAKERS
from core.records import Instrument, SearchMethod, SearchRequest, Timeframe, Trial
from core.store import dump
from core.tables import stamp

FEWEST_BARS = 200
KINDS = {SearchMethod.GRID: "sweep", SearchMethod.TPE: "search", SearchMethod.WALK_FORWARD: "walk_forward"}


@dataclass(frozen=True, slots=True)
class StrategyFactory:
    """From numbers to a registered strategy's decision; travels to worker processes by name."""

    name: str

    def __call__(self, values: Mapping[str, float]) -> Decide | None:
        """The decision with these numbers; None where the strategy's own checks refuse them."""
        parameters = self.parameters(values)
        return None if parameters is None else StrategyDecision(self.name, tuple(parameters.items()))

    def parameters(self, values: Mapping[str, float]) -> dict[str, float] | None:
        """The numbers in the strategy's own types; None where it refuses them."""
        kind = type(searchable(self.name).parameters)
        typed = {
            name: int(value) if kind.model_fields[name].annotation is int else float(value)
            for name, value in values.items()
        }
        try:
            return dict(kind.model_validate(typed).model_dump())
        except ValueError:
            return None


@dataclass(frozen=True, slots=True)
class StrategyDecision:
    """One cell's strategy, as (bars, features) → direction."""

    name: str
    parameters: tuple[tuple[str, float], ...]

    def __call__(self, bars: pd.DataFrame, features: pd.DataFrame) -> np.ndarray:
        """−1, 0, 1 at each bar."""
        kind = type(searchable(self.name).parameters)
        return MAKERS[self.name](kind.model_validate(dict(self.parameters))).decide(bars, features).direction


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """A search that is ready to run."""

    case: Case
    request: SearchRequest
    profile: RiskProfile
    """Of the settings; a cell's stop and target replace its own."""
    instrument: Instrument
    found: Gathered
    study: str
    batch: str
    """Id of the job."""


def prepare(bench: Workbench, run_id: str, request: SearchRequest) -> Prepared:
    """Collect bars, compute the features once, and name the study.

    Raises:
        NotEnoughHistory: fewer than 200 bars between the dates.
    """
    instrument, timeframe = resolve(request.symbol), Timeframe(request.timeframe)
    found = gather(
        bench, instrument, timeframe, request.source, None, _since(bench, instrument, timeframe, request)
    )
    bench.store.write(*found.writes)
    index = found.bars.index
    first = int(index.searchsorted(stamp(request.start))) if request.start else 0
    stop = int(index.searchsorted(stamp(request.stop), side="right")) if request.stop else len(index)
    if stop - first < FEWEST_BARS:
        raise NotEnoughHistory(
            f"There are {max(stop - first, 0)} {timeframe} bars of {instrument.symbol} between these dates (data from "
            f"{index[0]:%Y-%m-%d} to {index[-1]:%Y-%m-%d}); a search needs {FEWEST_BARS}."
        )
    settings, profile = bench.settings, profiles(bench.settings)[AS_SET]
    # Those that a backtest with the same profile has.
    terms = Terms(
        profile.rules(instrument), settings.costs.record(), settings.initial_cash, instrument, timeframe
    )
    case = Case(
        history=History(found.bars, build_features(found.bars), first, stop),
        factory=StrategyFactory(request.strategy),
        space=request.space,
        terms=terms,
        objectives=request.objectives,
        worst_drawdown=request.worst_drawdown,
        least_trades=request.least_trades,
        method=SearchMethod.GRID if exhaustive(request) else SearchMethod.TPE,
    )
    return Prepared(case, request, profile, instrument, found, _study_name(request, case), run_id)


def trial_of(ready: Prepared, case: Case, cell: np.ndarray, sharpe: float) -> Trial:
    """One cell as a trial, with the id that a backtest of the same would have.

    Args:
        case: with the stretch of history that the cell ran on.
        sharpe: yearly; nan where it is not defined or the cell was given up.
    """
    from core.evaluate.significance import trial  # brings scipy

    values = dict(zip(case.names, (float(value) for value in cell), strict=True))
    bracket = {name: values.pop(name) or None for name in ("stop", "target")}
    parameters = StrategyFactory(ready.request.strategy).parameters(values) or {}
    index = case.history.bars.index
    return trial(
        batch=ready.batch,
        kind=KINDS[ready.request.method],
        symbol=ready.instrument.symbol,
        timeframe=ready.request.timeframe,
        strategy=ready.request.strategy,
        parameters={**parameters, **ready.profile.model_copy(update=bracket).model_dump()},
        start=_at(index, case.history.first),
        stop=_at(index, case.history.stop - 1),
        bars=case.history.length,
        costs=case.terms.costs,
        sharpe=None if math.isnan(sharpe) else sharpe / math.sqrt(case.terms.bars_per_year),
    )


def _at(index: pd.Index, row: int) -> datetime:
    moment: datetime = index[row].to_pydatetime()
    return moment


def _study_name(request: SearchRequest, case: Case) -> str:
    """Hash of all that decides the result: request, bars, terms."""
    traded = case.history.bars.iloc[: case.history.stop]
    name = hashlib.blake2b(dump(SearchRequest, request).encode(), digest_size=10)
    name.update(np.ascontiguousarray(traded.to_numpy(dtype=np.float64)).tobytes())
    name.update(pd.DatetimeIndex(traded.index).as_unit("us").asi8.tobytes())
    name.update(repr((case.history.first, case.terms)).encode())
    return name.hexdigest()


def _since(
    bench: Workbench, instrument: Instrument, timeframe: Timeframe, request: SearchRequest
) -> datetime | None:
    """How far back to ask, as a backtest does: to the first day with the warm-up of the indicators before it."""
    from core.pipeline.backtesting import LONGEST

    if request.start is not None:
        return request.start - 3 * WARMUP * timeframe.delta
    span = sample_clock_span(instrument, timeframe) if request.source == "sample" else None
    return span[0] if span else bench.clock() - LONGEST
