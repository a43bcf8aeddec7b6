"""What one process carries: cycles a minute, growth of the store by table, REST requests a second; and what encryption costs.

    python bench/scale.py cycles --hours 24               # two assets of the sample, default settings
    python bench/scale.py cycles --hours 24 --encrypted   # the same in an encrypted database (built-in cipher)
    python bench/scale.py rest --seconds 10               # the real server, asked over loopback

It prints JSON lines; each says how busy the machine was. Assets per process follow: cycles a minute × the minutes
between two cycles of an asset.
"""

import argparse
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from core.records import CycleRequest, Mode, Seal, Timeframe  # noqa: E402
from core.runtime import Runtime  # noqa: E402
from core.settings import load_settings  # noqa: E402
from core.store import Store  # noqa: E402
from core.store.backup import back_up  # noqa: E402

FIRST = datetime(2019, 6, 3, tzinfo=UTC)
ASSETS = ("BTC-USD", "ETH-USD")
ROUTES = ("/api/health", "/api/ready", "/api/trading-pipeline/status", "/api/cycles?limit=20", "/api/metrics")


@dataclass(frozen=True, slots=True)
class Size:
    """Of a store: its compacted copy, and its rows by table (as text, what is binary as it is), both in bytes."""

    copy: int
    tables: dict[str, int]


def size(store: Store, folder: Path) -> Size:
    """Measured on a copy, because a database file keeps free blocks for later."""
    copy = back_up(store, folder, datetime.now(UTC))
    copy.path.unlink()
    with store.cursor() as cursor:
        columns = cursor.execute(
            "SELECT table_name, column_name, data_type FROM duckdb_columns() WHERE NOT internal AND database_name = current_database()"
        ).fetchall()
        tables: dict[str, int] = {}
        for table, column, kind in columns:
            long = f'octet_length("{column}")' if kind == "BLOB" else f'strlen("{column}"::VARCHAR)'
            row = cursor.execute(f'SELECT coalesce(sum({long}), 0) FROM "{table}"').fetchone() or (0,)
            tables[table] = tables.get(table, 0) + int(row[0])
    return Size(copy.size_bytes, tables)


def cycles(hours: int, encrypted: bool) -> None:
    """Hour after hour of the sample for both assets, one after the other, as the autopilot runs them."""
    from core.pipeline import run_cycle

    with tempfile.TemporaryDirectory() as home:
        settings = load_settings(home=Path(home), source="sample")
        if encrypted:
            settings = settings.model_copy(
                update={
                    "keys": settings.keys.model_copy(update={"database": _secret("bench")}),
                    "store": settings.store.model_copy(update={"builtin_cipher": True}),
                }
            )
            assert settings.seal == Seal("bench", builtin=True)
        runtime = Runtime(settings)
        try:

            def lap(symbol: str, hour: int) -> tuple[float, float]:
                wall, cpu = time.perf_counter(), time.process_time()
                run_cycle(
                    CycleRequest(symbol, Timeframe.H1, "sample", FIRST + timedelta(hours=hour), Mode.PAPER),
                    runtime.bench,
                    f"{symbol}-{hour}",
                )
                return time.perf_counter() - wall, time.process_time() - cpu

            first = [lap(symbol, 0) for symbol in ASSETS]
            for symbol in ASSETS:
                lap(symbol, 1)  # once more, so that whatever is loaded late is loaded
            before = size(runtime.store, Path(home) / "copies")
            laps = [lap(symbol, 2 + hour) for hour in range(hours) for symbol in ASSETS]
            after = size(runtime.store, Path(home) / "copies")
        finally:
            runtime.close()
    count = len(laps)
    wall = [one for one, _ in laps]
    grown = {name: (after.tables[name] - before.tables[name]) / count for name in after.tables}
    say(
        what="cycles", encrypted=encrypted, cycles=count, first_cycle_seconds=[round(one, 2) for one, _ in first],
        seconds_p50=round(statistics.median(wall), 3), seconds_p95=round(sorted(wall)[int(0.95 * (count - 1))], 3),
        cpu_seconds_p50=round(statistics.median(cpu for _, cpu in laps), 3),
        cycles_per_minute=round(60 / statistics.mean(wall), 1),
        copy_bytes_per_cycle=round((after.copy - before.copy) / count),
        text_bytes_per_cycle=round(sum(grown.values())),
        text_bytes_per_cycle_by_table={name: round(value) for name, value in sorted(grown.items(), key=lambda one: -one[1])[:8]},
    )  # fmt: skip


def _secret(text: str) -> object:
    from pydantic import SecretStr

    return SecretStr(text)


def rest(seconds: float, clients: int) -> None:
    """The server as users start it; the clients are threads of this process, on the same cores."""
    import httpx

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryDirectory() as home:
        server = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", str(ROOT / "app.py"), f"--server.port={port}"],
            cwd=ROOT, env={**os.environ, "GLASSBOX_HOME": home, "GLASSBOX_API__PER_ADDRESS": "1000000"},
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            _await(url)
            for route in ROUTES:
                taken: list[float] = []
                failed: list[int] = []
                until = time.perf_counter() + seconds

                def ask(
                    route: str = route, until: float = until, taken: list = taken, failed: list = failed
                ) -> None:
                    with httpx.Client(base_url=url, timeout=30) as client:
                        while time.perf_counter() < until:
                            begun = time.perf_counter()
                            status = client.get(route).status_code
                            taken.append(time.perf_counter() - begun)
                            if status != 200:
                                failed.append(status)

                threads = [threading.Thread(target=ask) for _ in range(clients)]
                for thread in threads:
                    thread.start()
                for thread in threads:
                    thread.join()
                taken.sort()
                say(
                    what="rest", route=route, clients=clients, requests_per_second=round(len(taken) / seconds, 1),
                    p50_ms=round(1000 * taken[len(taken) // 2], 1),
                    p95_ms=round(1000 * taken[int(0.95 * (len(taken) - 1))], 1), failed=len(failed),
                )  # fmt: skip
        finally:
            server.terminate()
            server.wait(60)


def _await(url: str) -> None:
    import httpx

    for _ in range(600):
        try:
            if httpx.get(f"{url}/api/ready", timeout=5).status_code == 200:
                return
        except httpx.HTTPError:
            time.sleep(0.5)
    raise SystemExit("The server never got ready.")


def say(**facts: object) -> None:
    """One line, with the state of the machine."""
    load = [round(one, 1) for one in os.getloadavg()]
    print(json.dumps({**facts, "cores": os.cpu_count(), "load_1_5_15": load}), flush=True)


if __name__ == "__main__":
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("what", choices=("cycles", "rest"))
    options.add_argument("--hours", type=int, default=24)
    options.add_argument("--encrypted", action="store_true")
    options.add_argument("--seconds", type=float, default=10.0)
    options.add_argument("--clients", type=int, default=8)
    chosen = options.parse_args()
    if chosen.what == "cycles":
        cycles(chosen.hours, chosen.encrypted)
    else:
        rest(chosen.seconds, chosen.clients)
