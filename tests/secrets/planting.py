"""Secrets that nobody could mistake, planted wherever a secret can come from, and a server that says them back."""

import json
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from core.passwords import hash_password
from core.records import Seal
from core.settings import Keys
from core.store.sealing import handed
from tests import quick
from tests.browser.oidc_provider import CLIENT, Provider

PASSWORD = "PlantedPassword-77aa"
KEYS = {name: f"Planted-{name}-0x9f3c7e/+1" for name in Keys.model_fields if name != "alerts"}
"""One for each key of the settings; with signs that look different in a URL."""
HOOK = "PlantedHook-4d1c"
AUTH = {"client_secret": "Planted-client-51b0e/+2", "cookie_secret": "Planted-cookie-c2d94/+3"}
"""What Streamlit signs in with by OpenID Connect."""
SEAL = Seal(KEYS["database"], builtin=True)
POST_PASSWORD = "PlantedPost-83be"


@dataclass(eq=False)
class Echo:
    """Refuses every question with a body and a header that hold the whole of what it was asked."""

    heard: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        echo = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                size = int(self.headers.get("Content-Length") or 0)
                self.rfile.read(size)
                keys = [
                    f"{name}: {value}"
                    for name, value in self.headers.items()
                    if "Planted" in value or name == "Authorization"
                ]
                said = f"invalid key: {self.path} {' '.join(keys)}"
                echo.heard.append(said)
                body = json.dumps(
                    {"error": {"message": said}, "message": said, "Error Message": said, "status": "error"}
                ).encode()
                self.send_response(401, said[:200])
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_POST = do_GET

            def log_message(self, *_: object) -> None:
                """Quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def port(self) -> int:
        return int(self.server.server_port)

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


class Doorman(Provider):
    """Signs everybody in, or sends them to the echo for a token."""

    echo: Echo | None = None

    def discovery(self) -> dict[str, Any]:
        there = {"token_endpoint": f"http://127.0.0.1:{self.echo.port}/token"} if self.echo else {}
        return super().discovery() | there


def plant(home: Path, echo: Echo, doorman: Doorman) -> dict[str, str]:
    """Write settings, .env and secrets.toml; returns the variables of the environment."""
    names = sorted(KEYS)
    in_env, in_dotenv, in_toml = names[0::3], names[1::3], names[2::3]
    alerts = f"json://ann:{POST_PASSWORD}@127.0.0.1:{echo.port}/{HOOK}"
    (home / "settings.toml").write_text(
        quick.TOML.replace('source = "sample"', 'source = "auto"').replace(
            "[collect]",
            '[collect]\npriority = ["alphavantage", "coingecko", "cryptocompare"]\ntimeout_seconds = 5',
        )
        + f'[login]\nallowed = ["ann@example.org"]\npassword = "{hash_password(PASSWORD)}"\n[alerts]\nlook_seconds = 1\nleast = "info"\n'
        + '[news]\nsources = ["newsapi", "reddit"]\n'
        + f'[llm]\npreset = "custom"\nbase_url = "http://127.0.0.1:{echo.port}/v1"\nmodel = "m"\nretries = 0\n'
    )
    (home / ".env").write_text(
        "".join(f"GLASSBOX_KEYS__{name.upper()}='{KEYS[name]}'\n" for name in in_dotenv)
    )
    (home / ".streamlit").mkdir()
    (home / ".streamlit" / "secrets.toml").write_text(
        "[keys]\n"
        + "".join(f'{name} = "{KEYS[name]}"\n' for name in in_toml)
        + f'alerts = "{alerts}"\n[auth]\nredirect_uri = "http://127.0.0.1:{{port}}/oauth2callback"\n'
        + f'client_id = "{CLIENT}"\nserver_metadata_url = "{doorman.url}/.well-known/openid-configuration"\n'
        + "".join(f'{name} = "{value}"\n' for name, value in AUTH.items())
    )
    cipher = {"GLASSBOX_STORE__BUILTIN_CIPHER": "true"}
    return cipher | {f"GLASSBOX_KEYS__{name.upper()}": KEYS[name] for name in in_env}


def dismiss(home: Path) -> None:
    """Take OpenID Connect away again: it is the password that signs in then."""
    path = home / ".streamlit" / "secrets.toml"
    path.write_text(path.read_text().partition("[auth]")[0])


def planted() -> tuple[str, ...]:
    """What must be found nowhere."""
    return (*KEYS.values(), *AUTH.values(), handed(SEAL), PASSWORD, HOOK, POST_PASSWORD, "0x9f3c7e")
