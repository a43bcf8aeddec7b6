"""The Fear & Greed index of the crypto market (alternative.me)."""

import math
from datetime import UTC, datetime, timedelta

from core.collect.news.plain import plain_text
from core.collect.news.source import NewsAnswer, Validator
from core.collect.source import Limit
from core.collect.wire.http import TEXT_BYTES, get_json
from core.errors import BadData
from core.records import Instrument, NewsKind, Reading

NAME = "fear and greed"
_DAYS = 366


class FearAndGreed:
    """One value a day, 0 (extreme fear) to 100 (extreme greed), of the whole market; a year of them."""

    name = NAME
    kind = NewsKind.NEWS
    limits = (Limit(10, 60.0),)
    about_one = False

    def __init__(
        self,
        timeout: float,
        every: timedelta = timedelta(hours=3),
        base_url: str = "https://api.alternative.me",
    ) -> None:
        self.every = every
        self._timeout = timeout
        self._base_url = base_url

    def offer(self, instrument: Instrument) -> None:
        """It speaks of the market, whichever asset is looked at."""

    def read(
        self, instrument: Instrument, since: datetime, now: datetime, seen: Validator | None
    ) -> NewsAnswer:
        """The last year, or since then if that is longer. Raises SourceError."""
        days = max(_DAYS, (now - since).days + 1)
        answer = get_json(
            f"{self._base_url}/fng/",
            params={"limit": str(days), "format": "json"},
            timeout=self._timeout,
            max_bytes=TEXT_BYTES,
            name="alternative.me",
        )
        rows = answer.get("data") if isinstance(answer, dict) else None
        if not isinstance(rows, list):
            raise BadData("alternative.me answered without a list of values")
        readings = tuple(reading for row in rows if (reading := _reading(row, now)) is not None)
        if rows and not readings:
            raise BadData("None of alternative.me's values can be read")
        return NewsAnswer(readings=readings)


def _reading(row: object, now: datetime) -> Reading | None:
    """Value and time are texts; a row that cannot be read, or lies ahead, is none."""
    if not isinstance(row, dict):
        return None
    try:
        value, time = float(row["value"]), datetime.fromtimestamp(float(row["timestamp"]), UTC)
    except (KeyError, TypeError, ValueError, OverflowError, OSError):
        return None
    if not math.isfinite(value) or not 0 <= value <= 100 or time > now:
        return None
    return Reading(NAME, NAME, "", time, value, plain_text(row.get("value_classification"), 40), now)
