"""Which numbers are searched: read off a strategy's own parameters, narrowed by the user, cut into grids."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from core.errors import InputError
from core.records import Dimension

BRACKET = {
    "stop": "Stop distance from the fill, as a fraction of price; 0: none.",
    "target": "Target distance from the fill, as a fraction of price; 0: none.",
}
"""What may be searched of the bracket beside the strategy's own parameters."""
WIDE = 8.0
"""A range whose ends differ by this factor is walked in equal ratios: 5 against 6 bars differs as 50 against 60."""
_LOWEST, _HIGHEST = 0.25, 4.0
_POINTS = 9


def dimensions(
    parameters: BaseModel, stop: float = math.nan, target: float = math.nan
) -> tuple[Dimension, ...]:
    """What can be searched of a strategy, each from a quarter to four times its default (−1 to 1 where that is 0), within
    its bounds.

    Args:
        parameters: of the strategy (a pydantic model; its Fields give bounds and kinds).
        stop, target: of the risk settings; those dimensions come last, as single values.
    """
    own = tuple(
        _dimension(name, info, float(getattr(parameters, name)))
        for name, info in type(parameters).model_fields.items()
        if info.annotation in (int, float)
    )
    bracket = tuple(
        Dimension(name, value, value, 0.01, whole=False)
        for name, value in (("stop", _or_none(stop)), ("target", _or_none(target)))
    )
    return own + bracket


def grid(space: Sequence[Dimension]) -> np.ndarray:
    """Every combination of the dimensions' values, (cells, dimensions), the last dimension fastest."""
    axes = [values(dimension) for dimension in space]
    return np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, len(axes))


def grid_size(space: Sequence[Dimension]) -> int:
    """Cells of the grid, before those that the strategy refuses are left out."""
    return math.prod(len(values(dimension)) for dimension in space)


def values(dimension: Dimension) -> np.ndarray:
    """The values of one dimension's grid, ascending."""
    low, high = dimension.low, dimension.high
    if dimension.fixed:
        return np.array([low])
    if dimension.log:
        found = np.geomspace(low, high, dimension.points)
        return np.unique(np.rint(found)) if dimension.whole else found
    count = math.floor((high - low) / dimension.step + 1e-9) + 1
    return np.round(low + dimension.step * np.arange(count), 10)


