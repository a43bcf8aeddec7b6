"""The paper book: caught up before a decision, and handed the order after it."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from core.collect import LIVE
from core.errors import GlassboxError
from core.execute import Advance, Series, adjust, advance, new_book, submit
from core.instruments import resolve
from core.pipeline.at_hand import open_at
from core.pipeline.gathering import bars_until
from core.pipeline.guarding import guard_bars, lags
from core.pipeline.run import Outcome, Run, Tell, Workbench, in_words
from core.pipeline.taking_back import take_back
from core.pipeline.turns import BOOKS, CYCLES
from core.records import (
    Action,
    Book,
    Mode,
    Order,
    OrderStatus,
    Problem,
    Proposal,
    Side,
    Timeframe,
    Verdict,
)
from core.settings import RiskSettings
from core.store import Write, dump
from core.store.books import active_book, create_book, save_book


def settle(run: Run, bench: Workbench, tell: Tell) -> Outcome:
    """Let the book of this world live until the cycle's moment: fills, stops and targets since the last cycle."""
    writes: list[Write] = []
    book = run.book
    if run.request.mode is Mode.PAPER:
        book, made = _book_of(run.world, run.id, bench)
        writes += made
    book, gone = take_back(book, bench, run.started_at, run.id)
    until = _settled_until(run, book, bench)
    series, problems = _held_series(book, until, bench, tell, run)
    lived = advance(book, series, until, bench.settings.costs.record())
    if run.request.mode is Mode.PAPER:
        writes.append(_save(lived, gone))
    return Outcome(
        run=replace(run, book=lived.book),
        summary=_summary(lived, gone),
        source=f"book {lived.book.id or 'of this backtest'}",
        problems=(*problems, *lived.problems),
        writes=tuple(writes),
        output=dump(Book, lived.book),
    )


def execute(run: Run, bench: Workbench, tell: Tell) -> Outcome:
    """Send the order, or move the levels of what is held; an order fills at once when the next open is known, else when
    that bar opens."""
    decision = run.decision
    if decision is None:
        raise GlassboxError("There is no decision to execute.")
    if decision.proposal.action is Action.HOLD:
        return Outcome(run, "No order.", "paper broker")
    if decision.proposal.action is Action.ADJUST:
        return _moved(run, decision.proposal)
    order = managed(
        order_for(decision.proposal, run.id, run.moment, run.request.timeframe, run.data_source),
        bench.settings.risk,
    )
    if decision.verdict is Verdict.DENIED:
        denied = replace(order, status=OrderStatus.DENIED)
        save = (save_book(run.book, (denied,), (), (), ()),) if run.request.mode is Mode.PAPER else ()
        return Outcome(
            replace(run, order=denied),
            "The order was denied by the risk rules and not sent.",
            "paper broker",
            writes=save,
        )
    book = submit(run.book, order)
    first = open_at(bench, run.instrument, run.request.timeframe, run.data_source, run.moment)
    one = Series(
        run.instrument,
        run.request.timeframe,
        run.bars.iloc[:0],
        None if first is None else (run.moment, first),
        run.bars,
    )
    lived = advance(book, {run.instrument.symbol: one}, run.moment, bench.settings.costs.record())
    sent = next((o for o in lived.orders if o.id == order.id), order)
    writes = (save_book(lived.book, (sent,), lived.fills, lived.trades, lived.equity),)
    return Outcome(
        run=replace(run, book=lived.book, order=sent, fills=lived.fills),
        summary=_told(sent),
        source="paper broker",
        problems=lived.problems,
        writes=writes if run.request.mode is Mode.PAPER else (),
        output=dump(Order, sent),
    )


def adjusted(book: Book, proposal: Proposal) -> Book:
    """The book with the levels that an adjustment asks for."""
    return adjust(book, proposal.symbol, proposal.new_stop, proposal.new_target)


def _moved(run: Run, proposal: Proposal) -> Outcome:
    """Move the levels of what is held; the paper book keeps them at once."""
    book = adjusted(run.book, proposal)
    levels = [
        f"{name} {level:,.6g}"
        for name, level in (("stop", proposal.new_stop), ("target", proposal.new_target))
        if level is not None
    ]
    return Outcome(
        run=replace(run, book=book),
        summary=f"Moved: {' and '.join(levels)} of {proposal.symbol}.",
        source="paper broker",
        writes=(save_book(book, (), (), (), ()),) if run.request.mode is Mode.PAPER else (),
        output=dump(Book, book),
    )


def settle_world(bench: Workbench, world: str, tell: Callable[[float, str], None]) -> str:
    """Bring the book of a world up to its clock (now, for live data) and say what happened."""
    with bench.turns.alone(BOOKS):
        book = active_book(bench.store, world)
        if book is None:
            return f"There is no book in {world} yet."
        if world != LIVE:
            stands = f"{book.clock:%Y-%m-%d %H:%M} UTC" if book.clock else "its beginning"
            return (
                f"The clock of {world} stands at {stands}: its next cycle meets stops and targets"
                f" ({len(book.positions)} held) before it decides."
            )
        until = bench.clock()
        tell(0.1, f"bringing the book of {world} up to {until:%Y-%m-%d %H:%M} UTC")
        book, gone = take_back(book, bench)
        series, problems = _held_series(book, until, bench, tell)
        lived = advance(book, series, until, bench.settings.costs.record())
        bench.store.write(_save(lived, gone))
        return f"{_summary(lived, gone)} {in_words((*problems, *lived.problems))}".strip()


