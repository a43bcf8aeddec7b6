"""One line of plain text, whatever came in."""

import re
import unicodedata
from dataclasses import dataclass

from core.untrusted.homoglyphs import has_homoglyphs
from core.untrusted.suspicion import has_markup, is_encoded, speaks_to_a_model

_READ = 8
"""Characters that are read for one that may stay: the rest of a huge text is not even looked at."""
_MARKS = 4
"""Combining marks in a row that stay on a letter; no language stacks more, and normalising long stacks is slow."""
_ROUNDS = 8
_BLANK = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\uffa0\ufe00-\ufe0f\U000e0000-\U000e0fff]"
)
"""What is drawn as nothing though it counts as a letter, a mark or a symbol: fillers, variation selectors, tags."""
_EMOJI_STYLE = "\ufe0e\ufe0f"
_JOINER = "\u200d"
_GONE = frozenset({"Cc", "Cf", "Cn", "Co", "Cs"})
"""Control, format (zero-width, bidi, tags), unassigned, private use, surrogates."""
_SPACES = frozenset({"Zs", "Zl", "Zp"})


@dataclass(frozen=True, slots=True)
class Cleaned:
    """One line of text without hidden characters."""

    text: str
    """NFKC; no control, format, private-use or unassigned character; at most as long as the cap."""
    flags: tuple[str, ...]
    """What is odd: hidden characters, homoglyphs, cut, instructions, encoded, markup; in this order."""


def cleaned(text: str, cap: int = 300) -> Cleaned:
    """Make a text harmless to read and to quote.

    Cleaning a cleaned text changes nothing. The time is linear in the cap, not in the text.

    Args:
        text: any string, lone surrogates and all.
        cap: characters that may stay, at least 1.

    Returns:
        The text, and flags that show what is odd about it. They are hints: an attack without any is still held by
        the caps on what text may move.
    """
    read = text[: _READ * cap]
    seen, hidden = _visible(read)
    line = seen
    for _ in range(_ROUNDS):  # taking a character away can bring two together that are one
        before = line
        line = _one_line(_visible(unicodedata.normalize("NFKC", line))[0])
        if line == before:
            break
    short = line[:cap].rstrip()
    found = (
        ("hidden characters", hidden),
        ("homoglyphs", has_homoglyphs(seen[: 2 * cap])),
        ("cut", len(read) < len(text) or len(short) < len(line)),
        ("instructions", speaks_to_a_model(short)),
        ("encoded", is_encoded(short)),
        ("markup", has_markup(short)),
    )
    return Cleaned(short, tuple(name for name, is_so in found if is_so))


def _visible(text: str) -> tuple[str, bool]:
    """The text without what is drawn as nothing, and whether somebody hid something."""
    kept: list[str] = []
    hidden, marks, before = False, 0, ""
    for char in text:
        kind = unicodedata.category(char)
        if char.isspace() or kind in _SPACES:  # before the controls: line ends are words' ends
            kept.append(" ")
        elif kind in _GONE or _BLANK.match(char):
            hidden |= not (char in _EMOJI_STYLE or (char == _JOINER and before in ("So", "Sk")))
            if kind == "Cc":
                kept.append(" ")
            continue
        elif kind in ("Mn", "Me") and marks == _MARKS:
            hidden = True
            continue
        else:
            kept.append(char)
        marks = marks + 1 if kind in ("Mn", "Me") else 0
        before = kind
    return "".join(kept), hidden


def _one_line(text: str) -> str:
    return " ".join(text.split())
