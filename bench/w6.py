"""W6 with us in it: latency of one row, and of a whole signal (p50, p99 in ms over all calls).

`glassbox` is the program's own way from bars to an explained forecast: every feature of 500 bars, three horizons of the
default ensemble with regime, quantiles and levels, and the exact SHAP values of each. The peers' signals are one model
and 50 features. `glassbox_margin` and `glassbox_shap` are one row of the peers' model.
"""

import os
import pickle
import tempfile
from datetime import timedelta
from pathlib import Path

from peers import load

peer, common = load("w6_signal_latency")
HISTORY, TRAINED_ON = 500, 3_000


def glassbox_margin(args):
    """`Forest.margin`."""
    from core.trees import from_xgboost

    booster, x = peer._booster(args)
    return peer._loop(args, from_xgboost(booster).margin, x)


def glassbox_shap(args):
    """`Forest.shap`, its tables at hand."""
    from core.trees import from_xgboost

    booster, x = peer._booster(args)
    return peer._loop(args, from_xgboost(booster).shap, x)


def _bars():
    bars = common.frame(TRAINED_ON + 1_000)
    bars.index = bars.index.tz_localize("UTC").as_unit("us").rename("date")
    return bars


def _models(bars):
    """One a horizon, trained with default settings on the first bars; kept for the next run."""
    from core.features import MODEL_COLUMNS, build_features
    from core.predict import Series, horizons, recipe, train_horizons
    from core.records import Timeframe
    from core.settings import PredictSettings

    settings = PredictSettings()
    kinds = horizons(settings)
    name = "_".join(recipe(settings, kind, MODEL_COLUMNS)[:6] for kind in kinds)
    kept = Path(tempfile.gettempdir()) / f"bench_w6_{os.getuid()}_{name}.pickle"
    if kept.exists():
        return pickle.loads(kept.read_bytes())
    known = bars.iloc[:TRAINED_ON]
    as_of = known.index[-1].to_pydatetime() + timedelta(hours=1)
    series = Series("BTC-USD", Timeframe.H1, "sample", as_of, TRAINED_ON)
    trained, _ = train_horizons(
        known, build_features(known)[list(MODEL_COLUMNS)], kinds, settings, series, jobs=1
    )
    models = tuple(item.model for item in trained)
    kept.write_bytes(pickle.dumps(models))
    return models


def glassbox(args):
    """`build_features`, `seen_by`, `forecasts_of` and `explanations_of`: what the stages of a cycle call."""
    from core.features import build_features
    from core.pipeline.model_answers import explanations_of, forecasts_of
    from core.predict import seen_by

    bars = _bars()
    models = _models(bars)

    def call(draw):
        first = TRAINED_ON - HISTORY + 1 + int(abs(float(draw[0, 0])) * 1000) % 900
        seen = bars.iloc[first : first + HISTORY]
        features = build_features(seen)
        known = seen_by(models, seen, features)
        explanations_of(models, known, forecasts_of(models, known))

    return peer._loop(args, call, peer.data(256, 22)[0])


OURS = {"glassbox": glassbox, "glassbox_margin": glassbox_margin, "glassbox_shap": glassbox_shap}
CONTESTANTS = OURS | {name: run for name, run in peer.CONTESTANTS.items() if not name.startswith("train_")}

if __name__ == "__main__":

    def add(p):
        """Options of this workload, as the peers' file has them."""
        p.add_argument("--calls", type=int, default=300)
        p.add_argument("--train", type=int, default=100_000)
        p.add_argument("--threads", type=int, default=1)

    common.main(CONTESTANTS, __doc__, add)
