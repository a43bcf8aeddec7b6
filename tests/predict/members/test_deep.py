"""Neural members: ordinary members where torch is installed, a clear word where it is not."""

import builtins
import pickle
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from core.errors import SettingsError
from core.predict.calibration import class_shares
from core.predict.members import MEMBERS, fit_members
from core.predict.members.deep.windows import WINDOW, Scaling, windows
from core.settings import PredictSettings

NETWORKS = ("lstm", "gru", "cnn", "transformer")


@pytest.fixture
def without_torch(monkeypatch):
    """As on a machine that has only requirements.txt."""
    real = builtins.__import__

    def refuse(name, *args, **kwargs):
        if name.split(".")[0] in ("torch", "skorch"):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", refuse)


@pytest.mark.parametrize("name", NETWORKS)
def test_without_torch_it_says_what_is_missing_and_how_to_get_it(name, part, quick, without_torch):
    with pytest.raises(SettingsError, match=r"pip install -r requirements-deep\.txt") as told:
        MEMBERS[name](part.inputs, part.outcome, part.weight, quick, part.names)
    assert name in str(told.value) and "skorch" in str(told.value)


def test_without_torch_the_others_work(part, without_torch):
    settings = PredictSettings(trees=10)
    found = fit_members(part.inputs, part.outcome, part.weight, settings, part.names)
    assert len(found) == 4 and all(member.window == 1 for member in found)


def test_a_window_ends_at_its_row_and_the_first_is_repeated():
    rows = np.arange(10.0).reshape(5, 2)
    seen = windows(rows, 3)
    assert seen.shape == (5, 3, 2)
    np.testing.assert_array_equal(seen[4], rows[2:5])
    np.testing.assert_array_equal(seen[1], rows[[0, 0, 1]])
    np.testing.assert_array_equal(windows(rows[:1], 3)[0], rows[[0, 0, 0]])


def test_scaling_is_that_of_its_rows(part):
    scaling = Scaling.of(part.inputs)
    scaled = scaling.apply(part.inputs.astype(float))
    assert np.isfinite(scaled).all() and np.abs(scaled).max() <= 5.0
    np.testing.assert_allclose(scaled[:, 0].mean(), 0.0, atol=0.01)
    np.testing.assert_allclose(scaled[:, 0].std(), 1.0, atol=0.01)
    assert not scaled[:, 4:].any()


@pytest.fixture(scope="session")
def networks(part, quick):
    pytest.importorskip("torch", reason="neural members need requirements-deep.txt")
    pytest.importorskip("skorch", reason="neural members need requirements-deep.txt")
    return {
        name: MEMBERS[name](part.inputs, part.outcome, part.weight, quick, part.names) for name in NETWORKS
    }


@pytest.mark.parametrize("name", NETWORKS)
def test_same_data_same_network_bit_for_bit_beside_others_too(name, part, quick, networks):
    few = part.take(slice(0, 300))

    def fit(_):
        return MEMBERS[name](few.inputs, few.outcome, few.weight, quick, few.names).opinion(few.inputs)

    alone = fit(0)
    with ThreadPoolExecutor(2) as pool:
        for again in pool.map(fit, range(2)):
            np.testing.assert_array_equal(again, alone)
    assert not np.array_equal(alone, networks[name].opinion(few.inputs))


@pytest.mark.parametrize("name", NETWORKS)
def test_it_knows_more_than_the_base_rate_about_rows_it_never_saw(name, networks, part, fresh):
    share = class_shares(part.outcome, 3, part.weight)
    odds = share * np.exp(networks[name].opinion(fresh.inputs))
    chance = odds / odds.sum(axis=1, keepdims=True)
    rows = np.arange(len(chance))
    base = np.tile(share, (len(rows), 1))
    said, nothing, best = (-np.log(p[rows, fresh.outcome]).mean() for p in (chance, base, fresh.truth))
    assert nothing - said > 0.3 * (nothing - best)


@pytest.mark.parametrize("name", NETWORKS)
def test_a_row_with_its_window_is_answered_as_in_a_block(name, networks, fresh):
    member = networks[name]
    block = member.opinion(fresh.inputs[:80])
    assert member.window == WINDOW and block.shape == (80, 3) and np.isfinite(block).all()
    for row in range(WINDOW - 1, 60):
        alone = member.opinion(fresh.inputs[row - WINDOW + 1 : row + 1])
        np.testing.assert_array_equal(alone[-1], block[row])


@pytest.mark.parametrize("name", NETWORKS)
def test_the_future_is_not_seen(name, networks, fresh):
    poisoned = fresh.inputs[:60].copy()
    poisoned[40:] = 1e6
    member = networks[name]
    np.testing.assert_array_equal(member.opinion(poisoned)[:40], member.opinion(fresh.inputs[:60])[:40])


@pytest.mark.parametrize("name", NETWORKS)
def test_it_says_what_its_library_says(name, networks, part, fresh):
    member = networks[name]
    seen = windows(member.network.scaling.apply(fresh.inputs.astype(float)).astype(np.float32), WINDOW)
    asked = {"rows": seen, "weight": np.ones(len(seen), np.float32)}
    share = class_shares(part.outcome, 3, part.weight)
    expected = np.log(member.library.predict_proba(asked)) - np.log(share)
    np.testing.assert_allclose(member.opinion(fresh.inputs), expected, atol=1e-4)


@pytest.mark.parametrize("name", NETWORKS)
def test_it_survives_the_disk(name, networks, fresh):
    again = pickle.loads(pickle.dumps(networks[name]))
    np.testing.assert_array_equal(again.opinion(fresh.inputs), networks[name].opinion(fresh.inputs))


def test_a_class_that_never_occurred_keeps_its_small_share(networks, part, quick):
    outcome = np.where(part.outcome == 0, 1, part.outcome)
    member = MEMBERS["cnn"](part.inputs, outcome, part.weight, quick, part.names)
    share = class_shares(outcome, 3, part.weight)
    odds = share * np.exp(member.opinion(part.inputs))
    said = (odds / odds.sum(axis=1, keepdims=True)).mean(axis=0)
    assert said[0] < 0.01


def test_monotone_features_are_declined_in_words(networks, part):
    settings = PredictSettings(monotone=("lead:+",))
    member = MEMBERS["gru"](part.inputs, part.outcome, part.weight, settings, part.names)
    assert "ignores" in member.remarks[0] and networks["gru"].remarks == ()
