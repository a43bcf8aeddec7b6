"""One cycle, stage by stage: `cycle.py` alone knows the order; each other file carries results across a border."""

from core.pipeline.cycle import STAGES, prepare, run_cycle
from core.pipeline.run import ModelShelf, Outcome, Run, Workbench

__all__ = ["STAGES", "ModelShelf", "Outcome", "Run", "Workbench", "prepare", "run_cycle"]
