"""Features: bars → indicators, each registered with its warm-up, each proven not to see the future."""

from core.features.context import NO_CONTEXT, Context, Reference, ScoredNews, micros
from core.features.feature import Family, Feature
from core.features.leakage import Leak, leaks, poison, random_cuts
from core.features.proof import future_leaks
from core.features.registry import FAMILIES, FEATURES, LEAD, MODEL_COLUMNS, WARMUP, build_features

__all__ = [
    "FAMILIES",
    "FEATURES",
    "LEAD",
    "MODEL_COLUMNS",
    "NO_CONTEXT",
    "WARMUP",
    "Context",
    "Family",
    "Feature",
    "Leak",
    "Reference",
    "ScoredNews",
    "build_features",
    "future_leaks",
    "leaks",
    "micros",
    "poison",
    "random_cuts",
]
