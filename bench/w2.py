"""W2 with us in it: 1,000 combinations (10 fast × 10 slow × 10 stop) of an SMA cross on 20,000 bars, without a target.

`glassbox` makes what the others make: total return, Sharpe and max drawdown of every combination, by `sweep_crosses`.
It compares itself with the reference kernel over 20 combinations (`match_ref`: largest relative difference), and tells
how far its peak memory rose while it ran (`extra_mib`).
"""

from peers import load

peer, common = load("w2_sweep")


def glassbox(args):
    """Averages, crosses and sweep."""
    import math
    import resource

    import numba
    import numpy as np
    import talib

    from core.evaluate import Rules
    from core.evaluate.backtest import frozen
    from core.execute import calm_market, sweep_crosses, terms_for
    from core.instruments import resolve
    from core.records import Costs, Timeframe

    numba.set_num_threads(args.threads)
    prices = [frozen(column, np.float64) for column in common.ohlcv(args.n)[:4]]
    windows = sorted({*peer.FAST, *peer.SLOW})
    fast = np.array([windows.index(f) for f, _, _ in peer.COMBOS])
    slow = np.array([windows.index(s) for _, s, _ in peer.COMBOS])
    stops = np.array([stop for _, _, stop in peer.COMBOS])
    none = np.full(len(stops), np.nan)
    terms = terms_for(Costs(peer.FEE, 0.0, peer.SLIP, 0.0), resolve("BTC-USD"), Timeframe.H1)
    policy, known, seen = Rules(-1.0, math.nan, math.nan, False).policy, calm_market(), {}
    sweep_crosses(  # compiled, or loaded, before memory is looked at
        *(p[:60] for p in prices), np.zeros((2, 60)), fast[:1] * 0, slow[:1] * 0, stops[:1], none[:1], none[:1], False,
        terms, known, peer.CASH, policy,
    )  # fmt: skip
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    def run():
        lines = np.stack([talib.SMA(prices[3], window) for window in windows])
        out = sweep_crosses(
            *prices, lines, fast, slow, stops, none, none, False, terms, known, peer.CASH, policy
        )
        figures = np.column_stack([out[:, 0], out[:, 1] * math.sqrt(8760.0), out[:, 2]])
        if not seen:
            seen["extra_mib"] = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
            by_combination = {combo: figures[i] for i, combo in enumerate(peer.COMBOS)}
            import kernels as k

            seen["match_ref"] = peer._worst(args.n, by_combination, k.OURS)
        return {"best": figures[:, 0].max(), **seen}

    return run


CONTESTANTS = {"glassbox": glassbox, **peer.CONTESTANTS}

if __name__ == "__main__":

    def add(p):
        """Options of this workload, as the peers' file has them."""
        p.add_argument("--n", type=int, default=20_000)
        p.add_argument("--threads", type=int, default=2)
        p.add_argument("--chunk", type=int, default=50, help="combinations that vectorbt simulates at once")
        p.add_argument(
            "--sample",
            type=int,
            default=10,
            help="combinations that backtesting.py runs; its time is scaled up",
        )

    common.main(CONTESTANTS, __doc__, add, {"backtesting.py": lambda a: 1000 / a.sample})
