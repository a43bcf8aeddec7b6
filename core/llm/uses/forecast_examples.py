"""Three snapshots and how they are to be answered: a calm trend, nothing to go by, and a sharp fall; one of two assets."""

import json

from core.llm.snapshot import Ahead, Snapshot
from core.llm.uses.forecast_asking import ask, snapshot_unit
from core.records import RegimeKind, Timeframe

_TREND = Snapshot(
    symbol="ABC", timeframe=Timeframe.D1, price=48.2, returns=((1, 0.0081), (4, 0.0192), (24, 0.0874)),
    volatility=0.0113, atr=0.0142, rsi=64.2, position=0.97, distance=((20, 0.0312), (50, 0.0725)),
    regime=RegimeKind.TREND, regime_probability=0.91,
    ahead=(Ahead("short", 4, 0.0226, (0.31, 0.37, 0.32)), Ahead("medium", 24, 0.0554, (0.28, 0.38, 0.34))),
)  # fmt: skip
_CALM = Snapshot(
    symbol="XYZ-USD", timeframe=Timeframe.H1, price=1.0423, returns=((1, 0.0004), (4, -0.0011), (24, 0.0018)),
    volatility=0.0041, atr=0.0052, rsi=50.3, position=0.52, distance=((20, 0.0003), (50, -0.0009)),
    regime=RegimeKind.RANGE, regime_probability=0.78,
    ahead=(Ahead("short", 4, 0.0082, (0.33, 0.35, 0.32)),),
)  # fmt: skip
_FALL = Snapshot(
    symbol="QRS-USD", timeframe=Timeframe.H1, price=212.6, returns=((1, -0.0312), (4, -0.0743), (24, -0.1218)),
    volatility=0.0148, atr=0.0231, rsi=21.7, position=0.03, distance=((20, -0.0689), (50, -0.0977)),
    regime=RegimeKind.VOLATILE, regime_probability=0.88,
    ahead=(Ahead("short", 4, 0.0296, (0.33, 0.34, 0.33)), Ahead("long", 96, 0.145, (0.29, 0.36, 0.35))),
)  # fmt: skip

_Said = tuple[str, str, float, float, float]


def _answer(*assets: tuple[str, tuple[_Said, ...]]) -> str:
    names = ("horizon", "reason", "p_down", "p_flat", "p_up")
    answers = [
        {
            "unit": number,
            "symbol": symbol,
            "horizons": [dict(zip(names, item, strict=True)) for item in said],
        }
        for number, (symbol, said) in enumerate(assets, 1)
    ]
    return json.dumps({"answers": answers}, separators=(",", ":"))


_CALM_SAID: tuple[_Said, ...] = (
    ("short", "RSI 50.3 in a range: nothing speaks against the base rates.", 0.33, 0.35, 0.32),
)

EXAMPLES = (
    (
        ask([snapshot_unit(_TREND), snapshot_unit(_CALM)]),
        _answer(
            ("ABC", (
                ("short", "A steady trend, but the close is near the top of its range.", 0.29, 0.36, 0.35),
                ("medium", "Up 8.74 % over 24 bars in a trend, 7.25 % above its average.", 0.24, 0.36, 0.4),
            )),
            ("XYZ-USD", _CALM_SAID),
        ),
    ),
    (ask([snapshot_unit(_CALM)]), _answer(("XYZ-USD", _CALM_SAID))),
    (
        ask([snapshot_unit(_FALL)]),
        _answer(
            ("QRS-USD", (
                ("short", "Down 7.43 % over 4 bars; RSI 21.7 leaves room for a rebound.", 0.42, 0.25, 0.33),
                ("long", "The shock is large, but 96 bars are long; slightly below the base rate of 35 % up.", 0.34, 0.34, 0.32),
            )),
        ),
    ),
)  # fmt: skip
"""What is asked and the answer, both as they go over the wire."""
