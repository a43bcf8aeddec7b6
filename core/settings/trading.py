"""Risk limits and what trading costs."""

from pydantic import Field

from core.records import Costs
from core.settings.section import Section


class RiskSettings(Section):
    """The limits of the CryptoPilot profile."""

    max_position: float = Field(
        0.10, gt=0, le=1, description="Largest value of one position, as a share of equity."
    )
    stop_loss: float = Field(
        0.02, gt=0, lt=1, description="Stop distance from the fill, as a fraction of price."
    )
    take_profit: float = Field(
        0.04, gt=0, lt=10, description="Target distance from the fill, as a fraction of price."
    )
    max_positions: int = Field(5, ge=1, le=1000, description="Positions open at the same time.")
    max_daily_loss: float = Field(
        0.05, gt=0, le=1, description="Loss since 00:00 UTC that stops new positions, as a share of equity."
    )
    allow_short: bool = Field(True, description="Whether a down signal may open a short position.")
    trailing_stop: float = Field(
        0.0,
        ge=0,
        lt=1,
        description="Trailing stop, as a fraction of the best price since the entry; 0 for none.",
    )
    break_even: float = Field(
        0.0,
        ge=0,
        lt=10,
        description="Gain from which the stop moves to the entry price, as a fraction; 0 for never.",
    )
    time_limit: int = Field(
        0, ge=0, le=100_000, description="Bars after which a position is closed; 0 for never."
    )


class CostSettings(Section):
    """What the paper broker charges, per side."""

    fee: float = Field(0.001, ge=0, lt=0.1, description="Commission, as a fraction of traded value.")
    half_spread: float = Field(
        0.0002, ge=0, lt=0.1, description="Half the bid-ask spread, as a fraction of price."
    )
    slippage: float = Field(
        0.0003, ge=0, lt=0.1, description="Adverse move on market and stop fills, as a fraction of price."
    )
    borrow: float = Field(
        0.03, ge=0, lt=5, description="Yearly cost of a short position, as a fraction of its value."
    )
    maker: float = Field(
        0.001,
        ge=0,
        lt=0.1,
        description="Commission of limit orders and targets, as a fraction of traded value.",
    )
    minimum_fee: float = Field(
        0.0, ge=0, le=1000, description="Least commission of a fill, in quote currency."
    )
    volatility_slippage: float = Field(
        0.0, ge=0, le=10, description="Further slippage, in standard deviations of a bar's return."
    )
    impact: float = Field(
        0.0,
        ge=0,
        le=10,
        description="Market impact Y: price moves by Y × volatility × √(units / volume); about 1 in studies, 0 for none.",
    )
    participation: float = Field(
        0.0,
        ge=0,
        le=1,
        description="Largest share of the last bar's volume that one bar fills; 0 for no limit.",
    )
    funding: float = Field(
        0.0, gt=-5, lt=5, description="Yearly rate that a long pays and a short receives (perpetual futures)."
    )
    ticks: bool = Field(False, description="Round stops, targets and limits to the asset's tick.")

    def record(self) -> Costs:
        """The costs as the record that the matching core takes."""
        return Costs(**self.model_dump())
