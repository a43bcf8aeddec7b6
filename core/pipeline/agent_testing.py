"""Agents and their rivals on the tested bars, through the real matching core, and their entries in the ledger of trials."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from core.agent.arena import Limits
from core.agent.committee import Agents
from core.agent.rivals import held, shuffled, supervised, volatility_target
from core.agent.walking import Walked, walk, walk_levels
from core.evaluate.metrics import sharpe
from core.evaluate.significance import trial
from core.pipeline.agent_material import AgentCase
from core.pipeline.agent_rules import limits_of
from core.pipeline.run import Tell
from core.records import AgentRequest, Trial
from core.records.agent import BASELINES, CASH, HOLD
from core.settings import Settings

DRAWS = 20
"""Of the random policy."""
SIGMA_BARS = 50
"""Bars that the volatility of the volatility-targeted position is measured over."""
SEED = 11
"""Of the random policy and of the bootstraps."""


@dataclass(frozen=True, slots=True, eq=False)
class Tested:
    """What every policy made of the tested bars."""

    seeds: tuple[Walked, ...]
    committee: Walked
    rivals: dict[str, tuple[Walked, ...]]
    """By names of BASELINES; several of the random one."""
    yearly: float
    """Bars in a year."""

    @property
    def best(self) -> str:
        """The better of cash and hold."""
        return HOLD if self.rivals[HOLD][0].growth.sum() > 0 else CASH

    @property
    def beaten(self) -> np.ndarray:
        """(n − 1,) log growth of the better of the two in each bar."""
        return self.rivals[self.best][0].growth

    def frame(self, case: AgentCase) -> pd.DataFrame:
        """As core.store.agents.read_tested tells it."""
        arena, _ = case.part(case.test)
        columns = {"close": arena.closes, "exposure": self.committee.levels, "held": self.committee.held}
        columns |= {"committee": self.committee.equity}
        columns |= {f"seed_{k}": one.equity for k, one in enumerate(self.seeds)}
        columns |= {name: several[0].equity for name, several in self.rivals.items()}
        return pd.DataFrame(columns, index=arena.index)


def try_out(case: AgentCase, agents: Agents, tell: Tell) -> Tested:
    """Let every seed, the committee and the rivals live through the tested bars."""
    arena, rows = case.part(case.test)
    walked = []
    for seed in range(agents.mind.seeds):
        tell(seed / (agents.mind.seeds + 2), f"testing seed {seed} on {len(arena):,} bars it has never seen")
        walked.append(walk(arena, rows, case.observer, agents.mind.alone(seed)))
    tell(agents.mind.seeds / (agents.mind.seeds + 2), "testing the committee and simple rivals")
    committee = walk(arena, rows, case.observer, agents.together())
    return Tested(tuple(walked), committee, _rivals(case, committee), arena.bars_per_year)


def _rivals(case: AgentCase, committee: Walked) -> dict[str, tuple[Walked, ...]]:
    arena, rows = case.part(case.test)
    learn, learn_rows = case.part(case.learn)
    n, limits = len(arena), arena.limits
    bare = replace(arena, limits=Limits(limits.size))  # who holds for good has no stop and no target
    returns = pd.Series(np.log(case.arena.closes)).diff()
    sigma = returns.rolling(SIGMA_BARS, min_periods=SIGMA_BARS // 2).std().to_numpy()
    usual = float(np.nanmedian(sigma[slice(*case.learn)]))
    rng = np.random.default_rng(SEED)
    terms = arena.terms
    cost = 2.0 * (terms.fee + terms.half_spread + terms.slippage)
    foretold = supervised(learn_rows, learn.closes, rows, cost, case.exposures)
    found = {
        CASH: (walk_levels(bare, np.zeros(n)),),
        HOLD: (walk_levels(bare, held(n)),),
        "volatility_target": (walk_levels(bare, volatility_target(sigma[slice(*case.test)], usual)),),
        "random": tuple(walk_levels(arena, shuffled(committee.levels, rng)) for _ in range(DRAWS)),
        "supervised": (walk_levels(arena, foretold),),
    }
    return {name: found[name] for name in BASELINES}


def trials_of(
    case: AgentCase, request: AgentRequest, tested: Tested, settings: Settings, batch: str
) -> tuple[Trial, ...]:
    """Every seed as a trial, for the ledger of all that was ever tried."""
    arena, _ = case.part(case.test)
    chosen = settings.agent
    made = []
    for seed, one in enumerate(tested.seeds):
        returns = np.expm1(one.growth)
        parameters = {
            "seed": seed, "method": request.method.value, "iterations": request.iterations, "steps": request.steps,
            "trees": chosen.trees, "discount": chosen.discount, "risk_term": chosen.risk_term,
            "exposures": list(case.exposures), "features": list(chosen.features), "limits": list(limits_of(settings)),
            "learnt": case.learn[1],
        }  # fmt: skip
        yearly = sharpe(returns, 1.0)
        made.append(
            trial(
                batch=batch, kind="agent", symbol=case.instrument.symbol, timeframe=case.timeframe.value,
                strategy=f"agent {request.method.value}", parameters=parameters, start=arena.index[0].to_pydatetime(),
                stop=arena.index[-1].to_pydatetime(), bars=len(arena), costs=settings.costs.record(), sharpe=yearly,
            )
        )  # fmt: skip
    return tuple(made)
