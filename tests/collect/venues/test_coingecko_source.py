"""The real pycoingecko client against a loopback CoinGecko."""

import time
import traceback
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest

from core.collect import CoinGeckoSource
from core.collect.wire.coingecko_client import ask_coingecko
from core.errors import BadData, NeedsKey, NotFound, RateLimited, SourceError, Unreachable, Unsupported
from core.instruments import resolve
from core.records import Timeframe
from core.tables import check_bars
from tests.collect.loopback import Loopback, Reply

BTC = resolve("BTC-USD")
NOW = datetime(2024, 3, 5, 12, 5, tzinfo=UTC)
MIDNIGHT = datetime(2024, 3, 5, tzinfo=UTC)
OHLC = "/api/v3/coins/bitcoin/ohlc"


def ask(
    loopback: Loopback,
    reply: Reply,
    timeframe: Timeframe = Timeframe.M30,
    back: float = 1,
    key: str | None = None,
):
    loopback.on("/api/v3/", reply)
    source = CoinGeckoSource(0.5, key, f"{loopback.url}/api/v3/", lambda: NOW)
    return source.fetch(BTC, timeframe, NOW - timedelta(days=back), NOW)


def rows(step: timedelta, count: int) -> list[list[float]]:
    """Closes at and after midnight; open 100, 101, …"""
    return [
        [int((MIDNIGHT + step * n).timestamp() * 1000), 100 + n, 102 + n, 99 + n, 101 + n] for n in range(count)
    ]  # fmt: skip


def test_the_time_of_a_row_is_its_close(loopback: Loopback) -> None:
    bars = ask(loopback, Reply(rows(timedelta(minutes=30), 4)))
    assert bars.index[0] == MIDNIGHT - timedelta(minutes=30)
    assert bars.iloc[0].tolist() == [100, 102, 99, 101, 0]
    check_bars(bars, "coingecko")
    path, query, _ = loopback.asked[0]
    assert path == OHLC and query == {"vs_currency": "usd", "days": "1"}


@pytest.mark.parametrize(("back", "days"), [(3, "7"), (10, "14"), (29, "30"), (400, "30")])
def test_four_hours_ask_for_as_few_days_as_reach(loopback: Loopback, back: float, days: str) -> None:
    ask(loopback, Reply(rows(timedelta(hours=4), 3)), Timeframe.H4, back)
    assert loopback.asked[0][1]["days"] == days


def test_a_row_off_the_grid_is_unfinished(loopback: Loopback) -> None:
    answer = rows(timedelta(minutes=30), 3)
    answer.append([answer[-1][0] + 7 * 60_000, 103, 104, 102, 103])
    assert len(ask(loopback, Reply(answer))) == 3


def test_the_key_goes_along(loopback: Loopback) -> None:
    ask(loopback, Reply(rows(timedelta(minutes=30), 2)), key="demo-1")
    assert loopback.asked[0][1]["x_cg_demo_api_key"] == "demo-1"


def failure(loopback: Loopback, reply: Reply) -> SourceError:
    with pytest.raises(SourceError) as caught:
        ask(loopback, reply)
    return caught.value


@pytest.mark.parametrize("body", ["Throttled", {"status": {"error_code": 429, "error_message": "slow down"}}])
def test_too_many_requests(loopback: Loopback, body: object) -> None:
    error = failure(loopback, Reply(body, 429, {"Retry-After": "17"}))
    assert isinstance(error, RateLimited) and error.retry_after == 17


@pytest.mark.parametrize(
    "body", ["no", {"status": {"error_code": 10002, "error_message": "API Key Missing"}}]
)
def test_a_refused_key(loopback: Loopback, body: object) -> None:
    error = failure(loopback, Reply(body, 401))
    assert isinstance(error, NeedsKey) and "GLASSBOX_KEYS__COINGECKO" in str(error)


def test_an_unknown_coin(loopback: Loopback) -> None:
    assert isinstance(failure(loopback, Reply({"error": "coin not found"}, 404)), NotFound)


def test_a_server_error(loopback: Loopback) -> None:
    assert isinstance(failure(loopback, Reply(b"\xff\xfe broken", 503)), Unreachable)


@pytest.mark.parametrize(
    "body", ["<html>", {"prices": []}, [[1, 2]], [["a", "b", "c", "d", "e"]], b"\xff\xfe\xfa"]
)
def test_garbage(loopback: Loopback, body: object) -> None:
    assert isinstance(failure(loopback, Reply(body)), BadData)


def test_an_empty_answer(loopback: Loopback) -> None:
    assert isinstance(failure(loopback, Reply([])), NotFound)


def test_silence(loopback: Loopback) -> None:
    begun = time.monotonic()
    assert isinstance(failure(loopback, Reply([], delay=10)), Unreachable)
    assert time.monotonic() - begun < 2


def test_what_is_not_served_is_said_not_invented() -> None:
    source = CoinGeckoSource(1.0)
    for symbol, timeframe in (
        ("AAPL", Timeframe.M30),
        ("BTC-USD", Timeframe.M15),
        ("BTC-USD", Timeframe.D1),
        ("ZZZ-USD", Timeframe.H4),
    ):
        with pytest.raises(Unsupported):
            source.offer(resolve(symbol), timeframe)
    assert "volume" in source.offer(BTC, Timeframe.H4).note


