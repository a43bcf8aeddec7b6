"""docs/prompts.md, word for word what a model is told: `python -m core.llm.prompts > docs/prompts.md`."""

import json
import re
import sys
from typing import Any

from core.llm.batching import messages_of, tokens_in, tokens_out
from core.llm.use import Use
from core.llm.uses import USES

HOW_TO_REGENERATE = "python -m core.llm.prompts > docs/prompts.md"
_MEANING = {
    "sentiment": "Scores headlines and posts towards one asset each. The only use that sees text from outside, and the text is data: quoted in JSON, cleaned and capped before.",
    "forecast": "States probabilities for a horizon from numbers that we computed; no text from outside.",
    "validation": "Judges a proposed trade from numbers that we computed. It may approve, shrink or veto, and never enlarge; no text from outside.",
    "summary": "Tells one day in plain words, from counts and amounts that we computed.",
    "explanation": "Tells in plain words why a cycle decided as it did, from the numbers of its passport. It is made after the decision and moves none.",
}
_HEAD = f"""\
# Prompts

What a language model is asked, word for word. This page is written by the program from its own code, and a test compares the
two; after a change run

    {HOW_TO_REGENERATE}

A request is a conversation: the instructions as the system's message, the examples as earlier turns, then the data as JSON in
the user's last message and nowhere else. The answer is asked for in the JSON schema below (as JSON, or as plain text, where a
server knows no schemas) and read strictly: what does not fit gets one attempt at repair, then the model abstains. The model has
no tools. Version, instructions, examples and schema together have a hash; it is part of the key under which an answer is kept,
so a changed prompt never meets an old answer.
"""


def prompts_page() -> str:
    """Every use with its version, hash, instructions, examples, schema and a whole request, as Markdown."""
    rows = [
        f"| [{use.kind.value}](#{use.kind.value}) | {use.version} | `{use.sha256()[:12]}` | {len(use.examples)} | "
        f"{tokens_in(messages_of(use, ())):,} | {use.tokens_out} |"
        for use in USES
    ]
    table = "\n".join(
        ["| use | version | hash | examples | tokens before the data | tokens a unit's answer may take |",
         "|---|---|---|---|---|---|", *rows]
    )  # fmt: skip
    return "\n".join([_HEAD, table, *(_section(use) for use in USES)]) + "\n"


def _section(use: Use[Any]) -> str:
    parts = [
        f"\n## {use.kind.value}\n",
        _MEANING[use.kind.value],
        f"\nVersion `{use.version}`, hash `{use.sha256()}`.\n",
        "### Instructions\n",
        _fenced("text", use.system),
    ]
    for number, (asked, answered) in enumerate(use.examples, start=1):
        parts += [f"\n### Example {number}\n", "Asked:\n", _fenced("json", _spread(asked))]
        parts += ["\nAnswered:\n", _fenced("json", _spread(answered))]
    parts += ["\n### Schema of the answer\n", _fenced("json", _spread(use.schema))]
    return "\n".join([*parts, "\n### A whole request\n", _fenced("json", _request(use))])


def _request(use: Use[Any]) -> str:
    """A request as it goes over the wire; what the page has shown already stands in brackets, and the last example's
    data stands for the data."""
    turns = [("system", "(the instructions)")]
    for number in range(1, len(use.examples) + 1):
        turns += [("user", f"(example {number}, asked)"), ("assistant", f"(example {number}, answered)")]
    turns.append(("user", use.examples[-1][0]))
    body = {
        "model": "(llm.model)",
        "messages": [{"role": role, "content": content} for role, content in turns],
        "temperature": "(llm.temperature)",
        "seed": "(llm.seed)",
        "max_tokens": tokens_out(use, 1),
        "response_format": {
            "type": "json_schema",
            "json_schema": {"name": use.kind.value, "strict": True, "schema": "(the schema)"},
        },
    }
    return json.dumps(body, indent=2, ensure_ascii=False)


def _spread(text: str) -> str:
    """JSON on many lines; other text as it is."""
    try:
        return json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    except ValueError:
        return text


def _fenced(language: str, text: str) -> str:
    """A block of code, with more backticks than the text holds."""
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{text}\n{fence}"


if __name__ == "__main__":
    sys.stdout.write(prompts_page())
