"""Alpha Vantage's format on a loopback server: its questions, its local times, and refusals with status 200."""

from datetime import UTC, datetime, timedelta

import pytest

from core.collect.venues.alphavantage_source import AlphaVantageSource
from core.errors import BadData, NeedsKey, NotFound, RateLimited, SourceError, Unsupported
from core.instruments import resolve
from core.records import Timeframe
from core.tables import check_bars
from tests.collect.loopback import Loopback, Reply
from tests.collect.venues.providers import KEY

AAPL, BTC, EUR = resolve("AAPL"), resolve("BTC-EUR"), resolve("EURUSD=X")
DAY = timedelta(days=1)
MONDAY = datetime(2024, 3, 4, tzinfo=UTC)


@pytest.fixture
def free(loopback: Loopback) -> AlphaVantageSource:
    return AlphaVantageSource(5.0, KEY, loopback.url)


@pytest.fixture
def paid(loopback: Loopback) -> AlphaVantageSource:
    return AlphaVantageSource(5.0, KEY, loopback.url, paid=True)


def bar(price: float, **more: float) -> dict[str, str]:
    names = {
        "1. open": price,
        "2. high": price + 2,
        "3. low": price - 2,
        "4. close": price + 1,
        "5. volume": 10,
    }
    return {name: str(value) for name, value in {**names, **more}.items()}


def intraday(times: list[str], zone: str = "US/Eastern") -> dict:
    series = {moment: bar(100.0 + n) for n, moment in enumerate(times)}
    return {
        "Meta Data": {"4. Interval": "60min", "6. Time Zone": zone},
        "Time Series (60min)": dict(reversed(series.items())),
    }


def test_a_free_key_asks_for_the_newest_hundred_days_as_traded(
    free: AlphaVantageSource, loopback: Loopback
) -> None:
    loopback.on("/query", Reply({"Time Series (Daily)": {"2024-03-05": bar(11), "2024-03-04": bar(10)}}))
    found = free.fetch(AAPL, Timeframe.D1, MONDAY, MONDAY + 5 * DAY)
    assert found["close"].tolist() == [11, 12] and found.index[0] == MONDAY
    check_bars(found, "alphavantage")
    assert loopback.asked[0][1] == {
        "function": "TIME_SERIES_DAILY", "symbol": "AAPL", "outputsize": "compact", "datatype": "json", "apikey": KEY,
    }  # fmt: skip
    offer = free.offer(AAPL, Timeframe.D1)
    assert offer.history == timedelta(days=140) and not offer.adjusted and "newest hundred" in offer.note


def test_a_paid_key_gets_the_whole_past_adjusted(paid: AlphaVantageSource, loopback: Loopback) -> None:
    """A split of 2 on the 5th and a dividend before: earlier prices by the factor of the adjusted close, volume by the split."""
    before = bar(200) | {"5. adjusted close": "90.0", "6. volume": "7", "8. split coefficient": "1.0"}
    after = bar(100) | {"5. adjusted close": "101.0", "6. volume": "20", "8. split coefficient": "2.0"}
    for row in (before, after):
        del row["5. volume"]
        row["4. close"] = "200.0" if row is before else "101.0"
    loopback.on("/query", Reply({"Time Series (Daily)": {"2024-03-05": after, "2024-03-04": before}}))
    found = paid.fetch(AAPL, Timeframe.D1, MONDAY, MONDAY + 5 * DAY)
    assert found.iloc[0].tolist() == pytest.approx([90.0, 90.9, 89.1, 90.0, 14.0])
    assert found.iloc[1].tolist() == pytest.approx([100, 102, 98, 101, 20])
    asked = loopback.asked[0][1]
    assert (asked["function"], asked["outputsize"]) == ("TIME_SERIES_DAILY_ADJUSTED", "full")
    offer = paid.offer(AAPL, Timeframe.D1)
    assert offer.adjusted and offer.history is None


