"""The audit trail shows what was changed in it."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.records import Deed
from core.store import Store
from core.store.audit import check_chain, read_audit, save_deed

NOW = datetime(2024, 5, 1, 12, 0, 0, 123456, tzinfo=UTC)
DEEDS = [
    Deed("owner", "page", "halt", "book", '{"state": "ACTIVE"}', f"HALTED «{number}»") for number in range(5)
]


@pytest.fixture
def trail(store: Store) -> Store:
    for number, deed in enumerate(DEEDS):
        store.write(save_deed(deed, NOW + timedelta(seconds=number)))
    return store


def test_an_untouched_trail_is_whole(trail: Store) -> None:
    entries = read_audit(trail)
    assert [entry.deed for entry in entries] == DEEDS[::-1]
    assert [entry.position for entry in entries] == [5, 4, 3, 2, 1]
    assert [entry.position for entry in read_audit(trail, limit=2, before=4)] == [3, 2]
    check = check_chain(trail)
    assert (check.entries, check.broken_at, check.head) == (5, None, entries[0].hash)
    assert "is whole" in check.words


def test_an_empty_trail_is_whole(store: Store) -> None:
    assert check_chain(store).broken_at is None


@pytest.mark.parametrize(
    ("change", "shown_at"),
    [
        ("UPDATE audit SET who = 'nobody' WHERE position = 2", 2),
        ("UPDATE audit SET after = '' WHERE position = 5", 5),
        ("UPDATE audit SET done_at = done_at + INTERVAL 1 MICROSECOND WHERE position = 1", 1),
        ("UPDATE audit SET hash = 'f' WHERE position = 3", 3),
        ("DELETE FROM audit WHERE position = 3", 3),
        ("DELETE FROM audit WHERE position = 1", 1),
        ("INSERT INTO audit SELECT * REPLACE (9 AS position) FROM audit WHERE position = 2", 6),
    ],
)
def test_a_changed_row_shows(trail: Store, change: str, shown_at: int) -> None:
    with trail.transaction() as cursor:
        cursor.execute(change)
    check = check_chain(trail)
    assert check.broken_at == shown_at
    assert f"changed at entry {shown_at}" in check.words


def test_a_removed_end_shows_by_the_head(trail: Store) -> None:
    head = check_chain(trail).head
    with trail.transaction() as cursor:
        cursor.execute("DELETE FROM audit WHERE position = 5")
    assert check_chain(trail).broken_at is None
    assert check_chain(trail).head != head


@given(words=st.lists(st.text(max_size=20), min_size=6, max_size=6))
def test_any_words_survive_the_way(tmp_path_factory, words: list[str]) -> None:
    store = Store(tmp_path_factory.mktemp("trail") / "x.duckdb")
    words = [word.replace("\x00", "").encode("utf-8", "ignore").decode() for word in words]
    store.write(save_deed(Deed(*words), NOW))
    assert check_chain(store).broken_at is None
    assert read_audit(store)[0].deed == Deed(*words)
    store.close()


def test_what_fails_leaves_no_deed(trail: Store) -> None:
    def fail(cursor: object) -> None:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        trail.write(save_deed(DEEDS[0], NOW), fail)
    assert check_chain(trail).entries == 5
