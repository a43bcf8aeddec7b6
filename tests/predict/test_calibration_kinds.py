"""Platt, isotonic, and which kind is taken: never by luck, and always back to the base rate without skill."""

from typing import get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from core.errors import SettingsError
from core.predict.calibration import (
    KINDS,
    Calibration,
    Temperatures,
    choose_calibration,
    class_shares,
    fit_isotonic,
    fit_platt,
    lift,
    log_opinion,
    tempered,
)

BASE = np.array([0.25, 0.5, 0.25])


def drawn(rng, chance):
    return (rng.random((len(chance), 1)) > chance.cumsum(axis=1)).sum(axis=1)


def asked(rows, seed=0, strength=0.5, distort=lambda opinion: opinion):
    """Stated opinions, base rates, outcomes that follow the opinions as `distort` changes them, weights."""
    rng = np.random.default_rng(seed)
    opinion = rng.normal(0.0, strength, (rows, 3))
    base = np.tile(BASE, (rows, 1))
    chance = tempered(distort(opinion), base, Temperatures(1.0, 1.0))
    return opinion, base, drawn(rng, chance), np.ones(rows)


def loss(chance, outcome):
    return -np.log(chance[np.arange(len(outcome)), outcome]).mean()


def only_up(opinion):
    """What is said of up is meant, what is said of the others is not."""
    return opinion * [0.0, 0.0, 1.5]


def steep(opinion):
    """Only strong opinions mean anything."""
    return np.where(np.abs(opinion) > 0.8, 2.5 * np.sign(opinion), 0.0)


def test_lift_is_the_log_of_the_ratio_to_the_base_rate():
    rng = np.random.default_rng(0)
    opinion = rng.normal(size=(30, 3))
    expected = np.log(tempered(opinion, np.tile(BASE, (30, 1)), Temperatures(1.0, 1.0)) / BASE)
    np.testing.assert_allclose(lift(opinion, BASE), expected, atol=1e-12)
    np.testing.assert_allclose(lift(opinion + rng.normal(size=(30, 1)), BASE), expected, atol=1e-12)


def test_platt_finds_which_outcome_the_model_knows():
    opinion, base, outcome, weight = asked(20_000, distort=only_up)
    found = fit_platt(opinion, base, outcome, weight)
    assert found.slopes[2] > 1.0 > 4 * found.slopes[0] and found.slopes[1] < 0.25
    np.testing.assert_allclose(fit_platt(*asked(20_000)).slopes, 1.0, atol=0.1)


def test_platt_slopes_are_those_of_the_loss():
    """The optimum found is one: no small step is better."""
    opinion, base, outcome, weight = asked(800, distort=only_up)
    found = fit_platt(opinion, base, outcome, weight)

    def cost(slopes, offsets):
        logits = np.log(base) + slopes * lift(opinion, base) + offsets
        chance = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
        return len(outcome) * loss(chance, outcome) + 0.5 * (slopes @ slopes + offsets @ offsets / 0.01)

    slopes, offsets = np.array(found.slopes), np.array(found.offsets)
    best = cost(slopes, offsets)
    for number in range(3):
        for step in (0.02, -0.02):
            moved = np.maximum(slopes + step * np.eye(3)[number], 0.0)
            assert cost(moved, offsets) >= best - 1e-6
            assert cost(slopes, offsets + 0.1 * step * np.eye(3)[number]) >= best - 1e-6


def test_isotonic_finds_the_shape():
    opinion, base, outcome, weight = asked(30_000, distort=steep)
    fresh, base_fresh, outcome_fresh, _ = asked(30_000, seed=1, distort=steep)
    curved = fit_isotonic(opinion, base, outcome, weight)
    straight = choose_calibration(opinion, base, outcome, weight, "temperature")
    assert curved.belief > 0.5
    said = [loss(kind.apply(fresh, base_fresh), outcome_fresh) for kind in (curved, straight)]
    assert said[0] < said[1] - 0.005


@pytest.mark.parametrize("kind", ["auto", *KINDS])
def test_without_skill_every_kind_ends_near_the_base_rate(kind):
    far = []
    for seed in range(20):
        rng = np.random.default_rng(seed)
        opinion, base = rng.normal(0.0, 0.5, (500, 3)), np.tile(BASE, (500, 1))
        found = choose_calibration(opinion, base, drawn(rng, base), np.ones(500), kind)
        far.append(np.abs(found.apply(opinion, base) - base).mean())
    assert np.mean(far) < 0.025


@pytest.mark.parametrize("kind", ["auto", *KINDS])
def test_opinions_against_the_outcome_are_not_believed(kind):
    opinion, base, outcome, weight = asked(3000, distort=lambda opinion: -opinion)
    said = choose_calibration(opinion, base, outcome, weight, kind).apply(opinion, base)
    np.testing.assert_allclose(said, base, atol=0.03)


@pytest.mark.parametrize("kind", ["auto", *KINDS])
def test_nothing_to_learn_from_means_exactly_the_base_rate(kind):
    nothing = np.empty((0, 3))
    found = choose_calibration(nothing, nothing, np.empty(0, int), np.empty(0), kind)
    opinion = np.random.default_rng(0).normal(size=(5, 3))
    np.testing.assert_array_equal(found.apply(opinion, BASE), np.tile(BASE, (5, 1)))


