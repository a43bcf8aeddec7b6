"""A language model's own forecasts, kept to be scored, and what the scores say."""

from dataclasses import dataclass
from datetime import datetime

from core.records.llm import LlmOpinion
from core.records.market import Timeframe


@dataclass(frozen=True, slots=True)
class KeptOpinion:
    """One opinion with everything that it takes to score it later. Triples are down, flat, up."""

    id: str
    opinion: LlmOpinion
    timeframe: Timeframe
    source: str
    """Where the bars come from; they settle the outcome too."""
    world: str
    """live, or the era of the embedded sample."""
    as_of: datetime
    asked_at: datetime
    prompt: str
    """Version of the prompt, e.g. forecast-1."""
    samples: int
    width: float
    """Distance of the barriers in standard deviations over the horizon, as in the model's labels."""
    model_said: tuple[float, float, float]
    """Our model's forecast of the same moment, before anything was pooled."""
    base: tuple[float, float, float]
    """Shares of the outcomes in its training: what knowing nothing would say."""
    model_id: str
    cycle_id: str = ""


@dataclass(frozen=True, slots=True)
class OpinionOutcome:
    """What came, by the labels that our models learn from."""

    outcome: int
    """0 down, 1 flat, 2 up."""
    path_return: float
    """Log return from the close to where the label was settled."""
    touched_at: datetime
    """Close of the bar that settled it."""
    settled_at: datetime
    """Close of the last bar of the horizon; before it nobody may know."""
    labelled_at: datetime
    """When this installation found out."""


@dataclass(frozen=True, slots=True)
class SettledOpinion:
    """An opinion whose outcome is known."""

    kept: KeptOpinion
    came: OpinionOutcome


@dataclass(frozen=True, slots=True)
class LlmScores:
    """How good one model's forecasts of one horizon were. Scores are means, lower is better."""

    model: str
    timeframe: Timeframe
    horizon: str
    bars: int
    contaminated: bool
    """True: it may have remembered; never in a headline, and without weight."""
    rows: int
    effective: float
    """Independent outcomes that the rows amount to: the sum of their average uniqueness."""
    first: datetime
    last: datetime
    brier: float
    brier_base: float
    brier_model: float
    """Of our own model at the same moments."""
    log_loss: float
    log_loss_base: float
    skill: float
    """1 − Brier score / that of the base rate; 0 is knowing nothing."""
    skill_low: float | None
    """95 % interval; None with too few independent forecasts."""
    skill_high: float | None
    calls: int
    """Forecasts that leaned up or down by more than the margin."""
    hit_rate: float | None
    """Share of them that went that way; None without any."""
    hit_low: float | None
    """Wilson 95 % interval at the independent number of calls."""
    hit_high: float | None
    hit_chance: float | None
    """What the same mix of calls would have hit by chance."""
    weight: float
    """Share in the pooled forecast that this record earns; 0 for contaminated ones."""
    verdict: str
    """One sentence."""
