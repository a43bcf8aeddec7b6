"""Numbers that a text quotes, held against the data that it was written from.

A language model that invents a number does so in a sentence that reads well. What it quotes must stand in the data:
as it is there, or rounded to the digits that are quoted; as a percentage or as the decimal fraction; with or without
thousands separators; in thousands, millions or billions; written in digits or spelled out. A sign that is written must
be right; one that is told by a word (fell 3.2 %) may be left out.

It is a check of numbers, not of their meaning: who says 24 % where 24 stands for bars is not caught.
"""

import json
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from core.llm.spelled import spelled_numbers

_TOKEN = re.compile(
    r"(?P<sign>(?<![\w.,%)\]])[-+\u2212\u2013])?\s?(?<![\w])?(?P<money>[$€£¥]\s?)?"
    r"(?P<digits>(?:(?<!\d)\.)?\d+(?:[.,'\u2019_]\d+)*)(?P<exponent>[eE][-+]?\d{1,3}(?![\w]))?"
    r"(?:\s?(?P<unit>%|percentage\spoints?\b|per\s?cent\b|pct\b|pp\b|basis\spoints?\b|bps?\b"
    r"|thousand\b|million\b|billion\b|trillion\b|mn\b|bn\b|tn\b|[kKmMbB]\b))?",
)
_NARROW = re.compile(r"(?<=\d)[\u00a0\u2009\u202f](?=\d{3}(?!\d))")
_ONE = Decimal(1)
_SCALES: dict[str, tuple[Decimal, ...]] = {
    "": (_ONE,),
    "%": (_ONE, Decimal("0.01")),
    "bp": (_ONE, Decimal("0.01"), Decimal("0.0001")),
    "k": (Decimal(1_000),),
    "m": (_ONE, Decimal(1_000_000)),
    "mn": (Decimal(1_000_000),),
    "b": (_ONE, Decimal(1_000_000_000)),
    "bn": (Decimal(1_000_000_000),),
    "tn": (Decimal(1_000_000_000_000),),
}
"""What a unit may multiply with: 5m is five million or five minutes, 1.2 % is 1.2 in per cent or 0.012."""
_LONGEST = 30
"""Digits of the longest number that is looked at; no price or count has more."""


@dataclass(frozen=True, slots=True)
class _Quoted:
    """One number as a text has it."""

    text: str
    sign: int
    """−1 or 1 where a sign is written, else 0."""
    readings: tuple[tuple[tuple[Decimal, int], ...], ...]
    """Ways to read the digits, each as (value ≥ 0, places after the point): 1,234 is one number or two."""
    scales: tuple[Decimal, ...]


def unknown_numbers(text: str, content: str) -> tuple[str, ...]:
    """The numbers in a text that its data does not hold, as they are written there; empty when all are known.

    Args:
        text: what a language model wrote.
        content: the data that it was given, JSON (or plain text). Numbers in its strings and in the names of its
            fields count: who is given `rsi_14` may speak of RSI 14.
    """
    known = _known(content)
    unknown = [quoted.text for quoted in _quoted(text) if not _stands(quoted, known)]
    return tuple(dict.fromkeys(unknown))


def _stands(quoted: _Quoted, known: frozenset[Decimal]) -> bool:
    """Whether, in one way of reading it, every part of it is known."""
    return any(
        all(any(_is(part, quoted, value) for value in known) for part in reading)
        for reading in quoted.readings
    )


def _is(part: tuple[Decimal, int], quoted: _Quoted, known: Decimal) -> bool:
    """Whether a known value, rounded to the digits that are quoted, is what is quoted."""
    if quoted.sign and quoted.sign * known < 0:
        return False
    said, places = part
    tries = [(said, places, scale) for scale in quoted.scales]
    if quoted.scales == (_ONE,):
        if places > 0 and said <= 1:
            tries.append((said, places, Decimal(100)))  # the decimal fraction of a percentage
        if places == 0 and said and said % 1000 == 0:
            tries.append((said / 1000, 0, Decimal(1000)))  # 68,000 is 68k
    return any(_rounds(abs(known) / scale, value, digits, scale) for value, digits, scale in tries)


