"""What can be said of a text without a model: its words' score, how much it is about the asset, what is odd about it."""

from dataclasses import dataclass
from functools import lru_cache

from core.instruments import resolve
from core.records import Headline, WordWeight
from core.sentiment.lexicon import Lexicon
from core.sentiment.relevance import part_about, relevance
from core.untrusted import Cleaned, cleaned

DANGEROUS = frozenset({"instructions", "homoglyphs", "encoded"})
"""Flags of texts that no model is shown; the lexicon reads them at half confidence."""
_DOUBT = 0.5


@dataclass(frozen=True, slots=True)
class Read:
    """One text as the lexicon reads it."""

    text: str
    """Cleaned."""
    score: float
    """−1 … 1; 0 where it cannot be read."""
    words: tuple[WordWeight, ...]
    readable: bool
    """False: written in a language that the lexicon does not know."""
    confidence: float
    """1; half of it where the text is dangerous, 0 where it cannot be read."""
    relevance: float
    """0 … 1."""
    flags: tuple[str, ...]


def read(headline: Headline, symbol: str, lexicon: Lexicon) -> Read:
    """Read one item about an asset; what it says of other assets alone does not count."""
    found = untrusted(headline.title)
    readable = headline.language in ("", "en")
    scored = lexicon.score(_part(found.text, symbol)) if readable else None
    doubt = _DOUBT if DANGEROUS & set(found.flags) else 1.0
    return Read(
        text=found.text,
        score=scored.score if scored else 0.0,
        words=scored.words if scored else (),
        readable=readable,
        confidence=doubt if readable else 0.0,
        relevance=_relevance(found.text, symbol),
        flags=found.flags,
    )


def is_dangerous(headline: Headline) -> bool:
    """Whether its text looks made for a model: it is not shown to one."""
    return bool(DANGEROUS & set(untrusted(headline.title).flags))


@lru_cache(maxsize=20_000)
def untrusted(title: str) -> Cleaned:
    """The cleaned title with what is odd about it."""
    return cleaned(title)


@lru_cache(maxsize=20_000)
def _relevance(text: str, symbol: str) -> float:
    return relevance(text, resolve(symbol))


@lru_cache(maxsize=20_000)
def _part(text: str, symbol: str) -> str:
    return part_about(text, resolve(symbol))
