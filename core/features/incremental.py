"""Features computed once per bar: a new bar costs the tail of the history, and the result is the same bit for bit.

Averages that never forget (Wilder's, exponential, running sums) differ in their last digits when a history begins
elsewhere. So bars are cut into blocks by the calendar, and each block is computed from the LEAD bars before it and its
own: what a bar's features are depends on those alone, not on when they were computed, how long the history was, or
which bars were known already. Against one computation over everything they differ by less than the tolerance that
`Feature.warmup` states, 1e-4 of a feature's size; after a lead of twice the longest warm-up it is some 1e-8.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pandas as pd

from core.errors import InputError
from core.features.context import NO_CONTEXT, Context
from core.features.feature import Family
from core.features.prices import bar_seconds
from core.features.registry import FAMILIES, LEAD, build_features

BLOCK = 512
"""Bars of a block in a market that never closes; fewer in one that sleeps."""

OWN = tuple(family for family in FAMILIES if not any(feature.outside for feature in family.features))
"""Families that follow from the bars alone; what they gave once holds for ever."""
OUTSIDE = tuple(family for family in FAMILIES if family not in OWN)
"""Families that need headlines or another asset, of which more may become known later."""


@dataclass(frozen=True, slots=True)
class Block:
    """Rows of one stretch of the calendar."""

    number: int
    """Stretches since 1970 UTC."""
    begin: int
    """Row that its computation begins with."""
    first: int
    stop: int
    """Its rows: first ≤ row < stop."""
    settled: bool
    """Whether it has its whole lead and no bar can be added to it any more."""


def blocks_of(bars: pd.DataFrame) -> tuple[Block, ...]:
    """The blocks that bars (core.tables) fall into, oldest first."""
    opened = pd.DatetimeIndex(bars.index).as_unit("us").asi8 // 1_000_000
    if not len(opened):
        return ()
    step = bar_seconds(opened) or 1
    number = opened // (BLOCK * step)
    firsts = np.flatnonzero(np.concatenate(([True], number[1:] != number[:-1]))).tolist()
    stops = [*firsts[1:], len(opened)]
    return tuple(
        Block(
            int(number[first]), max(first - LEAD, 0), first, stop,
            first >= LEAD and (stop < len(opened) or bool(opened[-1] + step == (number[first] + 1) * BLOCK * step)),
        )
        for first, stop in zip(firsts, stops, strict=True)
    )  # fmt: skip


def block_features(
    bars: pd.DataFrame, block: Block, families: Sequence[Family] = FAMILIES, context: Context = NO_CONTEXT
) -> pd.DataFrame:
    """Features of a block's rows."""
    return build_features(bars.iloc[block.begin : block.stop], families, context).iloc[
        block.first - block.begin :
    ]


def extend_features(
    known: pd.DataFrame,
    bars: pd.DataFrame,
    families: Sequence[Family] = FAMILIES,
    context: Context = NO_CONTEXT,
) -> pd.DataFrame:
    """Features of all bars, of which the first rows are known: only blocks with new bars are computed.

    Args:
        known: what this function gave for the first rows of the same bars; an empty frame when nothing is known.
        bars: checked bars (core.tables).
        families: as they were when `known` was computed.
        context: see `build_features`; it changes new rows only.

    Raises:
        InputError: `known` is not of the first rows of the bars, or not of these families.
    """
    if len(known) and not known.index.equals(bars.index[: len(known)]):
        raise InputError(
            "The known features are not those of the first bars: compute them anew with an empty frame."
        )
    names = [feature.name for family in families for feature in family.features]
    if len(known) and list(known.columns) != names:
        raise InputError(
            "The known features are those of other families: compute them anew with an empty frame."
        )
    parts = [known.to_numpy()] if len(known) else []
    for block in blocks_of(bars):
        if block.stop > len(known):
            fresh = block_features(bars, block, families, context)
            parts.append(fresh.to_numpy()[max(len(known) - block.first, 0) :])
    values = np.concatenate(parts) if parts else np.empty((0, len(names)))
    return pd.DataFrame(values, index=bars.index, columns=names, copy=False)


def bars_sha256(bars: pd.DataFrame, block: Block) -> str:
    """Hash of all bars that a block's features follow from."""
    used = bars.iloc[block.begin : block.stop]
    digest = hashlib.sha256(pd.DatetimeIndex(used.index).as_unit("us").asi8.tobytes())
    digest.update(np.ascontiguousarray(used.to_numpy(dtype=np.float64)).tobytes())
    return digest.hexdigest()


@cache
def registry_sha256() -> str:
    """Hash of how features are computed: this package's own text, and the libraries it calls."""
    digest = hashlib.sha256(f"{version('ta-lib')} {np.__version__}".encode())
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()
