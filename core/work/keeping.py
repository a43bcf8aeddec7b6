"""Jobs that look after the database."""

from pathlib import Path

from core.jobs import JobContext
from core.pipeline import Workbench


def backup_work(context: JobContext, bench: Workbench) -> str:
    """Argument folder (empty: data/backups): copy the database, check the copy, forget old ones."""
    from core.store.backup import back_up
    from core.store.copies import forget_copies

    folder = Path(context.arguments.get("folder") or bench.settings.backup_dir)
    context.progress(0.1, f"copying the database to {folder}")
    copy = back_up(bench.store, folder, bench.clock())
    forget_copies(folder)
    context.progress(1.0, copy.words)
    return str(copy.path)
