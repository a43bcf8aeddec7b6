"""Out-of-sample frames of real, small trainings: one on a market that can be foretold, one on noise."""

import numpy as np
import pandas as pd

from core.predict.dataset import Dataset, labelled_rows
from core.predict.labels import average_uniqueness
from core.predict.members import MEMBERS
from core.predict.validation import walk_forward
from core.records import QUANTILE_LEVELS, Timeframe
from core.settings import PredictSettings
from tests.seeded import seeded_bars

SETTINGS = PredictSettings(folds=3, trees=30)


def foretold_bars(rows: int, seed: int = 11, pull: float = 1.0) -> pd.DataFrame:
    """Bars whose returns are half foretold: each step leans against the last two; not at all with a pull of 0."""
    rng = np.random.default_rng(seed)
    noise, moved = rng.normal(0.0, 0.01, rows), np.zeros(rows)
    for t in range(2, rows):
        moved[t] = noise[t] - pull * (0.6 * moved[t - 1] + 0.3 * moved[t - 2])
    bars = seeded_bars(rows, seed=5)
    ratio = 100.0 * np.exp(np.cumsum(moved)) / bars["close"]
    return bars.assign(**{name: bars[name] * ratio for name in ("open", "high", "low", "close")})


def few_columns(bars: pd.DataFrame) -> pd.DataFrame:
    """A few causal inputs."""
    change = np.log(bars["close"]).diff()
    scale = change.rolling(40).std()
    return pd.DataFrame(
        {
            "r1": change / scale,
            "r5": change.rolling(5).sum() / scale,
            "calm": change.rolling(10).std() / scale,
        }
    )


def out_of_sample_frame(bars: pd.DataFrame, horizon: int = 4, width: float = 0.5) -> pd.DataFrame:
    """What a small booster says of each test block of a purged walk-forward, in the columns that training writes."""
    as_of = bars.index[-1].to_pydatetime() + Timeframe.H1.delta
    data = labelled_rows(bars, few_columns(bars), horizon, width, Timeframe.H1, as_of, len(bars))
    parts = [
        _block(data, split.train, split.test, number)
        for number, split in enumerate(walk_forward(data.start, data.end, SETTINGS.folds))
    ]
    return pd.concat(parts)


def _block(data: Dataset, train: np.ndarray, test: np.ndarray, fold: int) -> pd.DataFrame:
    weight = average_uniqueness(data.start[train], data.touch[train])
    member = MEMBERS["xgboost"](data.inputs[train], data.outcome[train], weight, SETTINGS, data.features)
    said = np.asarray(member.library.inplace_predict(data.inputs[test]), dtype=float)
    base = np.bincount(data.outcome[train], minlength=3) / len(train)
    said = 0.5 * said + 0.5 * base
    usual = np.quantile(data.forward[train] / data.sigma[train], QUANTILE_LEVELS)
    frame = {
        "fold": fold,
        "start": data.start[test],
        "touch": data.touch[test],
        "end": data.end[test],
        "outcome": data.outcome[test],
        "uniqueness": average_uniqueness(data.start, data.touch)[test],
        "forward": data.forward[test],
        "path_return": data.path_return[test],
        "sigma": data.sigma[test],
        "regime": np.arange(len(test)) // 100 % 3,
    }
    for place, name in enumerate(("down", "flat", "up")):
        frame |= {f"p_{name}": said[:, place], f"base_{name}": base[place]}
        frame |= {f"m_xgboost_{name}": said[:, place], f"m_logistic_{name}": base[place]}
    lean = (said[:, 2] - said[:, 0]) * data.sigma[test]
    for place, level in enumerate(QUANTILE_LEVELS):
        frame[f"q{round(100 * level):02d}"] = usual[place] * data.sigma[test] + lean
        frame[f"b{round(100 * level):02d}"] = usual[place] * data.sigma[test]
    return pd.DataFrame(frame, index=pd.DatetimeIndex(data.opened[test], name="opened"))
