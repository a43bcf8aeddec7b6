"""Tuning: parameters of the members by Optuna, scored inside purged folds, with a last block that no trial sees."""

from core.predict.tuning.folds import excess_by_fold, held_out_excess, tuning_splits
from core.predict.tuning.search import tune
from core.predict.tuning.space import TUNED, applied, given, member_sets

__all__ = [
    "TUNED",
    "applied",
    "excess_by_fold",
    "given",
    "held_out_excess",
    "member_sets",
    "tune",
    "tuning_splits",
]
