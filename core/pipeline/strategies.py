"""Strategies by name, with parameters that were chosen."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from core.errors import InputError
from core.signals import (
    STRATEGIES,
    Parameters,
    Strategy,
    chart_patterns,
    donchian,
    intraday,
    ml_driven,
    rsi_bollinger,
    scalping,
    sma_cross,
    support_resistance,
    swing,
)

Model = TypeVar("Model", bound=BaseModel)

MAKERS: Mapping[str, Callable[[Any], Strategy]] = {
    "sma_cross": sma_cross,
    "rsi_bollinger": rsi_bollinger,
    "scalping": scalping,
    "intraday": intraday,
    "swing": swing,
    "donchian": donchian,
    "chart_patterns": chart_patterns,
    "support_resistance": support_resistance,
    "ml_driven": ml_driven,
}
"""From a strategy's parameters to the strategy; a strategy without one cannot be given others than its own."""


def strategy_with(name: str, values: Mapping[str, Any]) -> Strategy:
    """A registered strategy with these parameters; those that are not named keep their defaults.

    Raises:
        InputError: no such strategy or parameter, or a value that is out of bounds, in one sentence.
    """
    known = STRATEGIES.get(name)
    if known is None:
        raise InputError(f"There is no strategy {name!r}: choose one of {', '.join(STRATEGIES)}.")
    if not values:
        return known
    if name not in MAKERS:
        raise InputError(f"The strategy {name} takes no parameters, but was given {', '.join(values)}.")
    chosen = checked(type(known.parameters), {**known.parameters.model_dump(), **values}, f"of {name}")
    return MAKERS[name](chosen)


def checked(kind: type[Model], values: Mapping[str, Any], where: str) -> Model:
    """Values as the model that bounds them.

    Raises:
        InputError: the first thing wrong, in one sentence.
    """
    try:
        return kind.model_validate(dict(values))
    except ValidationError as err:
        first = err.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        if first["type"] == "extra_forbidden":
            raise InputError(
                f"There is no {name!r} {where}: choose from {', '.join(kind.model_fields)}."
            ) from err
        why = first["msg"].removeprefix("Value error, ").removeprefix("Input ")
        if not name:
            raise InputError(f"These values {where} do not go together: {why}.") from err
        raise InputError(f"{name} {where} is {first['input']!r}, which {why}.") from err


@dataclass(frozen=True, slots=True)
class Step:
    """One parameter moved by one step."""

    parameter: str
    value: float
    strategy: Strategy


def neighbours_of(strategy: Strategy) -> tuple[Step, ...]:
    """The strategy with each of its numbers one step down and one step up: a tenth of it, at least 1 for whole numbers.

    Steps that leave a bound or break a rule between parameters are left out, and so is a fraction of 0, which has no tenth.
    """
    found = []
    for name, value in strategy.parameters.model_dump().items():
        if isinstance(value, bool) or not isinstance(value, int | float):
            continue
        if value == 0.0 and isinstance(value, float):
            continue
        step = max(1, round(value / 10)) if isinstance(value, int) else value / 10
        for moved in (value - step, value + step):
            values = {**strategy.parameters.model_dump(), name: moved}
            try:
                found.append(
                    Step(name, float(moved), MAKERS[strategy.name](_made(strategy.parameters, values)))
                )
            except ValidationError:
                continue
    return tuple(found)


def _made(like: Parameters, values: Mapping[str, Any]) -> Parameters:
    return type(like).model_validate(values)
