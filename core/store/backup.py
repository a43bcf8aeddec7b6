"""Copies of the database: made while the server works, opened to see that they are whole, and put back."""

import os
import shutil
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import duckdb

from core.errors import InputError, StoreCorrupt, StoreFull, StoreKey
from core.records import Seal
from core.store.connection import Store
from core.store.copies import made_at, name_at
from core.store.copying import Contents, copy_all, counted, transcribe
from core.store.sealing import VARIABLE, attach, is_sealed


@dataclass(frozen=True, slots=True)
class Copy:
    """One back-up file."""

    path: Path
    made_at: datetime
    size_bytes: int
    rows: int
    """Of all tables together."""
    tables: int
    sealed: bool
    """Encrypted, with the key of the database."""

    @property
    def words(self) -> str:
        """What it holds, in one sentence."""
        sealed = ", encrypted" if self.sealed else ""
        return f"{self.path} holds {self.rows:,} rows in {self.tables} tables, {self.size_bytes / 1e6:.1f} MB{sealed}; it opens and is whole."


def back_up(store: Store, folder: Path, now: datetime) -> Copy:
    """Copy everything that is committed into a new file, and open it to see that it is whole.

    The copy is one transaction: what others write meanwhile is in it whole or not at all. The file gets its name only
    once it has been checked, so a file of that name is always a good one. Of an encrypted database the copy is
    encrypted with the same key.

    Raises:
        StoreFull: the folder cannot be written.
        StoreCorrupt: the copy cannot be read back, or holds something else.
    """
    name = name_at(now)
    partial = folder / f"{name}.part"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        partial.unlink(missing_ok=True)
    except OSError as err:
        raise StoreFull(f"The folder {folder} cannot be written: {err.strerror}.") from err
    try:
        expected = _copy(store, partial)
        found = counted(partial, store.seal)
        if found != expected:
            raise StoreCorrupt(f"The copy {partial} does not hold what was copied: try again.")
        _settle(partial, folder / name)
    finally:
        partial.unlink(missing_ok=True)
        partial.with_name(f"{partial.name}.wal").unlink(missing_ok=True)
    return _described(folder / name, found)


def checked_copy(path: Path, seal: Seal | None = None) -> Copy:
    """A back-up file that can be put back.

    Raises:
        InputError: there is no such file.
        StoreCorrupt: it is damaged, is no database of ours, or was written by a newer version.
        StoreKey: it is encrypted and the key is missing or wrong.
    """
    if not path.is_file():
        raise InputError(
            f"There is no file {path}: name a back-up, like one of `python -m core backup --list`."
        )
    return _described(path, counted(path, seal))


def restore(path: Path, database: Path, now: datetime, seal: Seal | None = None) -> tuple[Copy, Path | None]:
    """Put a back-up in the place of the database and keep the replaced one aside. With a seal a plain back-up is
    encrypted on the way.

    Returns:
        The copy that was put back, and where the replaced database lies; None when there was none.

    Raises:
        InputError, StoreCorrupt, StoreKey: see `checked_copy`; nothing was touched.
        StoreLocked: another process holds the database.
        StoreFull: the folder cannot be written.
    """
    copy = checked_copy(path, seal)
    if database.exists() and path.samefile(database):
        raise InputError(f"{path} is the database itself: name a back-up.")
    return copy, _put(path, database, now, seal if copy.sealed else None, seal)


def reseal(database: Path, now: datetime, old: Seal | None, new: Seal | None) -> Path:
    """Write the database anew under another key or none, and keep the old one aside; returns where that lies.

    Raises:
        InputError: there is no database, or it is already as it should be.
        StoreKey, StoreCorrupt, StoreLocked, StoreFull: see `restore`; nothing was touched.
    """
    if not database.is_file():
        raise InputError(f"There is no database {database} yet: with {VARIABLE} set it is made encrypted.")
    if new is not None and is_sealed(database):
        raise InputError(f"The database {database} is encrypted already.")
    if new is None and not is_sealed(database):
        Store(database).close()  # tells when another process holds it
        raise InputError(f"The database {database} is not encrypted.")
    Store(database, old).close()
    return _put(database, database, now, old, new) or database


def _put(source: Path, database: Path, now: datetime, old: Seal | None, new: Seal | None) -> Path | None:
    """Let a file's contents take the place of the database, which moves aside. A power cut leaves one or the other."""
    fresh = database.with_name(f"{database.name}.restoring")
    try:
        database.parent.mkdir(parents=True, exist_ok=True)
        fresh.unlink(missing_ok=True)
        if old == new:
            shutil.copyfile(source, fresh)
        else:
            transcribe(source, fresh, old, new)
        aside = _set_aside(database, now, new) if database.exists() else None
        _settle(fresh, database)
    except OSError as err:
        raise StoreFull(f"The folder {database.parent} cannot be written: {err.strerror}.") from err
    except duckdb.Error as err:
        raise StoreFull(f"The file {fresh} cannot be written ({str(err).splitlines()[0][:160]}).") from None
    finally:
        fresh.unlink(missing_ok=True)
    return aside


def _set_aside(database: Path, now: datetime, seal: Seal | None) -> Path:
    """Give the database a second name, and its log with it, so that another file can take the first."""
    with suppress(StoreCorrupt, StoreKey):  # what does not open is moved as it is, with its log
        Store(database, seal if is_sealed(database) else None).close()
    aside = database.with_name(f"replaced-{name_at(now)}")
    while aside.exists():
        now += timedelta(seconds=1)
        aside = database.with_name(f"replaced-{name_at(now)}")
    log = database.with_name(f"{database.name}.wal")
    try:
        os.link(database, aside)
    except OSError:  # a file system without hard links
        database.replace(aside)
    if log.exists():
        log.replace(aside.with_name(f"{aside.name}.wal"))
    return aside


def _settle(written: Path, path: Path) -> None:
    """Force a file to disk, then give it its name."""
    with written.open("rb+") as file:
        os.fsync(file.fileno())
    written.replace(path)


def _copy(store: Store, path: Path) -> Contents:
    """Everything committed into a new database file; returns what was there to copy."""
    name = f"copy_{uuid4().hex}"
    with store.cursor() as cursor:
        own = str((cursor.execute("SELECT current_database()").fetchone() or ("",))[0])
        attach(cursor, path, name, store.seal)
        try:
            return copy_all(cursor, own, name)
        finally:
            cursor.execute(f"DETACH {name}")


def _described(path: Path, found: Contents) -> Copy:
    made = made_at(path) or datetime.fromtimestamp(path.stat().st_mtime, UTC)
    rows = sum(rows for rows, _ in found.values())
    return Copy(path, made, path.stat().st_size, rows, len(found), is_sealed(path))
