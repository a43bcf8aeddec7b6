"""Who may do what over REST."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Role(StrEnum):
    """What the bearer of a token may do."""

    VIEWER = "viewer"
    """Read."""
    OPERATOR = "operator"
    """Read and act."""


@dataclass(frozen=True, slots=True)
class Token:
    """A bearer token as it is kept: without the secret, of which only a hash is stored."""

    name: str
    role: Role
    created_at: datetime
    expires_at: datetime | None
    """None: never."""
    revoked_at: datetime | None = None

    def valid_at(self, moment: datetime) -> bool:
        """Whether it opens anything at a moment."""
        return self.revoked_at is None and (self.expires_at is None or moment < self.expires_at)
