"""No train label meets a test label; scores match METHOD.md §3."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.predict import purged_train, score, walk_forward
from core.predict.calibration import class_shares

SPANS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 20)), min_size=4, max_size=120)


def _spans(drawn) -> tuple[np.ndarray, np.ndarray]:
    start = np.cumsum([gap for gap, _ in drawn])
    return start, start + np.array([length for _, length in drawn])


@given(SPANS, st.integers(1, 8))
@settings(max_examples=150, deadline=None)
def test_no_train_interval_meets_a_test_interval(drawn, folds):
    start, end = _spans(drawn)
    tested = []
    for split in walk_forward(start, end, folds):
        for row in split.train:
            assert np.all((end[row] < start[split.test]) | (start[row] > end[split.test]))
        assert not len(split.train) or split.train.max() < split.test.min()
        tested.extend(split.test)
    assert tested == sorted(set(tested)), "every row is tested once at most, in time order"
    assert tested[-1] == len(start) - 1 and len(tested) >= len(start) * folds // (folds + 1)


@given(SPANS, st.data())
@settings(max_examples=150, deadline=None)
def test_purging_works_on_both_sides_with_embargo(drawn, data):
    start, end = _spans(drawn)
    first = data.draw(st.integers(0, len(start) - 1))
    test = np.arange(first, data.draw(st.integers(first + 1, len(start))))
    embargo = data.draw(st.integers(0, 10))
    train = purged_train(start, end, test, embargo)
    opens, closes = start[test].min(), end[test].max()
    for row in range(len(start)):
        apart = end[row] < opens or start[row] > closes + embargo
        assert (row in train) == apart


def test_walk_forward_by_hand():
    start = np.arange(12)
    splits = [(s.train.tolist(), s.test.tolist()) for s in walk_forward(start, start + 2, 2)]
    assert splits == [([0, 1], [4, 5, 6, 7]), ([0, 1, 2, 3, 4, 5], [8, 9, 10, 11])]


def test_oracle_of_the_method():
    outcome = np.array([1, 0, 1, 1, 0, 0, 1, 0, 1, 0])
    p = np.array([0.9, 0.2, 0.6, 0.7, 0.4, 0.1, 0.8, 0.5, 0.3, 0.35])
    scores = score(outcome, np.column_stack((1 - p, p)), np.array([0.5, 0.5]))
    assert scores.brier == pytest.approx(0.13725, abs=1e-9)
    assert scores.log_loss == pytest.approx(0.436324, abs=1e-6)
    assert scores.skill == pytest.approx(0.451, abs=1e-9)
    assert scores.rows == 10 and scores.beats_base and scores.auc == pytest.approx(0.88)


def test_three_classes_by_hand():
    outcome = np.array([0, 2])
    p = np.array([[0.5, 0.3, 0.2], [0.1, 0.2, 0.7]])
    scores = score(outcome, p, np.full(3, 1 / 3))
    assert scores.brier == pytest.approx(((0.25 + 0.09 + 0.04) + (0.01 + 0.04 + 0.09)) / 2)
    assert scores.brier_base == pytest.approx(2 / 3)
    assert scores.log_loss == pytest.approx(-(np.log(0.5) + np.log(0.7)) / 2)
    assert scores.log_loss_base == pytest.approx(np.log(3))
    assert scores.auc == 1.0, "class 1 never occurred and is left out"
    assert scores.auc_direction == 1.0


def test_direction_is_judged_apart_from_flat():
    outcome = np.array([0, 1, 2, 0, 1, 2])
    p = np.array([[0.4, 0.2, 0.4], [0.1, 0.8, 0.1]])[[0, 1, 0, 0, 1, 0]]
    scores = score(outcome, p, np.full(3, 1 / 3))
    assert scores.auc == pytest.approx((0.75 + 1.0 + 0.75) / 3) and scores.auc_direction == 0.5


def test_saying_the_base_rate_has_no_skill_and_is_not_called_calibrated():
    outcome = np.random.default_rng(0).integers(0, 3, 300)
    base = class_shares(outcome, 3)
    scores = score(outcome, np.tile(base, (300, 1)), base)
    assert scores.skill == 0.0 and not scores.beats_base and scores.auc == 0.5


def test_one_class_only_has_no_auc():
    scores = score(np.ones(5, dtype=int), np.tile([0.2, 0.5, 0.3], (5, 1)), np.full(3, 1 / 3))
    assert scores.auc is None and np.isfinite(scores.log_loss)
