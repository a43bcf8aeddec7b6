"""Where the chosen language model answers: addresses of the presets, and what each of them needs."""

from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import SecretStr

from core.errors import SettingsError
from core.llm.message import Endpoint
from core.settings import Preset, Settings

ADDRESSES = {
    Preset.OPENAI: "https://api.openai.com/v1",
    Preset.OPENROUTER: "https://openrouter.ai/api/v1",
    Preset.OLLAMA: "http://127.0.0.1:11434/v1",
    Preset.LLAMACPP: "http://127.0.0.1:8080/v1",
    Preset.LMSTUDIO: "http://127.0.0.1:1234/v1",
}
HOSTED = (Preset.OPENAI, Preset.OPENROUTER)
"""Somebody else's machines: they want a key and the name of a model."""


def endpoint_of(settings: Settings) -> Endpoint | None:
    """The endpoint that the settings name; None when they name none. Nothing is asked yet.

    Raises:
        SettingsError: an address, a key, a model or a file that the preset needs is missing or cannot be read.
    """
    chosen, preset = settings.llm, settings.llm.preset
    if preset is Preset.NONE:
        return None
    if preset is Preset.LOCAL:
        return _served_here(chosen.gguf, chosen.model)
    key = settings.keys.llm if settings.keys.llm and settings.keys.llm.get_secret_value().strip() else None
    if preset in HOSTED:
        _require(key is not None, preset, "a key", "set GLASSBOX_KEYS__LLM")
        _require(bool(chosen.model), preset, "the name of a model", "set llm.model")
    address = chosen.base_url.strip() or ADDRESSES.get(preset, "")
    _require(bool(address), preset, "an address", "set llm.base_url, e.g. http://127.0.0.1:8080/v1")
    base_url = _base_url(address)
    name = urlsplit(base_url).netloc if preset is Preset.CUSTOM else preset.value
    return Endpoint(name, base_url, _sendable(key), chosen.model.strip(), is_loopback(base_url))


def is_loopback(url: str) -> bool:
    """Whether an address is on this machine."""
    host = urlsplit(url).hostname or ""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _served_here(gguf: str, model: str) -> Endpoint:
    """A file that the app serves itself; its address is known once the server runs."""
    _require(bool(gguf.strip()), Preset.LOCAL, "a model file", "set llm.gguf to a GGUF file")
    return Endpoint(Preset.LOCAL.value, "", None, model.strip() or Path(gguf).stem, free=True)


def _require(there: bool, preset: Preset, what: str, how: str) -> None:
    if not there:
        raise SettingsError(f"The language model's preset {preset.value} needs {what}: {how}.")


def _base_url(address: str) -> str:
    """The address in the form that the client wants it.

    Raises:
        SettingsError: it is no address of the web, or carries a secret.
    """
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname, parts.port  # a bad port is found only when it is asked for
    except ValueError:
        host = None
    if not host or parts.scheme not in ("http", "https") or not address.isprintable() or " " in address:
        raise SettingsError(
            f"Setting llm.base_url is {address[:60]!r}, which is no address: write http(s)://HOST[:PORT]/v1."
        )
    if parts.username or parts.password or parts.query or parts.fragment:
        raise SettingsError(
            "Setting llm.base_url holds more than an address: leave out user, password, ? and #; "
            "a key belongs in GLASSBOX_KEYS__LLM."
        )
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/').removesuffix('/chat/completions')}"


def _sendable(key: SecretStr | None) -> SecretStr | None:
    """A key that a header can carry: without the line break that pasting leaves behind.

    Raises:
        SettingsError: it holds characters that no key has.
    """
    if key is None:
        return None
    value = key.get_secret_value().strip()
    if not value.isascii() or not value.isprintable() or " " in value:
        raise SettingsError(
            "The language model's key holds characters that no key has: copy it again to GLASSBOX_KEYS__LLM."
        )
    return SecretStr(value)
