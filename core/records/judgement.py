"""What is thought about the market: sentiment, forecasts and signals."""

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum

from core.records.forecasting import Levels, MemberSay, VolatilityForecast
from core.records.llm import LlmOpinion
from core.records.news import NewsKind
from core.records.weighing import AgentOpinion, MetaOpinion, SourceTrack


class Direction(IntEnum):
    """Where a price is expected to go; the sign of the position it asks for."""

    DOWN = -1
    FLAT = 0
    UP = 1

    @property
    def word(self) -> str:
        """Lower-case name for sentences."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class WordWeight:
    """One word of a headline and how much the score falls when it is left out."""

    word: str
    weight: float


@dataclass(frozen=True, slots=True)
class ItemSentiment:
    """Sentiment of one headline."""

    headline_id: str
    title: str
    source: str
    published_at: datetime
    score: float
    """−1 (bad for the price) to 1 (good)."""
    weight: float
    """Share in the aggregate of its kind after time decay, source weight, count and cap."""
    words: tuple[WordWeight, ...]
    """Of the lexicon: which words moved its score."""
    kind: NewsKind = NewsKind.NEWS
    lexicon: float | None = None
    """The lexicon's score, also where a language model's counts; None before both were kept."""
    confidence: float = 1.0
    """0 … 1: how sure the scorer is."""
    relevance: float = 1.0
    """0 … 1: how much the text is about this asset."""
    event: str = ""
    """Type of event, e.g. earnings, regulation, hack; empty when nobody said."""
    horizon: str = ""
    """short, medium or long: how long it matters; empty when nobody said."""
    reason: str = ""
    """The language model's, in one line."""
    scorer: str = ""
    """Model that scored it; empty: the lexicon."""
    outlets: int = 1
    """Items that tell this story."""
    flags: tuple[str, ...] = ()
    """What is odd about the text, e.g. homoglyphs, hidden characters, cut, instructions."""


@dataclass(frozen=True, slots=True)
class Sentiment:
    """Sentiment towards one asset at one time."""

    symbol: str
    as_of: datetime
    score: float | None
    """Decay-weighted mean of the items in −1…1; None when there is nothing to read."""
    scorer: str
    items: tuple[ItemSentiment, ...]
    """Newest first."""
    news: float | None = None
    """Score of the news alone; None when there is none."""
    social: float | None = None
    """Score of social posts alone; None when there is none."""
    agreement: float | None = None
    """Share of items, by weight, on whose sign the language model and the lexicon agree; None without both."""
    contaminated: bool = False
    """True when a score comes from a model that may know what followed."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """Class probabilities of one horizon's triple barrier, with the record that backs them."""

    horizon: str
    """short, medium or long."""
    bars: int
    """Bars until the vertical barrier."""
    p_down: float
    p_flat: float
    p_up: float
    base_down: float
    """Share of DOWN labels in training: what knowing nothing would say."""
    base_flat: float
    base_up: float
    skill: float
    """Brier skill score against the base rate, out of sample (purged walk-forward); ≤ 0 means no skill."""
    skill_rows: int
    """Rows behind that score."""
    calibrated: bool
    """True when skill > 0 and log loss is below the base rate's, out of sample (METHOD.md criterion 6)."""
    model_id: str
    trained_until: datetime
    """Close of the last bar whose label the model has seen."""
    quantiles: tuple[float, ...] = ()
    """Log return over the horizon at QUANTILE_LEVELS, widened or narrowed by conformal adaptation; empty: no such head."""
    coverage: float | None = None
    """Share of past returns that the 5 … 95 % interval held, out of sample; 0.90 is meant."""
    volatility: VolatilityForecast | None = None
    levels: Levels | None = None
    members: tuple[MemberSay, ...] = ()
    edge: bool = False
    """False: no evidence of edge; it is said wherever a number of this forecast appears."""
    edge_words: str = ""
    """The first gate that the model fails, or what it passed, in one sentence."""
    llm: LlmOpinion | None = None
    """What a language model said of the same horizon; pooled into the probabilities by its weight."""

    @property
    def direction(self) -> Direction:
        """The most probable class."""
        best = max(self.p_down, self.p_flat, self.p_up)
        if best == self.p_flat:
            return Direction.FLAT
        return Direction.UP if best == self.p_up else Direction.DOWN


@dataclass(frozen=True, slots=True)
class Attribution:
    """What one feature added to a forecast's margin (log-odds before normalisation)."""

    feature: str
    value: float | None
    contribution: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """Exact tree SHAP of one forecast: base + Σ contributions = margin."""

    horizon: str
    target: str
    """The class explained: up, flat or down."""
    base: float
    margin: float
    additivity_error: float
    """|base + Σ contributions − margin|; checked to be below 1e-4."""
    attributions: tuple[Attribution, ...]
    """Largest absolute contribution first."""
    model_id: str


@dataclass(frozen=True, slots=True)
class Signal:
    """One source's opinion at one time."""

    source: str
    """Strategy name, or forecast:HORIZON."""
    direction: Direction
    magnitude: float
    """0…1: how far the condition is beyond its trigger."""
    confidence: float
    """0…1."""
    horizon: str
    reason: str


@dataclass(frozen=True, slots=True)
class SignalWeight:
    """One signal as it entered the fusion."""

    signal: Signal
    weight: float
    """Normalised; sums to 1 over the sources that count."""
    contribution: float
    """weight × direction × confidence."""
    note: str
    """Why the weight is what it is."""


@dataclass(frozen=True, slots=True)
class FusedSignal:
    """The signals put together."""

    direction: Direction
    confidence: float
    """|Σ contributions|, 0…1."""
    score: float
    """Σ contributions, −1…1."""
    parts: tuple[SignalWeight, ...]
    disagreement: float
    """1 − |Σ contributions| / Σ |contributions|; 0 = all agree."""
    reason: str
    numbers_only: float | None = None
    """The score when every source that reads text is left out; None before it was kept."""
    meta: MetaOpinion | None = None
    """The meta-model's view of whether this signal is worth taking; None where there is none."""
    agent: AgentOpinion | None = None
    """The reinforcement-learning agent's view; None where none was trained."""
    tracks: tuple[SourceTrack, ...] = ()
    """How each source has done lately, and what that made of its weight; empty where weights do not adapt."""
