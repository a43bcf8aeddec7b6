"""What an encrypted database is opened with."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Seal:
    """The key of an encrypted database, and whose cipher works with it."""

    key: str = field(repr=False)
    builtin: bool = False
    """DuckDB's own cipher, which draws its nonces from a weak source of chance, in place of OpenSSL's."""
