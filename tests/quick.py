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
