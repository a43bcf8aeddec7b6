"""The load: browser-like sessions and REST requests at a fixed rate, from a process of its own.

A session does what a browser does with Streamlit: it loads the page and its scripts, opens the websocket, speaks the
protocol (protobuf), walks from page to page, and lets fragments that refresh by themselves refresh. Requests are sent
when they are due, whether earlier ones were answered or not, and timed from when they were due, so that a server
that stalls cannot hide it (no coordinated omission).

    python -m tests.reliability.load_client URL --sessions 20 --rate 50 --seconds 300
"""

import argparse
import asyncio
import json
import random
import re
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from itertools import cycle
from urllib.parse import urljoin, urlsplit

import httpx
import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

ASKED = (
    "/api/trading-pipeline/status", "/api/health", "/api/trading-pipeline/market-data", "/api/jobs",
    "/api/trading-pipeline/signals", "/api/ready", "/api/cycles", "/api/trading-pipeline/status", "/api/books",
    "/api/trading-pipeline/predictions", "/api/trading-pipeline/trades", "/api/jobs?limit=10", "/api/health",
    "/api/trading-pipeline/status", "/api/cycles?limit=10", "/api/trading-pipeline/market-data",
    "/api/trading-pipeline/signals", "/api/ready", "/api/audit?limit=20", "/api/metrics",
)  # fmt: skip
"""In turn: what a dashboard, a supervisor and Prometheus ask."""
LOADED = 60.0
"""Seconds that one page may take before it counts as an error."""
READING = (4.0, 12.0)
"""Seconds that somebody looks at a page, at least and at most."""


@dataclass
class Result:
    """What came of it."""

    requests: int = 0
    pages: int = 0
    refreshes: int = 0
    errors: list[str] = field(default_factory=list)
    p50: float = 0.0
    p95: float = 0.0
    p99: float = 0.0
    most: float = 0.0
    page_p50: float = 0.0
    page_p95: float = 0.0
    by_path: dict[str, tuple[float, float]] = field(default_factory=dict)
    """Path → median and 95th percentile, ms."""
    by_time: list[float] = field(default_factory=list)
    """95th percentile of the requests that were due in each tenth of the time, ms."""


