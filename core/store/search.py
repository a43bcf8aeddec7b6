"""Full-text search over short texts: words are reduced to stems, a query is words, "phrases" and -exclusions.

Matching is a scan over prepared text (one column of stems), which for 100,000 headlines takes a few milliseconds and
needs no index to be kept in step.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from core.errors import InputError

MOST_TERMS = 12
_WORD = re.compile(r"\w+")
_TERM = re.compile(r'(-?)(?:"([^"]*)"|(\S+))')


@dataclass(frozen=True, slots=True)
class Query:
    """What a text must and must not hold, each as stems between single blanks."""

    wanted: tuple[str, ...]
    unwanted: tuple[str, ...]


def stems(text: str) -> str:
    """Lower-case stems without accents, blank at both ends, so that ` stem ` is found only as a whole word.

    Stemmer: Snowball English (Porter 2001).
    """
    bare = text.casefold()
    if not bare.isascii():
        bare = "".join(c for c in unicodedata.normalize("NFKD", bare) if not unicodedata.combining(c))
    return f" {' '.join(_stem(word) for word in _WORD.findall(bare))} "


def parse_query(text: str) -> Query:
    """`etf approval -rumour "spot bitcoin"`: every word and phrase must be there, what follows a minus must not.

    Raises:
        InputError: nothing to look for, or too many words.
    """
    wanted: list[str] = []
    unwanted: list[str] = []
    for minus, phrase, word in _TERM.findall(text):
        found = stems(phrase or word)
        if found.strip():
            (unwanted if minus else wanted).append(found)
    if not wanted and not unwanted:
        raise InputError('Nothing to look for: type a word, a "phrase in quotes", or -word to leave it out.')
    if len(wanted) + len(unwanted) > MOST_TERMS:
        raise InputError(f"More than {MOST_TERMS} words to look for: leave some out.")
    return Query(tuple(wanted), tuple(unwanted))


def matches(query: Query, text: str) -> bool:
    """Whether a text that is not in the store fits a query."""
    made = stems(text)
    return all(term in made for term in query.wanted) and not any(term in made for term in query.unwanted)


@lru_cache(maxsize=50_000)
def _stem(word: str) -> str:
    return word if word.isdigit() else str(_stemmer().stemWord(word))


@cache
def _stemmer() -> Any:
    import snowballstemmer

    return snowballstemmer.stemmer("english")
