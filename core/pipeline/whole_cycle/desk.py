"""Decisions over past bars: the policy, the risk checks and the order of a cycle, at each bar where they can matter."""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np

from core.decide import Surroundings, asks_for_care
from core.errors import InputError
from core.evaluate import Rules
from core.execute import OURS
from core.pipeline.deciding import decision_on, proposal_on
from core.pipeline.risk_context import Past, midnight, past_of_row, risk_context
from core.pipeline.risk_state import Watch
from core.pipeline.run import Tell
from core.pipeline.surroundings import RETURNS, surroundings_at
from core.pipeline.trading import managed, order_for
from core.pipeline.whole_cycle.account import Account
from core.pipeline.whole_cycle.forecasts import WalkForward
from core.pipeline.whole_cycle.fusing import Fused, next_rows
from core.records import (
    Action,
    Decision,
    Direction,
    FusedSignal,
    OrderStatus,
    OrderType,
    TimeInForce,
    Verdict,
)
from core.settings import Settings


@dataclass(frozen=True, slots=True)
class Decided:
    """One decision that was more than waiting."""

    row: int
    """Of all bars; it was made at this bar's close."""
    as_of: datetime
    fused: FusedSignal
    decision: Decision
    status: OrderStatus | None
    """Of its order: after the open of the next bar where that follows at once; None where it moved a stop or a target."""


def settings_with(settings: Settings, rules: Rules) -> Settings:
    """The settings with the risk limits that the rules of a backtest stand for.

    Raises:
        InputError: rules that a cycle cannot follow.
    """
    wrong = ""
    if not 0 < rules.size <= 1:
        wrong = f"a position is a share of equity, and the size is {rules.size:g}"
    elif math.isnan(rules.stop) or math.isnan(rules.target):
        wrong = "its risk checks refuse a position without a stop and a target"
    elif rules.entry is not OrderType.MARKET or rules.time_in_force is not TimeInForce.GTC:
        wrong = "it sends market orders that wait for the next open"
    elif rules.fills != OURS:
        wrong = "it fills by our own rules only"
    if wrong:
        raise InputError(f"The whole cycle cannot follow these rules: {wrong}. Choose another risk profile.")
    risk = settings.risk.model_copy(
        update={
            "max_position": rules.size, "max_exposure": max(settings.risk.max_exposure, rules.size),
            "stop_loss": rules.stop, "take_profit": rules.target,
            "allow_short": rules.short,
            "trailing_stop": 0.0 if math.isnan(rules.trail) else rules.trail,
            "break_even": 0.0 if math.isnan(rules.break_even) else rules.break_even,
            "time_limit": rules.time_limit or 0,
        }
    )  # fmt: skip
    return settings.model_copy(update={"risk": risk})


