"""Every provider, through its real client, on every kind of bad day."""

import json
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest

from core.collect import Yahoo
from core.errors import BadData, NeedsKey, NotFound, RateLimited, SourceError, Unreachable
from core.tables import check_bars, empty_bars
from tests.collect.loopback import Loopback, LoopbackSession, Reply
from tests.collect.venues.providers import KEY, NOON, PROVIDERS, Provider, Row, rows

PATIENT, SHORT = 5.0, 0.3
YahooWith = Callable[[float], Yahoo]

EVERY = pytest.mark.parametrize("provider", PROVIDERS, ids=[p.name for p in PROVIDERS])
EXTENSIBLE = [provider for provider in PROVIDERS if provider.extend]
WITH_MARKETS = [provider for provider in PROVIDERS if provider.markets]


@pytest.fixture
def yahoo_with(yahoo: Yahoo, loopback: Loopback, yahoo_cache: Path) -> YahooWith:
    """The real yfinance client on the loopback server with a time-out of one's own."""
    return lambda timeout: Yahoo(yahoo_cache, timeout, lambda: LoopbackSession(loopback.url))


def good_rows(provider: Provider) -> list[Row]:
    """Six closed bars; daily ones end at midnight."""
    step = provider.timeframe.delta
    return rows(6, step, NOON if step < timedelta(days=1) else NOON.replace(hour=0))


def fetch(
    provider: Provider, loopback: Loopback, yahoo: YahooWith, reply: Reply, timeout: float = PATIENT
) -> pd.DataFrame:
    """Seven bars' time from the first of the good rows on."""
    provider.before(loopback)
    loopback.on(provider.path, reply)
    start = datetime.fromtimestamp(good_rows(provider)[0][0], UTC)
    source = provider.make(loopback, yahoo, timeout)
    return source.fetch(provider.instrument, provider.timeframe, start, start + 7 * provider.timeframe.delta)


def assert_honest(provider: Provider, found: pd.DataFrame, served: list[Row]) -> None:
    """The bars are exactly these rows."""
    index = pd.to_datetime([row[0] for row in served], unit="s", utc=True).as_unit("us").rename("date")
    names = list(empty_bars().columns)
    wanted = pd.DataFrame([row[1:] for row in served], columns=names, index=index, dtype="float64")
    wanted = wanted if provider.has_volume else wanted.assign(volume=0.0)
    pd.testing.assert_frame_equal(found, wanted, check_freq=False)
    check_bars(found, provider.name)


@EVERY
def test_a_good_answer(provider: Provider, loopback: Loopback, yahoo_with: YahooWith) -> None:
    served = good_rows(provider)
    assert_honest(provider, fetch(provider, loopback, yahoo_with, Reply(provider.body(served))), served)


@EVERY
def test_rows_in_any_order_are_sorted(provider: Provider, loopback: Loopback, yahoo_with: YahooWith) -> None:
    served = good_rows(provider)
    shuffled = [served[place] for place in (3, 0, 5, 1, 4, 2)]
    assert_honest(provider, fetch(provider, loopback, yahoo_with, Reply(provider.body(shuffled))), served)


@EVERY
def test_numbers_as_text_are_numbers(provider: Provider, loopback: Loopback, yahoo_with: YahooWith) -> None:
    served = good_rows(provider)
    as_text = [[row[0], *(f"{value:.2f}" for value in row[1:])] for row in served]
    assert_honest(provider, fetch(provider, loopback, yahoo_with, Reply(provider.body(as_text))), served)


@EVERY
def test_a_row_of_nulls_is_left_out(provider: Provider, loopback: Loopback, yahoo_with: YahooWith) -> None:
    served = good_rows(provider)
    holed = [[row[0], *[None] * 5] if place == 2 else row for place, row in enumerate(served)]
    found = fetch(provider, loopback, yahoo_with, Reply(provider.body(holed)))
    assert_honest(provider, found, served[:2] + served[3:])


