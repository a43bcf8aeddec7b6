"""Market data, headlines and the keys of their providers."""

import re
from enum import StrEnum

from pydantic import Field, SecretStr, field_validator

from core.settings.section import Section

NEWS_SOURCES = (
    "feeds", "yfinance", "newsapi", "gdelt", "reddit", "fear and greed", "trending", "community", "ratings",
    "fundamentals",
)  # fmt: skip
"""Names that the setting news.sources may hold."""
_BAR_SOURCE = re.compile(r"sample|yfinance|coingecko|alphavantage|cryptocompare|imported|ccxt:[a-z0-9_]+")


class BadBars(StrEnum):
    """What becomes of bars that cannot be right."""

    DROP = "drop"
    REPAIR = "repair"
    REFUSE = "refuse"


class CollectSettings(Section):
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


class NewsSettings(Section):
    """Sources of text and mood beside the feeds."""

    sources: tuple[str, ...] = Field(
        ("feeds", "yfinance", "fear and greed", "trending", "ratings", "community", "fundamentals"),
        description="Which are asked: feeds, yfinance, newsapi (key), gdelt, reddit (key, or public JSON), fear and greed, trending, community, ratings, fundamentals.",
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


class Keys(Section):
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
    llm: SecretStr | None = Field(
        None, description="Key of the language model's endpoint; servers on this machine need none."
    )
    reddit_secret: SecretStr | None = Field(None, description="Reddit client secret.")
    alerts: SecretStr | None = Field(
        None,
        description="Addresses that alerts go to, as Apprise writes them, separated by blanks; critical= before one keeps it for those.",
    )
    database: SecretStr | None = Field(
        None,
        description="Key of an encrypted database and of its back-ups; `python -m core encrypt` converts a plain one. Who loses it loses the data.",
    )
