"""The cases as vectorbt answers them; run by bench/parity.py with an interpreter that has it.

How it is called: signals are shifted by one bar and filled at `price=open`; stop and target are counted from the fill
(`stop_entry_price="fillprice"`, the library's default is the close of the entry bar) and leave as market orders
(`stop_exit_price="stopmarket"`, the default is «stoplimit» without slippage); the opposite entry turns the position
(the default). Its numba and its Rust engine must agree, or the recording stops.
"""

import importlib.metadata
import json
import math
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import vectorbt as vbt
from parity_cases import CrossCase, FillCase, cross_cases, digest, fill_cases

CONVENTIONS = {
    "entry": "signals shifted by one bar, price=open; the opposite entry turns the position (ReverseReduce)",
    "bracket": "sl_stop, tp_stop from stop_entry_price='fillprice'; not live on the entry bar",
    "stop_exit_price": "stopmarket (slippage on stops and on targets)",
    "fees": "share of traded value, each side",
    "size": "units; a share is size_type='percent' of the cash",
    "annualised": "365 days of 24 hours; freq of the series",
}


def _run(case, bars: pd.DataFrame, acts: np.ndarray, engine: str, freq: str):
    up = pd.Series(acts > 0, bars.index).shift(1, fill_value=False)
    down = pd.Series(acts < 0, bars.index).shift(1, fill_value=False)
    sides = {"short_entries": down} if case.short else {"exits": down}
    return vbt.Portfolio.from_signals(
        bars["close"], up, **sides, price=bars["open"], open=bars["open"], high=bars["high"], low=bars["low"],
        size=case.size, size_type="amount" if case.size >= 1 else "percent", fees=case.fee, slippage=case.slippage,
        sl_stop=case.stop, tp_stop=case.target, stop_entry_price="fillprice", stop_exit_price="stopmarket",
        init_cash=case.cash, freq=freq, engine=engine,
    )  # fmt: skip


def _trades(case, bars: pd.DataFrame, portfolio) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Closed round trips, with the kind of exit that their price tells; and open ones."""
    found = portfolio.trades.records.sort_values("entry_idx", kind="stable")
    side = 1 - 2 * found["direction"].to_numpy(int)
    entry, price = found["entry_price"].to_numpy(float), found["exit_price"].to_numpy(float)
    reference = price / (1 - side * case.slippage)
    stop, target = entry * (1 - side * case.stop), entry * (1 + side * case.target)
    near = 1e-12 * entry
    kind = np.where(
        side * (reference - stop) <= near,
        "stop_loss",
        np.where(side * (reference - target) >= -near, "take_profit", "signal"),
    )
    trades = pd.DataFrame({
        "side": side, "entry_bar": found["entry_idx"].to_numpy(int), "exit_bar": found["exit_idx"].to_numpy(int),
        "entry_price": entry, "exit_price": price, "pnl": found["pnl"].to_numpy(float), "kind": kind,
        "size": found["size"].to_numpy(float),
    })  # fmt: skip
    closed = found["status"].to_numpy() == 1
    return trades[closed], trades[~closed]


def _both(case, bars, acts, freq):
    """Ask both engines; vectorbt's records of the two must be the same."""
    made = {engine: _run(case, bars, acts, engine, freq) for engine in ("numba", "rust")}
    one, two = (made[engine].orders.records for engine in made)
    pd.testing.assert_frame_equal(one, two, check_exact=True)
    return made["numba"]


def answer_fill(case: FillCase) -> dict | None:
    """One hand-made case; None where the library has no such order."""
    if not (math.isnan(case.entry_limit) and math.isnan(case.entry_stop)):
        return None
    index = pd.date_range("2024-01-01", periods=len(case.bars), freq="h")
    bars = pd.DataFrame(np.array(case.bars, float), columns=["open", "high", "low", "close"], index=index)
    acts = np.array([case.acts.get(i, 0) for i in range(len(bars))])
    portfolio = _both(case, bars, acts, "h")
    closed, still = _trades(case, bars, portfolio)
    return {
        "trades": closed.to_dict("records"),
        "open": still[["side", "size", "entry_bar", "entry_price"]].to_dict("records"),
        "equity": portfolio.value().tolist(),
    }


def answer_cross(case: CrossCase, bars: pd.DataFrame, freq: str) -> tuple[dict, pd.DataFrame]:
    """One SMA cross; averages and crosses by the library."""
    fast, slow = (vbt.MA.run(bars["close"], n).ma for n in (case.fast, case.slow))
    up, down = fast.vbt.crossed_above(slow), fast.vbt.crossed_below(slow)
    acts = up.to_numpy().astype(int) - down.to_numpy().astype(int)
    portfolio = _both(case, bars, acts, freq)
    closed, _ = _trades(case, bars, portfolio)
    ended = portfolio.trades.closed
    printed = {
        "final_equity": portfolio.value().iloc[-1],
        "total_return": portfolio.total_return(),
        "annualized_return": portfolio.annualized_return(),
        "annualized_volatility": portfolio.annualized_volatility(),
        "sharpe_ratio": portfolio.sharpe_ratio(),
        "sortino_ratio": portfolio.sortino_ratio(),
        "calmar_ratio": portfolio.calmar_ratio(),
        "max_drawdown": portfolio.max_drawdown(),
        "win_rate": ended.win_rate(),
        "profit_factor": ended.profit_factor(),
        "expectancy": ended.expectancy(),
        "position_coverage": portfolio.position_coverage(),
        "total_fees": portfolio.orders.fees.sum(),
    }
    return {key: float(value) if math.isfinite(value) else None for key, value in printed.items()}, closed


def main(folder: Path) -> None:
    """Answer everything in a folder: bars-SERIES.parquet in, vectorbt.json and trades out."""
    answers = {
        "peer": "vectorbt", "version": vbt.__version__, "rust": importlib.metadata.version("vectorbt-rust"),
        "conventions": CONVENTIONS, "cases": {}, "fills": {},
    }  # fmt: skip
    for case in fill_cases():
        answers["fills"][case.name] = answer_fill(case)
    lists = []
    for path in sorted(folder.glob("bars-*.parquet")):
        series = path.stem.removeprefix("bars-")
        bars = pd.read_parquet(path)
        freq = series.rsplit("_", 1)[1]
        for case in cross_cases(series):
            metrics, trades = answer_cross(case, bars, freq)
            answers["cases"][case.name] = {
                "trades": len(trades), "bars_sha256": digest(trades["entry_bar"], trades["exit_bar"]),
                "sum_entry_price": math.fsum(trades["entry_price"]), "sum_exit_price": math.fsum(trades["exit_price"]),
                "sum_pnl": math.fsum(trades["pnl"]), "kinds": trades["kind"].value_counts().to_dict(), "metrics": metrics,
            }  # fmt: skip
            if case.listed:
                lists.append(trades.drop(columns="size").assign(case=case.name))
            print(case.name, len(trades), file=sys.stderr, flush=True)
    (folder / "vectorbt.json").write_text(json.dumps(answers), "utf-8")
    if lists:
        pd.concat(lists).to_parquet(folder / "vectorbt-trades.parquet")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