@EVERY
def test_a_null_volume_counts_as_zero(provider: Provider, loopback: Loopback, yahoo_with: YahooWith) -> None:
    served = good_rows(provider)
    holed = [[*row[:5], None] if place == 2 else row for place, row in enumerate(served)]
    found = fetch(provider, loopback, yahoo_with, Reply(provider.body(holed)))
    assert_honest(provider, found, [[*row[:5], row[5] or 0.0] for row in holed])


@pytest.mark.parametrize("provider", EXTENSIBLE, ids=[p.name for p in EXTENSIBLE])
def test_unknown_fields_are_ignored(provider: Provider, loopback: Loopback, yahoo_with: YahooWith) -> None:
    served = good_rows(provider)
    body = provider.body(served)
    provider.extend(body)
    assert_honest(provider, fetch(provider, loopback, yahoo_with, Reply(body)), served)


@EVERY
def test_the_bar_under_way_comes_as_served(
    provider: Provider, loopback: Loopback, yahoo_with: YahooWith
) -> None:
    """Whether a bar has closed is judged by the caller, which knows the time."""
    served = good_rows(provider)
    running = [int(served[-1][0] + provider.timeframe.seconds), 107.0, 107.5, 106.5, 107.2, 1.0]
    found = fetch(provider, loopback, yahoo_with, Reply(provider.body([*served, running])))
    assert_honest(provider, found, [*served, running])


@EVERY
def test_bars_outside_the_range_are_left_out(
    provider: Provider, loopback: Loopback, yahoo_with: YahooWith
) -> None:
    served = good_rows(provider)
    step = provider.timeframe.seconds
    around = [[served[0][0] - step, *served[0][1:]], *served, [served[0][0] + 7 * step, *served[0][1:]]]
    assert_honest(provider, fetch(provider, loopback, yahoo_with, Reply(provider.body(around))), served)


CUT = '{"chart": {"result": [{"meta": {"cur'
HTML = {"Content-Type": "text/html"}
TROUBLES: dict[str, tuple[Reply, type[SourceError]]] = {
    "404": (Reply('{"error": "not found"}', 404), NotFound),
    "401": (Reply('{"error": "unauthorised"}', 401), NeedsKey),
    "429 with Retry-After": (Reply("slow down", 429, {"Retry-After": "77"}), RateLimited),
    "429 without Retry-After": (Reply("slow down", 429), RateLimited),
    "500": (Reply("oops", 500), Unreachable),
    "500 with JSON": (Reply('{"code": -1, "error": ["EGeneral:Internal error"]}', 500), Unreachable),
    "503 with a page": (Reply("<html>maintenance</html>", 503, HTML), Unreachable),
    "time-out": (Reply("{}", delay=3.0), Unreachable),
    "cut body": (Reply(CUT, cut=True), Unreachable),
    "half an answer": (Reply(CUT), BadData),
    "HTML instead of JSON": (Reply("<html><body>hello</body></html>", headers=HTML), BadData),
    "nothing": (Reply(""), BadData),
    "no text": (Reply(b"\xff\xfe\xfa"), BadData),
    "null": (Reply("null"), BadData),
    "a number": (Reply("42"), BadData),
}
OTHERWISE = {("yfinance", "401"): Unreachable}
"""Yahoo has no keys: a refusal there ends when it likes."""


def failure(provider: Provider, loopback: Loopback, yahoo: YahooWith, reply: Reply) -> SourceError:
    timeout = SHORT if reply.delay else PATIENT
    with pytest.raises(SourceError) as caught:
        fetch(provider, loopback, yahoo, reply, timeout)
    said = str(caught.value)
    assert said and "\n" not in said and "<" not in said and len(said) < 200 and "127.0.0.1" not in said
    assert KEY not in "".join(traceback.format_exception(caught.value)), "nor in what it was raised from"
    return caught.value


@EVERY
@pytest.mark.parametrize("trouble", TROUBLES)
def test_trouble_is_one_kind_of_error(
    provider: Provider, trouble: str, loopback: Loopback, yahoo_with: YahooWith
) -> None:
    reply, kind = TROUBLES[trouble]
    error = failure(provider, loopback, yahoo_with, reply)
    assert type(error) is OTHERWISE.get((provider.name, trouble), kind), error
    if isinstance(error, RateLimited):
        assert error.retry_after == (77 if reply.headers else None)


