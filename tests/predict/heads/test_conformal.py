import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.predict.heads import Shrinkage, adapt
from core.predict.heads.conformal import conformal_quantile
from core.predict.heads.heads import stretched
from core.predict.heads.shrinkage import fit_shrinkage


class _Nothing:
    """A regressor that always says 0, in the shape that mapie asks for."""

    def __new__(cls):
        from sklearn.base import BaseEstimator, RegressorMixin

        class Nothing(RegressorMixin, BaseEstimator):
            def fit(self, inputs, outcome):
                self.fitted_ = True
                return self

            def predict(self, inputs):
                return np.zeros(len(inputs))

        return Nothing().fit(None, None)


def shifted(scale: float, calm: int = 500, wild: int = 800) -> np.ndarray:
    """Noise whose size changes once."""
    rng = np.random.default_rng(0)
    return np.concatenate((rng.normal(0, 1, calm), rng.normal(0, scale, wild)))


def spans(calm: int, every: int) -> tuple[np.ndarray, np.ndarray]:
    """The calm part is known when the rest begins; from there each label is known a bar later."""
    start = np.arange(every)
    return start, np.where(start < calm, calm - 1, start)


def mapie_run(
    values: np.ndarray, calm: int, gamma: float, symmetric: bool, remember: bool
) -> tuple[np.ndarray, float]:
    """Half-widths of mapie's 90 % interval at each later row, and its last α."""
    from mapie.conformity_scores import AbsoluteConformityScore
    from mapie.regression import TimeSeriesRegressor

    inputs = np.zeros((len(values), 1))
    score = AbsoluteConformityScore(sym=symmetric)
    model = TimeSeriesRegressor(_Nothing(), method="aci", cv="prefit", conformity_score=score)
    model.fit(inputs[:calm], values[:calm])
    widths = []
    for row in range(calm, len(values)):
        at = slice(row, row + 1)
        model._get_alpha()
        _, bounds = model.predict(inputs[at], confidence_level=0.9, allow_infinite_bounds=True)
        widths.append((-bounds[0, 0, 0], bounds[0, 1, 0]))
        if gamma:
            model.adapt_conformal_inference(inputs[at], values[at], gamma=gamma, confidence_level=0.9)
        if remember:
            model.update(inputs[at], values[at])
    return np.array(widths), float(next(iter(model.current_alpha.values()), 0.1))


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_equal_to_mapie_row_by_row():
    values = shifted(1.2, wild=300)
    widths, alpha = mapie_run(values, 500, 0.02, symmetric=True, remember=True)
    mine = adapt(np.abs(values), *spans(500, 800), np.ones(800), 0.1, window=500, gamma=0.02, prior=0.0)
    np.testing.assert_array_equal(mine.factor[500:], widths[:, 1])
    assert mine.state.alpha == pytest.approx(alpha, abs=1e-12)


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_volatility_doubles_published_numbers():
    """METHOD.md §3, target .90: no update .60, ACI γ = .02 .85; ours remembers the new scores too: .90."""
    values = shifted(2.0)

    def held(widths: np.ndarray) -> float:
        return float(np.mean((values[500:] > -widths[:, 0]) & (values[500:] < widths[:, 1])))

    fixed, _ = mapie_run(values, 500, 0.0, symmetric=False, remember=False)
    moving, _ = mapie_run(values, 500, 0.02, symmetric=False, remember=False)
    assert held(fixed) == pytest.approx(0.60, abs=0.03)
    assert held(moving) == pytest.approx(0.85, abs=0.03)
    mine = adapt(np.abs(values), *spans(500, 1300), np.ones(1300), 0.1, window=500)
    assert held(np.column_stack([mine.factor[500:]] * 2)) == pytest.approx(0.90, abs=0.02)


def test_labels_that_come_late_still_end_at_the_target():
    rng = np.random.default_rng(4)
    bars, rows = 8, 6000
    steps = rng.normal(size=rows + bars) * np.where(np.arange(rows + bars) < 2000, 1.0, 2.0)
    score = np.abs(np.convolve(steps, np.ones(bars), "valid")[:rows]) / (1.645 * np.sqrt(bars))
    start = np.arange(rows)
    followed = adapt(score, start, start + bars, np.full(rows, 1 / bars), 0.1, window=500)
    held = score <= followed.factor
    assert np.mean(score[2000:] <= 1.0) < 0.65
    assert held[2000:].mean() == pytest.approx(0.90, abs=0.02)


