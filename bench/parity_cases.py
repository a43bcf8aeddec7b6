"""What the peers are asked: hand-made bars for each fill rule, and SMA crosses over whole series.

Needs numpy only, so that it can be imported by the interpreters of the peers as well.
"""

import hashlib
import math
from dataclasses import asdict, dataclass

import numpy as np

CALM = (100.0, 100.5, 99.5, 100.0)
"""A bar on which nothing happens: open, high, low, close."""


@dataclass(frozen=True, slots=True)
class FillCase:
    """One question to a peer: a few bars, and what is decided at their closes."""

    name: str
    question: str
    bars: tuple[tuple[float, float, float, float], ...]
    acts: dict[int, int]
    """Bar → 1 or −1, decided at its close. −1 leaves a long; with `short` it turns it."""
    stop: float = math.nan
    target: float = math.nan
    """Fractions; nan for none."""
    fee: float = 0.0
    slippage: float = 0.0
    """Per side, where the peer has a side to put it on."""
    short: bool = False
    size: float = 1.0
    """Units; below 1 a share of what there is."""
    cash: float = 10_000.0
    entry_limit: float = math.nan
    entry_stop: float = math.nan
    """Prices of a resting entry order in place of a market order."""

    def plain(self) -> dict:
        """As JSON takes it: nan is null."""
        made = asdict(self)
        return {
            key: None if isinstance(value, float) and math.isnan(value) else value
            for key, value in made.items()
        }


def _long(name: str, question: str, *rest: tuple, entry: tuple = CALM, **options) -> FillCase:
    """Decided at the close of bar 1 (100), entered on bar 2, then `rest`, then calm; bracket 5 % unless told."""
    options = {"acts": {1: 1}, "stop": 0.05, "target": 0.05, **options}
    return FillCase(name, question, (CALM, CALM, entry, *rest, CALM, CALM), **options)


def _short(name: str, question: str, *rest: tuple, entry: tuple = CALM, **options) -> FillCase:
    return _long(name, question, *rest, entry=entry, **{"acts": {1: -1}, "short": True, **options})