def coarsened(space: Sequence[Dimension], most: int) -> tuple[Dimension, ...]:
    """The same ranges with steps so wide that the grid has at most `most` cells; the finest dimension gives first."""
    found = list(space)
    while grid_size(found) > most:
        finest = max(range(len(found)), key=lambda place: len(values(found[place])))
        wide = found[finest]
        if len(values(wide)) <= 2:
            raise InputError(
                f"The space has too many dimensions for a grid of {most:,} cells: fix some, or use tpe."
            )
        found[finest] = (
            replace(wide, points=max(2, (wide.points + 1) // 2))
            if wide.log
            else replace(wide, step=2 * wide.step)
        )
    return tuple(found)


def narrowed(
    space: Sequence[Dimension], wishes: Mapping[str, str], parameters: BaseModel
) -> tuple[Dimension, ...]:
    """The dimensions with the ranges that were asked for; those not named keep the strategy's default value.

    Args:
        space: of `dimensions`.
        wishes: name → `5:50:5` (low, high, step), `5:50:log` (equal ratios; `log20` for 20 values) or `20` (fixed).
        parameters: the strategy's defaults.

    Raises:
        InputError: no such parameter, a range that cannot be read, or one outside the parameter's bounds.
    """
    known = {dimension.name for dimension in space}
    if stranger := next((name for name in wishes if name not in known), None):
        raise InputError(
            f"There is no parameter {stranger!r} to search: choose from {', '.join(sorted(known))}."
        )
    fields = type(parameters).model_fields
    return tuple(
        _asked(dimension, wishes[dimension.name], fields.get(dimension.name))
        if dimension.name in wishes
        else fixed_at(dimension, float(getattr(parameters, dimension.name, dimension.low)))
        for dimension in space
    )


def fixed_at(dimension: Dimension, value: float) -> Dimension:
    """The dimension with one value only."""
    return replace(dimension, low=value, high=value, log=False)


def check(space: Sequence[Dimension], parameters: BaseModel) -> None:
    """Refuse ranges that make no sense or leave the parameters' bounds.

    Raises:
        InputError: naming the first fault and what is allowed.
    """
    fields = type(parameters).model_fields
    for dimension in space:
        low, high, step = dimension.low, dimension.high, dimension.step
        if not (math.isfinite(low) and math.isfinite(high) and low <= high):
            raise InputError(
                f"The range of {dimension.name} is {low:g} to {high:g}: the first must not be the larger."
            )
        if not dimension.fixed and not dimension.log and not (math.isfinite(step) and step > 0):
            raise InputError(f"The step of {dimension.name} is {step:g}: it must be above 0.")
        if dimension.log and low <= 0:
            raise InputError(
                f"{dimension.name} cannot be walked in equal ratios from {low:g}: begin above 0."
            )
        if dimension.whole and (low % 1 or high % 1 or (not dimension.log and step % 1)):
            raise InputError(f"{dimension.name} is a whole number: give its range and step without decimals.")
        _within(dimension, fields.get(dimension.name))
    if all(dimension.fixed for dimension in space):
        raise InputError("Nothing is searched: give at least one parameter a range, e.g. fast=5:50:5.")


def _asked(dimension: Dimension, wish: str, info: FieldInfo | None) -> Dimension:
    parts = [part.strip() for part in wish.split(":")]
    try:
        if len(parts) == 1:
            found = fixed_at(dimension, float(parts[0]))
        elif len(parts) == 3 and parts[2].startswith("log"):
            points = int(parts[2][3:] or dimension.points)
            found = replace(dimension, low=float(parts[0]), high=float(parts[1]), log=True, points=points)
        else:
            low, high, step = (float(part) for part in parts)
            found = replace(dimension, low=low, high=high, step=step, log=False)
    except ValueError as err:
        raise InputError(
            f"The range {wish!r} of {dimension.name} cannot be read: write it like 5:50:5 (low, high, step), 5:50:log or 20."
        ) from err
    if found.points < 2:
        raise InputError(f"The range {wish!r} of {dimension.name} needs at least 2 values.")
    _within(found, info)
    return found


def _dimension(name: str, info: FieldInfo, default: float) -> Dimension:
    whole = info.annotation is int
    least, most, open_ends = _bounds(info)
    low, high = sorted((default * _LOWEST, default * _HIGHEST))
    if low == high:  # around 0 there is no quarter of it: as far as 1 on either side
        low, high = -1.0, 1.0
    low, high = max(low, least), min(high, most)
    step = _nice((high - low) / _POINTS, whole)
    low, high = math.ceil(low / step - 1e-9) * step, math.floor(high / step + 1e-9) * step
    if open_ends[0] and low <= least:
        low += step
    if open_ends[1] and high >= most:
        high -= step
    low, high = max(low, least), min(high, most)
    low, high = (round(end, 10) for end in (low, high))
    return Dimension(name, low, high, step, log=whole and low > 0 and high / low >= WIDE, whole=whole)


def _nice(step: float, whole: bool) -> float:
    """The largest of 1, 2, 5 × 10ᵏ that is not above `step`."""
    power = 10.0 ** math.floor(math.log10(step))
    found = max(nice * power for nice in (1, 2, 5) if nice * power <= step * (1 + 1e-9))
    return max(1.0, round(found)) if whole else round(found, 10)


def _bounds(info: FieldInfo | None) -> tuple[float, float, tuple[bool, bool]]:
    """Least and most of a Field, and whether each end is itself excluded."""
    least, most, excluded = -math.inf, math.inf, [False, False]
    for rule in info.metadata if info else ():
        for attribute, place in (("ge", 0), ("gt", 0), ("le", 1), ("lt", 1)):
            if hasattr(rule, attribute):
                bound = float(getattr(rule, attribute))
                least, most = (bound, most) if place == 0 else (least, bound)
                excluded[place] = attribute in ("gt", "lt")
    return least, most, (excluded[0], excluded[1])


def _within(dimension: Dimension, info: FieldInfo | None) -> None:
    least, most, excluded = _bounds(info)
    if dimension.name in BRACKET:
        least, most, excluded = 0.0, 1.0, (False, True)
    below = dimension.low < least or (excluded[0] and dimension.low == least)
    above = dimension.high > most or (excluded[1] and dimension.high == most)
    if below or above:
        ends = ("above" if excluded[0] else "from", "below" if excluded[1] else "to")
        raise InputError(
            f"{dimension.name} may be {ends[0]} {least:g} {'and ' if excluded[1] else ''}{ends[1]} {most:g}, "
            f"not {dimension.low:g} to {dimension.high:g}."
        )


def _or_none(level: float) -> float:
    return 0.0 if math.isnan(level) else level
