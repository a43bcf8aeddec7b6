"""What moved, and whether that is good: a direction word means what its noun makes of it.

«Profit fell» is bad and «losses fell» is good: the sign of a statement is the polarity of the measured noun times the
direction of its verb (after Malo et al. 2014, "Good debt or bad debt", who sort such nouns into positive-if-up and
negative-if-up). Where no verb tells the direction, two numbers may: «profit was 7.8 million, compared to 11.2».
"""

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

GOOD, BAD = "|+", "|-"
"""Marks on a token whose valence comes from its noun; no word of a title can hold a bar."""
STILL = "|0"
"""Mark on a token that says nothing by itself: what it says is in the direction word."""


@dataclass(frozen=True, slots=True)
class _Words:
    """movement_words.csv: nouns that are measured, and words for the direction in which they go."""

    polarity: dict[str, int]
    """Nouns: 1 where more is good, −1 where more is bad."""
    direction: dict[str, int]
    """1 up, −1 down. Left out is what is mostly something else: a signed contract, the halving of a coin's reward."""
    on_object: frozenset[str]
    """Direction words that act on, or stand before, what follows them."""
    needs_number: frozenset[str]
    """Direction words that say nothing alone («set up», «more than»): they count with a noun or a number."""


def _read(path: Path) -> _Words:
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return _Words(
        {row["word"]: int(row["sign"]) for row in rows if row["kind"] == "noun"},
        {row["word"]: int(row["sign"]) for row in rows if row["kind"] == "direction"},
        frozenset(row["word"] for row in rows if row["acts_on_object"]),
        frozenset(row["word"] for row in rows if row["needs_number"]),
    )


_WORDS = _read(Path(__file__).with_name("movement_words.csv"))
_TRAILING = frozenset({"up", "down", "higher", "lower", "increase", "decrease", "rise", "drop", "fall", "decline", "less",
                       "more", "smaller"})  # fmt: skip
"""Direction words that may add to what another one has said: «loss widened to 5 million, up from 3»."""

_CLAUSE = frozenset(
    {"while", "whereas", "but", "although", "though", "as", "after", "despite", "amid", "because", "when"}
)
_SKIPPED = re.compile(
    "in|of|the|an?|its|their|his|our|net|operating|gross|pre-?tax|full-year|annual|quarterly|yearly|underlying|comparable|"
    "adjusted|consolidated|diluted|domestic|international|foreign|total|average|own|trading|core|organic|overall|further|"
    "strong|reported|and|for|[qh][1-4]|on|to|food|digital|cloud|retail|capital|consumer|token"
)
"""Words that may stand between a direction word and its noun."""
_BEFORE = frozenset({"from", "against", "versus", "vs", "compared", "than"})
"""Words before what had been."""
_COMPARING = frozenset({"compared", "against", "versus", "vs"})
_MINUS = frozenset({"negative", "minus", "loss", "losses", "deficit"})
_FAR, _NEAR, _OF_NUMBER = 14, 3, 4
"""Words between a noun and its verb; between a verb and its object; between a direction word and its number."""
_NUMBER = re.compile(
    r"(?P<currency>eur|euro|usd|us|gbp|sek|nok|dkk|chf|jpy|cad|aud|inr|rs|ls)?(?P<digits>\d+(?:\.\d+)?)"
    r"-?(?P<unit>%|percent|pct|million|mln|mn|m|billion|bln|bn|b|trillion|tn|thousand|k)?"
)
_SCALE = {"million": 1e6, "mln": 1e6, "mn": 1e6, "m": 1e6, "billion": 1e9, "bln": 1e9, "bn": 1e9, "b": 1e9,
          "trillion": 1e12, "tn": 1e12, "thousand": 1e3, "k": 1e3}  # fmt: skip
_LEAST = 2.0
"""Valence of a direction word with its noun, unless it has a greater one of its own."""


def marked_words(lexicon: Mapping[str, float]) -> dict[str, float]:
    """Valences of the words that `mark` makes: the size is the word's own, the sign is the mark's."""
    found: dict[str, float] = {}
    for word in _WORDS.direction.keys() | _COMPARING:
        size = max(_LEAST, abs(lexicon.get(word, 0.0)))
        found |= {word + GOOD: size, word + BAD: -size}
    return found


def quiet_words() -> frozenset[str]:
    """Direction words without a valence of their own, whatever everyday speech finds."""
    return _WORDS.needs_number


