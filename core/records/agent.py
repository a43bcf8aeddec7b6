"""The reinforcement-learning agent: how it was trained, how it did on bars it had never seen, and what it may say."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from core.records.significance import Significance

CASH, HOLD = "cash", "hold"
"""The two yardsticks that an agent has to beat to earn its place."""
BASELINES = (CASH, HOLD, "volatility_target", "random", "supervised")
"""What the agents are held against, each through the same matching core, size limit and costs."""


class AgentMethod(StrEnum):
    """How an agent learns."""

    FQI = "fqi"
    """Fitted Q-iteration with extremely randomised trees (Ernst, Geurts & Wehenkel 2005); needs no deep learning."""
    PPO = "ppo"
    """Proximal policy optimisation (Schulman et al. 2017) by Stable-Baselines3; see requirements-deep.txt."""

    @property
    def words(self) -> str:
        """The name as people read it."""
        return "fitted Q-iteration" if self is AgentMethod.FQI else "PPO"


@dataclass(frozen=True, slots=True)
class AgentRequest:
    """What is to be trained."""

    symbol: str
    timeframe: str
    source: str
    as_of: datetime | None = None
    """Nothing newer is read; None: the clock of the world that the bars live in."""
    method: AgentMethod = AgentMethod.FQI
    seeds: int = 10
    """Agents, numbered 0 …; each learns with its own stream of random numbers."""
    iterations: int = 25
    """Of fitted Q-iteration."""
    steps: int = 100_000
    """Of PPO."""


@dataclass(frozen=True, slots=True)
class AgentSpan:
    """The parts of the history: learnt from, watched while learning, tested on. Between them lie gaps of unused bars."""

    learn_from: datetime
    """Open of the first bar."""
    learn_until: datetime
    """Open of the last bar, as below."""
    watch_from: datetime
    watch_until: datetime
    test_from: datetime
    test_until: datetime
    learn_bars: int
    watch_bars: int
    test_bars: int
    gap_bars: int
    """Bars left out before the watched and before the tested part, so that no return and no forecast reaches over."""


@dataclass(frozen=True, slots=True)
class ObservedInput:
    """One number of an observation."""

    name: str
    """Column of the observation, in its place."""
    words: str
    group: str
    """features, sentiment, forecasts or book."""
    mean: float
    """Subtracted …"""
    deviation: float
    """… before dividing: both from the learning part alone."""


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """One look at one seed while it learns. Returns are log returns of equity, net of all costs, a year."""

    seed: int
    step: int
    """Iterations of fitted Q-iteration, or thousands of steps of PPO."""
    error: float | None
    """Mean squared change of the values from the iteration before (Bellman residual), in squares of the mean size of a
    bar's reward; of PPO the loss of its value function. None where there is none."""
    learn: float | None
    """On the bars that it learns from, through the real matching core; None where this step was not walked."""
    watch: float | None
    """On the watched bars, which it does not learn from and which choose nothing."""
    seconds: float
    """Since its training began."""


@dataclass(frozen=True, slots=True)
class AgentScore:
    """What one policy made of the tested bars, through the real matching core. Ratios None where not defined."""

    name: str
    """«seed 3», «committee» or one of BASELINES."""
    total_return: float
    """Of equity, net, over the whole part."""
    growth: float
    """Log return a year, net."""
    excess: float
    """`growth` less that of the better of cash and hold."""
    sharpe: float | None
    """Yearly."""
    max_drawdown: float
    """Negative fraction."""
    volatility: float | None
    """Yearly."""
    trades: int
    turnover: float
    """Traded value over mean equity, a year."""
    exposure: float
    """Mean absolute exposure, in shares of the largest position allowed."""
    costs: float
    """Fees, spread, slippage and rent, as a share of the starting equity."""
    words: str = ""
    """What the policy does, for a baseline."""


@dataclass(frozen=True, slots=True)
class MeanInterval:
    """An interquartile mean over seeds with its bootstrap interval."""

    estimate: float
    low: float
    high: float
    level: float
    """0.95."""