def quantile(values: list[float], share: float) -> float:
    """The value below which `share` of them lie (nearest rank); 0 for none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


class Load:
    """One run."""

    def __init__(self, url: str, sessions: int, rate: float, seconds: float) -> None:
        self.url, self.sessions, self.rate, self.seconds = url, sessions, rate, seconds
        self.latencies: list[tuple[str, float]] = []
        self.tenths: list[list[float]] = [[] for _ in range(10)]
        self.page_seconds: list[float] = []
        self.result = Result()
        self.errors: Counter[str] = Counter()

    async def run(self) -> Result:
        """Everything at once for so many seconds."""
        stop = time.perf_counter() + self.seconds
        async with httpx.AsyncClient(
            base_url=self.url,
            timeout=30.0,
            limits=httpx.Limits(max_connections=200, keepalive_expiry=2.0),  # before the server closes them
        ) as client:
            browsers = [self._browser(client, number, stop) for number in range(self.sessions)]
            await asyncio.gather(self._requests(client), *browsers)
        told, times = self.result, [ms for _, ms in self.latencies]
        told.errors = [f"{count} × {words}" for words, count in self.errors.most_common(20)]
        told.requests, told.pages = len(self.latencies), len(self.page_seconds)
        told.p50, told.p95, told.p99 = (quantile(times, share) for share in (0.5, 0.95, 0.99))
        told.most = max(times, default=0.0)
        told.by_time = [round(quantile(tenth, 0.95), 1) for tenth in self.tenths]
        told.page_p50, told.page_p95 = (quantile(self.page_seconds, share) for share in (0.5, 0.95))
        for path in sorted({path for path, _ in self.latencies}):
            mine = [ms for asked, ms in self.latencies if asked == path]
            told.by_path[path] = (round(quantile(mine, 0.5), 1), round(quantile(mine, 0.95), 1))
        return told

    async def _requests(self, client: httpx.AsyncClient) -> None:
        begun, under_way = time.perf_counter(), set[asyncio.Task[None]]()
        for number, path in zip(range(int(self.rate * self.seconds)), cycle(ASKED)):
            due = begun + number / self.rate
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            task = asyncio.create_task(
                self._request(client, path, due, int(10 * (due - begun) / self.seconds))
            )
            under_way.add(task)
            task.add_done_callback(under_way.discard)
        await asyncio.gather(*under_way)

    async def _request(self, client: httpx.AsyncClient, path: str, due: float, tenth: int) -> None:
        try:
            answer = await client.get(path)
            if answer.status_code != 200:
                self.errors[f"{path}: {answer.status_code} {answer.text[:200]}"] += 1
        except httpx.HTTPError as err:
            self.errors[f"{path}: {type(err).__name__} {err}"] += 1
        self.latencies.append((path, took := (time.perf_counter() - due) * 1000))
        self.tenths[tenth].append(took)

    async def _browser(self, client: httpx.AsyncClient, number: int, stop: float) -> None:
        chance = random.Random(number)
        await asyncio.sleep(chance.random() * min(5.0, self.seconds / 4))
        try:
            async with asyncio.timeout_at(asyncio.get_running_loop().time() + self.seconds + LOADED):
                await self._visit(client, chance, stop)
        except (OSError, httpx.HTTPError, websockets.WebSocketException, TimeoutError) as err:
            self.errors[f"session: {type(err).__name__} {err}"[:300]] += 1

    async def _visit(self, client: httpx.AsyncClient, chance: random.Random, stop: float) -> None:
        await self._load_page(client)
        parts = urlsplit(self.url)
        address = f"ws://{parts.netloc}/_stcore/stream"
        async with websockets.connect(
            address, subprotocols=[websockets.Subprotocol("streamlit")], max_size=None, origin=self.url
        ) as socket:  # type: ignore[arg-type]
            await _Session(socket, self, chance).walk(stop)

    async def _load_page(self, client: httpx.AsyncClient) -> None:
        """What a browser fetches first."""
        page = await client.get("/")
        page.raise_for_status()
        for part in re.findall(r'(?:src|href)="(\./[^"]+|/[^"]+)"', page.text):
            (await client.get(urljoin("/", part))).raise_for_status()


class _Session:
    """One open websocket."""

    def __init__(self, socket: websockets.ClientConnection, load: Load, chance: random.Random) -> None:
        self._socket, self._load, self._chance = socket, load, chance
        self._pages: list[str] = []
        self._page = self._asked = ""
        self._heard: str | None = None
        self._haste = min(1.0, load.seconds / 60)
        """A short run reads faster, to see more than one page."""
        self._again: dict[str, tuple[float, float]] = {}
        """Fragment → every so many seconds, and when next."""

    async def walk(self, stop: float) -> None:
        """One page after the other, with pauses to read."""
        try:
            await self._show("")
            for page in self._route():
                await self._read(
                    min(stop, time.perf_counter() + self._chance.uniform(*READING) * self._haste)
                )
                if time.perf_counter() >= stop:
                    return
                await self._show(page)
        except TimeoutError:
            raise TimeoutError(
                f"{self._asked} of page {self._page or 'first'} did not end; last heard: {self._heard}"
            ) from None

    def _route(self) -> Iterator[str]:
        order = list(self._pages)
        self._chance.shuffle(order)
        return cycle(order or [""])

    async def _show(self, page: str) -> None:
        self._page = page
        self._again.clear()
        begun = time.perf_counter()
        await self._rerun()
        await asyncio.wait_for(self._until_finished(), LOADED)
        self._load.page_seconds.append(time.perf_counter() - begun)

    async def _read(self, until: float) -> None:
        """Look at the page while its own fragments refresh."""
        while (now := time.perf_counter()) < until:
            due = min((when for _, when in self._again.values()), default=until)
            await asyncio.sleep(max(0.0, min(due, until) - now))
            for fragment, (every, when) in list(self._again.items()):
                if fragment in self._again and when <= time.perf_counter() < until:
                    await self._rerun(fragment)
                    await asyncio.wait_for(self._until_finished(), LOADED)
                    if fragment in self._again:
                        self._again[fragment] = (every, time.perf_counter() + every)
                    self._load.result.refreshes += 1

    async def _rerun(self, fragment: str = "") -> None:
        self._asked, self._heard = f"fragment {fragment}" if fragment else "a run", "nothing"
        asked = BackMsg()
        asked.rerun_script.query_string = ""
        asked.rerun_script.page_script_hash = self._page
        asked.rerun_script.context_info.timezone = "UTC"
        asked.rerun_script.context_info.url = self._load.url
        if fragment:
            asked.rerun_script.fragment_id = fragment
            asked.rerun_script.is_auto_rerun = True
        await self._socket.send(asked.SerializeToString())

    async def _until_finished(self) -> None:
        while True:
            told = ForwardMsg()
            told.ParseFromString(await self._socket.recv(decode=False))
            kind = self._heard = told.WhichOneof("type")
            if kind == "navigation" and not self._pages:
                self._pages = [page.page_script_hash for page in told.navigation.app_pages]
            elif kind == "new_session" and not told.metadata.run.fragment_ids:
                self._again.clear()  # the whole page runs anew; a browser drops its timers too
            elif kind == "auto_rerun":
                every = told.auto_rerun.interval
                self._again[told.auto_rerun.fragment_id] = (every, time.perf_counter() + every)
            elif kind == "stop_auto_rerun":
                for fragment in told.stop_auto_rerun.fragment_ids:
                    self._again.pop(fragment, None)
            elif kind == "delta" and told.delta.new_element.WhichOneof("type") == "exception":
                found = told.delta.new_element.exception
                self._load.errors[f"page {self._page}: {found.type} {found.message}"[:300]] += 1
            elif kind == "page_not_found" or (
                kind == "session_event" and told.session_event.HasField("script_compilation_exception")
            ):
                self._load.errors[f"page {self._page}: {kind}"] += 1
            elif kind == "script_finished" and told.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                return


def main() -> None:
    """Run and print the result as one line of JSON."""
    reading = argparse.ArgumentParser(description=__doc__)
    reading.add_argument("url")
    reading.add_argument("--sessions", type=int, default=20)
    reading.add_argument("--rate", type=float, default=50.0)
    reading.add_argument("--seconds", type=float, default=300.0)
    asked = reading.parse_args()
    result = asyncio.run(Load(asked.url, asked.sessions, asked.rate, asked.seconds).run())
    sys.stdout.write(json.dumps(asdict(result)) + "\n")


if __name__ == "__main__":
    main()
