"""Where the settings lead."""

from typing import Any

import pytest

from core.errors import LlmMisconfigured, SettingsError
from core.llm import Endpoint, Wire, endpoint_of
from core.llm.endpoints import is_loopback
from core.settings import load_settings
from tests.llm.wire.clocked import question


def endpoint(key: str | None = None, **llm: Any) -> Endpoint | None:
    return endpoint_of(load_settings(llm=llm, keys={"llm": key} if key is not None else {}))


def test_nothing_is_configured_at_first() -> None:
    assert endpoint() is None
    assert endpoint(key="sk-1", model="gpt", base_url="http://127.0.0.1:1/v1") is None


@pytest.mark.parametrize(
    ("preset", "address", "free"),
    [
        ("openai", "https://api.openai.com/v1", False),
        ("openrouter", "https://openrouter.ai/api/v1", False),
        ("ollama", "http://127.0.0.1:11434/v1", True),
        ("llama.cpp", "http://127.0.0.1:8080/v1", True),
        ("lmstudio", "http://127.0.0.1:1234/v1", True),
    ],
)
def test_presets_know_their_address(preset: str, address: str, free: bool) -> None:
    found = endpoint("sk-1", preset=preset, model="a-model")
    assert found is not None
    assert (found.name, found.base_url, found.model, found.free) == (preset, address, "a-model", free)
    assert found.key is not None and found.key.get_secret_value() == "sk-1"
    assert "sk-1" not in repr(found)


@pytest.mark.parametrize("preset", ["ollama", "llama.cpp", "lmstudio"])
def test_servers_on_this_machine_need_neither_key_nor_model(preset: str) -> None:
    found = endpoint(preset=preset)
    assert found is not None
    assert (found.key, found.model) == (None, "")


@pytest.mark.parametrize(
    ("chosen", "words"),
    [
        ({"preset": "openai", "model": "gpt"}, "preset openai needs a key: set GLASSBOX_KEYS__LLM"),
        ({"preset": "openai", "model": "gpt", "key": " "}, "needs a key"),
        ({"preset": "openrouter", "key": "sk-1"}, "preset openrouter needs the name of a model: set llm.model"),
        ({"preset": "custom"}, "preset custom needs an address: set llm.base_url"),
        ({"preset": "local"}, "preset local needs a model file: set llm.gguf"),
        ({"preset": "custom", "base_url": "127.0.0.1:8080/v1"}, "which is no address: write"),
        ({"preset": "custom", "base_url": "file:///etc/passwd"}, "which is no address"),
        ({"preset": "custom", "base_url": "http://"}, "which is no address"),
        ({"preset": "custom", "base_url": "http://host:99999/v1"}, "which is no address"),
        ({"preset": "custom", "base_url": "http://[::1/v1"}, "which is no address"),
        ({"preset": "custom", "base_url": "http://a b/v1"}, "which is no address"),
        ({"preset": "custom", "base_url": "https://me:secret@host/v1"}, "holds more than an address"),
        ({"preset": "custom", "base_url": "https://host/v1?key=secret"}, "holds more than an address"),
        ({"preset": "ollama", "key": "sk-1\u2026"}, "characters that no key has"),
        ({"preset": "ollama", "key": "sk-1 sk-2"}, "characters that no key has"),
        ({"preset": "ollama", "key": "sk-1\nX-Evil: 1"}, "characters that no key has"),
    ],
)  # fmt: skip
def test_what_is_missing_is_named(chosen: dict[str, Any], words: str) -> None:
    with pytest.raises(SettingsError) as caught:
        endpoint(**chosen)
    assert words in str(caught.value)
    assert "secret" not in str(caught.value) and "sk-1" not in str(caught.value)


@pytest.mark.parametrize(
    "typed",
    [
        "http://127.0.0.1:9/v1",
        "http://127.0.0.1:9/v1/",
        " http://127.0.0.1:9/v1 ",
        "http://127.0.0.1:9/v1/chat/completions",
    ],
)
def test_an_address_is_understood_as_people_type_it(typed: str) -> None:
    found = endpoint("  sk-1\n", preset="custom", base_url=typed)
    assert found is not None and found.key is not None
    assert (found.name, found.base_url, found.free) == ("127.0.0.1:9", "http://127.0.0.1:9/v1", True)
    assert found.key.get_secret_value() == "sk-1"


def test_an_address_goes_before_that_of_the_preset() -> None:
    found = endpoint(preset="ollama", base_url="http://gpu.lan:11434/v1")
    assert found is not None
    assert (found.name, found.base_url, found.free) == ("ollama", "http://gpu.lan:11434/v1", False)


@pytest.mark.parametrize(
    ("url", "here"),
    [
        ("http://localhost:1", True),
        ("http://api.localhost", True),
        ("http://127.8.8.8", True),
        ("http://[::1]:80", True),
        ("http://10.0.0.1", False),
        ("http://127.0.0.1.evil.com", False),
        ("http://localhost.evil.com", False),
    ],
)
def test_only_this_machine_is_free(url: str, here: bool) -> None:
    assert is_loopback(url) is here


def test_a_model_file_is_served_here_under_its_own_name() -> None:
    settings = load_settings(
        llm={"preset": "local", "gguf": "/models/qwen2.5-coder-0.5b.gguf"}, keys={"llm": "sk"}
    )
    found = endpoint_of(settings)
    assert found == Endpoint("local", "", None, "qwen2.5-coder-0.5b", free=True)
    wire = Wire(found, settings.llm)
    with pytest.raises(LlmMisconfigured, match=r"/models/qwen2\.5-coder-0\.5b\.gguf does not exist"):
        wire.send(question())
    state = wire.state()
    assert "does not exist" in state.last_error
    assert (state.limit, state.most, state.breaker) == (1, 1, "closed")
