"""Tuning: parameters of the members by Optuna, scored inside purged folds, with a last block that no trial sees."""

from core.predict.tuning.folds import FoldSaid, excess_by_fold, held_out_excess, said_by_fold, tuning_splits
from core.predict.tuning.search import tune
from core.predict.tuning.space import TUNED, applied, given, member_sets

__all__ = [
    "TUNED",
    "FoldSaid",
    "applied",
    "excess_by_fold",
    "given",
    "held_out_excess",
    "member_sets",
    "said_by_fold",
    "tune",
    "tuning_splits",
]
