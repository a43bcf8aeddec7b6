"""Files of bars in the dialects that exporters write, and what is wrong with bad ones."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.collect import FileSource, ImportedSource, import_bars, read_bars_file, sniff
from core.errors import BadFile, NotFound, StoreFull, Unsupported
from core.instruments import resolve
from core.records import Timeframe
from core.tables import check_bars
from tests.collect.bars import make_bars

BTC, AAPL = resolve("BTC-USD"), resolve("AAPL")
START = datetime(2024, 3, 4, tzinfo=UTC)


@pytest.fixture
def file(tmp_path: Path):
    def write(text: str | bytes, name: str = "bars.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


DIALECTS = {
    "plain": "date,open,high,low,close,volume\n2024-03-04,10,12,9,11,5\n2024-03-05,11,13,10,12,6\n",
    "yahoo": "Date,Open,High,Low,Close,Adj Close,Volume\n2024-03-04,10,12,9,11,11,5\n2024-03-05,11,13,10,12,12,6\n",
    "short names": "t,x\n".replace("t,x", "ts,o,h,l,c,v") + "1709510400,10,12,9,11,5\n1709596800,11,13,10,12,6\n",
    "epoch ms": "open_time,open,high,low,close,volume\n1709510400000,10,12,9,11,5\n1709596800000,11,13,10,12,6\n",
    "semicolon, decimal comma": "Datum Date;Open;High;Low;Close;Volume\n".replace("Datum Date", "Date") + "2024-03-04;10,0;12,0;9,0;11,0;5\n2024-03-05;11,0;13,0;10,0;12,0;6\n",
    "tab": "Timestamp\tOpen\tHigh\tLow\tClose\tVolume\n2024-03-04T00:00:00Z\t10\t12\t9\t11\t5\n2024-03-05T00:00:00Z\t11\t13\t10\t12\t6\n",
    "metatrader": "<DATE>\t<TIME>\t<OPEN>\t<HIGH>\t<LOW>\t<CLOSE>\t<TICKVOL>\n2024.03.04\t00:00:00\t10\t12\t9\t11\t5\n2024.03.05\t00:00:00\t11\t13\t10\t12\t6\n",
    "offsets": "time,open,high,low,close,volume\n2024-03-04T01:00:00+01:00,10,12,9,11,5\n2024-03-04T19:00:00-05:00,11,13,10,12,6\n",
    "newest first": "Date,Close,Open,High,Low,Volume\n03/05/2024,12,11,13,10,6\n03/04/2024,11,10,12,9,5\n03/31/2023,11,10,12,9,5\n".replace("03/31/2023,11,10,12,9,5\n", ""),
    "thousands and units": 'Date,Price,Open,High,Low,Vol.,Change %\n"Mar 05, 2024","12.0","11.0","13.0","10.0",0.006K,1%\n"Mar 04, 2024","11.0","10.0","12.0","9.0",0.005K,1%\n',
    "blank lines, preamble, spaces": "https://www.cryptodatadownload.com\nunix, date, symbol, open, high, low, close, Volume BTC, Volume USD\n\n1709596800, 2024-03-05 00:00:00, BTC/USD, 11, 13, 10, 12, 6, 70\n1709510400, 2024-03-04 00:00:00, BTC/USD, 10, 12, 9, 11, 5, 60\n",
    "byte order mark": "\ufeffDate,Open,High,Low,Close,Volume\n2024-03-04,10,12,9,11,5\n2024-03-05,11,13,10,12,6\n",
    "dollars": 'Date,Close/Last,Volume,Open,High,Low\n03/05/2024,$12.00,6,$11.00,$13.00,$10.00\n02/28/2024,$11.00,5,$10.00,$12.00,$9.00\n'.replace("02/28/2024", "2024-03-04").replace("03/05/2024", "2024-03-05"),
}  # fmt: skip


@pytest.mark.parametrize("dialect", [name for name in DIALECTS if name != "newest first"])
def test_dialects(file, dialect: str) -> None:
    path = file(DIALECTS[dialect])
    bars = read_bars_file(path)
    check_bars(bars, dialect)
    assert bars.index.tolist() == [pd.Timestamp(START), pd.Timestamp(START) + pd.Timedelta(days=1)]
    assert bars.to_numpy().tolist() == [[10, 12, 9, 11, 5], [11, 13, 10, 12, 6]]
    assert sniff(path).timeframe is Timeframe.D1


def test_dates_that_could_be_either_are_refused(file) -> None:
    with pytest.raises(BadFile, match="day or the month"):
        read_bars_file(file(DIALECTS["newest first"]))
    told = DIALECTS["newest first"] + "02/28/2024,11,10,12,9,5\n"
    assert read_bars_file(file(told)).index[-1] == pd.Timestamp("2024-03-05", tz="UTC")
    assert read_bars_file(file(told.replace("02/28/2024", "28/02/2024"))).index[-1] == pd.Timestamp(
        "2024-05-03", tz="UTC"
    )


def test_utf16_and_parquet(tmp_path: Path, file) -> None:
    assert len(read_bars_file(file(DIALECTS["tab"].encode("utf-16")))) == 2
    bars = make_bars(START, 30, timedelta(hours=1))
    for name, table in (
        ("index", bars),
        ("column", bars.reset_index()),
        ("zone", bars.tz_convert("Asia/Tokyo")),
    ):
        path = tmp_path / f"{name}.parquet"
        table.to_parquet(path)
        pd.testing.assert_frame_equal(read_bars_file(path), bars, check_freq=False)
    assert sniff(path).kind == "Parquet" and "Asia/Tokyo" in sniff(path).zone


def test_what_was_detected_is_told(file) -> None:
    seen = sniff(file(DIALECTS["blank lines, preamble, spaces"]))
    assert seen.delimiter == "," and seen.rows == 2 and seen.zone == "UTC assumed"
    assert dict(seen.columns)["volume"] == "Volume BTC"
    assert seen.notes == ("Rows were put in order of time.",)


def test_adjusted_close_scales_the_bar(file) -> None:
    path = file(
        "Date,Open,High,Low,Close,Adj Close,Volume\n2024-03-04,100,120,90,110,55,5\n2024-03-05,60,70,50,60,60,6\n"
    )
    assert read_bars_file(path).iloc[0].tolist() == [50, 60, 45, 55, 5]
    assert "adjusted close" in sniff(path).notes[0]


def test_no_volume_counts_as_zero_and_is_told(file) -> None:
    path = file("date,open,high,low,close\n2024-03-04,10,12,9,11\n2024-03-05,11,13,10,12\n")
    assert read_bars_file(path)["volume"].tolist() == [0, 0] and "no volume" in sniff(path).notes[0]


def test_rows_without_any_price_are_left_out_and_told(file) -> None:
    path = file(
        "date,open,high,low,close,volume\n2024-03-04,10,12,9,11,5\n2024-03-05,null,null,null,null,null\n"
    )
    assert len(read_bars_file(path)) == 1 and "1 rows without any price" in sniff(path).notes[0]


HEAD = "date,open,high,low,close,volume\n"
GOOD = "2024-03-04,10,12,9,11,5\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"", "empty"),
        (b"\n\n  \n", "empty"),
        (HEAD, "no rows"),
        ("time,bid,ask\n1,2,3\n", "no column for open, high, low, close"),
        ("2024-03-04,10,12,9,11,5\n2024-03-05,10,12,9,11,5\n", "row 1 must name"),
        (bytes(range(256)) * 40, "neither text nor Parquet"),
        (b"PAR1" + bytes(100), "Parquet"),
        (HEAD + GOOD + "2024-03-05,-11,13,10,12,6\n", "row 3, column 'open': the price -11 is not above zero"),
        (HEAD + GOOD + "2024-03-05,11,13,0,12,6\n", "row 3, column 'low': the price 0"),
        (HEAD + GOOD + "2024-03-05,11,9,10,12,6\n", "row 3, column 'high': 9 is below the 'low'"),
        (HEAD + GOOD + "2024-03-05,11,11.5,10,12,6\n", "row 3, column 'high'"),
        (HEAD + GOOD + "2024-03-05,11,13,11.5,12,6\n", "row 3, column 'low'"),
        (HEAD + GOOD + "2024-03-05,11,13,10,,6\n", "row 3, column 'close': the price is blank"),
        (HEAD + GOOD + "2024-03-05,11,13,10,abc,6\n", "row 3, column 'close': 'abc' is no number"),
        (HEAD + GOOD + "2024-03-05,11,13,10,inf,6\n", "row 3, column 'close'"),
        (HEAD + GOOD + "2024-03-05,11,13,10,12,-6\n", "row 3, column 'volume': the volume -6 is negative"),
        (HEAD + GOOD + "\n" + GOOD, "row 4, column 'date': the time 2024-03-04 00:00 is already in row 2"),
        (HEAD + GOOD + "yesterday,11,13,10,12,6\n", "row 3, column 'date': 'yesterday' is no date"),
        (HEAD + "5,10,12,9,11,5\n6,10,12,9,11,5\n", "row 2, column 'date': 5 is no date"),
        (HEAD + "2024-03-04T00:00:00Z,10,12,9,11,5\n2024-03-05T00:00:00,11,13,10,12,6\n", "row 3, column 'date': '2024-03-05T00:00:00' has no time zone"),
        (HEAD + "13/03/2024,10,12,9,11,5\n03/14/2024,11,13,10,12,6\n", "row 3, column 'date': some dates put the day first"),
        (HEAD + "2024-03-04,10,12,9,11,5,7,8,9\n\"broken", ""),
    ],
)  # fmt: skip
def test_bad_files_are_one_sentence_with_row_and_column(file, text: str | bytes, said: str) -> None:
    path = file(text)
    with pytest.raises(BadFile) as caught:
        read_bars_file(path)
    message = str(caught.value)
    assert said in message and "bars.csv" in message and "\n" not in message and len(message) < 400


def test_a_missing_file_and_a_folder(tmp_path: Path) -> None:
    for path in (tmp_path / "none.csv", tmp_path):
        with pytest.raises(BadFile, match="does not exist or is a folder"):
            read_bars_file(path)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=400))
def test_any_bytes_are_bars_or_one_sentence(tmp_path: Path, junk: bytes) -> None:
    path = tmp_path / "junk.csv"
    path.write_bytes(junk)
    try:
        check_bars(read_bars_file(path), "junk")
    except BadFile as err:
        assert "junk.csv" in str(err)


CELL = st.sampled_from(
    ["", "1", "-1", "1e400", "nan", "2024-01-01", "1,5", '"', "x", "99999999999999", "0x1", "１"]
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(CELL, min_size=4, max_size=7), max_size=5), st.sampled_from([",", ";", "\t"]))
def test_any_cells_are_bars_or_one_sentence(tmp_path: Path, rows: list[list[str]], mark: str) -> None:
    path = tmp_path / "cells.csv"
    head = mark.join(["date", "open", "high", "low", "close", "volume"])
    path.write_text("\n".join([head, *(mark.join(row) for row in rows)]))
    try:
        check_bars(read_bars_file(path), "cells")
    except BadFile as err:
        assert "cells.csv" in str(err)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.integers(2, 60), st.integers(0, 1000), st.sampled_from([",", ";", "\t"]), st.booleans(),
    st.sampled_from(["%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%SZ", "%Y/%m/%d %H:%M", "epoch"]),
)  # fmt: skip
def test_round_trip(tmp_path: Path, count: int, seed: int, mark: str, backwards: bool, dates: str) -> None:
    bars = make_bars(START, count, timedelta(minutes=30), seed)
    table = bars.iloc[::-1] if backwards else bars
    text = table.index.as_unit("s").asi8.astype(str) if dates == "epoch" else table.index.strftime(dates)
    path = tmp_path / "trip.csv"
    table.set_axis(pd.Index(text, name="Date")).to_csv(path, sep=mark)
    pd.testing.assert_frame_equal(read_bars_file(path), bars, check_freq=False, rtol=1e-15)
    assert sniff(path).timeframe is Timeframe.M30


# --- the source and the import ---------------------------------------------------------------------------------------


def save(path: Path, bars: pd.DataFrame) -> Path:
    bars.to_csv(path)
    return path


def test_file_source(tmp_path: Path) -> None:
    bars = make_bars(START, 49, timedelta(hours=1))
    source = FileSource(save(tmp_path / "my-btc.csv", bars))
    offer = source.offer(BTC, Timeframe.H1)
    assert source.name == f"file:{tmp_path / 'my-btc.csv'}" and offer.world == "file-my-btc"
    assert offer.clock == START + timedelta(hours=48)
    assert len(source.fetch(BTC, Timeframe.H1, START, START + timedelta(hours=5))) == 5
    assert len(source.fetch(BTC, Timeframe.H4, START, START + timedelta(days=9))) == 12
    assert source.offer(BTC, Timeframe.D1).clock == START + timedelta(days=1)
    for instrument, frame, said in ((BTC, Timeframe.M30, "cannot give"), (AAPL, Timeframe.D1, "never close")):
        with pytest.raises(Unsupported, match=said):
            source.offer(instrument, frame)
    with pytest.raises(NotFound, match="2024-03-04 to 2024-03-06"):
        source.fetch(BTC, Timeframe.H1, START - timedelta(days=9), START - timedelta(days=8))


def test_a_changed_file_is_read_again(tmp_path: Path) -> None:
    path = save(tmp_path / "a.csv", make_bars(START, 30, timedelta(hours=1)))
    source = FileSource(path)
    assert source.offer(BTC, Timeframe.H1).clock == START + timedelta(hours=29)
    save(path, make_bars(START, 40, timedelta(hours=1)))
    assert source.offer(BTC, Timeframe.H1).clock == START + timedelta(hours=39)


def test_import_joins_files_and_serves_them(tmp_path: Path) -> None:
    folder = tmp_path / "imported"
    whole = make_bars(START, 60, timedelta(hours=1))
    import_bars(save(tmp_path / "a.csv", whole.iloc[:40]), BTC, Timeframe.H1, folder)
    done = import_bars(save(tmp_path / "b.csv", whole.iloc[30:]), BTC, Timeframe.H1, folder)
    assert (done.new, done.changed, done.same) == (len(whole) - 40, 0, 10)
    pd.testing.assert_frame_equal(done.bars, whole, check_freq=False, rtol=1e-15)
    source = ImportedSource(folder)
    served = source.fetch(BTC, Timeframe.H1, START, START + timedelta(days=9))
    pd.testing.assert_frame_equal(served, done.bars)
    assert source.offer(BTC, Timeframe.H1).world == "file-BTC-USD_1h"
    with pytest.raises(Unsupported, match="no 1d bars of AAPL were imported"):
        source.offer(AAPL, Timeframe.D1)


def test_a_bad_import_leaves_everything_as_it_was(tmp_path: Path, file) -> None:
    folder = tmp_path / "imported"
    import_bars(save(tmp_path / "a.csv", make_bars(START, 40, timedelta(hours=1))), BTC, Timeframe.H1, folder)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    with pytest.raises(BadFile, match="row 3"):
        import_bars(file(HEAD + GOOD + "2024-03-05,-11,13,10,12,6\n"), BTC, Timeframe.H1, folder)
    with pytest.raises(BadFile, match="holds bars of 1d, not 1h"):
        import_bars(file(HEAD + GOOD + "2024-03-05,11,13,10,12,6\n"), BTC, Timeframe.H1, folder)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    blocked = tmp_path / "blocked"
    blocked.write_text("a file, no folder")
    path = save(tmp_path / "a.csv", make_bars(START, 40, timedelta(hours=1)))
    with pytest.raises(StoreFull, match="cannot be written"):
        import_bars(path, BTC, Timeframe.H1, blocked)


def test_symbols_with_odd_characters_stay_in_the_folder(tmp_path: Path) -> None:
    path = save(tmp_path / "a.csv", make_bars(START, 40, timedelta(days=1)))
    folder = tmp_path / "imported"
    for symbol in ("EURUSD=X", "^GSPC", "BRK.B"):
        import_bars(path, resolve(symbol), Timeframe.D1, folder)
        assert ImportedSource(folder).offer(resolve(symbol), Timeframe.D1)
    assert len(list(folder.iterdir())) == 3
    assert np.isfinite(read_bars_file(next(folder.iterdir())).to_numpy()).all()
