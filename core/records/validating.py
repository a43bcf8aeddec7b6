"""Proofs that the honest validation is honest: null tests, and many histories out of one."""

from dataclasses import dataclass
from datetime import datetime

NULL_LIMIT = 0.52
"""Mean AUC on nothing that must not be exceeded (METHOD.md criterion 2)."""
CONTROL_FLOOR = 0.60
"""AUC that a careless validation must find in the same nothing; otherwise the test could not see a leak."""


@dataclass(frozen=True, slots=True)
class NullSeed:
    """What was found in one draw of nothing; areas under the ROC curve, .5 is a coin."""

    seed: int
    permuted: float
    """Real bars with their labels shuffled, purged training."""
    walk: float
    """A random walk, purged training: each class against the rest."""
    walk_direction: float
    """The same, up against down."""
    control: float
    """The same random walk by a careless validation: rows shuffled into folds, nothing purged."""


@dataclass(frozen=True, slots=True)
class NullTestRun:
    """The whole pipeline on nothing, seed by seed."""

    id: str
    symbol: str
    timeframe: str
    source: str
    horizon: str
    bars: int
    """Bars that a label looks ahead."""
    rows: int
    """Bars of each random walk."""
    member: str
    """The model of the ensemble that was trained."""
    seeds: tuple[NullSeed, ...]
    created_at: datetime
    seconds: float

    @property
    def permuted(self) -> float:
        """Mean AUC on shuffled labels."""
        return self._mean("permuted")

    @property
    def walk(self) -> float:
        """Mean AUC on random walks."""
        return self._mean("walk")

    @property
    def walk_direction(self) -> float:
        """Mean AUC of up against down on random walks."""
        return self._mean("walk_direction")

    @property
    def control(self) -> float:
        """Mean AUC of the careless control."""
        return self._mean("control")

    @property
    def clean(self) -> bool:
        """Nothing is found in nothing."""
        return max(self.permuted, self.walk, self.walk_direction) <= NULL_LIMIT

    @property
    def sharp(self) -> bool:
        """The control shows that a leak would be seen."""
        return self.control > CONTROL_FLOOR

    def _mean(self, name: str) -> float:
        return sum(getattr(seed, name) for seed in self.seeds) / len(self.seeds) if self.seeds else 0.5


@dataclass(frozen=True, slots=True)
class PathScore:
    """One path of combinatorial cross-validation."""

    path: int
    skill: float
    """Brier skill score against the base rate of each training part."""
    log_loss_gain: float
    """Log loss of the base rate less the model's; above 0 is better than knowing nothing."""
    auc: float | None
    auc_direction: float | None


@dataclass(frozen=True, slots=True)
class PathRun:
    """One way of training on many histories (combinatorial purged cross-validation)."""

    id: str
    symbol: str
    timeframe: str
    source: str
    horizon: str
    bars: int
    member: str
    blocks: int
    tested: int
    embargo: int
    rows: int
    first: datetime
    last: datetime
    paths: tuple[PathScore, ...]
    created_at: datetime
    seconds: float

    @property
    def better(self) -> int:
        """Paths with skill above 0."""
        return sum(path.skill > 0.0 for path in self.paths)

    @property
    def skill(self) -> float:
        """Mean over the paths."""
        return sum(path.skill for path in self.paths) / len(self.paths) if self.paths else 0.0
