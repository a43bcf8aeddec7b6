"""DuckDB: one file, one owner; ordered migrations, reads, and writes that run in one transaction."""

from core.store.codec import dump, load
from core.store.connection import Store, Write

__all__ = ["Store", "Write", "dump", "load"]
