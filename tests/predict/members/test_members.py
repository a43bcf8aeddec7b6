"""Four libraries, one behaviour: the same data give the same member, and it says what its library says."""

import pickle
from dataclasses import fields

import numpy as np
import pytest

from core.errors import SettingsError
from core.predict.calibration import class_shares
from core.predict.members import MEMBERS, fit_members
from core.settings import PredictSettings

NAMES = ("xgboost", "lightgbm", "forest", "logistic")
TREES = NAMES[:3]


def fitted(name, part, settings):
    return MEMBERS[name](part.inputs, part.outcome, part.weight, settings, part.names)


@pytest.fixture(scope="session")
def members(part, quick):
    return {name: fitted(name, part, quick) for name in NAMES}


def chances(opinion, share):
    odds = share * np.exp(opinion - opinion.max(axis=1, keepdims=True))
    return odds / odds.sum(axis=1, keepdims=True)


def loss(chance, outcome):
    return -np.log(chance[np.arange(len(outcome)), outcome]).mean()


@pytest.mark.parametrize("name", NAMES)
def test_same_data_same_member_bit_for_bit(name, part, members, quick):
    again, first = fitted(name, part, quick), members[name]
    np.testing.assert_array_equal(again.opinion(part.inputs), first.opinion(part.inputs))
    np.testing.assert_array_equal(again.shift, first.shift)
    one, other = (member.forest or member.linear for member in (again, first))
    for field in fields(one):
        np.testing.assert_array_equal(getattr(one, field.name), getattr(other, field.name))


@pytest.mark.parametrize("name", NAMES)
def test_another_seed_or_other_rows_give_another_member(name, part, members, quick):
    seen = members[name].opinion(part.inputs)
    assert not np.array_equal(fitted(name, part.take(slice(0, 1400)), quick).opinion(part.inputs), seen)
    other = fitted(name, part, quick.model_copy(update={"seed": 8})).opinion(part.inputs)
    assert np.array_equal(other, seen) == (name == "logistic")


@pytest.mark.parametrize("name", NAMES)
def test_a_row_alone_is_answered_as_in_a_block(name, members, fresh):
    block = members[name].opinion(fresh.inputs)
    for row in range(40):
        np.testing.assert_array_equal(members[name].opinion(fresh.inputs[row : row + 1])[0], block[row])
    np.testing.assert_array_equal(members[name].opinion(fresh.inputs[7:29]), block[7:29])
    by_columns = np.asfortranarray(fresh.inputs)
    np.testing.assert_array_equal(members[name].opinion(by_columns), block, "however it lies in memory")


@pytest.mark.parametrize("name", NAMES)
def test_it_knows_more_than_the_base_rate_about_rows_it_never_saw(name, members, part, fresh):
    share = class_shares(part.outcome, 3, part.weight)
    said = loss(chances(members[name].opinion(fresh.inputs), share), fresh.outcome)
    base = loss(np.tile(share, (len(fresh.outcome), 1)), fresh.outcome)
    best = loss(fresh.truth, fresh.outcome)
    assert base - said > 0.55 * (base - best)


def library_opinion(member, inputs, share):
    """By the library's own prediction, up to a constant a row."""
    match member.name:
        case "xgboost":
            return member.library.inplace_predict(inputs, predict_type="margin") - np.log(share)
        case "lightgbm":
            return member.library.predict(inputs, raw_score=True) - np.log(share)
        case "forest":
            return member.library.predict_proba(inputs) / share - 1.0
    return member.library.decision_function(inputs.astype(np.float64)) - np.log(share)


@pytest.mark.parametrize("name", NAMES)
def test_it_says_what_its_library_says(name, members, part, fresh):
    share = class_shares(part.outcome, 3, part.weight)
    expected = library_opinion(members[name], fresh.inputs, share)
    np.testing.assert_allclose(members[name].opinion(fresh.inputs), expected, atol=1e-5)


@pytest.mark.parametrize("name", NAMES)
def test_it_survives_the_disk(name, members, fresh):
    again = pickle.loads(pickle.dumps(members[name]))
    np.testing.assert_array_equal(again.opinion(fresh.inputs), members[name].opinion(fresh.inputs))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("absent", [(0,), (1,), (2,), (0, 1), (0, 2), (1, 2)])
