import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.predict.hybrid import HIGHEST, ScoredOpinion, learn_weight, pool

MODEL = (0.3, 0.4, 0.3)


def probabilities() -> st.SearchStrategy[tuple[float, float, float]]:
    return (
        st.tuples(*[st.floats(0.0, 1.0)] * 3)
        .filter(lambda p: sum(p) > 0.1)
        .map(lambda p: tuple(x / sum(p) for x in p))
    )


def record(rows: int, knows: float, uniqueness: float = 1.0, seed: int = 0) -> list[ScoredOpinion]:
    """An LLM that gives `knows` to what then happens (1/3: knows nothing), in expectation over an urn."""
    rng = np.random.default_rng(seed)
    told = []
    for _ in range(rows):
        said = int(rng.integers(3))
        outcome = said if rng.random() < knows else int(rng.choice([k for k in range(3) if k != said]))
        llm = tuple(0.7 if k == said else 0.15 for k in range(3))
        told.append(ScoredOpinion(llm, MODEL, outcome, uniqueness))
    return told


def test_without_a_record_the_model_is_unchanged_bit_for_bit():
    model = (0.1, 0.2, 0.7)
    assert learn_weight([]) == 0.0
    assert pool(model, (0.9, 0.05, 0.05), learn_weight([])) is model
    assert pool(model, None, 0.4) is model


def test_an_llm_that_knows_earns_a_weight_that_is_bounded():
    assert learn_weight(record(60, 0.7)) > 0.1
    assert learn_weight(record(4000, 0.75)) == HIGHEST


def test_more_of_the_same_record_earns_more():
    weights = [learn_weight(record(rows, 0.6, seed=5)) for rows in (5, 50, 1000)]
    assert weights == sorted(weights) and weights[0] <= 0.03 < weights[1] < weights[2]


def test_overlapping_labels_count_once():
    assert learn_weight(record(300, 0.6, uniqueness=1 / 24)) < learn_weight(record(300, 0.6)) / 2


@pytest.mark.parametrize("knows", [0.0, 0.15, 0.25])
def test_a_bad_one_gets_nothing(knows):
    assert learn_weight(record(500, knows)) == 0.0


def test_one_that_knows_nothing_gets_next_to_nothing():
    weights = [learn_weight(record(200, 1 / 3, seed=seed)) for seed in range(20)]
    assert np.mean(weights) <= 0.05 and max(weights) <= 0.15, "even the luckiest of twenty"


def test_a_confident_error_costs_the_weight_of_many_good_days():
    good = record(40, 0.75, seed=2)
    sure = ScoredOpinion((0.0, 0.0, 1.0), MODEL, 0, 1.0)
    assert learn_weight(good + [sure] * 10) < learn_weight(good) / 2


@given(probabilities(), probabilities(), st.floats(0.0, HIGHEST))
def test_pooled_is_a_distribution_between_the_two(model, llm, weight):
    pooled = pool(model, llm, weight)
    assert sum(pooled) == pytest.approx(1.0) and min(pooled) >= 0.0
    if weight:
        low = [max(min(a, b), 1e-4) for a, b in zip(model, llm, strict=True)]
        ahead = int(np.argmax(np.array(llm) / np.maximum(model, 1e-4)))
        assert pooled[ahead] >= 0.99 * low[ahead]


@given(probabilities(), st.floats(0.01, HIGHEST))
def test_agreement_changes_nothing(model, weight):
    np.testing.assert_allclose(pool(model, model, weight), model, atol=5e-4)


def test_pool_oracle():
    """Odds of up against down: 1 from the model, 4 from the LLM, a quarter of the say: 4 ** .25."""
    down, _, up = pool((0.4, 0.2, 0.4), (0.16, 0.2, 0.64), 0.25)
    assert up / down == pytest.approx(4**0.25)


@given(
    st.lists(st.tuples(probabilities(), probabilities(), st.integers(0, 2), st.floats(0.01, 1)), max_size=30)
)
def test_weight_is_always_in_its_bounds(rows):
    assert 0.0 <= learn_weight([ScoredOpinion(*row) for row in rows]) <= HIGHEST
