"""Combinatorial purged cross-validation: skfolio's numbers, our purging by label end time (METHOD.md §1)."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from skfolio.model_selection import CombinatorialPurgedCV

from core.errors import InputError
from core.predict.validation import (
    combinatorial,
    path_count,
    purged_blocks,
    purged_train,
    recombined,
    split_count,
    walk_forward,
)

SPANS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 20)), min_size=8, max_size=90)


def _spans(drawn) -> tuple[np.ndarray, np.ndarray]:
    start = np.cumsum([gap for gap, _ in drawn])
    return start, start + np.array([length for _, length in drawn])


def _meet(start: np.ndarray, end: np.ndarray, row: int, others: np.ndarray) -> bool:
    return bool(np.any((end[row] >= start[others]) & (start[row] <= end[others])))


@pytest.mark.parametrize(
    ("blocks", "tested", "splits", "paths"), [(6, 2, 15, 5), (10, 2, 45, 9), (10, 8, 45, 36)]
)
def test_splits_and_paths_of_the_published_sizes(blocks, tested, splits, paths):
    rows = np.arange(120)
    made = combinatorial(rows, rows, blocks, tested)
    assert (split_count(blocks, tested), path_count(blocks, tested)) == (splits, paths)
    assert len(made) == splits and {path for split in made for path in split.paths} == set(range(paths))
    theirs = CombinatorialPurgedCV(n_folds=blocks, n_test_folds=tested, purged_size=0, embargo_size=0)
    assert theirs.n_splits == splits and theirs.n_test_paths == paths
    assert np.array_equal(theirs.get_path_ids(), [split.paths for split in made])
    for (train, tests), split in zip(theirs.split(np.zeros((120, 1))), made, strict=True):
        assert np.array_equal(train, split.train)
        assert all(np.array_equal(a, b) for a, b in zip(tests, split.tests, strict=True))


def test_twelve_rows_in_three_blocks():
    rows = np.arange(12)
    purged = combinatorial(rows, rows + 1, 3, 2)
    assert [split.train.tolist() for split in purged] == [[9, 10, 11], [5, 6], [0, 1, 2]]
    embargoed = combinatorial(rows, rows, 3, 2, embargo=1)
    assert [split.train.tolist() for split in embargoed] == [[9, 10, 11], [5, 6, 7], [0, 1, 2, 3]]


def test_walk_forward_leaves_the_gap_that_the_labels_and_the_embargo_ask_for():
    rows = np.arange(12)
    purged = list(walk_forward(rows, rows + 1, 2))
    assert [split.train.tolist() for split in purged] == [[0, 1, 2], list(range(7))]
    apart = list(walk_forward(rows, rows + 1, 2, embargo=1))
    assert [split.train.tolist() for split in apart] == [[0, 1], list(range(6))]
    assert [split.test.tolist() for split in purged] == [[4, 5, 6, 7], [8, 9, 10, 11]]


@given(SPANS, st.integers(2, 7), st.data())
@settings(max_examples=120, deadline=None)
def test_no_train_interval_meets_a_test_interval_on_either_side(drawn, blocks, data):
    start, end = _spans(drawn)
    tested, embargo = data.draw(st.integers(1, blocks - 1)), data.draw(st.integers(0, 8))
    for split in combinatorial(start, end, blocks, tested, embargo):
        assert not set(split.train) & set(np.concatenate(split.tests))
        for test in split.tests:
            closes = end[test].max()
            for row in split.train:
                assert not _meet(start, end, row, test)
                assert end[row] < start[test].min() or start[row] > closes + embargo
    for split in purged_blocks(start, end, blocks, embargo):
        assert np.array_equal(split.train, purged_train(start, end, split.test, embargo))
        assert not any(_meet(start, end, row, split.test) for row in split.train)


@given(SPANS, st.integers(2, 7), st.integers(0, 8))
@settings(max_examples=60, deadline=None)
def test_embargo_only_takes_rows_away(drawn, blocks, embargo):
    start, end = _spans(drawn)
    for free, held in zip(
        walk_forward(start, end, blocks), walk_forward(start, end, blocks, embargo), strict=True
    ):
        assert set(held.train) <= set(free.train)
        assert not len(held.train) or end[held.train].max() < start[held.test].min() - embargo


@given(st.integers(2, 8), st.data())
@settings(max_examples=60, deadline=None)
def test_every_path_covers_every_row_once(blocks, data):
    tested = data.draw(st.integers(1, blocks - 1))
    rows = np.arange(data.draw(st.integers(blocks, 60)))
    splits = combinatorial(rows, rows, blocks, tested)
    paths = recombined(splits, [list(split.tests) for split in splits])
    assert len(paths) == path_count(blocks, tested)
    assert all(np.array_equal(path, rows) for path in paths)


def test_what_does_not_fit_is_said():
    with pytest.raises(InputError, match="1 ≤ tested < blocks ≤ rows"):
        combinatorial(np.arange(3), np.arange(3), 6, 2)
