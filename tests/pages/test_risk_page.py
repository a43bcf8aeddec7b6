"""The risk page without a book, with an empty one, with five positions, and through a halt and a reset."""

import pytest
from streamlit.testing.v1 import AppTest

from core.execute import new_book
from core.pipeline.risk_state import halt, state_of
from core.records import SystemState, VarMethod
from core.runtime import Runtime
from core.store.books import create_book
from tests.held_book import CLOCK, five_positions
from tests.pages.conftest import OpenPage
from tests.pages.test_pages import texts

PAGE = "pages/trading/risk.py"


def press(test: AppTest, what: str, name: str, sure: bool) -> AppTest:
    """Fill in the form of a halt or a reset and press its button."""
    test.text_input(key=f"risk_{what}_who").set_value(name)
    if sure:
        test.checkbox(key=f"risk_{what}_sure").check()
    return next(item for item in test.button if item.label == f"{what.capitalize()} the book").click().run()


def test_without_a_book_it_says_what_to_do(open_page: OpenPage) -> None:
    test = open_page(PAGE)
    assert not test.exception and [item.value for item in test.title] == ["Risk"]
    assert "There is no book yet" in texts(test) and len(test.get("page_link")) == 1


def test_an_empty_book_shows_its_limits_and_what_to_do(engine: Runtime, open_page: OpenPage) -> None:
    engine.store.write(create_book(new_book("live-empty", "live", 10_000.0), CLOCK))
    test = open_page(PAGE)
    assert not test.exception
    assert "Nothing is held: value at risk" in texts(test) and "Positions may be opened and closed." in texts(
        test
    )
    assert len(test.get("plotly_chart")) == 4, "held, limits, breakers, checks"


def test_five_positions_fill_every_figure(engine: Runtime, open_page: OpenPage) -> None:
    five_positions(engine.store)
    test = open_page(PAGE)
    assert not test.exception and not test.error
    assert len(test.get("plotly_chart")) == 9
    said = texts(test)
    assert "Loss over one day that 5% of the days exceed" in said and "The starred method decides" in said
    assert "losses were beyond the line" in said and "Kupiec's test counts failures only" in said
    assert "Returns of the last 100 bars of 1h" in said
    assert [metric.value for metric in test.metric][2] == "5 of 5"


def test_another_method_is_held_against_the_past(engine: Runtime, open_page: OpenPage) -> None:
    five_positions(engine.store)
    test = open_page(PAGE)
    picker = next(item for item in test.get("button_group") if item.key == "risk_method")
    assert picker.value is VarMethod.HISTORICAL or picker.value == "historical"
    test = picker.set_value(VarMethod.EVT).run()
    assert not test.exception
    assert "needs windows of 500 returns" in test.get("plotly_chart")[6].proto.alt


def test_halt_takes_a_name_and_a_tick_and_reset_lets_it_trade_again(
    engine: Runtime, open_page: OpenPage
) -> None:
    book = five_positions(engine.store)
    test = press(open_page(PAGE), "halt", "Ada", sure=False)
    assert "Tick the box to halt the book" in texts(test)
    assert state_of(engine.bench, book.id).state is SystemState.ACTIVE
    test = press(test, "halt", "", sure=True)
    assert "Say who does it" in texts(test)
    test = press(test, "halt", "Ada", sure=True)
    assert not test.exception and "Halted by Ada" in texts(test)
    assert state_of(engine.bench, book.id).state is SystemState.HALTED
    test = press(test, "reset", "Bob", sure=True)
    assert "Positions may be opened and closed." in texts(test)
    assert state_of(engine.bench, book.id).state is SystemState.ACTIVE
    assert "by Bob" in texts(test) and "by Ada" in texts(test), "the log keeps both"


@pytest.mark.parametrize("threshold", [0.001])
def test_limits_of_the_settings_are_read_again(
    engine: Runtime, open_page: OpenPage, threshold: float
) -> None:
    """A limit changes without a commit to the store, and the page must not show the old one."""
    book = five_positions(engine.store)
    test = open_page(PAGE)
    assert "the CVaR over 8.00%" in texts(test)
    risk = engine.settings.risk.model_copy(update={"max_cvar": threshold})
    engine.apply(engine.settings.model_copy(update={"risk": risk}))
    assert "CVaR over 0.10%" in texts(test.run())
    halt(engine.bench, book.id, "Ada")
    assert "Nothing is opened until a person resets it" in texts(test.run())