@dataclass(frozen=True, slots=True)
class AgentJudgement:
    """Whether the agent earns its place, by METHOD §11: all seeds, never the best one."""

    seeds: tuple[AgentScore, ...]
    committee: AgentScore
    """The median of the seeds' actions at each bar: what a cycle would follow."""
    baselines: tuple[AgentScore, ...]
    """In the order of BASELINES; `random` is the mean of several draws."""
    growth: MeanInterval
    """Interquartile mean of the seeds' growth, with its bootstrap interval over seeds (Agarwal et al. 2021)."""
    sharpe: MeanInterval | None
    """Likewise of the yearly Sharpe ratio; None where fewer than two seeds traded."""
    excess: MeanInterval
    """Likewise of growth above the better of cash and hold: how much the seeds differ."""
    excess_in_time: MeanInterval
    """The same figure when the tested days are drawn anew too, in blocks: how much of it is luck of the stretch."""
    best: str
    """The better of cash and hold over the tested bars."""
    significance: Significance
    """Of the committee's returns per bar, with every trial ever run on this asset counted; the trials' variance is taken
    as at least that of worthless ones, because seeds are alike."""
    reps: int
    """Draws of each bootstrap."""
    block: float
    """Mean block length of the draws in time, bars."""
    earned: bool
    verdict: str
    """One sentence with the numbers: whether the agent earns its place."""
    reasons: tuple[str, ...]
    """What speaks against it, the gravest first; empty when it has earned its place."""


@dataclass(frozen=True, slots=True)
class AgentRun:
    """One training of agents on one series, from its first bar to its judgement."""

    id: str
    """Of the job."""
    request: AgentRequest
    data_source: str
    """Where the bars came from."""
    as_of: datetime
    """It knows nothing newer."""
    asked_at: datetime
    span: AgentSpan
    exposures: tuple[float, ...]
    """What an agent may choose of: target positions in shares of the largest one allowed."""
    max_position: float
    """The largest position, as a share of equity."""
    inputs: tuple[ObservedInput, ...]
    """Of an observation, in order."""
    discount: float
    risk_term: float
    """Coefficient of the declared risk term of the reward; 0: log equity alone."""
    assumptions: tuple[str, ...]
    """What is simulated how, in sentences; where learning is approximated is among them."""
    finished_at: datetime | None = None
    """None: cancelled or cut off before the judgement; the same request goes on from there."""
    seconds: float = 0.0
    model_id: str = ""
    """Empty before it has finished."""
    judgement: AgentJudgement | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AgentFile:
    """The trained agents of a run on disk, as the store knows them."""

    model_id: str
    run_id: str
    symbol: str
    timeframe: str
    source: str
    method: AgentMethod
    as_of: datetime
    trained_until: datetime
    """Close of the last bar that training or judgement has seen."""
    trained_at: datetime
    path: str
    sha256: str
    earned: bool
    verdict: str
    setup: str
    """Hash of limits, costs and method: under other limits it was not judged."""


@dataclass(frozen=True, slots=True)
class ExposureShare:
    """One feature's part in why the agent prefers an exposure to none."""

    name: str
    words: str
    value: float | None
    """As observed, before scaling; None where it was not known."""
    share: float
    """Part of Q(chosen) − Q(flat), in basis points of equity."""


@dataclass(frozen=True, slots=True)
class AgentExplanation:
    """Q(chosen) − Q(flat), split by exact TreeSHAP; the parts sum to the whole."""

    exposure: float
    """Chosen, in shares of the largest position."""
    advantage: float
    """Q(chosen) − Q(flat) in basis points of equity: discounted log return to come, net of costs."""
    expected: float
    """What it would be if nothing were known of the bar, in the same unit."""
    costs: float
    """What getting there costs more than getting flat, in the same unit; known, not learnt."""
    shares: tuple[ExposureShare, ...] = field(default=())
    """Largest first."""
