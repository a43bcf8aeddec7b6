"""Evaluate: would it have worked, and can the number be believed."""

from core.evaluate.backtest import Backtest, Rules, edges, run_backtest
from core.evaluate.diagnosis import assumptions, warnings
from core.evaluate.metrics import break_even, max_drawdown, measure, sharpe, sortino, volatility, wilson

__all__ = [
    "Backtest",
    "Rules",
    "assumptions",
    "break_even",
    "edges",
    "max_drawdown",
    "measure",
    "run_backtest",
    "sharpe",
    "sortino",
    "volatility",
    "warnings",
    "wilson",
]
