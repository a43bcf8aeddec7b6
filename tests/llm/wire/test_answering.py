"""What is made of an answer: read strictly, repaired once, or refused."""

from collections.abc import Callable
from typing import Any, Literal

import pytest
from pydantic import BaseModel, Field

from core.errors import JobCancelled, LlmDeclined, LlmMalformed, LlmTruncated, LlmUnreachable
from core.llm import answered
from tests.llm.server import FakeLlm, Says, Script
from tests.llm.wire.clocked import GOOD, Clock, Mood, in_turn, question, wire_to

Serve = Callable[[Script], FakeLlm]


class Bounded(BaseModel):
    """A number in a range and a word of a list."""

    score: float = Field(ge=-1, le=1)
    event: Literal["earnings", "other"] = "other"


def test_an_answer_that_fits_is_read_and_counted(serve: Serve) -> None:
    fake = serve(in_turn(Says(GOOD, tokens=(120, 30))))
    got = answered(wire_to(fake), question(), Mood)
    assert got.value == Mood(score=0.5, words="fine")
    assert [(a.tokens_in, a.tokens_out, a.attempts) for a in got.answers] == [(120, 30, 1)]


@pytest.mark.parametrize(
    ("bad", "fault"),
    [
        ("not JSON at all", "the answer is no JSON"),
        ('{"score": 0.5', "the answer is no JSON"),
        ("", "the answer is empty"),
        (None, "the answer is empty"),
        ("[0.5]", "the answer is no JSON object"),
        ('{"mood": 0.5}', "score: Field required"),
        ('{"score": "0.5"}', "score: Input should be a valid number"),
        ('{"score": true}', "score: Input should be a valid number"),
        ('{"score": 50}', "score: Input should be less than or equal to 1"),
        ('{"score": NaN}', "NaN is no number"),
        ('{"score": -Infinity}', "-Infinity is no number"),
        ('{"score": 1e999}', "1e999 is no number"),
        ('{"score": 0.5, "event": "hack"}', "event: Input should be 'earnings' or 'other'"),
        ('{"score": 1} or rather {"score": -1}', "the answer holds 2 JSON objects"),
        ('{"score": ' + "[" * 100_000, "characters long"),
        ("{" * 15_000, "the answer is no JSON"),
    ],
)
def test_a_misfit_is_sent_back_once_with_its_fault(serve: Serve, bad: str | None, fault: str) -> None:
    too_long = fault == "characters long"
    fake = serve(in_turn(Says(bad), Says('{"score": 0.5}')))
    if too_long:  # a repair would send all of it back
        with pytest.raises(LlmMalformed, match=fault):
            answered(wire_to(fake), question(), Bounded)
        return
    got = answered(wire_to(fake), question(), Bounded)
    assert got.value == Bounded(score=0.5)
    assert len(got.answers) == len(fake.heard) == 2
    first, second = (heard["messages"] for heard in fake.heard)
    assert second[:2] == first
    assert [message["role"] for message in second[2:]] == ["assistant", "user"]
    assert second[2]["content"] == (bad or "{}")[:4000]
    assert fault in second[3]["content"]

    fake = serve(in_turn(Says(bad)))
    with pytest.raises(LlmMalformed, match="also after one repair") as caught:
        answered(wire_to(fake), question(), Bounded)
    assert len(caught.value.answers) == len(fake.heard) == 2
    assert len(str(caught.value)) < 400


def test_a_deep_answer_breaks_nothing(serve: Serve) -> None:
    deep = '{"a":' * 5000 + "1" + "}" * 5000
    fake = serve(in_turn(Says(deep)))
    with pytest.raises(LlmMalformed):
        answered(wire_to(fake), question(max_tokens=10_000), Mood)


@pytest.mark.parametrize(
    "wrapped",
    [
        f"```json\n{GOOD}\n```",
        f"```\n{GOOD}\n```",
        f"Sure! Here is the answer:\n{GOOD}\nI hope that helps {{really}}.",
        f"<think>Perhaps {{\"score\": -1}}?</think>\n{GOOD}",
        f"\n\n  {GOOD}  \n",
        GOOD.replace("fine", "fine\ttoo"),
    ],
)  # fmt: skip
def test_an_object_is_found_in_what_stands_around_it(serve: Serve, wrapped: str) -> None:
    fake = serve(in_turn(Says(wrapped)))
    got = answered(wire_to(fake), question(), Mood)
    assert (got.value.score, len(fake.heard)) == (0.5, 1)


@pytest.mark.parametrize(
    "says",
    [
        Says(None, refusal="I cannot help with that."),
        Says("", finish="content_filter"),
        Says(GOOD, finish="content_filter"),
    ],
)
def test_a_refusal_is_not_argued_with(serve: Serve, says: Says) -> None:
    fake = serve(in_turn(says))
    with pytest.raises(LlmDeclined, match="fake-model declined to answer: ") as caught:
        answered(wire_to(fake), question(), Mood)
    assert len(fake.heard) == len(caught.value.answers) == 1


@pytest.mark.parametrize("content", ['{"score": 0.', GOOD])
def test_a_cut_answer_is_not_mended(serve: Serve, content: str) -> None:
    fake = serve(in_turn(Says(content, finish="length", tokens=(50, 100))))
    with pytest.raises(LlmTruncated, match="cut at 100 tokens") as caught:
        answered(wire_to(fake), question(100), Mood)
    assert [answer.tokens_out for answer in caught.value.answers] == [100]
    assert len(fake.heard) == 1


def test_what_was_paid_for_is_told_when_the_repair_gets_no_answer(serve: Serve) -> None:
    fake = serve(in_turn(Says("nonsense", tokens=(50, 5)), Says("oops", 503)))
    with pytest.raises(LlmUnreachable) as caught:
        answered(wire_to(fake, retries=0), question(), Mood)
    assert [answer.tokens_in for answer in caught.value.answers] == [50]


def test_a_stop_between_answer_and_repair_is_heard(serve: Serve) -> None:
    fake = serve(in_turn(Says("nonsense")))

    def check() -> None:
        if fake.heard:
            raise JobCancelled("Stopped.")

    with pytest.raises(JobCancelled):
        answered(wire_to(fake, Clock()), question(), Mood, check)
    assert len(fake.heard) == 1


def test_a_schema_goes_out_strict_and_the_rest_as_asked(serve: Serve) -> None:
    class Batch(BaseModel):
        items: list[Bounded]
        note: str = Field("", max_length=80)

    fake = serve(in_turn(Says('{"items": [{"score": 0.1}], "note": ""}')))
    wire = wire_to(fake)
    asked: Any = question()
    from dataclasses import replace

    answered(wire, replace(asked, schema=Batch.model_json_schema()), Batch)
    (heard,) = fake.heard
    assert (heard["model"], heard["max_tokens"], heard["temperature"], heard["seed"]) == (
        "fake-model",
        100,
        0.0,
        1,
    )
    sent = heard["response_format"]["json_schema"]
    assert (sent["name"], sent["strict"]) == ("mood", True)
    assert sent["schema"]["required"] == ["items", "note"]
    assert sent["schema"]["additionalProperties"] is False
    inner = sent["schema"]["$defs"]["Bounded"]
    assert inner["required"] == list(inner["properties"]) == ["score", "event"]
    assert "default" not in str(sent) and "maxLength" not in str(sent)
    assert inner["properties"]["score"] == {"type": "number", "minimum": -1, "maximum": 1}
