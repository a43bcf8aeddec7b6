"""The reinforcement-learning agent."""

from pydantic import Field

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
