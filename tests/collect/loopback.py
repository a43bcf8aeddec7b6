"""Loopback servers that play Yahoo, CoinGecko and feeds for the real clients."""

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from core.collect.venues.yahoo_session import YahooSession


@dataclass
class Reply:
    """What the server says."""

    body: str | bytes | dict | list = ""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0.0
    """Seconds before the status."""
    cut: bool = False
    """Only half of the promised body comes."""
    pace: float = 0.0
    """Seconds before each byte of the body."""


Answer = Callable[[dict[str, str]], Reply]


class Loopback:
    """A server on 127.0.0.1: routes by path prefix, longest first; every request is remembered."""

    def __init__(self) -> None:
        self.routes: dict[str, Answer] = {}
        self.asked: list[tuple[str, dict[str, str], dict[str, str]]] = []
        self.closing = threading.Event()
        loopback = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                url = urlsplit(self.path)
                query = {key: values[0] for key, values in parse_qs(url.query).items()}
                loopback.asked.append((url.path, query, dict(self.headers)))
                length = int(self.headers.get("Content-Length") or 0)
                self.rfile.read(length)
                route = max((r for r in loopback.routes if url.path.startswith(r)), key=len, default=None)
                reply = loopback.routes[route](query) if route else Reply("not found", 404)
                loopback.closing.wait(reply.delay)
                body = (
                    reply.body
                    if isinstance(reply.body, bytes)
                    else (reply.body if isinstance(reply.body, str) else json.dumps(reply.body)).encode()
                )
                try:
                    self.send_response(reply.status)
                    for name, value in reply.headers.items():
                        self.send_header(name, value)
                    self.send_header("Content-Length", str(len(body)))
                    self.end_headers()
                    if reply.cut:
                        self.wfile.write(body[: len(body) // 2])
                        self.close_connection = True
                    elif reply.pace:
                        for byte in body:
                            loopback.closing.wait(reply.pace)
                            self.wfile.write(bytes([byte]))
                    else:
                        self.wfile.write(body)
                except OSError:
                    self.close_connection = True

            do_POST = do_GET

            def log_message(self, *args: object) -> None:
                """Silence."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02})
        self.thread.start()

    def on(self, prefix: str, reply: Reply | Answer) -> None:
        self.routes[prefix] = (lambda query: reply) if isinstance(reply, Reply) else reply

    def count(self, part: str) -> int:
        return sum(part in path for path, _, _ in self.asked)

    def close(self) -> None:
        self.closing.set()
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


class LoopbackSession(YahooSession):
    """Every request goes to the loopback server, host first in the path."""

    def __init__(self, base: str) -> None:
        super().__init__()
        self._base = base

    def request(self, method, url, *args, **options):
        parts = urlsplit(url)
        query = f"?{parts.query}" if parts.query else ""
        return super().request(method, f"{self._base}/{parts.netloc}{parts.path}{query}", *args, **options)


CHART = "/query2.finance.yahoo.com/v8/finance/chart/"


def yahoo_chart(
    symbol: str, times: list[int], prices: list[float | None], zone: str = "America/New_York"
) -> dict:
    """Yahoo's answer for these opens; high is 1 % above, low 1 % below."""
    volume = [None if p is None else 1000 for p in prices]

    def scaled(factor: float) -> list[float | None]:
        return [None if p is None else p * factor for p in prices]

    start, end = (times[0], times[-1] + 86400) if times else (0, 86400)
    period = {"timezone": "X", "start": start, "end": end, "gmtoffset": 0}
    meta = {
        "currency": "USD", "symbol": symbol, "instrumentType": "EQUITY", "exchangeName": "NMS",
        "exchangeTimezoneName": zone, "timezone": "EST", "gmtoffset": 0, "firstTradeDate": 345479400,
        "regularMarketTime": end, "regularMarketPrice": 1.0, "priceHint": 2, "chartPreviousClose": 1.0,
        "dataGranularity": "1d", "range": "", "validRanges": ["1d", "5d"],
        "tradingPeriods": [[period]], "currentTradingPeriod": {"regular": period, "pre": period, "post": period},
    }  # fmt: skip
    quote = {"open": prices, "high": scaled(1.01), "low": scaled(0.99), "close": prices, "volume": volume}
    body = {
        "meta": meta,
        "timestamp": times,
        "indicators": {"quote": [quote], "adjclose": [{"adjclose": prices}]},
    }
    return {"chart": {"error": None, "result": [body]}}
