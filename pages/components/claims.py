"""Whom Streamlit has signed in by OpenID Connect, read off its signed cookie: for requests that no page makes."""

import json
from typing import Any

from starlette.requests import cookie_parser
from streamlit.auth_util import get_cookie_with_chunks, get_origin_from_redirect_uri
from streamlit.web.server.server_util import get_cookie_secret
from streamlit.web.server.starlette.starlette_app_utils import decode_signed_value
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME


def claims_of(header: str) -> dict[str, Any]:
    """What a provider has said about whoever sends a Cookie header; empty where Streamlit has not signed it, it is too
    old, or it was made for another address of the server: what `st.user` would not believe either."""
    cookies, secret = cookie_parser(header), get_cookie_secret()

    def read(name: str) -> bytes | None:
        value = cookies.get(name)
        return decode_signed_value(secret, name, value.encode("latin-1")) if value and secret else None

    found = get_cookie_with_chunks(read, USER_COOKIE_NAME)
    claims = json.loads(found) if found else {}
    mine = claims.get("is_logged_in") is True and claims.get("origin") == get_origin_from_redirect_uri()
    return claims if mine else {}
