"""The app as it is deployed, its providers on loopback, its autopilot on."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests import quick
from tests.reliability.faults_world import LEVELS, World

ROOT = Path(__file__).resolve().parents[2]
PRIORITY = ("yfinance", "ccxt:binance", "ccxt:kraken", "ccxt:coinbase")


@dataclass
class App:
    """A running server."""

    url: str
    process: subprocess.Popen[bytes]
    log: Path

    def get(self, path: str) -> Any:
        """The JSON at a path of the REST interface."""
        with urllib.request.urlopen(f"{self.url}{path}", timeout=60) as answer:
            return json.load(answer)

    def post(self, path: str, body: object) -> Any:
        """The JSON that comes back."""
        asked = urllib.request.Request(
            f"{self.url}{path}", json.dumps(body).encode(), {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(asked, timeout=60) as answer:
            return json.load(answer)

    def await_cycles(self, assets: int, seconds: float) -> None:
        """Wait until every asset has had its first cycle: models are trained, compiled code is loaded."""
        ends = time.perf_counter() + seconds
        while (
            len(
                {
                    row["symbol"]
                    for row in self.get("/api/cycles?limit=200")["items"]
                    if row["verdict"] != "running"
                }
            )
            < assets
        ):
            if time.perf_counter() > ends or self.process.poll() is not None:
                raise RuntimeError(f"No first cycle of all assets. {self.log.read_text()[-3000:]}")
            time.sleep(0.5)


@contextmanager
def running_app(home: Path, assets: int, timeframe: str, seconds: dict[str, int]) -> Iterator[App]:
    """The server with the autopilot on for so many assets.

    Args:
        seconds: intervals, by their names in the settings of the autopilot; what is not named has its default.
    """
    world = World(lambda: datetime.now(UTC), 6.0)
    intervals = "".join(f"{name} = {value}\n" for name, value in seconds.items())
    settings = quick.TOML.replace('source = "sample"', 'source = "auto"').replace(
        "train_bars = 600",
        f'train_bars = 600\nhistory_days = 7\nfeeds = ["https://www.coindesk.com/rss/"]\npriority = {json.dumps(PRIORITY)}',
    )
    (home / "settings.toml").write_text(f"{settings}\n[autopilot]\n{intervals}")
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    env = {k: v for k, v in os.environ.items() if not k.startswith(("GLASSBOX_", "PIPELINE_"))} | {
        "GLASSBOX_HOME": str(home), "GLASSBOX_TEST_PROVIDERS": world.server.url,
        "PYTHONPATH": str(ROOT / "tests/browser/rerouted"),
    }  # fmt: skip
    log = home / "server.log"
    with log.open("ab") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port),
             "--server.address", "127.0.0.1", "--server.headless", "true"],
            cwd=ROOT, env=env, stdout=out, stderr=out,
        )  # fmt: skip
    app = App(f"http://127.0.0.1:{port}", process, log)
    try:
        _await_ready(app)
        app.post(
            "/api/trading-pipeline/start",
            {
                "assets": [f"{coin}-USD" for coin in list(LEVELS)[:assets]],
                "timeframe": timeframe,
                "source": "auto",
            },
        )
        yield app
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(30)
        world.close()


def _await_ready(app: App) -> None:
    begun = time.perf_counter()
    while True:
        try:
            with urllib.request.urlopen(f"{app.url}/api/ready", timeout=1):
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            if app.process.poll() is not None or time.perf_counter() - begun > 120:
                raise RuntimeError(app.log.read_text()[-3000:]) from None
            time.sleep(0.1)