def test_hours_are_built_from_the_half_hours_of_the_last_day(loopback: Loopback) -> None:
    """Closes at 00:00, 00:30 … 03:30: the hours of 00:00, 01:00 and 02:00 are whole, those around are not."""
    bars = ask(loopback, Reply(rows(timedelta(minutes=30), 8)), Timeframe.H1)
    assert [moment.hour for moment in bars.index] == [0, 1, 2]
    assert bars.iloc[0].tolist() == [101, 104, 100, 103, 0]
    assert loopback.asked[0][1]["days"] == "1"
    assert CoinGeckoSource(1.0).offer(BTC, Timeframe.H1).history == timedelta(days=1)


def test_an_hour_that_lacks_a_half_is_not_built(loopback: Loopback) -> None:
    answer = rows(timedelta(minutes=30), 8)
    del answer[3]  # 01:00 to 01:30
    bars = ask(loopback, Reply(answer), Timeframe.H1)
    assert [moment.hour for moment in bars.index] == [0, 2]


# --- a paid plan ---------------------------------------------------------------------------------------------------

PRO = "pro-key-of-mine"
RANGE = OHLC + "/range"


def with_plan(loopback: Loopback) -> CoinGeckoSource:
    return CoinGeckoSource(2.0, "demo-1", f"{loopback.url}/api/v3/", lambda: NOW, pro_key=PRO)


def market(loopback: Loopback, step: timedelta) -> None:
    """Every close of the range asked for, told apart by the open: hours or days since 1970."""

    def answer(query: dict[str, str]) -> Reply:
        seconds = int(step.total_seconds())
        closes = range(-(-int(query["from"]) // seconds) * seconds, int(query["to"]) + 1, seconds)
        return Reply([[close * 1000, close // seconds - 1, 9e9, 1, 2] for close in closes])

    loopback.on(RANGE, answer)


@pytest.mark.parametrize(
    ("timeframe", "interval", "back", "answers"),
    [
        (Timeframe.H1, "hourly", 3, 1),
        (Timeframe.H1, "hourly", 100, 4),
        (Timeframe.D1, "daily", 100, 1),
        (Timeframe.D1, "daily", 500, 3),
    ],
)
def test_a_paid_plan_opens_hours_and_days_in_answers_of_limited_span(
    loopback: Loopback, timeframe: Timeframe, interval: str, back: int, answers: int
) -> None:
    market(loopback, timeframe.delta)
    start = MIDNIGHT - timedelta(days=back)
    bars = with_plan(loopback).fetch(BTC, timeframe, start, MIDNIGHT)
    opens = [int((start + n * timeframe.delta).timestamp()) // timeframe.seconds for n in range(len(bars))]
    assert bars["open"].tolist() == opens and len(bars) == timedelta(days=back) / timeframe.delta
    assert bars.index[0] == start and bars.index.is_unique
    asked = [query for _, query, _ in loopback.asked]
    assert len(asked) == answers and {query["interval"] for query in asked} == {interval}
    assert {query["x_cg_pro_api_key"] for query in asked} == {PRO}
    assert not any("x_cg_demo_api_key" in query for query in asked)


def test_four_hours_of_a_paid_plan_are_built_from_hours(loopback: Loopback) -> None:
    market(loopback, timedelta(hours=1))
    bars = with_plan(loopback).fetch(BTC, Timeframe.H4, MIDNIGHT - timedelta(days=90), MIDNIGHT)
    assert len(bars) == 90 * 6 and bars.index[0] == MIDNIGHT - timedelta(days=90)


def test_a_paid_plan_reaches_back_to_2018_and_half_hours_stay_a_day(loopback: Loopback) -> None:
    source = with_plan(loopback)
    assert NOW - source.offer(BTC, Timeframe.D1).history == datetime(2018, 2, 9, tzinfo=UTC)
    assert source.offer(BTC, Timeframe.M30).history == timedelta(days=1)
    assert (
        source.limits[0].calls
        > CoinGeckoSource(1.0, "demo").limits[0].calls
        > CoinGeckoSource(1.0).limits[0].calls
    )


def test_a_refused_key_of_a_paid_plan_names_its_own_variable_and_is_told_nowhere(loopback: Loopback) -> None:
    loopback.on("/api/v3/", Reply("no", 401))
    with pytest.raises(NeedsKey, match="GLASSBOX_KEYS__COINGECKO_PRO") as caught:
        with_plan(loopback).fetch(BTC, Timeframe.D1, MIDNIGHT - timedelta(days=3), MIDNIGHT)
    assert PRO not in "".join(traceback.format_exception(caught.value))


def test_a_paid_plan_is_asked_at_its_own_host() -> None:
    """pycoingecko chooses the host by the key; here nobody listens, and the key is in no error."""
    hosts = []

    def question(client):
        hosts.append(urlsplit(client.api_base_url).hostname)
        client.api_base_url = "http://127.0.0.1:9/api/v3/"
        return client.ping()

    for keys in ({"key": "demo-1"}, {"key": "demo-1", "pro_key": PRO}):
        with pytest.raises(Unreachable) as caught:
            ask_coingecko(question, 2.0, "usd", **keys)
        assert PRO not in "".join(traceback.format_exception(caught.value))
    assert hosts == ["api.coingecko.com", "pro-api.coingecko.com"]
