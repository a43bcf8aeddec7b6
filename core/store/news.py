"""Headlines, posts and ratings with their search, readings of mood, and when each source was last asked."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import duckdb
import pandas as pd

from core.records import Headline, NewsKind, Reading
from core.store.connection import Store, Write
from core.store.search import parse_query, stems

_FIELDS = "id, source, title, url, symbols, published_at, fetched_at, kind, summary, language, dated, cluster"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which stored items are meant; what is None or empty does not narrow."""

    symbol: str = ""
    text: str = ""
    """Words, "phrases", -exclusions: see core.store.search."""
    kinds: tuple[NewsKind, ...] = ()
    sources: tuple[str, ...] = ()
    language: str = ""
    since: datetime | None = None
    until: datetime | None = None
    sample: bool | None = None
    """True: the embedded sample's, False: real ones, None: both."""
    first_of_story: bool = False
    """Only the first item of each story."""


def save_headlines(headlines: Iterable[Headline]) -> Write:
    """Add items; those already known keep their first `fetched_at` and gain symbols."""

    def write(cursor: duckdb.DuckDBPyConnection) -> None:
        items = list({item.id: item for item in headlines}.values())
        if not items:
            return
        fresh = _table(items)  # noqa: F841 (DuckDB reads it by name)
        cursor.execute(
            f"INSERT INTO headlines BY NAME SELECT {_FIELDS}, stems FROM fresh ON CONFLICT (id) DO UPDATE"
            " SET symbols = list_sort(list_distinct(list_concat(headlines.symbols, excluded.symbols))),"
            " cluster = CASE WHEN headlines.cluster = '' THEN excluded.cluster ELSE headlines.cluster END"
        )

    return write


def _table(items: Sequence[Headline]) -> Any:
    """Arrow, because its column of lists keeps its type also when all lists are empty."""
    import pyarrow as pa

    moment = pa.timestamp("us", tz="UTC")
    return pa.table(
        {
            "id": [item.id for item in items],
            "source": [item.source for item in items],
            "title": [item.title for item in items],
            "url": [item.url for item in items],
            "symbols": pa.array([sorted(item.symbols) for item in items], pa.list_(pa.string())),
            "published_at": pa.array([item.published_at for item in items], moment),
            "fetched_at": pa.array([item.fetched_at for item in items], moment),
            "kind": [item.kind.value for item in items],
            "summary": [item.summary for item in items],
            "language": [item.language for item in items],
            "dated": [item.dated for item in items],
            "cluster": [item.cluster for item in items],
            "stems": [stems(f"{item.title} {item.summary}") for item in items],
        }
    )


def find_headlines(store: Store, wanted: Wanted, limit: int = 1000) -> tuple[Headline, ...]:
    """Stored items that fit, newest first.

    Raises:
        InputError: the text to look for cannot be read.
    """
    if wanted.text:
        _stem_the_rest(store)
    conditions, values = _conditions(wanted)
    where = " AND ".join(conditions) or "true"
    with store.cursor() as cursor:
        rows = cursor.execute(
            f"SELECT {_FIELDS} FROM headlines WHERE {where} ORDER BY published_at DESC, id LIMIT ?",
            [*values, limit],
        ).fetchall()
    return tuple(_headline(row) for row in rows)


def _conditions(wanted: Wanted) -> tuple[list[str], list[Any]]:
    found: list[tuple[str, Any]] = []
    if wanted.symbol:
        found.append(("list_contains(symbols, ?)", wanted.symbol))
    if wanted.kinds:
        found.append(("list_contains(?::VARCHAR[], kind)", [kind.value for kind in wanted.kinds]))
    if wanted.sources:
        found.append(("list_contains(?::VARCHAR[], source)", list(wanted.sources)))
    if wanted.language:
        found.append(("language = ?", wanted.language))
    if wanted.since:
        found.append(("published_at >= ?", wanted.since))
    if wanted.until:
        found.append(("published_at <= ?", wanted.until))
    if wanted.sample is not None:
        found.append(("(source = 'sample') = ?", wanted.sample))
    if wanted.text:
        query = parse_query(wanted.text)
        found += [("contains(stems, ?)", term) for term in query.wanted]
        found += [("NOT contains(stems, ?)", term) for term in query.unwanted]
    conditions = [condition for condition, _ in found]
    if wanted.first_of_story:
        conditions.append("cluster IN ('', id)")
    return conditions, [value for _, value in found]


def _stem_the_rest(store: Store) -> None:
    """Make the stems of items that were stored before stems were kept."""
    with store.cursor() as cursor:
        rows = cursor.execute(
            "SELECT id, title || ' ' || summary FROM headlines WHERE stems IS NULL"
        ).fetchall()
    if not rows:
        return
    made = pd.DataFrame([(key, stems(text)) for key, text in rows], columns=["id", "stems"])  # noqa: F841
    with store.transaction() as cursor:
        cursor.execute("UPDATE headlines SET stems = made.stems FROM made WHERE headlines.id = made.id")


