"""The reinforcement-learning agent in a cycle: what it would hold, and whether it has a say."""

from core.pipeline.run import Run, Workbench
from core.records import AgentOpinion, FusedSignal


def agent_of(run: Run, bench: Workbench, fused: FusedSignal) -> AgentOpinion | None:
    """The view of the agent of the run's series; None where none was trained by then."""
    return None
