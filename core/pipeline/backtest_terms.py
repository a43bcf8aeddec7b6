"""What a person may set for a backtest: costs and risk rules, with their bounds and meanings."""

import math
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from core.evaluate import Rules
from core.records import Costs, Instrument, OrderType
from core.settings import RiskSettings, Settings
from core.settings.profiles import risk_profiles

PERCENT: dict[str, Any] = {"unit": "%"}
"""A fraction that people read and write as per cent."""
RARE: dict[str, Any] = {"more": True}
"""Shown only to those who ask for more."""
RARE_PERCENT = {**PERCENT, **RARE}


class CostTerms(BaseModel):
    """What trading costs."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    fee: float = Field(
        0.001,
        ge=0,
        lt=0.1,
        description="Commission per side, of the traded value.",
        json_schema_extra=PERCENT,
    )
    half_spread: float = Field(
        0.0002, ge=0, lt=0.1, description="Half the bid-ask spread, paid on market and stop fills.",
        json_schema_extra=PERCENT,
    )  # fmt: skip
    slippage: float = Field(
        0.0003,
        ge=0,
        lt=0.1,
        description="Further adverse move on market and stop fills.",
        json_schema_extra=PERCENT,
    )
    borrow: float = Field(
        0.03,
        ge=0,
        lt=5,
        description="Yearly cost of being short, of the value held.",
        json_schema_extra=PERCENT,
    )
    maker: float | None = Field(
        None, ge=0, lt=0.1, description="Commission of limit orders and targets; empty: as the fee.",
        json_schema_extra=RARE_PERCENT,
    )  # fmt: skip
    minimum_fee: float = Field(
        0.0,
        ge=0,
        le=1e6,
        description="Least commission of a fill, in the quote currency.",
        json_schema_extra=RARE,
    )
    volatility_slippage: float = Field(
        0.0,
        ge=0,
        le=10,
        description="Further slippage, in standard deviations of a bar's return.",
        json_schema_extra=RARE,
    )
    impact: float = Field(
        0.0, ge=0, le=10, json_schema_extra=RARE,
        description="Y of the square-root law: Y × volatility × √(units / volume) of one bar; about 1 in studies, 0 for none.",
    )  # fmt: skip
    participation: float = Field(
        0.0, ge=0, le=1, description="Largest share of the last bar's volume that one bar fills; 0: every order finds its volume.",
        json_schema_extra=RARE_PERCENT,
    )  # fmt: skip
    funding: float = Field(
        0.0, ge=-5, le=5, description="Yearly rate that a long pays and a short receives (perpetual futures).",
        json_schema_extra=RARE_PERCENT,
    )  # fmt: skip
    ticks: bool = Field(
        False, description="Whether levels are rounded to the asset's tick.", json_schema_extra=RARE
    )

    def record(self) -> Costs:
        """As the matching core takes them."""
        return Costs(**self.model_dump())


class RiskProfile(BaseModel):
    """How a direction becomes a position, and when it is left."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    size: float = Field(
        0.10, gt=0, le=1, description="Share of equity that goes into a position.", json_schema_extra=PERCENT
    )
    stop: float | None = Field(
        0.02, gt=0, lt=1, description="Loss from the fill at which it is closed; none when empty.",
        json_schema_extra=PERCENT,
    )  # fmt: skip
    target: float | None = Field(
        0.04, gt=0, lt=10, description="Gain from the fill at which it is closed; none when empty.",
        json_schema_extra=PERCENT,
    )  # fmt: skip
    short: bool = Field(True, description="Whether a down signal may open a short position.")
    trail: float | None = Field(
        None, gt=0, lt=1, description="Trailing stop: distance from the best price since the entry; none when empty.",
        json_schema_extra=RARE_PERCENT,
    )  # fmt: skip
    break_even: float | None = Field(
        None, gt=0, lt=10, description="Gain from which the stop moves to the entry price; never when empty.",
        json_schema_extra=RARE_PERCENT,
    )  # fmt: skip
    time_limit: int | None = Field(
        None,
        ge=1,
        le=1_000_000,
        description="Bars after which a position is closed; never when empty.",
        json_schema_extra=RARE,
    )
    entry: Literal["market", "limit", "stop"] = Field(
        "market", json_schema_extra=RARE,
        description="Order that opens a position: at the next open, on a better price, or on a worse one.",
    )  # fmt: skip
    entry_offset: float = Field(
        0.0,
        ge=0,
        lt=1,
        description="Distance of a limit or stop entry from the close that decided.",
        json_schema_extra=RARE_PERCENT,
    )
    entry_bars: int | None = Field(
        None,
        ge=1,
        le=1_000_000,
        description="Bars that an entry waits; empty: until the opinion changes.",
        json_schema_extra=RARE,
    )
    latency: int = Field(
        0,
        ge=0,
        le=1_000,
        description="Bars between an order and its market: 0 fills at the next open.",
        json_schema_extra=RARE,
    )

    def rules(self, instrument: Instrument) -> Rules:
        """As a backtest takes them."""
        nan = math.nan
        return Rules(
            self.size,
            nan if self.stop is None else self.stop,
            nan if self.target is None else self.target,
            self.short,
            lot=instrument.lot,
            trail=nan if self.trail is None else self.trail,
            break_even=nan if self.break_even is None else self.break_even,
            time_limit=self.time_limit,
            entry=OrderType(self.entry),
            entry_offset=self.entry_offset,
            entry_bars=self.entry_bars,
            latency=self.latency,
        )


AS_SET = "as set"
"""The limits of the settings, whatever profile they follow."""


def profiles(settings: Settings) -> dict[str, RiskProfile]:
    """The profiles to choose from: the limits of the settings, those that are shipped, and those that a person saved."""
    known = {profile.name: _terms(profile.risk) for profile in risk_profiles(settings.home)}
    return {AS_SET: _terms(settings.risk), **known}


def _terms(risk: RiskSettings) -> RiskProfile:
    return RiskProfile(
        size=risk.max_position,
        stop=risk.stop_loss,
        target=risk.take_profit,
        short=risk.allow_short,
        trail=risk.trailing_stop or None,
        break_even=risk.break_even or None,
        time_limit=risk.time_limit or None,
    )


def usual_costs(settings: Settings) -> CostTerms:
    """The costs of the settings."""
    return CostTerms(**settings.costs.model_dump())