@pytest.mark.parametrize("kind", KINDS)
def test_few_independent_labels_move_every_kind_less(kind):
    opinion, base, outcome, weight = asked(3000)
    few, many = (
        np.abs(choose_calibration(opinion, base, outcome, weight * size, kind).apply(opinion, base) - base).mean()
        for size in (0.002, 1.0)
    )  # fmt: skip
    assert few < 0.6 * many


def test_the_kind_is_chosen_for_a_reason():
    assert choose_calibration(*asked(20_000), "auto").kind == "temperature"
    assert choose_calibration(*asked(20_000, distort=only_up), "auto").kind == "platt"
    chosen = choose_calibration(*asked(30_000, distort=steep), "auto")
    assert chosen.kind == "isotonic"
    assert min(chosen.trials, key=lambda trial: trial.log_loss).kind == "isotonic"


def test_noise_does_not_choose():
    kinds = [
        choose_calibration(*asked(600, seed, strength=0.3), "auto").kind
        for seed in range(30)
    ]  # fmt: skip
    assert kinds.count("temperature") >= 27


def test_few_independent_labels_do_not_choose():
    opinion, base, outcome, weight = asked(20_000, distort=only_up)
    found = choose_calibration(opinion, base, outcome, weight * 0.002, "auto")
    assert found.kind == "temperature" and found.trials == ()


def test_the_later_half_is_not_fitted_to():
    """Where the shape of the first half is gone in the second, no kind that fits shapes is taken."""
    one, other = asked(6000, distort=only_up), asked(6000, seed=1, distort=lambda opinion: 0.0 * opinion)
    both = [np.concatenate(parts) for parts in zip(one, other, strict=True)]
    assert choose_calibration(*both, "auto").kind == "temperature"
    assert fit_isotonic(*both).belief < 0.3


def test_an_unknown_kind_is_told():
    with pytest.raises(SettingsError, match="no kind 'beta'"):
        choose_calibration(*asked(10), "beta")


@st.composite
def fitted(draw):
    kind = draw(st.sampled_from(KINDS))
    shape = draw(st.sampled_from([only_up, steep, lambda opinion: 3.0 * opinion]))
    rows, seed = draw(st.sampled_from([3, 40, 300])), draw(st.integers(0, 20))
    opinion, base, outcome, weight = asked(rows, seed, draw(st.sampled_from([0.05, 0.5, 4.0])), shape)
    if draw(st.booleans()):
        outcome = np.where(outcome == 2, 0, outcome)  # one that never occurs
    base = np.tile(class_shares(outcome, 3), (rows, 1))
    return choose_calibration(opinion, base, outcome, weight, kind), opinion, base


@given(fitted(), st.integers(0, 2), st.floats(0.0, 3.0))
@settings(max_examples=80, deadline=None)
def test_answers_are_probabilities_and_a_stronger_opinion_never_lowers_its_outcome(found, number, more):
    calibrator, opinion, base = found
    said = calibrator.apply(opinion, base)
    assert np.isfinite(said).all() and (said >= 0.0).all() and (said <= 1.0).all()
    np.testing.assert_allclose(said.sum(axis=1), 1.0, atol=1e-9)
    stronger = calibrator.apply(opinion + more * np.eye(3)[number], base)
    assert (stronger[:, number] >= said[:, number] - 1e-9).all()
    np.testing.assert_array_equal(calibrator.apply(opinion[1:2], base[0])[0], said[1])
    np.testing.assert_allclose(calibrator.apply(opinion + 5.0, base), said, atol=1e-9)


@pytest.mark.parametrize("kind", KINDS)
def test_a_model_carries_it_through_its_description(kind):
    opinion, base, outcome, weight = asked(400, distort=steep)
    calibrator = choose_calibration(opinion, base, outcome, weight, kind)
    carried = Calibration.of(calibrator, BASE, np.array([0.3, 0.4, 0.3]))
    adapter = TypeAdapter(Calibration)
    assert adapter.validate_json(adapter.dump_json(carried)) == carried
    assert carried.kind == kind and carried.temperatures == calibrator.temperatures
    np.testing.assert_array_equal(carried.apply_opinion(opinion), calibrator.apply(opinion, BASE))
    raw = np.random.default_rng(1).dirichlet(np.ones(3), 20)
    np.testing.assert_array_equal(
        carried.apply(raw), carried.apply_opinion(log_opinion(raw, np.array([0.3, 0.4, 0.3])))
    )


def test_a_description_without_a_kind_means_the_temperatures():
    plain = Calibration(Temperatures(0.5, 0.2), tuple(BASE), tuple(BASE))
    opinion = asked(30)[0]
    assert plain.kind == "temperature"
    np.testing.assert_array_equal(plain.apply_opinion(opinion), tempered(opinion, BASE, plain.temperatures))
    assert type(None) in get_args(Calibration.__annotations__["calibrator"])
