import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import InputError
from core.evaluate.search import check, coarsened, dimensions, grid, grid_size, narrowed, values
from core.evaluate.search.studies import distribution
from core.records import Dimension
from core.signals import STRATEGIES

SMA = STRATEGIES["sma_cross"].parameters


@pytest.mark.parametrize("name", sorted(STRATEGIES))
def test_the_usual_space_lies_within_the_bounds_and_holds_the_default(name: str) -> None:
    parameters = STRATEGIES[name].parameters
    space = dimensions(parameters, 0.02, 0.04)
    check(space, parameters)  # refuses what leaves the bounds
    for dimension in space[:-2]:
        assert dimension.low <= getattr(parameters, dimension.name) <= dimension.high
    assert [d.name for d in space[-2:]] == ["stop", "target"] and all(d.fixed for d in space[-2:])


def test_values_by_hand() -> None:
    assert values(Dimension("x", 5, 50, 5)).tolist() == [5, 10, 15, 20, 25, 30, 35, 40, 45, 50]
    assert values(Dimension("x", 5, 52, 5)).tolist()[-1] == 50
    assert values(Dimension("x", 0.1, 0.5, 0.1, whole=False)).tolist() == [0.1, 0.2, 0.3, 0.4, 0.5]
    assert values(Dimension("x", 2, 32, log=True, points=5)).tolist() == [2, 4, 8, 16, 32]
    assert values(Dimension("x", 7, 7)).tolist() == [7]


@settings(deadline=None)
@given(
    st.lists(
        st.builds(
            lambda low, span, step, log, points: Dimension("x", low, low + span, step, log, True, points),
            st.integers(1, 50), st.integers(0, 60), st.integers(1, 20), st.booleans(), st.integers(2, 12),
        ),
        min_size=1, max_size=3,
    )
)  # fmt: skip
def test_the_grid_is_every_combination_once(space: list[Dimension]) -> None:
    cells = grid(space)
    assert len(cells) == grid_size(space) == len(np.unique(cells, axis=0))
    for place, dimension in enumerate(space):
        column = cells[:, place]
        assert column.min() == dimension.low and column.max() <= dimension.high
        assert set(column) == set(values(dimension))
        told = distribution(dimension)
        assert all(
            told._contains(told.to_internal_repr(int(value))) for value in set(column) if not dimension.log
        )


def test_coarser_steps_keep_the_ends_and_the_promise() -> None:
    space = (Dimension("a", 1, 1000, 1), Dimension("b", 2, 500, log=True, points=40))
    found = coarsened(space, 300)
    assert grid_size(found) <= 300
    assert [d.low for d in found] == [1, 2] and values(found[1])[-1] == 500


def test_wishes_are_read_and_the_rest_stands_still() -> None:
    space = narrowed(dimensions(SMA, 0.02, 0.04), {"fast": "5:50:5", "stop": "0.01:0.05:0.02"}, SMA)
    by_name = {d.name: d for d in space}
    assert (by_name["fast"].low, by_name["fast"].high, by_name["fast"].step, by_name["fast"].log) == (
        5,
        50,
        5,
        False,
    )
    assert by_name["slow"].fixed and by_name["slow"].low == 50
    assert values(by_name["stop"]).tolist() == [0.01, 0.03, 0.05]
    assert by_name["target"].low == 0.04
    assert narrowed(space, {"fast": "5:80:log20"}, SMA)[0].points == 20


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        ({"speed": "1"}, "no parameter 'speed'"),
        ({"fast": "5-50"}, "cannot be read"),
        ({"fast": "1:50:5"}, "may be from 2"),
        ({"fast": "50:5:5"}, "first must not be the larger"),
        ({"fast": "5:50:0"}, "must be above 0"),
        ({"fast": "5:50:2.5"}, "whole number"),
        ({"stop": "0:0.1:log"}, "begin above 0"),
        ({"stop": "0:1:0.1"}, "below 1"),
        ({"fast": "5"}, "Nothing is searched"),
    ],
)
def test_what_cannot_be_is_a_sentence(wish: dict[str, str], said: str) -> None:
    with pytest.raises(InputError, match=said):
        check(narrowed(dimensions(SMA, 0.02, 0.04), wish, SMA), SMA)