def _rounds(known: Decimal, said: Decimal, places: int, scale: Decimal) -> bool:
    if scale >= 1000 and said < 10 and places <= 0:
        return known == said  # one digit of a million says too little
    return abs(known - said) <= Decimal(5).scaleb(-places - 1)


@lru_cache(maxsize=256)
def _known(content: str) -> frozenset[Decimal]:
    """Every value that the data holds; strings and names of fields are read like text."""
    try:
        data = json.loads(content, parse_float=str, parse_int=str, parse_constant=lambda name: None)
    except ValueError:
        data = content
    values: set[Decimal] = set()
    for text in _leaves(data):
        for quoted in _quoted(text):
            sign = quoted.sign or 1
            values |= {
                sign * value * scale
                for reading in quoted.readings
                for value, _ in reading
                for scale in (quoted.scales if quoted.scales[-1] >= 1 else (_ONE,))
            }
    return frozenset(values)


def _leaves(data: object) -> Iterator[str]:
    if isinstance(data, dict):
        for name, value in data.items():
            yield str(name)
            yield from _leaves(value)
    elif isinstance(data, list):
        for value in data:
            yield from _leaves(value)
    elif isinstance(data, str):
        yield data


def _quoted(text: str) -> Iterator[_Quoted]:
    """The numbers of a text, in digits and spelled out."""
    plain = unicodedata.normalize("NFKC", _NARROW.sub("'", text))
    for match in _TOKEN.finditer(plain):
        sign = {"": 0, "+": 1}.get(match["sign"] or "", -1)
        readings = _readings(match["digits"], match["exponent"] or "")
        yield _Quoted(match[0].strip(), sign, readings, _SCALES[_unit(match["unit"] or "")])
    for words, value in spelled_numbers(plain):
        yield _Quoted(words, 0, (((Decimal(value), 0),),), _SCALES["%"])


def _unit(written: str) -> str:
    if written in ("k", "K", "thousand"):
        return "k"
    if written == "M":
        return "mn"
    plain = re.sub(r"\s", "", written.lower())
    if plain in ("%", "pct", "pp") or plain.startswith("per"):
        return "%"
    if plain.startswith(("bp", "basis")):
        return "bp"
    return {"million": "mn", "billion": "bn", "trillion": "tn"}.get(plain, plain)


def _readings(digits: str, exponent: str) -> tuple[tuple[tuple[Decimal, int], ...], ...]:
    """Ways to read digits with separators; none where the number is absurdly long."""
    power = int(exponent[1:]) if exponent else 0
    if sum(sign.isdecimal() for sign in digits) + abs(power) > _LONGEST:
        return ()
    whole = [_one(digits, ".", ",'\u2019_", power), _one(digits, ",", ".'\u2019_", power)]
    parts = tuple((Decimal(part), 0) for part in re.findall(r"\d+", digits)) if not exponent else ()
    found = [(reading,) for reading in whole if reading is not None]
    split = [parts] if len(parts) > 1 and not re.fullmatch(r"\d*\.\d+", digits) else []
    return tuple(dict.fromkeys([*found, *split]))


def _one(digits: str, point: str, thousands: str, power: int) -> tuple[Decimal, int] | None:
    """The digits as one number with that decimal point and those thousands separators; None where they do not fit."""
    before, _, after = digits.partition(point)
    groups = re.split(f"[{thousands}]", before)
    if not re.fullmatch(r"\d*", after) or (len(groups) > 1 and not _in_thousands(groups)):
        return None
    if not all(re.fullmatch(r"\d*", group) for group in groups):
        return None
    return Decimal(f"{''.join(groups) or '0'}.{after or '0'}").scaleb(power), len(after) - power


def _in_thousands(groups: list[str]) -> bool:
    return 1 <= len(groups[0]) <= 3 and all(len(group) == 3 for group in groups[1:])
