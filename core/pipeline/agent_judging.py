"""Whether agents earn their place, by METHOD §11: every seed, simple rivals, the real matching core, all trials counted."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from core.agent.arena import Arena
from core.agent.seeds import REPS, over_seeds, over_time
from core.agent.walking import Walked
from core.evaluate.metrics import max_drawdown, sharpe, volatility
from core.evaluate.significance import block_length, significance_of
from core.pipeline.agent_material import AgentCase
from core.pipeline.agent_testing import DRAWS, SEED, Tested
from core.records import AgentJudgement, AgentScore, MeanInterval, TrialTally
from core.records.agent import CASH, HOLD

NEEDED = 0.95
"""Deflated Sharpe ratio from which a result is told from the best of many lucky ones."""
FEWEST = 10
"""Seeds without which nothing is believed (METHOD §11)."""
WORDS = {
    CASH: "no position at all",
    HOLD: "the largest long position allowed, bought once and held, without stop and target",
    "volatility_target": "a long position that shrinks as volatility rises above its usual value",
    "random": f"the committee's own exposures in random order, the mean of {DRAWS} draws: same turnover, no timing",
    "supervised": "the sign of the return over the next 20 bars that trees foretell from the same inputs, where it is "
    "larger than a round trip costs",
}  # fmt: skip


def judge(case: AgentCase, tested: Tested, tally: TrialTally, fewest: int = FEWEST) -> AgentJudgement:
    """Put the figures together and say whether the agent earns its place.

    It does when the interquartile mean of the seeds' growth above the better of cash and hold has an interval above 0,
    over seeds and over time, the deflated Sharpe ratio of the committee is at least NEEDED, and there are seeds enough.

    Args:
        tally: of all trials on this asset, these seeds included.
        fewest: seeds that are needed.
    """
    arena, _ = case.part(case.test)
    yearly, beaten = tested.yearly, tested.beaten
    level = float(beaten.mean()) * yearly
    growth = np.stack([one.growth for one in tested.seeds])
    excess = growth - beaten
    block = block_length(np.expm1(tested.committee.growth))
    scores = [_score(f"seed {k}", one, arena, level) for k, one in enumerate(tested.seeds)]
    ratios = [score.sharpe for score in scores if score.sharpe is not None]
    judgement = AgentJudgement(
        seeds=tuple(scores),
        committee=_score("committee", tested.committee, arena, level),
        baselines=tuple(_mean_score(name, several, arena, level) for name, several in tested.rivals.items()),
        growth=over_seeds(growth.mean(axis=1, keepdims=True) * yearly, SEED),
        sharpe=over_seeds(np.array(ratios)[:, None], SEED) if len(ratios) > 1 else None,
        excess=over_seeds(excess.mean(axis=1, keepdims=True) * yearly, SEED),
        excess_in_time=over_time(excess, block, yearly, SEED),
        best=tested.best,
        significance=significance_of(np.expm1(tested.committee.growth), _strict(tally, growth.shape[1])),
        reps=REPS,
        block=block,
        earned=False,
        verdict="",
        reasons=(),
    )
    reasons = _against(judgement, fewest)
    return replace(judgement, earned=not reasons, reasons=reasons, verdict=_verdict(judgement, reasons))


def _strict(tally: TrialTally, observations: int) -> TrialTally:
    """The tally with at least the variance that worthless trials of that length have, 1 / T.

    Seeds of one agent live through the same bars and are alike: their own spread understates what luck can do.
    """
    return replace(tally, sharpe_variance=max(tally.sharpe_variance or 0.0, 1.0 / max(observations, 1)))


def _against(j: AgentJudgement, fewest: int) -> tuple[str, ...]:
    """What speaks against a place, the gravest first."""
    found = []
    rival = _rival(j.best)
    if j.committee.trades == 0:
        found.append("The committee never traded in the tested part.")
    if not j.excess.low > 0:
        found.append(
            f"Growth above {rival}: {j.excess.estimate:+.2%} a year over the seeds, {j.excess.level:.0%} interval "
            f"{j.excess.low:+.2%} … {j.excess.high:+.2%}, which is not above 0."
        )
    if not j.excess_in_time.low > 0:
        found.append(
            f"With other stretches of the same market it could have been {j.excess_in_time.low:+.2%} … "
            f"{j.excess_in_time.high:+.2%} a year, which is not above 0."
        )
    dsr, trials = j.significance.dsr, j.significance.trials
    if dsr is None:
        found.append("The deflated Sharpe ratio is not defined: the committee's returns do not vary.")
    elif dsr < NEEDED:
        found.append(
            f"The deflated Sharpe ratio is {dsr:.2f} with {trials:,} trials counted; {NEEDED:.2f} is needed."
        )
    if len(j.seeds) < fewest:
        found.append(f"{len(j.seeds)} seeds are too few to tell luck from learning; {fewest} are needed.")
    return tuple(found)


def _verdict(j: AgentJudgement, reasons: Sequence[str]) -> str:
    """One sentence with the numbers."""
    figures = f"{len(j.seeds)} seeds grew by {_told(j.excess)} a year above {_rival(j.best)} on bars that they had never seen"
    dsr = j.significance.dsr
    deflated = (
        "a deflated Sharpe ratio that is not defined"
        if dsr is None
        else f"a deflated Sharpe ratio of {dsr:.2f}"
    )
    if not reasons:
        return f"The agent earns its place: {figures}, with {deflated} ({j.significance.trials:,} trials counted)."
    return f"The agent does not earn its place: {figures}, with {deflated} ({j.significance.trials:,} trials counted)."


def _told(interval: MeanInterval) -> str:
    return f"{interval.estimate:+.2%} ({interval.low:+.2%} … {interval.high:+.2%})"


def _rival(best: str) -> str:
    return "holding the asset" if best == HOLD else "cash"


def _score(name: str, one: Walked, arena: Arena, level: float) -> AgentScore:
    returns, yearly = np.expm1(one.growth), arena.bars_per_year
    years = max(len(returns), 1) / yearly
    growth = float(one.growth.mean()) * yearly
    return AgentScore(
        name=name,
        total_return=float(one.equity[-1] / one.equity[0] - 1.0),
        growth=growth,
        excess=growth - level,
        sharpe=sharpe(returns, yearly),
        max_drawdown=max_drawdown(one.equity),
        volatility=volatility(returns, yearly),
        trades=one.entries,
        turnover=one.traded / float(one.equity.mean()) / years,
        exposure=float(np.abs(one.held).mean()),
        costs=one.paid / float(one.equity[0]),
        words=WORDS.get(name, ""),
    )


def _mean_score(name: str, several: Sequence[Walked], arena: Arena, level: float) -> AgentScore:
    """The mean of each figure over several draws."""
    scores = [_score(name, one, arena, level) for one in several]
    if len(scores) == 1:
        return scores[0]

    def mean(figure: str) -> float:
        return float(np.mean([getattr(score, figure) for score in scores]))

    def mean_known(figure: str) -> float | None:
        known = [value for score in scores if (value := getattr(score, figure)) is not None]
        return float(np.mean(known)) if known else None

    return replace(
        scores[0],
        total_return=mean("total_return"),
        growth=mean("growth"),
        excess=mean("excess"),
        sharpe=mean_known("sharpe"),
        max_drawdown=mean("max_drawdown"),
        volatility=mean_known("volatility"),
        trades=round(mean("trades")),
        turnover=mean("turnover"),
        exposure=mean("exposure"),
        costs=mean("costs"),
    )
