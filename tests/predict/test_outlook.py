from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from core.predict.outlook import MARGIN, UNPROVEN, lean, outlook
from core.records import Forecast
from core.signals.from_forecasts import MARGIN as SIGNAL_MARGIN

NAMES = (("short", 4), ("medium", 24), ("long", 96))


def forecast(place: int, ahead: float, edge: bool) -> Forecast:
    """Up is ahead of down by so much more than usual."""
    name, bars = NAMES[place]
    return Forecast(
        name, bars, 0.34 - ahead / 2, 0.30, 0.36 + ahead / 2, 0.34, 0.30, 0.36, 0.01, 500, True, "m",
        datetime(2019, 6, 1, tzinfo=UTC), edge=edge,
    )  # fmt: skip


def told(*ahead: float, edge: tuple[int, ...] = ()) -> list[Forecast]:
    return [forecast(place, value, place in edge) for place, value in enumerate(ahead)]


sets = st.lists(st.tuples(st.floats(-0.6, 0.6), st.booleans()), min_size=1, max_size=3).map(
    lambda rows: [forecast(place, ahead, edge) for place, (ahead, edge) in enumerate(rows)]
)


def mirrored(item: Forecast) -> Forecast:
    return replace(item, p_up=item.p_down, p_down=item.p_up, base_up=item.base_down, base_down=item.base_up)


@given(sets)
def test_bounds_and_words(forecasts):
    said = outlook(forecasts)
    assert said is not None
    assert said.direction in (-1, 0, 1) and 0.0 <= said.agreement <= 1.0
    assert said.words.count(". ") + said.words.count("; ") <= 4 and said.words.endswith(".")
    assert said.words[0].isupper() and "  " not in said.words
    leaning = [item for item in forecasts if lean(item)]
    if not any(item.edge for item in leaning or forecasts):
        assert "No evidence of edge" in said.words
    ups, downs = (sum(lean(i) * sign > 0 for i in forecasts) for sign in (1, -1))
    assert len(said.conflicts) == ups * downs
    if not (ups and downs):
        assert said.agreement == 1.0


@given(sets)
def test_mirrored_forecasts_give_the_mirrored_outlook(forecasts):
    said, other = outlook(forecasts), outlook([mirrored(item) for item in forecasts])
    assert other.direction == -said.direction and other.agreement == pytest.approx(said.agreement)


@given(sets, st.randoms())
def test_order_does_not_matter(forecasts, random):
    shuffled = random.sample(forecasts, len(forecasts))
    said, other = outlook(forecasts), outlook(shuffled)
    assert said.direction == other.direction and said.agreement == pytest.approx(other.agreement)


@given(sets)
def test_proof_on_the_winning_side_never_turns_the_outlook(forecasts):
    said = outlook(forecasts)
    assume(said.direction)
    proven = [replace(item, edge=True) if lean(item) * said.direction > 0 else item for item in forecasts]
    assert outlook(proven).direction == said.direction
    assert outlook(proven).agreement >= said.agreement - 1e-12


def test_the_margin_is_that_of_the_signals():
    assert MARGIN == SIGNAL_MARGIN
    assert lean(forecast(0, 0.019, True)) == 0.0 and lean(forecast(0, -0.021, True)) < 0.0


def test_one_horizon_with_edge_outweighs_two_without():
    said = outlook(told(0.1, -0.2, -0.2, edge=(0,)))
    assert said.direction == 1
    assert said.agreement == pytest.approx((0.1 - 0.4 * UNPROVEN) / (0.1 + 0.4 * UNPROVEN))
    assert said.conflicts == (
        "short (4 bars) leans up, medium (24 bars) leans down",
        "short (4 bars) leans up, long (96 bars) leans down",
    )
    assert "on balance up" in said.words
    assert "Only the short horizon has evidence of edge; the others count a tenth." in said.words


@pytest.mark.parametrize(
    ("forecasts", "words"),
    [
        (
            told(0.1, 0.1, 0.1),
            "All three horizons lean up. No evidence of edge at any of these horizons: "
            "treat this as no better than the base rates.",
        ),
        (
            told(-0.1, -0.1, -0.1, edge=(0, 1, 2)),
            "All three horizons lean down. The model has shown evidence of edge out of sample at every horizon that leans.",
        ),
        (
            told(0.0, 0.1, 0.0, edge=(1,)),
            "The medium horizon leans up, the short and long horizons do not lean. "
            "The model has shown evidence of edge out of sample at the medium horizon.",
        ),
        (
            told(0.0, 0.0),
            "No horizon leans: the odds of up against down are the usual ones. "
            "No evidence of edge at any of these horizons: treat this as no better than the base rates.",
        ),
        (
            told(0.1, -0.1),
            "The horizons contradict each other: the short horizon leans up, the medium horizon leans down; "
            "on balance neither way. No evidence of edge at any of these horizons: "
            "treat this as no better than the base rates.",
        ),
        (
            told(0.2, edge=(0,)),
            "The short horizon leans up. The model has shown evidence of edge out of sample at the short horizon.",
        ),
    ],
)
def test_words(forecasts, words):
    assert outlook(forecasts).words == words


def test_nothing_to_say_without_forecasts():
    assert outlook([]) is None
