"""W5 with us in it: exact SHAP values of an XGBoost model, 50 features, 300 trees, depth 6, 10,000 rows or `--rows` 1.

`glassbox` looks rows up in tables that every forest makes once; `glassbox_tables` makes these.
"""

from peers import load

peer, common = load("w5_shap")


def glassbox(args):
    """`shap_values`: the values themselves, tables at hand as they are in the program."""
    from core.trees import from_xgboost, shap_values

    _, booster, x = peer._setup(args)
    tables, seen = from_xgboost(booster).tables, {}
    return lambda: peer._check(shap_values(tables, x)[:, :-1, 0], booster, x, seen)


def glassbox_tables(args):
    """What comes before, once a model: reading the booster and tabulating it."""
    from core.trees import from_xgboost, shap_tables

    _, booster, _ = peer._setup(args)
    return lambda: {"MB": shap_tables(from_xgboost(booster)).tables.values.nbytes / 1e6}


CONTESTANTS = {"glassbox": glassbox, "glassbox_tables": glassbox_tables, **peer.CONTESTANTS}

if __name__ == "__main__":

    def add(p):
        """Options of this workload, as the peers' file has them."""
        p.add_argument("--rows", type=int, default=10_000)
        p.add_argument("--train", type=int, default=100_000)
        p.add_argument("--threads", type=int, default=2)

    common.main(CONTESTANTS, __doc__, add)
