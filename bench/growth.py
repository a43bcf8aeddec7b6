"""How cost grows: one backtest over bars, a portfolio over assets, a sweep over combinations, each over three decades.

python bench/growth.py                     prints the seconds, and the slope of their logarithms (1 is linear)
python bench/growth.py --figure docs/growth.png   also draws them (needs Chromium and Playwright)
"""

import argparse
import json
import math
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
REPEATS = 5


def walk(bars: int, seed: int) -> list[np.ndarray]:
    """Open, high, low, close of a random walk."""
    rng = np.random.default_rng(seed)
    close = 100.0 * np.exp(np.cumsum(rng.normal(0.0, 0.005, bars)))
    opened = np.r_[100.0, close[:-1]]
    high = np.maximum(opened, close) * (1.0 + np.abs(rng.normal(0.0, 0.002, bars)))
    low = np.minimum(opened, close) * (1.0 - np.abs(rng.normal(0.0, 0.002, bars)))
    return [opened, high, low, close]


def workloads() -> dict[str, tuple[list[int], Callable[[int], Callable[[], object]]]]:
    """Name → sizes, and what makes the function to time for a size."""
    from core.evaluate import Rules
    from core.execute import calm_market, replay, replay_book, sweep_crosses, terms_for
    from core.instruments import resolve
    from core.records import Costs, Timeframe

    terms = terms_for(Costs(0.001, 0.0002, 0.0003, 0.0), resolve("BTC-USD"), Timeframe.H1)
    policy, known = Rules(0.1, 0.02, 0.04, True).policy, calm_market()

    def directions(shape: tuple[int, ...]) -> np.ndarray:
        rng = np.random.default_rng(1)
        return rng.choice(np.array([-1, 0, 1], np.int8), shape, p=[0.01, 0.98, 0.01])

    def backtest(bars: int) -> Callable[[], object]:
        prices, way = walk(bars, 1), directions((bars,))
        return lambda: replay(*prices, way, terms, known, 1e5, policy)

    def portfolio(assets: int) -> Callable[[], object]:
        prices = [
            np.stack(columns, 1) for columns in zip(*(walk(2_000, a) for a in range(assets)), strict=True)
        ]
        way, rows = directions((2_000, assets)), np.array([terms] * assets, dtype=float)
        markets, none = np.zeros((1, assets, known.shape[1])), np.zeros((0, 22))
        return lambda: replay_book(*prices, way, none, rows, markets, 1e7, policy, 1)

    def combinations(count: int) -> Callable[[], object]:
        prices = walk(5_000, 1)
        lines = np.stack([np.convolve(prices[3], np.ones(w) / w, "full")[:5_000] for w in range(2, 66)])
        fast, slow = np.divmod(np.arange(count), 32)
        stops, nothing = np.linspace(0.01, 0.05, count), np.full(count, math.nan)
        return lambda: sweep_crosses(
            *prices, lines, fast % 32, 32 + slow, stops, nothing, nothing, False, terms, known, 1e5, policy
        )

    return {
        "one backtest, bars": ([1_000, 10_000, 100_000, 1_000_000], backtest),
        "portfolio of 2,000 bars, assets": ([1, 10, 100, 1_000], portfolio),
        "sweep of 5,000 bars, combinations": ([10, 100, 1_000, 10_000], combinations),
    }


def measure(make: Callable[[int], Callable[[], object]], sizes: list[int]) -> list[float]:
    """Median seconds for each size."""
    seconds = []
    for size in sizes:
        run = make(size)
        run()
        taken = []
        for _ in range(REPEATS):
            begun = time.perf_counter()
            run()
            taken.append(time.perf_counter() - begun)
        seconds.append(statistics.median(taken))
    return seconds


def draw(found: dict[str, tuple[list[int], list[float]]], path: Path) -> None:
    """One figure, logarithmic in both directions; a straight line at 45° is linear growth."""
    import plotly.graph_objects as go
    from playwright.sync_api import sync_playwright

    figure = go.Figure()
    for name, (sizes, seconds) in found.items():
        figure.add_scatter(x=sizes, y=seconds, mode="lines+markers", name=name)
        figure.add_scatter(
            x=sizes, y=[seconds[-1] / sizes[-1] * size for size in sizes], mode="lines", showlegend=False,
            line={"dash": "dot", "color": "grey", "width": 1},
        )  # fmt: skip
    figure.update_layout(
        title="Cost grows linearly: ten times the work, ten times the seconds (dotted: exactly linear)",
        xaxis={"type": "log", "title": "bars, assets or combinations"},
        yaxis={"type": "log", "title": "seconds"},
        template="plotly_white", width=900, height=520, legend={"x": 0.02, "y": 0.98},
    )  # fmt: skip
    page_text = figure.to_html(include_plotlyjs=True)
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 920, "height": 540})
        page.set_content(page_text)
        page.wait_for_selector(".main-svg")
        page.screenshot(path=path)
        browser.close()


def main() -> int:
    """Measure, print, draw."""
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--figure", type=Path, help="PNG to draw")
    args = p.parse_args()
    found = {}
    for name, (sizes, make) in workloads().items():
        seconds = measure(make, sizes)
        slope = float(np.polyfit(np.log(sizes[1:]), np.log(seconds[1:]), 1)[0])
        found[name] = (sizes, seconds)
        print(json.dumps({"growth": name, "sizes": sizes, "seconds": seconds, "slope": round(slope, 3)}))
    if args.figure:
        draw(found, args.figure)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
