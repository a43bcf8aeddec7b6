"""When a market trades: the open times of the bars that a complete series has.

Daily bars carry the date of their session at 00:00 UTC. Intraday bars of stocks start at the session's open, and again
after a lunch break, and step by the timeframe until the close; the last one may be short. Crypto follows the UTC grid.
Currencies trade from Sunday to Friday 17:00 New York (exchange_calendars' own 24/5 ends at midnight UTC instead, which
would count the two hours after Friday's close as missing in every week), their 1 January and 25 December are holidays.

Sessions of exchanges come from exchange_calendars, which takes two seconds to import: only the first question about a
stock or an index pays them. A calendar knows a limited span of years; outside it nothing is expected and nothing is
ruled out.
"""

import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from core.records import AssetClass, Instrument, Timeframe

if TYPE_CHECKING:
    from exchange_calendars import ExchangeCalendar

Seconds = npt.NDArray[np.int64]

ALWAYS_OPEN = "24/7"
CURRENCIES = "24/5"
_HOME = "XNYS"
_SPAN = ("1950-01-01", "2050-12-31")
_DAY = 86400

_SUFFIXES = {
    "L": "XLON", "IL": "XLON", "IR": "XDUB", "DE": "XETR", "F": "XFRA", "BE": "XFRA", "MU": "XFRA", "DU": "XDUS",
    "HM": "XHAM", "SG": "XSTU", "PA": "XPAR", "AS": "XAMS", "BR": "XBRU", "LS": "XLIS", "MI": "XMIL", "MC": "XMAD",
    "SW": "XSWX", "VI": "XWBO", "ST": "XSTO", "CO": "XCSE", "HE": "XHEL", "OL": "XOSL", "IC": "XICE", "WA": "XWAR",
    "PR": "XPRA", "BD": "XBUD", "RO": "XBSE", "AT": "ASEX", "IS": "XIST", "TA": "XTAE", "SR": "XSAU", "JO": "XJSE",
    "TL": "XTAL", "RG": "XRIS", "VS": "XLIT",
    "T": "XTKS", "HK": "XHKG", "SS": "XSHG", "SZ": "XSHG", "TW": "XTAI", "TWO": "XTAI", "KS": "XKRX", "KQ": "XKRX",
    "SI": "XSES", "KL": "XKLS", "BK": "XBKK", "JK": "XIDX", "NS": "XBOM", "BO": "XBOM", "AX": "XASX", "NZ": "XNZE",
    "TO": "XTSE", "V": "XTSE", "NE": "XTSE", "CN": "XTSE", "SA": "BVMF", "MX": "XMEX", "BA": "XBUE", "SN": "XSGO",
}  # fmt: skip
"""Suffix of a ticker, as Yahoo writes it → ISO code of the exchange whose calendar is used."""

_INDICES = {
    "^FTSE": "XLON", "^FTMC": "XLON", "^GDAXI": "XETR", "^MDAXI": "XETR", "^STOXX50E": "XETR", "^STOXX": "XETR",
    "^FCHI": "XPAR", "^AEX": "XAMS", "^BFX": "XBRU", "^IBEX": "XMAD", "^SSMI": "XSWX", "^ATX": "XWBO", "^OMX": "XSTO",
    "^N225": "XTKS", "^HSI": "XHKG", "^HSCE": "XHKG", "^TWII": "XTAI", "^KS11": "XKRX", "^KQ11": "XKRX",
    "^STI": "XSES", "^KLSE": "XKLS", "^JKSE": "XIDX", "^NSEI": "XBOM", "^NSEBANK": "XBOM", "^BSESN": "XBOM",
    "^AXJO": "XASX", "^AORD": "XASX", "^NZ50": "XNZE", "^GSPTSE": "XTSE", "^BVSP": "BVMF", "^MXX": "XMEX",
    "^MERV": "XBUE",
}  # fmt: skip
"""Indices of other places than New York, as Yahoo names them."""


