"""What the local server says when it cannot serve; with a real model: tests/llm/real."""

import struct
import sys
from pathlib import Path

import pytest

from core.errors import LlmMisconfigured, LlmUnreachable
from core.llm.local import LocalServer, close_shared_server, shared_server


def written(folder: Path, content: bytes) -> Path:
    path = folder / "model.gguf"
    path.write_bytes(content)
    return path


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(LlmMisconfigured, match=r"none\.gguf does not exist.*llm\.gguf"):
        LocalServer(tmp_path / "none.gguf").start()


def test_a_folder(tmp_path: Path) -> None:
    with pytest.raises(LlmMisconfigured, match="is a folder"):
        LocalServer(tmp_path).start()


@pytest.mark.parametrize("content", [b"", b"GGU", b"PK\x03\x04 a zip"])
def test_a_file_of_another_kind(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(LlmMisconfigured, match="is no GGUF"):
        LocalServer(written(tmp_path, content)).start()


def test_without_the_library_it_says_how_to_install_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "xllamacpp", None)
    with pytest.raises(LlmMisconfigured, match=r"pip install -r requirements-local-llm\.txt"):
        LocalServer(written(tmp_path, b"GGUF")).start()
    assert (Path(__file__).parents[2] / "requirements-local-llm.txt").exists()


def test_a_damaged_model_is_named_and_its_process_is_gone(tmp_path: Path) -> None:
    server = LocalServer(written(tmp_path, b"GGUF" + struct.pack("<IQQ", 3, 2**60, 2**60)))
    with pytest.raises(LlmMisconfigured, match=r"model\.gguf could not be loaded.*may be damaged"):
        server.start()
    assert not server.running
    assert server.process_id is None


def test_a_retired_server_does_not_come_back(tmp_path: Path) -> None:
    server = LocalServer(written(tmp_path, b"GGUF"))
    server.retire("Closed.")
    with pytest.raises(LlmUnreachable, match=r"^Closed\.$"):
        server.start()


def test_one_server_a_process_and_another_file_retires_it(tmp_path: Path) -> None:
    first = shared_server(tmp_path / "a.gguf")
    assert shared_server(tmp_path / "a.gguf") is first
    second = shared_server(tmp_path / "b.gguf")
    assert second is not first
    with pytest.raises(LlmUnreachable, match="the settings name another"):
        first.start()
    close_shared_server()
    with pytest.raises(LlmUnreachable, match="closed with the app"):
        second.start()
    assert shared_server(tmp_path / "b.gguf") is not second
    close_shared_server()
