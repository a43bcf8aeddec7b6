"""What a cycle came to: stored once, read back word for word, and brought along from the databases of earlier versions."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from core.errors import StoreCorrupt, UnknownId
from core.records import Book, CycleReport, CycleRequest, Mode, Sentiment, StageReport, StageState, Timeframe
from core.records.judgement import Attribution, Explanation
from core.store import Store, dump
from core.store.autopilot import newest_decisions
from core.store.cycles import close_cycle, ended_cycles, open_cycle, outputs_of, read_cycle, save_stage
from core.store.days import moods_of
from core.store.funnel import read_decisions
from core.store.passports import passport_of
from core.store.repacking import pack_cycles
from core.store.schema import MIGRATIONS

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
REQUEST = CycleRequest("BTC-USD", Timeframe.H1, "sample", NOON, Mode.PAPER)
SETTINGS = '{"risk": {"max_position": 0.1}, "words": "été “quoted” \\\\ \\" 東"}'


def told(number: int, settings: str = SETTINGS) -> tuple[CycleReport, dict[str, str]]:
    """A report, and what its stages came to: two that stand in the report, one that does not, one that differs."""
    explained = tuple(
        Explanation(horizon, "up", 0.1, 1 / 3, 1e-16, tuple(
            Attribution(f"feature_{k}", number / (k + 3), 1 / (k + 7)) for k in range(40)), "m")
        for horizon in ("short", "long")
    )  # fmt: skip
    mood = Sentiment("BTC-USD", NOON, 0.25, "lexicon “é”", ())
    report = CycleReport(
        f"c{number}", REQUEST, NOON + timedelta(hours=number), "live", "book", "sample",
        (StageReport("explain", StageState.OK, 0.1, "done", "m", ()),), None, mood, (), explained, None, None, None, (),
        NOON + timedelta(hours=number), 1.5, settings=settings,
    )  # fmt: skip
    outputs = {
        "settle": dump(Book, Book("book", "live", 10000.0, 10000.0 + number, (), (), NOON)),
        "features": '{"sma_20":8702.4115,"rsi":41.5}',
        "sentiment": dump(Sentiment, replace(mood, score=0.99)),
        "explain": dump(tuple[Explanation, ...], explained),
    }
    return report, outputs


def run(store: Store, report: CycleReport, outputs: Mapping[str, str]) -> None:
    """Store a cycle as the pipeline does."""
    store.write(open_cycle(report.id, REQUEST, report.started_at))
    for position, (stage, output) in enumerate(outputs.items()):
        done = StageReport(stage, StageState.OK, 0.1, "done", "m", ())
        store.write(save_stage(report.id, position, done, None, output))
    store.write(close_cycle(report))


def test_a_cycle_is_read_back_word_for_word_and_stored_once(store: Store) -> None:
    report, outputs = told(1)
    run(store, report, outputs)
    assert read_cycle(store, "c1") == report
    assert list(outputs_of(store, "c1").items()) == list(outputs.items())
    with store.cursor() as cursor:
        passport = passport_of(cursor, "c1")
        kept = cursor.execute(
            "SELECT octet_length(content), (SELECT count(*) FROM stage_outputs), (SELECT count(*) FROM cycle_settings)"
            " FROM passports"
        ).fetchone()
    assert passport is not None and kept is not None
    assert passport.text.count(outputs["explain"]) == 1 and "max_position" not in passport.text
    whole = len(dump(CycleReport, report)) + sum(len(output) for output in outputs.values())
    assert kept[0] < whole / 3 and kept[1:] == (0, 1)


def test_settings_are_kept_once_for_all_that_share_them(store: Store) -> None:
    for number, settings in enumerate((SETTINGS, SETTINGS, "not even JSON", "")):
        run(store, *told(number, settings))
    with store.cursor() as cursor:
        assert cursor.execute("SELECT count(*) FROM cycle_settings").fetchone() == (2,)
    assert [read_cycle(store, f"c{number}").settings for number in range(4)] == [
        SETTINGS, SETTINGS, "not even JSON", "",
    ]  # fmt: skip


def test_a_cycle_that_ends_twice_keeps_what_came_between(store: Store) -> None:
    """The order's commit brings a first report with it; stages follow, and the last report replaces it."""
    report, outputs = told(1)
    run(store, replace(report, seconds=0.5), outputs)
    late = StageReport("shadow", StageState.OK, 0.1, "done", "m", ())
    store.write(save_stage("c1", 9, late, None, '{"late":true}'))
    assert outputs_of(store, "c1") == {**outputs, "shadow": '{"late":true}'}
    store.write(close_cycle(report))
    assert read_cycle(store, "c1") == report
    assert outputs_of(store, "c1") == {**outputs, "shadow": '{"late":true}'}


