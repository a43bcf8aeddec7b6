"""Life of a model: its standing, whether the world has moved since, who challenges it, and how it was tuned."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class ModelStatus(StrEnum):
    """Standing of a model among those of its series and horizon."""

    CHAMPION = "champion"
    """The one whose forecasts are used."""
    CHALLENGER = "challenger"
    """Forecasts beside the champion until the evidence is enough."""
    RETIRED = "retired"


@dataclass(frozen=True, slots=True)
class FeatureDrift:
    """How differently one feature is distributed in the recent rows."""

    feature: str
    psi: float
    """Population stability index on the reference's deciles."""
    usual: float
    """PSI that 95 % of such comparisons stay below when nothing has changed (block bootstrap)."""
    limit: float
    """PSI from which the feature counts as drifted: with all features looked at together, 5 % of checks see one above it
    by chance."""
    moved: float | None
    """Median of the recent rows less that of the reference, in standard deviations of the reference."""
    missing: float
    """Share of recent rows without a value."""

    @property
    def drifted(self) -> bool:
        """More than luck explains, even among so many features."""
        return self.psi > self.limit


@dataclass(frozen=True, slots=True)
class LossDrift:
    """Whether the forecasts became worse at some point (ADWIN, Bifet & Gavaldà 2007)."""

    rows: int
    """Scored forecasts, oldest first."""
    before: float | None
    """Mean log loss before the last change; of all rows where none was found."""
    after: float | None
    changed_at: datetime | None
    """Open of the bar at which the newest change for the worse was noticed; None: none."""


@dataclass(frozen=True, slots=True)
class ResidualDrift:
    """Whether the forecasts' errors are distributed differently (Kolmogorov-Smirnov, block-bootstrapped threshold)."""

    rows: int
    """Recent forecasts whose outcome is known."""
    statistic: float
    limit: float
    """95 % quantile of the statistic when nothing has changed."""

    @property
    def drifted(self) -> bool:
        """The distance is larger than dependence and luck explain."""
        return self.statistic > self.limit


@dataclass(frozen=True, slots=True)
class DriftReport:
    """One look at whether a model still lives in the world that it learnt from."""

    model_id: str
    symbol: str
    timeframe: str
    source: str
    horizon: str
    checked_at: datetime
    as_of: datetime
    """Moment of the check: nothing newer was read."""
    reference_from: datetime
    reference_until: datetime
    recent_from: datetime
    recent_until: datetime
    reference_rows: int
    recent_rows: int
    since_training: bool
    """False: the model is too fresh, and its last training rows stand for the recent ones."""
    block: int
    """Rows of a block of the bootstrap: how long the features remember."""
    features: tuple[FeatureDrift, ...]
    """Largest PSI over its limit first."""
    losses: LossDrift | None
    residuals: ResidualDrift | None
    drifted: bool
    """Losses or residuals have changed, or features have: the model should be trained again."""
    words: str
    """The finding and what to do, in two or three sentences."""


class ContestState(StrEnum):
    """What a contest has come to."""

    PROMOTE = "promote"
    KEEP = "keep"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True)
class ContestPoint:
    """How much evidence there was at one moment."""

    time: datetime
    evidence: float
    """E-value: how many times likelier the differences are under some advantage than under none."""
    mean: float
    """Mean difference so far; positive: the challenger is better."""


@dataclass(frozen=True, slots=True)
class Contest:
    """A challenger beside the champion on the same bars, by a sequential test that may be looked at at any time."""

    id: str
    champion_id: str
    challenger_id: str
    symbol: str
    timeframe: str
    source: str
    horizon: str
    measure: str
    """log_loss or net_return."""
    rows: int
    """Bars that both forecast after either was trained, and whose outcome is known."""
    independent: int
    """Rows whose labels do not overlap: rows / bars of the horizon."""
    mean: float | None
    """Mean difference a bar; positive: the challenger is better."""
    deviation: float | None
    evidence: float
    """E-value now."""
    limit: float
    """Evidence at which it is decided; 1 / limit bounds the chance of a false win."""
    curve: tuple[ContestPoint, ...]
    state: ContestState
    decided_at: datetime | None
    """Close of the bar at which the limit was first reached."""
    updated_at: datetime
    words: str


@dataclass(frozen=True, slots=True)
class TunedParameters:
    """Parameters that a tuning run chooses; the names are those of the settings."""

    trees: int
    depth: int
    learning_rate: float
    members: tuple[str, ...]
    class_weight: bool


@dataclass(frozen=True, slots=True)
class TuningTrial:
    """One set of parameters and what it scored inside the purged folds."""

    number: int
    parameters: TunedParameters
    loss: float | None
    """Mean log loss over the folds that were run, less that of the base rate; negative is better than knowing nothing."""
    folds: int
    """Folds that were run."""
    pruned: bool
    """Given up before the last fold."""
    seconds: float


@dataclass(frozen=True, slots=True)
class TuningRun:
    """One tuning of the models of a series."""

    id: str
    study: str
    """Hash of data, settings and space: a second run of the same goes on where the first stopped."""
    symbol: str
    timeframe: str
    source: str
    horizon: str
    as_of: datetime
    created_at: datetime
    trials: int
    pruned: int
    chosen: TunedParameters | None
    """Best of the trials that ran every fold; None when none did."""
    loss: float | None
    """Its log loss over the base rate's in the folds that chose it: optimistic by construction."""
    loss_settings: float | None
    """The same of the settings' parameters."""
    held_out: float | None
    """Log loss over the base rate's in the last block of rows, which no trial saw."""
    held_out_settings: float | None
    rows: int
    held_out_rows: int
    seconds: float
    finished: bool
    words: str
