"""The meta-model as it is kept: a logistic regression small enough to be read."""

from dataclasses import dataclass
from datetime import datetime

from core.records.market import Timeframe


@dataclass(frozen=True, slots=True)
class MetaModel:
    """Whether a fused signal is worth taking, learnt from the trades that past ones asked for."""

    id: str
    symbol: str
    timeframe: Timeframe
    source: str
    recipe: str
    """Hash of how it was made; another recipe needs another model."""
    as_of: datetime
    """Moment of training: it knows nothing newer."""
    trained_until: datetime
    """Moment at which the last label that it has seen was complete."""
    inputs: tuple[str, ...]
    """Names of what it looks at; empty where it could not be trained."""
    mean: tuple[float, ...]
    scale: tuple[float, ...]
    weight: tuple[float, ...]
    """Of each input after subtracting its mean and dividing by its scale, in log-odds."""
    intercept: float
    threshold: float
    """Fused confidence from which a past bar was an event."""
    limit: int
    """Bars after which a trade of a label is closed."""
    events: int
    """Labels that it learnt from."""
    effective: float
    """The same as independent ones: the sum of their average uniqueness."""
    base: float
    """Share of events whose trade ended with a gain, by uniqueness."""
    rows: int = 0
    """Events that were scored out of sample."""
    skill: float = 0.0
    """Brier skill score against the base rate, out of sample (purged walk-forward)."""
    log_loss: float = 0.0
    log_loss_base: float = 0.0
    auc: float | None = None
    luck: float | None = None
    """Advantage over the base rate in standard errors of as many independent rows."""
    earned: bool = False
    words: str = ""
    """What its score says, or why there is no model, in one sentence."""

    @property
    def ready(self) -> bool:
        """Whether it can speak."""
        return bool(self.inputs)
