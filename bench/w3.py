"""W3 with us in it: technical features on hourly bars.

The peers build the same 50; we build every feature of our registry that follows from bars (those of headlines and of
other assets are null here and not counted), so compare the time per feature.
"""

from peers import load

peer, common = load("w3_features")
SCALED = ("pandas_ta_classic", "ta", "pandas")


def glassbox(args):
    """`core.features.build_features`: bars in, one frame of all features out."""
    from core.features.incremental import OWN
    from core.features.registry import build_features

    bars = common.frame(args.n)
    bars.index = bars.index.tz_localize("UTC").as_unit("us").rename("date")

    def run():
        return {"features": build_features(bars, OWN).shape[1]}

    return run


CONTESTANTS = {"glassbox": glassbox, **peer.CONTESTANTS}

if __name__ == "__main__":

    def add(p):
        """Options of this workload, as the peers' file has them."""
        p.add_argument("--n", type=int, default=500_000)
        p.add_argument(
            "--slow", type=int, default=10, help="slow peers get n/slow bars; their time is scaled up"
        )

    common.main(CONTESTANTS, __doc__, add, {name: (lambda a: float(a.slow)) for name in SCALED})
