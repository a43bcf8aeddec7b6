"""A JSON schema in the subset that servers enforce."""

from typing import Any

_UNENFORCED = ("default", "title", "minLength", "maxLength", "uniqueItems", "minProperties", "maxProperties")
"""Refused by some servers, slow as a grammar in others; pydantic checks them when the answer comes."""


def strict(schema: dict[str, Any]) -> dict[str, Any]:
    """The same schema with every property required and no others allowed, as OpenAI's strict mode wants it.

    Order of properties is kept: models write them in it, so that what should be thought of first must come first.
    A reference with words beside it loses the words. Source: OpenAI, "Structured model outputs", supported schemas.
    """
    if "$ref" in schema:
        return {"$ref": schema["$ref"]}
    made: dict[str, Any] = {}
    for name, value in schema.items():
        if name in ("properties", "$defs"):
            made[name] = {key: strict(inner) for key, inner in value.items()}
        elif name in ("anyOf", "allOf", "prefixItems"):
            made[name] = [strict(inner) for inner in value]
        elif name == "items" and isinstance(value, dict):
            made[name] = strict(value)
        elif name == "oneOf":  # unions by a tag: not in the subset, and the same here
            made["anyOf"] = [strict(inner) for inner in value]
        elif name == "const":
            made["enum"] = [value]
        elif name not in (*_UNENFORCED, "discriminator"):
            made[name] = value
    if schema.get("type") == "object" and "properties" in schema:
        made["required"] = list(schema["properties"])
        made["additionalProperties"] = False
    return made
