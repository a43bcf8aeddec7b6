"""The whole cycle over past bars: every stage at the close of every bar, with what was known then."""

from core.pipeline.whole_cycle.course import run_whole_cycle, whole_cycle
from core.pipeline.whole_cycle.desk import Decided
from core.pipeline.whole_cycle.result import WholeCycle

__all__ = ["Decided", "WholeCycle", "run_whole_cycle", "whole_cycle"]
