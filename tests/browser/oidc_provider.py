"""A provider of OpenID Connect on this machine: discovery, authorise, token with a signed identity token, keys."""

import json
import secrets
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, SECRET = "glassbox-test", "client-secret-5b1e0f7c"


@dataclass(eq=False)
class Provider:
    """Signs in whoever `person` says, without asking."""

    person: dict[str, Any] = field(
        default_factory=lambda: {"sub": "ann-1", "email": "ann@example.org", "email_verified": True}
    )
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "k1", "use": "sig"}))
    signed_with: RSAKey | None = None
    """Another key than the one that is published, to forge with."""
    asked: list[str] = field(default_factory=list)
    _codes: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}"

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def discovery(self) -> dict[str, Any]:
        return {
            "issuer": self.url, "authorization_endpoint": f"{self.url}/authorize", "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/jwks", "response_types_supported": ["code"], "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
        }  # fmt: skip

    def authorised(self, query: dict[str, list[str]]) -> str:
        """Where the browser goes on to."""
        assert (
            query["client_id"] == [CLIENT]
            and query["response_type"] == ["code"]
            and "openid" in query["scope"][0]
        )
        code = secrets.token_urlsafe(12)
        self._codes[code] = query.get("nonce", [""])[0]
        return f"{query['redirect_uri'][0]}?{urlencode({'code': code, 'state': query['state'][0]})}"

    def token(self, form: dict[str, list[str]]) -> dict[str, Any]:
        """Each code opens once."""
        nonce, now = self._codes.pop(form["code"][0]), int(time.time())
        claims = self.person | {"iss": self.url, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": nonce}
        signed = jwt.encode({"alg": "RS256", "kid": "k1"}, claims, self.signed_with or self.key)
        return {
            "access_token": secrets.token_urlsafe(12),
            "token_type": "Bearer",
            "expires_in": 300,
            "id_token": signed,
        }

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                parts = urlsplit(self.path)
                provider.asked.append(parts.path)
                if parts.path == "/authorize":
                    self.send_response(302)
                    self.send_header("Location", provider.authorised(parse_qs(parts.query)))
                    self.end_headers()
                elif parts.path == "/jwks":
                    self._json({"keys": [provider.key.as_dict(private=False)]})
                else:
                    self._json(provider.discovery())

            def do_POST(self) -> None:
                provider.asked.append(self.path)
                size = int(self.headers["Content-Length"])
                self._json(provider.token(parse_qs(self.rfile.read(size).decode())))

            def _json(self, body: dict[str, Any]) -> None:
                raw = json.dumps(body).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(raw)))
                self.end_headers()
                self.wfile.write(raw)

            def log_message(self, *_: object) -> None:
                """Quiet."""

        return Handler
