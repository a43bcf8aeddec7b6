"""Scores against labels: the figures by hand, the shipped set, a user's own file, the command."""

import json
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.__main__ import main
from core.errors import InputError
from core.sentiment import Lexicon
from core.sentiment.measuring import FRESH, LABELS, LEARNED, label_of, measure, read_labelled, shipped

SCORES = {"a": 0.9, "b": -0.9, "c": 0.0, "d": 0.9, "e": 0.05}


def test_figures_by_hand():
    pairs = [("a", "positive"), ("b", "negative"), ("c", "neutral"), ("d", "negative"), ("e", "neutral")]
    found = measure(pairs, SCORES.__getitem__, 0.05, "five", "table")
    assert (found.n, found.name, found.scorer, found.band) == (5, "five", "table", 0.05)
    assert found.accuracy == 0.8
    assert found.baseline == 0.4
    assert found.confusion == ((1, 0, 1), (0, 2, 0), (0, 0, 1))
    # Wilson 1927 for 4 of 5 at 95 %
    assert (found.low, found.high) == pytest.approx((0.37553, 0.96379), abs=1e-4)
    assert [one.label for one in found.labels] == list(LABELS)
    assert [one.precision for one in found.labels] == [1.0, 1.0, 0.5]
    assert [one.recall for one in found.labels] == [0.5, 1.0, 1.0]
    assert found.macro_f1 == pytest.approx((2 / 3 + 1 + 2 / 3) / 3)
    assert not found.better_than_guessing


def test_a_label_that_neither_occurs_nor_was_given_does_not_lower_f1():
    assert measure([("a", "positive"), ("b", "negative")], SCORES.__getitem__).macro_f1 == 1.0


def test_an_empty_set_is_refused():
    with pytest.raises(InputError, match="no sentence"):
        measure([], SCORES.__getitem__)


@given(
    st.lists(st.tuples(st.sampled_from("abcde"), st.sampled_from(LABELS)), min_size=1, max_size=40),
    st.floats(0, 0.95),
)
def test_invariants(pairs, band):
    found = measure(pairs, SCORES.__getitem__, band)
    assert sum(map(sum, found.confusion)) == found.n == len(pairs)
    assert found.accuracy == sum(found.confusion[at][at] for at in range(3)) / found.n
    assert 0 <= found.low <= found.accuracy + 1e-9
    assert found.accuracy - 1e-9 <= found.high <= 1
    assert [sum(row) for row in found.confusion] == [one.support for one in found.labels]


def test_the_shipped_set_is_balanced_and_has_no_copies():
    fresh, learned = shipped(FRESH), shipped(LEARNED)
    assert Counter(label for _, label in fresh) == dict.fromkeys(LABELS, 40)
    assert len(learned) == 120
    assert len(shipped("")) == 240
    assert len({sentence.casefold() for sentence, _ in shipped("")}) == 240


def test_the_lexicon_on_headlines_it_was_not_made_with():
    lexicon = Lexicon()
    found = measure(shipped(FRESH), lambda s: lexicon.score(s).score)
    assert found.accuracy >= 0.8
    assert found.macro_f1 >= 0.8
    assert found.better_than_guessing


def test_a_users_own_file(tmp_path):
    path = tmp_path / "own.csv"
    path.write_text(
        '\ufeffid,Label,Sentence\n1,1,"Profit rises, again"\n2,\u22121,Loss\n3,Neutral,Talk\n', "utf-8"
    )
    assert read_labelled(path) == (
        ("Profit rises, again", "positive"),
        ("Loss", "negative"),
        ("Talk", "neutral"),
    )


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("text,label\nx,neutral\n", "lacks the column sentence"),
        ("", "lacks the column sentence and label"),
        ("sentence,label\n", "holds no sentence"),
        ("sentence,label\nx,great\n", "line 2: label 'great' is unknown"),
        ("sentence,label\nx\n", "line 2: label '' is unknown"),
        ("sentence,label\nx,neutral\n ,neutral\n", "line 3: the sentence is empty"),
    ],
)
def test_a_bad_file_is_one_sentence(tmp_path, text, told):
    path = tmp_path / "own.csv"
    path.write_text(text, "utf-8")
    with pytest.raises(InputError, match=told):
        read_labelled(path)


@pytest.mark.parametrize("content", [None, b"sentence,label\n\xff\xfe,neutral\n"])
def test_what_cannot_be_read_is_one_sentence(tmp_path, content):
    path = tmp_path / "own.csv"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InputError, match="cannot be read"):
        read_labelled(path)


@pytest.mark.parametrize(
    ("score", "label"), [(0.051, "positive"), (0.05, "neutral"), (-0.051, "negative"), (0.0, "neutral")]
)
def test_the_band_is_neutral(score, label):
    assert label_of(score, 0.05) == label


def test_score_command(capsys):
    assert main(["score", "Ethereum falls while bitcoin surges", "--asset", "BTC", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["label"] == "positive"
    assert told["asset"] == "BTC-USD"
    assert 0 < told["relevance"] < 1
    assert [word["word"] for word in told["words"]] == ["surges"]


def test_score_measure_command(capsys, tmp_path):
    path = tmp_path / "own.csv"
    path.write_text("sentence,label\nProfit falls,negative\nProfit rises,positive\n", "utf-8")
    assert main(["score", "--measure", str(path)]) == 0
    assert "accuracy 100.0 %" in capsys.readouterr().out
    assert main(["score", "--measure", str(path), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["n"] == 2


@pytest.mark.parametrize(
    "words", [["score"], ["score", "x", "--measure", "y.csv"], ["score", "x", "--asset", "?"]]
)
def test_bad_input_is_one_sentence_and_an_exit_code(capsys, words):
    assert main(words) != 0
    told = capsys.readouterr().err.strip()
    assert told and "Traceback" not in told and "\n" not in told
