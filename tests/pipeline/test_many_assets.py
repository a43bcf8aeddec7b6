"""Many assets at once, and what every cycle leaves behind of its sources' weights."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from core.errors import InputError
from core.pipeline import Workbench
from core.pipeline.many_assets import known_assets, scan
from core.pipeline.replaying import replay
from core.records import CycleReport, Mode, Timeframe
from core.store.cycles import list_cycles
from core.store.meta import meta_history
from core.store.scans import newest_scan, read_scan
from core.store.weights import WeightSeries, read_said, read_weights
from core.views.signals import scan_data, scan_numbers, scan_table, scan_text
from tests.pipeline.conftest import NOON

WORLD = "sample-crypto-2019"


def test_assets_are_ranked_without_touching_a_book(bench: Workbench) -> None:
    assert known_assets(bench, Timeframe.H1, "sample") == ["BTC-USD", "ETH-USD"]
    told: list[float] = []
    found = scan(
        bench, "one", ["BTC", "ETH-USD", "XRP-USD", "BTC-USD"], Timeframe.H1, "sample",
        lambda share, words: told.append(share), NOON,
    )  # fmt: skip
    assert sorted(one.symbol for one in found.signals) == ["BTC-USD", "ETH-USD"]
    assert [one.symbol for one in found.ranked] == [one.symbol for one in found.signals]
    assert len(found.silent) == 1 and found.silent[0].startswith("XRP-USD: ")
    assert found.slots == bench.settings.risk.max_positions and told == sorted(told) and told[-1] == 1.0
    assert all(one.fused.tracks and one.as_of == NOON for one in found.signals)
    assert read_scan(bench.store, "one") == newest_scan(bench.store, "1h", "sample") == found
    assert list_cycles(bench.store).empty
    with bench.store.cursor() as cursor:
        assert cursor.execute("SELECT count(*) FROM books").fetchone() == (0,)
    assert {model.symbol for model in meta_history(bench.store)} == {"BTC-USD", "ETH-USD"}
    table = scan_table(found)
    assert table["place"].tolist() == [1, 2] and table["reason"].str.endswith(".").all()
    assert scan_numbers(found)[0].value == "2"
    assert (
        "XRP-USD" in scan_text(found) and scan_data(found)["signals"][0]["symbol"] == found.signals[0].symbol
    )


def test_no_asset_is_said(bench: Workbench) -> None:
    with pytest.raises(InputError, match="No asset has 5m bars at hand"):
        scan(bench, "none", [], Timeframe.M5, "sample")


def test_weights_are_kept_and_a_later_cycle_changes_no_replay(
    bench: Workbench, cycle: Callable[..., CycleReport]
) -> None:
    first = cycle(NOON, mode=Mode.BACKTEST)
    second = cycle(NOON + timedelta(hours=3), mode=Mode.BACKTEST)
    cycle(NOON + timedelta(hours=1), mode=Mode.BACKTEST)  # later, about a moment before the second
    kept = read_weights(bench.store, "BTC-USD", Timeframe.H1)
    assert kept["as_of"].nunique() == 3 and kept["as_of"].is_monotonic_increasing
    assert kept.groupby("as_of")["weight"].sum().tolist() == pytest.approx([1.0] * 3)
    of_first = kept[kept["cycle_id"] == first.id].set_index("source")
    assert first.fused is not None
    for part in first.fused.parts:
        row = of_first.loc[part.signal.source]
        assert row["contribution"] == part.contribution and row["direction"] == part.signal.direction
    series = WeightSeries("BTC-USD", Timeframe.H1, "sample", WORLD)
    at = second.started_at
    said = read_said(bench.store, series, "sma_cross", NOON, NOON + timedelta(hours=9), at)
    assert len(said) == 1, "only what had been written before the second began"
    for report in (first, second):
        assert replay(bench, report.id).first_difference is None
