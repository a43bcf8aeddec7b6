"""What two titles must agree in before likeness of words may make them one story: numbers, names and direction."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from core.collect.news.mentions import symbols_in
from core.instruments import CATALOGUE, resolve
from core.records import Instrument

_NUMBER = re.compile(
    r"(?<![\w.])\$?(\d+(?:\.\d+)?)\s?(thousand|million|mln|billion|bln|trillion|bn|tn|k|m|b|t)?(?!\w)"
)
_CODE = re.compile(r"\b(?=\w*\d)(?=\w*[a-z])\w+\b")
_POWER = {"k": 3, "t": 12, "m": 6, "b": 9}
"""By the first letter, but for thousand."""

_OPPOSITES = (
    (
        "rise rises rose rising risen gain gains gained jump jumps jumped surge surges surged soar soars soared climb climbs "
        "climbed rally rallies rallied rebound rebounds advance advances up higher high record spike spikes grow grows",
        "fall falls fell falling fallen drop drops dropped sink sinks sank slide slides slid slip slips slipped tumble tumbles "
        "tumbled plunge plunges plunged crash crashes crashed decline declines declined down lower low ease eases eased "
        "dip dips dipped retreat retreats shrink shrinks",
    ),
    ("above over tops topped exceeds", "below under"),
    ("beat beats beating", "miss misses missed missing"),
    ("raise raises raised hike hikes hiked lift lifts increase increases", "cut cuts lowers lowered trim trims slash slashes"),
    ("upgrade upgrades upgraded", "downgrade downgrades downgraded"),
    ("inflow inflows", "outflow outflows"),
    ("buy buys bought buying", "sell sells sold selling"),
    ("approve approves approved grant grants granted clears", "reject rejects rejected deny denies denied delay delays delayed blocks"),
    ("win wins won", "lose loses lost"),
    ("bullish bulls greed", "bearish bears fear"),
    ("resume resumes resumed launch launches restart restarts", "halt halts halted suspend suspends suspended pause pauses"),
    ("before", "after"),
)  # fmt: skip
_NOT = frozenset({"not", "no", "never", "won't", "isn't", "doesn't", "cannot", "without"})
_THINGS = frozenset(
    [
        "dollar",
        "yen",
        "euro",
        "pound",
        "sterling",
        "franc",
        "yuan",
        "rupee",
        "gold",
        "silver",
        "oil",
        "copper",
        "gas",
        "uk",
        "eu",
        "us",
        "china",
        "japan",
        "germany",
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
        "january",
        "february",
        "march",
        "april",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ]
)
_SYNONYMS = (
    "share shares stock stocks", "buy buys acquire acquires purchase takes", "hold holds keep keeps leaves unchanged steady",
    "end ends close closes finish finishes", "outlook forecast forecasts guidance estimate estimates expectations",
    "get gets receive receives", "firm company", "say says sees", "plan plans set sets to", "price prices", "deal takeover",
    "quarter quarterly", "revenue sales", "profit earnings", "staff workforce jobs workers", "unveil unveils launch launches",
    "reveal reveals announce announces report reports post posts", "name names appoint appoints", "ceo chief executive",
    "token coin", "crypto cryptocurrency", "us american", "uk british",
)  # fmt: skip
_SMALL = frozenset(
    [
        "a",
        "an",
        "the",
        "of",
        "in",
        "on",
        "at",
        "to",
        "for",
        "from",
        "by",
        "with",
        "as",
        "and",
        "or",
        "but",
        "its",
        "it",
        "is",
        "are",
        "was",
        "be",
        "has",
        "have",
        "that",
        "this",
        "than",
        "amid",
        "after",
        "against",
        "versus",
        "vs",
        "into",
        "per",
        "ahead",
        "new",
        "about",
        "percent",
        "pct",
        "thousand",
        "million",
        "mln",
        "billion",
        "bln",
        "trillion",
        "bn",
        "tn",
        "k",
        "m",
        "b",
        "t",
        "why",
        "how",
        "what",
    ]
)
"""Words that may differ without changing the story; amounts are compared apart. «after» is told apart from «before»."""
_LEAD = re.compile(r"^(?:breaking|exclusive|just in|update(?:\s\d+)?|watch|opinion|analysis)\s*[:\-–—]\s*", re.IGNORECASE)  # fmt: skip
_TAIL = re.compile(r"\s+[|\-–—]\s+[\w.&' ]{2,25}$")
_JOINED = {"u.s.": "us", "u.k.": "uk", "e.u.": "eu"}


@dataclass(frozen=True, slots=True)
class Facts:
    """What a title says, apart from its wording."""

    text: str
    """Lower-case words between single blanks, without lead (UPDATE 1-) and the paper's name at the end."""
    numbers: frozenset[float | str]
    bare: str
    """As written, without lead and paper's name."""
    directions: frozenset[int]
    """±(n+1) for a word of either side of the n-th opposites."""
    negated: bool


