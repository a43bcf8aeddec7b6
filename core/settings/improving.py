"""How far a night may go to make models better, and how long a challenger is tried."""

from pydantic import Field, model_validator

from core.settings.section import Section


class ImproveSettings(Section):
    """The daily optimisation: size of the search, gates, and how long a challenger is tried on paper."""

    results_days: int = Field(
        30, ge=1, le=365, description="Days of trades and forecasts that a run looks back on."
    )
    trials: int = Field(
        20,
        ge=2,
        le=500,
        description="Most sets of parameters that one search tries; each takes some seconds.",
    )
    seconds: float = Field(
        300.0,
        ge=1,
        le=86_400,
        description="Time after which one search begins no further trial, in seconds; how many fit depends on the machine.",
    )
    night_seconds: float = Field(
        3600.0,
        ge=1,
        le=86_400,
        description="Time after which a night begins no further search, in seconds; what is left waits for the next night.",
    )
    paths: int = Field(2000, ge=100, le=100_000, description="Paths of the Monte Carlo.")
    most_loss: float = Field(
        0.25,
        ge=0,
        le=1,
        description="Largest chance of a loss in the Monte Carlo with which a candidate may go on, as a fraction.",
    )
    contest_days: float = Field(
        7.0,
        ge=1,
        le=365,
        description="Days that a challenger runs beside the champion before anything is decided.",
    )
    longest_days: float = Field(
        28.0, ge=1, le=730, description="Days after which a challenger that is still undecided is dropped."
    )

    @model_validator(mode="after")
    def _in_order(self) -> "ImproveSettings":
        if self.longest_days < self.contest_days:
            raise ValueError(
                f"longest_days is {self.longest_days:g} and contest_days {self.contest_days:g}: a challenger cannot be dropped "
                "before it may win"
            )
        return self
