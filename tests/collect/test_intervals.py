"""Half-open ranges against sets of single minutes."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from core.collect import Interval, clip, length, missing, union

ZERO = datetime(2024, 1, 1, tzinfo=UTC)


def at(minute: int) -> datetime:
    return ZERO + timedelta(minutes=minute)


def minutes(spans: tuple[Interval, ...]) -> set[int]:
    return {int((start - ZERO).total_seconds() // 60) + n for start, stop in spans for n in range(int((stop - start).total_seconds() // 60))}  # fmt: skip


SPAN = st.tuples(st.integers(0, 60), st.integers(0, 60)).map(lambda pair: (at(pair[0]), at(pair[1])))
FORWARD = SPAN.map(lambda span: (min(span), max(span)))
SPANS = st.lists(FORWARD, max_size=8).map(tuple)


@given(SPANS)
def test_union_is_the_same_moments_in_fewest_ranges(spans: tuple[Interval, ...]) -> None:
    joined = union(spans)
    assert minutes(joined) == minutes(spans)
    assert all(a[1] < b[0] for a, b in pairwise(joined)), "apart and in order"
    assert union(joined) == joined


@given(FORWARD, SPANS)
def test_missing_and_covered_make_the_whole(wanted: Interval, covered: tuple[Interval, ...]) -> None:
    gaps = missing(wanted, covered)
    assert minutes(gaps) == minutes((wanted,)) - minutes(covered)
    assert union(gaps) == gaps
    assert missing(wanted, (*covered, *gaps)) == ()


@given(SPANS, FORWARD)
def test_clip_keeps_what_is_inside(spans: tuple[Interval, ...], bounds: Interval) -> None:
    assert minutes(clip(spans, bounds)) == minutes(spans) & minutes((bounds,))


@given(SPANS)
def test_length_counts_overlaps_once(spans: tuple[Interval, ...]) -> None:
    assert length(spans) == timedelta(minutes=len(minutes(spans)))


def test_backward_ranges_are_empty() -> None:
    assert union([(at(5), at(1))]) == () and missing((at(5), at(1)), ()) == ()
