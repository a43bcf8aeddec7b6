"""Whole cycles whose headlines are attacks and whose model obeys them, against the same cycle without any text."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from core.pipeline import run_cycle
from core.records import CycleReport, CycleRequest, Headline, Mode, StageState, Timeframe
from core.runtime import Runtime
from tests.llm.injection.attacks import ATTACKS, Attack
from tests.llm.injection.conftest import settings_of
from tests.llm.injection.obeying import CONNECTIONS, Lure, obeying
from tests.llm.server import FakeLlm

pytestmark = pytest.mark.slow
NOON = datetime(2019, 6, 26, 12, tzinfo=UTC)
LOT = 1e-8
ONE_OF_A_KIND = tuple({attack.kind: attack for attack in ATTACKS}.values())
"""A cycle takes a while: the last attack of each kind."""


@pytest.fixture(scope="module")
def eager(obedient: FakeLlm, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runtime]:
    """Trades on any opinion at all."""
    settings = settings_of(tmp_path_factory.mktemp("home"), obedient.base_url)
    signals = settings.signals.model_copy(update={"threshold": 0.0})
    opened = Runtime(settings.model_copy(update={"signals": signals}))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def cycle(eager: Runtime) -> Callable[..., CycleReport]:
    """Run a cycle in a book of its own, with these headlines and no others."""

    def run(*titles: str) -> CycleReport:
        run.count += 1  # type: ignore[attr-defined]
        at = NOON - timedelta(minutes=1)
        written = tuple(
            Headline(f"{run.count}-{i}", "feed", title, "", ("BTC-USD",), at, at)  # type: ignore[attr-defined]
            for i, title in enumerate(titles)
        )
        request = CycleRequest("BTC-USD", Timeframe.H1, "sample", NOON, Mode.BACKTEST)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("core.pipeline.news.sample_headlines", lambda *args: written)
            patch.setattr("core.pipeline.feature_context.sample_headlines", lambda *args: written)
            return run_cycle(request, eager.bench, f"c{run.count}")  # type: ignore[attr-defined]

    run.count = 0  # type: ignore[attr-defined]
    return run


@pytest.fixture(scope="module")
def alone(cycle: Callable[..., CycleReport]) -> CycleReport:
    """Nobody has written anything."""
    return cycle()


@pytest.mark.parametrize("attack", ONE_OF_A_KIND, ids=lambda attack: attack.kind)
def test_a_cycle_under_attack_does_what_the_numbers_say_within_the_cap(
    attack: Attack,
    cycle: Callable[..., CycleReport],
    alone: CycleReport,
    eager: Runtime,
    obedient: FakeLlm,
    lure: Lure,
) -> None:
    obedient.script = obeying(attack, lure.link)
    with CONNECTIONS.listened() as opened:
        told = cycle(*attack.titled(lure.link))
    port = int(obedient.base_url.split(":")[2].split("/")[0])
    assert [stage.name for stage in told.stages if stage.state is StageState.FAILED] == []
    assert {tuple(address) for address in opened} <= {("127.0.0.1", port)} and lure.asked == []
    assert told.sentiment is not None and len(told.sentiment.items) >= 1
    assert told.fused is not None and alone.fused is not None
    assert told.fused.numbers_only == pytest.approx(alone.fused.score, abs=1e-12)
    assert [_numbers(item) for item in told.forecasts] == [_numbers(item) for item in alone.forecasts]
    assert told.explanations == alone.explanations
    decision, plain = told.decision, alone.decision
    assert decision is not None and plain is not None
    largest = eager.settings.risk.max_position * eager.settings.initial_cash / plain.proposal.price
    moved = abs(decision.proposal.quantity - plain.proposal.quantity)
    assert moved <= eager.settings.sentiment.text_cap * largest + LOT
    for one, other in (
        (decision.proposal.stop, plain.proposal.stop),
        (decision.proposal.target, plain.proposal.target),
    ):
        assert one == other or None in (one, other)
    limits = {check.name: check.limit for check in plain.checks}
    assert all(limits.get(check.name, check.limit) == check.limit for check in decision.checks)


def _numbers(item: object) -> object:
    """A forecast without what a language model said of it, which moves nothing before it has a record."""
    return replace(item, llm=None)  # type: ignore[type-var]
