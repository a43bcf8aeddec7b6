"""Numbers of bars as spans of time that people say."""

import math

_UNITS = ((1.0, 2.0, "year", 1), (12.0, 2.0, "month", 0), (52.18, 2.0, "week", 0), (365.25, 2.0, "day", 0))
"""How many in a year, from how many on the unit is used, its name, decimals."""


def span_words(bars: float, bars_per_year: float) -> str:
    """«2.7 years», «5 months», «3 weeks», «4 days» or «9 hours», of calendar time."""
    years = bars / bars_per_year
    if not math.isfinite(years) or years > 1e4:
        return "more than 10,000 years"
    for many, least, name, decimals in _UNITS:
        if years * many >= least:
            return f"{years * many:,.{decimals}f} {name}s"
    hours = max(round(years * 8766.0), 1)
    return f"{hours} hour{'s' * (hours != 1)}"


def bars_words(bars: float, bars_per_year: float) -> str:
    """«4,380 bars (6 months)»."""
    span = span_words(bars, bars_per_year)
    return f"{math.ceil(bars):,} bars ({span})" if math.isfinite(bars) and bars < 1e12 else span
