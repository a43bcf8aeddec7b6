"""Evaluate: would it have worked, and can the number be believed."""

from core.evaluate.backtest import Backtest, Rules, edges, run_backtest
from core.evaluate.diagnosis import assumptions, refusal, warnings
from core.evaluate.many import ManyMetrics, measure_many
from core.evaluate.metrics import break_even, max_drawdown, measure, sharpe, sortino, volatility, wilson
from core.evaluate.portfolio import Portfolio, run_portfolio
from core.evaluate.verdict import judge_edge

__all__ = [
    "Backtest",
    "ManyMetrics",
    "Portfolio",
    "Rules",
    "assumptions",
    "break_even",
    "edges",
    "judge_edge",
    "max_drawdown",
    "measure",
    "measure_many",
    "refusal",
    "run_backtest",
    "run_portfolio",
    "sharpe",
    "sortino",
    "volatility",
    "warnings",
    "wilson",
]