class Desk:
    """What decides; the account acts."""

    def __init__(
        self,
        account: Account,
        fused: Fused,
        forecasts: WalkForward,
        settings: Settings,
        latency: int,
        quality: Callable[[int], float],
    ) -> None:
        """`latency`: bars between an order and its market; `quality`: the score of the bars that end with a row."""
        self._account = account
        self._fused = fused
        self._forecasts = forecasts
        self._settings = settings
        self._latency = latency
        self._quality = quality
        decisive = next_rows(fused.decisive)
        care = _rows_of_care(account, fused, forecasts, settings)
        self._care = {way: frozenset(rows.tolist()) for way, rows in care.items()}
        self._next = {
            0: decisive[0], 1: np.union1d(decisive[-1], care[1]), -1: np.union1d(decisive[1], care[-1])
        }  # fmt: skip
        """Rows at which something may be done, by what is held: nothing, a long, a short."""
        self.decided: list[Decided] = []
        self._watch = Watch(account.book.initial_cash, settings.risk)

    def trade(self, tell: Tell) -> None:
        """Live through all bars, deciding at the close of each that the policy might act on.

        While a position is held, signals of its own direction change nothing, and while an order waits none does: they
        are passed over. So are bars at which neither the regime nor the numbers ask to draw its stop nearer.
        """
        account, asked = self._account, self._account.asked
        last = asked.stop - 1
        told = 0
        while account.row < last:
            wanted = account.row + 1 if account.book.orders else self._after(account.row, self._way(), last)
            row = account.live_until(wanted)
            if row in self._fused.decisive:
                self._decide(row, self._fused.decisive[row])
            elif row in self._care.get(self._way(), ()):
                self._decide(row, self._plain(row))
            if row - told >= 250:
                told = row
                tell(
                    (row - asked.first) / (asked.stop - asked.first),
                    f"trading {asked.closed_at(row):%Y-%m-%d}",
                )

    def _way(self) -> int:
        held = self._account.book.position(self._account.asked.instrument.symbol)
        return 0 if held is None else int(math.copysign(1, held.quantity))

    def _after(self, row: int, way: int, last: int) -> int:
        rows = self._next[way]
        place = int(np.searchsorted(rows, row, side="right"))
        return int(rows[place]) if place < len(rows) else last

    def _plain(self, row: int) -> FusedSignal:
        """The signal of a bar at which nothing is opened or closed, without the words and parts that are not kept."""
        place = row - self._account.asked.first
        score = float(self._fused.score[place])
        way = Direction.FLAT if score == 0 else Direction.UP if score > 0 else Direction.DOWN
        apart = float(self._fused.disagreement[place])
        return FusedSignal(way, abs(score), score, (), apart, "", float(self._fused.numbers[place]))

    def _decide(self, row: int, fused: FusedSignal) -> None:
        account, asked = self._account, self._account.asked
        price = float(asked.bars["close"].iloc[row])
        # the quality of the bars bounds the size of what is opened, and nothing else
        quality = None if self._way() else self._quality(row)
        around = self._around(row, quality)
        proposal = proposal_on(fused, account.book, asked.instrument, price, self._settings, around)
        if proposal.action is Action.HOLD:
            return
        moment = asked.closed_at(row)
        context = risk_context(
            account.book,
            account.equity_at(midnight(moment)),
            self._quality(row) if quality is None else quality,
            self._settings,
            account.costs,
            self._past(row, moment),
        )
        decision = decision_on(proposal, fused, context)
        self.decided.append(Decided(row, moment, fused, decision, self._act(row, moment, decision)))

    def _past(self, row: int, moment: datetime) -> Past:
        """What the risk checks ask of the market and of the book's own history."""
        account, asked = self._account, self._account.asked
        state = self._watch.at(moment, account.book.equity, account.marks, account.trades)
        return past_of_row(asked.bars, row, moment, asked.instrument, asked.timeframe, state, self._settings)

    def _act(self, row: int, moment: datetime, decision: Decision) -> OrderStatus | None:
        """Send the order, or move the levels; the status of the order."""
        proposal, asked = decision.proposal, self._account.asked
        if proposal.action is Action.ADJUST:
            self._account.move(proposal.new_stop, proposal.new_target)
            return None
        if decision.verdict is not Verdict.ORDERED:
            return OrderStatus.DENIED
        order = order_for(proposal, str(row), moment, asked.timeframe, asked.source)
        return self._account.send(replace(managed(order, self._settings.risk), delay=self._latency))

    def _around(self, row: int, quality: float | None) -> Surroundings:
        """What a cycle of that bar would know beside signal and book."""
        asked = self._account.asked
        return surroundings_at(
            asked.bars["close"].iloc[max(0, row - RETURNS) : row + 1],
            float(asked.features["atr_close"].iloc[row]),
            asked.instrument,
            asked.timeframe,
            self._forecasts.at(row) or (),
            self._forecasts.volatile_at(row),
            quality,
            self._settings,
            self._account.costs,
        )


def _rows_of_care(
    account: Account, fused: Fused, forecasts: WalkForward, settings: Settings
) -> dict[int, np.ndarray]:
    """Rows at which regime or numbers ask to draw the stop of a long (1) or of a short (−1) nearer, ascending."""
    first, stop = account.asked.first, account.asked.stop
    if not settings.sizing.adjust:
        return {way: np.zeros(0, dtype=np.int64) for way in (1, -1)}
    rows = np.arange(first, stop)
    chances = [forecasts.volatile_at(row) for row in rows.tolist()]
    return {
        way: rows[
            [
                score == score and bool(asks_for_care(way, score, chance))
                for score, chance in zip(fused.numbers.tolist(), chances, strict=True)
            ]
        ]
        for way in (1, -1)
    }
