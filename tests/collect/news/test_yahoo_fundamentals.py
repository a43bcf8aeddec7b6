"""Fundamentals through the real yfinance on a loopback server that wants its cookie and crumb."""

from copy import deepcopy
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from core.collect.gate import Gate
from core.collect.news.collecting import LastAsked, NewsBatch, collect_news
from core.collect.news.community import FIGURES as COIN_FIGURES
from core.collect.news.yahoo_fundamentals import EARNINGS, NUMBERS, WORDS, YahooFundamentals
from core.collect.venues.yahoo import Yahoo
from core.errors import BadData, Unsupported
from core.instruments import resolve
from core.pipeline.day_fundamentals import FIGURES as TOLD
from core.records import NewsKind, Reading, SourceCall
from tests.collect.loopback import Loopback, Reply
from tests.collect.yahoo_quotes import APPLE, FUND, QUOTE, SUMMARY, TIMESERIES, YahooQuotes

AAPL, SPY, VOD = resolve("AAPL"), resolve("SPY"), resolve("VOD.L")
NOW = datetime(2024, 3, 5, 12, tzinfo=UTC)


@pytest.fixture
def quotes(loopback: Loopback, yahoo: Yahoo) -> YahooQuotes:
    return YahooQuotes(loopback, {"AAPL": APPLE, "SPY": FUND})


def read(yahoo: Yahoo, instrument=AAPL, now: datetime = NOW) -> tuple[Reading, ...]:
    answer = YahooFundamentals(yahoo).read(instrument, now - timedelta(days=5), now, None)
    assert answer.items == ()
    return answer.readings


def values(readings: tuple[Reading, ...]) -> dict[str, Any]:
    return {item.name: (item.value, item.words) for item in readings}


def with_quote(**more: Any) -> tuple:
    modules, row = deepcopy(APPLE)
    return modules, row | more


def test_a_stock_is_told_by_the_numbers_of_its_answer(yahoo: Yahoo, quotes: YahooQuotes) -> None:
    readings = read(yahoo)
    told = values(readings)
    assert told.pop("dividend yield (%)")[0] == pytest.approx(0.4404518), (
        "per cent of the fraction, not 0.45 × 100"
    )
    assert told == {
        "market value": (3_420_563_963_904, "USD"), "trailing P/E": (34.97572, ""), "forward P/E": (27.736462, ""),
        "52-week low": (169.21, "USD"), "52-week high": (260.1, "USD"), "beta": (1.165, ""),
        "shares outstanding": (14_840_399_872, ""), "sector": (0, "Technology"),
        "next earnings": (0, "2024-05-02, estimated"),
    }  # fmt: skip
    assert {(item.symbol, item.source, item.time, item.fetched_at) for item in readings} == {
        ("AAPL", "yfinance fundamentals", NOW, NOW)
    }, "they hold for the moment of the question, whenever Yahoo's last price was"


def test_a_fund_is_told_by_its_own(yahoo: Yahoo, quotes: YahooQuotes) -> None:
    told = values(read(yahoo, SPY))
    assert told.pop("dividend yield (%)")[0] == pytest.approx(1.32)
    assert told == {
        "market value": (473_000_000_000, "USD"), "trailing P/E": (24.8, ""), "52-week low": (379, "USD"),
        "52-week high": (510.13, "USD"), "beta": (1, ""), "fund category": (0, "Large Blend"),
    }  # fmt: skip


def test_where_prices_are_in_pence_no_ratio_of_pence_and_pounds_is_told(
    yahoo: Yahoo, quotes: YahooQuotes
) -> None:
    modules, row = deepcopy(APPLE)
    modules["summaryDetail"]["currency"] = "GBp"
    quotes.known["VOD.L"] = (modules, row | {"currency": "GBp"})
    told = values(read(yahoo, VOD))
    assert told["market value"][1] == "GBP" and told["52-week low"][1] == "GBp"
    assert not told.keys() & {"trailing P/E", "forward P/E", "dividend yield (%)"}


def test_one_question_is_one_request_for_each_part_with_cookie_and_crumb(
    yahoo: Yahoo, quotes: YahooQuotes, loopback: Loopback
) -> None:
    read(yahoo)
    assert [loopback.count(part) for part in (SUMMARY, QUOTE, TIMESERIES, "getcrumb")] == [1] * 4
    for path, query, headers in loopback.asked:
        if path.startswith((SUMMARY, QUOTE)):
            assert query["crumb"] == "cr/umb.1" and "A3=d-1" in headers["Cookie"]
    read(yahoo)
    assert loopback.count("getcrumb") == 1, "it is kept"


def test_a_crumb_that_holds_no_more_is_renewed_after_consent(
    yahoo: Yahoo, quotes: YahooQuotes, loopback: Loopback
) -> None:
    first = values(read(yahoo))
    quotes.crumb = "cr/umb.2"
    assert values(read(yahoo)) == first
    assert loopback.count("/v2/collectConsent") == 1 and loopback.count(SUMMARY) == 3
    assert loopback.asked[-1][1]["crumb"] == "cr/umb.2"


@pytest.mark.parametrize("reply", [Reply("oops", 500), Reply("<html></html>"), Reply("slow", 429)])
def test_a_failing_request_for_what_is_not_told_costs_nothing(
    reply: Reply, yahoo: Yahoo, quotes: YahooQuotes
) -> None:
    quotes.broken[TIMESERIES] = reply
    assert values(read(yahoo))["market value"] == (3_420_563_963_904, "USD")


