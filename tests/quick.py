"""Settings that several tests share."""

import tomllib
from typing import Any

TOML = """
source = "sample"
[collect]
train_bars = 600
[predict]
short_bars = 2
medium_bars = 4
long_bars = 8
trees = 10
folds = 2
members = ["xgboost"]
heads = false
regime_states = 1
"""
"""The sample as default source, so that no test needs a network, and models small enough to train in a blink."""

OVERRIDES: dict[str, Any] = tomllib.loads(TOML)
"""The same for `load_settings`."""

UNLIMITED: dict[str, Any] = {
    "max_daily_loss": 1.0, "reduce_drawdown": 0.0, "max_drawdown": 0.0, "losing_streak": 0, "max_volatility_ratio": 0.0,
    "max_var": 0.0, "max_cvar": 0.0,
}  # fmt: skip
"""Risk settings under which no loss and no market refuses a trade."""
