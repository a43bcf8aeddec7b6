"""Heads beside the direction: return quantiles that adapt, and stop and target distances."""

from core.predict.heads.conformal import Adapted, BandState, adapt
from core.predict.heads.data import HeadData
from core.predict.heads.excursions import Excursions
from core.predict.heads.heads import Heads
from core.predict.heads.out_of_sample import HeadOutOfSample, fit_heads
from core.predict.heads.shrinkage import Shrinkage

__all__ = [
    "Adapted",
    "BandState",
    "Excursions",
    "HeadData",
    "HeadOutOfSample",
    "Heads",
    "Shrinkage",
    "adapt",
    "fit_heads",
]
