"""Fitted Q-iteration: what it learns, and that it comes to the same whatever interrupts or helps it."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core.agent import Limits
from core.agent.committee import TreeMind, median_of
from core.agent.explaining import explain_agent
from core.agent.files import load, save
from core.agent.fitted_q import Fitted, fit_q
from core.agent.pacing import pace
from core.agent.q_forest import as_bytes, fit_forest, from_bytes, side_by_side
from core.agent.transitions import Batch, gather_batch
from core.agent.walking import walk, walk_levels
from core.errors import NotCovered, UntrustedModel
from core.pipeline.agent_material import AgentCase
from tests.agent.conftest import arena, bars_of, foretold, learnt

CaseOf = Callable[..., AgentCase]


def batch_of(case: AgentCase, seed: int = 0) -> Batch:
    part, rows = case.part(case.learn)
    return gather_batch(part, rows, case.observer, case.exposures, 0.0, np.random.default_rng([seed]))


def test_it_finds_what_a_feature_foretells_and_gains_after_costs(case_of: CaseOf) -> None:
    case = case_of(*foretold(1200, 0.0015))
    agents = learnt(case, iterations=10, trees=20)
    part, rows = case.part(case.test)
    walked = walk(part, rows, case.observer, agents.together())
    lean = np.corrcoef(walked.levels[:-1], case.known["x"].iloc[slice(*case.test)].to_numpy()[:-1])[0, 1]
    assert lean > 0.5 and walked.growth.sum() > 0


def test_at_a_constant_price_it_learns_not_to_trade(case_of: CaseOf) -> None:
    bars = bars_of(np.zeros(500), wick=0.0)
    known = foretold(500, 0.0)[1].set_axis(bars.index)
    case = case_of(bars, known)
    agents = learnt(case)
    for seed in range(agents.mind.seeds):
        walked = walk(case.arena, case.rows, case.observer, agents.mind.alone(seed))
        assert len(walked.log) == 0 and (walked.equity == case.arena.cash).all()


def test_the_closed_form_is_the_core_but_for_what_it_leaves_out() -> None:
    """Stops, targets, gaps, turns and costs over 2,000 bars; what is left out is the drift of a position's share."""
    bars, _ = foretold(2000, 0.0, seed=8)
    a = arena(bars)
    levels = np.repeat(np.random.default_rng(9).choice([-1.0, 0.0, 1.0], 200), 10)
    walked = walk_levels(a, levels)
    held, entry, told = 0.0, 1.0, []
    for i in range(1999):
        c = a.closes[i]
        bar = (a.opens[i + 1] / c, a.highs[i + 1] / c, a.lows[i + 1] / c, a.closes[i + 1] / c)
        gain, held, entry = pace(levels[i], held, entry, bar, 0.0005, a.terms, a.limits)
        told.append(np.log1p(gain))
        assert (held != 0.0) == (walked.held[i + 1] != 0.0)
    assert np.abs(np.array(told) - walked.growth).max() < 1e-4
    assert set(walked.log[:, 1]) >= {0.0, 1.0, 2.0, 3.0}


def test_a_seed_is_the_same_whatever_the_threads_and_wherever_it_was_stopped(case_of: CaseOf) -> None:
    batch = batch_of(case_of(*foretold(600, 0.001)))
    stops: list[Fitted] = []
    whole = fit_q(batch, 3, 5, 8, 0.9, 1, stops.append)
    threaded = fit_q(batch, 3, 5, 8, 0.9, 4, lambda state: None)
    middle = stops[2]
    assert middle.forest is not None and whole.forest is not None and threaded.forest is not None
    kept = Fitted(middle.iteration, from_bytes(as_bytes(middle.forest)), middle.error)
    resumed = fit_q(batch, 3, 5, 8, 0.9, 2, lambda state: None, kept)
    other = fit_q(batch, 4, 5, 8, 0.9, 1, lambda state: None)
    assert resumed.forest is not None and other.forest is not None
    assert as_bytes(whole.forest) == as_bytes(threaded.forest) == as_bytes(resumed.forest)
    assert resumed.error == whole.error and as_bytes(whole.forest) != as_bytes(other.forest)


