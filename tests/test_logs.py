"""The log holds what happened, with its job and request, and no secret."""

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.jobs import JobContext, Jobs
from core.logs import HIDDEN, start_logging
from core.settings import Settings, load_settings
from core.store import Store

SECRET, TOKEN = "sk-very-secret-0123456789", "tgram://123456:ABCDEF-secret/42"


@pytest.fixture
def settings(home: Path) -> Settings:
    return load_settings(keys={"llm": SECRET, "alerts": f"critical={TOKEN} json://127.0.0.1:9"})


@pytest.fixture
def log(settings: Settings) -> Iterator[Path]:
    root, before = logging.getLogger(), list(logging.getLogger().handlers)
    yield start_logging(settings)
    for handler in [one for one in root.handlers if one not in before]:
        root.removeHandler(handler)
        handler.close()


def lines(path: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def test_a_line_is_one_object(log: Path) -> None:
    logging.getLogger("core.test").info("hello «%s»\nsecond line", "wörld")
    told = lines(log)[-1]
    assert told["message"] == "hello «wörld»\nsecond line"
    assert (told["level"], told["logger"]) == ("info", "core.test") and told["time"].endswith("+00:00")


def test_secrets_are_in_no_line_wherever_they_come_from(
    log: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    logger = logging.getLogger("some.library")
    logger.error("refused key %s at %s", SECRET, f"https://host/?key={SECRET}")
    try:
        raise RuntimeError(f"could not post to {TOKEN}")
    except RuntimeError:
        logger.exception("posting failed")
    text = log.read_text("utf-8")
    assert SECRET not in text and TOKEN not in text and text.count(HIDDEN) >= 3
    assert "RuntimeError" in lines(log)[-1]["error"]
    shown = capsys.readouterr().err
    assert SECRET not in shown and TOKEN not in shown


def test_a_line_names_its_job(log: Path, store: Store) -> None:
    from datetime import UTC, datetime

    def work(context: JobContext) -> None:
        logging.getLogger("core.test").warning("at work")

    jobs = Jobs(store, {"work": work}, 1, lambda: datetime.now(UTC))
    job = jobs.submit("work", {})
    jobs.wait(job, 10)
    jobs.close()
    assert [line["job"] for line in lines(log) if line["message"] == "at work"] == [job]


def test_starting_again_writes_each_line_once(log: Path, settings: Settings) -> None:
    start_logging(settings)
    logging.getLogger("core.test").info("once")
    assert [line["message"] for line in lines(log)].count("once") == 1
