"""A decision and a day in plain words: by the template, or by a language model that keeps to the facts."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from core.errors import InputError, UnknownId
from core.llm import Purse
from core.llm.asking import language_model
from core.llm.quoting import unknown_numbers
from core.pipeline import Workbench
from core.pipeline.day_facts import day_facts, told_facts
from core.pipeline.day_prose import day_prose
from core.pipeline.day_summary import day_summary, read_day
from core.pipeline.in_words import explain_cycle, feature_names
from core.pipeline.passport_facts import passport_facts
from core.pipeline.passport_prose import passport_prose
from core.records import CycleReport, DaySummary, Problem, StageReport, StageState, Verdict
from core.store.books import active_book
from core.store.cycles import read_cycle
from core.store.llm import LlmMemory, read_calls
from core.store.words import read_words
from tests.llm.server import FakeLlm, Says, fake_llm
from tests.pipeline.conftest import NOON, eager

TODAY = datetime(2024, 3, 5, 10, tzinfo=UTC)


def says(words: str, about: str | None = None) -> Callable[[dict[str, object]], Says]:
    """A script that writes these words about whatever it is asked."""

    def answer(asked: dict[str, object]) -> Says:
        facts = json.loads(asked["messages"][-1]["content"])["facts"][0]  # type: ignore[index]
        said = {"unit": 1, "about": about or facts["about"], "words": words}
        return Says(json.dumps({"answers": [said]}))

    return answer


@pytest.fixture
def fake() -> Iterator[FakeLlm]:
    with fake_llm(says("Nothing of note. All is well.")) as server:
        yield server


def spoken(bench: Workbench, fake: FakeLlm, **more: object) -> Workbench:
    """The workbench with a language model that writes and does nothing else."""
    llm = {
        "preset": "custom", "base_url": fake.base_url, "model": "fake-model", "uses": ("summary", "explanation"), "retries": 0,
    } | more  # fmt: skip
    settings = bench.settings.model_copy(update={"llm": bench.settings.llm.model_validate(llm)})
    model = language_model(settings, LlmMemory(bench.store), bench.clock)
    assert model is not None
    return replace(bench, settings=settings, llm=model)


def calm(bench: Workbench) -> Workbench:
    """A workbench that no opinion moves to trade."""
    signals = bench.settings.signals.model_copy(update={"threshold": 1.1})
    return replace(bench, settings=bench.settings.model_copy(update={"signals": signals}))


def silent(share: float, words: str) -> None:
    """Progress that nobody follows."""


@pytest.fixture
def on_a_day(bench: Workbench) -> Workbench:
    """A workbench whose clock stands on the 5th of March."""
    return replace(bench, clock=lambda: TODAY)


def told(bench: Workbench) -> DaySummary:
    return day_summary(bench, TODAY.date(), Purse(bench.settings.llm))


def test_a_decision_is_told_without_and_then_with_a_model(
    bench: Workbench, cycle: Callable[..., CycleReport], fake: FakeLlm
) -> None:
    report = cycle(on=eager(bench))
    plain = explain_cycle(bench, report.id, silent)
    assert (plain.by, plain.note) == ("", "No language model is configured.")
    assert report.order is not None and f"{report.order.quantity:.6g} BTC-USD" in plain.words
    assert read_words(bench.store, "explanation", report.id) == plain
    assert explain_cycle(replace(bench, clock=lambda: TODAY), report.id, silent) == plain  # kept

    confidence = passport_facts(report, feature_names())["confidence"]
    fake.script = says(f"An order was sent. The confidence was {confidence:.2f}.")
    with_model = spoken(bench, fake)
    written = explain_cycle(with_model, report.id, silent)
    assert (written.by, written.note) == ("fake-model", "")
    assert written.words == f"An order was sent. The confidence was {confidence:.2f}."
    assert explain_cycle(with_model, report.id, silent) == written
    assert len(fake.heard) == 1
    assert read_calls(bench.store)["cycle_id"].tolist() == [report.id]
    assert read_cycle(bench.store, report.id) == report  # words move nothing

    fake.script = says("Buy it all now. The price will be 123456.")
    other = cycle(NOON.replace(hour=16), on=calm(bench))
    void = explain_cycle(with_model, other.id, silent)
    assert void.by == "" and "did not keep to the facts" in void.note
    assert "123456" not in void.words
    headlines = [headline.title for headline in report.sentiment.items] if report.sentiment else []
    assert headlines and not any(title in json.dumps(fake.heard) for title in headlines)


def test_the_template_keeps_to_the_facts_too(bench: Workbench, cycle: Callable[..., CycleReport]) -> None:
    strict = eager(bench).settings
    risk = strict.risk.model_copy(update={"max_positions": 1, "take_profit": 0.021, "stop_loss": 0.02})
    refusing = replace(bench, settings=strict.model_copy(update={"risk": risk}))
    reports = [
        cycle(on=eager(bench)),
        cycle(NOON.replace(hour=14), on=calm(bench)),
        cycle(NOON.replace(hour=15), symbol="ETH-USD", on=refusing),
    ]
    verdicts = [report.decision.verdict for report in reports if report.decision]
    assert verdicts == [Verdict.ORDERED, Verdict.NO_TRADE, Verdict.DENIED]
    for report in reports:
        facts = passport_facts(report, feature_names())
        words = passport_prose(facts)
        assert unknown_numbers(words, json.dumps(facts)) == ()
        assert 3 <= words.count(". ") + 1 <= 9
        assert "  " not in words and ".." not in words and " ." not in words
    failed = replace(reports[0], decision=None)
    assert "failed" in passport_prose(passport_facts(failed, {}))


def test_an_unknown_cycle_is_a_sentence(bench: Workbench) -> None:
    with pytest.raises(UnknownId, match="no cycle"):
        explain_cycle(bench, "nonsense", silent)


def test_an_unreachable_model_and_a_spent_budget_leave_the_template(
    on_a_day: Workbench, fake: FakeLlm
) -> None:
    poor = told(spoken(on_a_day, fake, cycle_tokens=0))
    assert poor.by == "" and "budget" in poor.told.note and fake.heard == []
    off = told(spoken(on_a_day, fake, uses=("sentiment",)))
    assert off.by == "" and "off in the settings" in off.told.note
    gone = spoken(on_a_day, fake)
    fake.close()
    lost = told(gone)
    assert lost.by == "" and lost.words == poor.words


def test_a_day_holds_its_cycles_and_books(
    on_a_day: Workbench, cycle: Callable[..., CycleReport], fake: FakeLlm
) -> None:
    trading = eager(on_a_day)
    ordered = cycle(on=trading)
    cycle(NOON.replace(hour=18), on=calm(on_a_day))
    failed = cycle(datetime(2011, 1, 1, tzinfo=UTC), on=on_a_day)
    later = replace(on_a_day, clock=lambda: datetime(2024, 3, 6, 1, tzinfo=UTC))
    cycle(NOON.replace(hour=20), on=calm(later))
    assert ordered.order is not None and failed.failed

    facts = day_facts(on_a_day.store, TODAY.date())
    assert facts.cycles == 3
    assert dict(facts.verdicts) == {"ordered": 1, "no_trade": 1, "failed": 1}
    (book,) = facts.books
    lived = active_book(on_a_day.store, ordered.world)
    assert lived is not None and (book.book_id, book.world) == (lived.id, ordered.world)
    assert (book.start, book.stop) == (datetime(2019, 6, 26, tzinfo=UTC), datetime(2019, 6, 27, tzinfo=UTC))
    assert (book.equity_start, book.orders, book.fills >= 1) == (10_000.0, 1, True)
    assert book.equity_end == pytest.approx(lived.equity)
    assert [mood.symbol for mood in facts.moods] == ["BTC-USD"]
    assert facts.troubles[0].times >= 1
    assert day_facts(on_a_day.store, date(2024, 3, 4)).cycles == 0

    plain = told(on_a_day)
    assert plain.facts == facts
    assert plain.by == "" and plain.words.startswith(
        "On 2024-03-05 the program ran 3 cycles on BTC-USD: 1 led to an order"
    )
    assert read_words(on_a_day.store, "summary", "2024-03-05") == plain.told
    content = json.dumps(told_facts(facts) | {"about": "2024-03-05"})
    assert unknown_numbers(plain.words, content) == ()

    fake.script = says("The program ran 3 cycles. One of them failed.")
    model = spoken(on_a_day, fake)
    first, again = told(model), told(model)
    assert (first.by, first.words) == ("fake-model", "The program ran 3 cycles. One of them failed.")
    assert again.told == first.told
    assert len(fake.heard) == 1  # the summary's own call is no fact of the day


def test_an_empty_day_is_told_as_one(on_a_day: Workbench) -> None:
    summary = told(on_a_day)
    assert summary.words == "On 2024-03-05 no cycle was run, so nothing was decided."
    assert (summary.facts.cycles, summary.facts.books) == (0, ())


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"change": 41.5, "change_pct": 0.42, "equity_end": 10_041.5}, "rose by 41.50 to 10,041.50 (+0.42 %)"),
        ({"change": -78.7, "change_pct": -0.79, "equity_end": 9_921.3}, "fell by 78.70 to 9,921.30 (-0.79 %)"),
        ({"trades_closed": 2, "profit_closed": -12.0}, "2 trades that closed lost 12.00 after costs"),
    ],
)  # fmt: skip
def test_the_template_of_a_day(change: dict[str, float], words: str) -> None:
    book = {
        "world": "live", "equity_start": 10_000.0, "equity_end": 10_000.0, "change": 0.0, "change_pct": 0.0, "orders": 1,
        "fills": 1, "trades_closed": 0, "profit_closed": 0.0,
    } | change  # fmt: skip
    facts = {
        "cycles": {"run": 1, "ordered": 1, "no_trade": 0, "denied": 0, "failed": 0}, "assets": ["A", "B", "C", "D"],
        "books": [book], "sentiment": [{"asset": "A", "score": -0.44}],
        "sentiment_scale": "-1 bad to 1 good",
        "problems": [{"where": "collect/yfinance", "times": 1}],
        "language_model": {"calls": 2, "tokens": 5210, "cost_usd": None},
    }  # fmt: skip
    prose = day_prose("2024-03-05", facts)
    assert words in prose
    assert "A, B, C and others" in prose and "collect/yfinance (1 time)" in prose and "5,210 tokens" in prose
    assert unknown_numbers(prose, json.dumps(facts | {"about": "2024-03-05"})) == ()


def test_a_day_is_read_or_refused() -> None:
    assert read_day("2024-03-05") == date(2024, 3, 5)
    with pytest.raises(InputError, match="write it like"):
        read_day("yesterday'; DROP TABLE cycles")


def test_a_failure_is_told_with_its_stage(bench: Workbench, cycle: Callable[..., CycleReport]) -> None:
    report = cycle(datetime(2011, 1, 1, tzinfo=UTC))
    words = explain_cycle(bench, report.id, silent).words
    assert "failed in the stage collect" in words
    stage = StageReport(
        "collect", StageState.FAILED, 0.1, "No bars.", "", (Problem("collect", "No bars.", ""),)
    )
    assert "No bars." in passport_prose(passport_facts(replace(report, stages=(stage,)), {}))
