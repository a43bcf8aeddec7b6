"""What a language model said of one text, as the aggregate takes it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ModelScore:
    """A model's reading of one text about one asset; every number was checked to be in its range before."""

    score: float
    """−1 (bad for the price) to 1 (good)."""
    confidence: float
    """0 … 1: how sure the model is of the score."""
    relevance: float
    """0 … 1: how much the text is about the asset."""
    event: str
    """Type of event, e.g. earnings, regulation, security."""
    horizon: str
    """short, medium or long."""
    reason: str
    """One line."""
    model: str
    """Name of the model."""
