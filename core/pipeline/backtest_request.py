"""What a backtest is asked: read from the words of a page or a command, checked, and kept with the run."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.errors import InputError
from core.instruments import resolve
from core.moments import moment
from core.pipeline.backtest_terms import AS_SET, CostTerms, RiskProfile, profiles, usual_costs
from core.pipeline.strategies import checked, strategy_with
from core.records import Instrument, Timeframe
from core.settings import Settings
from core.signals import Strategy

WHOLE_CYCLE = "whole_cycle"
"""Name under which every stage of a cycle is tested together, instead of one strategy."""


__all__ = [
    "AS_SET",
    "WHOLE_CYCLE",
    "BacktestRequest",
    "CostTerms",
    "RiskProfile",
    "profiles",
    "read_request",
    "usual_costs",
]


@dataclass(frozen=True, slots=True)
class BacktestRequest:
    """One backtest, checked."""

    instrument: Instrument
    timeframe: Timeframe
    source: str
    strategy: str
    parameters: Mapping[str, Any]
    start: datetime | None
    stop: datetime | None
    costs: CostTerms
    profile: RiskProfile
    cash: float

    def made(self) -> Strategy | None:
        """The strategy with its parameters; None for the whole cycle.

        Raises:
            InputError: no such strategy or parameter, or a value out of bounds.
        """
        return None if self.strategy == WHOLE_CYCLE else strategy_with(self.strategy, self.parameters)


def read_request(asked: Mapping[str, str], settings: Settings) -> BacktestRequest:
    """Read the arguments of a job.

    Args:
        asked: symbol, timeframe, source, strategy; start and stop (ISO, or empty); and, all of them optional,
            parameters, costs and profile (JSON objects; what they do not name is as in the settings) and cash.

    Raises:
        InputError: the first thing wrong, in one sentence.
    """
    start, stop = moment(asked.get("start", "")), moment(asked.get("stop", ""))
    if start and stop and start >= stop:
        raise InputError(f"The dates are swapped: {start:%Y-%m-%d} is not before {stop:%Y-%m-%d}.")
    costs = {**usual_costs(settings).model_dump(), **_object(asked, "costs")}
    profile = {**profiles(settings)[AS_SET].model_dump(), **_object(asked, "profile")}
    return BacktestRequest(
        instrument=resolve(asked["symbol"]),
        timeframe=Timeframe(asked["timeframe"]),
        source=asked["source"],
        strategy=asked["strategy"],
        parameters=_object(asked, "parameters"),
        start=start,
        stop=stop,
        costs=checked(CostTerms, costs, "of the costs"),
        profile=checked(RiskProfile, profile, "of the risk profile"),
        cash=_cash(asked.get("cash", ""), settings.initial_cash),
    )


def _object(asked: Mapping[str, str], name: str) -> dict[str, Any]:
    text = asked.get(name, "")
    try:
        found = json.loads(text) if text else {}
    except json.JSONDecodeError as err:
        raise InputError(f"The {name} {text[:60]!r} are not JSON: {err.msg}.") from err
    if not isinstance(found, dict):
        raise InputError(f'The {name} {text[:60]!r} are no JSON object: write them like {{"name": 1}}.')
    return found


def _cash(text: str, usual: float) -> float:
    try:
        cash = float(text) if text else usual
    except ValueError as err:
        raise InputError(f"The cash {text!r} is no number: write it like 10000.") from err
    if not 0 < cash <= 1e12:
        raise InputError(f"The cash {text} must be above 0 and at most 1e12.")
    return cash
