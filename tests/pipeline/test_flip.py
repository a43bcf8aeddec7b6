"""The smallest change of the inputs that would have changed a decision."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from core.errors import UnknownId
from core.llm.quoting import unknown_numbers
from core.pipeline import Workbench
from core.pipeline.flip import Again, flip_of_cycle, search_flip
from core.pipeline.flip_answers import names_read, subject
from core.pipeline.flip_inputs import SENTIMENT, changed_run, inputs_of
from core.pipeline.in_words import explain_cycle, feature_names
from core.pipeline.passport_facts import passport_facts
from core.pipeline.passport_prose import passport_prose
from core.pipeline.replaying import rebuilt_run
from core.records import Action, CycleReport, Flip, MetaOpinion, SystemState, Validation, Verdict
from core.settings import SignalSettings
from core.store.cycles import close_cycle
from core.store.flips import read_flip
from core.views.flip import flip_view, flip_words
from tests.pipeline.conftest import NOON, eager
from tests.pipeline.test_replaying import rows

Cycle = Callable[..., CycleReport]


def weighing(bench: Workbench, *weights: str, **more: object) -> Workbench:
    """A workbench whose strategies weigh so much, and no forecast and no text."""
    chosen = {"weights": weights, "weight_forecast": 0.0, "adapt": False, "meta": False} | more
    settings = bench.settings.model_copy(
        update={
            "signals": SignalSettings(**chosen),  # type: ignore[arg-type]
            "sentiment": bench.settings.sentiment.model_copy(update={"weight": 0.0}),
        }
    )
    return replace(bench, settings=settings)


def decided_again(bench: Workbench, flip: Flip, share: float = 1.0) -> tuple[Verdict, Action, int]:
    """The decision with its inputs moved a share of the way, by the functions of the cycle alone."""
    stored, run = rebuilt_run(bench, flip.cycle_id, before="signals")
    again = Again(stored)
    moved = {c.name: c.before + share * (c.after - c.before) for c in flip.changes}
    now = again.whole(changed_run(run, moved))
    return now.verdict, now.action, now.side


def test_a_no_trade_and_a_trade_each_have_one_and_it_is_true(bench: Workbench, cycle: Cycle) -> None:
    quiet, trading = cycle(NOON), cycle(NOON + timedelta(hours=3), on=eager(bench))
    before = rows(bench)
    for report in (quiet, trading):
        flip = search_flip(bench, report.id)
        assert report.decision is not None
        assert (flip.was.verdict, flip.was.action) == (
            report.decision.verdict,
            report.decision.proposal.action,
        )
        assert flip.verified and flip.becomes is not None and flip.becomes != flip.was
        assert decided_again(bench, flip) == (flip.becomes.verdict, flip.becomes.action, flip.becomes.side)
        assert decided_again(bench, flip, 0.0) == (flip.was.verdict, flip.was.action, flip.was.side)
        assert decided_again(bench, flip, 0.9) == (flip.was.verdict, flip.was.action, flip.was.side)
        assert all(c.low <= c.after <= c.high for c in flip.changes)
    assert rows(bench) == before  # searching leaves no trace


def test_the_same_search_finds_the_same(bench: Workbench, cycle: Cycle) -> None:
    report = cycle()
    one, other = search_flip(bench, report.id), search_flip(bench, report.id)
    assert replace(one, searched_at=other.searched_at) == other


def test_the_moving_average_rule_turns_where_its_formula_says(bench: Workbench, cycle: Cycle) -> None:
    """Confidence is 0.4 + 0.12 × |fast − slow| / ATR: it meets the threshold 0.7 at 2.5 ATR, whatever moves."""
    alone = weighing(bench, "sma_cross = 1")
    reports = (cycle(NOON + timedelta(hours=4 * step), on=alone) for step in range(8))
    report = next(
        found for found in reports
        if found.fused and 0.55 < found.fused.confidence < 0.7 and found.decision
        and found.decision.verdict is Verdict.NO_TRADE
    )  # fmt: skip
    flip = search_flip(alone, report.id)
    assert flip.becomes is not None and flip.becomes.action is Action.OPEN and len(flip.changes) == 1
    change = flip.changes[0]
    _, run = rebuilt_run(alone, report.id, before="signals")
    row = run.features.iloc[-1].copy()
    row[change.name] = change.after
    reached = abs(row["sma_20"] - row["sma_50"]) / row["atr_14"]
    assert 2.5 <= reached < 2.6
    analytic = abs(run.features["sma_20"].iloc[-1] - run.features["sma_50"].iloc[-1]) / 2.5
    atr = next(item for item in inputs_of(run, {"atr_14"}))
    assert change.distance <= abs(analytic - atr.before) / atr.spread + 0.1
    assert flip.margins[0].name == "threshold"
    assert flip.margins[0].missing == pytest.approx(0.7 - report.fused.confidence)  # type: ignore[union-attr]


def test_where_nobody_has_a_say_nothing_flips_and_it_says_so(bench: Workbench, cycle: Cycle) -> None:
    mute = weighing(bench)
    flip = search_flip(mute, cycle(on=mute).id)
    assert (flip.becomes, flip.changes, flip.verified, flip.distance) == (None, (), False, None)
    assert flip.tried > 0 and "Nothing that was tried" in flip_words(flip)


def test_two_inputs_where_one_is_not_enough(bench: Workbench, cycle: Cycle) -> None:
    """The RSI rule asks for both: a close beyond a band, and an RSI so far beyond 30 or 70 that 0.6 + 0.4 × d / 15 = 0.7."""
    both = weighing(bench, "rsi_bollinger = 1")
    flip = search_flip(both, cycle(NOON - timedelta(hours=200), on=both).id)
    assert flip.verified and [c.name for c in flip.changes] == ["bb_lower", "rsi_14"]
    band, rsi = flip.changes
    _, run = rebuilt_run(both, flip.cycle_id, before="signals")
    assert run.price < band.after < 1.001 * run.price and 26.1 < rsi.after <= 26.25
    assert flip.distance == pytest.approx(band.distance + rsi.distance)
    assert decided_again(both, flip) == (Verdict.ORDERED, Action.OPEN, 1)


def test_the_inputs_are_those_that_are_read_within_their_history(bench: Workbench, cycle: Cycle) -> None:
    report = cycle()
    stored, run = rebuilt_run(bench, report.id, before="signals")
    base = Again(stored).judged(run)
    read = names_read(subject(base, stored.bench))
    assert {"atr_14", "sma_20", "sma_50", "rsi_14", "bb_lower"} <= read
    inputs = inputs_of(base, read)
    assert not {item.name for item in inputs} & {"hour_sin", "weekday_cos", "news_score"}
    for item in inputs:
        tried = np.concatenate((item.below, item.above))
        assert item.spread > 0 and np.all((tried >= item.low - 1e-12) & (tried <= item.high + 1e-12))
        assert np.all(np.diff(np.abs(item.below - item.before)) > 0)
        assert np.all(item.below < item.before) and np.all(item.above > item.before)
    assert base.sentiment is not None
    many = sum(text.weight > 0 for text in base.sentiment.items) >= 3
    assert (SENTIMENT in {item.name for item in inputs}) <= many


def test_a_veto_of_then_stays_a_veto(bench: Workbench, cycle: Cycle) -> None:
    """Nobody is asked again: what the language model refused stays refused."""
    trading = eager(bench)
    report = cycle(on=trading)
    assert report.decision is not None
    veto = Validation("vetoed", 0.0, (), "The language model fake vetoes the trade.", "fake")
    proposal = replace(report.decision.proposal, action=Action.HOLD, quantity=0.0, gate="llm")
    decision = replace(report.decision, validation=veto, verdict=Verdict.NO_TRADE, proposal=proposal)
    bench.store.write(close_cycle(replace(report, decision=decision)))
    flip = search_flip(bench, report.id)
    assert flip.becomes is None and not flip.note
    assert any("second look stayed as it was: vetoed" in line for line in flip.held)


def test_a_cycle_that_would_end_otherwise_today_is_not_searched(bench: Workbench, cycle: Cycle) -> None:
    report = cycle()
    assert report.decision is not None
    denied = replace(report.decision, verdict=Verdict.DENIED)
    bench.store.write(close_cycle(replace(report, decision=denied)))
    flip = search_flip(bench, report.id)
    assert "a replay names the stage" in flip.note and not flip.verified and flip.tried == 0
    assert flip_view(flip).words == flip.note


def test_it_is_searched_for_once_and_kept(bench: Workbench, cycle: Cycle) -> None:
    report = cycle()
    assert read_flip(bench.store, report.id) is None
    flip = flip_of_cycle(bench, report.id)
    assert read_flip(bench.store, report.id) == flip
    assert flip_of_cycle(bench, report.id).searched_at == flip.searched_at
    with pytest.raises(UnknownId):
        flip_of_cycle(bench, "nothing")


def test_the_words_of_a_decision_tell_its_bound_its_gate_and_its_flip(bench: Workbench, cycle: Cycle) -> None:
    quiet, trading = cycle(NOON), cycle(NOON + timedelta(hours=3), on=eager(bench))
    for report in (quiet, trading):
        flip = flip_of_cycle(bench, report.id)
        facts = passport_facts(report, feature_names(), flip)
        words = passport_prose(facts)
        assert unknown_numbers(words, json.dumps(facts)) == ()
        assert "the decision would have been" in words and facts["flip"]["verified_by_running_it_again"]
        assert "  " not in words and ".." not in words
        assert words in explain_cycle(bench, report.id, lambda share, said: None).words
    assert "stopped at the gate «confidence»" in passport_prose(passport_facts(quiet, {}))
    told = passport_prose(passport_facts(trading, {}))
    assert "of equity was decided by the bound" in told
    assert trading.decision is not None
    halted = replace(trading.decision, state=SystemState.HALTED, state_words="The drawdown breaker tripped.")
    assert "The system was halted. The drawdown breaker tripped." in passport_prose(
        passport_facts(replace(trading, decision=halted), {})
    )
    meta = MetaOpinion(0.31, 0.38, 0.02, 900, True, "meta", NOON, "")
    assert trading.fused is not None
    refused = replace(trading, fused=replace(trading.fused, meta=meta))
    assert "31 % chance of a gain where 38 % are needed, so it found it not worth taking" in passport_prose(
        passport_facts(refused, {})
    )
