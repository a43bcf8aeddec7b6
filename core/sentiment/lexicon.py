"""Headline scoring by words: VADER with a lexicon of finance and crypto on top.

VADER (Hutto & Gilbert 2014) handles negation, boosters and punctuation; its words come from the vaderSentiment
package. finance_lexicon.csv is ours: words and phrases whose meaning for a price differs from everyday speech, and
words that everyday speech finds good or bad while a market does not (share, interest, gross: 0).
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

if TYPE_CHECKING:
    from nltk.sentiment.vader import SentimentIntensityAnalyzer

FINANCE = Path(__file__).with_name("finance_lexicon.csv")
MOST_WORDS = 6
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")


@dataclass(frozen=True, slots=True)
class Scored:
    """One title with its score."""

    score: float
    """VADER's compound, −1…1."""
    words: tuple[WordWeight, ...]
    """How much the score falls when a word is left out; largest effect first."""


class Lexicon:
    """The scorer; it reads its word lists on first use and may be shared between threads."""

    name = "VADER + finance lexicon"

    def __init__(self, finance: Path = FINANCE) -> None:
        """`finance`: CSV with columns phrase and valence (−4…4)."""
        self._finance = finance
        self._lock = threading.Lock()
        self._ready: tuple[SentimentIntensityAnalyzer, dict[str, str]] | None = None

    def score(self, title: str) -> Scored:
        """Score a title; its text is data and nothing else."""
        analyzer, phrases = self._load()
        text = _joined(clean(title), phrases)
        tokens = text.split()
        whole = _compound(analyzer, tokens)
        effects = []
        for place, token in enumerate(tokens):
            effect = whole - _compound(analyzer, tokens[:place] + tokens[place + 1 :])
            if abs(effect) > 1e-9:
                effects.append(WordWeight(token.strip(".,:;!?\"'()").replace("_", " "), round(effect, 4)))
        effects.sort(key=lambda item: -abs(item.weight))
        return Scored(whole, tuple(effects[:MOST_WORDS]))

    def _load(self) -> "tuple[SentimentIntensityAnalyzer, dict[str, str]]":
        with self._lock:
            if self._ready is None:
                self._ready = _build(self._finance)
            return self._ready


def clean(title: str) -> str:
    """One line of NFKC text without invisible characters."""
    text = _INVISIBLE.sub("", unicodedata.normalize("NFKC", title))
    return " ".join("".join(" " if unicodedata.category(c) == "Cc" else c for c in text).split())


def _build(finance: Path) -> "tuple[SentimentIntensityAnalyzer, dict[str, str]]":
    from nltk.sentiment.vader import SentimentIntensityAnalyzer, VaderConstants

    class Analyzer(SentimentIntensityAnalyzer):
        """VADER from a word list in hand: NLTK itself opens only files of its own download folders."""

        def __init__(self, words: str) -> None:
            self.lexicon_file = words
            self.lexicon = self.make_lex_dict()
            self.constants = VaderConstants()

    analyzer = Analyzer(files("vaderSentiment").joinpath("vader_lexicon.txt").read_text("utf-8").rstrip("\n"))
    phrases = {}
    with finance.open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            word = row["phrase"].replace(" ", "_")
            analyzer.lexicon[word] = float(row["valence"])
            if " " in row["phrase"]:
                phrases[row["phrase"]] = word
    return analyzer, phrases


def _joined(text: str, phrases: dict[str, str]) -> str:
    """Known phrases as one token, so that they are scored as a whole."""
    lowered = text.lower()
    for phrase, token in phrases.items():
        if phrase in lowered:
            text = re.sub(rf"\b{re.escape(phrase)}\b", token, text, flags=re.IGNORECASE)
    return text


def _compound(analyzer: "SentimentIntensityAnalyzer", tokens: list[str]) -> float:
    return float(analyzer.polarity_scores(" ".join(tokens))["compound"]) if tokens else 0.0
