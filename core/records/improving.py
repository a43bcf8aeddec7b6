"""What the nights did: one look after another at whether the models of a series could be made better."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.records.model_life import TunedParameters


class ImproveStep(StrEnum):
    """Steps of a daily optimisation in their order; the last comes again every night."""

    RESULTS = "results"
    DRIFT = "drift"
    SEARCH = "search"
    WALK_FORWARD = "walk-forward"
    MONTE_CARLO = "Monte Carlo"
    UNSEEN = "unseen rows"
    CHALLENGER = "challenger"
    CONTEST = "contest"

    @property
    def meaning(self) -> str:
        """What it asks, in one sentence."""
        return _MEANINGS[self]


_MEANINGS = {
    ImproveStep.RESULTS: "What trades earned lately, and how good the forecasts were.",
    ImproveStep.DRIFT: "Has the world moved since the champions learnt? Without drift nothing is searched.",
    ImproveStep.SEARCH: "Optuna looks for better parameters; every trial is counted for good.",
    ImproveStep.WALK_FORWARD: "Is the choice better than the present way, each block forecast by models of what came before?",
    ImproveStep.MONTE_CARLO: "Thousands of other orders of the same out-of-sample bars: how often does trading on it lose?",
    ImproveStep.UNSEEN: "Is it better on the last rows, which no trial saw?",
    ImproveStep.CHALLENGER: "Trained on the same bars as the champion, it forecasts beside it on paper.",
    ImproveStep.CONTEST: "Is the challenger better on bars that neither has seen? Looked at every night.",
}


class StepVerdict(StrEnum):
    """What a step led to."""

    ON = "goes on"
    END = "ends here"
    WAITS = "on trial"
    WON = "promoted"
    LOST = "dropped"


class ImproveState(StrEnum):
    """What a run has come to."""

    RUNNING = "under way"
    """Cut off between two steps, or at work; the next run goes on."""
    NO_MODEL = "no model yet"
    NO_DRIFT = "no drift"
    BUSY = "on trial already"
    """What has drifted has a challenger already."""
    LEFT = "left for the next night"
    """The night's time was over."""
    NOTHING_BETTER = "nothing better found"
    ON_TRIAL = "challenger on trial"
    PROMOTED = "challenger promoted"
    DROPPED = "challenger dropped"
    CUT = "given up"
    """Cut off and too old to go on."""

    @property
    def ended(self) -> bool:
        """Whether nothing will be added."""
        return self not in (ImproveState.RUNNING, ImproveState.ON_TRIAL)


@dataclass(frozen=True, slots=True)
class Measured:
    """One number of a step."""

    name: str
    value: float
    unit: str
    """bars, trades, days, fraction, money, nats (log loss), ratio, seconds or count."""
    meaning: str


@dataclass(frozen=True, slots=True)
class ImprovementStep:
    """One finished step."""

    run_id: str
    position: int
    step: ImproveStep
    verdict: StepVerdict
    words: str
    """The finding in one sentence or two."""
    numbers: tuple[Measured, ...]
    as_of: datetime
    """Nothing newer was read."""
    done_at: datetime
    seconds: float


@dataclass(frozen=True, slots=True)
class ImprovementRun:
    """One daily optimisation of a series; its steps are rows of their own."""

    id: str
    symbol: str
    timeframe: str
    source: str
    """As it was asked for, e.g. auto."""
    origin: str
    """Where the bars came from; empty before the first step."""
    as_of: datetime
    """What every step up to the challenger may know."""
    started_at: datetime
    updated_at: datetime
    seed: int
    state: ImproveState
    words: str
    """What it came to."""
    horizon: str = ""
    """The one that is searched; empty before drift was found."""
    live: bool = True
    """False on the sample and on files."""
    tuning_id: str = ""
    chosen: TunedParameters | None = None
    champion_id: str = ""
    """The champion that the challenger met at its beginning."""
    challenger_id: str = ""
    begun_at: datetime | None = None
    """What champion and challenger knew when they began."""
    least_days: float = 0.0
    """Frozen at the beginning of the contest: no verdict before."""
    longest_days: float = 0.0
    """Undecided by then: dropped."""

    @property
    def contest_id(self) -> str:
        """Name of its contest in the store; empty where there is none."""
        return f"{self.champion_id}~{self.challenger_id}" if self.challenger_id else ""

    @property
    def title(self) -> str:
        """Asset, timeframe and horizon."""
        return " ".join(part for part in (self.symbol, self.timeframe, self.horizon) if part)
