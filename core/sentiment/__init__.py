"""Sentiment: dated headlines → a score with the words that moved it."""

from core.sentiment.aggregate import aggregate
from core.sentiment.lexicon import Lexicon, Scored, clean

__all__ = ["Lexicon", "Scored", "aggregate", "clean"]
