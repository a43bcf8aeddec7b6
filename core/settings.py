"""Every setting with its meaning, unit and bounds; read once, frozen, handed on as an argument.

Strongest first: arguments, environment (`GLASSBOX_RISK__STOP_LOSS=0.03`), `.env`, `settings.toml`
(what the settings page writes), `.streamlit/secrets.toml` (keys), the defaults below.
"""

import os
import re
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any

import tomlkit
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from core.errors import SettingsError
from core.records import Costs, Timeframe

ROOT = Path(__file__).resolve().parent.parent


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


NEWS_SOURCES = (
    "feeds", "yfinance", "newsapi", "gdelt", "reddit", "fear and greed", "trending", "community", "ratings",
)  # fmt: skip
"""Names that the setting news.sources may hold."""
_BAR_SOURCE = re.compile(r"sample|yfinance|coingecko|alphavantage|cryptocompare|imported|ccxt:[a-z0-9_]+")


class BadBars(StrEnum):
    """What becomes of bars that cannot be right."""

    DROP = "drop"
    REPAIR = "repair"
    REFUSE = "refuse"


class CollectSettings(_Section):
    """Market data and headlines."""

    history_days: int = Field(60, ge=1, le=3650, description="Days of bars that a cycle asks for at least.")
    train_bars: int = Field(
        3000, ge=300, le=100_000, description="Bars that a model is trained on; widens history_days."
    )
    timeout_seconds: float = Field(
        6.0, gt=0, le=60, description="Longest wait for one answer of a source, in seconds."
    )
    cool_down_seconds: float = Field(
        60.0, ge=0, le=3600, description="How long a failing source is left alone, in seconds."
    )
    headline_minutes: float = Field(
        15.0, ge=0, le=1440, description="Headlines younger than this are not fetched again, in minutes."
    )
    headline_days: float = Field(
        5.0, gt=0, le=60, description="Headlines older than this are not read, in days."
    )
    priority: tuple[str, ...] = Field(
        (
            "yfinance", "ccxt:binance", "ccxt:kraken", "ccxt:coinbase", "coingecko", "alphavantage", "cryptocompare",
            "sample",
        ),
        description="Sources that auto tries, in this order; the first that can serve is used.",
    )  # fmt: skip

    @field_validator("priority")
    @classmethod
    def _known_sources(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        """Each is a source that exists."""
        unknown = next((name for name in names if not _BAR_SOURCE.fullmatch(name)), None)
        if unknown is not None or not names:
            raise ValueError(
                f"{unknown!r} is no source of bars: name at least one of yfinance, coingecko, ccxt:EXCHANGE, alphavantage, "
                "cryptocompare, imported, sample"
            )
        return names

    bad_bars: BadBars = Field(
        BadBars.DROP,
        description="What becomes of bars that cannot be right: drop them, repair those that can be (flagged), or refuse the whole answer of the source.",
    )
    cross_check_bars: int = Field(
        200,
        ge=0,
        le=5000,
        description="Newest bars that auto also asks of a second source, to compare; 0 asks none.",
    )
    alphavantage_paid: bool = Field(
        False,
        description="Whether the Alpha Vantage key is one of a paid plan: adjusted prices and the whole past.",
    )
    minimum_quality: float = Field(
        50.0, ge=0, le=100, description="Data-quality score below which no trade is opened, in points."
    )
    feeds: tuple[str, ...] = Field(
        (
            "https://www.coindesk.com/arc/outboundfeeds/rss/",
            "https://cointelegraph.com/rss",
            "https://feeds.finance.yahoo.com/rss/2.0/headline?s={symbol}&region=US&lang=en-US",
        ),
        description="RSS feeds; {symbol} is replaced by the asset.",
    )


class NewsSettings(_Section):
    """Sources of text and mood beside the feeds."""

    sources: tuple[str, ...] = Field(
        ("feeds", "yfinance", "fear and greed", "trending", "ratings", "community"),
        description="Which are asked: feeds, yfinance, newsapi (key), gdelt, reddit (key, or public JSON), fear and greed, trending, community, ratings.",
    )

    @field_validator("sources")
    @classmethod
    def _known_sources(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        """Each is a source that exists."""
        unknown = next((name for name in names if name not in NEWS_SOURCES), None)
        if unknown is not None:
            raise ValueError(f"{unknown!r} is no source of news: choose from {', '.join(NEWS_SOURCES)}")
        return names

    subreddits: tuple[str, ...] = Field(
        ("CryptoCurrency", "stocks"), description="Subreddits that are read when reddit is on."
    )
    similarity: float = Field(
        88.0,
        ge=50,
        le=100,
        description="Titles at least so alike (0 to 100) within two days tell the same story.",
    )


class SentimentSettings(_Section):
    """How headlines become a score."""

    half_life_hours: float = Field(
        24.0, gt=0, le=720, description="Age at which a headline counts half, in hours."
    )
    weight: float = Field(
        0.15, ge=0, le=1, description="Weight of sentiment beside the signals in the fusion."
    )


class PredictSettings(_Section):
    """Models, labels and their honest score."""

    short_bars: int = Field(4, ge=1, le=500, description="Short horizon, in bars.")
    medium_bars: int = Field(24, ge=2, le=1000, description="Medium horizon, in bars.")
    long_bars: int = Field(96, ge=3, le=2000, description="Long horizon, in bars.")
    barrier_width: float = Field(
        1.0, gt=0, le=10, description="Barriers of a label, in standard deviations over the horizon."
    )
    folds: int = Field(4, ge=2, le=10, description="Test blocks of the purged walk-forward score.")
    trees: int = Field(120, ge=10, le=2000, description="Boosting rounds of a model.")
    depth: int = Field(3, ge=1, le=10, description="Depth of a tree.")
    learning_rate: float = Field(0.05, gt=0, le=1, description="Shrinkage of each boosting round.")
    retrain_bars: int = Field(
        168, ge=1, le=100_000, description="Bars after which a model is stale and trained again."
    )
    seed: int = Field(7, ge=0, description="Seed of everything random in training.")


class SignalSettings(_Section):
    """Weights of the sources in the fusion, and the bar they must clear together."""

    weight_sma_cross: float = Field(0.35, ge=0, le=1, description="Weight of the moving-average cross.")
    weight_rsi_bollinger: float = Field(
        0.25, ge=0, le=1, description="Weight of the RSI and Bollinger reversal."
    )
    weight_forecast: float = Field(
        0.40,
        ge=0,
        le=1,
        description="Weight of the forecasts; counts only as far as they beat the base rate.",
    )
    threshold: float = Field(0.7, ge=0, le=1, description="Fused confidence from which a position is opened.")


class RiskSettings(_Section):
    """The limits of the CryptoPilot profile."""

    max_position: float = Field(
        0.10, gt=0, le=1, description="Largest value of one position, as a share of equity."
    )
    stop_loss: float = Field(
        0.02, gt=0, lt=1, description="Stop distance from the fill, as a fraction of price."
    )
    take_profit: float = Field(
        0.04, gt=0, lt=10, description="Target distance from the fill, as a fraction of price."
    )
    max_positions: int = Field(5, ge=1, le=1000, description="Positions open at the same time.")
    max_daily_loss: float = Field(
        0.05, gt=0, le=1, description="Loss since 00:00 UTC that stops new positions, as a share of equity."
    )
    allow_short: bool = Field(True, description="Whether a down signal may open a short position.")
    trailing_stop: float = Field(
        0.0,
        ge=0,
        lt=1,
        description="Trailing stop, as a fraction of the best price since the entry; 0 for none.",
    )
    break_even: float = Field(
        0.0,
        ge=0,
        lt=10,
        description="Gain from which the stop moves to the entry price, as a fraction; 0 for never.",
    )
    time_limit: int = Field(
        0, ge=0, le=100_000, description="Bars after which a position is closed; 0 for never."
    )


class CostSettings(_Section):
    """What the paper broker charges, per side."""

    fee: float = Field(0.001, ge=0, lt=0.1, description="Commission, as a fraction of traded value.")
    half_spread: float = Field(
        0.0002, ge=0, lt=0.1, description="Half the bid-ask spread, as a fraction of price."
    )
    slippage: float = Field(
        0.0003, ge=0, lt=0.1, description="Adverse move on market and stop fills, as a fraction of price."
    )
    borrow: float = Field(
        0.03, ge=0, lt=5, description="Yearly cost of a short position, as a fraction of its value."
    )
    maker: float = Field(
        0.001,
        ge=0,
        lt=0.1,
        description="Commission of limit orders and targets, as a fraction of traded value.",
    )
    minimum_fee: float = Field(
        0.0, ge=0, le=1000, description="Least commission of a fill, in quote currency."
    )
    volatility_slippage: float = Field(
        0.0, ge=0, le=10, description="Further slippage, in standard deviations of a bar's return."
    )
    impact: float = Field(
        0.0,
        ge=0,
        le=10,
        description="Market impact Y: price moves by Y × volatility × √(units / volume); about 1 in studies, 0 for none.",
    )
    participation: float = Field(
        0.0,
        ge=0,
        le=1,
        description="Largest share of the last bar's volume that one bar fills; 0 for no limit.",
    )
    funding: float = Field(
        0.0, gt=-5, lt=5, description="Yearly rate that a long pays and a short receives (perpetual futures)."
    )
    ticks: bool = Field(False, description="Round stops, targets and limits to the asset's tick.")

    def record(self) -> Costs:
        """The costs as the record that the matching core takes."""
        return Costs(**self.model_dump())


class Backend(StrEnum):
    """What searches spread their work with (joblib's names)."""

    LOKY = "loky"
    THREADING = "threading"
    DASK = "dask"
    RAY = "ray"


class ComputeSettings(_Section):
    """Where long searches run, and what they keep to go on after a stop."""

    backend: Backend = Field(
        Backend.LOKY,
        description="What spreads the work: loky (processes on this machine), threading, or a dask or ray cluster.",
    )
    workers: int = Field(
        1,
        ge=1,
        le=10_000,
        description="Workers on this machine; 1 stays in this process, which is fastest up to some 10,000 cells. A dask or ray cluster gives all it has.",
    )
    address: str = Field(
        "", description="Where the cluster listens, e.g. tcp://10.0.0.5:8786 for dask or auto for ray."
    )
    storage: str = Field(
        "journal",
        description="Where Optuna keeps its studies: journal (a file for each under data/studies), :memory: (nothing survives the app) or the URL of a database, e.g. sqlite:////tmp/studies.db.",
    )


class Keys(_Section):
    """Secrets; from the environment or .streamlit/secrets.toml only, never stored or shown."""

    coingecko: SecretStr | None = Field(None, description="CoinGecko demo key; raises its rate limit.")
    coingecko_pro: SecretStr | None = Field(
        None, description="CoinGecko key of a paid plan; opens hourly bars and a deeper past."
    )
    alphavantage: SecretStr | None = Field(
        None, description="Alpha Vantage key; 25 questions a day without pay."
    )
    cryptocompare: SecretStr | None = Field(None, description="CryptoCompare (CoinDesk Data) key.")
    newsapi: SecretStr | None = Field(None, description="News API key; 100 questions a day without pay.")
    reddit_id: SecretStr | None = Field(
        None, description="Reddit client id of a script app; needs the secret too."
    )
    reddit_secret: SecretStr | None = Field(None, description="Reddit client secret.")


class Settings(BaseSettings):
    """All settings of one process."""

    model_config = SettingsConfigDict(
        env_prefix="GLASSBOX_", env_nested_delimiter="__", extra="ignore", frozen=True
    )

    home: Path = Field(ROOT, description="Folder that holds settings.toml, .env, data/ and models/.")
    initial_cash: float = Field(
        10_000.0, gt=0, le=1e12, description="Cash of a new paper book, in the quote currency."
    )
    symbol: str = Field("BTC-USD", description="Asset that a page opens with.")
    timeframe: Timeframe = Field(Timeframe.H1, description="Timeframe that a page opens with.")
    source: str = Field(
        "auto",
        description="Data source that a page opens with: auto, sample, yfinance, coingecko, ccxt:EXCHANGE, alphavantage, cryptocompare, imported or file:PATH.",
    )
    job_threads: int = Field(2, ge=1, le=64, description="Jobs that run at the same time.")
    collect: CollectSettings = CollectSettings()
    news: NewsSettings = NewsSettings()
    sentiment: SentimentSettings = SentimentSettings()
    predict: PredictSettings = PredictSettings()
    signals: SignalSettings = SignalSettings()
    risk: RiskSettings = RiskSettings()
    costs: CostSettings = CostSettings()
    compute: ComputeSettings = ComputeSettings()
    keys: Keys = Keys()

    @property
    def database(self) -> Path:
        """The one database file."""
        return self.home / "data" / "glassbox.duckdb"

    @property
    def study_dir(self) -> Path:
        """Folder of Optuna's journals."""
        return self.home / "data" / "studies"

    @property
    def model_dir(self) -> Path:
        """Folder of trained models."""
        return self.home / "models"

    @property
    def import_dir(self) -> Path:
        """Folder of imported bar files."""
        return self.home / "data" / "imported"

    @property
    def cache_dir(self) -> Path:
        """Folder where data clients keep their own caches."""
        return self.home / "data" / "cache"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Order of strength; the two TOML files come after the environment."""
        return init_settings, env_settings, dotenv_settings, TomlConfigSettingsSource(settings_cls)


def load_settings(**overrides: Any) -> Settings:
    """Read the settings of the folder `home` (argument, GLASSBOX_HOME or the project's own).

    Raises:
        SettingsError: one sentence with the name, the value and what is allowed.
    """
    home = Path(overrides.get("home") or os.environ.get("GLASSBOX_HOME") or ROOT)

    class Located(Settings):
        model_config = SettingsConfigDict(
            env_file=home / ".env", toml_file=(home / ".streamlit" / "secrets.toml", home / "settings.toml")
        )

    try:
        return Located(**{**overrides, "home": home})
    except ValidationError as err:
        raise SettingsError(_sentence(err)) from err
    except ValueError as err:
        raise SettingsError(
            f"A settings file in {home} cannot be read: {err}. Correct or remove it."
        ) from err


def save_settings(home: Path, changes: Mapping[str, Mapping[str, Any]]) -> Settings:
    """Write changed sections (`{"risk": {"stop_loss": 0.03}}`; section "" is the top level) to settings.toml.

    Everything is checked before the file is replaced in one step; comments in it are kept.

    Raises:
        SettingsError: nothing was written.
    """
    path = home / "settings.toml"
    document = tomlkit.parse(path.read_text("utf-8")) if path.exists() else tomlkit.document()
    for section, values in changes.items():
        table = document if not section else document.setdefault(section, tomlkit.table())
        for name, value in values.items():
            table[name] = value
    candidate = document.unwrap()
    if "keys" in candidate:
        raise SettingsError(
            "Keys do not belong in settings.toml: set them in the environment or .streamlit/secrets.toml."
        )
    try:
        Settings.model_validate({**candidate, "home": home})
    except ValidationError as err:
        raise SettingsError(_sentence(err)) from err
    partial = path.with_suffix(".part")
    partial.write_text(tomlkit.dumps(document), "utf-8")
    partial.replace(path)
    return load_settings(home=home)


def _sentence(err: ValidationError) -> str:
    first = err.errors()[0]
    name = ".".join(str(part) for part in first["loc"]) or "settings"
    shown = "" if "keys" in name else f" is {str(first['input'])[:60]!r}"
    return f"Setting {name}{shown}: {first['msg']}. Correct it in the environment, .env or settings.toml."
