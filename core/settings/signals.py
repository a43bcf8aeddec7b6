"""How signals are weighed against each other, and the bar they must clear together."""

from typing import Any

from pydantic import Field, field_validator, model_validator

from core.settings.lines import weight_of_line
from core.settings.section import Section

_WEIGHTS = (
    "sma_cross = 0.35",
    "rsi_bollinger = 0.25",
    "scalping = 0.05",
    "intraday = 0.05",
    "swing = 0.05",
    "donchian = 0.05",
    "chart_patterns = 0.05",
    "support_resistance = 0.05",
)
_OLDER = {"sma_cross": 0.35, "rsi_bollinger": 0.25}
"""Strategies whose weights had fields of their own, with the weights that were usual."""


class SignalSettings(Section):
    """Weights of the sources in the fusion, how they adapt, and the bar that the sources must clear together."""

    weights: tuple[str, ...] = Field(
        _WEIGHTS,
        description="Weights of the strategies in the fusion: STRATEGY = WEIGHT, e.g. sma_cross = 0.35; 0 for those not named.",
    )
    weight_forecast: float = Field(
        0.40,
        ge=0,
        le=1,
        description="Weight of the forecasts; counts only as far as they beat the base rate.",
    )
    threshold: float = Field(0.7, ge=0, le=1, description="Fused confidence from which a position is opened.")
    adapt: bool = Field(
        True, description="Whether weights follow how each source has done lately, out of sample."
    )
    half_life_bars: float = Field(
        250.0, ge=10, le=100_000, description="Age at which a past opinion counts half, in bars."
    )
    weight_floor: float = Field(
        0.25, ge=0, le=1, description="Least weight of a source, as a multiple of its weight above."
    )
    weight_cap: float = Field(
        2.0, ge=1, le=10, description="Largest weight of a source, as a multiple of its weight above."
    )
    shrinkage: float = Field(
        0.5,
        ge=0,
        le=1,
        description="How far adapted weights are drawn back; 1 leaves those above as they are.",
    )
    meta: bool = Field(
        True, description="Whether a meta-model is trained that judges if a signal is worth taking."
    )

    @property
    def by_strategy(self) -> dict[str, float]:
        """Weight of each strategy that is named."""
        return dict(map(strategy_weight_of_line, self.weights))

    @field_validator("weights")
    @classmethod
    def _readable(cls, lines: tuple[str, ...]) -> tuple[str, ...]:
        """Each reads STRATEGY = WEIGHT."""
        for line in lines:
            strategy_weight_of_line(line)
        return lines

    @model_validator(mode="before")
    @classmethod
    def _older_names(cls, given: Any) -> Any:
        """Settings of before there was a list: `weight_sma_cross` and `weight_rsi_bollinger` become its lines."""
        if not isinstance(given, dict) or not any(f"weight_{name}" in given for name in _OLDER):
            return given
        known = {name: given.get(f"weight_{name}", usual) for name, usual in _OLDER.items()}
        kept = {key: value for key, value in given.items() if key.removeprefix("weight_") not in _OLDER}
        return {"weights": tuple(f"{name} = {weight}" for name, weight in known.items()), **kept}


def strategy_weight_of_line(line: str) -> tuple[str, float]:
    """Strategy and its weight, 0 … 1.

    Raises:
        ValueError: it does not read so.
    """
    return weight_of_line(line, 1, "STRATEGY = WEIGHT from 0 to 1, e.g. sma_cross = 0.35")
