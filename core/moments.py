"""Moments as people write them."""

from datetime import UTC, datetime

from core.errors import InputError


def moment(text: str | None) -> datetime | None:
    """Read a moment such as 2019-06-01, 2019-06-01T12:00 or 2019-06-01T12:00Z; UTC when no zone is given.

    Raises:
        InputError: it cannot be read.
    """
    if not text:
        return None
    try:
        read = datetime.fromisoformat(text)
    except ValueError as err:
        raise InputError(f"The moment {text!r} cannot be read: write it like 2019-06-01T12:00Z.") from err
    return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)
