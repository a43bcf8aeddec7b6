"""Numbers that are spelled out: twenty-four, a hundred and five, seventy percent."""

import re
from collections.abc import Iterator

_SMALL = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_VALUE = {word: value for value, word in enumerate(_SMALL)} | {
    word: 10 * (place + 2) for place, word in enumerate(_TENS)
}
_POWER = {"hundred": 100, "thousand": 1_000, "million": 1_000_000, "billion": 1_000_000_000}
_WORD = "|".join(sorted([*_VALUE, *_POWER], key=len, reverse=True))
_RUN = re.compile(
    rf"\b(?:{_WORD})(?:(?:\s|-|\sand\s)(?:{_WORD}))*\b(?P<share>\s?(?:%|per\s?cent|pct|basis\spoints?|percentage))?",
    re.IGNORECASE,
)
_FIGURE = 10
"""Up to ten a word is mostly no figure (one of them, two reasons), unless a percentage follows."""


def spelled_numbers(text: str) -> Iterator[tuple[str, int]]:
    """Numbers written in English words, as (words, value); up to ten only where a percentage follows.

    A power right behind digits (5 million) belongs to them and is no number of its own.
    """
    for match in _RUN.finditer(text):
        words = re.findall(_WORD, match[0].lower())
        if words[0] in _POWER and re.search(r"\d\s?$", text[: match.start()]):
            continue
        value = _value(words)
        if value > _FIGURE or match["share"]:
            yield match[0].strip(), value


def _value(words: list[str]) -> int:
    total, group = 0, 0
    for word in words:
        if word == "hundred":
            group = max(group, 1) * 100
        elif word in _POWER:
            total += max(group, 1) * _POWER[word]
            group = 0
        else:
            group += _VALUE[word]
    return total + group
