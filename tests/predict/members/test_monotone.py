"""Features that may only push one way, where the library can hold them to it."""

import numpy as np
import pytest

from core.errors import SettingsError
from core.predict.members import MEMBERS
from core.predict.members.monotone import SIGN, chances, gradients, start, ways
from core.settings import PredictSettings

BOOSTED = ("xgboost", "lightgbm")


def held(name, part, *monotone):
    settings = PredictSettings(trees=60, monotone=monotone)
    return MEMBERS[name](part.inputs, part.outcome, part.weight, settings, part.names)


def moved(member, inputs, column):
    """Opinions about the same rows with one input swept from low to high, (points, rows, 3) probabilities."""
    said = []
    for value in np.linspace(-3.0, 3.0, 25, dtype=np.float32):
        rows = inputs.copy()
        rows[:, column] = value
        odds = np.exp(member.opinion(rows))
        said.append(odds / odds.sum(axis=1, keepdims=True))
    return np.stack(said)


@pytest.mark.parametrize("name", BOOSTED)
@pytest.mark.parametrize(("way", "sign"), [("+", 1.0), ("-", -1.0)])
@pytest.mark.parametrize("column", [0, 2])
def test_up_never_falls_and_down_never_rises_with_it(name, way, sign, column, part, fresh):
    member = held(name, part, f"{part.names[column]}:{way}")
    said = np.diff(moved(member, fresh.inputs[:60], column), axis=0)
    assert (sign * said[:, :, 2]).min() >= -1e-12 and (sign * said[:, :, 0]).max() <= 1e-12


@pytest.mark.parametrize("name", BOOSTED)
def test_without_the_option_noise_pushes_both_ways(name, part, fresh):
    said = np.diff(moved(held(name, part), fresh.inputs[:60], 2), axis=0)
    assert said[:, :, 2].min() < -0.001 and said[:, :, 2].max() > 0.001


@pytest.mark.parametrize("name", BOOSTED)
def test_the_right_way_costs_nothing_and_the_wrong_way_everything(name, part, fresh):
    def leaned(*monotone):
        opinion = held(name, part, *monotone).opinion(fresh.inputs)
        return np.corrcoef(opinion[:, 2] - opinion[:, 0], fresh.inputs[:, 0])[0, 1]

    assert leaned("lead:+") > 0.9 and abs(leaned("lead:-")) < 0.3


@pytest.mark.parametrize("name", BOOSTED)
def test_a_constrained_member_says_what_its_library_says(name, part, fresh):
    member = held(name, part, "lead:+", "noise:-")
    if name == "xgboost":
        output = member.library.inplace_predict(fresh.inputs, predict_type="margin").astype(float)
    else:
        from core.predict.calibration import class_shares

        begin = start(class_shares(part.outcome, 3, part.weight))
        output = member.library.predict(fresh.inputs, raw_score=True) + begin
    np.testing.assert_allclose(member.forest.margin(fresh.inputs), output * SIGN, atol=1e-5)
    assert np.abs(member.opinion(fresh.inputs).mean(axis=0)).max() < 2.0


@pytest.mark.parametrize("name", BOOSTED)
def test_constrained_members_are_repeatable(name, part, fresh):
    np.testing.assert_array_equal(
        held(name, part, "lead:+").opinion(fresh.inputs), held(name, part, "lead:+").opinion(fresh.inputs)
    )


@pytest.mark.parametrize("name", ["forest", "logistic"])
def test_who_cannot_says_so(name, part):
    assert "ignores" in held(name, part, "lead:+").remarks[0]
    assert held(name, part).remarks == ()


def test_ways_by_name():
    names = ("return_1", "rsi_14", "obv")
    assert ways((), names) == (0, 0, 0)
    assert ways(("rsi_14:-", "return_1:+"), names) == (1, -1, 0)


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        (("rsi_14",), "says no way"),
        ((":+",), "says no way"),
        (("rsi_14:up",), "says no way"),
        (("rsi:+",), "no feature 'rsi'"),
        (("rsi_14:+", "rsi_14:-"), "both ways"),
    ],
)
def test_wrong_entries_are_told(entry, reason):
    with pytest.raises(SettingsError, match=reason):
        ways(entry, ("return_1", "rsi_14"))


def test_gradients_are_those_of_the_log_loss():
    rng = np.random.default_rng(1)
    output, outcome = rng.normal(size=(40, 3)), rng.integers(0, 3, 40)

    def loss(at):
        return -np.log(chances(at)[np.arange(40), outcome])

    slope, curvature = gradients(output, outcome)
    for column in range(3):
        step = np.zeros(3)
        step[column] = 1e-5
        np.testing.assert_allclose(
            (loss(output + step) - loss(output - step)) / 2e-5, slope[:, column], atol=1e-8
        )
    assert not slope[:, 1].any() and not curvature[:, 1].any() and (curvature[:, [0, 2]] > 0.0).all()


def test_it_starts_at_the_class_shares():
    share = np.array([0.2, 0.5, 0.3])
    np.testing.assert_allclose(chances(start(share)[None, :])[0], share)