def mark(tokens: Sequence[str]) -> list[str]:
    """The tokens, with a mark on direction words that a noun turns good or bad, and on nouns that are spoken for.

    «Losses narrowed» → «Losses|0 narrowed|+». What follows «from» or «than» is what had been: it is spoken for too.
    """
    words = [token.lower() for token in tokens]
    marks: dict[int, str] = {}
    nouns: dict[int, int] = {}
    for place, word in enumerate(words):
        direction = _WORDS.direction.get(word, 0)
        if not direction or _more_than_a_number(words, place):
            continue
        noun = _noun_of(words, place)
        if noun is not None:
            nouns[place] = noun
            marks[noun] = STILL
            marks[place] = GOOD if direction * _polarity(words[noun]) > 0 else BAD
        elif word in _WORDS.needs_number and any(
            _number(w) for w in words[place + 1 : place + 1 + _OF_NUMBER]
        ):
            marks[place] = GOOD if direction > 0 else BAD
    for place in _comparisons(words):
        if not any(abs(place - other) < _FAR for other in nouns):
            _compare(words, place, marks)
    if any(mark in (GOOD, BAD) for mark in marks.values()):
        for place in _spoken_for(words):
            marks.setdefault(place, STILL)
    return [token + marks.get(place, "") for place, token in enumerate(tokens)]


def _polarity(word: str) -> int:
    return _WORDS.polarity.get(word, 0)


def _noun_of(words: Sequence[str], place: int) -> int | None:
    """The noun that a direction word speaks of: what it acts on, or the nearest one before it in its clause."""
    word = words[place]
    nominal = place + 1 < len(words) and words[place + 1] in ("in", "of") and word not in ("up", "down")
    if word in _WORDS.on_object or nominal:
        after = _object(words, place)
        if after is not None:
            return after
    return _subject(words, place)


def _more_than_a_number(words: Sequence[str], place: int) -> bool:
    """«More than 400 stores» is no rise."""
    return words[place + 1 : place + 2] == ["than"] and any(
        _number(word) for word in words[place + 2 : place + 3]
    )


def _object(words: Sequence[str], place: int) -> int | None:
    for at in range(place + 1, min(len(words), place + 2 + _NEAR)):
        if _polarity(words[at]):
            # «credit losses», «sales costs»: the last noun of the group is the thing
            return at + 1 if at + 1 < len(words) and _polarity(words[at + 1]) else at
        if not _SKIPPED.fullmatch(words[at]):
            return None
    return None


def _subject(words: Sequence[str], place: int) -> int | None:
    for at in range(place - 1, max(-1, place - 1 - _FAR), -1):
        word = words[at]
        if word in _CLAUSE:
            return None
        if word in _WORDS.direction and words[place] not in _TRAILING:
            return None
        if _polarity(word) and not (at and words[at - 1] in _BEFORE):
            return at
    return None


def _spoken_for(words: Sequence[str]) -> Iterator[int]:
    """Nouns of what had been: «from a pre-tax loss of 7 million»."""
    for place, word in enumerate(words):
        if word in _BEFORE:
            for at in range(place + 1, min(len(words), place + 6)):
                if words[at] in _CLAUSE:
                    break
                if _polarity(words[at]) or words[at] in _MINUS:
                    yield at


def _comparisons(words: Sequence[str]) -> Iterator[int]:
    return (place for place, word in enumerate(words) if word in _COMPARING)


def _compare(words: Sequence[str], place: int, marks: dict[int, str]) -> None:
    """Mark a comparison of two numbers of a known noun, and the noun."""
    first = max(0, place - 2 * _FAR)
    noun = next((at for at in range(first, place) if _polarity(words[at])), None)
    if noun is None:
        return
    now, then = _amount(words, noun + 1, place), _amount(words, place + 1, min(len(words), place + 10))
    if now is None or then is None or now == then:
        return
    # a loss is a number below zero already where it is said to be one
    polarity = 1 if now < 0 or then < 0 else _polarity(words[noun])
    marks[place] = GOOD if (now - then) * polarity > 0 else BAD
    for at in range(noun, place):
        if _polarity(words[at]) or words[at] in _MINUS:
            marks[at] = STILL


def _amount(words: Sequence[str], start: int, end: int) -> float | None:
    """The first amount between two places: one with a unit, a currency or decimals before a bare number; no year."""
    bare = None
    for at in range(start, end):
        match = _number(words[at])
        if match is None:
            continue
        value = float(match["digits"])
        unit = match["unit"] or (words[at + 1] if at + 1 < end and words[at + 1] in _SCALE else "")
        sign = -1.0 if any(word in _MINUS for word in words[max(start, at - 3) : at]) else 1.0
        amount = sign * value * _SCALE.get(unit, 1.0)
        if unit or match["currency"] or "." in match["digits"]:
            return amount
        if words[at - 1] in ("eur", "usd", "sek", "gbp", "dkk", "nok", "chf", "euro", "ls"):
            return amount
        if bare is None and not 1900 <= value <= 2100:
            bare = amount
    return bare


def _number(word: str) -> re.Match[str] | None:
    return _NUMBER.fullmatch(word) if any(c.isdigit() for c in word) else None
