"""A number as a page shows it: label, text with unit, meaning."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Number:
    """One figure with its explanation."""

    label: str
    value: str
    meaning: str
    delta: str | None = None


def money(value: float) -> str:
    """Amount in the quote currency, with a sign that cannot be mistaken."""
    return f"{'−' if value < 0 else ''}${abs(value):,.2f}"


def percent(value: float | None, digits: int = 2) -> str:
    """A fraction as per cent; a dash when there is none."""
    return "–" if value is None else f"{_signed(value * 100, digits)} %"


def price(value: float | None) -> str:
    """A price with as many digits as it needs; a dash when there is none."""
    if value is None:
        return "–"
    digits = 2 if abs(value) >= 10 else 4 if abs(value) >= 0.1 else 8
    return f"{value:,.{digits}f}"


def plain(value: float | None, digits: int = 2) -> str:
    """A bare number; a dash when there is none."""
    return "–" if value is None else _signed(value, digits)


def change(value: float | None, digits: int = 2) -> str | None:
    """A fraction as a signed change with a plain minus, from which a page draws its arrow; None when nothing changed."""
    return None if value is None or round(value * 100, digits) == 0 else f"{value * 100:+.{digits}f} %"


def _signed(value: float, digits: int) -> str:
    """With thousands and a plain minus; what rounds to nothing has no sign."""
    return f"{round(value, digits) + 0.0:,.{digits}f}".replace("-", "−")
