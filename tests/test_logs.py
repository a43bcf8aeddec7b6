"""The log holds what happened, with its job and request, and no secret."""

import io
import json
import logging
import threading
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.hiding import HideSecrets, secrets_of
from core.jobs import JobContext, Jobs
from core.logs import HIDDEN, ON_CONSOLE, start_logging
from core.passwords import hash_password
from core.settings import Settings, load_settings
from core.store import Store
from core.store.logins import new_login_secret
from core.store.tokens import new_secret

SECRET, TOKEN = "sk-very-secret-0123456789", "tgram://123456:ABCDEF-secret/42"


@pytest.fixture
def settings(home: Path) -> Settings:
    return load_settings(keys={"llm": SECRET, "alerts": f"critical={TOKEN} json://127.0.0.1:9"})


@pytest.fixture
def log(settings: Settings) -> Iterator[Path]:
    root, before = logging.getLogger(), list(logging.getLogger().handlers)
    factory, hook = logging.getLogRecordFactory(), threading.excepthook
    yield start_logging(settings)
    logging.setLogRecordFactory(factory)
    threading.excepthook = hook
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
    log: Path, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    start_logging(settings)  # once more, on the console that is watched
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
    assert HIDDEN in shown and SECRET not in shown and TOKEN not in shown


def test_handlers_of_other_libraries_get_no_secret_either(log: Path) -> None:
    heard = io.StringIO()
    logger = logging.getLogger("a.library.with.a.handler")
    logger.propagate = False
    logger.addHandler(logging.StreamHandler(heard))
    try:
        raise RuntimeError(f"refused {SECRET}")
    except RuntimeError:
        logger.exception("key %s", SECRET)
    assert SECRET not in heard.getvalue() and heard.getvalue().count(HIDDEN) == 2


def test_a_thread_that_ends_by_a_fault_is_a_line_without_secrets(log: Path) -> None:
    def work() -> None:
        raise ValueError(f"bad key {SECRET}")

    thread = threading.Thread(target=work, name="somebody")
    thread.start()
    thread.join()
    told = lines(log)[-1]
    assert told["message"] == "somebody ended by a fault" and "ValueError" in told["error"]
    assert SECRET not in log.read_text()


@pytest.mark.parametrize(
    ("url", "parts"),
    [
        ("tgram://123456:ABCdef-secret/42", ("123456:ABCdef-secret", "ABCdef-secret")),
        ("critical=mailtos://ann:P%40ssword9@mail.example.org", ("P%40ssword9", "P@ssword9")),
        ("json://127.0.0.1/hooks/T0K3N-and-more?key=Abc12345678", ("T0K3N-and-more", "Abc12345678")),
    ],
)
def test_parts_of_an_address_are_secrets_too(home: Path, url: str, parts: tuple[str, ...]) -> None:
    hide = HideSecrets(secrets_of(load_settings(keys={"alerts": url})))
    for part in parts:
        assert part not in hide(f"could not post {part} there")
    assert hide("hooks at mail.example.org and 127.0.0.1") == "hooks at mail.example.org and 127.0.0.1"


@pytest.mark.parametrize("name", ["", "u", "us", "user", "user:and:more"])
def test_a_header_of_basic_sign_in_is_no_way_out(home: Path, name: str) -> None:
    hide = HideSecrets(secrets_of(load_settings(keys={"llm": SECRET})))
    header = b64encode(f"{name}:{SECRET}".encode()).decode()
    hidden = hide(f"refused Authorization: Basic {header}")
    assert HIDDEN in hidden
    left = hidden.rpartition(" ")[2].replace(HIDDEN, "")
    assert len(left) <= len(header) - len(SECRET) * 4 // 3 + 2, "a letter at each end is half the secret's"


def test_tokens_and_kept_passwords_are_known_by_their_shape(home: Path) -> None:
    hide = HideSecrets(secrets_of(load_settings()))
    kept = hash_password("correct horse battery")
    for secret in (new_secret(), new_login_secret(), kept):
        assert hide(f"it was {secret}.") == f"it was {HIDDEN}."


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


def test_a_word_to_whoever_starts_it_is_on_the_console_without_being_a_warning(
    log: Path, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    start_logging(settings)  # once more, on the console that is watched
    logger = logging.getLogger("core.test")
    logger.info("kept in the file alone")
    logger.info("REST answers here, not with %s", SECRET, extra=ON_CONSOLE)
    assert capsys.readouterr().err == f"INFO core.test: REST answers here, not with {HIDDEN}\n"
    assert [line["level"] for line in lines(log)] == ["info", "info"]
