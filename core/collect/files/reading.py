"""How a user wants a file to be read; whatever is left open is detected."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from core.errors import BadFile


@dataclass(frozen=True, slots=True)
class FileReading:
    """Names of the file's own columns, the zone of its times, and the order of its dates; None is detected."""

    date: str | None = None
    time: str | None = None
    """A second column with the time of day."""
    open: str | None = None
    high: str | None = None
    low: str | None = None
    close: str | None = None
    volume: str | None = None
    zone: str | None = None
    """IANA name, e.g. America/New_York, of times that carry no offset; None is UTC."""
    day_first: bool | None = None
    """Of dates like 03/04/2024."""

    def __post_init__(self) -> None:
        """Refuse a zone that does not exist.

        Raises:
            BadFile: with an example of one that does.
        """
        if self.zone:
            try:
                ZoneInfo(self.zone)
            except (ZoneInfoNotFoundError, ValueError, OSError) as err:
                raise BadFile(
                    f"Time zone {self.zone[:40]!r} is not known: write it like America/New_York or UTC."
                ) from err

    @property
    def columns(self) -> dict[str, str]:
        """What the user named: ours → the file's."""
        named = {
            "date": self.date, "time": self.time, "open": self.open, "high": self.high, "low": self.low,
            "close": self.close, "volume": self.volume,
        }  # fmt: skip
        return {ours: theirs for ours, theirs in named.items() if theirs}


DETECT = FileReading()
