"""Pivots, chart patterns and price levels, each known from the bar that confirms it and never earlier."""

from core.patterns.levels import LevelRules, PriceLevel, level_events, levels_of
from core.patterns.pattern import ChartPattern, PatternKind, PatternLine, PatternPoint
from core.patterns.patterns import PatternRules, memory, patterns_of
from core.patterns.pivots import Pivots, pivots_of
from core.patterns.warming import warm

__all__ = [
    "ChartPattern",
    "LevelRules",
    "PatternKind",
    "PatternLine",
    "PatternPoint",
    "PatternRules",
    "Pivots",
    "PriceLevel",
    "level_events",
    "levels_of",
    "memory",
    "patterns_of",
    "pivots_of",
    "warm",
]
