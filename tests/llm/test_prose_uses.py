"""Explanations and summaries: words that quote a number which is not in the facts are void."""

import json
from typing import Any

import pytest

from core.llm.quoting import unknown_numbers
from core.llm.use import Unit, Use
from core.llm.uses.explanation import EXPLANATION
from core.llm.uses.prose import Prose, prose_unit
from core.llm.uses.summary import SUMMARY

BOTH = [EXPLANATION, SUMMARY]
UNIT = prose_unit("BTC-USD", "BTC-USD 1h", {"confidence": 0.41, "cycles": 3})
GOOD = "The sources agree. Their confidence is 0.41. There were 3 cycles."


def read(use: Use[Prose], words: str, about: str = "BTC-USD 1h", unit: int = 1) -> Prose | None:
    answer = {"answers": [{"unit": unit, "about": about, "words": words}]}
    return use.read(use.batch.model_validate_json(json.dumps(answer)), (UNIT,))[0]


@pytest.mark.parametrize("use", BOTH, ids=lambda use: use.version)
def test_the_examples_keep_to_their_own_facts(use: Use[Any]) -> None:
    assert len(use.examples) >= 3
    for asked, answered in use.examples:
        facts = json.loads(asked)["facts"][0]
        content = json.dumps({name: value for name, value in facts.items() if name != "unit"})
        (said,) = use.read(use.batch.model_validate_json(answered), (Unit("", content),))
        assert said is not None
        assert unknown_numbers(said.words, content) == ()


@pytest.mark.parametrize("use", BOTH, ids=lambda use: use.version)
def test_words_that_keep_to_the_facts_are_taken(use: Use[Prose]) -> None:
    said = read(use, GOOD)
    assert said is not None and said.words == GOOD


@pytest.mark.parametrize(
    "words",
    [
        "The sources agree. Their confidence is 0.57.",
        "The sources agree. The price rises to 68,000 soon.",
        "One sentence only.",
        "",
        "No full stop and so no sentence",
        "A short one. " * 30,
        "The sources agree. The mood was good for ABC.",
        "The sources agree. Their confidence beats that of ETH-USD.",
    ],
)
def test_invented_numbers_and_what_is_no_short_text_are_void(words: str) -> None:
    assert read(EXPLANATION, words) is None


def test_words_about_something_else_are_void() -> None:
    assert read(EXPLANATION, GOOD, about="ETH-USD 1h") is None
    assert read(EXPLANATION, GOOD, unit=2) is None


def test_links_and_markup_do_not_come_through() -> None:
    said = read(
        SUMMARY, "All is well. See ![x](http://evil.example/p.png) and <script>alert()</script> here."
    )
    assert said is not None
    assert not any(part in said.words for part in ("http", "evil", "<script", "]("))
