"""Sensitive actions, each bound to the one before it by a hash."""

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime

FIRST = "0" * 64
"""What the first entry names as the hash before it."""


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that a person or a program did and that must be traceable."""

    who: str
    """Name of the user, of the token, or of the part of the program."""
    origin: str
    """From where: page, command line, autopilot, or rest and an address."""
    action: str
    """start, stop, halt, reset, force, settings, token, promote, restore …"""
    subject: str
    """What it was done to: a book, a model, a section of the settings, a token's name."""
    before: str = ""
    """JSON or words; never a secret."""
    after: str = ""


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """A deed in its place in the chain."""

    position: int
    """1 for the first."""
    at: datetime
    deed: Deed
    previous: str
    """Hash of the entry before."""
    hash: str
    """SHA-256 of everything above and of `previous`, 64 hexadecimal digits."""


@dataclass(frozen=True, slots=True)
class ChainCheck:
    """Whether the chain is as it was written."""

    entries: int
    broken_at: int | None
    """Position of the first entry that was changed, removed or inserted; None: whole."""
    head: str
    """Hash of the last entry: noted elsewhere, it shows that nothing was cut off the end."""

    @property
    def words(self) -> str:
        """The result in one sentence."""
        if self.broken_at is not None:
            return f"The audit trail was changed at entry {self.broken_at}: what stands there and after it cannot be trusted."
        many = "entry" if self.entries == 1 else "entries"
        return f"The audit trail of {self.entries:,} {many} is whole; its head is {self.head[:12]}."


def chained(position: int, at: datetime, deed: Deed, previous: str) -> AuditEntry:
    """The deed as the next entry after `previous`."""
    told = [
        position, at.astimezone(UTC).isoformat(timespec="microseconds"), deed.who, deed.origin, deed.action,
        deed.subject, deed.before, deed.after, previous,
    ]  # fmt: skip
    text = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    return AuditEntry(position, at, deed, previous, hashlib.sha256(text.encode()).hexdigest())
