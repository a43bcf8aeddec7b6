"""A model's forecasts judged beside knowing nothing, all of it out of sample."""

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.errors import NotEnoughHistory
from core.evaluate.forecasts.comparison import diebold_mariano
from core.evaluate.forecasts.frame import horizon_bars, member_names, probabilities, quantiles
from core.evaluate.forecasts.gates import gates, reasons
from core.evaluate.forecasts.intervals import coverage, pinball
from core.evaluate.forecasts.overlap import effective_rows
from core.evaluate.forecasts.reliability import bins_for, calibration_error, reliability
from core.evaluate.forecasts.scoring import (
    auc,
    auc_direction,
    brier_losses,
    information_coefficient,
    log_losses,
    matthews,
    skill,
)
from core.evaluate.forecasts.signals import score_signals
from core.records import ModelScores, PathScore


def judge_forecasts(frame: pd.DataFrame, cost: float, seed: int = 0) -> ModelScores:
    """Everything that is said about one model's forecasts.

    Args:
        frame: out-of-sample forecasts, see `core.evaluate.forecasts.frame`; at least one row.
        cost: of entry and exit together, as a fraction of the price.
        seed: of the bootstrap of the expectancy.

    Raises:
        NotEnoughHistory: the frame has no row.
    """
    if frame.empty:
        raise NotEnoughHistory(
            "No forecast was scored out of sample, so there is nothing to judge: train on a longer history."
        )
    outcome = frame["outcome"].to_numpy(dtype=int)
    said, base = probabilities(frame), probabilities(frame, "base")
    brier, brier_base = brier_losses(outcome, said), brier_losses(outcome, base)
    log_loss, log_loss_base = float(log_losses(outcome, said).mean()), float(log_losses(outcome, base).mean())
    forward = frame["forward"].to_numpy(dtype=float)
    whole = effective_rows(frame["start"].to_numpy(), frame["end"].to_numpy())
    correlation, p_value = information_coefficient(said[:, 2] - said[:, 0], forward, whole)
    effective = float(frame["uniqueness"].sum())
    signals = score_signals(frame, cost, seed=seed)
    dm = diebold_mariano(brier_base, brier, horizon_bars(frame))
    gained = skill(float(brier.mean()), float(brier_base.mean()))
    found = gates(gained, log_loss, log_loss_base, signals, cost, dm)
    levels, base_levels = quantiles(frame), quantiles(frame, "b")
    sigma = frame["sigma"].to_numpy(dtype=float)
    return ModelScores(
        rows=len(frame),
        effective_rows=effective,
        first=frame.index[0].to_pydatetime(),
        last=frame.index[-1].to_pydatetime(),
        brier=float(brier.mean()),
        brier_base=float(brier_base.mean()),
        log_loss=log_loss,
        log_loss_base=log_loss_base,
        auc=auc(outcome, said),
        auc_direction=auc_direction(outcome, said),
        mcc=matthews(outcome, said, base),
        ece=float(
            np.mean([calibration_error(outcome == way, said[:, way], bins_for(effective)) for way in (0, 2)])
        ),
        information_coefficient=correlation,
        ic_p_value=p_value,
        signals=signals.signals,
        effective_signals=signals.effective,
        hit_rate=signals.hit_rate,
        hit_low=signals.hit_low,
        hit_high=signals.hit_high,
        break_even=signals.break_even,
        expectancy=signals.expectancy,
        expectancy_low=signals.expectancy_low,
        expectancy_high=signals.expectancy_high,
        pinball=pinball(forward, levels, sigma),
        pinball_base=pinball(forward, base_levels, sigma),
        coverage=coverage(forward, levels),
        coverage_half=coverage(forward, levels, half=True),
        dm_statistic=dm[0],
        dm_p_value=dm[1],
        reliability=reliability(outcome, said, effective),
        edge=all(gate.passed for gate in found),
        reasons=reasons(found),
    )


@dataclass(frozen=True, slots=True)
class MemberScores:
    """One member of the ensemble by itself, uncalibrated, on the same rows."""

    name: str
    rows: int
    brier: float
    brier_base: float
    log_loss: float
    log_loss_base: float
    auc: float | None
    auc_direction: float | None

    @property
    def skill(self) -> float:
        """Brier skill score against the base rate."""
        return skill(self.brier, self.brier_base)


def member_scores(frame: pd.DataFrame) -> tuple[MemberScores, ...]:
    """Every member whose forecasts the frame holds, the best Brier score first; rows without them are left out."""
    found = [_member(frame, name) for name in member_names(frame)]
    return tuple(sorted((one for one in found if one is not None), key=lambda one: one.brier))


def _member(frame: pd.DataFrame, name: str) -> MemberScores | None:
    said = probabilities(frame, f"m_{name}")
    known = np.isfinite(said).all(axis=1)
    if not known.any():
        return None
    outcome, base, said = (
        frame["outcome"].to_numpy(dtype=int)[known],
        probabilities(frame, "base")[known],
        said[known],
    )
    return MemberScores(
        name=name,
        rows=int(known.sum()),
        brier=float(brier_losses(outcome, said).mean()),
        brier_base=float(brier_losses(outcome, base).mean()),
        log_loss=float(log_losses(outcome, said).mean()),
        log_loss_base=float(log_losses(outcome, base).mean()),
        auc=auc(outcome, said),
        auc_direction=auc_direction(outcome, said),
    )


def path_scores(frames: list[pd.DataFrame]) -> tuple[PathScore, ...]:
    """Scores of whole paths of forecasts.

    Args:
        frames: one for each path, with columns outcome, p_* and base_*.
    """
    scores = []
    for number, frame in enumerate(frames):
        outcome = frame["outcome"].to_numpy(dtype=int)
        said, base = probabilities(frame), probabilities(frame, "base")
        gain = float((log_losses(outcome, base) - log_losses(outcome, said)).mean())
        gained = skill(float(brier_losses(outcome, said).mean()), float(brier_losses(outcome, base).mean()))
        scores.append(
            PathScore(
                number,
                gained,
                gain if math.isfinite(gain) else 0.0,
                auc(outcome, said),
                auc_direction(outcome, said),
            )
        )
    return tuple(scores)
