"""docs/prompts.md shows what the code asks."""

import json
from typing import Any

import pytest

from core.llm.prompts import HOW_TO_REGENERATE, prompts_page
from core.llm.use import Use
from core.llm.uses import USES
from core.records import LlmUse
from core.settings import ROOT


def test_the_page_is_the_code_s() -> None:
    written = (ROOT / "docs" / "prompts.md").read_text("utf-8")
    assert written == prompts_page(), f"docs/prompts.md is out of date: run `{HOW_TO_REGENERATE}`."


def test_every_use_is_listed_once() -> None:
    assert sorted(use.kind for use in USES) == sorted(LlmUse)
    assert len({use.version for use in USES}) == len(USES)
    assert all(use.version.startswith(f"{use.kind.value}-") for use in USES)


@pytest.mark.parametrize("use", USES, ids=lambda use: use.version)
def test_the_page_holds_every_word_of_a_use(use: Use[Any]) -> None:
    page = prompts_page()
    assert use.system in page
    assert use.sha256() in page
    for asked, answered in use.examples:
        for text in (asked, answered):
            assert json.dumps(json.loads(text), indent=2, ensure_ascii=False) in page
    assert json.dumps(json.loads(use.schema), indent=2, ensure_ascii=False) in page


@pytest.mark.parametrize("use", USES, ids=lambda use: use.version)
def test_examples_are_asked_for_and_answered_in_the_schema(use: Use[Any]) -> None:
    assert use.examples
    for _, answered in use.examples:
        use.batch.model_validate_json(answered)
