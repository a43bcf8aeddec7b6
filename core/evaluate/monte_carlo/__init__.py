"""Monte Carlo: what else could have happened, drawn from what did."""

from core.evaluate.monte_carlo.blocks import optimal_block
from core.evaluate.monte_carlo.preparing import Source
from core.evaluate.monte_carlo.simulation import check, monte_carlo, work_size

__all__ = ["Source", "check", "monte_carlo", "optimal_block", "work_size"]
