"""W1 with us in it: one SMA(20/50) cross backtest on hourly bars; equity curve and trade list out.

`glassbox` makes what the others make: signals, equity curve, trade list. `glassbox_report` runs the whole
`run_backtest` on top of the signals: buy and hold and the metrics of both curves as well. Both check themselves,
in their second call, against the reference kernel: bars and prices of every trade, equity at every bar.
"""

from peers import load

peer, common = load("w1_single_backtest")


def _bars(n):
    bars = common.frame(n)
    bars.index = bars.index.tz_localize("UTC").as_unit("us").rename("date")
    return bars


def _crosses(close):
    """1 where SMA 20 crosses above SMA 50, −1 where it crosses below, seen at that bar's close."""
    import numpy as np
    import talib

    fast, slow = talib.SMA(close, 20), talib.SMA(close, 50)
    up = (fast[1:] > slow[1:]) & (fast[:-1] <= slow[:-1])
    down = (fast[1:] < slow[1:]) & (fast[:-1] >= slow[:-1])
    direction = np.zeros(len(close), np.int8)
    np.subtract(up.view(np.int8), down.view(np.int8), out=direction[1:])
    return direction


def _check(n, bars, equity, trades):
    """Share of trades equal to the reference's, and the largest difference of the equity curves."""
    import kernels as k
    import numpy as np

    o, h, l, c, _ = common.ohlcv(n)  # noqa: E741
    want, *_ = k.simulate(
        o, h, l, c, k.sma(c, 20), k.sma(c, 50), peer.SL, peer.TP, peer.FEE, peer.SLIP, peer.CASH, k.OURS
    )
    rows = bars.index.get_indexer
    found = peer._match(
        n, k.OURS, rows(trades.entry_time), rows(trades.exit_time), trades.entry_price, trades.exit_price
    )
    return found | {"equity_differs_by": float(np.abs(want - equity).max())}


def glassbox(args):
    """Signals, equity and trades."""
    import numpy as np

    from core.evaluate import Rules
    from core.evaluate.backtest import frozen
    from core.evaluate.trades import round_trips
    from core.execute import calm_market, replay, terms_for
    from core.instruments import resolve
    from core.records import Costs, Timeframe

    bars = _bars(args.n)
    prices = [frozen(bars[name], np.float64) for name in ("open", "high", "low", "close")]
    terms = terms_for(Costs(peer.FEE, 0.0, peer.SLIP, 0.0), resolve("BTC-USD"), Timeframe.H1)
    policy = Rules(-1.0, peer.SL, peer.TP, False).policy
    known, seen, calls = calm_market(), {}, 0

    def run():
        nonlocal calls
        calls += 1
        acting = frozen(_crosses(prices[3]), np.int8)
        equity, _, log = replay(*prices, acting, terms, known, peer.CASH, policy)
        trades = round_trips(log, bars.index)
        if calls == 2:
            seen.update(_check(args.n, bars, equity, trades))
        return {"trades": len(trades), "equity": equity[-1], **seen}

    return run


def glassbox_report(args):
    """The same as a whole backtest: also buy and hold, and the metrics of both."""
    from core.evaluate import Rules, run_backtest
    from core.instruments import resolve
    from core.records import Costs, Timeframe

    bars, seen, calls = _bars(args.n), {}, 0
    rules, costs = Rules(-1.0, peer.SL, peer.TP, False, every_bar=True), Costs(peer.FEE, 0.0, peer.SLIP, 0.0)

    def run():
        nonlocal calls
        calls += 1
        direction = _crosses(bars["close"].to_numpy())
        made = run_backtest(bars, direction, rules, costs, peer.CASH, resolve("BTC-USD"), Timeframe.H1)
        if calls == 2:
            seen.update(_check(args.n, bars, made.curves["equity"].to_numpy(), made.trades))
        return {
            "trades": len(made.trades),
            "equity": made.curves["equity"].iloc[-1],
            "sharpe": made.metrics.sharpe,
            **seen,
        }

    return run


CONTESTANTS = {"glassbox": glassbox, "glassbox_report": glassbox_report, **peer.CONTESTANTS}

if __name__ == "__main__":

    def add(p):
        """Options of this workload, as the peers' file has them."""
        p.add_argument("--n", type=int, default=500_000)
        p.add_argument(
            "--slow", type=int, default=10, help="event-driven peers get n/slow bars; their time is scaled up"
        )

    common.main(CONTESTANTS, __doc__, add, {name: (lambda a: float(a.slow)) for name in peer.SLOW})
