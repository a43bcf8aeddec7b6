"""The snapshot holds only what is shown, and quoted numbers are held against it."""

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.llm.snapshot import Ahead, Snapshot, span_words, unknown_numbers
from core.records import RegimeKind, Timeframe

CONTENT = json.dumps(
    {
        "symbol": "BTC-USD", "price": 67321.5, "return_24_bars_percent": -3.24, "rsi_14": 63.2, "share": 0.35,
        "volume": 1250000, "horizon": "4 hours", "events": {"hack": 2}, "missing": None, "dash": "\u2013",
    }
)  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "at 67,321.5", "at $67,321.50", "at 67.3k", "about 67,000", "at 67322", "€67.321,5", "67\u202f321",
        "fell 3.24%", "−3.24 %", "a fall of 3.2 per cent", "-0.0324", "324 bps", "(-3 %)",
        "RSI 14 at 63.2", "RSI 63", "６３", "sixty-three",
        "35 %", "0.35", "0.4", "thirty-five percent", "1.25 million", "1.3M", "1 of the two", "two events",
        "4-hour", "24 bars", "24–63", "nothing at all", "",
    ],
)  # fmt: skip
def test_what_stands_in_the_data_may_be_quoted(text: str) -> None:
    known = CONTENT.replace('"missing": null', '"one": 1')
    assert unknown_numbers(text, known) == ()


@pytest.mark.parametrize(
    ("text", "unknown"),
    [
        ("to 70,000 by 2025-01-07", ("70,000", "2025", "01", "07")),
        ("+3.24 %", ("+3.24 %",)),
        ("−35 %", ("−35 %",)),
        ("3.3%", ("3.3%",)),
        ("68k", ("68k",)),
        ("SMA200", ("200",)),
        ("seventy percent", ("seventy percent",)),
        ("a hundred and five", ("hundred and five",)),
        ("five percent", ("five percent",)),
        ("1e999", ("1e999",)),
        ("٩٩", ("٩٩",)),
        ("99 and 99 again", ("99",)),
        ("9" * 60, ("9" * 60,)),
        ("the 2013 crash", ("2013",)),
    ],
)
def test_what_does_not_is_told(text: str, unknown: tuple[str, ...]) -> None:
    assert unknown_numbers(text, CONTENT) == unknown


NUMBERS = st.one_of(
    st.integers(-(10**9), 10**9),
    st.floats(-1e9, 1e9).map(lambda value: round(value, 4)),
    st.floats(-2, 2).map(lambda value: round(value, 6)),
)


@given(NUMBERS, st.integers(0, 4))
def test_a_number_is_known_however_it_is_rounded(value: float, digits: int) -> None:
    content = json.dumps({"value": value})
    for text in (
        f"{value:.{digits}f}",
        f"{value:,.{digits}f}",
        f"{abs(value):.{digits}f}",
        f"is {value:.{digits}f}.",
    ):
        assert unknown_numbers(text.replace("-0.", "0."), content) == (), text
    assert unknown_numbers(f"{abs(value) * 100:.{digits}f} %", content) == ()


@given(st.integers(2, 10**6), st.integers(2, 10**6))
def test_another_whole_number_is_not_known(held: int, told: int) -> None:
    if round(held / 1000) * 1000 != told and held != told:
        assert unknown_numbers(f"it is {told} now", json.dumps({"value": held})) == (str(told),)


@given(st.text(), st.text())
def test_no_text_breaks_it(text: str, content: str) -> None:
    assert isinstance(unknown_numbers(text, content), tuple)
    assert unknown_numbers(text, json.dumps(text)) == ()


@given(st.text(alphabet="abcdefgh ,.-%$()\n"))
def test_a_text_without_numbers_is_never_void(text: str) -> None:
    assert unknown_numbers(text, "{}") == ()


FRACTIONS = st.one_of(st.none(), st.floats(-3, 3), st.just(math.nan))


@given(FRACTIONS, FRACTIONS, st.floats(1e-8, 1e7), st.sampled_from(list(Timeframe)))
def test_a_snapshot_is_plain_json_and_knows_its_own_numbers(
    one: float | None, other: float | None, price: float, timeframe: Timeframe
) -> None:
    content = Snapshot(
        symbol="AAPL", timeframe=timeframe, price=price, returns=((1, one or 0.0), (24, 0.01)), volatility=other,
        atr=one, rsi=other, position=one, distance=((20, 0.1),), regime=RegimeKind.RANGE, regime_probability=0.5,
        ahead=(Ahead("short", 4, 0.01, (0.3, 0.4, 0.3)),),
    ).content()  # fmt: skip
    held = json.loads(content, parse_constant=lambda name: pytest.fail(name))
    assert None not in held.values()
    assert unknown_numbers(content, content) == ()


def test_spans_are_told_as_people_say_them() -> None:
    assert span_words(4, Timeframe.H1, crypto=True) == "4 hours"
    assert span_words(96, Timeframe.H1, crypto=True) == "4 days"
    assert span_words(3, Timeframe.M15, crypto=True) == "45 minutes"
    assert span_words(5, Timeframe.D1, crypto=False) == "5 trading days"
    assert span_words(24, Timeframe.H1, crypto=False) == "24 bars of 1 hour in trading hours"
