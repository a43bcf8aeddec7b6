"""What "Test connection" says."""

from collections.abc import Callable

import pytest

from core.llm import probe
from tests.llm.server import FakeLlm, Says, Script
from tests.llm.wire.clocked import always, in_turn, wire_to

Serve = Callable[[Script], FakeLlm]


def test_a_good_endpoint_says_which_model_answers_and_how(serve: Serve) -> None:
    fake = serve(always(Says('{"result": 4}')))
    wire = wire_to(fake, model="")
    found = probe(wire)
    assert (found.ok, found.model, found.mode) == (True, "fake-model", "json_schema")
    assert (
        found.words == f"fake-model at {wire.endpoint.name} answers in {found.seconds:.1f} s (json_schema)."
    )
    assert len(fake.heard) == 1
    state = wire.state()
    assert (state.model, state.mode, state.requests, state.failures) == ("fake-model", "json_schema", 2, 0)
    assert state.latency is not None and (state.limit, state.most) == (4, 4)


def test_a_repair_is_told(serve: Serve) -> None:
    fake = serve(in_turn(Says("four"), Says('{"result": 4}')))
    found = probe(wire_to(fake))
    assert found.ok and found.words.endswith("(json_schema) after one repair.")


@pytest.mark.parametrize(
    ("says", "words", "mode"),
    [
        (Says("no", 401), "refuses the key", ""),
        (Says("four"), "does not fit the schema", "json_schema"),
        (Says(body="<html>"), "no chat completion", ""),
    ],
)
def test_what_is_wrong_is_told_in_a_sentence(serve: Serve, says: Says, words: str, mode: str) -> None:
    found = probe(wire_to(serve(always(says))))
    assert (found.ok, found.mode) == (False, mode)
    assert words in found.words
