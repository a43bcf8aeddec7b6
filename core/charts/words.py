"""Numbers and sentences as figures print them."""

import html
import math
import textwrap
from datetime import datetime

import numpy as np


def price_text(price: float) -> str:
    """A price with the decimals its size asks for: 9,842.10, 1.0842, 0.00001234."""
    if not math.isfinite(price):
        return "–"
    size = abs(price)
    if size >= 100 or size == 0:
        return f"{price:,.2f}"
    if size >= 1:
        return f"{price:,.4f}"
    return np.format_float_positional(price, precision=4, fractional=False, trim="-")


def quantity_text(quantity: float) -> str:
    """A quantity to six significant digits, without trailing zeros."""
    return f"{quantity:,.6g}" if math.isfinite(quantity) else "–"


def percent_text(fraction: float, digits: int = 1, signed: bool = True) -> str:
    """A fraction as percent with a true minus sign: 0.04 → +4.0%."""
    if not math.isfinite(fraction):
        return "–"
    text = f"{fraction * 100:{'+' if signed else ''},.{digits}f}%"
    return text.replace("-", "−")


def signed_text(value: float, digits: int = 3) -> str:
    """A number with its sign: +0.213, −0.045."""
    return f"{value:+.{digits}f}".replace("-", "−") if math.isfinite(value) else "–"


def value_text(value: float | None) -> str:
    """A feature's value to four significant digits; a dash when unknown."""
    if value is None or not math.isfinite(value):
        return "–"
    return (f"{value:,.0f}" if abs(value) >= 10_000 else f"{value:.4g}").replace("-", "−")


def moment_text(moment: datetime) -> str:
    """A moment to the minute, in the words of the pages: 2019-10-01 12:00 UTC."""
    return f"{moment:%Y-%m-%d %H:%M} UTC"


def wrapped(text: str, width: int = 46) -> str:
    """Text of others, escaped for plotly's HTML and broken into lines that fit a phone."""
    return "<br>".join(html.escape(line, quote=False) for line in textwrap.wrap(text, width)) or "–"


def shortened(text: str, width: int = 28) -> str:
    """Text cut to a width with an ellipsis and escaped; the hover has it whole."""
    return html.escape(text if len(text) <= width else text[: width - 1] + "…", quote=False)
