"""The simulated market with the interface of gymnasium: for any library that trains agents on it."""

from collections.abc import Sequence
from typing import Any

import gymnasium
import numpy as np

from core.agent.arena import Arena, checked_exposures
from core.agent.market import SimulatedMarket, Standing, book_row
from core.agent.observing import CLIP, Observer
from core.errors import InputError


class TradingEnvironment(gymnasium.Env[np.ndarray, np.int64]):
    """Target exposures over the real matching core.

    Observation: (inputs,) float32, see core.agent.observing. Action: number of an exposure. Reward: change of log equity
    net of all costs, less the declared risk term. An episode is truncated at the last bar and terminated by ruin.
    """

    metadata = {"render_modes": []}  # noqa: RUF012 (gymnasium's own way)

    def __init__(
        self,
        arena: Arena,
        market_rows: np.ndarray,
        observer: Observer,
        exposures: Sequence[float] = (-1.0, 0.0, 1.0),
        risk_term: float = 0.0,
        episode: int | None = None,
    ) -> None:
        """Build over bars and what is seen of them.

        Args:
            arena: bars, costs, limits.
            market_rows: (n, …) the market's part of the observations, from `observer`.
            observer: names and scales of the inputs.
            exposures: what an action may choose of, in shares of the largest position.
            risk_term: coefficient, see SimulatedMarket.
            episode: bars of an episode that begins at a random bar; None: the whole series from its first bar.

        Raises:
            InputError: rows and bars do not match, or the exposures cannot be chosen of.
        """
        if len(market_rows) != len(arena):
            raise InputError(f"{len(market_rows)} observations do not fit {len(arena)} bars.")
        self.market = SimulatedMarket(arena, risk_term)
        self.rows = market_rows
        self.scale = observer.book_scale
        self.exposures = checked_exposures(exposures, arena.limits.short)
        self.episode = episode
        self.last = len(arena) - 1
        self.action_space = gymnasium.spaces.Discrete(len(self.exposures))
        self.observation_space = gymnasium.spaces.Box(-np.inf, np.inf, (observer.width,), np.float32)

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[np.ndarray, dict[str, Any]]:
        """A fresh book; `options` may name the first bar: {"row": 120}."""
        super().reset(seed=seed)
        end = len(self.market.arena) - 1
        row = int((options or {}).get("row", 0))
        if self.episode is not None and not (options and "row" in options):
            row = int(self.np_random.integers(0, max(end - self.episode, 0) + 1))
        if not 0 <= row < end:
            raise InputError(f"An episode cannot begin at bar {row} of {end + 1}.")
        self.last = end if self.episode is None else min(row + self.episode, end)
        standing = self.market.start(row)
        return self._seen(standing), self._info(standing)

    def step(self, action: int | np.integer[Any]) -> tuple[np.ndarray, float, bool, bool, dict[str, Any]]:
        """Take an exposure at this close; the order fills at the next open, and the next bar is lived through."""
        reward, standing = self.market.live(self.exposures[int(action)])
        return (
            self._seen(standing), reward, self.market.ruined, self.market.row >= self.last, self._info(standing)
        )  # fmt: skip

    def _seen(self, standing: Standing) -> np.ndarray:
        own = np.clip(book_row(standing, self.scale), -CLIP, CLIP)
        return np.concatenate((self.rows[self.market.row], own))

    def _info(self, standing: Standing) -> dict[str, Any]:
        return {
            "row": self.market.row,
            "time": self.market.arena.index[self.market.row],
            "equity": self.market.equity,
            "position": standing.position,
        }
