"""What a person may choose before a search: ranges as a table, and back to a request."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

import pandas as pd

from core.errors import InputError
from core.evaluate.search.space import BRACKET, check, fixed_at, grid_size
from core.evaluate.walk_forward.windows import usual_plan
from core.pipeline import Workbench
from core.pipeline.search_request import searchable, usual_space
from core.records import Dimension, WindowPlan

_PER_CENT = 100.0
"""What a person reads and types of a stop or target, over what is stored."""
SHOWN = ("vary", "parameter", "low", "high", "step", "ratios", "fixed", "meaning")


def space_table(bench: Workbench, strategy: str) -> pd.DataFrame:
    """The usual space as a table to edit (columns SHOWN); the first two parameters vary."""
    parameters = searchable(strategy).parameters
    fields = type(parameters).model_fields
    rows = []
    for place, dimension in enumerate(usual_space(strategy, bench.settings)):
        bracket = dimension.name in BRACKET
        low, high, step = (1.0, 5.0, 1.0) if dimension.name == "stop" else (2.0, 10.0, 2.0)
        info = fields.get(dimension.name)
        rows.append(
            {
                "vary": place < 2 and not bracket,
                "parameter": f"{dimension.name} (%)" if bracket else dimension.name,
                "low": low if bracket else dimension.low,
                "high": high if bracket else dimension.high,
                "step": step if bracket else dimension.step,
                "ratios": dimension.log,
                "fixed": round(dimension.low * _PER_CENT, 10)
                if bracket
                else float(getattr(parameters, dimension.name)),
                "meaning": f"{dimension.name.capitalize()} distance from the fill, in % of the price; 0: none."
                if bracket
                else (info.description if info else "") or "",
            }
        )
    return pd.DataFrame(rows, columns=list(SHOWN))


def space_of(bench: Workbench, strategy: str, table: pd.DataFrame) -> tuple[Dimension, ...]:
    """The space that an edited table says.

    Raises:
        InputError: a range that cannot be, in one sentence.
    """
    rows = cast("list[Mapping[str, Any]]", table.to_dict("records"))
    space = tuple(
        _dimension(dimension, row)
        for dimension, row in zip(usual_space(strategy, bench.settings), rows, strict=True)
    )
    check(space, searchable(strategy).parameters)
    return space


def cells_of(space: Sequence[Dimension]) -> int:
    """Cells of the grid, those that the strategy refuses included."""
    return grid_size(space)


def usual_windows(bars: int) -> WindowPlan:
    """Windows that fit so many bars."""
    return usual_plan(bars)


def _dimension(dimension: Dimension, row: Mapping[str, Any]) -> Dimension:
    wanted = ("low", "high", "step") if row["vary"] else ("fixed",)
    if any(pd.isna(row[name]) for name in wanted):
        raise InputError(
            f"A number of {dimension.name} is missing: fill in from, to and step, or do not vary it."
        )
    scale = _PER_CENT if dimension.name in BRACKET else 1.0
    typed = {name: float(f"{float(row[name]) / scale:.12g}") for name in wanted}
    if not row["vary"]:
        return fixed_at(dimension, typed["fixed"])
    return replace(dimension, **typed, log=bool(row["ratios"]))  # type: ignore[arg-type]
