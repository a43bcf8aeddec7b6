"""Risk limits and what trading costs."""

from pydantic import Field

from core.records import Costs, VarMethod
from core.settings.section import Section


class RiskSettings(Section):
    """What no trade may break; the limits of the CryptoPilot profile until you choose another one."""

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
    atr_stop: float = Field(
        0.0,
        ge=0,
        le=50,
        description="Stop distance in average true ranges (ATR 14), where that is nearer than the stop above; 0 for none.",
    )
    time_limit: int = Field(
        0, ge=0, le=100_000, description="Bars after which a position is closed; 0 for never."
    )
    max_exposure: float = Field(
        0.5, gt=0, le=1, description="Largest value of all positions together, longs plus shorts, as a share of equity."
    )  # fmt: skip
    max_symbol_exposure: float = Field(
        0.0,
        ge=0,
        le=1,
        description="Largest value held in one asset over all its pairs (BTC-USD, BTC-EUR), as a share of equity; "
        "0: as the largest position.",
    )
    max_correlation: float = Field(
        0.7,
        ge=0,
        le=1,
        description="Largest correlation of returns with an open position of the same direction; a hedge counts "
        "negative. 1 for no limit.",
    )
    correlation_bars: int = Field(
        100,
        ge=30,
        le=10_000,
        description="Returns that correlations are measured over, in bars of the asset.",
    )
    reduce_drawdown: float = Field(
        0.10,
        ge=0,
        le=1,
        description="Loss from the peak of equity from which every new low pauses openings (REDUCING); 0 for never.",
    )
    reduce_hours: float = Field(
        24.0, gt=0, le=10_000, description="How long a new low pauses openings, in hours."
    )
    max_drawdown: float = Field(
        0.15,
        ge=0,
        le=1,
        description="Loss from the peak of equity at which the breaker trips (HALTED): nothing is opened until a "
        "person resets it. 0 for never.",
    )
    losing_streak: int = Field(
        5, ge=0, le=1000, description="Trades lost in a row after which nothing is opened for a while; 0 for never."
    )  # fmt: skip
    cooling_hours: float = Field(
        24.0, gt=0, le=10_000, description="How long a losing streak stops openings, in hours after its last loss."
    )  # fmt: skip
    max_volatility_ratio: float = Field(
        3.0,
        ge=0,
        le=100,
        description="Volatility of the last bars over what is usual from which nothing is opened; 0 for no limit.",
    )
    volatility_short: int = Field(
        24, ge=5, le=1000, description="Bars whose volatility is held against the usual one."
    )
    volatility_long: int = Field(
        500, ge=50, le=10_000, description="Bars that tell what volatility is usual (the median)."
    )
    max_bars_late: int = Field(
        2,
        ge=0,
        le=1000,
        description="Bars that may be missing at the end, by the market's calendar, before a price is too old to open on.",
    )
    max_var: float = Field(
        0.05,
        ge=0,
        le=1,
        description="Largest value at risk of the book over one day after the trade, as a share of equity; 0 for no limit.",
    )
    max_cvar: float = Field(
        0.08,
        ge=0,
        le=1,
        description="Largest expected shortfall (CVaR) of the book over one day after the trade, as a share of "
        "equity; 0 for no limit.",
    )
    var_level: float = Field(
        0.95, gt=0.5, lt=1, description="Share of days on which the loss stays below the value at risk."
    )
    var_method: VarMethod = Field(
        VarMethod.HISTORICAL, description="How the value at risk is read off past returns."
    )
    var_bars: int = Field(1000, ge=60, le=10_000, description="Past bars that the value at risk is read off.")
    min_reward_to_risk: float = Field(
        1.0,
        ge=0,
        le=100,
        description="Least net profit at the target over net loss at the stop, all costs included.",
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