@EVERY
def test_an_answer_without_bars_is_not_found(
    provider: Provider, loopback: Loopback, yahoo_with: YahooWith
) -> None:
    error = failure(provider, loopback, yahoo_with, Reply(provider.body([])))
    assert type(error) is NotFound and provider.instrument.base in str(error)


@EVERY
def test_rows_that_are_no_rows_are_bad_data(
    provider: Provider, loopback: Loopback, yahoo_with: YahooWith
) -> None:
    nonsense = [[row[0], "high", "low", {}, [], "x"] for row in good_rows(provider)]
    assert type(failure(provider, loopback, yahoo_with, Reply(provider.body(nonsense)))) is BadData


@EVERY
def test_trouble_is_forgotten_with_the_next_answer(
    provider: Provider, loopback: Loopback, yahoo_with: YahooWith
) -> None:
    provider.before(loopback)
    source, served = provider.make(loopback, yahoo_with, PATIENT), good_rows(provider)
    start = datetime.fromtimestamp(served[0][0], UTC)
    span = (provider.instrument, provider.timeframe, start, start + 7 * provider.timeframe.delta)
    for trouble in ("429 with Retry-After", "HTML instead of JSON", "500"):
        loopback.on(provider.path, TROUBLES[trouble][0])
        with pytest.raises(SourceError):
            source.fetch(*span)
    loopback.on(provider.path, Reply(provider.body(served)))
    assert_honest(provider, source.fetch(*span), served)


@EVERY
def test_eight_threads_at_once_get_the_same_bars(
    provider: Provider, loopback: Loopback, yahoo_with: YahooWith
) -> None:
    provider.before(loopback)
    served = good_rows(provider)
    loopback.on(provider.path, Reply(provider.body(served), delay=0.02))
    source = provider.make(loopback, yahoo_with, PATIENT)
    start = datetime.fromtimestamp(served[0][0], UTC)

    def one(length: int) -> pd.DataFrame:
        end = start + (7 + length) * provider.timeframe.delta
        return source.fetch(provider.instrument, provider.timeframe, start, end)

    with ThreadPoolExecutor(8) as pool:
        for found in pool.map(one, range(8)):
            assert_honest(provider, found, served)
    if provider.markets:
        assert (
            sum(
                path == provider.markets and not query.get("product_type")
                for path, query, _ in loopback.asked
            )
            == 1
        )


@EVERY
def test_no_key_reaches_an_error_even_when_the_answer_repeats_it(
    provider: Provider, loopback: Loopback, yahoo_with: YahooWith
) -> None:
    said = {
        "Response": "Error",
        "Message": f"api key {KEY} is invalid",
        "Information": f"apikey {KEY}: invalid",
    }
    for reply in (Reply(json.dumps(said)), Reply(f"{KEY}", 500)):
        assert KEY not in str(failure(provider, loopback, yahoo_with, reply))


@pytest.mark.parametrize("provider", WITH_MARKETS, ids=[p.name for p in WITH_MARKETS])
@pytest.mark.parametrize("trouble", TROUBLES)
def test_trouble_with_the_list_of_markets_is_the_same_error(
    provider: Provider, trouble: str, loopback: Loopback, yahoo_with: YahooWith
) -> None:
    reply, kind = TROUBLES[trouble]
    source = provider.make(loopback, yahoo_with, SHORT if reply.delay else PATIENT)
    served = good_rows(provider)
    start = datetime.fromtimestamp(served[0][0], UTC)
    span = (provider.instrument, provider.timeframe, start, start + 7 * provider.timeframe.delta)
    loopback.on(provider.path, Reply(provider.body(served)))
    loopback.on(provider.markets, reply)
    with pytest.raises(SourceError) as caught:
        source.fetch(*span)
    assert type(caught.value) is kind
    if not reply.delay:
        provider.before(loopback)
        assert_honest(provider, source.fetch(*span), served)
