"""The reinforcement-learning agent in a cycle: what it would hold, and whether it has a say."""

from pathlib import Path

import numpy as np

from core.agent.committee import Agents, median_of
from core.agent.market import Standing, book_row, standing_of
from core.agent.observing import CLIP, MOOD
from core.errors import InputError, UntrustedModel
from core.pipeline.agent_rules import reads_mood, setup_of
from core.pipeline.run import Run, Workbench
from core.records import AgentFile, AgentOpinion, Forecast, FusedSignal
from core.store.agents import highest_equity, newest_agent


def agent_of(run: Run, bench: Workbench, fused: FusedSignal) -> AgentOpinion | None:
    """The view of the newest agents of the run's series; None where none were trained by then.

    They must have known nothing after the cycle's moment, and have been kept when the cycle began, so that a replay
    finds the same ones.
    """
    file = newest_agent(
        bench.store, run.instrument.symbol, run.request.timeframe, run.data_source, run.as_of, run.started_at
    )
    if file is None:
        return None
    try:
        agents = bench.agents.take(Path(file.path), file.sha256)
        standing = standing_of_run(run, bench)
        votes = agents.mind.votes(observation(agents, run, bench, standing), standing.position)
    except (UntrustedModel, InputError) as err:
        return AgentOpinion(
            0.0, 0.0, False, file.model_id, file.trained_until, f"The agent has no say: {err}"
        )
    exposure = median_of(votes, agents.mind.exposures)
    why_not = _why_not(file, bench)
    return AgentOpinion(
        exposure=exposure,
        weight=0.0 if why_not else bench.settings.agent.weight,
        earned=not why_not,
        model_id=file.model_id,
        trained_until=file.trained_until,
        words=_words(file, exposure, votes, why_not, bench.settings.agent.weight),
    )


def observation(agents: Agents, run: Run, bench: Workbench, standing: Standing) -> np.ndarray:
    """What the agents see at the close of the run's last bar, (inputs,) float32.

    Raises:
        InputError: a feature that they learnt from no longer exists.
    """
    settings = bench.settings
    known = {
        each.name: float(run.features[each.name].to_numpy()[-1])
        for each in agents.observer.market_inputs
        if each.name in run.features.columns and (each.name != MOOD or reads_mood(settings))
    }
    known |= {f"lead_{forecast.horizon}": lead_of(forecast) for forecast in run.forecasts}
    own = np.clip(book_row(standing, agents.observer.book_scale), -CLIP, CLIP)
    return np.concatenate((agents.observer.market_row(known), own))


def lead_of(forecast: Forecast) -> float:
    """Probability up less down, beyond the base rates'."""
    return (forecast.p_up - forecast.base_up) - (forecast.p_down - forecast.base_down)


def standing_of_run(run: Run, bench: Workbench) -> Standing:
    """The book as the agents see it: what it holds of this asset, and how far its equity is below its peak."""
    held, equity = run.book.position(run.instrument.symbol), run.book.equity
    peak = max(highest_equity(bench.store, run.book.id, run.as_of), run.book.initial_cash, equity)
    return standing_of(
        held.quantity if held else 0.0, held.entry_price if held else 0.0, run.price, equity, peak,
        bench.settings.risk.max_position,
    )  # fmt: skip


def _why_not(file: AgentFile, bench: Workbench) -> str:
    """Why the agents have no say, in one sentence; empty when they have."""
    if not file.earned:
        return file.verdict
    if file.setup != setup_of(bench.settings):
        return (
            "It earned its place under other limits, costs or inputs than those that hold now: train it again to judge it "
            "under these."
        )
    return ""


def _words(file: AgentFile, exposure: float, votes: np.ndarray, why_not: str, weight: float) -> str:
    share = f"{exposure:+.0%} of the largest position" if exposure else "no position"
    agreeing = int((np.sign(votes) == np.sign(exposure)).sum())
    heard = f"The agent ({file.method.words}, {agreeing} of {len(votes)} seeds agree) would hold {share}."
    if why_not:
        return f"{heard} It has no say: {why_not}"
    return f"{heard} Its say in the size is {weight:.0%}: {file.verdict}"
