"""Walk-forward: search on one stretch of history, trade the next, again and again."""

from core.evaluate.walk_forward.out_of_sample import chained, efficiency, trade_cell, yearly_growth
from core.evaluate.walk_forward.walk import Walked, WindowRun, stitch, walk_window
from core.evaluate.walk_forward.windows import Window, cut_windows, usual_plan

__all__ = [
    "Walked",
    "Window",
    "WindowRun",
    "chained",
    "cut_windows",
    "efficiency",
    "stitch",
    "trade_cell",
    "usual_plan",
    "walk_window",
    "yearly_growth",
]
