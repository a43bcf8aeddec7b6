"""Features: bars → indicators, each registered with its warm-up, each proven not to see the future."""

from core.features.feature import Family, Feature
from core.features.leakage import Leak, leaks, poison, random_cuts
from core.features.registry import FAMILIES, FEATURES, MODEL_COLUMNS, WARMUP, build_features

__all__ = [
    "FAMILIES",
    "FEATURES",
    "MODEL_COLUMNS",
    "WARMUP",
    "Family",
    "Feature",
    "Leak",
    "build_features",
    "leaks",
    "poison",
    "random_cuts",
]
