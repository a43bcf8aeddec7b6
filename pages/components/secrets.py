"""What .streamlit/secrets.toml holds for Streamlit itself: how OpenID Connect signs in."""

import os
import tomllib
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.errors import StreamlitSecretNotFoundError

ROOT = Path(__file__).resolve().parents[2]


def has_oidc() -> bool:
    """Whether a provider is set up."""
    try:
        return "auth" in st.secrets
    except StreamlitSecretNotFoundError:
        return False


def oidc_of_home() -> dict[str, Any]:
    """The table [auth] of the home folder's secrets, where all other keys are; empty when there is none."""
    path = Path(os.environ.get("GLASSBOX_HOME") or ROOT) / ".streamlit" / "secrets.toml"
    try:
        found = tomllib.loads(path.read_text("utf-8"))
    except (FileNotFoundError, tomllib.TOMLDecodeError):  # the engine says what is wrong with the file
        return {}
    return {"auth": found["auth"]} if "auth" in found else {}
