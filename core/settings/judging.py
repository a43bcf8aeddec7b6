"""Sentiment and forecasts."""

from pydantic import Field, field_validator

from core.settings.lines import weight_of_line
from core.settings.section import Section


class SentimentSettings(Section):
    """How headlines become a score."""

    half_life_hours: float = Field(
        24.0, gt=0, le=720, description="Age at which a headline counts half, in hours."
    )
    weight: float = Field(
        0.15, ge=0, le=1, description="Weight of sentiment beside the signals in the fusion."
    )
    item_cap: float = Field(
        0.34,
        gt=0,
        le=1,
        description="Largest share of one item in the sentiment of an asset; what is cut off counts as neutral.",
    )
    text_cap: float = Field(
        0.25,
        ge=0,
        le=2,
        description="How far all text together may move a position, as a share of the largest position; 2 lets it turn one around.",
    )
    source_weights: tuple[str, ...] = Field(
        (),
        description="Weights of sources of text: SOURCE = WEIGHT, e.g. reddit = 0.5; 1 for those not named.",
    )

    @field_validator("source_weights")
    @classmethod
    def _readable_weights(cls, lines: tuple[str, ...]) -> tuple[str, ...]:
        """Each reads SOURCE = WEIGHT."""
        for line in lines:
            source_weight_of_line(line)
        return lines


class PredictSettings(Section):
    """Models, labels and their honest score."""

    short_bars: int = Field(4, ge=1, le=500, description="Short horizon, in bars.")
    medium_bars: int = Field(24, ge=2, le=1000, description="Medium horizon, in bars.")
    long_bars: int = Field(96, ge=3, le=2000, description="Long horizon, in bars.")
    barrier_width: float = Field(
        1.0, gt=0, le=10, description="Barriers of a label, in standard deviations over the horizon."
    )
    folds: int = Field(4, ge=2, le=10, description="Test blocks of the purged walk-forward score.")
    trees: int = Field(80, ge=10, le=2000, description="Boosting rounds of a model.")
    depth: int = Field(3, ge=1, le=10, description="Depth of a tree.")
    learning_rate: float = Field(0.07, gt=0, le=1, description="Shrinkage of each boosting round.")
    members: tuple[str, ...] = Field(
        ("xgboost", "lightgbm", "forest", "logistic"),
        description="Models that are pooled: xgboost, lightgbm, forest, logistic; and with requirements-deep.txt lstm, gru, cnn, transformer.",
    )
    calibration: str = Field(
        "auto",
        pattern="^(auto|temperature|platt|isotonic)$",
        description="How raw probabilities are calibrated; auto takes what did best on past forecasts.",
    )
    class_weight: bool = Field(
        False, description="Whether rare outcomes count as much as frequent ones in training."
    )
    monotone: tuple[str, ...] = Field(
        (),
        description="Features that may only push one way in tree models, e.g. return_1:+ or rsi_14:-.",
    )
    heads: bool = Field(
        True,
        description="Whether return quantiles, intervals and stop and target distances are forecast too.",
    )
    embargo_bars: int = Field(
        0, ge=0, le=1000, description="Bars after a test block that no training row may start in."
    )
    regime_states: int = Field(3, ge=1, le=5, description="Hidden states of the regime model; 1 for none.")
    regime_starts: int = Field(10, ge=1, le=50, description="Starts of which the best regime fit is kept.")
    retrain_bars: int = Field(
        168, ge=1, le=100_000, description="Bars after which a model is stale and trained again."
    )
    seed: int = Field(7, ge=0, description="Seed of everything random in training.")


def source_weight_of_line(line: str) -> tuple[str, float]:
    """Source and its weight.

    Raises:
        ValueError: it does not read so.
    """
    return weight_of_line(line, 100, "SOURCE = WEIGHT, e.g. reddit = 0.5")
