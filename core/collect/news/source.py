"""The protocol that every source of text and mood keeps."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from core.collect.source import Limit
from core.records import Instrument, NewsKind, Reading


@dataclass(frozen=True, slots=True)
class NewsItem:
    """One piece of text as a source serves it: cleaned, but not yet matched to assets or compared with others."""

    title: str
    """One line of plain text, never empty."""
    url: str
    """http(s) address or empty."""
    published_at: datetime | None
    """None when the source gives no date that can be read."""
    summary: str = ""
    """Plain text; often empty."""
    language: str = ""
    """ISO 639-1 code where the source declares one."""


@dataclass(frozen=True, slots=True)
class Validator:
    """What a server told of its last answer, sent back so that it may say «nothing new» (RFC 9110, 13.1)."""

    etag: str
    last_modified: str


@dataclass(frozen=True, slots=True)
class NewsAnswer:
    """What one question to a source gave."""

    items: tuple[NewsItem, ...] = ()
    readings: tuple[Reading, ...] = ()
    validator: Validator | None = None
    """To be sent with the next question; None: none was told."""


class NewsSource(Protocol):
    """One place that text or mood comes from. Knows nothing of the store, other sources or which asset is meant by a
    text."""

    @property
    def name(self) -> str:
        """Name that tables and pages use, e.g. coindesk.com, yfinance news, reddit."""
        ...

    @property
    def kind(self) -> NewsKind:
        """What sort of items it gives."""
        ...

    @property
    def limits(self) -> tuple[Limit, ...]:
        """How often it may be asked."""
        ...

    @property
    def every(self) -> timedelta:
        """An answer younger than this is not asked for again."""
        ...

    @property
    def about_one(self) -> bool:
        """True: it is asked for one asset and every item is about it. False: one answer serves all assets, whose items
        are matched by name."""
        ...

    def offer(self, instrument: Instrument) -> None:
        """Whether it serves this instrument; asks no network.

        Raises:
            Unsupported, NeedsKey: with the reason and what to do, when it does not.
        """
        ...

    def read(
        self, instrument: Instrument, since: datetime, now: datetime, seen: Validator | None
    ) -> NewsAnswer:
        """Items and readings from `since` on, as far as the source goes back.

        Args:
            seen: of the last answer; when the server says that nothing is new, an empty answer with `seen` returns.
        Raises:
            SourceError: one of its kinds.
        """
        ...
