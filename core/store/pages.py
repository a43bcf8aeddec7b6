"""A part of a long list, with its length."""

from collections.abc import Sequence
from typing import Any

from core.store.connection import Store


def page_of(
    store: Store, query: str, order: str, values: Sequence[Any], limit: int, offset: int
) -> tuple[list[dict[str, Any]], int]:
    """Rows of a query as mappings from column to value, and how many there are in all.

    Args:
        query: a SELECT written in the code, with ? for values.
        order: its columns to sort by; they make the order whole, so that pages do not overlap.
    """
    with store.cursor() as cursor:
        total = cursor.execute(f"SELECT count(*) FROM ({query})", list(values)).fetchone()
        found = cursor.execute(f"{query} ORDER BY {order} LIMIT ? OFFSET ?", [*values, limit, offset])
        names = [column[0] for column in found.description or ()]
        rows = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    return rows, int(total[0]) if total else 0
