"""One question to CoinGecko through pycoingecko, its errors as ours."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from core.collect.news.fetching import refusal
from core.errors import BadData, NeedsKey, SourceError, Unreachable


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
        import requests
        from pycoingecko import CoinGeckoAPI

        client = CoinGeckoAPI(api_key=self.pro_key or "", retries=0, demo_api_key=self.key or "")
        client.request_timeout = self.timeout
        if self.base_url:
            client.api_base_url = self.base_url
        try:
            return question(client)
        except requests.HTTPError as err:
            raise _refusal(err.response) from err
        except requests.JSONDecodeError as err:
            raise BadData("CoinGecko answered with something that is no JSON") from err
        except requests.Timeout as err:
            raise Unreachable(f"CoinGecko did not answer within {self.timeout:g} seconds") from err
        except requests.RequestException as err:
            raise Unreachable(f"CoinGecko cannot be reached ({type(err).__name__})") from err
        except ValueError as err:
            # pycoingecko raises a refusal that has a JSON body as ValueError, with the HTTP error as its context
            if isinstance(err.__context__, requests.HTTPError):
                raise _refusal(err.__context__.response) from err
            raise BadData("CoinGecko answered with something that is no JSON") from err
        finally:
            client.session.close()


def _refusal(response: Any) -> SourceError:
    error = refusal(response.status_code, response.headers, "CoinGecko")
    if isinstance(error, NeedsKey):
        return NeedsKey(f"{error}: set or correct GLASSBOX_KEYS__COINGECKO")
    return error
