"""A process that trains its models anew for weeks does not keep them all in memory."""

from pathlib import Path

from core.trusted import MOST, Shelf


def test_a_shelf_keeps_what_was_used_last() -> None:
    read: list[str] = []

    def load(path: Path, sha256: str) -> str:
        read.append(sha256)
        return sha256

    shelf, path = Shelf(load), Path("model")
    for number in range(MOST):
        shelf.put(f"old {number}", "trained")
    assert shelf.take(path, "old 0") == "trained" and read == []
    shelf.put("new", "trained")
    assert shelf.take(path, "old 0") == "trained" and read == []  # used lately, so it stayed
    assert shelf.take(path, "old 1") == "old 1" and read == ["old 1"]
