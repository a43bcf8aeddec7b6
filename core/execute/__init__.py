"""Execute: the matching core, and the paper book that lives by it.

The compiled names are loaded when first asked for: numba is slow to import, and most pages never match an order.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from core.execute.adjusting import adjust
from core.execute.book import advance, cancel, new_book, submit
from core.execute.layout import (
    LIMIT,
    MARKET,
    STOP_LIMIT,
    STOP_MARKET,
    TRAILING,
    Policy,
    Terms,
    calm_market,
    event_rows,
    flat,
    no_orders,
    order_row,
)
from core.execute.series import Advance, Series
from core.execute.terms import (
    AS_BACKTESTING_PY,
    AS_VECTORBT,
    MEMORY,
    OURS,
    FillConvention,
    market_rows,
    terms_for,
)

if TYPE_CHECKING:
    from core.execute.loops import replay, replay_book
    from core.execute.matching import at_open, new_bar, step, within_bar
    from core.execute.sizing import decide, units
    from core.execute.sweeps import sweep, sweep_crosses
    from core.execute.warming import warm

_COMPILED = {
    "at_open": "matching",
    "new_bar": "matching",
    "step": "matching",
    "within_bar": "matching",
    "replay": "loops",
    "replay_book": "loops",
    "sweep": "sweeps",
    "sweep_crosses": "sweeps",
    "decide": "sizing",
    "units": "sizing",
    "warm": "warming",
}

__all__ = [
    "AS_BACKTESTING_PY",
    "AS_VECTORBT",
    "LIMIT",
    "MARKET",
    "MEMORY",
    "OURS",
    "STOP_LIMIT",
    "STOP_MARKET",
    "TRAILING",
    "Advance",
    "FillConvention",
    "Policy",
    "Series",
    "Terms",
    "adjust",
    "advance",
    "at_open",
    "calm_market",
    "cancel",
    "decide",
    "event_rows",
    "flat",
    "market_rows",
    "new_bar",
    "new_book",
    "no_orders",
    "order_row",
    "replay",
    "replay_book",
    "step",
    "submit",
    "sweep",
    "sweep_crosses",
    "terms_for",
    "units",
    "warm",
    "within_bar",
]


def __getattr__(name: str) -> Any:
    if name in _COMPILED:
        return getattr(import_module(f"core.execute.{_COMPILED[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
