"""Features of a cycle: kept in the store without a digit's change, and beside the bars only what was known."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest

from core.collect import SampleSource
from core.features import FEATURES, NO_CONTEXT, future_leaks, micros
from core.features.incremental import BLOCK, blocks_of, extend_features, registry_sha256
from core.instruments import resolve
from core.pipeline import Workbench
from core.pipeline.feature_context import context_of, features_of
from core.records import Headline, Timeframe
from core.store.bars import upsert_bars
from core.store.features import read_feature_blocks
from core.store.news import save_headlines

BTC, ETH, AAPL = resolve("BTC-USD"), resolve("ETH-USD"), resolve("AAPL")
H1 = Timeframe.H1
HOUR = timedelta(hours=1)
BEGIN = datetime(2018, 3, 1, tzinfo=UTC)


def bars_of(instrument=BTC, hours: int = 1700, begin: datetime = BEGIN) -> pd.DataFrame:
    return SampleSource().fetch(instrument, H1, begin, begin + hours * HOUR)


def same(one: pd.DataFrame, other: pd.DataFrame) -> bool:
    return one.index.equals(other.index) and np.array_equal(one.to_numpy(), other.to_numpy(), equal_nan=True)


def kept(bench: Workbench) -> dict:
    return read_feature_blocks(bench.store, "BTC-USD", H1, "sample", registry_sha256())


def headline(number: int, published: datetime, dated: bool = True) -> Headline:
    return Headline(
        f"h{number}", "rss", f"Bitcoin rallies to a record high {number}", "", ("BTC-USD",), published, published,
        dated=dated,
    )  # fmt: skip


def test_kept_features_are_those_that_computing_gives(bench: Workbench) -> None:
    """Cold, from the store, and with a bar more: bit for bit; settled blocks are kept once and no other."""
    bars = bars_of()
    fresh, writes = features_of(bench, BTC, H1, "sample", bars.iloc[:-1])
    bench.store.write(*writes)
    settled = [block.number for block in blocks_of(bars.iloc[:-1]) if block.settled]
    assert len(settled) >= 1 and sorted(kept(bench)) == settled
    again, nothing = features_of(bench, BTC, H1, "sample", bars.iloc[:-1])
    assert nothing == () and same(fresh, again)
    longer, _ = features_of(bench, BTC, H1, "sample", bars)
    assert same(longer, extend_features(pd.DataFrame(), bars)) and list(longer.columns) == list(FEATURES)
    assert same(longer.iloc[:-1], fresh)


def test_what_is_kept_is_really_used(bench: Workbench) -> None:
    bars = bars_of()
    _, writes = features_of(bench, BTC, H1, "sample", bars)
    bench.store.write(*writes)
    with bench.store.transaction() as cursor:
        cursor.execute("UPDATE feature_blocks SET content = encode(repeat('x', octet_length(content)))")
    touched, _ = features_of(bench, BTC, H1, "sample", bars)
    assert not same(touched, extend_features(pd.DataFrame(), bars))


def test_a_bar_that_was_corrected_makes_its_blocks_anew(bench: Workbench) -> None:
    bars = bars_of(hours=5 * BLOCK)
    _, writes = features_of(bench, BTC, H1, "sample", bars)
    bench.store.write(*writes)
    before = kept(bench)
    corrected = bars.copy()
    corrected.iloc[2 * BLOCK, corrected.columns.get_loc("close")] = corrected["high"].iloc[2 * BLOCK]
    found, writes = features_of(bench, BTC, H1, "sample", corrected)
    assert same(found, extend_features(pd.DataFrame(), corrected))
    bench.store.write(*writes)
    after = kept(bench)
    changed = {number for number in after if after[number].bars_sha256 != before[number].bars_sha256}
    assert after.keys() == before.keys() and 1 <= len(changed) < len(after)


def test_what_another_recipe_gave_is_dropped(bench: Workbench) -> None:
    bars = bars_of()
    _, writes = features_of(bench, BTC, H1, "sample", bars)
    bench.store.write(*writes)
    with bench.store.transaction() as cursor:
        cursor.execute("UPDATE feature_blocks SET recipe = 'older'")
    assert kept(bench) == {}
    _, writes = features_of(bench, BTC, H1, "sample", bars)
    bench.store.write(*writes)
    with bench.store.cursor() as cursor:
        assert cursor.execute("SELECT DISTINCT recipe FROM feature_blocks").fetchall() == [
            (registry_sha256(),)
        ]


def test_a_file_of_features_that_is_too_short_is_computed_anew(bench: Workbench) -> None:
    """History before the first block with a lead is computed each time: nothing of it is settled."""
    bars = bars_of(hours=300)
    _, writes = features_of(bench, BTC, H1, "sample", bars)
    assert writes == ()


def test_ether_is_seen_beside_bitcoin_and_bitcoin_beside_nothing(bench: Workbench) -> None:
    ether = bars_of(ETH, 800)
    beside = context_of(bench, ETH, H1, "sample", "sample-crypto-2019", ether)
    assert beside.reference is not None and beside.reference.symbol == "BTC-USD"
    assert beside.reference.closes.index[-1] == ether.index[-1]
    found, _ = features_of(bench, ETH, H1, "sample", ether, beside)
    assert found["market_beta_50"].iloc[60:].notna().all()
    assert found["market_correlation_50"].iloc[-1] == pytest.approx(0.9, abs=0.15)
    assert context_of(bench, BTC, H1, "sample", "sample-crypto-2019", bars_of(hours=100)).reference is None


def test_a_share_is_seen_beside_the_index_where_that_is_stored_for_as_long(bench: Workbench) -> None:
    bars = bars_of(hours=300)
    assert context_of(bench, AAPL, H1, "yfinance", "live", bars) == NO_CONTEXT
    late = upsert_bars("^GSPC", H1, "yfinance", bars.iloc[10:], BEGIN)
    bench.store.write(late, upsert_bars("SPY", H1, "yfinance", bars, BEGIN))
    found = context_of(bench, AAPL, H1, "yfinance", "live", bars).reference
    assert found is not None and found.symbol == "SPY", "an index that begins too late is passed over"


def test_a_file_is_no_market(bench: Workbench) -> None:
    assert context_of(bench, ETH, H1, "file:anything.csv", "live", bars_of(hours=100)).reference is None


def test_headlines_count_where_they_were_read_before_the_bars_began(bench: Workbench) -> None:
    bars = bars_of(hours=400)
    inside = [headline(n, BEGIN + n * 9 * HOUR) for n in range(1, 40)]
    bench.store.write(save_headlines([*inside, headline(99, BEGIN + 90 * HOUR, dated=False)]))
    assert context_of(bench, BTC, H1, "yfinance", "live", bars).news is None
    bench.store.write(save_headlines([headline(0, BEGIN - timedelta(days=10))]))
    news = context_of(bench, BTC, H1, "yfinance", "live", bars).news
    assert news is not None and len(news.published) == 40, "the undated one is left out"
    assert (news.scores > 0).all() and news.since <= micros(bars.index[0])
    found, _ = features_of(
        bench, BTC, H1, "yfinance", bars, context_of(bench, BTC, H1, "yfinance", "live", bars)
    )
    assert found["news_count"].iloc[60] == 2.0 and found["news_score"].iloc[60] > 0


def test_a_later_headline_or_bar_changes_nothing_that_was_known(bench: Workbench) -> None:
    ether = bars_of(ETH, 700)
    early = ether.iloc[:600]
    whole = context_of(bench, ETH, H1, "sample", "sample-crypto-2019", ether)
    then = context_of(bench, ETH, H1, "sample", "sample-crypto-2019", early)
    one, _ = features_of(bench, ETH, H1, "sample", ether, whole)
    other, _ = features_of(bench, ETH, H1, "sample", early, then)
    assert same(one.iloc[:600], other)
    assert future_leaks(ether, [300, 555, 640], whole) == ()
