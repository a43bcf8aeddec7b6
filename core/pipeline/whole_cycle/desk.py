"""Decisions over past bars: the policy, the risk checks and the order of a cycle, at each bar where they can matter."""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np

from core.errors import InputError
from core.evaluate import Rules
from core.execute import OURS
from core.pipeline.deciding import decision_on, proposal_on
from core.pipeline.risk_context import midnight, risk_context
from core.pipeline.run import Tell
from core.pipeline.trading import managed, order_for
from core.pipeline.whole_cycle.account import Account
from core.pipeline.whole_cycle.fusing import Fused, next_rows
from core.records import Action, Decision, FusedSignal, OrderStatus, OrderType, TimeInForce, Verdict
from core.settings import Settings


@dataclass(frozen=True, slots=True)
class Decided:
    """One decision that was more than waiting."""

    row: int
    """Of all bars; it was made at this bar's close."""
    as_of: datetime
    fused: FusedSignal
    decision: Decision
    status: OrderStatus
    """Of its order: after the open of the next bar where that follows at once."""


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
            "max_position": rules.size, "stop_loss": rules.stop, "take_profit": rules.target,
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
        settings: Settings,
        latency: int,
        quality: Callable[[int], float],
    ) -> None:
        """`latency`: bars between an order and its market; `quality`: the score of the bars that end with a row."""
        self._account = account
        self._fused = fused
        self._settings = settings
        self._latency = latency
        self._quality = quality
        self._next = next_rows(fused.decisive)
        self.decided: list[Decided] = []

    def trade(self, tell: Tell) -> None:
        """Live through all bars, deciding at the close of each that the policy might act on.

        While a position is held, signals of its own direction change nothing, and while an order waits none does: they
        are passed over.
        """
        account, asked = self._account, self._account.asked
        last, symbol = asked.stop - 1, asked.instrument.symbol
        told = 0
        while account.row < last:
            held = account.book.position(symbol)
            if account.book.orders:
                wanted = account.row + 1
            else:
                wanted = self._after(
                    account.row, 0 if held is None else -int(math.copysign(1, held.quantity)), last
                )
            row = account.live_until(wanted)
            if row in self._fused.decisive:
                self._decide(row, self._fused.decisive[row])
            if row - told >= 250:
                told = row
                tell(
                    (row - asked.first) / (asked.stop - asked.first),
                    f"trading {asked.closed_at(row):%Y-%m-%d}",
                )

    def _after(self, row: int, way: int, last: int) -> int:
        rows = self._next[way]
        place = int(np.searchsorted(rows, row, side="right"))
        return int(rows[place]) if place < len(rows) else last

    def _decide(self, row: int, fused: FusedSignal) -> None:
        account, asked = self._account, self._account.asked
        price = float(asked.bars["close"].iloc[row])
        proposal = proposal_on(fused, account.book, asked.instrument, price, self._settings)
        if proposal.action is Action.HOLD:
            return
        moment = asked.closed_at(row)
        context = risk_context(
            account.book,
            account.equity_at(midnight(moment)),
            self._quality(row),
            self._settings,
            account.costs,
        )
        decision = decision_on(proposal, fused, context)
        status = OrderStatus.DENIED
        if decision.verdict is Verdict.ORDERED:
            order = order_for(proposal, str(row), moment, asked.timeframe, asked.source)
            sent = replace(managed(order, self._settings.risk), delay=self._latency)
            status = account.send(sent)
        self.decided.append(Decided(row, moment, fused, decision, status))