def _headline(row: tuple[Any, ...]) -> Headline:
    key, source, title, url, symbols, published_at, fetched_at, kind, summary, language, dated, cluster = row
    return Headline(
        key, source, title, url, tuple(symbols), published_at, fetched_at, NewsKind(kind), summary, language, dated,
        cluster,
    )  # fmt: skip


def read_headlines(
    store: Store, symbol: str, published_from: datetime, published_until: datetime, sample: bool
) -> tuple[Headline, ...]:
    """Items about one symbol, newest first; the embedded sample's or the real ones, never mixed."""
    wanted = Wanted(symbol=symbol, since=published_from, until=published_until, sample=sample)
    return find_headlines(store, wanted, limit=100_000)


def tag_headlines(tags: Iterable[tuple[str, str]]) -> Write:
    """Add symbols to stored items: (id, symbol)."""

    def write(cursor: duckdb.DuckDBPyConnection) -> None:
        for key, symbol in tags:
            cursor.execute(
                "UPDATE headlines SET symbols = list_sort(list_append(symbols, ?)) WHERE id = ? AND NOT list_contains(symbols, ?)",
                [symbol, key, symbol],
            )

    return write


def news_facets(store: Store) -> pd.DataFrame:
    """What is stored: source, kind, items, first, last, undated, fetched_at."""
    with store.cursor() as cursor:
        return cursor.execute(
            "SELECT source, kind, count(*) AS items, min(published_at) AS first, max(published_at) AS last,"
            " count(*) FILTER (NOT dated) AS undated, max(fetched_at) AS fetched_at FROM headlines GROUP BY ALL ORDER BY ALL"
        ).df()


def save_readings(readings: Sequence[Reading]) -> Write:
    """Add figures; one of the same source, name, symbol and time with the same value keeps its first `fetched_at`."""

    def write(cursor: duckdb.DuckDBPyConnection) -> None:
        if not readings:
            return
        fresh = pd.DataFrame(  # noqa: F841 (DuckDB reads it by name)
            [(r.source, r.name, r.symbol, r.time, r.value, r.words, r.fetched_at) for r in readings],
            columns=["source", "name", "symbol", "time", "value", "words", "fetched_at"],
        ).drop_duplicates(["source", "name", "symbol", "time"], keep="last")
        same = "r.source = f.source AND r.name = f.name AND r.symbol = f.symbol AND r.time = f.time"
        cursor.execute(f"DELETE FROM readings r USING fresh f WHERE {same} AND r.value <> f.value")
        cursor.execute(f"INSERT INTO readings SELECT f.* FROM fresh f ANTI JOIN readings r ON {same}")

    return write


def read_readings(
    store: Store,
    name: str = "",
    symbol: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> tuple[Reading, ...]:
    """Figures, oldest first: of one name (empty: all), one symbol (None: all; empty: the whole market)."""
    with store.cursor() as cursor:
        rows = cursor.execute(
            "SELECT source, name, symbol, time, value, words, fetched_at FROM readings WHERE (? = '' OR name = ?)"
            " AND symbol = coalesce(?, symbol) AND time >= coalesce(?, '-infinity'::TIMESTAMPTZ)"
            " AND time <= coalesce(?, 'infinity'::TIMESTAMPTZ) ORDER BY time, name, symbol",
            [name, name, symbol, since, until],
        ).fetchall()
    return tuple(Reading(*row) for row in rows)


@dataclass(frozen=True, slots=True)
class NewsFetch:
    """When a source was last asked, and what its server told for the next time."""

    source: str
    symbol: str
    """Empty where one answer serves all assets."""
    asked_at: datetime
    etag: str
    last_modified: str


def save_fetches(fetches: Iterable[NewsFetch]) -> Write:
    """Remember when sources were asked."""

    def write(cursor: duckdb.DuckDBPyConnection) -> None:
        for item in fetches:
            cursor.execute(
                "DELETE FROM news_fetches WHERE source = ? AND symbol = ?", [item.source, item.symbol]
            )
            cursor.execute(
                "INSERT INTO news_fetches VALUES (?, ?, ?, ?, ?)",
                [item.source, item.symbol, item.asked_at, item.etag, item.last_modified],
            )

    return write


def read_fetches(store: Store) -> tuple[NewsFetch, ...]:
    """The last question to every source."""
    with store.cursor() as cursor:
        rows = cursor.execute(
            "SELECT source, symbol, asked_at, etag, last_modified FROM news_fetches"
        ).fetchall()
    return tuple(NewsFetch(*row) for row in rows)
