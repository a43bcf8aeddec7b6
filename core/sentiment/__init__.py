"""Sentiment: dated headlines → a score with the words that moved it."""

from core.sentiment.aggregate import aggregate, agreement, within_reach
from core.sentiment.lexicon import Lexicon, Scored, clean
from core.sentiment.model_score import ModelScore
from core.sentiment.reading import Read, is_dangerous, read, untrusted
from core.sentiment.stories import NEUTRAL, Story, sign, stories

__all__ = [
    "NEUTRAL",
    "Lexicon",
    "ModelScore",
    "Read",
    "Scored",
    "Story",
    "aggregate",
    "agreement",
    "clean",
    "is_dangerous",
    "read",
    "sign",
    "stories",
    "untrusted",
    "within_reach",
]
