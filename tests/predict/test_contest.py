"""Champion against challenger: METHOD.md §9."""

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.predict.contest import (
    FEWEST,
    LIMIT,
    Names,
    evidence,
    judge_contest,
    likelihood_ratio,
    loss_differences,
    return_differences,
)
from core.records import Contest, ContestState
from core.store import dump, load

NOW = datetime(2024, 6, 1, tzinfo=UTC)
NAMES = Names("old", "new", "BTC-USD", "1h", "sample", "short", 4)


def _contest(differences: np.ndarray, before: Contest | None = None) -> Contest:
    settled = pd.date_range("2024-01-01", periods=len(differences), freq="h", tz="UTC")
    return judge_contest(NAMES, differences, settled, "log_loss", NOW, before)


def test_the_published_likelihood_ratio() -> None:
    assert likelihood_ratio(100, 30.0, 1.0, 1.0) == pytest.approx(8.5667, abs=1e-4)


def test_evidence_is_that_ratio_with_the_deviation_so_far() -> None:
    differences = np.random.default_rng(3).normal(0.1, 0.7, 80)
    variance = differences.var(ddof=1)
    expected = likelihood_ratio(80, differences.sum(), variance, variance)
    assert evidence(differences)[-1] == pytest.approx(expected, rel=1e-9)


def test_peeking_at_every_bar_finds_few_false_winners_and_most_true_ones() -> None:
    generator = np.random.default_rng(1)
    false = sum(evidence(generator.normal(size=500)).max() >= LIMIT for _ in range(1500)) / 1500
    power = sum(evidence(generator.normal(0.2, 1.0, 500)).max() >= LIMIT for _ in range(500)) / 500
    assert false <= 0.05
    assert power == pytest.approx(0.9, abs=0.05)


def test_labels_that_overlap_need_the_lag() -> None:
    generator, lag = np.random.default_rng(2), 8

    def overlapping(rows: int, advantage: float) -> np.ndarray:
        noise = generator.normal(size=rows + lag)
        return np.convolve(noise, np.ones(lag) / np.sqrt(lag), "valid")[:rows] + advantage

    naive = sum(evidence(overlapping(2000, 0.0)).max() >= LIMIT for _ in range(100)) / 100
    false = sum(evidence(overlapping(2000, 0.0), lag).max() >= LIMIT for _ in range(400)) / 400
    power = sum(evidence(overlapping(4000, 0.2), lag).max() >= LIMIT for _ in range(100)) / 100
    assert naive > 0.8 and false <= 0.05 and power > 0.8


@given(st.integers(0, 9999), st.integers(0, 200), st.integers(1, 9))
def test_evidence_is_known_at_its_time_and_blind_to_sign_and_scale(seed: int, rows: int, lag: int) -> None:
    differences = np.random.default_rng(seed).normal(0.05, 1.0, rows)
    found = evidence(differences, lag)
    cut = rows // 2
    assert found.shape == (rows,) and (found > 0).all()
    np.testing.assert_array_equal(found[:cut], evidence(differences[:cut], lag))
    np.testing.assert_allclose(found, evidence(-5.0 * differences, lag), rtol=1e-6)


def test_decisions_in_words_and_that_they_stay() -> None:
    generator = np.random.default_rng(5)
    won = _contest(generator.normal(0.5, 1.0, 1200))
    assert won.state is ContestState.PROMOTE and "Promote the challenger" in won.words
    assert won.decided_at is not None and won.independent == 300
    lost = _contest(generator.normal(-0.5, 1.0, 1200))
    assert lost.state is ContestState.KEEP and "Keep the champion" in lost.words
    open_ = _contest(generator.normal(0.0, 1.0, 1200))
    assert open_.state is ContestState.UNDECIDED and "Undecided" in open_.words
    assert f"{FEWEST} bars" in _contest(generator.normal(size=20)).words
    assert "nothing can be said yet" in _contest(np.zeros(0)).words
    later = _contest(generator.normal(0.0, 1.0, 1200), before=won)
    assert later.state is ContestState.PROMOTE and later.decided_at == won.decided_at
    assert _contest(np.zeros(0), replace(open_)).state is ContestState.UNDECIDED


def test_equal_models_are_never_decided() -> None:
    assert _contest(np.zeros(2000)).state is ContestState.UNDECIDED


def test_state_can_be_stored() -> None:
    contest = _contest(np.random.default_rng(6).normal(0.1, 1.0, 900))
    assert load(Contest, dump(Contest, contest)) == contest
    assert len(contest.curve) <= 400 and contest.curve[-1].evidence == contest.evidence


def test_differences_are_paired_and_net_of_cost() -> None:
    even = np.full((3, 3), 1 / 3)
    sure = np.array([[0.1, 0.2, 0.7], [0.7, 0.2, 0.1], [0.3, 0.4, 0.3]])
    outcome = np.array([2, 2, 1])
    assert loss_differences(even, sure, outcome) == pytest.approx(np.log([0.7 * 3, 0.1 * 3, 0.4 * 3]))
    moved = np.log([1.02, 1.02, 1.02])
    assert return_differences(even, sure, moved, 0.001) == pytest.approx([0.019, -0.021, 0.0])
    assert return_differences(sure, sure, moved, 0.001) == pytest.approx([0, 0, 0])
