"""Finding the one object in a text."""

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core.llm.wire.json_text import json_in
from core.llm.wire.strict_schema import strict

PLAIN = st.text(st.characters(exclude_characters="{}", exclude_categories=("Cs",)), max_size=40)
SCALARS = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.text(max_size=20))  # fmt: skip
OBJECTS = st.dictionaries(
    st.text(max_size=8), st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3)), max_size=4
)


@given(OBJECTS, PLAIN, PLAIN)
@example({}, "Infinity", "")
@example({"a": 1}, "[NaN, ", "]")
def test_whatever_stands_around_an_object_it_is_found_whole(
    value: dict[str, object], before: str, after: str
) -> None:
    assert json.loads(json_in(f"{before}{json.dumps(value)}{after}")) == value


@given(OBJECTS, OBJECTS)
def test_of_two_objects_none_is_chosen(one: dict[str, object], other: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="holds 2 JSON objects"):
        json_in(f"{json.dumps(one)}\n{json.dumps(other)}")


@given(st.text(max_size=200))
def test_any_text_gives_an_object_or_a_reason(text: str) -> None:
    try:
        found = json_in(text)
    except ValueError as err:
        assert str(err)
    else:
        assert isinstance(json.loads(found), dict)


@pytest.mark.parametrize("text", ['{"a": NaN}', 'so: {"a": Infinity}', '{"a": [1e400]}', '{"a": -1e400}'])
def test_numbers_are_finite(text: str) -> None:
    with pytest.raises(ValueError, match="is no number"):
        json_in(text)


def test_thoughts_are_not_the_answer() -> None:
    assert json_in('<think>{"a": 1}\n</think>\n{"a": 2}') == '{"a": 2}'
    with pytest.raises(ValueError, match="empty"):
        json_in("<think>{}</think>")


def test_a_strict_schema_keeps_what_servers_enforce() -> None:
    loose = {
        "$defs": {"Side": {"enum": ["a"], "title": "Side", "type": "string"}},
        "type": "object",
        "title": "Batch",
        "properties": {
            "title": {"type": "string", "maxLength": 9, "default": ""},
            "side": {"$ref": "#/$defs/Side", "description": "which"},
            "either": {"anyOf": [{"type": "object", "properties": {"x": {"const": 1}}}, {"type": "null"}]},
            "many": {
                "type": "array",
                "minItems": 1,
                "items": {"type": "object", "properties": {"y": {"type": "number"}}},
            },
        },
        "required": ["side"],
    }
    inner = {"required": ["x"], "additionalProperties": False}
    assert strict(loose) == {
        "$defs": {"Side": {"enum": ["a"], "type": "string"}},
        "type": "object",
        "properties": {
            "title": {"type": "string"},
            "side": {"$ref": "#/$defs/Side"},
            "either": {
                "anyOf": [{"type": "object", "properties": {"x": {"enum": [1]}}, **inner}, {"type": "null"}]
            },
            "many": {
                "type": "array",
                "minItems": 1,
                "items": {
                    "type": "object",
                    "properties": {"y": {"type": "number"}},
                    "required": ["y"],
                    "additionalProperties": False,
                },
            },
        },
        "required": ["title", "side", "either", "many"],
        "additionalProperties": False,
    }
