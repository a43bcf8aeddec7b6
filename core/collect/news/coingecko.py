"""CoinGecko as the sources of attention and community ask it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from core.collect.wire.coingecko_client import ask_coingecko


@dataclass(frozen=True, slots=True, repr=False)
class CoinGecko:
    """How CoinGecko is asked."""

    timeout: float
    """Seconds for one answer."""
    key: str | None = None
    """Of a demo account; raises the rate limit."""
    pro_key: str | None = None
    base_url: str | None = None
    """Ends in /api/v3/; None: CoinGecko's own."""

    def ask(self, question: Callable[[Any], Any]) -> Any:
        """Put a question to a fresh `pycoingecko.CoinGeckoAPI`.

        Raises:
            SourceError: RateLimited, NeedsKey, NotFound, Unreachable or BadData.
        """
        return ask_coingecko(question, self.timeout, "", self.key, self.pro_key, self.base_url)