@lru_cache(maxsize=20_000)
def facts_of(title: str) -> Facts:
    """Read a title."""
    bare = _TAIL.sub("", _LEAD.sub("", title.strip()))
    folded = re.sub(r"(?<=\d),(?=\d{3})", "", bare.casefold().replace("’", "'"))
    for dotted, plain in _JOINED.items():
        folded = folded.replace(dotted, plain)
    words = re.findall(r"[\w']+(?:\.\d+)?", folded)
    sides = _sides()
    return Facts(
        " ".join(words),
        _numbers(folded),
        bare,
        frozenset(side for word in words for side in sides.get(word, ())),
        any(word in _NOT for word in words),
    )


def agree(first: Facts, second: Facts) -> bool:
    """Whether nothing that both titles state contradicts: one may say more than the other, not something else."""
    if not _one_holds_the_other(first.numbers, second.numbers):
        return False
    if first.negated != second.negated or not _one_holds_the_other(_names(first), _names(second)):
        return False
    if any(_only(side, first, second) and _only(-side, second, first) for side in first.directions):
        return False
    return not _one_word_stands_for_another(first.text.split(), second.text.split())


@lru_cache(maxsize=20_000)
def _names(facts: Facts) -> frozenset[str]:
    """Instruments, and things and days that are told apart by one word."""
    return frozenset({*symbols_in(facts.bare, _known()), *(w for w in facts.text.split() if w in _THINGS)})


def _only(side: int, one: Facts, other: Facts) -> bool:
    """Whether one title points to a side and not to its opposite, and the other does not point there."""
    return side in one.directions and -side not in one.directions and side not in other.directions


def _one_word_stands_for_another(first: Sequence[str], second: Sequence[str]) -> bool:
    """Whether each title has a word that counts and is not in the other: exports for imports, Kraken for Coinbase."""
    return _unmatched(first, second) and _unmatched(second, first)


def _unmatched(words: Sequence[str], others: Sequence[str]) -> bool:
    theirs = {word for word in others if word not in _SMALL}
    return any(
        word not in theirs and not any(_kin(word, other) for other in theirs)
        for word in words
        if word not in _SMALL and not any(character.isdigit() for character in word)
    )


@lru_cache(maxsize=50_000)
def _kin(word: str, other: str) -> bool:
    """Another form or spelling of a word, or one that means the same."""
    from rapidfuzz import fuzz

    word, other = word.removesuffix("'s"), other.removesuffix("'s")
    short, long = sorted((word, other), key=len)
    if long in (f"de{short}", f"un{short}", f"dis{short}"):
        return False
    if short == long or (len(short) >= 4 and long.startswith(short)) or fuzz.ratio(word, other) >= 80:
        return True
    known = _meanings()
    return bool(known.get(word, frozenset()) & known.get(other, frozenset()))


@cache
def _meanings() -> dict[str, frozenset[str]]:
    """The groups that a word belongs to: one side of a pair of opposites, or synonyms."""
    groups = [side for pair in _OPPOSITES for side in pair] + list(_SYNONYMS)
    found: dict[str, set[str]] = {}
    for group in groups:
        for word in group.split():
            found.setdefault(word, set()).add(group)
    return {word: frozenset(held) for word, held in found.items()}


def _one_holds_the_other(first: frozenset, second: frozenset) -> bool:
    return first <= second or second <= first


def _numbers(folded: str) -> frozenset[float | str]:
    found: set[float | str] = set()
    for digits, unit in _NUMBER.findall(folded):
        power = 3 if unit == "thousand" else _POWER.get(unit[:1], 0)
        found.add(round(float(digits) * 10**power, 6))
    amounts = {"".join(match) for match in _NUMBER.findall(folded)}
    return frozenset(found | {code for code in _CODE.findall(folded) if code not in amounts})


@cache
def _sides() -> dict[str, tuple[int, ...]]:
    found: dict[str, tuple[int, ...]] = {}
    for number, pair in enumerate(_OPPOSITES, start=1):
        for sign, words in zip((1, -1), pair, strict=True):
            for word in words.split():
                found[word] = (*found.get(word, ()), sign * number)
    return found


@cache
def _known() -> tuple[Instrument, ...]:
    """Instruments of the catalogue that have names."""
    return tuple(resolve(listing.symbol) for listing in CATALOGUE)
