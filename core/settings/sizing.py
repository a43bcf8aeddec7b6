"""What bounds the size of a position besides the largest one allowed, how it is entered and how it is managed."""

from enum import StrEnum

from pydantic import Field

from core.settings.section import Section


class Entry(StrEnum):
    """How a position is entered."""

    MARKET = "market"
    """At the next open."""
    LIMIT = "limit"
    """At a better price, or not at all."""


class SizingSettings(Section):
    """Every bound is computed for every opening; the smallest one wins and is named."""

    target_volatility: float = Field(
        0.10,
        ge=0,
        le=5,
        description="Yearly volatility that one position may bring to the book, as a fraction of equity; 0 for no such bound.",
    )
    kelly: float = Field(
        0.5,
        ge=0,
        le=1,
        description="Share of the Kelly fraction that a position may use; 0 for no such bound.",
    )
    by_confidence: bool = Field(
        True, description="Whether a position is smaller the nearer the confidence is to the threshold."
    )
    by_disagreement: bool = Field(
        True, description="Whether a position is smaller the more the sources disagree."
    )
    volatile_regime: float = Field(
        0.5, ge=0, le=1, description="Share of the largest position that a volatile regime leaves."
    )
    by_trust: bool = Field(
        True, description="Whether a position is smaller the less the data can be trusted."
    )
    levels: bool = Field(
        False,
        description="Whether stop and target may follow the levels of a forecast with skill; backtests do not know them.",
    )
    adjust: bool = Field(
        True,
        description="Whether the stop of a held position is drawn nearer in a volatile regime or when the numbers turn.",
    )
    adjust_atr: float = Field(
        3.0,
        gt=0,
        le=50,
        description="Distance from the last close to which that stop is drawn, in average true ranges.",
    )
    entry: Entry = Field(
        Entry.MARKET, description="Order that opens a position: market, or a limit below (above) the price."
    )
    entry_atr: float = Field(
        0.25,
        gt=0,
        le=10,
        description="Distance of a limit order from the last close, in average true ranges.",
    )
    entry_bars: int = Field(
        3, ge=1, le=1000, description="Bars after which a limit order that was not filled is withdrawn."
    )
