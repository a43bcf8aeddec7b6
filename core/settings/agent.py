"""The reinforcement-learning agent."""

from pydantic import Field, field_validator

from core.settings.section import Section


class AgentSettings(Section):
    """How the agent is trained, and the say it may have once it has earned its place."""

    weight: float = Field(
        0.3,
        ge=0,
        le=1,
        description="Say of the agent in the size of a position, once its evaluation shows that it earns its place.",
    )
    seeds: int = Field(
        10, ge=1, le=100, description="Agents trained with different seeds and judged together."
    )
    iterations: int = Field(25, ge=1, le=500, description="Iterations of fitted Q-iteration.")
    trees: int = Field(50, ge=5, le=1000, description="Extremely randomised trees of each iteration.")
    discount: float = Field(0.95, ge=0, lt=1, description="Discount of the next bar's value.")
    test_share: float = Field(
        0.3, gt=0.05, lt=0.9, description="Last part of the history that the agents are tested on."
    )
    watch_share: float = Field(
        0.2,
        gt=0.02,
        lt=0.6,
        description="Last part of the rest, which is not learnt from and only watched while they learn.",
    )
    exposures: tuple[str, ...] = Field(
        ("-1", "0", "1"),
        description="Positions to choose of, in shares of the largest one; finer ones cost more trees, e.g. -1, -0.5, 0, 0.5, 1.",
    )
    risk_term: float = Field(
        0.0,
        ge=0,
        le=100,
        description="Coefficient of the risk term of the reward: every new low of equity below its peak counts that much more; 0 for log equity alone.",
    )
    steps: int = Field(
        100_000,
        ge=1_000,
        le=10_000_000,
        description="Steps that a PPO agent learns for (needs requirements-deep.txt).",
    )
    features: tuple[str, ...] = Field(
        (
            "return_1", "return_4", "return_24", "return_72", "sma_20_distance", "sma_50_distance", "macd_hist_atr",
            "adx_14", "rsi_14", "bb_percent", "channel_20", "efficiency_20", "atr_close", "sigma_ratio", "volume_z",
            "higher_4_trend", "higher_24_trend", "hour_sin", "hour_cos",
        ),
        description="Features that the agent sees; beside them the forecasts, its position, gain and drawdown, and, where text is not capped, the mood of the headlines.",
    )  # fmt: skip

    @field_validator("exposures")
    @classmethod
    def _choosable(cls, lines: tuple[str, ...]) -> tuple[str, ...]:
        """Numbers between −1 and 1, 0 and another among them."""
        levels = levels_of_lines(lines)
        if 0.0 not in levels or len(set(levels)) < 2:
            raise ValueError("give 0 and at least one other number between -1 and 1")
        return lines

    @property
    def levels(self) -> tuple[float, ...]:
        """The exposures as numbers, in order."""
        return tuple(sorted(set(levels_of_lines(self.exposures))))


def levels_of_lines(lines: tuple[str, ...]) -> tuple[float, ...]:
    """Exposures as numbers.

    Raises:
        ValueError: one of them is no number between −1 and 1.
    """
    levels = []
    for line in lines:
        try:
            level = float(line)
        except ValueError:
            level = 2.0
        if not -1 <= level <= 1:
            raise ValueError(f"{line!r} is no exposure: write a number between -1 and 1, e.g. -0.5")
        levels.append(level)
    return tuple(levels)
