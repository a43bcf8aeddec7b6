"""The language that a text is written in."""

import re
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

_FEWEST_LETTERS = 20
_SURE = 0.65
"""Probability below which nothing is said: names and numbers alone look like many languages."""
_LANGUAGES = [
    "en",
    "de",
    "fr",
    "es",
    "it",
    "pt",
    "nl",
    "sv",
    "da",
    "no",
    "fi",
    "pl",
    "cs",
    "hu",
    "ro",
    "el",
    "tr",
    "ru",
    "uk",
    "ar",
    "he",
    "fa",
    "hi",
    "id",
    "vi",
    "th",
    "zh",
    "ja",
    "ko",
]
"""Those that market news is written in. Among all that py3langid knows, few short titles are sure."""
_CODE = re.compile(r"^([a-zA-Z]{2})(?:[-_]|$)")


def language_of(text: str, declared: str = "") -> str:
    """ISO 639-1 code: the one that the source declares, else what py3langid is sure of, else nothing."""
    if match := _CODE.match(declared.strip()):
        return match[1].lower()
    if sum(character.isalpha() for character in text) < _FEWEST_LETTERS:
        return ""
    code, probability = _identifier().classify(text)
    return code if probability >= _SURE and _CODE.match(code) else ""


@cache
def _identifier() -> "LanguageIdentifier":
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(_LANGUAGES)
    return identifier
