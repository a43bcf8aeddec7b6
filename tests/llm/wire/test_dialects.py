"""Servers that understand only a part of the protocol."""

from collections.abc import Callable
from typing import Any

import pytest

from core.errors import LlmMisconfigured, LlmUnreachable
from tests.llm.server import FakeLlm, Says, Script
from tests.llm.wire.clocked import GOOD, Clock, mode_of, question, wire_to

Serve = Callable[[Script], FakeLlm]


def refuses(status: int, words: str, *modes: str) -> Script:
    """A server that knows none of these modes."""
    return lambda asked: Says(words, status) if mode_of(asked) in modes else Says(GOOD)


def modes(fake: FakeLlm) -> list[str]:
    return [mode_of(heard) for heard in fake.heard]


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (400, "'response_format.type' must be 'text' or 'json_object'"),
        (422, "json_schema: extra inputs are not permitted"),
        (404, "No endpoints found that support structured outputs"),
        (400, "no"),
    ],
)
def test_a_server_without_schemas_is_asked_for_an_object_and_that_is_remembered(
    serve: Serve, status: int, words: str
) -> None:
    fake = serve(refuses(status, words, "json_schema"))
    clock = Clock()
    wire = wire_to(fake, clock)
    first, second = wire.send(question()), wire.send(question())
    assert modes(fake) == ["json_schema", "json_object", "json_object"]
    assert [(a.mode, a.attempts) for a in (first, second)] == [("json_object", 2), ("json_object", 1)]
    assert wire.state().mode == "json_object"
    assert wire.state().breaker == "closed"
    assert clock.slept == []  # nothing failed that a wait would heal


def test_a_bare_500_for_schemas_is_believed_the_second_time(serve: Serve) -> None:
    """As llama-cpp-python's server answers; once may be chance."""
    fake = serve(refuses(500, "Internal Server Error", "json_schema"))
    wire = wire_to(fake)
    for _ in range(3):
        assert wire.send(question()).mode == "json_object"
    assert modes(fake) == ["json_schema", "json_object"] * 2 + ["json_object"]


def test_a_500_by_chance_does_not_cost_the_schema(serve: Serve) -> None:
    fake = serve(lambda asked: Says("oops", 500) if len(fake.heard) == 1 else Says(GOOD))
    wire = wire_to(fake)
    assert [wire.send(question()).mode for _ in range(2)] == ["json_object", "json_schema"]
    fake.script = lambda asked: Says("oops", 500) if len(fake.heard) == 4 else Says(GOOD)
    assert wire.send(question()).mode == "json_schema"  # it has worked: the fault is the server's
    assert modes(fake)[-2:] == ["json_schema", "json_schema"]


def test_a_server_without_any_format_reads_it_in_the_instructions(serve: Serve) -> None:
    fake = serve(refuses(400, "unknown field response_format", "json_schema", "json_object"))
    wire = wire_to(fake)
    assert wire.send(question()).mode == wire.send(question()).mode == "text"
    assert modes(fake) == ["json_schema", "json_object", "text", "text"]
    plain, instructed = fake.heard[0]["messages"], fake.heard[2]["messages"]
    assert plain[0]["content"] == "Judge the headline."
    assert instructed[0]["content"].startswith("Judge the headline.\n\nAnswer with one JSON object")
    assert '"score"' in instructed[0]["content"]
    assert plain[1:] == instructed[1:]


def test_a_request_that_is_refused_in_every_mode_teaches_nothing(serve: Serve) -> None:
    fake = serve(lambda asked: Says("this question is odd", 400))
    wire = wire_to(fake)
    with pytest.raises(LlmMisconfigured, match=r"refuses the request \(400, it says: this question is odd"):
        wire.send(question())
    assert modes(fake) == ["json_schema", "json_object", "text"]
    fake.script = lambda asked: Says(GOOD)
    assert wire.send(question()).mode == "json_schema"


def test_a_server_that_always_fails_is_not_taken_for_one_without_schemas(serve: Serve) -> None:
    fake = serve(lambda asked: Says("oops", 500))
    wire = wire_to(fake, retries=1)
    with pytest.raises(LlmUnreachable, match=r"fault of its own \(500, it says: oops"):
        wire.send(question())
    assert modes(fake) == ["json_schema", "json_object", "text", "json_schema"]
    assert wire.state().mode == ""


@pytest.mark.parametrize(
    ("words", "gone", "instead"),
    [
        ("'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.", "max_tokens", "max_completion_tokens"),
        ("Unsupported value: 'temperature' does not support 0 with this model.", "temperature", None),
        ("Unrecognized request argument supplied: seed", "seed", None),
    ],
)  # fmt: skip
def test_a_parameter_that_a_model_does_not_know_is_left_out(
    serve: Serve, words: str, gone: str, instead: str | None
) -> None:
    fake = serve(lambda asked: Says(words, 400) if gone in asked else Says(GOOD))
    wire = wire_to(fake)
    assert wire.send(question(77)).mode == wire.send(question(77)).mode == "json_schema"
    assert [gone in heard for heard in fake.heard] == [True, False, False]
    assert instead is None or fake.heard[-1][instead] == 77


def test_all_that_a_new_model_refuses_is_learnt_in_one_go(serve: Serve) -> None:
    def script(asked: dict[str, Any]) -> Says:
        for gone, words in (("max_tokens", "use max_completion_tokens"), ("temperature", "no temperature"), ("seed", "no seed")):  # fmt: skip
            if gone in asked:
                return Says(words, 400)
        return Says(GOOD)

    fake = serve(script)
    wire = wire_to(fake)
    assert [wire.send(question()).attempts for _ in range(2)] == [4, 1]