def test_a_cycle_that_was_cut_short_keeps_what_its_stages_came_to(store: Store) -> None:
    store.write(open_cycle("c1", REQUEST, NOON))
    done = StageReport("settle", StageState.OK, 0.1, "done", "m", ())
    store.write(save_stage("c1", 0, done, None, '{"cash":1.0}'))
    assert outputs_of(store, "c1") == {"settle": '{"cash":1.0}'}
    with pytest.raises(UnknownId, match="interrupted"):
        read_cycle(store, "c1")


def test_a_damaged_passport_is_named(store: Store) -> None:
    run(store, *told(1))
    with store.transaction() as cursor:
        cursor.execute("UPDATE passports SET content = 'abc'::BLOB")
    with pytest.raises(StoreCorrupt, match="The passport of cycle c1 is damaged"):
        read_cycle(store, "c1")


def old_file(path: Path, count: int) -> None:
    """A database as the last version wrote it, before passports: `count` cycles, and one that was cut short."""
    connection = duckdb.connect(str(path))
    connection.execute("SET GLOBAL TimeZone = 'UTC'")
    connection.execute(
        "CREATE TABLE migrations (position INTEGER PRIMARY KEY, name VARCHAR, applied_at TIMESTAMPTZ)"
    )
    last = [name for name, _ in MIGRATIONS].index("passports, each value once")
    for position, (name, statements) in enumerate(MIGRATIONS[:last]):
        connection.execute(statements)
        connection.execute("INSERT INTO migrations VALUES (?, ?, now())", [position, name])
    connection.execute("BEGIN")
    for number in range(count + 1):
        report, outputs = told(number, SETTINGS if number % 5 else "")
        whole = dump(CycleReport, report) if number < count else None
        connection.execute(
            "INSERT INTO cycles VALUES (?, 'BTC-USD', '1h', 'sample', 'paper', 'live', 'book', ?, ?, 1.5, ?, '', 0.5, ?)",
            [report.id, report.as_of, report.started_at, "no_trade" if whole else "interrupted", whole],
        )
        for place, (stage, output) in enumerate(outputs.items()):
            connection.execute(
                "INSERT INTO stages VALUES (?, ?, ?, 'ok', 0.1, 'done', 'm', NULL, '[]', ?)",
                [report.id, place, stage, output],
            )
    connection.execute("COMMIT")
    connection.close()


@dataclass(frozen=True, slots=True)
class Held:
    """What a database holds of its cycles, read as pages and replays read it."""

    cycles: dict[str, tuple[CycleReport, list[tuple[str, str]]]]
    """Those that ended, in order: report, and result of each stage in order."""
    cut_short: dict[str, str]
    newest: dict[str, str]
    moods: list[float]
    settings: list[str]
    rows: tuple[int, int, int]
    """Passports; results outside of one; columns of the last version."""


def held(path: Path) -> Held:
    """What the file holds, once it is opened and so brought along."""
    store = Store(path)
    try:
        ended = ended_cycles(store)
        for _ in range(2):  # read, and kept in mind
            newest = newest_decisions(store, "1h", {"BTC-USD": ("live",), "ETH-USD": ("live",)})
        with store.cursor() as cursor:
            rows = cursor.execute(
                "SELECT (SELECT count(*) FROM passports), (SELECT count(*) FROM stage_outputs), (SELECT count(*) FROM"
                " duckdb_columns() WHERE column_name IN ('report', 'output') AND table_name IN ('cycles', 'stages'))"
            ).fetchone()
        assert rows is not None
        return Held(
            {one: (read_cycle(store, one), list(outputs_of(store, one).items())) for one in ended},
            outputs_of(store, f"c{len(ended)}"),
            {symbol: report.id for symbol, report in newest.items()},
            [mood.score for mood in moods_of(store, ["c0", "c1"])],
            [fact.settings for fact in read_decisions(store, since=NOON, until=NOON + timedelta(hours=1))],
            (int(rows[0]), int(rows[1]), int(rows[2])),
        )
    finally:
        store.close()


def everything(count: int) -> Held:
    """What `old_file` wrote: all of it, and nothing twice."""
    cycles = {}
    for number in range(count):
        report, outputs = told(number, SETTINGS if number % 5 else "")
        cycles[report.id] = (report, list(outputs.items()))
    return Held(cycles, told(count)[1], {"BTC-USD": f"c{count - 1}"}, [0.25], ["", SETTINGS], (count, 4, 0))


def test_a_database_of_the_last_version_is_brought_along(tmp_path: Path) -> None:
    old_file(tmp_path / "x.duckdb", 230)  # more than goes into two transactions
    assert held(tmp_path / "x.duckdb") == everything(230)
    assert held(tmp_path / "x.duckdb") == everything(230), "and opened again"


def test_a_move_that_was_cut_short_goes_on_where_it_was(tmp_path: Path) -> None:
    path = tmp_path / "x.duckdb"
    old_file(path, 20)
    connection = duckdb.connect(str(path))
    pack_cycles(connection)
    connection.execute(
        "DELETE FROM passports WHERE cycle_id IN ('c3', 'c4', 'c19')"
    )  # not committed yet when it died
    connection.close()
    assert held(path) == everything(20)
