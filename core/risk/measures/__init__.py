"""What can be lost, by named methods: value at risk, its back-test, stress, and where risk comes from."""

from core.risk.measures.backtesting import backtest_var, kupiec
from core.risk.measures.contributions import contributions
from core.risk.measures.extremes import ParetoTail, pareto_tail
from core.risk.measures.scenarios import (
    correlated,
    gap_through_stops,
    price_shocks,
    volatility_doubles,
    wider_spread,
    worst_moves,
)
from core.risk.measures.stress import stress
from core.risk.measures.value_at_risk import all_methods, least_returns, value_at_risk

__all__ = [
    "ParetoTail",
    "all_methods",
    "backtest_var",
    "contributions",
    "correlated",
    "gap_through_stops",
    "kupiec",
    "least_returns",
    "pareto_tail",
    "price_shocks",
    "stress",
    "value_at_risk",
    "volatility_doubles",
    "wider_spread",
    "worst_moves",
]
