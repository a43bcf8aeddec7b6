"""Text that a model wrote: one line, capped, without links and markup. It may have been told what to write."""

import re
from typing import Annotated, Any

from pydantic import BeforeValidator

from core.untrusted import cleaned

LONGEST = 200
"""Characters of a remark; longer ones are cut, not refused."""
LONGEST_PARAGRAPH = 1600
"""Characters of a whole answer in prose."""
_LINKS = re.compile(r"!?\[([^\]]*)\]\([^)]*\)|<[^>]{0,200}>|\b(?:https?://|www\.)\S+")


def one_line(text: Any, longest: int = LONGEST) -> Any:
    """A text on one line without links, tags and unseen characters, at most `longest` of them; anything else as it is."""
    if not isinstance(text, str):
        return text
    return cleaned(_LINKS.sub(lambda found: found[1] or "", cleaned(text, 2 * longest).text), longest).text


def paragraph(text: Any) -> Any:
    """The same for a whole answer in prose."""
    return one_line(text, LONGEST_PARAGRAPH)


Line = Annotated[str, BeforeValidator(one_line)]
Paragraph = Annotated[str, BeforeValidator(paragraph)]
