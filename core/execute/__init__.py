"""Execute: the matching core, and the paper book that lives by it."""

from core.execute.book import Advance, Series, advance, new_book, rates_for, submit
from core.execute.matching import FLAT, NOTHING, Intent, Rates, State, at_open, step, within_bar
from core.execute.sizing import intent_for, units

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
    "step",
    "submit",
    "units",
    "within_bar",
]
