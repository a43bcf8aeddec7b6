"""How signals are weighed against each other, and the bar they must clear together."""

from pydantic import Field

from core.settings.section import Section


class SignalSettings(Section):
    """Weights of the sources in the fusion, how they adapt, and the bar that the sources must clear together."""

    weight_sma_cross: float = Field(0.35, ge=0, le=1, description="Weight of the moving-average cross.")
    weight_rsi_bollinger: float = Field(
        0.25, ge=0, le=1, description="Weight of the RSI and Bollinger reversal."
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