def test_a_class_that_never_occurred_keeps_its_small_share(name, absent, part, quick):
    left = next(number for number in (1, 2, 0) if number not in absent)
    outcome = np.where(np.isin(part.outcome, absent), left, part.outcome)
    member = MEMBERS[name](part.inputs, outcome, part.weight, quick, part.names)
    opinion = member.opinion(part.inputs)
    share = class_shares(outcome, 3, part.weight)
    said = chances(opinion, share)
    assert opinion.dtype == np.float64 and np.isfinite(opinion).all()
    np.testing.assert_allclose(said[:, absent].mean(axis=0), share[list(absent)], rtol=0.3)
    np.testing.assert_allclose(said.mean(axis=0), share, atol=0.03)


@pytest.mark.parametrize("name", NAMES)
def test_few_rows_and_all_nulls_do(name, part, quick):
    member = fitted(name, part.take(slice(0, 12)), quick)
    assert np.isfinite(member.opinion(np.full((3, 6), np.nan, np.float32))).all()


@pytest.mark.parametrize("name", NAMES)
def test_inputs_are_left_as_they_were(name, part, quick):
    before = part.inputs.copy()
    fitted(name, part, quick).opinion(part.inputs)
    np.testing.assert_array_equal(part.inputs, before)


@pytest.mark.parametrize("name", NAMES)
def test_class_weights_make_rare_outcomes_count_as_much(name, part, quick):
    """With equal sums of weights the fit has equal shares; the opinion, being relative to them, needs no correction."""
    rare = part.take(np.flatnonzero((part.outcome != 2) | (np.arange(len(part.outcome)) % 5 == 0)))
    plain, balanced = (
        fitted(name, rare, quick.model_copy(update={"class_weight": on})) for on in (False, True)
    )
    lean = [
        np.subtract(*member.opinion(part.inputs)[:, [2, 0]].T)[rows].mean()
        for member in (plain, balanced)
        for rows in (part.inputs[:, 0] > 1.0,)
    ]
    assert lean[1] > 0.2 and lean[1] != lean[0]
    if name != "forest":
        np.testing.assert_allclose(balanced.shift, np.log(3.0), atol=0.01)


def test_all_named_members_are_fitted_in_their_order(part):
    settings = PredictSettings(trees=10, members=("logistic", "xgboost"))
    found = fit_members(part.inputs, part.outcome, part.weight, settings, part.names)
    assert [member.name for member in found] == ["logistic", "xgboost"]


@pytest.mark.parametrize(
    ("members", "reason"),
    [(("boost",), "no member 'boost'"), ((), "no member is named"), (("logistic",) * 2, "named twice")],
)
def test_wrong_names_are_told(members, reason, part):
    settings = PredictSettings(members=members)
    with pytest.raises(SettingsError, match=reason):
        fit_members(part.inputs, part.outcome, part.weight, settings, part.names)


def test_the_logistic_member_has_seen_its_training_part_only(part, members):
    """Medians, means and spreads are those of the training rows, held in one pipeline with the coefficients."""
    linear, pipeline = members["logistic"].linear, members["logistic"].library
    assert [name for name, _ in pipeline.steps] == ["imputer", "scaler", "logistic"]
    seen = part.inputs.astype(np.float64)
    medians = np.nan_to_num([np.median(column[~np.isnan(column)]) if np.isfinite(column).any() else 0.0 for column in seen.T])  # fmt: skip
    np.testing.assert_allclose(linear.fill, medians)
    filled = np.where(np.isnan(seen), medians, seen)
    np.testing.assert_allclose(linear.centre, filled.mean(axis=0), atol=1e-9)


def test_fewer_independent_labels_keep_the_logistic_member_closer_to_nothing(part, quick):
    spread = [
        MEMBERS["logistic"](part.inputs, part.outcome, part.weight * size, quick, part.names)
        .opinion(part.inputs)
        .std()
        for size in (0.02, 1.0)
    ]
    assert spread[0] < 0.5 * spread[1]


@pytest.mark.parametrize("name", TREES)
def test_shapley_values_of_trees_add_up_to_the_opinion(name, members, fresh):
    member = members[name]
    parts = member.forest.shap(fresh.inputs[:50])
    np.testing.assert_allclose(parts.sum(axis=1) + member.shift, member.opinion(fresh.inputs[:50]), atol=1e-5)
