"""«Profit fell» against «losses fell»: the noun decides what a direction means."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.sentiment import Lexicon
from core.sentiment.lexicon import _tokens
from core.sentiment.movement import BAD, GOOD, STILL, mark


@pytest.fixture(scope="module")
def lexicon():
    return Lexicon()


GOOD_THINGS = ["Profit", "Net sales", "Operating margin", "The dividend", "Order book", "Fund inflows", "EPS"]
BAD_THINGS = [
    "The loss",
    "Unit costs",
    "Unemployment",
    "Fund outflows",
    "Inflation",
    "The deficit",
    "Net debt",
]
UP = [
    "rose 5 percent",
    "increased to 8 million",
    "climbed",
    "grew by a fifth",
    "is up 4 %",
    "jumps",
    "widened by 2 %",
]
DOWN = [
    "fell 5 percent",
    "decreased to 8 million",
    "slipped",
    "shrank",
    "is down 4 %",
    "declines",
    "narrowed by 2 %",
]


@pytest.mark.parametrize("noun", GOOD_THINGS)
def test_more_of_a_good_thing_is_good(lexicon, noun):
    for up, down in zip(UP, DOWN, strict=True):
        assert lexicon.score(f"{noun} {up}").score > 0.3, up
        assert lexicon.score(f"{noun} {down}").score < -0.3, down


@pytest.mark.parametrize("noun", BAD_THINGS)
def test_more_of_a_bad_thing_is_bad(lexicon, noun):
    for up, down in zip(UP, DOWN, strict=True):
        assert lexicon.score(f"{noun} {up}").score < -0.3, up
        assert lexicon.score(f"{noun} {down}").score > 0.3, down


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        ("Brewer raises its full-year guidance", "Brewer lowers its full-year guidance"),
        ("Higher sales", "Higher costs"),
        ("A rise in operating profit", "A rise in net debt"),
        ("Reduced costs", "Reduced demand"),
        ("Operating profit was 7 million, up from a loss of 4 million",
         "Operating profit was 4 million, down from 7 million"),
        ("Net loss narrowed to 2 million, down from 5 million", "Net loss widened to 5 million, up from 2 million"),
        ("Sales were EUR 54.5 mn, compared with EUR 54.3 mn", "Sales were EUR 54.3 mn, compared with EUR 54.5 mn"),
        ("Margin of 13.9 % against 13.1 % in 2008", "Margin of 13.1 % against 13.9 % in 2008"),
        ("Profit was 1.2 bn versus 900 million", "Profit was 900 million versus 1.2 bn"),
        ("Earnings were 3 million compared to a loss of 5 million",
         "Cash flow was a negative 3.1 million compared to 23.3 million"),
    ],
)  # fmt: skip
def test_pairs_that_differ_in_one_thing(lexicon, good, bad):
    assert lexicon.score(good).score > 0.3
    assert lexicon.score(bad).score < -0.3


@pytest.mark.parametrize(
    "title",
    [
        "Sales were 54 million",
        "Profit of 5 million compared with profit of 5 million",
        "The company set up a unit in Turku",
        "More than 400 stores in six countries",
        "In 2009, compared with 2008",
    ],
)
def test_what_moves_nowhere_is_neutral(lexicon, title):
    assert lexicon.score(title).score == 0.0


def test_a_direction_without_noun_keeps_its_own_meaning(lexicon):
    assert lexicon.score("Bitcoin falls").score < 0 < lexicon.score("Bitcoin rises").score


def test_the_clause_ends_the_search(lexicon):
    assert mark(["Shares", "fell", "as", "profit", "rose"]) == [
        "Shares|0",
        "fell|-",
        "as",
        "profit|0",
        "rose|+",
    ]


def test_thousands_and_torn_decimals_are_one_number():
    loaded = Lexicon()._load()
    assert _tokens("sales of 1,050.7 against EUR0 .12", loaded.phrases)[2:] == [
        "1050.7",
        "against",
        "EUR0.12",
    ]


def test_the_effect_is_what_the_score_loses_without_the_word(lexicon):
    title = "Operating costs fell and demand grew"
    scored = lexicon.score(title)
    assert {w.word for w in scored.words} >= {"fell", "grew"}
    for item in scored.words:
        without = lexicon.score(title.replace(item.word, "")).score
        assert scored.score - without == pytest.approx(item.weight, abs=1e-4)


WORDS = st.lists(
    st.sampled_from(["profit", "loss", "fell", "rose", "from", "to", "compared", "5", "2.5", "bn", "cut", "up", "in", "x"]),
    max_size=20,
)  # fmt: skip


@given(words=WORDS)
def test_marks_only_add_to_words(words):
    marked = mark(words)
    assert len(marked) == len(words)
    for word, told in zip(words, marked, strict=True):
        assert told.startswith(word)
        assert told[len(word) :] in ("", GOOD, BAD, STILL)
