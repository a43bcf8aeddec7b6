"""Frames and records to plotly figures: pure, without Streamlit, and without computing indicators.

Every builder takes a `Look` (light or dark) and returns a figure; an empty input gives one with a sentence that
says what to do. `figure.layout.meta` tells in words what the figure shows. Show them
with `config=FIGURE_CONFIG` and, in Streamlit, `theme=None`.
"""

from core.charts.agent import agent_comparison_chart, agent_curve_chart, agent_equity_chart
from core.charts.agent_reasons import agent_reasons_chart
from core.charts.agreement import agreement_chart
from core.charts.backtest_compare import compared_runs_chart
from core.charts.backtest_costs import costs_chart
from core.charts.backtest_excursions import excursion_chart
from core.charts.backtest_parts import holding_time_chart, neighbours_chart, regime_chart
from core.charts.backtest_time import exposure_chart, rolling_sharpe_chart
from core.charts.backtest_trades import backtest_trades_chart
from core.charts.candles import candle_chart
from core.charts.comparison import comparison_chart
from core.charts.confusion import confusion_chart
from core.charts.correlation import correlation_chart
from core.charts.decision import decision_chart
from core.charts.equity import drawdown, equity_chart, sparkline
from core.charts.features import feature_chart, feature_distribution
from core.charts.forecast_fan import forecast_fan
from core.charts.forecasts import forecast_chart
from core.charts.fusion import fusion_chart
from core.charts.monte_carlo import fan_chart
from core.charts.monte_carlo_distribution import distribution_chart
from core.charts.monte_carlo_sizes import size_chart
from core.charts.monte_carlo_stress import stress_chart
from core.charts.mood import MOOD_BANDS, mood_chart, mood_word
from core.charts.news_timeline import news_chart
from core.charts.outlook import outlook_chart
from core.charts.overlays import Band, Line, Overlay, Panel, bollinger_band, macd_panel, rsi_panel
from core.charts.palette import (
    Look,
    Tokens,
    direction_colour,
    direction_label,
    direction_symbol,
    faded,
    money_colour,
    state_colour,
    state_label,
    state_symbol,
    verdict_colour,
    verdict_label,
)
from core.charts.quality import quality_chart
from core.charts.regimes import regime_history_chart, state_probability_chart
from core.charts.returns import monthly_returns_chart, trade_returns_chart
from core.charts.risk_checks import binding_chart
from core.charts.risk_contributions import contribution_chart
from core.charts.risk_drawdown import breaker_chart
from core.charts.risk_exposure import holdings_chart, usage_chart
from core.charts.risk_stress import stress_losses_chart
from core.charts.risk_var import var_backtest_chart, var_chart
from core.charts.sentiment import sentiment_chart
from core.charts.shap_waterfall import shap_waterfall
from core.charts.source_health import calls_chart
from core.charts.stages import seconds_text, stage_chart
from core.charts.template import FIGURE_CONFIG, empty_figure
from core.charts.volatility import past_volatility_chart, qlike_chart, term_structure_chart
from core.charts.weights import tracks_chart, weights_chart
from core.charts.words import percent_text, price_text, quantity_text, signed_text

__all__ = [
    "FIGURE_CONFIG",
    "MOOD_BANDS",
    "Band",
    "Line",
    "Look",
    "Overlay",
    "Panel",
    "Tokens",
    "agent_comparison_chart",
    "agent_curve_chart",
    "agent_equity_chart",
    "agent_reasons_chart",
    "agreement_chart",
    "backtest_trades_chart",
    "binding_chart",
    "bollinger_band",
    "breaker_chart",
    "calls_chart",
    "candle_chart",
    "compared_runs_chart",
    "comparison_chart",
    "confusion_chart",
    "contribution_chart",
    "correlation_chart",
    "costs_chart",
    "decision_chart",
    "direction_colour",
    "direction_label",
    "direction_symbol",
    "distribution_chart",
    "drawdown",
    "empty_figure",
    "equity_chart",
    "excursion_chart",
    "exposure_chart",
    "faded",
    "fan_chart",
    "feature_chart",
    "feature_distribution",
    "forecast_chart",
    "forecast_fan",
    "fusion_chart",
    "holding_time_chart",
    "holdings_chart",
    "macd_panel",
    "money_colour",
    "monthly_returns_chart",
    "mood_chart",
    "mood_word",
    "neighbours_chart",
    "news_chart",
    "outlook_chart",
    "past_volatility_chart",
    "percent_text",
    "price_text",
    "qlike_chart",
    "quality_chart",
    "quantity_text",
    "regime_chart",
    "regime_history_chart",
    "rolling_sharpe_chart",
    "rsi_panel",
    "seconds_text",
    "sentiment_chart",
    "shap_waterfall",
    "signed_text",
    "size_chart",
    "sparkline",
    "stage_chart",
    "state_colour",
    "state_label",
    "state_probability_chart",
    "state_symbol",
    "stress_chart",
    "stress_losses_chart",
    "term_structure_chart",
    "tracks_chart",
    "trade_returns_chart",
    "usage_chart",
    "var_backtest_chart",
    "var_chart",
    "verdict_colour",
    "verdict_label",
    "weights_chart",
]
