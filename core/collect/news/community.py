"""A coin's community, developers, supply and locked value from CoinGecko."""

import math
from datetime import datetime, timedelta
from typing import Any

from core.collect.news.coingecko import CoinGecko
from core.collect.news.plain import moment
from core.collect.news.source import NewsAnswer, Validator
from core.collect.source import Limit
from core.collect.venues.coingecko_source import COIN_IDS
from core.errors import BadData, Unsupported
from core.records import AssetClass, Instrument, NewsKind, Reading

FIGURES = {
    "reddit subscribers": ("community_data", "reddit_subscribers"),
    "reddit active accounts": ("community_data", "reddit_accounts_active_48h"),
    "reddit posts per hour": ("community_data", "reddit_average_posts_48h"),
    "telegram members": ("community_data", "telegram_channel_user_count"),
    "watchlists": ("watchlist_portfolio_users",),
    "votes up (%)": ("sentiment_votes_up_percentage",),
    "github stars": ("developer_data", "stars"),
    "github forks": ("developer_data", "forks"),
    "commits in 4 weeks": ("developer_data", "commit_count_4_weeks"),
    "merged pull requests": ("developer_data", "pull_requests_merged"),
    "circulating supply": ("market_data", "circulating_supply"),
    "total supply": ("market_data", "total_supply"),
    "maximum supply": ("market_data", "max_supply"),
    "total value locked (USD)": ("market_data", "total_value_locked", "usd"),
}
"""Name of a figure and where it lies in CoinGecko's answer."""


class Community:
    """Figures of one coin, once a day; only those that CoinGecko serves."""

    name = "community"
    kind = NewsKind.NEWS
    limits = (Limit(5, 60.0),)
    about_one = True

    def __init__(self, coingecko: CoinGecko, every: timedelta = timedelta(days=1)) -> None:
        self.every = every
        self._coingecko = coingecko

    def offer(self, instrument: Instrument) -> None:
        """Well-known coins."""
        if instrument.asset_class is not AssetClass.CRYPTO or instrument.base not in COIN_IDS:
            raise Unsupported(f"{instrument.symbol} is not on the list of coins that are asked of CoinGecko")

    def read(
        self, instrument: Instrument, since: datetime, now: datetime, seen: Validator | None
    ) -> NewsAnswer:
        """The figures of now. Raises SourceError."""
        self.offer(instrument)
        answer = self._coingecko.ask(
            lambda client: client.get_coin_by_id(
                COIN_IDS[instrument.base],
                localization="false",
                tickers="false",
                market_data="true",
                community_data="true",
                developer_data="true",
            )
        )
        if not isinstance(answer, dict) or "id" not in answer:
            raise BadData("CoinGecko answered with something that is no coin")
        told = moment(answer.get("last_updated"))
        time = min(told, now) if told else now
        return NewsAnswer(
            readings=tuple(
                Reading(self.name, name, instrument.symbol, time, value, "", now)
                for name, path in FIGURES.items()
                if (value := _figure(answer, path)) is not None
            )
        )


def _figure(answer: Any, path: tuple[str, ...]) -> float | None:
    """A number above 0: CoinGecko writes 0 for what it does not collect any more."""
    found = answer
    for step in path:
        found = found.get(step) if isinstance(found, dict) else None
    try:
        value = float(found)
    except (TypeError, ValueError):
        return None
    return value if not isinstance(found, bool) and math.isfinite(value) and value > 0 else None
