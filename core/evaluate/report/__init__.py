"""Report: one finished backtest taken apart; pure functions on its curves, fills and trades."""

from core.evaluate.report.calendar_returns import yearly_returns
from core.evaluate.report.costs_paid import split_costs
from core.evaluate.report.drawdowns import worst_drawdowns
from core.evaluate.report.excursions import excursions
from core.evaluate.report.exposure import executed, exposure, monthly_turnover
from core.evaluate.report.regimes import REGIMES, UNKNOWN, market_regimes
from core.evaluate.report.rolling import rolling_sharpe, rolling_window
from core.evaluate.report.slices import by_exit, by_regime, by_side

__all__ = [
    "REGIMES",
    "UNKNOWN",
    "by_exit",
    "by_regime",
    "by_side",
    "excursions",
    "executed",
    "exposure",
    "market_regimes",
    "monthly_turnover",
    "rolling_sharpe",
    "rolling_window",
    "split_costs",
    "worst_drawdowns",
    "yearly_returns",
]
