"""W4 with us in it: bootstrap 1,000 trade returns into 10,000 paths of 252 steps.

`glassbox` makes what the others make (bands at every step, end values, drawdowns, risk of ruin) and, on the way, times
under water, losing runs, Sharpe ratios and the goal. `glassbox_blocks` draws blocks of ten neighbours instead of single
returns.
"""

from peers import load

peer, common = load("w4_monte_carlo")


def _contestant(args, block):
    import numpy as np

    from core.evaluate.monte_carlo.blocks import block_draws
    from core.evaluate.monte_carlo.kernel import DRAWDOWN, END, RUINED
    from core.evaluate.monte_carlo.paths import fan_quantiles, simulate
    from core.evaluate.monte_carlo.trades import trade_draws

    returns = peer.returns()
    draws = block_draws(returns, block) if block > 1 else trade_draws(returns)

    def run():
        made = simulate(draws, args.paths, args.steps, 5, peer.RUIN, threads=args.threads)
        bands = fan_quantiles(made, threads=args.threads)
        facts = made.facts
        return peer._result(bands, facts[END], facts[DRAWDOWN], float(np.mean(facts[RUINED] > 0)))

    return run


def glassbox(args):
    """Single returns, as the others draw them."""
    return _contestant(args, 1.0)


def glassbox_blocks(args):
    """Stationary block bootstrap."""
    return _contestant(args, 10.0)


CONTESTANTS = {"glassbox": glassbox, "glassbox_blocks": glassbox_blocks, **peer.CONTESTANTS}

if __name__ == "__main__":

    def add(p):
        """Options of this workload, as the peers' file has them."""
        p.add_argument("--paths", type=int, default=10_000)
        p.add_argument("--steps", type=int, default=252)
        p.add_argument("--threads", type=int, default=2)
        p.add_argument("--n", type=int, default=0, help="not used here")

    common.main(CONTESTANTS, __doc__, add)
