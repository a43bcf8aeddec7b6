"""The health page: vital signs, what needs a person, errors by kind, and the audit trail with its chain."""

import logging
from collections.abc import Iterator
from datetime import timedelta

import pytest

from core.changes import change_settings
from core.logs import start_logging
from core.records import ChainCheck
from core.runtime import Runtime
from core.settings import Settings
from core.store.backup import back_up
from core.store.jobs import JobRow, JobState, save_job
from core.views.audit_trail import trail
from core.views.log_errors import errors_since
from core.views.providers import provider_table
from core.views.vital_signs import VitalSigns, span, vital_signs
from tests.pages.conftest import OpenPage

WHOLE = ChainCheck(0, None, "0" * 64)


@pytest.fixture
def logged(settings: Settings) -> Iterator[logging.Logger]:
    """The program's log, as the server writes it; quiet again afterwards."""
    root, before = logging.getLogger(), list(logging.getLogger().handlers)
    factory = logging.getLogRecordFactory()
    start_logging(settings, logging.CRITICAL)
    yield logging.getLogger("core.test")
    logging.setLogRecordFactory(factory)
    for handler in [one for one in root.handlers if one not in before]:
        root.removeHandler(handler)
        handler.close()


def signs(engine: Runtime, chain: ChainCheck = WHOLE) -> VitalSigns:
    bench = engine.bench
    errors = errors_since(bench, bench.clock() - timedelta(days=1))
    return vital_signs(bench, engine.opened_at, 12_300_000, provider_table(bench), errors, chain)


def number(found: VitalSigns, label: str) -> tuple[str, str | None]:
    (one,) = [one for one in (*found.running, *found.keeping, *found.model) if one.label == label]
    return one.value, one.delta


def test_every_tile_has_a_tooltip_and_four_stand_in_a_row(open_page: OpenPage) -> None:
    test = open_page("pages/system/health.py")
    labels = [metric.label for metric in test.metric]
    assert labels == [
        "Up for", "Errors, last day", "Jobs", "Alerts", "Database", "Last back-up", "Audit trail", "Sources",
    ]  # fmt: skip
    assert all(metric.help for metric in test.metric)
    assert "There is no back-up yet" in test.warning[0].value
    assert any("Nothing has been done yet" in box.value for box in test.info)


def test_the_trail_is_shown_and_a_changed_row_shows(open_page: OpenPage, engine: Runtime) -> None:
    change_settings(engine, ("ann", "page 10.0.0.9"), {"risk": {"stop_loss": 0.03}})
    found = trail(engine.bench)
    assert found.entries.loc[0, ["who", "origin", "action", "subject"]].tolist() == [
        "ann",
        "page 10.0.0.9",
        "settings",
        "risk",
    ]
    with engine.store.transaction() as cursor:
        cursor.execute("UPDATE audit SET who = 'nobody'")
    test = open_page("pages/system/health.py")
    assert (
        "was changed at entry 1" in test.error[0].value and "was changed at entry 1" in test.warning[0].value
    )


def test_errors_are_counted_by_kind(engine: Runtime, logged: logging.Logger) -> None:
    for word in ("one", "two", "three"):
        logged.warning("slow answer %s", word)
    logged.error("refused")
    logged.info("all is well")
    now = engine.bench.clock()
    engine.store.write(*(
        save_job(JobRow(f"j{at}", "fetch", "", {}, JobState.FAILED, 0.5, "", (), None, "no network", at, at, at))
        for at in (now, now - timedelta(days=2))
    ))  # fmt: skip
    found = errors_since(engine.bench, now - timedelta(days=1))
    mine = found[found["where"].isin(["core.test", "job fetch"])]
    assert mine[["level", "where", "count", "words"]].values.tolist() == [
        ["error", "core.test", 1, "refused"], ["error", "job fetch", 1, "no network"],
        ["warning", "core.test", 3, "slow answer three"],
    ]  # fmt: skip
    assert number(signs(engine), "Errors, last day")[0] == "2"
    assert errors_since(engine.bench, now + timedelta(days=1)).empty


def test_the_queue_the_back_up_and_the_chain_are_told(engine: Runtime) -> None:
    now = engine.bench.clock()
    queued = JobRow(
        "j1", "train", "", {}, JobState.QUEUED, 0.0, "", (), None, None, now - timedelta(minutes=45)
    )
    engine.store.write(save_job(queued))
    back_up(engine.store, engine.settings.backup_dir, now - timedelta(days=3))
    back_up(engine.store, engine.settings.backup_dir, now - timedelta(days=2))
    found = signs(engine, ChainCheck(9, 4, "f" * 64))
    waiting, oldest = number(found, "Jobs")
    assert waiting == "1 + 0" and (oldest or "").startswith("oldest waits 45 min")
    age, told = number(found, "Last back-up")
    assert age.startswith("2 d") and age.endswith(" ago") and told == "checked · 2 kept"
    assert (number(found, "Database")[1] or "").endswith("MB a day")
    assert number(found, "Audit trail") == ("changed at 4", "9 entries")
    said = " ".join(found.troubles)
    assert "waited for 45 min" in said and "last night's was missed" in said and "entry 4" in said


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 s"), (59, "59 s"), (3600, "1 h 0 min"), (90_061, "1 d 1 h"), (-5, "0 s"), (125, "2 min 5 s")],
)
def test_a_length_of_time_in_two_units(seconds: int, words: str) -> None:
    assert span(timedelta(seconds=seconds)) == words
