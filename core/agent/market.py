"""An episode in the simulated market, bar by bar through the real matching core."""

import math
from dataclasses import dataclass

import numpy as np

from core.agent.arena import Arena
from core.agent.observing import BOOK_INPUTS
from core.execute import event_rows, flat, no_orders
from core.execute.layout import ENTRY_PRICE, EVENT_COLUMNS, O_KIND, QUANTITY

RUIN = 1e-6
"""Share of the starting cash at which an episode is over."""


@dataclass(frozen=True, slots=True)
class Standing:
    """The book at a close, as an agent sees it."""

    position: float
    """Value held, in shares of the largest position; negative for a short."""
    unrealised: float
    """Gain of the position as a fraction of its entry price; 0 when flat."""
    drawdown: float
    """Log of equity over its highest value so far; at most 0."""


class SimulatedMarket:
    """One series that an agent trades: the decision at a close fills at the next open, with all costs and limits.

    The reward of a bar is the change of log equity net of all costs, less `risk_term` times the part of it that sets
    the equity further below its highest value: Σ rewards = ln(end / start) when the coefficient is 0.
    """

    def __init__(self, arena: Arena, risk_term: float = 0.0) -> None:
        """Prepare a market; `start` begins an episode.

        Args:
            arena: bars, costs and limits.
            risk_term: coefficient of the declared risk term, ≥ 0.
        """
        self.arena = arena
        self.risk_term = risk_term
        self.log: list[np.ndarray] = []
        """(k, 1 + EVENT_COLUMNS) for each bar with events: its row, then the event."""
        self.start()

    def start(self, row: int = 0) -> Standing:
        """A fresh book at the close of a bar."""
        from core.agent.turning import DAY, DAY_START, DESK_COLUMNS, EQUITY, PEAK

        self.row = row
        self.position, self.orders, self.events = flat(), no_orders(2), event_rows(2)
        self.desk = np.zeros(DESK_COLUMNS)
        self.desk[[0, EQUITY, PEAK, DAY_START]] = self.arena.cash
        self.desk[DAY] = self.arena.days[row]
        self.log = []
        return self.standing()

    def live(self, level: float) -> tuple[float, Standing]:
        """Take a target exposure (−1 … 1) at this close and live through the next bar; returns the reward."""
        from core.agent.turning import turn

        a = self.arena
        before, high = self.desk[1], self.desk[2]
        count = turn(
            float(level), self.row, self.desk, self.position, self.orders, a.opens, a.highs, a.lows, a.closes, a.days,
            a.terms, a.market, a.limits, self.events,
        )  # fmt: skip
        self.row += 1
        if count:
            rows = np.empty((count, 1 + EVENT_COLUMNS))
            rows[:, 0], rows[:, 1:] = self.row, self.events[:count]
            self.log.append(rows)
        floor = RUIN * a.cash
        gain = math.log(max(self.equity, floor) / max(before, floor))
        if not self.risk_term:
            return gain, self.standing()
        now = self.standing()
        return gain - self.risk_term * max(math.log(max(before, floor) / high) - now.drawdown, 0.0), now

    @property
    def equity(self) -> float:
        """At the last close, quote currency."""
        return float(self.desk[1])

    @property
    def waiting(self) -> bool:
        """Whether an order waits for the next open."""
        return bool(self.orders[:, O_KIND].any())

    @property
    def ruined(self) -> bool:
        """Nothing is left to trade with."""
        return self.equity <= RUIN * self.arena.cash

    @property
    def over(self) -> bool:
        """There is no bar after this one."""
        return self.row + 1 >= len(self.arena)

    def standing(self) -> Standing:
        """The book at this close."""
        return standing_of(
            float(self.position[QUANTITY]),
            float(self.position[ENTRY_PRICE]),
            float(self.arena.closes[self.row]),
            float(self.desk[1]),
            float(self.desk[2]),
            self.arena.limits.size,
        )


def standing_of(
    quantity: float, entry: float, price: float, equity: float, peak: float, size: float
) -> Standing:
    """A book as an agent sees it, from its plain numbers."""
    if equity <= 0.0:
        return Standing(0.0, 0.0, math.log(RUIN))
    side = 1.0 if quantity > 0.0 else -1.0
    return Standing(
        quantity * price / (equity * size),
        side * (price / entry - 1.0) if quantity and entry else 0.0,
        min(math.log(equity / peak), 0.0) if peak > 0 else 0.0,
    )


def book_row(standing: Standing, scale: np.ndarray) -> np.ndarray:
    """The book's part of an observation, (len(BOOK_INPUTS),) float32; `scale` as core.agent.observing.Observer."""
    numbers = (standing.position, standing.unrealised, standing.drawdown)
    assert len(numbers) == len(BOOK_INPUTS)
    return (np.array(numbers) / scale).astype(np.float32)
