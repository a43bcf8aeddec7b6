"""Copies made while another thread writes rows that belong together."""

import threading
from datetime import datetime, timedelta
from pathlib import Path

from core.store import Store
from core.store.backup import Copy, back_up
from core.store.visits import save_visit


def copies_under_writes(store: Store, folder: Path, count: int, now: datetime) -> list[Copy]:
    """Each copy holds as many visits of LEFT as of RIGHT, or half a transaction."""
    stop = threading.Event()

    def write_pairs() -> None:
        while not stop.is_set():
            store.write(save_visit("LEFT", now), save_visit("RIGHT", now))

    writer = threading.Thread(target=write_pairs)
    writer.start()
    try:
        return [back_up(store, folder, now + timedelta(seconds=number)) for number in range(count)]
    finally:
        stop.set()
        writer.join()
