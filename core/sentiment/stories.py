"""Items that tell the same story count once, at its first publication; more outlets make it weigh more, not often."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from core.records import Headline
from core.sentiment.lexicon import clean

NEUTRAL = 0.05
"""|score| below this is neither good nor bad (Hutto and Gilbert 2014)."""
_NUMBER = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Story:
    """One story with the item that told it first."""

    first: Headline
    outlets: int
    """Different sources that told it; one source that repeats itself is one."""


def sign(score: float) -> int:
    """1 good, 0 neutral, −1 bad."""
    return int(score >= NEUTRAL) - int(score <= -NEUTRAL)


def stories(
    headlines: Sequence[Headline], similarity: float, score: Callable[[str], float]
) -> tuple[Story, ...]:
    """The stories that items tell, oldest first.

    Items that were compared when they were fetched carry their story (`cluster`). Others join the earliest story whose
    title is at least `similarity` (0 … 100, rapidfuzz's normalised indel similarity of the words as they stand or
    sorted) alike to theirs, unless numbers differ or one sounds good and the other bad. Only first titles are
    compared, so that a chain of small changes joins no two stories. The order of the items does not matter.

    Args:
        score: of a title, −1 … 1, by the lexicon.
    """
    heads: list[Headline] = []
    sources: list[set[str]] = []
    by_cluster: dict[str, int] = {}
    by_text: dict[str, int] = {}
    titles = _Titles(similarity, score)
    compared = not all(item.cluster for item in headlines)
    for item in sorted(headlines, key=lambda h: (h.published_at, h.id)):
        text = _plain(item.title)
        place = by_cluster.get(item.cluster) if item.cluster else None
        if place is None:
            place = by_text.get(text)
        if place is None and not item.cluster:
            place = titles.alike(text, item.title)
        if place is None:
            place = len(heads)
            heads.append(item)
            sources.append(set())
            if compared:
                titles.add(text, item.title)
        if item.cluster:
            by_cluster.setdefault(item.cluster, place)
        by_text.setdefault(text, place)
        sources[place].add(item.source)
    return tuple(Story(head, len(told)) for head, told in zip(heads, sources, strict=True))


class _Titles:
    """First titles of stories, to be compared with."""

    def __init__(self, similarity: float, score: Callable[[str], float]) -> None:
        self._similarity = similarity
        self._score = score
        self._texts: list[str] = []
        self._sorted: list[str] = []
        self._numbers: list[list[str]] = []
        self._signs: list[int] = []

    def add(self, text: str, title: str) -> None:
        self._texts.append(text)
        self._sorted.append(_in_order(text))
        self._numbers.append(sorted(_NUMBER.findall(text)))
        self._signs.append(sign(self._score(title)))

    def alike(self, text: str, title: str) -> int | None:
        """Place of the earliest story that tells the same."""
        if not text or not self._texts:
            return None
        from rapidfuzz import fuzz
        from rapidfuzz.process import cdist

        near = cdist([text], self._texts, scorer=fuzz.ratio)[0] >= self._similarity
        near |= cdist([_in_order(text)], self._sorted, scorer=fuzz.ratio)[0] >= self._similarity
        if not near.any():
            return None
        numbers, way = sorted(_NUMBER.findall(text)), sign(self._score(title))
        for place in near.nonzero()[0].tolist():
            if self._numbers[place] == numbers and self._signs[place] * way >= 0:
                return int(place)
        return None


@lru_cache(maxsize=20_000)
def _plain(title: str) -> str:
    """Words in small letters between single blanks."""
    return re.sub(r"[\W_]+", " ", clean(title).casefold()).strip()


def _in_order(text: str) -> str:
    return " ".join(sorted(text.split()))