def test_a_paid_key_pages_shorter_bars_by_the_months_of_new_york(
    paid: AlphaVantageSource, loopback: Loopback
) -> None:
    days = {"2024-01": "2024-01-31", "2024-02": "2024-02-29", "2024-03": "2024-03-01"}
    loopback.on("/query", lambda query: Reply(intraday([f"{days[query['month']]} 10:00:00"])))
    found = paid.fetch(
        AAPL, Timeframe.H1, datetime(2024, 2, 1, 3, tzinfo=UTC), datetime(2024, 3, 2, tzinfo=UTC)
    )
    assert [f"{moment:%m-%d %H}" for moment in found.index] == ["02-29 15", "03-01 15"]
    assert [query["month"] for _, query, _ in loopback.asked] == ["2024-01", "2024-02", "2024-03"]


def test_a_month_without_bars_is_passed_over(paid: AlphaVantageSource, loopback: Loopback) -> None:
    refused = {
        "Error Message": "Invalid API call. Please retry or visit the documentation for TIME_SERIES_INTRADAY."
    }
    loopback.on(
        "/query",
        lambda query: Reply(intraday(["2024-03-01 10:00:00"]) if query["month"] == "2024-03" else refused),
    )
    found = paid.fetch(
        AAPL, Timeframe.H1, datetime(2024, 2, 10, tzinfo=UTC), datetime(2024, 3, 2, tzinfo=UTC)
    )
    assert len(found) == 1


@pytest.mark.parametrize(
    ("friday", "monday", "opens"),
    [
        ("2024-03-08", "2024-03-11", [14, 13]),  # clocks go forward on the 10th
        ("2024-11-01", "2024-11-04", [13, 14]),  # and back on the 3rd
    ],
)
@pytest.mark.parametrize("zone", ["US/Eastern", "America/New_York"])
def test_the_change_of_clocks_shifts_the_open_by_an_hour_and_loses_no_bar(
    free: AlphaVantageSource, loopback: Loopback, friday: str, monday: str, opens: list[int], zone: str
) -> None:
    hours = ("09:30", "10:30", "11:30", "12:30", "13:30", "14:30", "15:30")
    times = [f"{day} {hour}:00" for day in (friday, monday) for hour in hours]
    loopback.on("/query", Reply(intraday(times, zone)))
    start = datetime.fromisoformat(friday).replace(tzinfo=UTC)
    found = free.fetch(AAPL, Timeframe.H1, start, start + 5 * DAY)
    assert [found.index[0].hour, found.index[7].hour] == opens and len(found) == 14
    assert found["open"].tolist() == [100.0 + n for n in range(14)]
    assert loopback.asked[0][1]["extended_hours"] == "false"


def test_crypto_is_read_with_the_old_names_of_columns_and_the_new(
    free: AlphaVantageSource, loopback: Loopback
) -> None:
    old = {
        "1a. open (EUR)": "10", "1b. open (USD)": "11", "2a. high (EUR)": "12", "2b. high (USD)": "13",
        "3a. low (EUR)": "9", "3b. low (USD)": "10", "4a. close (EUR)": "11", "4b. close (USD)": "12",
        "5. volume": "3", "6. market cap (USD)": "3",
    }  # fmt: skip
    said = {
        "Meta Data": {},
        "Time Series (Digital Currency Daily)": {"2024-03-04": old, "2024-03-05": bar(10)},
    }
    loopback.on("/query", Reply(said))
    found = free.fetch(BTC, Timeframe.D1, MONDAY, MONDAY + 5 * DAY)
    assert found.to_numpy().tolist() == [[10, 12, 9, 11, 3], [10, 12, 8, 11, 10]]
    asked = loopback.asked[0][1]
    assert (asked["function"], asked["symbol"], asked["market"]) == ("DIGITAL_CURRENCY_DAILY", "BTC", "EUR")


def test_currencies_have_no_volume(free: AlphaVantageSource, loopback: Loopback) -> None:
    row = {"1. open": "1.08", "2. high": "1.09", "3. low": "1.07", "4. close": "1.085"}
    loopback.on("/query", Reply({"Time Series FX (Daily)": {"2024-03-04": row}}))
    found = free.fetch(EUR, Timeframe.D1, MONDAY, MONDAY + DAY)
    assert found.iloc[0].tolist() == [1.08, 1.09, 1.07, 1.085, 0.0]
    asked = loopback.asked[0][1]
    assert (asked["function"], asked["from_symbol"], asked["to_symbol"]) == ("FX_DAILY", "EUR", "USD")


