"""Combinatorial purged cross-validation of one way of training: many histories out of one, as a job."""

import time
from collections.abc import Callable

import numpy as np
import pandas as pd

from core.errors import NotEnoughHistory
from core.evaluate.forecasts import path_scores
from core.pipeline.run import Workbench
from core.pipeline.validation_request import ValidationRequest, forecast_block, labelled, material_of
from core.predict import Dataset
from core.predict.calibration import fit_temperatures, tempered
from core.predict.labels import average_uniqueness
from core.predict.validation import CombinatorialSplit, combinatorial, recombined
from core.records import PathRun
from core.store.validation import save_validation

Tell = Callable[[float, str], None]
BLOCKS, TESTED = 6, 2
_CLASSES = ("down", "flat", "up")
_FEWEST_ROWS = 60
_LATER = 0.3
"""Share of a training part that its calibration is learnt from."""


def cross_validate(bench: Workbench, run_id: str, request: ValidationRequest, tell: Tell) -> PathRun:
    """Train on every choice of four of six blocks, forecast the other two, and score the five whole paths.

    Raises:
        NotEnoughHistory: purging leaves too few rows to train on.
    """
    begun = time.perf_counter()
    tell(0.0, "reading bars, computing features and labels")
    known = material_of(bench, request)
    data = labelled(request, known.bars, known.moment, bench.settings.collect.train_bars, known.features)
    embargo = request.settings.embargo_bars
    frames = path_frames(request, data, embargo, lambda share, words: tell(0.05 + 0.95 * share, words))
    run = PathRun(
        id=run_id,
        symbol=request.instrument.symbol,
        timeframe=request.timeframe.value,
        source=known.source,
        horizon=request.horizon.name,
        bars=request.horizon.bars,
        member=request.member,
        blocks=BLOCKS,
        tested=TESTED,
        embargo=embargo,
        rows=len(data.outcome),
        first=data.opened[0].to_pydatetime(),
        last=data.opened[-1].to_pydatetime(),
        paths=path_scores(frames),
        created_at=bench.clock(),
        seconds=time.perf_counter() - begun,
    )
    bench.store.write(save_validation(run))
    return run


def path_frames(request: ValidationRequest, data: Dataset, embargo: int, tell: Tell) -> list[pd.DataFrame]:
    """Calibrated forecasts of each path over all rows: outcome, p_*, base_*, indexed by the open of each row's bar."""
    if len(data.outcome) < BLOCKS * _FEWEST_ROWS:
        raise NotEnoughHistory(
            f"{request.instrument.symbol} {request.timeframe} has {len(data.outcome)} labelled rows for the {request.horizon.name} "
            f"horizon; {BLOCKS * _FEWEST_ROWS} are needed. Fetch a longer history or choose a shorter horizon."
        )
    splits = combinatorial(data.start, data.end, BLOCKS, TESTED, embargo)
    forecasts = []
    for number, split in enumerate(splits):
        tell(number / len(splits), f"training {number + 1} of {len(splits)}")
        forecasts.append(_forecast(request, data, split))
    return [_frame(data, path) for path in recombined(splits, forecasts)]


def _forecast(request: ValidationRequest, data: Dataset, split: CombinatorialSplit) -> list[np.ndarray]:
    """For each test block (n, 6): calibrated probabilities and the base rates."""
    if len(split.train) < _FEWEST_ROWS:
        raise NotEnoughHistory(
            f"Purging a horizon of {request.horizon.bars} bars leaves {len(split.train)} rows to train on; {_FEWEST_ROWS} are "
            "needed. Fetch a longer history or choose a shorter horizon."
        )
    later = split.train[int((1.0 - _LATER) * len(split.train)) :]
    earlier = split.train[data.end[split.train] < data.start[later].min()]
    said, base = forecast_block(request, data, data.outcome, earlier, later)
    weight = average_uniqueness(data.start[later], data.touch[later])
    opinion = np.log(said) - np.log(base)
    believed = fit_temperatures(opinion, np.broadcast_to(base, said.shape), data.outcome[later], weight)
    asked = np.concatenate(split.tests)
    said, base = forecast_block(request, data, data.outcome, split.train, asked)
    nothing = np.broadcast_to(base, said.shape)
    both = np.column_stack((tempered(np.log(said) - np.log(base), nothing, believed), nothing))
    return np.split(both, np.cumsum([len(test) for test in split.tests])[:-1])


def _frame(data: Dataset, path: np.ndarray) -> pd.DataFrame:
    names = [f"{kind}_{name}" for kind in ("p", "base") for name in _CLASSES]
    frame = pd.DataFrame(path, columns=names, index=pd.DatetimeIndex(data.opened, name="opened"))
    return frame.assign(outcome=data.outcome)
