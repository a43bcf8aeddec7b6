"""What a user may choose when the detection is wrong, and the look before anything is kept."""

from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest

from core.collect import FileReading, import_bars, preview
from core.collect.files.bar_file import load_bar_file
from core.errors import BadFile
from core.instruments import resolve
from core.records import Timeframe

BTC = resolve("BTC-USD")


def write(tmp_path: Path, text: str | bytes, name: str = "mine.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_chosen_columns_override_detected_ones(tmp_path: Path) -> None:
    text = "when,Bid Open,Bid High,Bid Low,Bid Close,open,high,low,close\n2024-03-04,10,12,9,11,20,22,19,21\n2024-03-05,11,13,10,12,21,23,20,22\n"
    path = write(tmp_path, text)
    assert "no column for date" in preview(path).hindrance
    reading = FileReading(date="when", open="Bid Open", high="Bid High", low="Bid Low", close="Bid Close")
    bars, found = load_bar_file(path, reading)
    assert bars["close"].tolist() == [11.0, 12.0] and dict(found.columns)["open"] == "Bid Open"
    assert load_bar_file(path, FileReading(date="when"))[0]["close"].tolist() == [21.0, 22.0]


def test_a_column_that_is_not_there_is_told_with_those_that_are(tmp_path: Path) -> None:
    path = write(tmp_path, "date,open,high,low,close\n2024-03-04,10,12,9,11\n")
    found = preview(path, FileReading(open="Opn"))
    assert (
        found.hindrance == "File mine.csv has no column 'Opn': it has 'date', 'open', 'high', 'low', 'close'."
    )
    assert found.columns == ("date", "open", "high", "low", "close") and found.head.iloc[0, 1] == "10"


@pytest.mark.parametrize(
    ("zone", "text", "opened"),
    [
        ("America/New_York", "2024-03-08 09:30", datetime(2024, 3, 8, 14, 30, tzinfo=UTC)),
        ("America/New_York", "2024-03-11 09:30", datetime(2024, 3, 11, 13, 30, tzinfo=UTC)),
        ("Asia/Tokyo", "2024-03-08 09:00", datetime(2024, 3, 8, tzinfo=UTC)),
        ("UTC", "2024-03-08 09:00", datetime(2024, 3, 8, 9, tzinfo=UTC)),
        ("Asia/Tokyo", "2024-03-08T09:00Z", datetime(2024, 3, 8, 9, tzinfo=UTC)),
    ],
    ids=["winter", "summer", "ahead", "utc", "an offset in the file wins"],
)
def test_local_times_of_a_zone(tmp_path: Path, zone: str, text: str, opened: datetime) -> None:
    path = write(tmp_path, f"date,open,high,low,close\n{text},10,12,9,11\n")
    bars, _ = load_bar_file(path, FileReading(zone=zone))
    assert bars.index[0] == pd.Timestamp(opened)


def hourly(zone: str, first: str, count: int, fold: bool = True) -> str:
    """Wall-clock hours of a zone as a file that knows nothing of clock changes writes them."""
    local = pd.date_range(first, periods=count, freq="h", tz="UTC").tz_convert(zone)
    rows = [f"{moment:%Y-%m-%d %H:%M},10,12,9,11" for moment in local]
    return "date,open,high,low,close\n" + "\n".join(rows if fold else dict.fromkeys(rows)) + "\n"


def test_the_doubled_hour_of_autumn_is_told_apart_by_its_order(tmp_path: Path) -> None:
    path = write(tmp_path, hourly("America/New_York", "2024-11-03 03:00", 6))
    bars, found = load_bar_file(path, FileReading(zone="America/New_York"))
    assert bars.index.tolist() == list(pd.date_range("2024-11-03 03:00", periods=6, freq="h", tz="UTC"))
    assert found.zone == "local time of America/New_York"


def test_an_hour_that_never_was_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path, "date,open,high,low,close\n2024-03-10 02:30,10,12,9,11\n")
    with pytest.raises(BadFile, match="does not exist or is doubled in America/New_York"):
        load_bar_file(path, FileReading(zone="America/New_York"))


@pytest.mark.parametrize("zone", ["Mars/Olympus", "../../etc/passwd", "", " "])
def test_a_zone_that_is_none(zone: str) -> None:
    if not zone:
        assert FileReading(zone=zone).zone == ""
        return
    with pytest.raises(BadFile, match="write it like America/New_York"):
        FileReading(zone=zone)


def test_the_order_of_dates_can_be_said(tmp_path: Path) -> None:
    path = write(tmp_path, "date,open,high,low,close\n03/04/2024,10,12,9,11\n04/04/2024,11,13,10,12\n")
    assert "no row tells whether the day or the month comes first" in preview(path).hindrance
    assert load_bar_file(path, FileReading(day_first=True))[0].index[1] == pd.Timestamp(
        "2024-04-04", tz="UTC"
    )
    assert load_bar_file(path, FileReading(day_first=False))[0].index[0] == pd.Timestamp(
        "2024-03-04", tz="UTC"
    )


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"PK\x03\x04rest", "an archive or a spreadsheet"),
        (b"\x1f\x8brest", "an archive or a spreadsheet"),
        (b"", "empty"),
        (b"\x00\x01\x02", "neither text nor Parquet"),
        (b"PAR1 but not really", "no readable Parquet"),
        (b"just one line", "no rows below its header"),
    ],
    ids=["xlsx", "gzip", "empty", "binary", "torn parquet", "a line"],
)
def test_a_file_that_is_no_table_is_told_not_raised(tmp_path: Path, data: bytes, said: str) -> None:
    found = preview(write(tmp_path, data))
    assert said in found.hindrance and found.bars.empty and found.columns == ()


def test_an_import_counts_what_it_did(tmp_path: Path) -> None:
    head, folder = "date,open,high,low,close,volume\n", tmp_path / "imported"
    first = write(tmp_path, head + "2024-03-04,10,12,9,11,5\n2024-03-05,11,13,10,12,6\n")
    done = import_bars(first, BTC, Timeframe.D1, folder)
    assert (done.new, done.changed, done.same) == (2, 0, 0)
    second = write(
        tmp_path, head + "2024-03-05,11,13,10,12,6\n2024-03-06,11,13,10,12,6\n2024-03-04,10,12,9,11.5,5\n"
    )
    done = import_bars(second, BTC, Timeframe.D1, folder)
    assert (done.new, done.changed, done.same, len(done.bars)) == (1, 1, 1, 3)