@pytest.mark.parametrize(
    ("field", "said", "kind"),
    [
        ("Note", "Thank you for using Alpha Vantage! Our standard API call frequency is 5 calls per minute and 500 calls per day.", RateLimited),
        ("Information", f"We have detected your API key as {KEY} and our standard API rate limit is 25 requests per day. Please subscribe to any of the premium plans to instantly remove all daily rate limits.", RateLimited),
        ("Information", "Please consider spreading out your free API requests more sparingly (1 request per second).", RateLimited),
        ("Information", "Thank you for using Alpha Vantage! This is a premium endpoint. You may subscribe to any of the premium plans.", NeedsKey),
        ("Information", "The outputsize=full parameter value is a premium feature for the TIME_SERIES_DAILY endpoint.", NeedsKey),
        ("Error Message", "the parameter apikey is invalid or missing. Please claim your free API key.", NeedsKey),
        ("Information", "The demo API key is for demo purposes only. Please claim your free API key.", NeedsKey),
        ("Error Message", "Invalid API call. Please retry or visit the documentation for TIME_SERIES_DAILY.", NotFound),
        ("Surprise", "Hello.", BadData),
    ],
)  # fmt: skip
def test_a_sentence_of_status_200_is_told_apart(
    free: AlphaVantageSource, loopback: Loopback, field: str, said: str, kind: type[SourceError]
) -> None:
    loopback.on("/query", Reply({field: said}))
    with pytest.raises(SourceError) as caught:
        free.fetch(AAPL, Timeframe.D1, MONDAY, MONDAY + DAY)
    assert type(caught.value) is kind and KEY not in str(caught.value)


@pytest.mark.parametrize(
    "series", [None, 5, [], {"yesterday": bar(1)}, {"2024-03-04": 5}, {"2024-03-04": {"1. open": "high"}}]
)
def test_bars_that_are_none_are_bad_data(
    free: AlphaVantageSource, loopback: Loopback, series: object
) -> None:
    loopback.on("/query", Reply({"Time Series (Daily)": series}))
    with pytest.raises(BadData):
        free.fetch(AAPL, Timeframe.D1, MONDAY, MONDAY + DAY)


def test_the_limits_are_those_of_the_plan(free: AlphaVantageSource, paid: AlphaVantageSource) -> None:
    assert [(limit.calls, limit.seconds) for limit in free.limits] == [(5, 60), (25, 86_400)]
    assert [(limit.calls, limit.seconds) for limit in paid.limits] == [(75, 60)]


def test_a_free_key_gets_shorter_bars_when_the_day_is_over(
    free: AlphaVantageSource, paid: AlphaVantageSource
) -> None:
    assert free.offer(AAPL, Timeframe.H1).delay == DAY
    assert paid.offer(AAPL, Timeframe.H1).delay == timedelta(minutes=15)


@pytest.mark.parametrize(
    ("symbol", "timeframe"),
    [
        ("AAPL", "4h"),
        ("BTC-USD", "1h"),
        ("EURUSD=X", "1h"),
        ("^GSPC", "1d"),
        ("VOD.L", "1d"),
        ("7203.T", "1d"),
    ],
)
def test_what_it_does_not_serve_is_not_offered(free: AlphaVantageSource, symbol: str, timeframe: str) -> None:
    with pytest.raises(Unsupported):
        free.offer(resolve(symbol), Timeframe(timeframe))


def test_share_classes_are_offered(free: AlphaVantageSource) -> None:
    assert free.offer(resolve("BRK.B"), Timeframe.D1).local is False


def test_without_a_key_it_offers_nothing_and_names_the_variable(loopback: Loopback) -> None:
    source = AlphaVantageSource(1.0, None, loopback.url)
    with pytest.raises(Unsupported, match="GLASSBOX_KEYS__ALPHAVANTAGE"):
        source.offer(AAPL, Timeframe.D1)
    assert not loopback.asked