def test_what_yahoo_does_not_know_is_left_out(yahoo: Yahoo, quotes: YahooQuotes) -> None:
    quotes.known["AAPL"] = (
        {"quoteType": {"quoteType": "EQUITY"}},
        {"quoteType": "EQUITY", "currency": "USD", "marketCap": 0, "trailingPE": "Infinity", "forwardPE": -12.5,
         "trailingAnnualDividendYield": "nan", "beta": -0.2, "sharesOutstanding": [1], "fiftyTwoWeekLow": True,
         "fiftyTwoWeekHigh": "n/a", "sector": {"a": 1}, "earningsTimestampStart": "soon"},
    )  # fmt: skip
    assert values(read(yahoo)) == {"forward P/E": (-12.5, ""), "beta": (-0.2, "")}


def test_words_of_others_are_plain(yahoo: Yahoo, quotes: YahooQuotes) -> None:
    quotes.known["AAPL"] = with_quote(
        sector="<script>x</script>Tech<b>nology</b>\n" + "y" * 99, currency="$" * 99
    )
    told = values(read(yahoo))
    assert "<" not in told["sector"][1] and len(told["sector"][1]) <= 60
    assert told["market value"][1] == "$$$$$"


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"isEarningsDateEstimate": False}, "2024-05-02"),
        ({"earningsTimestampStart": None, "earningsTimestamp": 1_714_680_000}, "2024-05-02, estimated"),
        ({"earningsTimestampStart": None}, None),
        ({"earningsTimestamp": 1_710_000_000}, "2024-03-09, estimated"),
    ],
)
def test_the_next_earnings_are_the_first_that_are_still_to_come(
    row: dict[str, Any], words: str | None, yahoo: Yahoo, quotes: YahooQuotes
) -> None:
    quotes.known["AAPL"] = with_quote(**row)
    assert values(read(yahoo)).get(EARNINGS) == (None if words is None else (0, words))


def test_an_unknown_stock_has_none(yahoo: Yahoo, quotes: YahooQuotes) -> None:
    assert read(yahoo, resolve("NOPE")) == ()


def test_an_answer_without_a_quote_is_bad(yahoo: Yahoo, quotes: YahooQuotes) -> None:
    quotes.known["AAPL"] = ({}, {"marketCap": 5})
    with pytest.raises(BadData, match="no quote"):
        read(yahoo)


def test_stocks_and_funds_only(yahoo: Yahoo) -> None:
    for symbol in ("BTC-USD", "EURUSD=X", "^GSPC"):
        with pytest.raises(Unsupported, match="fundamentals"):
            YahooFundamentals(yahoo).offer(resolve(symbol))
    assert YahooFundamentals(yahoo).kind is NewsKind.NEWS and YahooFundamentals(yahoo).about_one


def collect(yahoo: Yahoo, gate: Gate, now: datetime, last: LastAsked | None = None) -> NewsBatch:
    return collect_news(AAPL, (YahooFundamentals(yahoo),), last or {}, gate, now, now, ())


def test_it_is_asked_once_a_day_through_the_gate(
    yahoo: Yahoo, quotes: YahooQuotes, loopback: Loopback
) -> None:
    calls: list[SourceCall] = []
    gate = Gate(60.0, lambda: NOW, keep=calls.append)
    batch = collect(yahoo, gate, NOW)
    assert len(batch.readings) == 10 and batch.problems == ()
    (asked,) = batch.asked
    last: LastAsked = {(asked.source, asked.symbol): (asked.at, None)}
    assert collect(yahoo, gate, NOW + timedelta(hours=23), last) == NewsBatch((), (), (), ())
    assert len(collect(yahoo, gate, NOW + timedelta(hours=24), last).readings) == 10
    assert [(call.source, call.outcome, call.rows) for call in calls] == [
        ("news yfinance fundamentals", "ok", 10)
    ] * 2
    assert loopback.count(SUMMARY) == 2


def test_a_failure_is_a_problem_and_the_source_rests(
    yahoo: Yahoo, quotes: YahooQuotes, loopback: Loopback
) -> None:
    quotes.broken[SUMMARY] = Reply("oops", 503)
    calls: list[SourceCall] = []
    gate = Gate(60.0, lambda: NOW, keep=calls.append)
    batch = collect(yahoo, gate, NOW)
    assert batch.readings == () and batch.asked == ()
    assert [problem.what for problem in batch.problems] == ["Yahoo has a fault of its own (status 503)."]
    tries = loopback.count(SUMMARY)
    (problem,) = collect(yahoo, gate, NOW).problems
    assert loopback.count(SUMMARY) == tries and "Left alone until 12:01:00 UTC" in problem.what
    assert [(call.outcome, call.rest_until) for call in calls] == [
        ("Unreachable", NOW + timedelta(seconds=60))
    ]


def test_the_report_has_a_meaning_for_every_figure_that_is_read() -> None:
    assert {*NUMBERS, *WORDS, EARNINGS} <= TOLD.keys()
    assert TOLD.keys() <= {*NUMBERS, *WORDS, EARNINGS, *COIN_FIGURES}, "and none that nobody reads"
    assert all(told.meaning.endswith(".") for told in TOLD.values())
