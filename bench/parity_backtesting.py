"""The cases as backtesting.py answers them; run by bench/parity.py with an interpreter that has it.

How the strategy is written: a market order at a close fills at the next open; `position.close()` before the opposite
order turns a position; a second signal of the side that is held is not ordered again; stop and target are prices
that the strategy takes from the close of the signal bar, as the library's own examples do; `spread` is twice the
slippage of one side, because the library charges it once, at the entry. A position that is open at the end stays so.
"""

import json
import math
import sys
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
from backtesting import Backtest, Strategy, __version__
from parity_cases import CrossCase, FillCase, cross_cases, digest, fill_cases

CONVENTIONS = {
    "entry": "market order at the next open, position.close() first when it turns; not repeated while held",
    "bracket": "sl, tp = close of the signal bar × (1 ∓ stop, 1 ± target); live on the entry bar",
    "spread": "2 × slippage (the library charges it at entries only)",
    "commission": "share of traded value, each side",
    "finalize_trades": False,
    "size": "units",
}
PRINTED = (
    "Exposure Time [%]", "Commissions [$]", "Return [%]", "Return (Ann.) [%]", "Volatility (Ann.) [%]", "CAGR [%]",
    "Sharpe Ratio", "Sortino Ratio", "Calmar Ratio", "Max. Drawdown [%]", "Win Rate [%]", "Profit Factor",
    "Expectancy [%]", "Avg. Trade [%]", "Best Trade [%]", "Worst Trade [%]", "SQN", "Kelly Criterion",
)  # fmt: skip


def _strategy(case, acts_of):
    """A strategy that follows the acts; it notes at which bars it asked to close."""

    class Follow(Strategy):
        asked: list = []  # noqa: RUF012

        def init(self):
            self.act = acts_of(self)
            type(self).asked = []

        def next(self):
            i = len(self.data) - 1
            act = self.act(i)
            held = self.position.size
            if act == 0 or act * held > 0:
                return
            if held:
                self.position.close()
                type(self).asked.append(i + 1)
            if act < 0 and not case.short:
                return
            close = self.data.Close[-1]
            base = close if math.isnan(getattr(case, "entry_limit", math.nan)) else 100.0
            order = self.buy if act > 0 else self.sell
            optional = {
                "sl": base * (1 - act * case.stop),
                "tp": base * (1 + act * case.target),
                "limit": getattr(case, "entry_limit", math.nan),
                "stop": getattr(case, "entry_stop", math.nan),
            }
            order(size=case.size, **{k: v for k, v in optional.items() if not math.isnan(v)})

    return Follow


def _run(case, bars: pd.DataFrame, acts_of):
    follow = _strategy(case, acts_of)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        stats = Backtest(bars, follow, cash=case.cash, spread=2 * case.slippage, commission=case.fee).run()
    found = stats._trades.sort_values("EntryBar", kind="stable")
    side = np.sign(found["Size"].to_numpy(float))
    exit_bar, exit_price = found["ExitBar"].to_numpy(int), found["ExitPrice"].to_numpy(float)
    stop, target = found["SL"].to_numpy(float), found["TP"].to_numpy(float)
    kind = np.where(
        side * (exit_price - stop) <= 0,
        "stop_loss",
        np.where(side * (exit_price - target) >= 0, "take_profit", "signal"),
    )
    kind = np.where(np.isin(exit_bar, follow.asked), "signal", kind)
    # a turn's new leg may be stopped on the very bar on which the old one was closed by the order
    turned = np.isin(exit_bar, follow.asked) & (found["EntryBar"].to_numpy(int) == exit_bar)
    kind = np.where(turned, np.where(side * (exit_price - stop) <= 0, "stop_loss", "take_profit"), kind)
    trades = pd.DataFrame({
        "side": side.astype(int), "entry_bar": found["EntryBar"].to_numpy(int), "exit_bar": exit_bar,
        "entry_price": found["EntryPrice"].to_numpy(float), "exit_price": exit_price,
        "pnl": found["PnL"].to_numpy(float), "kind": kind,
    })  # fmt: skip
    return stats, trades, found["Size"].to_numpy(float)


def answer_fill(case: FillCase) -> dict:
    """One hand-made case."""
    index = pd.date_range("2024-01-01", periods=len(case.bars), freq="h")
    bars = pd.DataFrame(np.array(case.bars, float), columns=["Open", "High", "Low", "Close"], index=index)
    stats, trades, sizes = _run(case, bars, lambda _: lambda i: case.acts.get(i, 0))
    still = [
        {
            "side": int(np.sign(t.size)),
            "size": t.size,
            "entry_bar": int(t.entry_bar),
            "entry_price": float(t.entry_price),
        }
        for t in stats._strategy.trades
    ]
    rows = trades.assign(size=np.abs(sizes)).to_dict("records")
    return {"trades": rows, "open": still, "equity": stats._equity_curve["Equity"].tolist()}


def answer_cross(case: CrossCase, bars: pd.DataFrame) -> tuple[dict, pd.DataFrame]:
    """One SMA cross; averages by pandas' rolling mean, as the library's users do."""

    def acts_of(strategy):
        for name in ("fast", "slow"):
            average = strategy.I(
                lambda x, n: x.s.rolling(n).mean(), strategy.data.Close, getattr(case, name), name=name
            )
            setattr(strategy, name, average)

        def act(_):
            fast, slow = strategy.fast, strategy.slow
            if fast[-1] > slow[-1] and fast[-2] <= slow[-2]:
                return 1
            return -1 if fast[-1] < slow[-1] and fast[-2] >= slow[-2] else 0

        return act

    stats, trades, _ = _run(case, bars, acts_of)
    printed = {key: None if math.isnan(stats[key]) else float(stats[key]) for key in PRINTED if key in stats}
    return printed | {"final_equity": float(stats._equity_curve["Equity"].iloc[-1])}, trades


def main(folder: Path) -> None:
    """Answer everything in a folder: bars-SERIES.parquet in, backtesting.json and trades out."""
    answers = {
        "peer": "backtesting.py",
        "version": __version__,
        "conventions": CONVENTIONS,
        "cases": {},
        "fills": {},
    }
    for case in fill_cases():
        answers["fills"][case.name] = answer_fill(case)
    lists = []
    for path in sorted(folder.glob("bars-*.parquet")):
        series = path.stem.removeprefix("bars-")
        bars = pd.read_parquet(path).rename(columns=str.capitalize)
        for case in cross_cases(series):
            metrics, trades = answer_cross(case, bars)
            answers["cases"][case.name] = {
                "trades": len(trades), "bars_sha256": digest(trades["entry_bar"], trades["exit_bar"]),
                "sum_entry_price": math.fsum(trades["entry_price"]), "sum_exit_price": math.fsum(trades["exit_price"]),
                "sum_pnl": math.fsum(trades["pnl"]), "kinds": trades["kind"].value_counts().to_dict(), "metrics": metrics,
            }  # fmt: skip
            if case.listed:
                lists.append(trades.assign(case=case.name))
            print(case.name, len(trades), file=sys.stderr, flush=True)
    (folder / "backtesting.json").write_text(json.dumps(answers), "utf-8")
    if lists:
        pd.concat(lists).to_parquet(folder / "backtesting-trades.parquet")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
