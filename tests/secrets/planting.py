"""Secrets that nobody could mistake, planted wherever a secret can come from, and a server that says them back."""

import json
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from core.passwords import hash_password
from core.settings import Keys
from tests import quick

PASSWORD = "PlantedPassword-77aa"
KEYS = {
    name: f"Planted-{name}-0x9f3c7e/+1" for name in Keys.model_fields if name not in ("alerts", "database")
}
"""One for each key of the settings; with signs that look different in a URL."""
HOOK = "PlantedHook-4d1c"
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


def plant(home: Path, echo: Echo) -> dict[str, str]:
    """Write settings, .env and secrets.toml; returns the variables of the environment."""
    names = sorted(KEYS)
    in_env, in_dotenv, in_toml = names[0::3], names[1::3], names[2::3]
    alerts = f"json://ann:{POST_PASSWORD}@127.0.0.1:{echo.port}/{HOOK}"
    (home / "settings.toml").write_text(
        quick.TOML.replace('source = "sample"', 'source = "auto"').replace(
            "[collect]",
            '[collect]\npriority = ["alphavantage", "coingecko", "cryptocompare"]\ntimeout_seconds = 5',
        )
        + f'[login]\npassword = "{hash_password(PASSWORD)}"\n[alerts]\nlook_seconds = 1\nleast = "info"\n'
        + '[news]\nsources = ["newsapi", "reddit"]\n'
        + f'[llm]\npreset = "custom"\nbase_url = "http://127.0.0.1:{echo.port}/v1"\nmodel = "m"\nretries = 0\n'
    )
    (home / ".env").write_text(
        "".join(f"GLASSBOX_KEYS__{name.upper()}='{KEYS[name]}'\n" for name in in_dotenv)
    )
    (home / ".streamlit").mkdir()
    (home / ".streamlit" / "secrets.toml").write_text(
        "[keys]\n" + "".join(f'{name} = "{KEYS[name]}"\n' for name in in_toml) + f'alerts = "{alerts}"\n'
    )
    return {f"GLASSBOX_KEYS__{name.upper()}": KEYS[name] for name in in_env}


def planted() -> tuple[str, ...]:
    """What must be found nowhere."""
    return (*KEYS.values(), PASSWORD, HOOK, POST_PASSWORD, "0x9f3c7e")
