"""Validation: splits that respect time, and scores against knowing nothing."""

from core.predict.validation.combinatorial import (
    CombinatorialSplit,
    combinatorial,
    path_count,
    recombined,
    split_count,
)
from core.predict.validation.purging import Split, fold_blocks, purged_blocks, purged_train, walk_forward
from core.predict.validation.scores import Scores, score

__all__ = [
    "CombinatorialSplit",
    "Scores",
    "Split",
    "combinatorial",
    "fold_blocks",
    "path_count",
    "purged_blocks",
    "purged_train",
    "recombined",
    "score",
    "split_count",
    "walk_forward",
]
