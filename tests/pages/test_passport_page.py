"""The passport of a trade, of a trade that was denied, and of none."""

import json

import pytest
from streamlit.testing.v1 import AppTest

from core.__main__ import main
from core.records import CycleReport, Verdict
from core.runtime import Runtime
from core.store.cycles import read_cycle
from core.store.flips import read_flip
from core.views.passport import passport
from tests.pages.conftest import OpenPage
from tests.pages.test_pages import texts


def cycle_with(engine: Runtime, threshold: float, symbol: str = "BTC-USD", **risk: float) -> CycleReport:
    """One finished cycle on the sample under other settings."""
    settings = engine.settings
    signals = settings.signals.model_copy(update={"threshold": threshold})
    engine.apply(
        settings.model_copy(update={"signals": signals, "risk": settings.risk.model_copy(update=risk)})
    )
    arguments = {
        "symbol": symbol, "timeframe": "1h", "source": "sample", "as_of": "2018-02-15T14:00:00+00:00", "mode": "paper",
    }  # fmt: skip
    job = engine.jobs.wait(engine.jobs.submit("cycle", arguments), 180)
    assert job.error is None
    return read_cycle(engine.store, job.id)


def opened_with_flip(open_page: OpenPage, engine: Runtime, cycle_id: str) -> AppTest:
    """The page once its flip was found: opening it is what searches."""
    test = open_page("pages/trading/passport.py", cycle=cycle_id)
    assert not test.exception, test.exception
    job = next(job for job in engine.jobs.recent() if job.kind == "flip")
    assert engine.jobs.wait(job.id, 180).error is None
    return test.run()


def badges(test: AppTest) -> str:
    return " ".join(item.value for item in test.markdown)


def test_a_trade(open_page: OpenPage, engine: Runtime) -> None:
    report = cycle_with(engine, 0.0)
    assert report.decision is not None and report.decision.verdict is Verdict.ORDERED
    test = opened_with_flip(open_page, engine, report.id)
    told = texts(test)
    assert not test.exception
    for heading in (
        "What would have changed the decision",
        "Size",
        "Risk checks",
        "Which signals spoke",
        "News and sentiment",
    ):
        assert heading in told
    flip = read_flip(engine.store, report.id)
    assert flip is not None and flip.verified and "the decision does turn" in told
    assert "What became of it" in told and "The system was active" in told
    sizing = report.decision.proposal.sizing
    assert sizing is not None
    assert all(cap.meaning in told for cap in sizing.caps)
    assert [tab.label for tab in test.tabs][: len(report.explanations)] == [
        f"{item.horizon}: why {item.target}" for item in report.explanations
    ]
    assert len(report.explanations) == len(report.forecasts) == 3


def test_a_denied_trade_and_none(open_page: OpenPage, engine: Runtime) -> None:
    denied = cycle_with(engine, 0.0, max_position=0.10, take_profit=0.011, stop_loss=0.02)
    assert denied.decision is not None and denied.decision.verdict is Verdict.DENIED
    test = open_page("pages/trading/passport.py", cycle=denied.id)
    told = texts(test)
    assert not test.exception and "was denied" in told and "What it would have become" in told
    assert "It ended at the gate «risk»" in told
    view = passport(engine.bench, denied.id)
    assert [step.gate for step in view.gates if step.state.value == "stopped"] == ["risk"]
    assert (view.threshold, view.gate) == (0.0, "risk")

    quiet = cycle_with(engine, 1.0, "ETH-USD")
    assert quiet.decision is not None and quiet.decision.verdict is Verdict.NO_TRADE
    test = open_page("pages/trading/passport.py", cycle=quiet.id)
    told = texts(test)
    assert not test.exception
    assert "No position was to be opened" in told and "No check was needed" in told
    steps = {step.gate: step.state.value for step in passport(engine.bench, quiet.id).gates}
    assert steps["confidence"] == "stopped" and steps["filled"] == "beyond"


def test_the_cli_tells_the_same(engine: Runtime, capsys: pytest.CaptureFixture[str]) -> None:
    from core.runtime import close_shared_runtime

    report = cycle_with(engine, 0.0)
    close_shared_runtime()
    assert main(["passport", report.id]) == 0
    told = capsys.readouterr().out
    for section in (
        "Gates",
        "Signals",
        "Size",
        "Second look",
        "Risk checks",
        "What became of it",
        "What would have changed it",
    ):
        assert section in told.splitlines()
    assert main(["passport", report.id, "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert data["flip"]["verified"] and data["gate"] == "filled" and data["outcome"]["state"]
    assert main(["replay", "--all"]) == 0
    assert "All 1 cycles identical" in capsys.readouterr().out
    assert main(["replay", report.id, "--since", "2024-01-01"]) == 2
    assert "--since goes with --all" in capsys.readouterr().err
