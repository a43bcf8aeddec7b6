"""The smallest change of the inputs that would have changed a decision: a counterfactual."""

from dataclasses import dataclass
from datetime import datetime

from core.records.deciding import Action, Verdict


@dataclass(frozen=True, slots=True)
class ChangedInput:
    """One input, as it was and as it would have had to be."""

    name: str
    """Of the feature; `sentiment` for the score of the texts."""
    words: str
    unit: str
    """As the feature names it; the history of a price level is its distance from the close, at the last close."""
    before: float
    after: float
    low: float
    """Smallest value that was tried: the 1st percentile of the input in the run's own history."""
    high: float
    """Largest value that was tried: the 99th percentile."""
    spread: float
    """What one step of distance is: 1.4826 × median absolute deviation in that history, or where more than half of it
    is one and the same value its standard deviation."""

    @property
    def distance(self) -> float:
        """How far the input was moved, in spreads."""
        return abs(self.after - self.before) / self.spread


@dataclass(frozen=True, slots=True)
class Margin:
    """A number beside its limit: what a setting, not the market, would have had to be."""

    name: str
    """Of the limit: threshold, break_even_probability, the name of a cap or of a risk check."""
    value: float
    limit: float
    missing: float
    """How much too little or too much it was; negative where there was as much to spare."""
    unit: str
    words: str


@dataclass(frozen=True, slots=True)
class Ending:
    """What a decision came to, as far as two decisions are told apart."""

    verdict: Verdict
    action: Action
    side: int
    """Sign of the change of the position: −1 sells, 1 buys, 0 neither."""

    @property
    def words(self) -> str:
        """In a few words, e.g. «open a long position»."""
        if self.action is Action.HOLD:
            return "no trade"
        if self.action is Action.ADJUST:
            return "move the stop or target"
        bought = self.side > 0
        what = (
            f"close the {'short' if bought else 'long'} position"
            if self.action is Action.CLOSE
            else f"open a {'long' if bought else 'short'} position"
        )
        return f"{what}, denied by the risk rules" if self.verdict is Verdict.DENIED else what


@dataclass(frozen=True, slots=True)
class Flip:
    """The smallest change of the inputs of one decision that would have changed it (Wachter et al. 2017)."""

    cycle_id: str
    was: Ending
    becomes: Ending | None
    """None: nothing that was tried within the ranges changes the decision."""
    changes: tuple[ChangedInput, ...]
    """One, or two where no single one is enough; empty where nothing was found."""
    verified: bool
    """Whether signals, policy, second look and risk checks were run again on the changed inputs and did decide so."""
    inputs: int
    """How many inputs were varied."""
    tried: int
    """Alternatives that models and signals were asked about."""
    reruns: int
    """Whole decisions that were run again."""
    held: tuple[str, ...]
    """What was left as it was, in sentences."""
    margins: tuple[Margin, ...]
    """What stopped it first, then what came nearest to stopping it."""
    searched_at: datetime
    note: str = ""
    """Why nothing was searched; empty where it was."""

    @property
    def distance(self) -> float | None:
        """Sum over the changed inputs, in spreads; None where nothing was found."""
        return sum(change.distance for change in self.changes) if self.changes else None
