"""Untrusted text, addresses and moments of foreign answers, made harmless."""

import html
import re
from datetime import UTC, datetime
from urllib.parse import urlsplit

MAX_TITLE = 300
MAX_SUMMARY = 500
_MOST_READ = 20_000
"""Characters of a text that are looked at before it is cut."""
_HIDDEN = re.compile(r"<(script|style)\b.*?(?:</\1\s*>|$)", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"</?[a-zA-Z!][^<>]{0,500}>")


def plain_text(text: object, longest: int = MAX_TITLE) -> str:
    """One line of text without markup, scripts and control characters, cut; nothing when it is no text."""
    if not isinstance(text, str):
        return ""
    bare = html.unescape(_TAG.sub(" ", _HIDDEN.sub(" ", text[:_MOST_READ])))
    return " ".join("".join(c if c.isprintable() else " " for c in bare).split())[:longest].rstrip()


def web_address(url: object) -> str:
    """The address when it is one that a browser may open, else nothing."""
    if not isinstance(url, str) or len(url) > 2000 or not url.isprintable():
        return ""
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return ""
    return url.strip() if parts.scheme in ("http", "https") and parts.hostname else ""


def moment(text: object) -> datetime | None:
    """UTC time of an ISO 8601 text with a zone, or of seconds since 1970; None when it cannot be read."""
    try:
        if isinstance(text, (int, float)) and not isinstance(text, bool):
            return datetime.fromtimestamp(text, UTC)
        found = datetime.fromisoformat(str(text))
    except (ValueError, OverflowError, OSError):
        return None
    return found.astimezone(UTC) if found.tzinfo else None
