"""What each use of the language model tells it."""

import json
from dataclasses import dataclass

import pandas as pd

from core.llm.batching import messages_of, tokens_in
from core.llm.uses import USES


@dataclass(frozen=True, slots=True)
class Prompt:
    """One use, word for word."""

    use: str
    version: str
    sha256: str
    tokens: int
    """About; without data."""
    messages: tuple[tuple[str, str], ...]
    """Instructions and examples: role and content."""
    schema: str
    """JSON schema of the answer, indented."""


def prompts() -> tuple[Prompt, ...]:
    """Every use."""
    found = []
    for use in USES:
        told = (
            ("system", use.system),
            *(
                pair
                for asked, answered in use.examples
                for pair in (("example: asked", asked), ("example: answered", answered))
            ),
        )
        schema = json.dumps(json.loads(use.schema), indent=1, ensure_ascii=False)
        tokens = tokens_in(messages_of(use, ()))
        found.append(Prompt(use.kind.value, use.version, use.sha256(), tokens, told, schema))
    return tuple(found)


def prompt_rows() -> pd.DataFrame:
    """A row a use: use, version, sha256 (first digits), tokens, examples."""
    rows = [
        (item.use, item.version, item.sha256[:12], item.tokens, len(item.messages) // 2) for item in prompts()
    ]
    return pd.DataFrame(rows, columns=["use", "version", "sha256", "tokens", "examples"])
