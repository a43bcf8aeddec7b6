"""Where answers and the ledger are kept; the store has the real one."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from core.records import Exchange, KeptAnswer, LlmCall, Spending


class Memory(Protocol):
    """Answers by key, and the ledger. Safe to share between threads."""

    def recall(
        self, keys: Sequence[str], fresh_at: datetime | None = None, until: datetime | None = None
    ) -> dict[str, str]:
        """The newest answers under these keys.

        Args:
            fresh_at: only those that are still fresh then; None: of any age.
            until: only those given until then; None: all.
        """

    def note(
        self, call: LlmCall, exchange: Exchange | None = None, answers: Sequence[KeptAnswer] = ()
    ) -> None:
        """Add a line to the ledger, with what was said and the answers read off it, in one transaction."""

    def spent(self, since: datetime) -> Spending:
        """What the ledger holds since a moment."""

    def last_model(self, endpoint: str) -> str:
        """Name of the model that answered last there; empty when none has."""
