"""Yahoo's quotes on a loopback server: cookie, crumb, consent, quoteSummary, quote and timeseries, as yfinance asks them."""

from dataclasses import dataclass, field
from typing import Any

from yfinance.data import SingletonMeta, YfData

from tests.collect.loopback import Loopback, Reply

SUMMARY = "/query2.finance.yahoo.com/v10/finance/quoteSummary/"
QUOTE = "/query1.finance.yahoo.com/v7/finance/quote"
TIMESERIES = "/query1.finance.yahoo.com/ws/fundamentals-timeseries/"
CONSENT = (
    '<form><input name="csrfToken" value="token"><input type="hidden" name="sessionId" value="s-1"></form>'
)
REFUSED = {"finance": {"result": None, "error": {"code": "Unauthorized", "description": "Invalid Crumb"}}}
UNKNOWN = {"quoteSummary": {"result": None, "error": {"code": "Not Found", "description": "Quote not found"}}}

Modules = dict[str, dict[str, Any]]
APPLE: tuple[Modules, dict[str, Any]] = (
    {
        "assetProfile": {"sector": "Technology", "industry": "Consumer Electronics", "companyOfficers": [{"name": "A"}], "maxAge": 86400},
        "summaryDetail": {"maxAge": 1, "dividendYield": 0.0045, "trailingAnnualDividendYield": 0.004404518, "beta": 1.165,
                          "trailingPE": 34.97572, "forwardPE": 27.736462, "fiftyTwoWeekLow": 169.21, "fiftyTwoWeekHigh": 260.1,
                          "marketCap": 3_420_563_963_904, "currency": "USD", "yield": None},
        "defaultKeyStatistics": {"maxAge": 1, "sharesOutstanding": 14_840_399_872, "category": None, "beta3Year": None},
        "quoteType": {"quoteType": "EQUITY", "symbol": "AAPL"},
        "financialData": {"financialCurrency": "USD"},
    },
    {"quoteType": "EQUITY", "currency": "USD", "dividendYield": 0.45, "trailingAnnualDividendYield": 0.004404518,
     "marketCap": 3_420_563_963_904, "forwardPE": 27.736462, "trailingPE": 34.97572, "sharesOutstanding": 14_840_399_872,
     "fiftyTwoWeekLow": 169.21, "fiftyTwoWeekHigh": 260.1, "earningsTimestamp": 1_706_821_200,
     "earningsTimestampStart": 1_714_680_000, "earningsTimestampEnd": 1_714_680_000, "isEarningsDateEstimate": True},
)  # fmt: skip
"""Modules of quoteSummary and the row of quote; reported on 2024-02-01, next on 2024-05-02."""
FUND: tuple[Modules, dict[str, Any]] = (
    {
        "summaryDetail": {"maxAge": 1, "yield": 0.0132, "fiftyTwoWeekLow": 379.0, "fiftyTwoWeekHigh": 510.13, "currency": "USD",
                          "trailingPE": 24.8},
        "defaultKeyStatistics": {"beta3Year": 1.0, "category": "Large Blend", "maxAge": 1},
        "quoteType": {"quoteType": "ETF"},
    },
    {"quoteType": "ETF", "currency": "USD", "trailingAnnualDividendYield": 0.0, "marketCap": 473_000_000_000},
)  # fmt: skip


def forget_yahoo() -> None:
    """Take back what yfinance keeps for the whole process: one session with its crumb, and answers by address."""
    SingletonMeta._instances.pop(YfData, None)
    YfData.cache_get.cache_clear()


@dataclass
class YahooQuotes:
    """Answers only who brings the cookie and the crumb of now."""

    loopback: Loopback
    known: dict[str, tuple[Modules, dict[str, Any]]]
    crumb: str = "cr/umb.1"
    broken: dict[str, Reply] = field(default_factory=dict)
    """Path → what is said there instead."""

    def __post_init__(self) -> None:
        cookie = {"Set-Cookie": "A3=d-1; Path=/"}
        self.loopback.on("/fc.yahoo.com", Reply("ok", 404, cookie))  # it answers 404, its cookie counts
        self.loopback.on("/guce.yahoo.com/", Reply(CONSENT))
        self.loopback.on("/consent.yahoo.com/v2/collectConsent", Reply("", headers=cookie))
        for host in ("query1", "query2"):
            self.loopback.on(f"/{host}.finance.yahoo.com/v1/test/getcrumb", lambda query: self._crumb())
        self.loopback.on(SUMMARY, lambda query: self._summary(query))
        self.loopback.on(QUOTE, lambda query: self._quote(query))
        self.loopback.on(
            TIMESERIES,
            lambda query: self.broken.get(TIMESERIES) or Reply({"timeseries": {"result": [], "error": None}}),
        )

    def _crumb(self) -> Reply:
        return Reply(self.crumb) if self._known_browser() else Reply("", 401)

    def _known_browser(self) -> bool:
        return "A3=d-1" in self.loopback.asked[-1][2].get("Cookie", "")

    def _let_in(self, query: dict[str, str]) -> bool:
        return self._known_browser() and query.get("crumb") == self.crumb

    def _summary(self, query: dict[str, str]) -> Reply:
        if SUMMARY in self.broken or not self._let_in(query):
            return self.broken.get(SUMMARY) or Reply(REFUSED, 401)
        if query["symbol"] not in self.known:
            return Reply(UNKNOWN, 404)
        modules = self.known[query["symbol"]][0]
        asked = {name: modules[name] for name in query["modules"].split(",") if name in modules}
        return Reply({"quoteSummary": {"result": [asked], "error": None}})

    def _quote(self, query: dict[str, str]) -> Reply:
        if not self._let_in(query):
            return Reply(REFUSED, 401)
        rows = [
            self.known[name][1] | {"symbol": name}
            for name in query["symbols"].split(",")
            if name in self.known
        ]
        return Reply({"quoteResponse": {"result": rows, "error": None}})
