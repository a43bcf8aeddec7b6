"""`backup` and `restore`: a whole copy of the database, and the way back."""

import argparse
from datetime import UTC, datetime
from pathlib import Path

from core.commands.command import Answer, Command, runtime
from core.records import Deed
from core.settings import load_settings
from core.store import Store
from core.store.audit import save_deed
from core.store.backup import Copy, back_up, checked_copy, restore
from core.store.copies import copies, forget_copies


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
    folder = options.folder or load_settings().backup_dir
    if options.list:
        found = [checked_copy(path) for path in copies(folder)]
        words = "\n".join(copy.words for copy in found) or f"There is no back-up in {folder}."
        return Answer(words, {"copies": [_as_data(copy) for copy in found]})
    with runtime() as opened:
        copy = back_up(opened.store, folder, datetime.now(UTC))
    gone = () if options.keep_all else forget_copies(folder)
    words = (
        f"{copy.words}\nIt holds the database; models are files of their own, in {load_settings().model_dir}."
    )
    if gone:
        words += f"\nRemoved {len(gone)} older {'copy' if len(gone) == 1 else 'copies'}."
    return Answer(words, {**_as_data(copy), "removed": [str(path) for path in gone]})


def _add_restore(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help="a back-up, like one of `backup --list`")


def _restore(options: argparse.Namespace) -> Answer:
    now, database = datetime.now(UTC), load_settings().database
    copy, aside = restore(options.file, database, now)
    store = Store(database)
    store.write(
        save_deed(
            Deed("owner", "command line", "restore", str(copy.path), str(aside or ""), str(database)), now
        )
    )
    store.close()
    kept = f" The database that was there lies in {aside}." if aside else ""
    words = f"Restored {copy.rows:,} rows of {copy.made_at:%Y-%m-%d %H:%M} UTC from {copy.path}.{kept}"
    return Answer(words, {**_as_data(copy), "replaced": str(aside) if aside else None})


def _as_data(copy: Copy) -> dict[str, object]:
    return {
        "path": str(copy.path), "made_at": copy.made_at.isoformat(), "size_bytes": copy.size_bytes,
        "rows": copy.rows, "tables": copy.tables,
    }  # fmt: skip


BACKUP = Command("backup", "Copy the database, check the copy, forget old ones.", _add_backup, _back_up)
RESTORE = Command(
    "restore", "Put a back-up in the place of the database and keep the replaced one.", _add_restore, _restore
)
