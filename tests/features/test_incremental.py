"""Computed once per bar: whatever was known before, the same numbers come out, bit for bit."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import InputError
from core.features import FEATURES, LEAD, Context, build_features, leaks
from core.features.incremental import (
    BLOCK,
    OUTSIDE,
    OWN,
    bars_sha256,
    blocks_of,
    extend_features,
    registry_sha256,
)

NOTHING = pd.DataFrame()


def _same(one: pd.DataFrame, other: pd.DataFrame) -> bool:
    """Equal bit for bit, nulls too."""
    return one.index.equals(other.index) and np.array_equal(one.to_numpy(), other.to_numpy(), equal_nan=True)


@given(cuts=st.lists(st.integers(1, 1799), max_size=5), seed=st.integers(0, 3))
@settings(max_examples=12, deadline=None)
def test_bars_that_come_in_pieces_give_what_they_give_at_once(make_bars, make_context, cuts, seed):
    bars = make_bars(1800, seed)
    beside = make_context(bars, seed)
    known = NOTHING
    for stop in [*sorted(set(cuts)), len(bars)]:
        known = extend_features(known, bars.iloc[:stop], context=beside)
    assert list(known.columns) == list(FEATURES)
    assert _same(known, extend_features(NOTHING, bars, context=beside))


def test_one_bar_more_at_a_time_over_the_end_of_a_block(make_bars):
    bars = make_bars(1300)
    first = blocks_of(bars)[-1].first
    known = extend_features(NOTHING, bars.iloc[: first - 3])
    for stop in range(first - 2, first + 4):
        known = extend_features(known, bars.iloc[:stop])
    assert _same(known, extend_features(NOTHING, bars.iloc[: first + 3]))


def test_a_history_that_begins_elsewhere_gives_the_same_once_it_holds_a_lead(make_bars, make_context):
    bars = make_bars(4 * BLOCK + LEAD)
    beside = make_context(bars)
    whole = extend_features(NOTHING, bars, context=beside)
    for skipped in (1, 137, 300, 611):
        part = extend_features(NOTHING, bars.iloc[skipped:], context=beside)
        same_from = next(b for b in blocks_of(bars.iloc[skipped:]) if b.first >= LEAD).first
        assert same_from < BLOCK + LEAD
        assert _same(part.iloc[same_from:], whole.iloc[skipped + same_from :])


def test_against_one_computation_over_everything_the_difference_is_rounding(make_bars, sample_bars):
    """The tolerance that `Feature.warmup` states is 1e-4 of a feature's size; a lead twice as long leaves 1e-6."""
    for bars in (make_bars(5000, 3), sample_bars.iloc[:5000]):
        at_once, in_blocks = build_features(bars), extend_features(NOTHING, bars)
        for name in FEATURES:
            a, b = at_once[name].to_numpy(), in_blocks[name].to_numpy()
            assert np.array_equal(np.isnan(a), np.isnan(b)), name
            if np.isfinite(a).any():
                size = np.maximum(np.abs(a), np.nanmedian(np.abs(a)))
                assert np.nanmax(np.abs(a - b) - 1e-6 * size) <= 0.0, name


def test_a_block_is_settled_when_no_bar_can_join_it_and_its_lead_is_whole(make_bars):
    bars = make_bars(3 * BLOCK)
    blocks = blocks_of(bars)
    assert [b.first for b in blocks] == [0, *(b.stop for b in blocks[:-1])] and blocks[-1].stop == len(bars)
    assert [b.settled for b in blocks] == [b.first >= LEAD and b is not blocks[-1] for b in blocks]
    full = bars.iloc[: blocks[-1].first]
    assert blocks_of(full)[-1].settled, "its last bar has closed at the end of the block"
    assert not blocks_of(full.iloc[:-1])[-1].settled
    assert all(b.first - b.begin == LEAD for b in blocks if b.settled)


def test_the_hash_of_a_block_sees_every_bar_it_follows_from(make_bars):
    bars = make_bars(3 * BLOCK)
    block = blocks_of(bars)[2]
    digest = bars_sha256(bars, block)
    for row, name in ((block.begin, "volume"), (block.first, "low"), (block.stop - 1, "close")):
        moved = bars.copy()
        moved.iloc[row, moved.columns.get_loc(name)] *= 1.0 + 1e-12
        assert bars_sha256(moved, block) != digest
    outside = bars.copy()
    outside.iloc[block.begin - 1] *= 2.0
    assert bars_sha256(outside, block) == digest


def test_a_market_that_sleeps_has_the_same_promise(make_bars):
    bars = make_bars(6000)
    open_hours = bars[(bars.index.day_of_week < 5) & (bars.index.hour >= 14) & (bars.index.hour < 21)]
    known = extend_features(NOTHING, open_hours.iloc[:900])
    assert _same(extend_features(known, open_hours), extend_features(NOTHING, open_hours))


def test_known_features_of_something_else_are_refused(make_bars):
    bars = make_bars(700)
    known = extend_features(NOTHING, bars)
    with pytest.raises(InputError, match="first bars"):
        extend_features(known, bars.iloc[1:])
    with pytest.raises(InputError, match="other families"):
        extend_features(known, bars, OWN)


def test_families_are_told_apart_by_what_they_need(make_bars):
    assert {family.name for family in OUTSIDE} == {"sentiment", "market"}
    names = [f.name for family in (*OWN, *OUTSIDE) for f in family.features]
    assert names == list(FEATURES), "columns of both together stand in the registry's order"
    bars = make_bars(600)
    assert _same(
        extend_features(NOTHING, bars, OWN), extend_features(NOTHING, bars, context=Context())[names[:-8]]
    )


def test_the_registry_has_one_hash(make_bars):
    assert len(registry_sha256()) == 64 and registry_sha256() == registry_sha256()


def test_a_history_too_long_for_the_cache_is_computed_in_parts_without_a_seam(make_bars):
    bars = make_bars(34_000)
    built = build_features(bars)
    assert leaks(build_features, bars, (32_766, 32_768, 33_500)) == ()
    over_the_seam = build_features(bars.iloc[32_768 - 1500 :]).iloc[1500 - 100 :]
    for name in FEATURES:
        a, b = built[name].to_numpy()[32_768 - 100 :], over_the_seam[name].to_numpy()
        if np.isfinite(a).any():
            assert np.all(np.abs(a - b) <= 1e-6 * np.maximum(np.abs(a), np.median(np.abs(a)))), name
