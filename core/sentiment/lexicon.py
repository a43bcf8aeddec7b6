"""Headline scoring by words: VADER with a lexicon of finance and crypto on top.

VADER (Hutto & Gilbert 2014) handles negation, boosters and capitals; its words come from the vaderSentiment
package. finance_lexicon.csv is ours: words and phrases whose meaning for a price differs from everyday speech, and
words that everyday speech finds good or bad while a market does not (share, interest, gross: 0). What a direction word
means is left to its noun: see movement.py.
"""

import csv
import re
import threading
import unicodedata
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from core.records import WordWeight
from core.sentiment.movement import mark, marked_words, quiet_words

if TYPE_CHECKING:
    from nltk.sentiment.vader import SentimentIntensityAnalyzer

FINANCE = Path(__file__).with_name("finance_lexicon.csv")
MOST_WORDS = 6
MOST_READ = 60
"""Words of a title that are read: a headline is shorter, and leaving each out once costs their square."""
NEGATORS = frozenset({"no", "avoid", "avoids", "averts", "escapes", "dismisses", "overturns", "scraps"})
"""Words that turn what follows around («averts default»), beside those that VADER knows."""
_INVISIBLE = re.compile("[\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_APOSTROPHES = str.maketrans("\u2018\u2019\u2010", "''-")
_WORD = re.compile(r"\w+(?:['.&-]\w+)*%?|[!?]+")
_GAP = r"[ -](?:(?:the|its|a|an) )?"
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_TORN = re.compile(r"(?<=\d) (?=[.,]\d)")
"""News wires that put blanks between tokens write EUR0 .12."""


@dataclass(frozen=True, slots=True)
class Scored:
    """One title with its score."""

    score: float
    """VADER's compound, −1…1."""
    words: tuple[WordWeight, ...]
    """How much the score falls when a word is left out; largest effect first, at most MOST_WORDS. Only words that mean
    something are tried."""


@dataclass(frozen=True, slots=True)
class _Loaded:
    analyzer: "SentimentIntensityAnalyzer"
    phrases: re.Pattern[str]
    telling: frozenset[str]
    """Words that mean something by themselves or to their neighbours; the effects of the others are not looked for."""


class Lexicon:
    """The scorer; it reads its word lists on first use and may be shared between threads."""

    name = "VADER + finance lexicon"

    def __init__(self, finance: Path = FINANCE) -> None:
        """`finance`: CSV with columns phrase and valence (−4…4)."""
        self._finance = finance
        self._lock = threading.Lock()
        self._ready: _Loaded | None = None

    def score(self, title: str) -> Scored:
        """Score a title; its text is data and nothing else."""
        loaded = self._load()
        tokens = _tokens(title, loaded.phrases)
        marked = mark(tokens)
        if not any(token.lower() in loaded.analyzer.lexicon for token in marked):
            return Scored(0.0, ())  # VADER scales what lexicon words say; without one it says 0
        whole = _compound(loaded.analyzer, tokens)
        effects = []
        for place, token in enumerate(tokens):
            if marked[place] == token and token.lower() not in loaded.telling:
                continue  # «the» may matter by how far apart it keeps two others; nobody reads it so
            effect = whole - _compound(loaded.analyzer, tokens[:place] + tokens[place + 1 :])
            if abs(effect) > 1e-9:
                effects.append(WordWeight(token.replace("_", " "), round(effect, 4)))
        effects.sort(key=lambda item: -abs(item.weight))
        return Scored(whole, tuple(effects[:MOST_WORDS]))

    def _load(self) -> _Loaded:
        with self._lock:
            if self._ready is None:
                self._ready = _build(self._finance)
            return self._ready


def clean(title: str) -> str:
    """One line of NFKC text without invisible characters."""
    text = _INVISIBLE.sub("", unicodedata.normalize("NFKC", title))
    return " ".join("".join(" " if unicodedata.category(c) == "Cc" else c for c in text).split())


def _build(finance: Path) -> _Loaded:
    from nltk.sentiment.vader import SentimentIntensityAnalyzer, VaderConstants

    class Analyzer(SentimentIntensityAnalyzer):
        """VADER from a word list in hand: NLTK itself opens only files of its own download folders."""

        def __init__(self, words: str) -> None:
            self.lexicon_file = words
            self.lexicon = self.make_lex_dict()
            self.constants = VaderConstants()
            self.constants.NEGATE = VaderConstants.NEGATE | NEGATORS
            # our words carry no punctuation; looking for it is half of VADER's time
            self.constants.PUNC_LIST, self.constants.REGEX_REMOVE_PUNCTUATION = [], re.compile("(?!)")

    analyzer = Analyzer(files("vaderSentiment").joinpath("vader_lexicon.txt").read_text("utf-8").rstrip("\n"))
    for word in NEGATORS:  # VADER lets no word negate that has a valence of its own
        analyzer.lexicon.pop(word, None)
    phrases = []
    with finance.open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            parts = re.split("[ -]", row["phrase"])
            analyzer.lexicon["_".join(parts)] = float(row["valence"])
            if len(parts) > 1:
                phrases.append(_GAP.join(map(re.escape, parts)))
    phrases.sort(key=len, reverse=True)  # «record high profit» before «record high»
    sized = dict(analyzer.lexicon)
    for word in quiet_words():
        analyzer.lexicon.pop(word, None)
    analyzer.lexicon |= marked_words(sized)
    constants = analyzer.constants
    telling = (
        frozenset(analyzer.lexicon)
        | constants.NEGATE
        | set(constants.BOOSTER_DICT)
        | {"but", "least", "never"}
    )
    pattern = re.compile(rf"(?<![\w-])(?:{'|'.join(phrases)})(?![\w-])", re.IGNORECASE)
    return _Loaded(analyzer, pattern, telling)


def _tokens(title: str, phrases: re.Pattern[str]) -> list[str]:
    """Words without the punctuation around them, which hides words from VADER; a known phrase is one word."""
    text = _THOUSANDS.sub("", _TORN.sub("", clean(title).translate(_APOSTROPHES)))
    words = _WORD.findall(text)[:MOST_READ]
    return phrases.sub(_one_word, " ".join(words)).split()


def _one_word(phrase: re.Match[str]) -> str:
    return re.sub(_GAP, "_", phrase.group(), flags=re.IGNORECASE)


def _compound(analyzer: "SentimentIntensityAnalyzer", tokens: list[str]) -> float:
    return float(analyzer.polarity_scores(" ".join(mark(tokens)))["compound"]) if tokens else 0.0
