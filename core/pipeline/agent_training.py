"""A training of agents: seed after seed with a live curve, stopped and taken up again, judged, kept."""

import hashlib
import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd

from core.agent.committee import Agents
from core.agent.files import save
from core.instruments import resolve
from core.pipeline.agent_course import LEARNING, Course
from core.pipeline.agent_judging import judge
from core.pipeline.agent_material import AgentCase, agent_case
from core.pipeline.agent_rules import assumptions_of, setup_of
from core.pipeline.agent_testing import trials_of, try_out
from core.pipeline.run import Tell, Workbench
from core.records import AgentFile, AgentMethod, AgentRequest, AgentRun
from core.settings import Settings
from core.store import dump
from core.store.agents import save_agent_file, save_agent_run, save_tested
from core.store.trials import save_trials, tally

VERSION = 1
"""Of the way of learning; another one is another study."""


def train_agent(
    bench: Workbench, run_id: str, request: AgentRequest, tell: Tell, check: Callable[[], None]
) -> str:
    """Train, judge and keep agents of one series, and return the run's id.

    What an earlier run of the same study (bars, limits, costs, way of learning) finished is not learnt again: a stopped
    training goes on from its last iteration, and comes to the same agents as one that was never stopped.

    Args:
        run_id: of the job.
        tell: progress; may raise JobCancelled.
        check: raises JobCancelled when the user asked to stop.

    Raises:
        NotEnoughHistory: too few bars.
        InputError: PPO is asked for and its libraries are not installed; or a setting cannot be.
        DataUnavailable: there are no bars.
    """
    begun = time.perf_counter()
    if request.method is AgentMethod.PPO:
        from core.agent.ppo import assert_installed

        assert_installed()
    tell(0.0, f"collecting {request.timeframe} bars of {request.symbol} and their features")
    case = agent_case(bench, resolve(request.symbol), request)
    study = study_of(case, request, bench.settings)
    run = _begun(run_id, case, request, bench)
    bench.store.write(save_agent_run(run, study))
    course = Course(bench, case, request, study, tell, check)
    mind = course.trees() if request.method is AgentMethod.FQI else course.networks()
    agents = Agents(
        _model_id(case, request, study), request.method, mind, case.observer, case.moment, case.trained_until
    )
    tested = try_out(case, agents, lambda share, words: tell(LEARNING + 0.08 * share, words))
    bench.store.write(save_trials(trials_of(case, request, tested, bench.settings, run_id), bench.clock()))
    tell(0.98, "judging all seeds")
    judgement = judge(case, tested, tally(bench.store, case.instrument.symbol, case.timeframe.value))
    run = replace(
        run, finished_at=bench.clock(), seconds=time.perf_counter() - begun, model_id=agents.model_id, judgement=judgement
    )  # fmt: skip
    file = _kept(bench, run, case, agents)
    bench.store.write(
        save_agent_run(run, study), save_tested(run_id, tested.frame(case)), save_agent_file(file)
    )
    tell(1.0, judgement.verdict)
    return run_id


def study_of(case: AgentCase, request: AgentRequest, settings: Settings) -> str:
    """Name of all trainings that would come to the same agents, seed by seed."""
    chosen = settings.agent
    digest = hashlib.sha256()
    a = case.arena
    for array in (case.rows, a.opens, a.highs, a.lows, a.closes, a.days, a.market):
        digest.update(np.ascontiguousarray(array).tobytes())
    length = request.iterations if request.method is AgentMethod.FQI else request.steps
    told = (
        VERSION, case.instrument.symbol, case.timeframe.value, case.source, case.learn, case.watch, case.test,
        request.method.value, length, chosen.trees, chosen.discount, chosen.risk_term, case.exposures, tuple(a.limits),
        tuple(a.terms), a.cash, dump(tuple, tuple(each.name for each in case.observer.inputs)),
    )  # fmt: skip
    digest.update(repr(told).encode())
    return f"agent-{digest.hexdigest()[:16]}"


def _begun(run_id: str, case: AgentCase, request: AgentRequest, bench: Workbench) -> AgentRun:
    chosen = bench.settings.agent
    notes = []
    if request.seeds < 10:
        notes.append(f"{request.seeds} seeds are few: METHOD asks for at least 10.")
    known = case.known.iloc[slice(*case.learn)]
    leads = [name for name in known.columns if name.startswith("lead_") and known[name].notna().any()]
    if not leads:
        notes.append(
            "No forecast made out of sample reaches the bars that were learnt from, so forecasts count as unknown."
        )
    return AgentRun(
        id=run_id, request=request, data_source=case.source, as_of=case.moment, asked_at=bench.clock(), span=case.span,
        exposures=case.exposures, max_position=case.arena.limits.size, inputs=case.observer.inputs,
        discount=chosen.discount, risk_term=chosen.risk_term, assumptions=assumptions_of(case.gap, bench.settings),
        notes=tuple(notes),
    )  # fmt: skip


def _model_id(case: AgentCase, request: AgentRequest, study: str) -> str:
    made = hashlib.sha256(f"{study}|{request.seeds}".encode()).hexdigest()[:8]
    return (
        f"{case.instrument.symbol}_{case.timeframe}_agent_{request.method}_{case.moment:%Y%m%dT%H%M}_{made}"
    )


def _kept(bench: Workbench, run: AgentRun, case: AgentCase, agents: Agents) -> AgentFile:
    """The agents on disk, and their row."""
    assert run.judgement is not None
    setup, asked = setup_of(bench.settings), run.request
    description = {
        "model_id": agents.model_id, "run": run.id, "symbol": asked.symbol, "timeframe": asked.timeframe,
        "source": case.source, "method": asked.method.value, "as_of": case.moment.isoformat(),
        "trained_until": case.trained_until.isoformat(), "seeds": asked.seeds, "exposures": list(case.exposures),
        "inputs": [each.name for each in case.observer.inputs], "setup": setup, "earned": run.judgement.earned,
        "verdict": run.judgement.verdict, "training_seconds": run.seconds, "pandas": pd.__version__,
        "numpy": np.__version__,
    }  # fmt: skip
    path, digest = save(agents, bench.settings.model_dir, description)
    bench.agents.put(digest, agents)
    return AgentFile(
        agents.model_id, run.id, asked.symbol, asked.timeframe, case.source, asked.method, case.moment,
        case.trained_until, bench.clock(), str(path), digest, run.judgement.earned, run.judgement.verdict, setup,
    )  # fmt: skip
