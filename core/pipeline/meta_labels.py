"""Meta-labelling in a cycle: whether the fused signal is worth taking."""

from core.pipeline.run import Run, Workbench
from core.records import FusedSignal, MetaOpinion


def meta_of(run: Run, bench: Workbench, fused: FusedSignal) -> MetaOpinion | None:
    """The meta-model's view of a fused signal; None where there is no model or no signal."""
    return None
