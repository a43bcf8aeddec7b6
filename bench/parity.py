"""Records what backtesting.py and vectorbt make of the same signals, for tests/evaluate/test_peer_parity.py.

    uv venv --python 3.11 A && VIRTUAL_ENV=A uv pip install backtesting==0.6.6 pyarrow
    uv venv --python 3.11 B && VIRTUAL_ENV=B uv pip install "vectorbt[rust]==1.2.0" numba==0.68.1 pandas==3.1.1 pyarrow
    python bench/parity.py --backtesting A/bin/python --vectorbt B/bin/python

The peers stay in environments of their own; this script runs with the project's. It hands them bars (the embedded
sample, read by the project's own loader, and the synthetic walk of the speed benchmarks), lets
parity_backtesting.py and parity_vectorbt.py answer the cases of parity_cases.py, and writes to tests/oracles/parity:

    fill_cases.json                hand-made bars: every trade, what stays open, equity at each bar
    PEER.json                      version, conventions, and for each SMA cross the number of trades, the sha256 of their
                                   (entry bar, exit bar) pairs, sums of prices and P&L, and the figures the peer prints
    PEER-trades.parquet            the trades themselves: with the first pair of averages, with the second where there is
                                   slippage, and none of the walk

About five minutes.
"""

import argparse
import json
import math
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
from parity_cases import SAMPLE, WALK, WALK_BARS, fill_cases, fingerprint, walk

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

PEERS = ("backtesting", "vectorbt")


def sample_bars(series: str) -> pd.DataFrame:
    """Open, high, low, close of a series of the sample, through the project's own source."""
    from core.collect.sample_source import SampleSource
    from core.instruments import resolve
    from core.records import Timeframe

    timeframe = Timeframe(series.rsplit("_", 1)[1])
    bars = SampleSource().fetch(
        resolve(SAMPLE[series]), timeframe, datetime(1990, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
    )
    return bars[["open", "high", "low", "close"]]


def walk_bars(count: int) -> pd.DataFrame:
    """The synthetic walk as bars, hourly from 1970."""
    index = pd.date_range("1970-01-01", periods=count, freq="h", tz="UTC", name="date")
    return pd.DataFrame(walk(count), index=index)


def record(folder: Path, pythons: dict[str, str], out: Path, count: int) -> None:
    """Hand over the bars, let the peers answer, and keep what they said."""
    prints = {}
    for series in (*SAMPLE, WALK):
        bars = walk_bars(count) if series == WALK else sample_bars(series)
        # the peers want clocks without a zone
        bars.set_axis(bars.index.tz_localize(None)).to_parquet(folder / f"bars-{series}.parquet")
        sums = {name: math.fsum(bars[name]) for name in bars}
        prints[series] = {"bars": len(bars), "prices_sha256": fingerprint(bars), "sums": sums}
    fills = {case.name: case.plain() for case in fill_cases()}
    for peer, python in pythons.items():
        script = Path(__file__).with_name(f"parity_{peer}.py")
        subprocess.run([python, str(script), str(folder)], check=True)
        said = json.loads((folder / f"{peer}.json").read_text("utf-8"))
        for name, answer in said.pop("fills").items():
            fills[name][peer] = answer
        told = {**said, "made_by": "bench/parity.py", "series": prints}
        write(out / f"{peer}.json", told)
        trades = pd.read_parquet(folder / f"{peer}-trades.parquet")
        trades.to_parquet(out / f"{peer}-trades.parquet", compression="zstd", compression_level=19)
    write(out / "fill_cases.json", {"made_by": "bench/parity.py", "cases": fills})


def write(path: Path, told: dict) -> None:
    """JSON with one case a line."""
    cases = ",\n".join(f"  {json.dumps(name)}: {json.dumps(case)}" for name, case in told["cases"].items())
    head = "".join(
        f" {json.dumps(key)}: {json.dumps(value)},\n" for key, value in told.items() if key != "cases"
    )
    path.write_text(f'{{\n{head} "cases": {{\n{cases}\n }}\n}}\n', "utf-8")


def main() -> None:
    """Command line."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    for peer in PEERS:
        options.add_argument(
            f"--{peer}", required=True, metavar="PYTHON", help=f"an interpreter that has {peer}"
        )
    options.add_argument("--out", type=Path, default=ROOT / "tests" / "oracles" / "parity")
    options.add_argument("--count", type=int, default=WALK_BARS, help="bars of the synthetic walk")
    chosen = options.parse_args()
    chosen.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        record(Path(folder), {peer: getattr(chosen, peer) for peer in PEERS}, chosen.out, chosen.count)


if __name__ == "__main__":
    main()
