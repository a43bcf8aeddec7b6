"""Language models: where they answer, what they may cost and how much they may move."""

from datetime import date
from enum import StrEnum

from pydantic import Field, field_validator

from core.settings.section import Section

LLM_USES = ("sentiment", "forecast", "validation", "summary", "explanation")
"""Names that the setting llm.uses may hold."""


class Preset(StrEnum):
    """Endpoints whose address is known."""

    NONE = "none"
    OPENAI = "openai"
    OPENROUTER = "openrouter"
    OLLAMA = "ollama"
    LLAMACPP = "llama.cpp"
    LMSTUDIO = "lmstudio"
    LOCAL = "local"
    """A GGUF file that the app serves itself (requirements-local-llm.txt)."""
    CUSTOM = "custom"
    """The address in llm.base_url."""


class Unvalidated(StrEnum):
    """What becomes of a trade whose validation could not be had."""

    TRADE = "trade"
    HOLD = "hold"


class LlmSettings(Section):
    """A language model behind any OpenAI-compatible endpoint; off until a preset is chosen."""

    preset: Preset = Field(
        Preset.NONE,
        description="Where the model answers: none, openai, openrouter, ollama, llama.cpp, lmstudio, local (a GGUF file) or custom (base_url).",
    )
    base_url: str = Field("", description="Address in place of the preset's, e.g. http://127.0.0.1:11434/v1.")
    model: str = Field(
        "", description="Name of the model; empty takes the first one that the server lists (local servers)."
    )
    gguf: str = Field("", description="GGUF file that preset local serves on this machine.")
    uses: tuple[str, ...] = Field(
        LLM_USES,
        description="What the model is asked for: sentiment, forecast, validation, summary, explanation.",
    )
    temperature: float = Field(0.0, ge=0, le=2, description="Temperature of the first sample.")
    samples: int = Field(
        1,
        ge=1,
        le=9,
        description="Times that forecasts and validations are asked; the spread is their stability.",
    )
    seed: int = Field(1, ge=0, description="Seed sent with each request; further samples count up from it.")
    timeout_seconds: float = Field(60.0, gt=0, le=600, description="Longest wait for one answer, in seconds.")
    retries: int = Field(2, ge=0, le=10, description="Repeated requests after 429, 5xx and lost connections.")
    concurrency: int = Field(4, ge=1, le=64, description="Most requests under way at the same time.")
    breaker_failures: int = Field(
        3, ge=1, le=100, description="Failures in a row after which the endpoint rests."
    )
    breaker_seconds: float = Field(120.0, ge=0, le=3600, description="How long it rests, in seconds.")
    batch_tokens: int = Field(4000, ge=200, le=200_000, description="Tokens of one request, at most.")
    batch_units: int = Field(20, ge=1, le=500, description="Headlines or snapshots in one request, at most.")
    day_tokens: int = Field(1_000_000, ge=0, description="Tokens a day (UTC), at most.")
    day_money: float = Field(1.0, ge=0, le=100_000, description="US dollars a day (UTC), at most.")
    cycle_tokens: int = Field(60_000, ge=0, description="Tokens of one cycle, at most.")
    cycle_money: float = Field(0.05, ge=0, le=100_000, description="US dollars of one cycle, at most.")
    prices: tuple[str, ...] = Field(
        (),
        description="Prices in US dollars per million tokens: MODEL = INPUT / OUTPUT, e.g. gpt-5-mini = 0.25 / 2.00. Models on this machine are free.",
    )
    cutoffs: tuple[str, ...] = Field(
        ("qwen2.5 = 2024-03-01",),
        description="Knowledge cut-offs: MODEL = YYYY-MM-DD; the longest name that the model's begins with counts. What is judged before it is called contaminated; so is all of the past when it is not known.",
    )
    unvalidated: Unvalidated = Field(
        Unvalidated.TRADE,
        description="What becomes of a trade whose validation could not be had: trade or hold.",
    )
    keep_minutes_short: float = Field(
        30.0, ge=0, description="How long answers for the short horizon stay fresh, in minutes."
    )
    keep_minutes_medium: float = Field(240.0, ge=0, description="The same for the medium horizon.")
    keep_minutes_long: float = Field(1440.0, ge=0, description="The same for the long horizon.")
    keep_days_text: float = Field(
        30.0, ge=0, description="How long the score of a text stays fresh, in days."
    )
    preload: bool = Field(
        True,
        description="Whether news of assets that are looked at often are scored beforehand, when nothing else runs.",
    )
    preload_share: float = Field(
        0.25, ge=0, le=1, description="Share of the daily budget that preloading may use."
    )

    @field_validator("uses")
    @classmethod
    def _known_uses(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        """Each is a use that exists."""
        unknown = next((name for name in names if name not in LLM_USES), None)
        if unknown is not None:
            raise ValueError(f"{unknown!r} is no use: choose from {', '.join(LLM_USES)}")
        return names

    @field_validator("prices")
    @classmethod
    def _readable_prices(cls, lines: tuple[str, ...]) -> tuple[str, ...]:
        """Each reads MODEL = INPUT / OUTPUT, both at least 0."""
        for line in lines:
            price_of_line(line)
        return lines

    @field_validator("cutoffs")
    @classmethod
    def _readable_cutoffs(cls, lines: tuple[str, ...]) -> tuple[str, ...]:
        """Each reads MODEL = YYYY-MM-DD."""
        for line in lines:
            cutoff_of_line(line)
        return lines


def price_of_line(line: str) -> tuple[str, float, float]:
    """Model, price of input and of output, in US dollars per million tokens.

    Raises:
        ValueError: it does not read so.
    """
    name, _, rest = line.partition("=")
    parts = rest.split("/")
    try:
        into, out = (float(part) for part in parts)
    except ValueError:
        into = out = -1.0
    if not name.strip() or not (0 <= into < 1e6 and 0 <= out < 1e6):
        raise ValueError(f"{line!r} is no price: write MODEL = INPUT / OUTPUT, e.g. gpt-5-mini = 0.25 / 2.00")
    return name.strip().lower(), into, out


def cutoff_of_line(line: str) -> tuple[str, date]:
    """Model and the last day it knows of.

    Raises:
        ValueError: it does not read so.
    """
    name, _, day = line.partition("=")
    try:
        read = date.fromisoformat(day.strip())
    except ValueError:
        read = None
    if not name.strip() or read is None:
        raise ValueError(f"{line!r} is no cut-off: write MODEL = YYYY-MM-DD, e.g. qwen2.5 = 2024-03-01")
    return name.strip().lower(), read
