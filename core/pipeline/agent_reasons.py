"""Why agents would hold what they would, at the last bar that they were tested on."""

from pathlib import Path

import numpy as np

from core.agent.committee import TreeMind
from core.agent.explaining import explain_agent
from core.agent.market import Standing, book_row
from core.errors import UntrustedModel
from core.instruments import resolve
from core.pipeline.agent_material import agent_case
from core.pipeline.agent_request import resumed_request
from core.pipeline.run import Workbench
from core.records import AgentExplanation
from core.store.agents import read_agent_file

NOTHING_HELD = Standing(0.0, 0.0, 0.0)


def reasons_of(bench: Workbench, model_id: str) -> AgentExplanation | None:
    """Q(chosen) − Q(flat) of a flat book, split among what the agents see; None for networks, where
    the file is gone, and where the settings name other inputs by now."""
    file = read_agent_file(bench.store, model_id)
    if file is None:
        return None
    try:
        agents = bench.agents.take(Path(file.path), file.sha256)
    except UntrustedModel:
        return None
    if not isinstance(agents.mind, TreeMind):
        return None
    case = agent_case(bench, resolve(file.symbol), resumed_request(bench, file.run_id))
    if [one.name for one in case.observer.inputs] != [one.name for one in agents.observer.inputs]:
        return None  # the settings name other inputs by now
    seen = np.concatenate((case.rows[-1], book_row(NOTHING_HELD, agents.observer.book_scale)))
    return explain_agent(agents, seen, NOTHING_HELD.position)
