"""How the database file is kept."""

from pydantic import Field

from core.settings.section import Section


class StoreSettings(Section):
    """The database file. A change counts from the next start."""

    builtin_cipher: bool = Field(
        False,
        description="Encrypt with DuckDB's built-in cipher, where its extension httpfs (OpenSSL) cannot be installed. Its random numbers are weak: it keeps out the curious, not an expert.",
    )
    memory_mb: int = Field(
        1024,
        ge=256,
        le=1_000_000,
        description="Memory that the database takes at most, MB: mostly parts of the file that it has read before. What needs more goes through temporary files.",
    )
