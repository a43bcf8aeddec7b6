"""Market data at size, against the limits that the project sets itself: no peer does the same work.

python bench/market.py            medians of several repeats, one line each
"""

import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402
import pandas as pd  # noqa: E402

from core.collect import assess, bar_flags  # noqa: E402
from core.collect.quality.judge import judge  # noqa: E402
from core.instruments import resolve  # noqa: E402
from core.records import Headline, Timeframe  # noqa: E402
from core.settings import BadBars  # noqa: E402
from core.store import Store  # noqa: E402
from core.store.bars import BarBatch, last_bars, upsert_batches  # noqa: E402
from core.store.news import Wanted, find_headlines, save_headlines  # noqa: E402

BTC = resolve("BTC-USD")
NOW = datetime(2024, 1, 1, tzinfo=UTC)
VOCABULARY = [
    "bitcoin",
    "ethereum",
    "shares",
    "fall",
    "rally",
    "record",
    "high",
    "low",
    "approve",
    "reject",
    "exchange",
    "hacked",
    "fund",
    "inflow",
    "outflow",
    "rate",
    "decision",
    "regulator",
    "court",
    "ruling",
    "mining",
    "upgrade",
    "launch",
    "partner",
    "quarter",
    "profit",
    "loss",
    "forecast",
    "warns",
    "analysts",
    "oil",
    "dollar",
    "euro",
    "inflation",
    "bank",
    "lender",
    "bond",
    "yield",
    "strike",
    "supply",
    "demand",
    "token",
    "wallet",
    "stake",
    "reserve",
    "custody",
    "lawsuit",
]


def minutes(count: int) -> pd.DataFrame:
    """Sound one-minute bars of a random walk."""
    rng = np.random.default_rng(7)
    close = 100 * np.exp(np.cumsum(rng.normal(0, 0.0005, count)))
    opened = np.concatenate(([100.0], close[:-1]))
    index = pd.date_range(NOW - timedelta(minutes=count), periods=count, freq="min", name="date").as_unit(
        "us"
    )
    high, low = np.maximum(opened, close) * 1.0002, np.minimum(opened, close) * 0.9998
    volume = rng.uniform(1, 2, count)
    return pd.DataFrame(
        {"open": opened, "high": high, "low": low, "close": close, "volume": volume}, index=index
    )


def timed(name: str, limit: float, work: Callable[[], object], repeats: int = 9) -> None:
    """Median, best and worst milliseconds of `work`, after one call that does not count."""
    work()
    seconds = []
    for _ in range(repeats):
        begun = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - begun)
    middle, best, worst = (f(seconds) * 1e3 for f in (statistics.median, min, max))
    print(
        f"{name:<58} median {middle:8.1f} ms  best {best:8.1f}  worst {worst:8.1f}  limit {limit:g} ms",
        flush=True,
    )


def validation() -> None:
    """What every fetched answer and every cycle pay."""
    bars = minutes(500_000)
    timed("judge with schema, 500,000 bars", 300, lambda: judge(bars, BTC, Timeframe.M1, BadBars.DROP, NOW))
    timed("assess, 500,000 bars", 300, lambda: assess(bars, BTC, Timeframe.M1, NOW))
    timed("judge, schema and assess, 500,000 bars", 300, lambda: (judge(bars, BTC, Timeframe.M1, BadBars.DROP, NOW), assess(bars, BTC, Timeframe.M1, NOW)))  # fmt: skip
    timed("flags and trust of each of 500,000 bars", 300, lambda: bar_flags(bars, BTC, Timeframe.M1))


def search(folder: Path) -> None:
    """Words, phrases and exclusions over 100,000 stored headlines."""
    rng = np.random.default_rng(1)
    titles = [" ".join(rng.choice(VOCABULARY, 11)) for _ in range(100_000)]
    store = Store(folder / "news.duckdb")
    items = [
        Headline(f"{n}", "wire", title, "", ("BTC-USD",) if n % 3 else (), NOW - timedelta(minutes=n), NOW)
        for n, title in enumerate(titles)
    ]
    begun = time.perf_counter()
    store.write(save_headlines(items))
    print(f"storing 100,000 headlines with their stems took {time.perf_counter() - begun:.1f} s", flush=True)
    for text in ("bitcoin", "bitcoin rallies -hacked", '"interest rate"', "zebra"):
        timed(
            f"search {text!r} in 100,000 headlines",
            50,
            lambda t=text: find_headlines(store, Wanted(text=t), 500),
        )
    store.close()


def upsert(folder: Path) -> None:
    """Fetched batches of 20 assets beside 1,000,000 stored bars; half of each is known already, with the same values."""
    store, whole = Store(folder / "bars.duckdb"), minutes(120_000)
    names = [f"A{n:02d}" for n in range(20)]

    def write(start: int, stop: int) -> None:
        part = whole.iloc[start:stop]
        store.write(upsert_batches([BarBatch(name, Timeframe.M1, "bench", part) for name in names], NOW))

    write(0, 50_000)
    with store.cursor() as cursor:
        cursor.execute("CHECKPOINT")
    end = iter(range(50_000, 120_000, 250))

    def batch(size: int) -> None:
        at = next(end)
        write(at - size // 2, at + size // 2)

    timed("upsert of 10,000 bars, half of them known", 15, lambda: batch(500), 25)
    timed("last 500 bars of one asset", 2, lambda: last_bars(store, "A07", Timeframe.M1, "bench", 500), 100)
    end = iter(range(70_000, 120_000, 25_000))
    begun = time.perf_counter()
    write(31_000, 81_000)
    print(
        f"upsert of 1,000,000 bars, half of them known took {time.perf_counter() - begun:.2f} s, limit 0.5 s",
        flush=True,
    )
    store.close()


def crowd() -> None:
    """How long two hundred threads wait that want the same range."""
    from core.pipeline.turns import Turns

    turns, known = Turns(), {}

    def ask() -> None:
        with turns.alone("series"):
            if "bars" not in known:
                time.sleep(0.1)
                known["bars"] = True

    def rush() -> None:
        known.clear()
        threads = [threading.Thread(target=ask) for _ in range(200)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    timed("200 threads, one call of 100 ms", 200, rush)


if __name__ == "__main__":
    validation()
    crowd()
    with tempfile.TemporaryDirectory() as name:
        upsert(Path(name))
        search(Path(name))
