"""W8 with us in it: Sharpe, Sortino, Calmar, max drawdown, VaR 5 % and CVaR 5 % of many equity curves.

`glassbox` is `measure_many` on the same curves. In its second call it compares all its figures with the reference
kernel's: `differs_by` is the largest difference.
"""

from peers import load

peer, common = load("w8_risk")


def glassbox(args):
    """All six figures of all curves."""
    import numpy as np

    from core.evaluate.many import measure_many

    curves, seen, calls = peer.curves(args.curves, args.points), {}, 0

    def run():
        nonlocal calls
        calls += 1
        m = measure_many(curves, 252, 0.05, args.threads)
        rows = np.stack(
            [m.sharpe, m.sortino, m.calmar, m.max_drawdown, m.value_at_risk, m.expected_shortfall], axis=1
        )
        if calls == 2:
            import kernels

            seen["differs_by"] = float(np.abs(rows - kernels.risk(curves, 0.05)).max())
        return peer._first(rows[0]) | seen

    return run


CONTESTANTS = {"glassbox": glassbox, **peer.CONTESTANTS}

if __name__ == "__main__":

    def add(p):
        """Options of this workload, as the peers' file has them."""
        p.add_argument("--curves", type=int, default=10_000)
        p.add_argument("--points", type=int, default=1_000)
        p.add_argument("--threads", type=int, default=2)
        p.add_argument("--sample", type=int, default=100)
        p.add_argument("--n", type=int, default=0, help="not used here")

    sampled = ("quantstats", "empyrical", "empyrical_arrays")
    common.main(CONTESTANTS, __doc__, add, {name: (lambda a: a.curves / a.sample) for name in sampled})
