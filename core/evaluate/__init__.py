"""Evaluate: would it have worked, and can the number be believed."""

from core.evaluate.backtest import Backtest, Rules, edges, run_backtest
from core.evaluate.diagnosis import assumptions, refusal, warnings
from core.evaluate.many import ManyMetrics, measure_many
from core.evaluate.metrics import break_even, max_drawdown, measure, sharpe, sortino, volatility, wilson
from core.evaluate.portfolio import Portfolio, run_portfolio
from core.evaluate.tail import TailMethod, expected_shortfall, value_at_risk
from core.evaluate.verdict import judge_edge

__all__ = [
    "Backtest",
    "ManyMetrics",
    "Portfolio",
    "Rules",
    "TailMethod",
    "assumptions",
    "break_even",
    "edges",
    "expected_shortfall",
    "judge_edge",
    "max_drawdown",
    "measure",
    "measure_many",
    "refusal",
    "run_backtest",
    "run_portfolio",
    "sharpe",
    "sortino",
    "value_at_risk",
    "volatility",
    "warnings",
    "wilson",
]
