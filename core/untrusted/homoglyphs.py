"""Letters that pass for others: words of mixed scripts, and letters of fancy alphabets.

The rule is that of Unicode Technical Standard 39 (mixed-script confusables) in small: a word of letters from Latin and
from a script that has look-alikes of Latin letters is suspicious.
"""

import re
import unicodedata
from functools import lru_cache

_ALIKE = ("CYRILLIC", "GREEK", "CHEROKEE", "ARMENIAN", "COPTIC", "LISU")
"""Scripts with letters that look like Latin ones."""
_FANCY = ("MATHEMATICAL ", "FULLWIDTH LATIN ", "CIRCLED LATIN ", "PARENTHESIZED LATIN ", "SQUARED LATIN ", "LATIN LETTER SMALL CAPITAL ")  # fmt: skip
_EASTERN = ("CJK", "HIRAGANA", "KATAKANA", "HANGUL")
"""Scripts that honestly stand beside full-width Latin letters."""
_UNITS = frozenset("µμΩπΔΣαβγδλσΞ")
"""Greek letters that look like no Latin one and stand in units and formulas."""
_TWINS = frozenset("аесорхуіјѕһԁԛԝьВКМНТАЕСОРХУІЈЅαορνικΑΒΕΖΗΙΚΜΝΟΡΤΥΧ")
"""Cyrillic and Greek letters that are drawn like Latin ones."""
_WORD = re.compile(r"[^\W\d_]+")


def has_homoglyphs(text: str) -> bool:
    """Whether some word mixes scripts that look alike, wears another script's letters, or a fancy alphabet's.

    `text` as it came, before NFKC, which makes plain letters of the fancy ones.
    """
    if text.isascii():
        return False
    scripts = [_script(char) for char in text]
    latin, eastern = scripts.count("LATIN"), scripts.count("EASTERN")
    if scripts.count("FANCY") >= 2 and not eastern:
        return True
    return any(_odd(word, latin) for word in _WORD.findall(text))


def _odd(word: str, latin: int) -> bool:
    if word.isascii():
        return False
    found = {_script(char) for char in word if char not in _UNITS}
    if "LATIN" in found and found & set(_ALIKE):
        return True
    whole = len(word) > 1 and all(char in _TWINS for char in word)
    return whole and latin > len(word)


@lru_cache(maxsize=4096)
def _script(char: str) -> str:
    """The first word of a letter's Unicode name, which is its script; FANCY and EASTERN for theirs."""
    name = unicodedata.name(char, "")
    if name.startswith(_FANCY):
        return "FANCY"
    return "EASTERN" if name.startswith(_EASTERN) else name.split(" ", 1)[0]
