"""Execute: the matching core, and the paper book that lives by it.

The compiled names are loaded when first asked for: numba is slow to import, and most pages never match an order.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from core.execute.book import advance, new_book, submit
from core.execute.terms import Advance, Series

if TYPE_CHECKING:
    from core.execute.matching import (
        FLAT,
        NOTHING,
        Intent,
        Rates,
        State,
        at_open,
        intent_for,
        rates_for,
        replay,
        step,
        units,
        warm,
        within_bar,
    )

__all__ = [
    "FLAT",
    "NOTHING",
    "Advance",
    "Intent",
    "Rates",
    "Series",
    "State",
    "advance",
    "at_open",
    "intent_for",
    "new_book",
    "rates_for",
    "replay",
    "step",
    "submit",
    "units",
    "warm",
    "within_bar",
]


def __getattr__(name: str) -> Any:
    if name in __all__:
        return getattr(import_module("core.execute.matching"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