def start_new_book(bench: Workbench, world: str) -> Book:
    """Put the book of a world aside and begin a new one; a cycle under way ends first."""
    with bench.turns.alone(CYCLES), bench.turns.alone(BOOKS):
        now = bench.clock()
        book = new_book(f"{world}-{now:%Y%m%d%H%M%S%f}", world, bench.settings.initial_cash)
        bench.store.write(create_book(book, now))
        return book


def _settled_until(run: Run, book: Book, bench: Workbench) -> datetime:
    """The cycle's moment; for a cycle of now the book's clock, where the guard was quicker than the cycle's bars."""
    now = run.request.as_of is None and run.world == LIVE
    ahead = now and book.clock is not None and run.as_of < book.clock <= bench.clock()
    return book.clock if ahead and book.clock is not None else run.as_of


def _book_of(world: str, cycle_id: str, bench: Workbench) -> tuple[Book, list[Write]]:
    known = active_book(bench.store, world)
    if known is not None:
        return known, []
    book = new_book(f"{world}-{cycle_id}", world, bench.settings.initial_cash)
    return book, [create_book(book, bench.clock())]


def _held_series(
    book: Book, until: datetime, bench: Workbench, tell: Tell, known: Run | None = None
) -> tuple[dict[str, Series], tuple[Problem, ...]]:
    """Bars of everything held or ordered: the cycle's own where it is the same series and up to date, else stored or
    fetched. What nobody has bars of is left out: the book tells so, and its other stops are kept all the same."""
    wanted = {(o.symbol, o.timeframe, o.data_source) for o in book.orders}
    wanted |= {(p.symbol, p.timeframe, p.data_source) for p in book.positions}
    series, problems = {}, list[Problem]()
    for symbol, frame, source in sorted(wanted):
        instrument, timeframe = resolve(symbol), Timeframe(frame)
        same = known is not None and (
            known.instrument.symbol,
            known.request.timeframe,
            known.data_source,
        ) == (symbol, timeframe, source)
        tell(0.5, f"bars of {symbol} for the book")
        if same and known and (book.world != LIVE or not lags(known.bars, instrument, timeframe, until, 0)):
            bars = known.bars
        elif book.world != LIVE:
            bars = bars_until(bench, instrument, timeframe, source, _lived_until(book, symbol), until)
        else:
            bars, told = guard_bars(bench, instrument, timeframe, source, _lived_until(book, symbol), until)
            problems += told
        # No open of the bar that begins now: an exit decided at this moment comes before its gap.
        if len(bars) or book.world != LIVE:
            series[symbol] = Series(instrument, timeframe, bars)
    return series, tuple(problems)


def _lived_until(book: Book, symbol: str) -> datetime | None:
    """How far the book has met the bars of a symbol: behind its clock where a source was silent for a while."""
    seen = [o.managed_until or o.submitted_at for o in book.orders if o.symbol == symbol]
    if (held := book.position(symbol)) is not None:
        seen.append(held.managed_until or held.opened_at)
    return min([*seen, *([book.clock] if book.clock else [])], default=None)


def _save(lived: Advance, gone: Sequence[Order]) -> Write:
    return save_book(lived.book, (*gone, *lived.orders), lived.fills, lived.trades, lived.equity)


def order_for(
    proposal: Proposal, cycle_id: str, moment: datetime, timeframe: Timeframe, source: str
) -> Order:
    """The order that a proposal asks for, with its bracket; one cycle sends one order.

    A limit order is withdrawn when it has waited for the proposal's `life`.
    """
    return Order(
        id=f"{cycle_id}-1",
        cycle_id=cycle_id,
        symbol=proposal.symbol,
        side=Side.BUY if proposal.quantity > 0 else Side.SELL,
        type=proposal.order_type,
        quantity=abs(proposal.quantity),
        stop=proposal.stop,
        target=proposal.target,
        reduce_only=proposal.action is Action.CLOSE,
        status=OrderStatus.ACCEPTED,
        submitted_at=moment,
        reason=proposal.reason,
        timeframe=timeframe.value,
        data_source=source,
        limit=proposal.limit,
        life=proposal.life,
    )


def managed(order: Order, risk: RiskSettings) -> Order:
    """An order that opens, with what the settings ask beyond its stop and target."""
    if order.reduce_only:
        return order
    return replace(
        order,
        trail=risk.trailing_stop or None,
        break_even=risk.break_even or None,
        time_limit=risk.time_limit or None,
    )


def _told(order: Order) -> str:
    what = f"{order.side.value} {order.quantity:.6g} {order.symbol}"
    if order.status is OrderStatus.FILLED and order.average is not None:
        return f"Filled: {what} at {order.average:,.2f}, fee ${order.fee:,.2f}."
    if order.status is OrderStatus.REJECTED:
        return f"Rejected: {what}."
    if order.limit is not None:
        return f"Accepted: {what} at {order.limit:,.6g} or better; it waits for {order.life} bars at most."
    return f"Accepted: {what}; it fills at the open of the next bar."


def _summary(lived: Advance, gone: Sequence[Order]) -> str:
    book = lived.book
    held = ", ".join(f"{p.quantity:+.6g} {p.symbol}" for p in book.positions) or "nothing held"
    news = [f"{fill.reason.replace('_', ' ')} {fill.symbol} at {fill.price:,.2f}" for fill in lived.fills]
    happened = f" Since the last cycle: {'; '.join(news)}." if news else ""
    names = ", ".join(f"{order.side.value} {order.quantity:.6g} {order.symbol}" for order in gone)
    back = f" Taken back, because the book is halted: {names}." if gone else ""
    return f"Equity ${book.equity:,.2f}, cash ${book.cash:,.2f}, {held}.{happened}{back}"
