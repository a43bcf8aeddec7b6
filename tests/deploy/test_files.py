"""The deployment's files: parsed, and what they name exists."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.deploy.image import (
    DOCKERFILE,
    ROOT,
    copied,
    ignored,
    instructions,
    last_stage,
    one,
    variables,
)

DEPLOY = ROOT / "deploy"
FOUND = instructions(DOCKERFILE.read_text("utf-8"))
UNIT = (DEPLOY / "glassbox.service").read_text("utf-8")
HEADLESS = (DEPLOY / "headless.conf").read_text("utf-8")


def compose() -> dict:
    return yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))


def of_unit(name: str) -> list[str]:
    return re.findall(rf"^{name}=(.*)$", UNIT, re.M)


def test_the_dockerfile_copies_what_exists_and_the_build_may_see() -> None:
    rules = (DEPLOY / "Dockerfile.dockerignore").read_text("utf-8")
    sources = [source for source, _ in copied(FOUND)]
    assert {"requirements.txt", "app.py", "core", "pages", "static", "data/sample"} <= set(sources)
    for source in sources:
        assert (ROOT / source).exists(), source
        assert not ignored(rules, source), source
    assert not ignored(rules, "core/store/connection.py")
    for private in (".env", "settings.toml", ".streamlit/secrets.toml", "data/glassbox.duckdb", "models/a.joblib",
                    "deploy/glassbox.env", ".git/config", "core/__pycache__/x.pyc", "tests/conftest.py"):  # fmt: skip
        assert ignored(rules, private), private


def test_the_image_runs_as_a_user_of_its_own_and_stops_at_sigterm() -> None:
    assert one(FOUND, "USER").words == "10001:10001"
    assert one(FOUND, "STOPSIGNAL").words == "SIGTERM"
    command = one(FOUND, "CMD").form  # the exec form: a shell would keep the signal to itself
    assert command[:5] == ["python", "-m", "streamlit", "run", "app.py"]
    names = [item.name for item in last_stage(FOUND)]
    assert names.index("USER") < names.index("CMD") and names[-1] == "CMD"
    set_to = variables(FOUND)
    home = one(FOUND, "VOLUME").form[0]
    assert set_to["GLASSBOX_HOME"] == set_to["HOME"] == home
    assert set_to["NUMBA_CACHE_DIR"].startswith(home)
    assert "/api/ready" in (DEPLOY / "ready.py").read_text("utf-8")
    assert one(FOUND, "HEALTHCHECK").form == ["python", "deploy/ready.py", "http://127.0.0.1:8501"]


def test_no_secret_is_baked_in() -> None:
    for path in DEPLOY.iterdir():
        text = path.read_text("utf-8")
        assert not re.search(r"^\s*(ENV |ARG )?GLASSBOX_KEYS__\w+[=:]\s*\S", text, re.M), path


def test_compose_publishes_the_proxy_alone() -> None:
    services = compose()["services"]
    assert set(services) == {"app", "proxy"}
    assert "ports" not in services["app"] and services["proxy"]["ports"] == ["80:80", "443:443"]
    for service in services.values():
        assert (
            service["restart"] == "unless-stopped" and service["read_only"] and service["cap_drop"] == ["ALL"]
        )
    app = services["app"]
    assert app["volumes"] == [f"home:{one(FOUND, 'VOLUME').form[0]}"]
    assert (DEPLOY / app["build"]["context"] / app["build"]["dockerfile"]).samefile(DOCKERFILE)
    assert (DEPLOY / f"{app['env_file'][0]}.example").exists()
    subnet = compose()["networks"]["inside"]["ipam"]["config"][0]["subnet"]
    assert app["environment"]["FORWARDED_ALLOW_IPS"] == subnet, "only the proxy's network may name callers"
    for volume in services["proxy"]["volumes"]:
        source = volume.split(":")[0]
        assert source in compose()["volumes"] or (DEPLOY / source).exists()


def test_compose_fits_the_specification() -> None:
    made = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(DEPLOY / "compose.yaml")],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert made.returncode == 0, made.stdout + made.stderr


def test_the_unit_starts_what_the_image_starts() -> None:
    (started,) = of_unit("ExecStart")
    assert started.split()[1:5] == one(FOUND, "CMD").form[1:5]
    assert "--server.address=127.0.0.1" in started
    state = f"/var/lib/{of_unit('StateDirectory')[0]}"
    assert f"GLASSBOX_HOME={state}" in of_unit("Environment") and f"HOME={state}" in of_unit("Environment")
    assert of_unit("Restart") == ["on-failure"] and int(of_unit("TimeoutStopSec")[0]) >= 60
    stop = compose()["services"]["app"]["stop_grace_period"]
    assert stop == f"{of_unit('TimeoutStopSec')[0]}s"
    assert re.search(r"^u glassbox - .* " + state, (DEPLOY / "glassbox.sysusers").read_text("utf-8"), re.M)


def test_systemd_takes_the_unit(tmp_path: Path) -> None:
    verify = shutil.which("systemd-analyze")
    if verify is None:
        pytest.skip("systemd is not installed here")
    unit = tmp_path / "glassbox.service"
    unit.write_text(UNIT.replace("/opt/glassbox/.venv/bin/python", sys.executable))
    drop_in = tmp_path / "glassbox.service.d" / "headless.conf"
    for more in ("", HEADLESS.replace("/opt/glassbox/.venv/bin/python", sys.executable)):
        drop_in.parent.mkdir(exist_ok=True)
        drop_in.write_text(more)
        made = subprocess.run([verify, "verify", str(unit)], capture_output=True, text=True, check=False)
        assert made.returncode == 0 and "glassbox.service" not in made.stderr, made.stderr


def test_the_drop_in_starts_a_command_that_exists_at_the_port_that_is_asked() -> None:
    from core.commands.line import read_words

    emptied, started = re.findall(r"^ExecStart=(.*)$", HEADLESS, re.M)
    words = started.split()
    assert emptied == "" and words[0] == of_unit("ExecStart")[0].split()[0] and words[1:3] == ["-m", "core"]
    options = read_words(words[3:])
    assert options.does == "run" and f"http://127.0.0.1:{options.port}" in of_unit("ExecStartPost")[0]
    assert options.address == "127.0.0.1" and not options.no_rest


@pytest.mark.parametrize("name", ["nginx.conf", "Caddyfile"])
def test_the_proxies_lead_to_the_app(name: str) -> None:
    text = (DEPLOY / name).read_text("utf-8")
    assert text.count("{") == text.count("}")
    assert "127.0.0.1:8501" in text
    assert "Strict-Transport-Security" in text


def test_nginx_tells_who_asks_and_passes_sockets_on() -> None:
    text = (DEPLOY / "nginx.conf").read_text("utf-8")
    for line in (
        "proxy_set_header Upgrade $http_upgrade;",
        "proxy_set_header Host $http_host;",
        "proxy_set_header X-Forwarded-For $remote_addr;",  # set, not added to: what a caller sends is dropped
        "proxy_set_header X-Forwarded-Proto $scheme;",
    ):
        assert line in text
