"""A file for each use of a language model: its prompt, its schema, how its answer is read."""

from typing import Any

from core.llm.use import Use
from core.llm.uses.explanation import EXPLANATION
from core.llm.uses.forecast import FORECAST
from core.llm.uses.sentiment import SENTIMENT
from core.llm.uses.summary import SUMMARY
from core.llm.uses.validation import VALIDATION

USES: tuple[Use[Any], ...] = (SENTIMENT, FORECAST, VALIDATION, SUMMARY, EXPLANATION)
"""Every use, in the order in which a day meets them."""
