"""Files of any dialect are read right or refused; files of junk are refused; nothing is half-imported."""

import contextlib
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.collect import FileReading, import_bars, preview, read_bars_file
from core.errors import BadFile
from core.instruments import resolve
from core.records import Timeframe
from core.tables import check_bars
from tests.collect.bars import make_bars

BTC = resolve("BTC-USD")
START = datetime(2024, 3, 4, tzinfo=UTC)
NAMES = (
    ("date", "open", "high", "low", "close", "volume"),
    ("Timestamp", "Open", "High", "Low", "Close", "Volume"),
    ("open_time", "o", "h", "l", "c", "v"),
    (" DATE ", "OPEN", "HIGH", "LOW", "Close Price", "Vol."),
)
TIMES = {
    "iso": lambda t: t.strftime("%Y-%m-%d %H:%M:%S"),
    "zulu": lambda t: t.strftime("%Y-%m-%dT%H:%M:%SZ"),
    "offset": lambda t: t.tz_convert("Asia/Kolkata").isoformat(),
    "seconds": lambda t: str(int(t.timestamp())),
    "milliseconds": lambda t: str(int(t.timestamp() * 1000)),
    "dots": lambda t: t.strftime("%Y.%m.%d %H:%M"),
    "compact": lambda t: t.strftime("%Y%m%d %H%M%S"),
}


@st.composite
def dialects(draw: st.DrawFn) -> tuple[bytes, pd.DataFrame]:
    """A file in some exporter's habits, and the bars that are in it."""
    bars = make_bars(
        START, draw(st.integers(2, 30)), timedelta(hours=1), seed=draw(st.integers(0, 99))
    ).round(4)
    bars["high"], bars["low"] = (
        bars.max(axis=1).where(bars["volume"] < 0, bars[["open", "high", "low", "close"]].max(axis=1)),
        bars[["open", "high", "low", "close"]].min(axis=1),
    )
    delimiter = draw(st.sampled_from(",;\t|"))
    comma = delimiter != "," and draw(st.booleans())
    names, moment = draw(st.sampled_from(NAMES)), TIMES[draw(st.sampled_from(sorted(TIMES)))]
    quote, junk = draw(st.booleans()), draw(st.booleans())

    def cell(text: str) -> str:
        return f'"{text}"' if quote else text

    order = list(range(len(bars)))
    if draw(st.booleans()):
        random.Random(draw(st.integers(0, 9))).shuffle(order)
    lines = [delimiter.join([cell(n) for n in names] + (["note"] if junk else []))]
    for place in order:
        numbers = [f"{value:.4f}" for value in bars.iloc[place]]
        numbers = [n.replace(".", ",") for n in numbers] if comma else numbers
        lines.append(
            delimiter.join(
                [cell(moment(bars.index[place])), *map(cell, numbers)] + (["=1+1"] if junk else [])
            )
        )
    if draw(st.booleans()):
        lines.insert(0, "exported by somebody")
    if draw(st.booleans()):
        lines.append("")
    text = draw(st.sampled_from(["\n", "\r\n"])).join(lines)
    return text.encode(draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "latin-1"]))), bars


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(dialects())
def test_any_dialect_is_read_as_it_was_written_or_refused_with_its_place(
    tmp_path: Path, written: tuple[bytes, pd.DataFrame]
) -> None:
    data, bars = written
    path = tmp_path / "a.csv"
    path.write_bytes(data)
    try:
        read = read_bars_file(path)
    except BadFile as err:
        assert "column" in str(err) or "row" in str(err)
        return
    pd.testing.assert_frame_equal(read, bars, check_freq=False, atol=1e-9)


def mutants(count: int, seed: int) -> list[bytes]:
    """Files that once were sound: bytes flipped, cut, doubled, spliced; some of pure noise."""
    rng = random.Random(seed)
    bars = make_bars(START, 12, timedelta(hours=1)).round(2)
    csv = bars.to_csv().encode()
    parquet = bars.reset_index().to_parquet()
    made = []
    for _ in range(count):
        base = bytearray(
            rng.choice((csv, csv, csv, parquet, csv.replace(b",", b";"), csv.decode().encode("utf-16")))
        )
        for _ in range(rng.randint(1, 8)):
            place = rng.randrange(len(base) + 1)
            kind = rng.randrange(6)
            if kind == 0 and base:
                base[place % len(base)] = rng.randrange(256)
            elif kind == 1:
                del base[place : place + rng.randint(1, 40)]
            elif kind == 2:
                base[place:place] = rng.randbytes(rng.randint(1, 12))
            elif kind == 3:
                base[place:place] = rng.choice(
                    (b'"', b",,,", b"\n", b"\x00", b"NaN", b"-1e308", b"=cmd()", b"\xff\xfe", b"1,5")
                )
            elif kind == 4:
                base = base[:place]
            else:
                base += base[place:]
        made.append(bytes(base) if rng.random() > 0.05 else rng.randbytes(rng.randint(0, 500)))
    return made


def fuzz(tmp_path: Path, count: int, seed: int) -> tuple[int, int]:
    """Read every mutant: bars that keep the contract, or one sentence. Returns how many were read and refused."""
    read = refused = 0
    path = tmp_path / "a.csv"
    for data in mutants(count, seed):
        path.write_bytes(data)
        try:
            check_bars(read_bars_file(path), "fuzz")
            read += 1
        except BadFile as err:
            assert str(err).startswith("File a.csv") and "\n" not in str(err)
            refused += 1
    return read, refused


def test_spoilt_files_are_read_or_refused_and_never_crash(tmp_path: Path) -> None:
    read, refused = fuzz(tmp_path, 600, seed=1)
    assert read > 20 and refused > 200


@pytest.mark.slow  # ten thousand files take more than a minute
@pytest.mark.timeout(900)
def test_ten_thousand_spoilt_files(tmp_path: Path) -> None:
    read, refused = fuzz(tmp_path, 10_000, seed=2)
    assert read + refused == 10_000 and read > 300


def test_a_refused_file_leaves_earlier_imports_as_they_were(tmp_path: Path) -> None:
    folder = tmp_path / "imported"
    sound = tmp_path / "sound.csv"
    make_bars(START, 12, timedelta(hours=1)).to_csv(sound)
    import_bars(sound, BTC, Timeframe.H1, folder)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    spoilt = tmp_path / "spoilt.csv"
    for data in mutants(60, seed=3):
        spoilt.write_bytes(data)
        with contextlib.suppress(BadFile):
            import_bars(spoilt, resolve("ETH-USD"), Timeframe.M1, folder)
        assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=30), st.text(max_size=10), st.sampled_from([None, True, False]))
def test_a_preview_never_raises_whatever_is_chosen(
    tmp_path: Path, column: str, other: str, order: bool | None
) -> None:
    path = tmp_path / "a.csv"
    path.write_text("date,open,high,low,close\n2024-03-04,10,12,9,11\n", "utf-8")
    found = preview(path, FileReading(open=column or None, time=other or None, day_first=order))
    assert found.hindrance or len(found.bars) == 1


def test_a_line_of_ten_megabytes_is_refused_quickly(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"date,open,high,low,close\n" + b"9" * 10_000_000)
    with pytest.raises(BadFile):
        read_bars_file(path)
    assert np.isfinite(path.stat().st_size)
