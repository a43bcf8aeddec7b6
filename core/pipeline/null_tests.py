"""Null tests: the whole pipeline on nothing must find nothing (METHOD.md §1, criterion 2).

Two kinds of nothing: real bars whose labels were shuffled, and random walks. Both go through the real features, labels
and purged training. A careless validation on the same random walks (rows shuffled into folds, nothing purged) must find
gold: otherwise the test could not see a leak.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.errors import InputError, NotEnoughHistory
from core.pipeline.model_material import Material
from core.pipeline.run import Workbench
from core.pipeline.validation_request import ValidationRequest, forecast_block, labelled, material_of
from core.predict import Dataset, score, walk_forward
from core.records import NullSeed, NullTestRun
from core.store.validation import save_validation

Tell = Callable[[float, str], None]
MOST_SEEDS = 100
WALK_ROWS = 2_000
"""Bars of a random walk; fewer where the series is shorter."""
_FOLDS = 3
_FEWEST = 600
_FEWEST_ROWS = 50
_STEPS = 6
"""Independent steps to a bar of a random walk."""


@dataclass(frozen=True, slots=True)
class Area:
    """Areas under the ROC curve out of sample."""

    every: float
    """Each class against the rest."""
    direction: float
    """Up against down."""


def null_tests(
    bench: Workbench, run_id: str, request: ValidationRequest, seeds: int, tell: Tell, workers: int = 2
) -> NullTestRun:
    """Run null tests, store them and return them.

    Args:
        seeds: draws of nothing, 1 … 100.
        tell: progress after each; may raise to stop.
        workers: threads that fit side by side.

    Raises:
        InputError: the number of seeds is out of bounds.
        NotEnoughHistory: the series has fewer than 600 bars.
    """
    if not 1 <= seeds <= MOST_SEEDS:
        raise InputError(f"Null tests take 1 to {MOST_SEEDS} seeds; asked were {seeds}.")
    begun = time.perf_counter()
    tell(0.0, "reading bars")
    known = material_of(bench, request)
    bars = known.bars
    if len(bars) < _FEWEST:
        raise NotEnoughHistory(
            f"{request.instrument.symbol} has {len(bars)} {request.timeframe} bars; null tests need {_FEWEST}. "
            "Fetch a longer history or choose another timeframe."
        )
    found = _every_seed(request, known, seeds, tell, workers)
    run = NullTestRun(
        id=run_id,
        symbol=request.instrument.symbol,
        timeframe=request.timeframe.value,
        source=known.source,
        horizon=request.horizon.name,
        bars=request.horizon.bars,
        rows=min(len(bars), WALK_ROWS),
        member=request.member,
        seeds=found,
        created_at=bench.clock(),
        seconds=time.perf_counter() - begun,
    )
    bench.store.write(save_validation(run))
    return run


def _every_seed(
    request: ValidationRequest, known: Material, seeds: int, tell: Tell, workers: int
) -> tuple[NullSeed, ...]:
    from joblib import Parallel, delayed

    tell(0.02, "labels of the real bars")
    bars = known.bars.iloc[-WALK_ROWS:]
    real = labelled(request, known.bars, known.moment, len(bars), known.features)
    sigma = float(np.log(bars["close"]).diff().std())
    runs = Parallel(n_jobs=workers, backend="threading", return_as="generator_unordered")(
        delayed(null_seed)(request, real, bars.index, sigma, seed) for seed in range(seeds)
    )
    found: list[NullSeed] = []
    for one in runs:
        found.append(one)
        told = f"{len(found)} of {seeds} draws of nothing: AUC {np.mean([item.walk for item in found]):.3f} on random walks"
        tell(0.02 + 0.98 * len(found) / seeds, told)
    return tuple(sorted(found, key=lambda item: item.seed))


def null_seed(
    request: ValidationRequest, real: Dataset, dates: pd.Index, sigma: float, seed: int
) -> NullSeed:
    """One draw of nothing.

    Args:
        real: labelled rows of the real bars; their labels are shuffled here.
        dates: open times of the random walk's bars.
        sigma: standard deviation of its log returns per bar.
        seed: of the shuffle, the walk and the careless forest.
    """
    shuffled = np.random.default_rng([seed, 1]).permutation(real.outcome)
    walk = random_walk(dates, sigma, seed)
    as_of = dates[-1].to_pydatetime() + request.timeframe.delta
    made = labelled(request, walk, as_of, len(walk))
    purged = purged_area(request, made, made.outcome)
    return NullSeed(
        seed=seed,
        permuted=purged_area(request, real, shuffled).every,
        walk=purged.every,
        walk_direction=purged.direction,
        control=careless_area(made, seed),
    )


def random_walk(dates: pd.Index, sigma: float, seed: int) -> pd.DataFrame:
    """Bars of a driftless random walk on these dates; volume knows nothing of the price."""
    rng = np.random.default_rng([seed, 2])
    rows = len(dates)
    path = np.cumsum(rng.normal(0.0, sigma / np.sqrt(_STEPS), rows * _STEPS)).reshape(rows, _STEPS)
    price = 100.0 * np.exp(np.column_stack((np.append(0.0, path[:-1, -1]), path)))
    columns = {
        "open": price[:, 0],
        "high": price.max(axis=1),
        "low": price.min(axis=1),
        "close": price[:, -1],
        "volume": rng.lognormal(5.0, 1.0, rows),
    }
    return pd.DataFrame(columns, index=dates)


def purged_area(request: ValidationRequest, data: Dataset, outcome: np.ndarray) -> Area:
    """AUC of the request's model over the forecasts of a purged walk-forward, pooled as those of a real training are.

    Raises:
        NotEnoughHistory: purging leaves too few rows to train on.
    """
    said, base, rows = [], [], []
    for split in walk_forward(data.start, data.end, _FOLDS, request.settings.embargo_bars):
        if len(split.train) >= _FEWEST_ROWS:
            block, shares = forecast_block(request, data, outcome, split.train, split.test)
            said.append(block)
            base.append(np.broadcast_to(shares, block.shape))
            rows.append(split.test)
    if not rows:
        raise NotEnoughHistory(
            f"Purging a horizon of {request.horizon.bars} bars leaves no training part of {_FEWEST_ROWS} rows: choose a shorter horizon."
        )
    scores = score(outcome[np.concatenate(rows)], np.concatenate(said), np.concatenate(base))
    return Area(_or_coin(scores.auc), _or_coin(scores.auc_direction))


def _or_coin(area: float | None) -> float:
    return 0.5 if area is None else area


def careless_area(data: Dataset, seed: int) -> float:
    """AUC of a random forest over rows shuffled into five folds, nothing purged: what a leak looks like."""
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.metrics import roc_auc_score
    from sklearn.model_selection import KFold, cross_val_predict

    forest = RandomForestClassifier(30, min_samples_leaf=3, random_state=seed, n_jobs=1)
    folds = KFold(5, shuffle=True, random_state=seed)
    ever = ~np.isnan(data.inputs).all(axis=0)
    said = cross_val_predict(forest, data.inputs[:, ever], data.outcome, cv=folds, method="predict_proba")
    classes = np.unique(data.outcome)
    areas = [roc_auc_score(data.outcome == name, said[:, place]) for place, name in enumerate(classes)]
    return float(np.mean(areas))
