"""Who comes first, and how long a step rests."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from core.autopilot import in_order, rest_after, rests
from core.records import Step, StepRun

NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
NAMES = st.lists(st.sampled_from([f"A{number}" for number in range(12)]), unique=True)


def test_open_positions_come_first_then_the_wild_then_the_popular() -> None:
    order = in_order(
        ("CALM", "WILD", "HELD", "LIKED", "NEW"), frozenset({"HELD"}), {"WILD": 0.9, "CALM": 0.1, "LIKED": 0.1},
        {"LIKED": 5},
    )  # fmt: skip
    assert order == ("HELD", "WILD", "LIKED", "CALM", "NEW")


@given(
    assets=NAMES, held=NAMES, volatility=st.dictionaries(st.sampled_from(["A1", "A2", "A3"]), st.floats(0, 5)),
    visits=st.dictionaries(st.sampled_from(["A2", "A4"]), st.integers(0, 9)),
)  # fmt: skip
def test_every_asset_has_its_turn_once_and_the_order_is_the_same_again(
    assets, held, volatility, visits
) -> None:
    order = in_order(assets, frozenset(held), volatility, visits)
    assert sorted(order) == sorted(assets)
    assert order == in_order(assets[::-1], frozenset(held), volatility, visits)
    first = [symbol in held for symbol in order]
    assert first == sorted(first, reverse=True)


def test_a_step_rests_twice_as_long_each_time_and_about_a_round_at_most() -> None:
    assert [rest_after(failures, MINUTE) for failures in (0, 1, 2, 3)] == [
        timedelta(0), 2 * MINUTE, 4 * MINUTE, 5 * MINUTE,
    ]  # fmt: skip
    assert rest_after(50, MINUTE) == 5 * MINUTE
    assert rest_after(3, timedelta(hours=6)) == timedelta(hours=6)


@given(failures=st.integers(0, 100), seconds=st.integers(5, 86_400))
def test_more_failures_never_mean_less_rest(failures: int, seconds: int) -> None:
    interval = timedelta(seconds=seconds)
    assert rest_after(failures, interval) <= rest_after(failures + 1, interval)


def test_whoever_failed_rests_until_then() -> None:
    run = StepRun(Step.COLLECT, "BTC-USD", NOW, 1.0, False, "no network", 1, NOW + 2 * MINUTE)
    assert rests(run, NOW + MINUTE) and not rests(run, NOW + 2 * MINUTE) and not rests(None, NOW)
