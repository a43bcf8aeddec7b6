"""The seeds of a training, one after the other: learnt from their checkpoints on, with a live curve."""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from core.agent.committee import Network, NetworkMind, TreeMind, network_bytes, network_from_bytes
from core.agent.fitted_q import Fitted, fit_q
from core.agent.q_forest import as_bytes, from_bytes
from core.agent.transitions import gather_batch, rate_of
from core.agent.walking import Choose, walk
from core.pipeline.agent_material import AgentCase
from core.pipeline.run import Tell, Workbench
from core.records import AgentRequest, CurvePoint
from core.store.agents import read_checkpoint, save_checkpoint, save_point
from core.trees import Forest

LOOKS = 5
"""Times that a seed of fitted Q-iteration is walked through the real core while it learns."""
LEARNING = 0.9
"""Share of the work that learning takes."""


@dataclass(frozen=True, slots=True, eq=False)
class Course:
    """The seeds of one training, one after the other."""

    bench: Workbench
    case: AgentCase
    request: AgentRequest
    study: str
    tell: Tell
    check: Callable[[], None]

    def trees(self) -> TreeMind:
        """Agents of fitted Q-iteration, from their checkpoints on."""
        chosen, case = self.bench.settings.agent, self.case
        arena, rows = case.part(case.learn)
        forests: list[Forest] = []
        units: list[float] = []
        for seed in range(self.request.seeds):
            self.check()
            rng = np.random.default_rng([seed])
            batch = gather_batch(arena, rows, case.observer, case.exposures, chosen.risk_term, rng)
            kept = read_checkpoint(self.bench.store, self.study, seed)
            start = None if kept is None else Fitted(kept[0], from_bytes(kept[2]), kept[1])
            since = time.perf_counter()

            def learnt(
                state: Fitted, seed: int = seed, unit: float = batch.typical, since: float = since
            ) -> None:
                self._learnt(state, seed, unit, since)

            done = fit_q(
                batch, seed, self.request.iterations, chosen.trees, chosen.discount, os.cpu_count() or 1, learnt, start
            )  # fmt: skip
            assert done.forest is not None  # at least one iteration is asked for
            forests.append(done.forest)
            units.append(batch.typical)
        return TreeMind(tuple(forests), tuple(units), case.exposures, rate_of(case.arena))

    def _learnt(self, state: Fitted, seed: int, unit: float, since: float) -> None:
        """Keep where a seed stands, and a point of the curve; may raise to stop afterwards."""
        forest = state.forest
        assert forest is not None  # told after a fit
        k, total = state.iteration, self.request.iterations
        learn = watch = None
        if k == 1 or k == total or k % max(1, total // LOOKS) == 0:
            mind = TreeMind((forest,), (unit,), self.case.exposures, rate_of(self.case.arena))
            learn, watch = self._walked(mind.alone(0))
        point = CurvePoint(seed, k, state.error, learn, watch, time.perf_counter() - since)
        self.bench.store.write(
            save_checkpoint(self.study, seed, k, state.error, as_bytes(forest)),
            save_point(self.study, point),
        )
        words = f"seed {seed + 1} of {self.request.seeds}, iteration {k} of {total}"
        self._told((seed + k / total) / self.request.seeds, words, point)

    def networks(self) -> NetworkMind:
        """Agents of PPO; a seed that was stopped begins anew, finished ones are kept."""
        from core.agent.ppo import train_ppo

        case, chosen = self.case, self.bench.settings.agent
        arena, rows = case.part(case.learn)
        found = []
        for seed in range(self.request.seeds):
            kept = read_checkpoint(self.bench.store, self.study, seed)
            if kept is not None:
                found.append(network_from_bytes(kept[2]))
                continue
            since = time.perf_counter()

            def looked(
                step: int, network: Network, loss: float | None, seed: int = seed, since: float = since
            ) -> None:
                self._looked(step, network, loss, seed, since)

            network = train_ppo(
                arena, rows, case.observer, case.exposures, chosen.risk_term, seed, self.request.steps, chosen.discount,
                looked, self.check,
            )  # fmt: skip
            content = network_bytes(network)
            self.bench.store.write(save_checkpoint(self.study, seed, self.request.steps, None, content))
            found.append(network)
        return NetworkMind(tuple(found), case.exposures)

    def _looked(self, step: int, network: Network, loss: float | None, seed: int, since: float) -> None:
        learn, watch = self._walked(NetworkMind((network,), self.case.exposures).alone(0))
        point = CurvePoint(seed, round(step / 1000), loss, learn, watch, time.perf_counter() - since)
        self.bench.store.write(save_point(self.study, point))
        words = f"seed {seed + 1} of {self.request.seeds}, step {step:,} of {self.request.steps:,}"
        self._told((seed + min(1.0, step / self.request.steps)) / self.request.seeds, words, point)

    def _walked(self, choose: Choose) -> tuple[float, float]:
        """Yearly log growth on the bars that are learnt from and on those that are watched."""
        growths = []
        for part in (self.case.learn, self.case.watch):
            arena, rows = self.case.part(part)
            growths.append(
                float(walk(arena, rows, self.case.observer, choose).growth.mean()) * arena.bars_per_year
            )
        return growths[0], growths[1]

    def _told(self, share: float, words: str, point: CurvePoint) -> None:
        if point.watch is not None and point.learn is not None:
            words += f": {point.learn:+.1%} a year where it learns, {point.watch:+.1%} where it does not"
        self.tell(0.05 + (LEARNING - 0.05) * share, words)
