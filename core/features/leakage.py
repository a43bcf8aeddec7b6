"""Does anything that is computed from bars see the future?

The truncation and the poison test of METHOD.md §1: what is known at row t must be the same, bit for bit, when
the rows after t are taken away, and when they are replaced by noise. It judges features, strategies and labels
alike. It cannot see revised data, or a scaler fitted outside the function that is handed in.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

_OPEN_HIGH_LOW_CLOSE = ("open", "high", "low", "close")


@dataclass(frozen=True, slots=True)
class Leak:
    """One column whose past changed with its future."""

    column: str
    cut: pd.Timestamp
    """Last row that was left as it is."""
    row: pd.Timestamp
    """Latest row at or before the cut whose value changed."""
    how: str
    """truncated: rows after the cut removed; poisoned: replaced by noise."""
    expected: object
    """Value with the true future in place."""
    found: object


def leaks(
    build: Callable[[pd.DataFrame], pd.DataFrame | pd.Series],
    bars: pd.DataFrame,
    cuts: Sequence[int],
    seed: int = 0,
) -> tuple[Leak, ...]:
    """Cut the bars at each position and compare everything up to the cut with the uncut result.

    Args:
        build: bars → values indexed by (a part of) the bars' index. It must not change its argument.
        bars: float64 columns on an ascending index.
        cuts: positions 0 … len(bars) − 1. Few or regular cuts miss leaks that reach only a bar or two
            ahead: take every bar of a small set, or many at random (`random_cuts`).
        seed: of the noise.

    Returns:
        One leak per column, cut and way of cutting; empty when the future was not seen.
    """
    rng = np.random.default_rng(seed)
    whole = _frame(build(bars))
    found: list[Leak] = []
    for cut in cuts:
        expected = whole.loc[: bars.index[cut]]
        for how, changed in (("truncated", bars.iloc[: cut + 1]), ("poisoned", poison(bars, cut, rng))):
            result = _frame(build(changed)).loc[: bars.index[cut]]
            found.extend(differences(expected, result, bars.index[cut], how))
    return tuple(found)


def random_cuts(rows: int, count: int, seed: int = 0) -> tuple[int, ...]:
    """Distinct positions below `rows`, ascending."""
    drawn = np.random.default_rng(seed).choice(rows, size=min(count, rows), replace=False)
    return tuple(int(position) for position in np.sort(drawn))


def poison(bars: pd.DataFrame, cut: int, rng: np.random.Generator) -> pd.DataFrame:
    """The bars with everything after position `cut` replaced by wild but valid ones (high ≥ … ≥ low > 0)."""
    poisoned = bars.copy()
    rows = len(bars) - cut - 1
    if rows == 0:
        return poisoned
    noise = rng.lognormal(0.0, 1.0, size=(rows, bars.shape[1])) * np.abs(bars.to_numpy()[cut + 1 :])
    names = list(bars.columns)
    if set(_OPEN_HIGH_LOW_CLOSE) <= set(names):
        prices = [names.index(name) for name in _OPEN_HIGH_LOW_CLOSE]
        lowest, second, third, highest = np.sort(noise[:, prices], axis=1).T
        rises = rng.random(rows) < 0.5
        opened, closed = np.where(rises, second, third), np.where(rises, third, second)
        noise[:, prices] = np.column_stack((opened, highest, lowest, closed))
    poisoned.iloc[cut + 1 :] = noise
    return poisoned


def _frame(values: pd.DataFrame | pd.Series) -> pd.DataFrame:
    return values.to_frame("value") if isinstance(values, pd.Series) else values


def differences(expected: pd.DataFrame, found: pd.DataFrame, cut: pd.Timestamp, how: str) -> list[Leak]:
    """Leaks between two results that should be equal; a row or column in only one of them differs."""
    if not (expected.index.equals(found.index) and expected.columns.equals(found.columns)):
        rows, columns = expected.index.union(found.index), expected.columns.union(found.columns, sort=False)
        missing = [name for name in columns if name not in expected.columns or name not in found.columns]
        apart = expected.index.symmetric_difference(found.index)
        if missing or len(apart):
            name = str(missing[0]) if missing else "index"
            row = apart[-1] if len(apart) else rows[-1]
            return [Leak(name, cut, row, how, name in expected or row in expected.index, None)]
    leaked = []
    for name in expected.columns:
        before, after = expected[name].to_numpy(), found[name].to_numpy()
        same = (before == after) | (pd.isna(before) & pd.isna(after))
        if not same.all():
            last = int(np.flatnonzero(~same)[-1])
            leaked.append(Leak(str(name), cut, expected.index[last], how, before[last], after[last]))
    return leaked
