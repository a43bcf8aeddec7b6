"""The image's folder, started by the image's command: ready, locked, and closed cleanly at SIGTERM.

By default this interpreter runs it. With GLASSBOX_LONG=1 the install step of the Dockerfile is done as well, in a clean
virtual environment, which takes minutes and a network.
"""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import duckdb
import pytest

from tests import quick
from tests.deploy.image import DOCKERFILE, ROOT, instructions, lay_out, one, variables

FOUND = instructions(DOCKERFILE.read_text("utf-8"))


def environment(home: Path, python: Path) -> dict[str, str]:
    """What the image sets, with another home and another interpreter; nothing of this machine's settings."""
    inside = one(FOUND, "VOLUME").form[0]
    made = {name: value.replace(inside, str(home)) for name, value in variables(FOUND).items()}
    return made | {"PATH": f"{python.parent}:/usr/bin:/bin"}


def listing(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*")}


def asked(url: str, accept: str = "application/json") -> tuple[int, str]:
    """Status and body, redirects not followed."""

    class Stay(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *_: object) -> None:
            return None

    request = urllib.request.Request(url, headers={"Accept": accept})
    try:
        with urllib.request.build_opener(Stay).open(request, timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as err:
        return err.code, err.read().decode()


def started_and_stopped(app: Path, home: Path, python: Path) -> tuple[int, str]:
    """Run the CMD of the Dockerfile in a laid out folder, look at it from outside and end it: exit code and words."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    command = [word.replace("8501", str(port)) for word in one(FOUND, "CMD").form]
    check = [word.replace("http://127.0.0.1:8501", url) for word in one(FOUND, "HEALTHCHECK").form]
    before, env = listing(app), environment(home, python)
    process = subprocess.Popen(
        [str(python), *command[1:]], cwd=app, env=env, stderr=subprocess.PIPE, text=True
    )
    try:
        until = time.monotonic() + 300
        while subprocess.run(
            [str(python), *check[1:]], cwd=app, env=env, capture_output=True, check=False
        ).returncode:
            assert process.poll() is None, process.stderr and process.stderr.read()
            assert time.monotonic() < until, "it never got ready"
        assert asked(f"{url}/api/ready") == (200, '{"status":"ready"}')
        assert asked(f"{url}/", "text/html")[0] == 303, "bound to every address, the pages send to the login"
        assert asked(f"{url}/api/jobs")[0] in (200, 403), "no token yet: this machine alone is answered"
    finally:
        process.send_signal(signal.SIGTERM)
        _, told = process.communicate(timeout=120)
    database = home / "data" / "glassbox.duckdb"
    assert not database.with_name(f"{database.name}.wal").exists(), "closed: its log is in it"
    with duckdb.connect(str(database), read_only=True) as connection:
        assert connection.execute("SELECT count(*) FROM migrations").fetchall()[0][0] > 0
    assert listing(app) == before, "nothing is written beside the program: its folder may be read-only"
    return process.returncode, told


def clean(code: int, told: str) -> bool:
    """Whether it ended as asked (uvicorn hands the signal on once all is closed), and asked no server for its address."""
    return code in (0, -signal.SIGTERM) and "Traceback" not in told and "external IP" not in told


@pytest.fixture
def served_home(tmp_path: Path) -> Path:
    home = tmp_path / "srv"
    home.mkdir()
    (home / "settings.toml").write_text(quick.TOML)
    return home


def test_the_images_command_gets_ready_and_stops_cleanly(tmp_path: Path, served_home: Path) -> None:
    code, told = started_and_stopped(lay_out(FOUND, tmp_path / "app"), served_home, Path(sys.executable))
    assert clean(code, told), (code, told)


@pytest.mark.skipif(
    os.environ.get("GLASSBOX_LONG") != "1", reason="installs everything anew: set GLASSBOX_LONG=1"
)
@pytest.mark.timeout(1800)
def test_the_install_steps_in_a_clean_environment(tmp_path: Path, served_home: Path) -> None:
    python = tmp_path / "venv" / "bin" / "python"
    steps = [item.form for item in FOUND if item.name == "RUN" and item.stage == 0 and item.form]
    subprocess.run([sys.executable, "-m", "venv", str(tmp_path / "venv")], check=True)
    (install,) = [step for step in steps if "install" in step]
    words = [word.replace("/tmp/requirements.txt", str(ROOT / "requirements.txt")) for word in install[1:]]
    subprocess.run([str(python), *words], check=True)
    app = lay_out(FOUND, tmp_path / "app")
    (compiling,) = [step for step in steps if "compileall" in step]
    subprocess.run([str(python), *compiling[1:]], cwd=app, check=True)
    code, told = started_and_stopped(app, served_home, python)
    assert clean(code, told), (code, told)