@dataclass(frozen=True, slots=True, eq=False)
class Sessions:
    """Every session that a calendar knows; times are seconds since 1970, UTC, ascending."""

    days: Seconds
    """(s,) date of each session at 00:00."""
    opens: Seconds
    """(p,) start of each stretch of trading; a session with a lunch break has two."""
    closes: Seconds
    """(p,) end of each stretch."""
    known: tuple[int, int]
    """From when until when the calendar is known."""


def calendar_name(instrument: Instrument) -> str:
    """`24/7` for crypto, `24/5` for currencies, otherwise the ISO code of an exchange.

    The exchange of a stock is told by its suffix (VOD.L is XLON). No suffix, an unknown one (BRK.B) and an unknown index
    are taken as New York's.
    """
    if instrument.asset_class is AssetClass.CRYPTO:
        return ALWAYS_OPEN
    if instrument.asset_class is AssetClass.FX:
        return CURRENCIES
    if instrument.asset_class is AssetClass.INDEX:
        return _INDICES.get(instrument.symbol, _HOME)
    _, _, suffix = instrument.symbol.rpartition(".")
    return _SUFFIXES.get(suffix, _HOME) if suffix != instrument.symbol else _HOME


def expected_opens(
    instrument: Instrument, timeframe: Timeframe, start: datetime, end: datetime
) -> pd.DatetimeIndex:
    """Open times of the bars that a complete series has with start ≤ t < end; UTC, microseconds, ascending.

    What lies outside the years that the calendar knows is not expected.
    """
    return _as_index(expected_seconds(instrument, timeframe, start, end))


