"""The real app in a real Chromium; screenshots go to artefacts/."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect, sync_playwright

from tests import quick
from tests.browser.provider_world import open_world
from tests.collect.loopback import Loopback

ROOT = Path(__file__).resolve().parents[2]
ARTEFACTS = ROOT / "artefacts"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


@dataclass
class Server:
    """A running app, which a test may kill and start again on the same home."""

    home: Path
    port: int
    process: subprocess.Popen[bytes] | None = None
    providers: str = ""
    """Where all providers are asked instead; empty: nobody is."""
    more: dict[str, str] = field(default_factory=dict)
    """Further variables of its environment."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> float:
        """Start and wait until it answers; returns the seconds it took."""
        env = {k: v for k, v in os.environ.items() if not k.startswith("GLASSBOX_")} | {
            "GLASSBOX_HOME": str(self.home)
        }
        if self.providers:
            env |= {
                "GLASSBOX_TEST_PROVIDERS": self.providers,
                "PYTHONPATH": str(ROOT / "tests/browser/rerouted"),
            }
        env |= self.more
        begun = time.perf_counter()
        with (self.home / "server.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(self.port)],
                cwd=ROOT, env=env, stdout=log, stderr=log,
            )  # fmt: skip
        while True:
            try:
                with urllib.request.urlopen(f"{self.url}/api/ready", timeout=1):
                    return time.perf_counter() - begun
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                if self.process.poll() is not None or time.perf_counter() - begun > 60:
                    raise RuntimeError((self.home / "server.log").read_text()) from None
                time.sleep(0.05)

    def kill(self, how: signal.Signals = signal.SIGTERM) -> None:
        if self.process and self.process.poll() is None:
            self.process.send_signal(how)
            self.process.wait(20)


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@pytest.fixture
def server(home: Path) -> Iterator[Server]:
    """The app with the sample as its default source, so that no test needs a network."""
    (home / "settings.toml").write_text(quick.TOML)
    made = Server(home, free_port())
    made.start()
    yield made
    made.kill()


@pytest.fixture
def world() -> Iterator[Loopback]:
    """Providers that answer."""
    made = open_world()
    yield made
    made.close()


@pytest.fixture
def live_server(home: Path, world: Loopback) -> Iterator[Server]:
    """The app on live sources, all of which are the world's."""
    (home / "settings.toml").write_text(quick.TOML.replace('source = "sample"', 'source = "auto"'))
    made = Server(home, free_port(), providers=world.url)
    made.start()
    yield made
    made.kill()


@pytest.fixture
def cut_off_server(home: Path) -> Iterator[Server]:
    """The app on live sources, none of which can be reached."""
    (home / "settings.toml").write_text(quick.TOML.replace('source = "sample"', 'source = "auto"'))
    made = Server(home, free_port(), providers=f"http://127.0.0.1:{free_port()}")
    made.start()
    yield made
    made.kill()


@pytest.fixture
def context(tmp_path: Path) -> Iterator[BrowserContext]:
    """A fresh browser profile."""
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine: install the package chromium to run the browser journeys")
    with sync_playwright() as playwright:
        made = playwright.chromium.launch_persistent_context(
            tmp_path / "profile", executable_path=CHROMIUM, headless=True, args=FLAGS,
            viewport={"width": 1360, "height": 900},
        )  # fmt: skip
        made.set_default_timeout(20_000)
        expect.set_options(timeout=20_000)  # two cores and a cold start
        yield made
        made.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.pages[0]


@pytest.fixture
def shot(request: pytest.FixtureRequest):
    """Save a screenshot named after the test and a word."""

    def take(page: Page, word: str) -> Path:
        ARTEFACTS.mkdir(exist_ok=True)
        name = re.sub(r"[^A-Za-z0-9_-]+", "-", request.node.name)
        path = ARTEFACTS / f"{name}-{word}.png"
        page.screenshot(path=path, full_page=True)
        return path

    return take
