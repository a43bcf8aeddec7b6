"""What bounds the size of a position besides the largest one allowed."""

from pydantic import Field

from core.settings.section import Section


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