def expected_seconds(instrument: Instrument, timeframe: Timeframe, start: datetime, end: datetime) -> Seconds:
    """The same as `expected_opens`, in seconds since 1970."""
    first, stop, step = _seconds(start), _seconds(end), timeframe.seconds
    name = calendar_name(instrument)
    if name == ALWAYS_OPEN:
        return np.arange(-(-first // step), -(-stop // step), dtype=np.int64) * step
    sessions = sessions_of(name)
    if timeframe is Timeframe.D1:
        return _cut(sessions.days, first, stop)
    low = int(sessions.closes.searchsorted(first, side="right"))
    high = max(low, int(sessions.opens.searchsorted(stop, side="left")))
    opens, closes = sessions.opens[low:high], sessions.closes[low:high]
    counts = -(-(closes - opens) // step)
    within = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    return _cut(np.repeat(opens, counts) + within * step, first, stop)


def next_expected(instrument: Instrument, timeframe: Timeframe, moment: datetime) -> datetime | None:
    """Open time of the first bar at or after `moment`; None when the calendar does not reach so far."""
    at, step = _seconds(moment), timeframe.seconds
    name = calendar_name(instrument)
    if name == ALWAYS_OPEN:
        return _moment(-(-at // step) * step)
    sessions = sessions_of(name)
    if not sessions.known[0] <= at < sessions.known[1]:
        return None
    if timeframe is Timeframe.D1:
        place = int(sessions.days.searchsorted(at))
        return _moment(sessions.days[place]) if place < len(sessions.days) else None
    place = int(sessions.closes.searchsorted(at, side="right"))
    for opened, close in zip(sessions.opens[place : place + 2], sessions.closes[place:], strict=False):
        found = max(opened, opened + -(-(at - opened) // step) * step)
        if found < close:
            return _moment(found)
    return None


def last_expected(
    instrument: Instrument, timeframe: Timeframe, now: datetime, delay: timedelta = timedelta()
) -> datetime | None:
    """Open time of the newest bar that should be there at `now`: open + timeframe ≤ now − delay.

    That is how the whole house says closed (core.tables.closed_bars), also of bars whose session ends earlier. None when
    the calendar does not reach so far.
    """
    at, step = math.floor((now - delay).timestamp()) - timeframe.seconds, timeframe.seconds
    name = calendar_name(instrument)
    if name == ALWAYS_OPEN:
        return _moment(at // step * step)
    sessions = sessions_of(name)
    if not sessions.known[0] <= at < sessions.known[1]:
        return None
    if timeframe is Timeframe.D1:
        place = int(sessions.days.searchsorted(at, side="right")) - 1
        return _moment(sessions.days[place]) if place >= 0 else None
    place = int(sessions.opens.searchsorted(at, side="right")) - 1
    if place < 0:
        return None
    opened, close = sessions.opens[place], sessions.closes[place]
    return _moment(opened + (min(at, close - 1) - opened) // step * step)


def has_bars(instrument: Instrument, timeframe: Timeframe, start: datetime, end: datetime) -> bool:
    """Whether any bar can open with start ≤ t < end; True where the calendar does not know."""
    if start >= end:
        return False
    found = next_expected(instrument, timeframe, start)
    return found is None or found < end


@cache
def sessions_of(name: str) -> Sessions:
    """Sessions of a calendar (not of 24/7), built once a process: 0.2 s for an exchange.

    None at all when the library cannot build it; then nothing is expected and nothing is ruled out.
    """
    if name == CURRENCIES:
        return _currency_sessions()
    try:
        table = _exchange(name).schedule
    except (
        NotImplementedError,
        ValueError,
    ):  # under pandas 3 the library cannot date Athens, Bucharest and Tel Aviv
        nothing = np.empty(0, dtype=np.int64)
        return Sessions(nothing, nothing, nothing, (0, 0))
    open_, close = _column(table["open"]), _column(table["close"])
    lunch = table["break_start"].notna().to_numpy()
    leaves, returns = _column(table["break_start"][lunch]), _column(table["break_end"][lunch])
    until = close.copy()
    until[lunch] = leaves
    opens, closes = np.concatenate([open_, returns]), np.concatenate([until, close[lunch]])
    order = np.argsort(opens)
    days = _column(pd.DatetimeIndex(table.index))
    known = (int(min(days[0], open_[0])), int(max(days[-1] + _DAY, close[-1])))
    return Sessions(days, opens[order], closes[order], known)


def _exchange(name: str) -> "ExchangeCalendar":
    """The calendar over all years that we ask for and the library has."""
    import exchange_calendars

    # the class that knows the bounds is reached through a short calendar, which every exchange can give
    kind: Any = type(exchange_calendars.get_calendar(name, start="2024-01-01", end="2024-12-31"))
    first, last = (pd.Timestamp(edge) for edge in _SPAN)
    return exchange_calendars.get_calendar(
        name, start=max(first, kind.bound_min() or first), end=min(last, kind.bound_max() or last)
    )


def _currency_sessions() -> Sessions:
    days = pd.date_range(*_SPAN, freq="B", unit="s")
    days = days[~(((days.month == 12) & (days.day == 25)) | ((days.month == 1) & (days.day == 1)))]
    five = pd.Timedelta(hours=17)
    closes = _column((days + five).tz_localize("America/New_York"))
    opens = _column((days - pd.Timedelta(days=1) + five).tz_localize("America/New_York"))
    dates = _column(days)
    return Sessions(dates, opens, closes, (int(opens[0]), int(closes[-1])))


def _column(times: Any) -> Seconds:
    return pd.DatetimeIndex(times).as_unit("s").asi8.copy()


def _cut(times: Seconds, first: int, stop: int) -> Seconds:
    low, high = times.searchsorted([first, stop])
    return times[low:high]


def _as_index(seconds: Seconds) -> pd.DatetimeIndex:
    return pd.DatetimeIndex((seconds * 1_000_000).view("datetime64[us]"), name="date").tz_localize("UTC")


def _seconds(moment: datetime) -> int:
    """Seconds since 1970, rounded up: the first whole second that is not earlier."""
    return math.ceil(moment.timestamp())


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(int(seconds), UTC)