@given(st.integers(0, 2**32 - 1), st.integers(0, 119), st.integers(1, 12))
def test_a_factor_depends_on_ended_labels_only(seed, cut, bars):
    rng = np.random.default_rng(seed)
    score, start = np.abs(rng.normal(size=120)), np.arange(120)
    weight = np.full(120, 1 / bars)
    first = adapt(score, start, start + bars, weight, 0.1, window=30)
    planted = np.where(start + bars >= cut, rng.exponential(9.0, 120), score)
    second = adapt(planted, start, start + bars, weight, 0.1, window=30)
    assert first.factor[: cut + 1].tolist() == second.factor[: cut + 1].tolist()
    assert np.all(first.factor > 0.0) and 0.0 <= first.state.alpha <= 1.0


def test_nothing_known_leaves_the_band_as_it_is():
    start = np.arange(5)
    followed = adapt(np.full(5, 3.0), start, start + 9, np.ones(5), 0.1, window=10)
    assert followed.factor.tolist() == [1.0] * 5
    assert followed.state.alpha == 0.1, "rows that nothing had adapted do not move it"
    assert adapt(np.empty(0), np.empty(0), np.empty(0), np.empty(0), 0.5, window=3).state.factor == 1.0


def test_a_few_scores_move_a_band_little_and_many_move_it_wholly():
    scores = [2.0] * 100
    assert conformal_quantile(scores, 0.1, 3.0) == pytest.approx(2.0 ** (3 / 33))
    assert conformal_quantile(scores, 0.1, 1e9) == pytest.approx(2.0)
    ten = [float(k) for k in range(1, 11)]
    assert conformal_quantile(ten, 0.1, 10.0, prior=0.0) == 10.0, "ceil(.9 · 11) = 10"
    assert conformal_quantile(ten, 0.5, 10.0, prior=0.0) == 6.0


quantile_rows = st.lists(st.lists(st.floats(-5, 5), min_size=5, max_size=5), min_size=1, max_size=6).map(
    lambda rows: np.sort(np.array(rows), axis=1)
)


@given(quantile_rows, st.floats(0.01, 20), st.floats(0.01, 20))
def test_stretching_never_crosses_and_keeps_the_median(quantiles, outer, inner):
    wide = stretched(quantiles, outer, inner)
    assert np.all(np.diff(wide, axis=1) >= 0.0)
    assert wide[:, 2].tolist() == quantiles[:, 2].tolist()


@given(quantile_rows, st.floats(0, 1), st.floats(0, 1))
def test_shrinking_never_crosses_and_ends_at_its_ends(quantiles, location, spread):
    base = np.array([-2.0, -0.5, 0.1, 0.6, 2.2])
    shrunk = Shrinkage(location, spread).apply(quantiles, base)
    assert np.all(np.diff(shrunk, axis=1) >= -1e-9)
    assert np.array_equal(Shrinkage(0.0, 0.0).apply(quantiles, base), np.broadcast_to(base, quantiles.shape))
    np.testing.assert_allclose(Shrinkage(1.0, 1.0).apply(quantiles, base), quantiles, atol=1e-12)


def test_a_worse_model_is_not_believed_at_all():
    rng = np.random.default_rng(1)
    base = np.broadcast_to(np.array([-1.645, -0.674, 0.0, 0.674, 1.645]), (400, 5))
    happened = rng.normal(size=400)
    wrong = base * 3.0 + rng.normal(size=(400, 1))
    assert fit_shrinkage(wrong, base, happened, np.ones(400)).silent
    right = base * 0.1 + happened[:, None]
    assert fit_shrinkage(right, base, happened, np.ones(400)) == Shrinkage(1.0, 1.0)
    assert fit_shrinkage(right[:0], base[:0], happened[:0], np.ones(0)).silent
