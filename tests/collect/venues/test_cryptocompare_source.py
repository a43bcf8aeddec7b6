"""CryptoCompare's format on a loopback server: pages backwards, aggregation, and refusals with status 200."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from core.collect.venues.cryptocompare_source import CryptoCompareSource
from core.errors import BadData, NeedsKey, NotFound, RateLimited, SourceError, Unsupported
from core.instruments import resolve
from core.records import Timeframe
from core.tables import check_bars
from tests.collect.loopback import Loopback, Reply
from tests.collect.venues.providers import BTC, KEY, Row, cryptocompare_rows

NOON = datetime(2024, 3, 5, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def market(count: int, first: datetime = NOON, step: timedelta = HOUR) -> list[Row]:
    return [
        [int((first + n * step).timestamp()), 100.0 + n, 101.0 + n, 99.0 + n, 100.5 + n, 2.0]
        for n in range(count)
    ]


def serving(bars: list[Row], seconds: int = 3600) -> Callable[[dict[str, str]], Reply]:
    """CryptoCompare's rule: `limit` + 1 bars up to `toTs`, all zero before the first trade."""

    def answer(query: dict[str, str]) -> Reply:
        last = int(query["toTs"]) // seconds * seconds
        known = {row[0]: row for row in bars}
        times = range(last - int(query["limit"]) * seconds, last + 1, seconds)
        return Reply(cryptocompare_rows([known.get(time, [time, 0, 0, 0, 0, 0]) for time in times]))

    return answer


@pytest.fixture
def source(loopback: Loopback) -> CryptoCompareSource:
    return CryptoCompareSource(5.0, KEY, loopback.url)


def test_pages_go_back_in_time_until_the_start(source: CryptoCompareSource, loopback: Loopback) -> None:
    bars = market(4500)
    loopback.on("/data/v2/histohour", serving(bars))
    found = source.fetch(BTC, Timeframe.H1, NOON, NOON + 4500 * HOUR)
    assert found["open"].tolist() == [row[1] for row in bars]
    check_bars(found, "cryptocompare")
    asked = [int(query["limit"]) for _, query, _ in loopback.asked]
    assert asked[:2] == [2000, 2000] and len(asked) == 3 and asked[2] <= 500
    assert loopback.asked[0][2]["authorization"] == f"Apikey {KEY}"


def test_zeros_before_the_first_trade_are_no_bars_and_end_the_paging(
    source: CryptoCompareSource, loopback: Loopback
) -> None:
    loopback.on("/data/v2/histohour", serving(market(100)))
    found = source.fetch(BTC, Timeframe.H1, NOON - 20_000 * HOUR, NOON + 100 * HOUR)
    assert len(found) == 100 and len(loopback.asked) == 2


@pytest.mark.parametrize(
    ("timeframe", "endpoint", "aggregate"),
    [
        ("1m", "histominute", "1"), ("5m", "histominute", "5"), ("15m", "histominute", "15"),
        ("30m", "histominute", "30"), ("1h", "histohour", "1"), ("4h", "histohour", "4"), ("1d", "histoday", "1"),
    ],
)  # fmt: skip
def test_each_timeframe_has_its_endpoint(
    source: CryptoCompareSource, loopback: Loopback, timeframe: str, endpoint: str, aggregate: str
) -> None:
    frame = Timeframe(timeframe)
    first = datetime(2024, 3, 5, tzinfo=UTC)
    loopback.on(f"/data/v2/{endpoint}", serving(market(5, first, frame.delta), frame.seconds))
    found = source.fetch(BTC, frame, first, first + 5 * frame.delta)
    assert found["open"].tolist() == [100, 101, 102, 103, 104]
    assert loopback.asked[0][1]["aggregate"] == aggregate


def test_minutes_are_kept_for_a_week_and_that_is_told(source: CryptoCompareSource) -> None:
    assert source.offer(BTC, Timeframe.M30).history == timedelta(days=7)
    assert source.offer(BTC, Timeframe.H4).history is None


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("You are over your rate limit please upgrade your account!", RateLimited),
        ("You need a valid auth key or api key to access this endpoint", NeedsKey),
        (f"The API key {KEY} is not valid", NeedsKey),
        ("cccagg_or_exchange market does not exist for this coin pair (ZZZ-USD)", NotFound),
        ("There is no data for the symbol ZZZ .", NotFound),
        ("limit param is not an integer", BadData),
    ],
)
def test_an_error_of_status_200_is_told_apart_by_its_sentence(
    source: CryptoCompareSource, loopback: Loopback, said: str, kind: type[SourceError]
) -> None:
    loopback.on("/data", Reply({"Response": "Error", "Message": said, "Type": 2, "Data": {}}))
    with pytest.raises(SourceError) as caught:
        source.fetch(BTC, Timeframe.H1, NOON, NOON + HOUR)
    assert type(caught.value) is kind and KEY not in str(caught.value)


@pytest.mark.parametrize(
    "data", [None, {}, {"Data": 5}, {"Data": [{"open": 1}]}, {"Data": [{"time": "x"}]}, {"Data": [None]}]
)
def test_bars_that_are_none_are_bad_data(
    source: CryptoCompareSource, loopback: Loopback, data: object
) -> None:
    loopback.on("/data", Reply({"Response": "Success", "Data": data}))
    with pytest.raises(BadData):
        source.fetch(BTC, Timeframe.H1, NOON, NOON + HOUR)


def test_a_provider_that_repeats_one_page_ends(source: CryptoCompareSource, loopback: Loopback) -> None:
    loopback.on("/data", Reply(cryptocompare_rows(market(5, NOON + 10 * HOUR))))
    with pytest.raises(NotFound):
        source.fetch(BTC, Timeframe.H1, NOON - 5000 * HOUR, NOON)
    assert len(loopback.asked) == 1


def test_without_a_key_it_offers_nothing_and_names_the_variable(loopback: Loopback) -> None:
    source = CryptoCompareSource(1.0, None, loopback.url)
    with pytest.raises(Unsupported, match="GLASSBOX_KEYS__CRYPTOCOMPARE"):
        source.offer(BTC, Timeframe.H1)
    with pytest.raises(Unsupported, match="crypto only"):
        source.offer(resolve("AAPL"), Timeframe.H1)
    with pytest.raises(Unsupported):
        source.fetch(BTC, Timeframe.H1, NOON, NOON + HOUR)
    assert not loopback.asked
