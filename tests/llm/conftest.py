"""What tests of language models share."""

import secrets
from collections.abc import Callable

import pytest


@pytest.fixture
def make_secret() -> Callable[[], str]:
    """A key that stands nowhere else."""
    return lambda: f"sk-{secrets.token_hex(16)}"
