"""What a way of training is worth, found by doing it again and again on the past only."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.predict.calibration import Calibrator, choose_calibration, class_shares
from core.predict.dataset import Dataset
from core.predict.heads import HeadOutOfSample
from core.predict.labels import average_uniqueness
from core.predict.members import CLASSES, FittedMember, fit_members
from core.predict.stacking import Stack, fit_stack
from core.predict.validation import Scores, Split, score
from core.records import QUANTILE_LEVELS
from core.settings import PredictSettings


@dataclass(frozen=True, slots=True, eq=False)
class FoldForecast:
    """Uncalibrated forecasts of one test block by members that were fitted to its training part."""

    rows: np.ndarray
    """(n,) row numbers in the data set."""
    opinions: np.ndarray
    """(members, n, 3) see `FittedMember.opinion`."""
    base: np.ndarray
    """(n, 3) class shares of the training part."""


@dataclass(frozen=True, slots=True, eq=False)
class OutOfSample:
    """Forecasts of the past that were made without knowing what followed, and what was learnt from them."""

    scores: Scores
    stack: Stack
    """For the final members: fitted to all these forecasts."""
    calibrator: Calibrator
    rows: np.ndarray
    """(k,) scored row numbers, in time order: every test block but the first."""
    fold: np.ndarray
    """(k,) number of the test block."""
    opinions: np.ndarray
    """(members, k, 3)"""
    probability: np.ndarray
    """(k, 3) pooled, calibrated on earlier blocks only."""
    base: np.ndarray
    """(k, 3)"""


def forecast_out_of_sample(
    data: Dataset, splits: Sequence[Split], settings: PredictSettings, regime: np.ndarray | None
) -> OutOfSample:
    """Score pooled and calibrated forecasts out of sample; fit the stack and the calibration of the final model.

    Every block is pooled and calibrated by what the blocks before it taught. The first has none before it, so it is
    not scored. The spans that are kept apart reach to the vertical barrier: purging by the touch alone would spare
    rows that were settled early and leave a training part in which the calm ones are missing.

    Args:
        data: labelled rows.
        splits: purged, in time order; at least two.
        settings: which members, how they are fitted and calibrated.
        regime: (n, R) filtered regime probabilities of every row, by parameters from before the first test block.
    """
    past: list[FoldForecast] = []
    calibrated: list[np.ndarray] = []
    for split in splits:
        fold = _forecast_fold(data, split, settings)
        if past:
            stack, believed = _learnt(data, past, settings, regime, before=int(data.start[split.test[0]]))
            calibrated.append(
                believed.apply(stack.pooled(fold.opinions, _rows(regime, fold.rows)), fold.base)
            )
        past.append(fold)
    scored = past[1:]
    rows, opinions, base = _joined(scored)
    probability = np.concatenate(calibrated)
    stack, believed = _learnt(data, past, settings, regime, before=int(data.end[-1]) + 1)
    return OutOfSample(
        scores=score(data.outcome[rows], probability, base),
        stack=stack,
        calibrator=believed,
        rows=rows,
        fold=np.concatenate([np.full(len(fold.rows), number + 1) for number, fold in enumerate(scored)]),
        opinions=opinions,
        probability=probability,
        base=base,
    )


def as_frame(
    data: Dataset,
    past: OutOfSample,
    heads: HeadOutOfSample | None,
    regime: np.ndarray | None,
    members: Sequence[str],
) -> pd.DataFrame:
    """The scored rows, one line each, indexed by the open of their bar.

    Returns:
        fold, start, touch, end, outcome, uniqueness, p_down p_flat p_up, base_down base_flat base_up, forward,
        path_return, sigma, q05 … q95 and b05 … b95 (null without heads), regime (−1: none), and for each member
        m_NAME_down m_NAME_flat m_NAME_up.
    """
    rows = past.rows
    columns: dict[str, np.ndarray] = {
        "fold": past.fold,
        "start": data.start[rows],
        "touch": data.touch[rows],
        "end": data.end[rows],
        "outcome": data.outcome[rows],
        "uniqueness": average_uniqueness(data.start[rows], data.touch[rows]),
    }
    columns |= dict(_by_class("p", past.probability)) | dict(_by_class("base", past.base))
    columns |= {
        "forward": data.forward[rows],
        "path_return": data.path_return[rows],
        "sigma": data.sigma[rows],
    }
    quantiles, base = _aligned(heads, rows)
    for number, level in enumerate(QUANTILE_LEVELS):
        columns[f"q{round(100 * level):02d}"] = quantiles[:, number]
        columns[f"b{round(100 * level):02d}"] = base[:, number]
    columns["regime"] = np.full(len(rows), -1) if regime is None else regime[rows].argmax(axis=1)
    for name, opinion in zip(members, past.opinions, strict=True):
        columns |= dict(_by_class(f"m_{name}", _softmax(opinion + np.log(past.base))))
    return pd.DataFrame(columns, index=pd.DatetimeIndex(data.opened[rows], name="opened"))


def _forecast_fold(data: Dataset, split: Split, settings: PredictSettings) -> FoldForecast:
    outcome = data.outcome[split.train]
    weight = average_uniqueness(data.start[split.train], data.touch[split.train])
    members = fit_members(data.inputs[split.train], outcome, weight, settings, data.features)
    opinions = np.stack([_block_opinion(member, data.inputs, split.test) for member in members])
    base = np.broadcast_to(class_shares(outcome, CLASSES), opinions.shape[1:])
    return FoldForecast(split.test, opinions, base)


def _block_opinion(member: FittedMember, inputs: np.ndarray, block: np.ndarray) -> np.ndarray:
    """Opinions of an unbroken block of rows, with the rows before it that the member looks back at."""
    first, stop = int(block[0]), int(block[-1]) + 1
    before = min(first, member.window - 1)
    return member.opinion(inputs[first - before : stop])[before:]


def _learnt(
    data: Dataset,
    past: Sequence[FoldForecast],
    settings: PredictSettings,
    regime: np.ndarray | None,
    before: int,
) -> tuple[Stack, Calibrator]:
    """Fitted on the forecasts so far whose labels had ended before that bar."""
    rows, opinions, base = _joined(past)
    known = data.end[rows] < before
    rows, opinions, base = rows[known], opinions[:, known], base[known]
    weight = average_uniqueness(data.start[rows], data.touch[rows])
    stack = fit_stack(opinions, base, data.outcome[rows], weight, _rows(regime, rows))
    pooled = stack.pooled(opinions, _rows(regime, rows))
    return stack, choose_calibration(pooled, base, data.outcome[rows], weight, settings.calibration)


def _joined(folds: Sequence[FoldForecast]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    return (
        np.concatenate([fold.rows for fold in folds]),
        np.concatenate([fold.opinions for fold in folds], axis=1),
        np.concatenate([fold.base for fold in folds]),
    )


def _rows(regime: np.ndarray | None, rows: np.ndarray) -> np.ndarray | None:
    return None if regime is None else regime[rows]


def _by_class(name: str, values: np.ndarray) -> Iterator[tuple[str, np.ndarray]]:
    for number, word in enumerate(("down", "flat", "up")):
        yield f"{name}_{word}", values[:, number]


def _aligned(heads: HeadOutOfSample | None, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Quantiles of the scored rows, null where there is none."""
    quantiles = np.full((len(rows), len(QUANTILE_LEVELS)), np.nan)
    base = quantiles.copy()
    if heads is not None:
        _, here, there = np.intersect1d(rows, heads.rows, return_indices=True)
        quantiles[here], base[here] = heads.quantiles[there], heads.base[there]
    return quantiles, base


def _softmax(logits: np.ndarray) -> np.ndarray:
    odds = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(odds / odds.sum(axis=1, keepdims=True))
