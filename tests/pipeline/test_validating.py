"""A proposed trade before a language model: approved, shrunk, vetoed, or not judged; never larger than it was."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.execute import new_book
from core.instruments import resolve
from core.llm.asking import language_model
from core.llm.uses.validation import TOPICS, Review
from core.pipeline import Workbench
from core.pipeline.cycle import STAGES
from core.pipeline.proposal_facts import proposal_facts
from core.pipeline.run import Outcome, Run
from core.pipeline.validating import concluded, resized, validate
from core.records import (
    Action,
    CycleReport,
    CycleRequest,
    Mode,
    Position,
    Proposal,
    Timeframe,
    Validation,
    Verdict,
)
from core.runtime import Runtime
from core.store.llm import LlmMemory, read_calls
from tests.llm.judging_script import review, reviewing
from tests.llm.server import FakeLlm, Says, Script, fake_llm
from tests.pipeline.conftest import NOON, eager, quick_settings


@pytest.fixture(scope="module")
def quiet_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def shop(quiet_home: Path) -> Iterator[Workbench]:
    """A workbench without a language model that trades on any opinion."""
    opened = Runtime(quick_settings(quiet_home))
    yield eager(opened.bench)
    opened.close()


@pytest.fixture(scope="module")
def opening(shop: Workbench) -> Run:
    """A cycle that has come to the proposal of opening a position."""
    request = CycleRequest("BTC-USD", Timeframe.H1, "sample", NOON, Mode.PAPER)
    run = Run("opening", request, resolve("BTC-USD"), shop.clock(), new_book("", "", 10_000.0), NOON)
    for name, stage in STAGES:
        if name == "validate":
            break
        outcome = stage(run, shop, lambda share, words: None)
        shop.store.write(*outcome.writes)
        run = outcome.run
    assert run.proposal is not None and run.proposal.action is Action.OPEN
    return run


@pytest.fixture
def fake() -> Iterator[FakeLlm]:
    with fake_llm(reviewing()) as server:
        yield server


def judged(shop: Workbench, fake: FakeLlm, **more: object) -> Workbench:
    """The workbench with a language model behind it that validates and does nothing else."""
    llm = {
        "preset": "custom", "base_url": fake.base_url, "model": "fake-model", "uses": ("validation",), "retries": 0,
        "seed": hash(fake.base_url) % 10_000,  # a question of its own for each test: no answer of another one counts
    } | more  # fmt: skip
    settings = shop.settings.model_copy(update={"llm": shop.settings.llm.model_validate(llm)})
    model = language_model(settings, LlmMemory(shop.store), shop.clock)
    assert model is not None
    return replace(shop, settings=settings, llm=model)


def looked(run: Run, bench: Workbench) -> tuple[Validation, Proposal, Outcome]:
    outcome = validate(run, bench, lambda share, words: None)
    assert outcome.run.validation is not None and outcome.run.proposal is not None
    return outcome.run.validation, outcome.run.proposal, outcome


def test_without_a_model_nothing_changes_and_it_says_so(shop: Workbench, opening: Run) -> None:
    validation, proposal, outcome = looked(opening, shop)
    assert (validation.state, validation.factor, validation.model) == ("not asked", 1.0, "")
    assert proposal == opening.proposal
    assert "No language model is configured" in outcome.summary
    assert not outcome.problems


def test_an_approval_leaves_the_trade_as_it_is(shop: Workbench, opening: Run, fake: FakeLlm) -> None:
    validation, proposal, outcome = looked(opening, judged(shop, fake))
    assert (validation.state, validation.factor, validation.model) == ("approved", 1.0, "fake-model")
    assert proposal == opening.proposal
    assert [concern.topic for concern in validation.concerns] == list(TOPICS)
    assert len(outcome.run.calls) == 1 and not outcome.problems
    assert validation.contaminated  # 2019, and nobody knows the cut-off of this model


def test_an_approval_with_a_factor_above_one_enlarges_nothing(
    shop: Workbench, opening: Run, fake: FakeLlm
) -> None:
    fake.script = reviewing("approve", 9.0)
    validation, proposal, _ = looked(opening, judged(shop, fake))
    assert (validation.state, proposal) == ("approved", opening.proposal)


def test_a_shrinkage_takes_its_share(shop: Workbench, opening: Run, fake: FakeLlm) -> None:
    assert opening.proposal is not None
    fake.script = reviewing("shrink", 0.25, score=0.2, words="It looks odd.")
    validation, proposal, _ = looked(opening, judged(shop, fake))
    assert (validation.state, validation.factor) == ("shrunk", 0.25)
    assert proposal.quantity == pytest.approx(opening.proposal.quantity * 0.25, rel=1e-6)
    assert abs(proposal.quantity) <= abs(opening.proposal.quantity) * 0.25
    assert (proposal.stop, proposal.target) == (opening.proposal.stop, opening.proposal.target)
    assert "25%" in validation.words and "It looks odd." in validation.words


def test_a_veto_becomes_a_hold_whatever_its_factor(shop: Workbench, opening: Run, fake: FakeLlm) -> None:
    fake.script = reviewing("veto", 1.0, score=0.1)
    validation, proposal, _ = looked(opening, judged(shop, fake))
    assert (validation.state, validation.factor) == ("vetoed", 0.0)
    assert (proposal.action, proposal.quantity) == (Action.HOLD, 0.0)
    assert opening.proposal is not None and (proposal.gate, proposal.wanted) == (
        "llm",
        opening.proposal.quantity,
    )
    assert "vetoes the trade" in proposal.reason and "The plan was to" in proposal.reason


@pytest.mark.parametrize(
    "script",
    [
        lambda asked: Says("not at all JSON"),
        lambda asked: Says(json.dumps({"answers": [review("shrink", 50.0)]})),
        lambda asked: Says(json.dumps({"answers": [review(symbol="ETH-USD")]})),
        lambda asked: Says(json.dumps({"answers": []})),
        lambda asked: Says("no", status=500),
        lambda asked: Says("no", status=401),
        lambda asked: Says(None, refusal="I would rather not."),
    ],
    ids=["malformed", "absurd factor", "other asset", "empty", "server error", "key refused", "refusal"],
)
@pytest.mark.parametrize("rule", ["trade", "hold"])
def test_without_an_answer_the_setting_decides(
    shop: Workbench, opening: Run, fake: FakeLlm, script: Script, rule: str
) -> None:
    fake.script = script
    validation, proposal, outcome = looked(opening, judged(shop, fake, unvalidated=rule))
    assert validation.state == "not validated"
    assert validation.concerns == ()
    assert outcome.problems
    if rule == "trade":
        assert proposal == opening.proposal
        assert "at its full size, as the settings ask" in validation.words
    else:
        assert (proposal.action, proposal.quantity) == (Action.HOLD, 0.0)
        assert proposal.gate == "llm" and proposal.wanted != 0.0
        assert "it is not made, as the settings ask" in proposal.reason


def test_a_server_that_is_gone_is_told_in_a_sentence(shop: Workbench, opening: Run, fake: FakeLlm) -> None:
    bench = judged(shop, fake)
    fake.close()
    validation, proposal, outcome = looked(opening, bench)
    assert (validation.state, proposal) == ("not validated", opening.proposal)
    assert outcome.problems and "fake-model" in validation.words


def test_several_samples_give_their_median_and_their_spread(
    shop: Workbench, opening: Run, fake: FakeLlm
) -> None:
    factors = {}

    def differing(asked: dict[str, object]) -> Says:
        factor = factors.setdefault(asked["seed"], (1.0, 0.2, 0.6)[len(factors) % 3])
        verdict = "approve" if factor == 1 else "shrink"
        return Says(json.dumps({"answers": [review(verdict, factor)]}))

    fake.script = differing
    validation, _, outcome = looked(opening, judged(shop, fake, samples=3))
    assert (validation.state, validation.factor) == ("shrunk", 0.6)
    assert "Asked 3 times, it kept 20% to 100% of the size" in validation.words
    assert len(outcome.run.calls) == len(fake.heard) == 3


def test_the_second_time_nobody_is_asked(shop: Workbench, opening: Run, fake: FakeLlm) -> None:
    bench = judged(shop, fake)
    first = looked(opening, bench)
    again = looked(opening, bench)
    assert len(fake.heard) == 1
    assert again[:2] == first[:2]
    assert read_calls(shop.store)["state"].iloc[0] == "cached"


def test_closing_and_holding_are_never_held_up(shop: Workbench, opening: Run, fake: FakeLlm) -> None:
    assert opening.proposal is not None
    fake.script = reviewing("veto", 0.0)
    bench = judged(shop, fake, unvalidated="hold")
    for action in (Action.CLOSE, Action.HOLD):
        validation, proposal, _ = looked(
            replace(opening, proposal=replace(opening.proposal, action=action)), bench
        )
        assert validation.state == "not asked"
        assert proposal.quantity == opening.proposal.quantity
    assert fake.heard == []


def test_a_use_that_is_switched_off_is_not_asked(shop: Workbench, opening: Run, fake: FakeLlm) -> None:
    validation, proposal, _ = looked(opening, judged(shop, fake, uses=("sentiment",)))
    assert (validation.state, proposal) == ("not asked", opening.proposal)
    assert "switched off" in validation.words
    assert fake.heard == []


def test_no_text_from_outside_is_sent(shop: Workbench, opening: Run, fake: FakeLlm) -> None:
    looked(opening, judged(shop, fake))
    asked = json.loads(fake.heard[0]["messages"][-1]["content"])
    titles = [headline.title for headline in opening.headlines]
    assert titles and not any(title in json.dumps(asked) for title in titles)
    (facts,) = asked["proposals"]
    assert facts["symbol"] == "BTC-USD" and facts["sentiment"]["news_items"] >= 1


def test_the_facts_are_those_of_the_run(shop: Workbench, opening: Run) -> None:
    assert opening.proposal is not None
    other = Position("ETH-USD", "1h", 2.0, 300.0, 0.0, NOON, None, None, "o-1", 300.0, "sample")
    odd = replace(other, symbol="AAPL", data_source="nowhere:else", timeframe="1d")
    run = replace(opening, book=replace(opening.book, positions=(other, odd)))
    facts = proposal_facts(run, opening.proposal, shop)
    assert facts.share == pytest.approx(
        abs(opening.proposal.quantity) * opening.proposal.price / run.book.equity
    )
    closes = opening.bars["close"]
    assert dict(facts.returns)["24 bars"] == pytest.approx(closes.iloc[-1] / closes.iloc[-25] - 1)
    held, unknown = facts.held
    assert held.symbol == "ETH-USD" and held.correlation is not None and 0.3 < held.correlation <= 1
    assert unknown.correlation is None
    assert facts.reward_to_risk == pytest.approx((0.04 - 0.0015 - 0.001) / (0.02 + 0.003))


def _reviews(verdicts: list[tuple[str, float]]) -> list[Review]:
    said = [Review.model_validate(review(verdict, factor)) for verdict, factor in verdicts]
    return [
        item.model_copy(update={"factor": factor}) for item, (_, factor) in zip(said, verdicts, strict=True)
    ]


@given(
    factors=st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=9),
    quantity=st.floats(1e-6, 1e6),
    side=st.sampled_from([1.0, -1.0]),
    lot=st.sampled_from([1e-8, 0.001, 1.0]),
)
def test_nothing_that_is_answered_enlarges_a_trade(
    factors: list[float], quantity: float, side: float, lot: float
) -> None:
    proposal = Proposal(Action.OPEN, "BTC-USD", side * quantity, 100.0, 0.02, 0.04, 0.5, "Because.")
    validation = concluded(_reviews([("shrink", factor) for factor in factors]), "model", stale=False)
    left = resized(proposal, validation, lot)
    assert 0.0 <= validation.factor <= 1.0
    assert abs(left.quantity) <= quantity
    assert left.quantity * side >= 0
    assert left.action is Action.OPEN or (left.action is Action.HOLD and left.quantity == 0)
    assert (left.stop, left.target) in ((0.02, 0.04), (None, None))


def test_less_than_a_lot_is_a_hold() -> None:
    proposal = Proposal(Action.OPEN, "AAPL", 1.0, 100.0, 0.02, 0.04, 0.5, "Because.")
    validation = concluded(_reviews([("shrink", 0.5)]), "model", stale=False)
    left = resized(proposal, validation, 1.0)
    assert left.action is Action.HOLD
    assert "less than one lot" in left.reason


@pytest.mark.parametrize(("verdict", "factor"), [("approve", 1.0), ("shrink", 0.5), ("veto", 0.0)])
def test_a_whole_cycle_orders_what_the_second_look_left(
    bench: Workbench, cycle: Callable[..., CycleReport], fake: FakeLlm, verdict: str, factor: float
) -> None:
    fake.script = reviewing(verdict, factor, score=0.2)
    trading = eager(bench)
    plain = cycle(on=trading, mode=Mode.BACKTEST)
    report = cycle(on=judged(trading, fake), mode=Mode.BACKTEST)
    assert plain.order is not None and report.decision is not None
    assert report.decision.validation is not None and report.decision.validation.factor == factor
    assert report.decision.validation.words in report.decision.words
    if verdict == "veto":
        assert (report.order, report.decision.verdict) == (None, Verdict.NO_TRADE)
    else:
        assert report.order is not None
        assert report.order.quantity == pytest.approx(plain.order.quantity * factor, rel=1e-6)
    assert plain.decision is not None and plain.decision.validation is not None
    assert plain.decision.validation.state == "not asked"
    assert "language model" not in plain.decision.words


def test_a_cycle_counts_what_the_question_cost(
    bench: Workbench, cycle: Callable[..., CycleReport], fake: FakeLlm
) -> None:
    report = cycle(NOON + timedelta(hours=1), on=judged(eager(bench), fake))
    calls = read_calls(bench.store)
    assert calls["use"].tolist() == ["validation"]
    assert calls["cycle_id"].tolist() == [report.id]
    assert report.llm is not None and report.llm.calls == 1
