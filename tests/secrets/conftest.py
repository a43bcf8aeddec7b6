"""The browser of the journeys."""

from tests.browser.conftest import context, page

__all__ = ["context", "page"]
