"""`backup`, `restore` and `encrypt`: a whole copy of the database, the way back, and a lock on both."""

import argparse
from datetime import UTC, datetime
from pathlib import Path

from core.commands.command import Answer, Command, Through, runtime
from core.errors import InputError
from core.records import Deed, Seal
from core.settings import load_settings
from core.store import Store
from core.store.audit import save_deed
from core.store.backup import Copy, back_up, checked_copy, reseal, restore
from core.store.copies import copies, forget_copies
from core.store.sealing import VARIABLE


def _add_backup(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "folder", nargs="?", type=Path, help="where the copy goes (default: data/backups of the home folder)"
    )
    parser.add_argument("--list", action="store_true", help="list the copies of the folder and make none")
    parser.add_argument(
        "--keep-all",
        action="store_true",
        help="remove no older copy (default: 7 daily and 4 weekly are kept)",
    )


def _back_up(options: argparse.Namespace) -> Answer:
    settings = load_settings()
    folder = options.folder or settings.backup_dir
    if options.list:
        found = [checked_copy(path, settings.seal) for path in copies(folder)]
        words = "\n".join(copy.words for copy in found) or f"There is no back-up in {folder}."
        return Answer(words, {"copies": [_as_data(copy) for copy in found]})
    with runtime() as opened:
        copy = back_up(opened.store, folder, datetime.now(UTC))
    gone = () if options.keep_all else forget_copies(folder)
    words = f"{copy.words}\nIt holds the database; models are files of their own, in {settings.model_dir}."
    if gone:
        words += f"\nRemoved {len(gone)} older {'copy' if len(gone) == 1 else 'copies'}."
    return Answer(words, {**_as_data(copy), "removed": [str(path) for path in gone]})


def _add_restore(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help="a back-up, like one of `backup --list`")


def _restore(options: argparse.Namespace) -> Answer:
    now, settings = datetime.now(UTC), load_settings()
    copy, aside = restore(options.file, settings.database, now, settings.seal)
    _note("restore", str(copy.path), str(aside or ""), str(settings.database), settings.seal, now)
    kept = f" The database that was there lies in {aside}." if aside else ""
    words = f"Restored {copy.rows:,} rows of {copy.made_at:%Y-%m-%d %H:%M} UTC from {copy.path}.{kept}"
    return Answer(words, {**_as_data(copy), "replaced": str(aside) if aside else None})


def _add_encrypt(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--undo",
        action="store_true",
        help="write it without encryption again (to change the key: undo, set another, encrypt)",
    )


def _encrypt(options: argparse.Namespace) -> Answer:
    now, settings = datetime.now(UTC), load_settings()
    if settings.seal is None:
        raise InputError(f"There is no key: set {VARIABLE} in the environment.")
    old, new = (settings.seal, None) if options.undo else (None, settings.seal)
    aside = reseal(settings.database, now, old, new)
    state = "plain" if options.undo else "encrypted"
    _note("encrypt", str(settings.database), str(aside), state, new, now)
    words = f"The database {settings.database} is {state} now and holds what it held. The one before lies in {aside}"
    words += (
        f": remove it when all is well. Take {VARIABLE} out of the environment before the next start."
        if options.undo
        else f" and can be read by anybody, as can older back-ups in {settings.backup_dir}: remove them when all is well. "
        "Keep the key: without it the data are lost."
    )
    return Answer(
        words, {"database": str(settings.database), "encrypted": not options.undo, "replaced": str(aside)}
    )


def _note(action: str, subject: str, before: str, after: str, seal: Seal | None, now: datetime) -> None:
    store = Store(load_settings().database, seal)
    try:
        store.write(save_deed(Deed("owner", "command line", action, subject, before, after), now))
    finally:
        store.close()


def _as_data(copy: Copy) -> dict[str, object]:
    return {
        "path": str(copy.path), "made_at": copy.made_at.isoformat(), "size_bytes": copy.size_bytes,
        "rows": copy.rows, "tables": copy.tables, "encrypted": copy.sealed,
    }  # fmt: skip


BACKUP = Command("backup", "Copy the database, check the copy, forget old ones.", _add_backup, _back_up)
RESTORE = Command(
    "restore", "Put a back-up in the place of the database and keep the replaced one.", _add_restore, _restore,
    Through.ALONE,
)  # fmt: skip
ENCRYPT = Command(
    "encrypt", "Write the database anew, encrypted with the key of the environment.", _add_encrypt, _encrypt,
    Through.ALONE,
)  # fmt: skip
