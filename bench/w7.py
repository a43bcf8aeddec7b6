"""W7 with us in it: upsert bars of 20 assets into the store, or read one asset's last 500.

`glassbox` writes through `upsert_batches`, which on top of what the peers do keeps replaced values as revisions; the
batch's splitting by asset is part of its time.
"""

from pathlib import Path

from peers import load

peer, common = load("w7_store")
WHEN = "2024-01-01T00:00:00+00:00"


class Glassbox(peer.Store):
    """The product's own store in a file of its own."""

    def open(self):
        """A new database with our schema."""
        from core.store import Store

        self.db = Store(Path(self.dir) / "bars.duckdb")

    def load(self, frame):
        """The first 50,000 bars of every asset."""
        self.upsert(frame)
        with self.db.cursor() as cursor:
            cursor.execute("CHECKPOINT")

    def upsert(self, frame):
        """One batch, durable when it returns."""
        from datetime import datetime
        from itertools import pairwise

        import numpy as np
        import pandas as pd

        from core.records import Timeframe
        from core.store.bars import BarBatch, upsert_batches
        from core.tables import BAR_COLUMNS

        stamped = frame.set_index(frame["ts"].dt.tz_localize("UTC").rename("date"))[list(BAR_COLUMNS)]
        codes, names = pd.factorize(frame["asset"])
        edges = [0, *(np.flatnonzero(np.diff(codes)) + 1), len(frame)]
        batches = [
            BarBatch(name, Timeframe.H1, "bench", stamped.iloc[start:stop])
            for name, (start, stop) in zip(names, pairwise(edges), strict=True)
        ]
        self.db.write(upsert_batches(batches, datetime.fromisoformat(WHEN)))

    def read(self, asset):
        """The last 500 bars as the frame that the product works on."""
        from core.records import Timeframe
        from core.store.bars import last_bars

        return last_bars(self.db, asset, Timeframe.H1, "bench", 500)

    def count(self):
        """Rows in the table."""
        with self.db.cursor() as cursor:
            return cursor.execute("SELECT count(*) FROM bars").fetchone()[0]


CONTESTANTS = {"glassbox": peer._factory(Glassbox), **peer.CONTESTANTS}

if __name__ == "__main__":

    def add(p):
        """Options of this workload, as the peers' file has them."""
        p.add_argument("--op", choices=("upsert", "read"), default="upsert")
        p.add_argument("--batch", type=int, default=10_000)
        p.add_argument("--calls", type=int, default=100)
        p.add_argument("--n", type=int, default=0, help="not used here")

    common.main(CONTESTANTS, __doc__, add)