def test_the_trees_tell_what_the_library_tells() -> None:
    from sklearn.ensemble import ExtraTreesRegressor

    rng = np.random.default_rng(0)
    x = rng.normal(size=(400, 3)).astype(np.float32)
    y = np.column_stack([x[:, 0], x[:, 1] * x[:, 2]])
    ours = fit_forest(x, y, 7, 10, 5, 1)
    library = ExtraTreesRegressor(7, min_samples_leaf=10, max_features=1.0, random_state=5).fit(x, y)
    assert np.allclose(ours.margin(x), library.predict(x), atol=1e-12)
    again = fit_forest(x, y + 1.0, 7, 10, 6, 1)
    assert np.array_equal(
        side_by_side([ours, again]).margin(x), np.column_stack([ours.margin(x), again.margin(x)])
    )


def test_the_explanation_adds_up_to_the_advantage(case_of: CaseOf) -> None:
    case = case_of(*foretold(800, 0.0015))
    agents = learnt(case)
    mind = agents.mind
    assert isinstance(mind, TreeMind)
    for row, position in ((500, 0.0), (520, 1.0), (700, -1.0)):
        seen = np.r_[case.rows[row], np.array([position, 0.2, -0.1], np.float32)].astype(np.float32)
        told = explain_agent(agents, seen, position, 1.0)
        worth = mind.values(seen, position).mean(axis=0) * 1e4
        assert told.advantage == pytest.approx(worth[2] - worth[1], abs=1e-9)
        assert told.expected + told.costs + sum(s.share for s in told.shares) == pytest.approx(told.advantage)
        shown = {share.name: share.value for share in told.shares}
        assert (
            shown["x"] == pytest.approx(case.known["x"].iloc[row], rel=1e-3) and shown["lead_short"] is None
        )
    with pytest.raises(NotCovered, match="exposure"):
        explain_agent(agents, seen, 0.0, 0.3)
    assert explain_agent(agents, seen, 0.0).exposure in (-1.0, 1.0)


def test_kept_agents_act_alike_and_a_changed_file_is_refused(case_of: CaseOf, tmp_path: object) -> None:
    from pathlib import Path

    case = case_of(*foretold(600, 0.001))
    agents = learnt(case)
    path, digest = save(agents, Path(str(tmp_path)), {"model_id": agents.model_id})
    again = load(path, digest)
    for row in range(0, 600, 7):
        seen = np.r_[case.rows[row], np.zeros(3, np.float32)]
        assert np.array_equal(agents.mind.votes(seen, 0.0), again.mind.votes(seen, 0.0))
        alone = [again.mind.alone(k)(seen, 0.0) for k in range(again.mind.seeds)]
        assert alone == again.mind.votes(seen, 0.0).tolist()
    path.write_bytes(path.read_bytes() + b" ")
    with pytest.raises(UntrustedModel, match="SHA-256"):
        load(path, digest)
    assert path.with_name(f"{path.stem}_meta.json").exists()


@pytest.mark.parametrize(
    ("votes", "median"),
    [
        ((1, 1, -1), 1),
        ((1, 1, 0, 0), 0),
        ((-1, -1, 0, 1), 0),
        ((1, 1, 1, -1), 1),
        ((-1, -1, -1, 1), -1),
        ((0,), 0),
    ],
)
def test_between_two_exposures_the_committee_takes_the_smaller(
    votes: tuple[float, ...], median: float
) -> None:
    assert median_of(np.array(votes, float), (-1.0, 0.0, 1.0)) == median


def test_without_short_positions_none_is_chosen(case_of: CaseOf) -> None:
    bars, known = foretold(600, 0.002)
    case = case_of(bars, known)
    long_only = replace(
        case, arena=replace(case.arena, limits=Limits(0.1, short=False)), exposures=(0.0, 1.0)
    )
    agents = learnt(long_only)
    walked = walk(long_only.arena, case.rows, case.observer, agents.together())
    assert walked.held.min() >= 0.0 and pd.Series(walked.levels).isin([0.0, 1.0]).all()
