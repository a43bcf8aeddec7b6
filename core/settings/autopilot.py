"""When the autopilot does what, for which assets."""

from pydantic import Field

from core.settings.section import Section


class AutopilotSettings(Section):
    """Intervals of the steps, and what runs once a day."""

    assets: tuple[str, ...] = Field(
        (), description="Assets that it trades, e.g. BTC-USD; empty: the asset that a page opens with."
    )
    collection_seconds: int = Field(
        60, ge=5, le=86_400, description="Time between two collections of bars and news, in seconds."
    )
    prediction_seconds: int = Field(
        300,
        ge=5,
        le=86_400,
        description="Time between two rounds of forecasts, in seconds; models that are stale are trained again.",
    )
    signal_seconds: int = Field(
        300, ge=5, le=86_400, description="Time between two rounds of signals and decisions, in seconds."
    )
    trade_seconds: int = Field(
        60,
        ge=5,
        le=86_400,
        description="Time between two looks at open orders, stops and targets, in seconds.",
    )
    predictions: bool = Field(
        True, description="Whether forecasts are made; stops and targets are watched either way."
    )
    daily_report: bool = Field(True, description="Whether a report is written at 00:00 UTC.")
    daily_optimisation: bool = Field(
        True, description="Whether models that drift are searched again at 00:00 UTC."
    )
    nightly_backup: bool = Field(
        True, description="Whether the database is copied every night; 7 daily and 4 weekly copies are kept."
    )