def fill_cases() -> tuple[FillCase, ...]:
    """Every rule in docs/fills.md on which engines may differ. Levels are 95 and 105 where the fill is 100."""
    none = {"stop": math.nan, "target": math.nan}
    wide = (100.0, 106.0, 94.0, 100.0)
    return (
        _long("next_open", "A signal at a close: which price?", entry=(101, 101.5, 100.5, 101), **none),
        _long("stop_gap", "The bar opens below the stop.", (90, 92, 88, 91)),
        _long("stop_gap_recovers", "It opens below the stop, and its high is above.", (90, 96, 88, 95)),
        _long("stop_within", "The stop is reached within the bar.", (98, 99, 94, 96)),
        _long("stop_touched", "The low is the stop exactly.", (98, 99, 95, 97)),
        _long("stop_missed", "The low stays a cent above the stop.", (98, 99, 95.01, 97)),
        _long("stop_at_open", "The open is the stop exactly.", (95, 96, 94, 95)),
        _long("target_touched", "The high is the target exactly.", (101, 105, 100, 104)),
        _long("target_through", "The bar trades through the target.", (101, 105.5, 100, 104)),
        _long("target_gap", "The bar opens beyond the target.", (107, 108, 106, 107)),
        _long("target_at_open", "The open is the target exactly, and the high too.", (105, 105, 104, 104.5)),
        _long("both", "Stop and target in one bar.", wide),
        _long("target_gap_then_stop", "It opens beyond the target and falls through the stop.", (107, 108, 94, 100)),
        _long("entry_bar_both", "Stop and target on the bar that filled the entry.", entry=wide),
        _long("entry_bar_stop", "The stop on the entry bar; the next opens below it.", (94, 95, 93, 94), entry=(100, 101, 94, 94.5)),
        _long("entry_bar_stop_recovers", "The stop on the entry bar, never again.", entry=(100, 101, 94, 99)),
        _long("entry_bar_target", "The target on the entry bar, never again.", entry=(100, 106, 99, 104)),
        _long("base_stop", "Entry opens at 102: does the stop stand at 95 (from the close) or 96.9 (from the fill)?", (98, 99, 96, 98), entry=(102, 103, 101, 102)),
        _long("base_target", "Entry opens at 102: target 105 or 107.1?", (104, 106, 103, 104), entry=(102, 103, 101, 102)),
        _long("entry_gap_below_stop", "The entry itself opens at 94, under 95.", (94, 94.5, 93.5, 94), entry=(94, 94.5, 93.5, 94)),
        _long("entry_gap_beyond_target", "The entry itself opens at 106, over 105.", entry=(106, 106.5, 105.5, 106)),
        _long("exit_and_stop", "An exit waits at the open; the bar reaches the stop later.", CALM, (99, 100, 94, 96), acts={1: 1, 3: -1}),
        _long("exit_and_stop_gap", "An exit waits, and the bar opens below the stop.", CALM, (93, 94, 92, 93), acts={1: 1, 3: -1}, slippage=0.001),
        _long("exit_and_target", "An exit waits at the open; the bar reaches the target later.", CALM, (101, 106, 100, 104), acts={1: 1, 3: -1}),
        _long("exit_and_target_gap", "An exit waits, and the bar opens beyond the target.", CALM, (107, 108, 106, 107), acts={1: 1, 3: -1}, slippage=0.001),
        _long("entry_after_stop", "Stopped within bar 3; the close of bar 3 says enter.", (98, 99, 94, 100), acts={1: 1, 3: 1}),
        _long("entry_while_held_then_stop", "Bar 3 says enter while held; bar 4 is stopped: does that signal enter on bar 4 or 5?", CALM, (98, 99, 94, 96), acts={1: 1, 3: 1}),
        _long("exit_then_entry", "Bar 3 says leave, bar 4 says enter.", CALM, CALM, CALM, acts={1: 1, 3: -1, 4: 1}),
        _long("exit_on_entry_bar", "The close of the entry bar says leave.", CALM, acts={1: 1, 2: -1}),
        _long("turn", "Long, then short: one open or two?", CALM, (99, 100, 98, 99), acts={1: 1, 3: -1}, short=True, **none),
        _long("turn_and_stop", "A turn waits at the open; the bar reaches the long's stop.", CALM, (99, 100, 94, 96), (96, 97, 95.5, 96), acts={1: 1, 3: -1}, short=True, target=math.nan),
        _long("turn_and_stop_gap", "A turn waits, and the bar opens below the long's stop.", CALM, (93, 94, 92, 93), (93, 94, 92, 93), acts={1: 1, 3: -1}, short=True, target=math.nan),
        _long("turn_and_target", "A turn waits at the open; the bar reaches the long's target, which is the short's stop.", CALM, (101, 106, 100, 104), (104, 104.5, 103.5, 104), acts={1: 1, 3: -1}, short=True),
        _long("turn_back", "Long, short, long at three opens.", CALM, CALM, CALM, acts={1: 1, 2: -1, 3: 1}, short=True, fee=0.001, slippage=0.001, **none),
        _long("open_at_the_end", "A position that nothing closes.", CALM, **none),
        _long("signal_on_last_bar", "A signal at the very last close.", acts={4: 1}, **none),
        _long("costs_signal", "0.1 % slippage and fee: entry and exit by signal.", CALM, CALM, acts={1: 1, 3: -1}, slippage=0.001, fee=0.001),
        _long("costs_stop", "0.1 % slippage and fee: exit by stop.", (98, 99, 90, 96), slippage=0.001, fee=0.001),
        _long("costs_stop_gap", "0.1 % slippage and fee: stop at a gap.", (90, 92, 88, 91), slippage=0.001, fee=0.001),
        _long("costs_target", "0.1 % slippage and fee: exit by target.", (101, 110, 100, 104), slippage=0.001, fee=0.001),
        _long("costs_target_gap", "0.1 % slippage and fee: target at a gap.", (107, 108, 106, 107), slippage=0.001, fee=0.001),
        _long("costs_ten", "Ten units at 100 and back, fee 0.1 %, 2 basis points a side.", CALM, CALM, acts={1: 1, 3: -1}, size=10.0, fee=0.001, slippage=0.0002, **none),
        _short("short_stop_gap", "A short's stop: the bar opens above it.", (110, 112, 108, 109)),
        _short("short_stop_within", "A short's stop within the bar, with costs.", (102, 106, 101, 104), slippage=0.001, fee=0.001),
        _short("short_stop_touched", "The high is the short's stop exactly.", (102, 105, 101, 104)),
        _short("short_target_touched", "The low is the short's target exactly.", (99, 100, 95, 96)),
        _short("short_target_through", "A short's target within the bar, with costs.", (99, 100, 94, 96), slippage=0.001, fee=0.001),
        _short("short_target_gap", "A short's target: the bar opens below it.", (93, 94, 92, 93)),
        _short("short_both", "A short's stop and target in one bar.", wide),
        _short("short_target_gap_then_stop", "It opens beyond the short's target and rises through its stop.", (93, 106, 92, 100)),
        _short("short_entry_bar_both", "Both on the bar that filled the short.", entry=wide),
        _short("short_base_stop", "A short opens at 98: stop at 105 or 102.9?", (101, 104, 100, 101), entry=(98, 99, 97, 98)),
        _short("short_exit_and_stop", "Short, a turn to long waits; the bar reaches the short's stop.", CALM, (101, 106, 100, 104), (104, 104.5, 103.5, 104), acts={1: -1, 3: 1}, target=math.nan),
        _long("no_cash", "One unit at 100 with 60 in cash.", CALM, cash=60.0, **none),
        _short("short_no_cash", "One unit short at 100 with 60 in cash.", CALM, cash=60.0, **none),
        _long("share", "Half of 10,000 where the close is 100 and the fill 101, fee 0.1 %, slippage 0.1 %.", CALM, entry=(101, 101.5, 100.5, 101), size=0.5, fee=0.001, slippage=0.001, **none),
        _long("share_again", "Half of what is there after a trade that gained.", (110, 111, 109, 110), (112, 113, 111, 112), CALM, acts={1: 1, 3: -1, 4: 1}, size=0.5, **none),
        _long("limit_touched", "Buy limit 98; the low is 98 exactly.", entry=(99, 99.5, 98, 99), entry_limit=98.0, **none),
        _long("limit_through", "Buy limit 98; the low is 97.5.", entry=(99, 99.5, 97.5, 99), entry_limit=98.0, **none),
        _long("limit_touched_costs", "The same with 0.1 % slippage and fee.", entry=(99, 99.5, 98, 99), entry_limit=98.0, slippage=0.001, fee=0.001, **none),
        _long("limit_gap", "Buy limit 98; the bar opens at 97.", entry=(97, 97.5, 96.5, 97), entry_limit=98.0, slippage=0.001, **none),
        _long("limit_waits", "Buy limit 98; reached two bars later.", (99, 99.5, 97, 99), entry_limit=98.0, **none),
        _long("limit_and_stop", "Buy limit 98 and its stop (95) in one bar.", (97, 97.5, 96.5, 97), entry=(99, 99.5, 94, 97), entry_limit=98.0),
        _long("limit_and_target", "Buy limit 98 and its target (105) in one bar.", (101, 101.5, 100.5, 101), entry=(99, 106, 97, 101), entry_limit=98.0),
        _long("stop_entry_touched", "Buy stop 102; the high is 102 exactly.", entry=(101, 102, 100.5, 101.5), entry_stop=102.0, **none),
        _long("stop_entry_gap", "Buy stop 102; the bar opens at 103.", entry=(103, 103.5, 102.5, 103), entry_stop=102.0, **none),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class CrossCase:
    """An SMA cross over one series: enter one unit where the fast average crosses above the slow one."""

    series: str
    fast: int
    slow: int
    short: bool
    """False: long only, a cross below leaves. True: it turns the position."""
    stop: float
    target: float
    fee: float
    slippage: float
    cash: float
    size: float = 1.0

    @property
    def name(self) -> str:
        """E.g. btc_1h-20-50-long-stop2-fee10."""
        levels = (
            ("stop", self.stop * 100),
            ("target", self.target * 100),
            ("fee", self.fee * 1e4),
            ("slip", self.slippage * 1e4),
        )
        told = [f"{word}{value:g}" for word, value in levels if value > 0]
        side = "both" if self.short else "long"
        return "-".join([self.series, str(self.fast), str(self.slow), side, *told])

    @property
    def listed(self) -> bool:
        """Whether its trades are kept one by one; of the others, and of the synthetic walk, sums and a hash."""
        return self.series != WALK and ((self.fast, self.slow) == PAIRS[0] or self.slippage > 0)


NO = math.nan
BRACKETS = ((NO, NO), (0.02, NO), (0.02, 0.04))
"""None; stop; stop and target."""
COSTS = ((0.0, 0.0), (0.001, 0.0), (0.001, 0.0005))
"""None; fee; fee and slippage."""
PAIRS = ((20, 50), (10, 30))
WALK, WALK_BARS = "walk_1h", 500_000


SAMPLE = {"btc_1h": "BTC-USD", "btc_1d": "BTC-USD", "aapl_1d": "AAPL", "nvda_1d": "NVDA"}
"""Series of the embedded sample, by the name that ends in the timeframe."""
CASH = {"btc_1h": 60_000.0, "btc_1d": 200_000.0, "aapl_1d": 300.0, "nvda_1d": 500.0, WALK: 1_000_000.0}
"""Series of the sample, and the synthetic one: a few times their highest price, so that the one unit that is traded
moves the equity by more than rounding does."""


def cross_cases(series: str) -> tuple[CrossCase, ...]:
    """All pairs, sides, brackets and costs over one series."""
    return tuple(
        CrossCase(series, fast, slow, short, stop, target, fee, slippage, CASH[series])
        for fast, slow in PAIRS
        for short in (False, True)
        for stop, target in BRACKETS
        for fee, slippage in COSTS
    )


def digest(entry_bar, exit_bar) -> str:
    """sha256 of the (entry bar, exit bar) pairs of trades in the order of their entries, int64 little-endian."""
    pairs = np.stack([np.asarray(entry_bar), np.asarray(exit_bar)], axis=1).astype("<i8")
    return hashlib.sha256(np.ascontiguousarray(pairs).tobytes()).hexdigest()


def fingerprint(prices) -> str:
    """sha256 of open, high, low, close, so that a test knows whether it has the bars that the peer had."""
    return hashlib.sha256(np.ascontiguousarray(prices, dtype="<f8").tobytes()).hexdigest()


def walk(count: int, seed: int = 7, sigma: float = 0.005) -> dict[str, np.ndarray]:
    """Synthetic hourly bars: a geometric walk that ends where it starts; the walk of the speed benchmarks."""
    rng = np.random.default_rng(seed)
    path = np.cumsum(rng.normal(0.0, sigma, count))
    path -= path[-1] * np.arange(1, count + 1) / count
    close = 100.0 * np.exp(path)
    opens = np.empty(count)
    opens[0] = 100.0
    opens[1:] = close[:-1] * np.exp(rng.normal(0.0, sigma / 10, count - 1))
    high = np.maximum(opens, close) * np.exp(np.abs(rng.normal(0.0, sigma / 2, count)))
    low = np.minimum(opens, close) * np.exp(-np.abs(rng.normal(0.0, sigma / 2, count)))
    return {"open": opens, "high": high, "low": low, "close": close}
