"""W10: the signal of one asset from features in memory, and of 1,000 assets one after the other.

python bench/w10.py                    300 calls for one asset, then 1,000 assets
python bench/w10.py --words            with every strategy's reason in words, as a cycle keeps them
python bench/w10.py --bars 1500        with a shorter history in memory

A call is what the signals stage of a cycle does between its reads and its writes: every live strategy at every bar of
the history, what came of all past opinions (strategies, out-of-sample forecasts of three horizons, moods),
adapted weights, fusion, and the meta-model's opinion. Goals: p99 below 10 ms, 1,000 assets below 5 s on two cores.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from multiprocessing import get_context
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402
import pandas as pd  # noqa: E402

from core.collect import SampleSource  # noqa: E402
from core.execute import new_book  # noqa: E402
from core.features import build_features  # noqa: E402
from core.instruments import resolve  # noqa: E402
from core.pipeline.judging import in_memory  # noqa: E402
from core.pipeline.meta_training import Scene, train_meta  # noqa: E402
from core.pipeline.run import Run  # noqa: E402
from core.pipeline.source_tracks import Remembered, heard_since  # noqa: E402
from core.records import CycleRequest, Forecast, MetaModel, Mode, Sentiment, Timeframe  # noqa: E402
from core.settings import Settings, load_settings  # noqa: E402
from core.signals import STRATEGIES  # noqa: E402

BTC = resolve("BTC-USD")
HORIZONS = {"short": 4, "medium": 24, "long": 96}


def series(rows: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Hours of the sample and all their features."""
    item = next(
        one for one in SampleSource().series if (one.symbol, one.timeframe) == ("BTC-USD", Timeframe.H1)
    )
    bars = SampleSource().fetch(BTC, Timeframe.H1, item.first, item.clock).iloc[-rows:]
    return bars, build_features(bars)


def run_at(
    bars: pd.DataFrame, features: pd.DataFrame, row: int, length: int, rng: np.random.Generator
) -> Run:
    """A run at the close of a bar: its history, forecasts of three horizons with a say, a mood."""
    as_of = bars.index[row].to_pydatetime() + timedelta(hours=1)
    said = tuple(
        Forecast(name, ahead, 0.3, 0.3, 0.4, 0.32, 0.36, 0.32, 0.02, 500, True, "m", as_of)
        for name, ahead in HORIZONS.items()
    )
    first = row + 1 - length
    return Run(
        "w10", CycleRequest("BTC-USD", Timeframe.H1, "sample", None, Mode.BACKTEST), BTC, as_of, new_book("", "", 1e4), as_of,
        bars=bars.iloc[first : row + 1], features=features.iloc[first : row + 1], forecasts=said,
        sentiment=Sentiment("BTC-USD", as_of, float(rng.normal(0, 0.4)), "lexicon", ()),
    )  # fmt: skip


def remembered(run: Run, rng: np.random.Generator) -> Remembered:
    """Out-of-sample forecasts of two thirds of the history, and moods of its last 200 hours."""
    opened = pd.DatetimeIndex(run.bars.index).as_unit("us").asi8
    leads = {name: (opened[len(opened) // 3 : -ahead], rng.normal(0, 0.1, len(opened) - len(opened) // 3 - ahead))
             for name, ahead in HORIZONS.items()}  # fmt: skip
    moments = run.bars.index[-200:] + timedelta(hours=1)
    moods = pd.DataFrame({"as_of": moments, "direction": rng.integers(-1, 2, 200), "confidence": 0.6})
    return Remembered(leads, moods)


def model_of(run: Run, kept: Remembered, settings: Settings) -> MetaModel:
    """A meta-model of that moment."""
    said = [(one, one.decide(run.bars, run.features)) for one in STRATEGIES.values() if one.live]
    heard = heard_since(run, settings, said, Remembered(kept.leads))
    prior = settings.signals.by_strategy | {
        f"forecast:{name}": settings.signals.weight_forecast / 3 for name in HORIZONS
    }
    costs = settings.costs.record()
    return train_meta(
        Scene(BTC, Timeframe.H1, "sample", run.bars, run.features, heard, prior, run.as_of, costs, settings)
    )


_call: Callable[[int], tuple[float, float]]


def _called(number: int) -> tuple[float, float]:
    """What `main` has set; a pool finds functions by their name."""
    return _call(number)


def main() -> None:
    """One JSON line each: calls of one asset, and many assets."""
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--calls", type=int, default=300)
    p.add_argument("--assets", type=int, default=1000)
    p.add_argument("--bars", type=int, default=3326, help="history in memory; a cycle's by default")
    p.add_argument(
        "--words", action="store_true", help="with the strategies' reasons in words, as a cycle keeps them"
    )
    p.add_argument("--processes", type=int, default=2)
    args = p.parse_args()
    settings, rng = load_settings(), np.random.default_rng(1)
    bars, features = series(args.bars + args.calls + 10)
    first = run_at(bars, features, args.bars + 1, args.bars, rng)
    kept = remembered(first, rng)
    begun = time.perf_counter()
    model = model_of(first, kept, settings)
    trained = time.perf_counter() - begun

    def call(number: int) -> tuple[float, float]:
        """Wall and CPU seconds."""
        run = run_at(
            bars, features, args.bars + 1 + number % args.calls, args.bars, np.random.default_rng(number)
        )
        started, own = time.perf_counter(), time.thread_time()
        fused = in_memory(run, settings, kept, model, worded=args.words)
        took = time.perf_counter() - started, time.thread_time() - own
        assert fused.meta is not None or not fused.direction
        return took

    cold = call(0)[0]
    wall, cpu = (1e3 * np.array([call(number) for number in range(args.calls)])).T
    line = {
        "workload": "w10", "what": "one asset", "bars": args.bars, "words": args.words, "calls": args.calls, "first_s": round(cold, 3),
        "p50_ms": round(float(np.median(wall)), 2), "p99_ms": round(float(np.quantile(wall, 0.99)), 2),
        "best_ms": round(float(wall.min()), 2), "cpu_p50_ms": round(float(np.median(cpu)), 2),
        "cpu_p99_ms": round(float(np.quantile(cpu, 0.99)), 2), "goal_p99_ms": 10, "meta_training_s": round(trained, 3),
        "load": round(os.getloadavg()[0], 1),
    }  # fmt: skip
    print(json.dumps(line))
    global _call
    _call = call
    begun = time.perf_counter()
    with get_context("fork").Pool(
        args.processes
    ) as pool:  # strategies hold Python's lock: threads would wait in turn
        own = sum(cpu for _, cpu in pool.imap_unordered(_called, range(args.assets), chunksize=25))
    line = {
        "workload": "w10", "what": "many assets", "assets": args.assets, "processes": args.processes,
        "goal_s": 5,
        "wall_s": round(time.perf_counter() - begun, 2), "cpu_s": round(own, 2),
        "load": round(os.getloadavg()[0], 1),
    }  # fmt: skip
    print(json.dumps(line))


if __name__ == "__main__":
    main()
