"""Text of others inside markdown."""

_MARKS = frozenset("\\`*_{}[]()#$~<>|:!&")


def as_text(words: str) -> str:
    """The same words, none of whose signs is taken for markup, a formula or an icon."""
    return "".join(f"\\{sign}" if sign in _MARKS else sign for sign in words)
