"""Language models: every call, every exchange word for word, and the answers that replay needs; nothing is deleted."""

import json
import zlib
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

import duckdb
import pandas as pd

from core.records import Exchange, KeptAnswer, LlmCall, Spending
from core.store.connection import Store

_COLUMNS = (  # in the order of the table
    "id", "at", "use", "model", "endpoint", "prompt", "symbols", "units", "state", "cycle_id", "mode", "tokens_in",
    "tokens_out", "cost", "seconds", "attempts", "reason",
)  # fmt: skip


class LlmMemory:
    """Answers and ledger of one database file."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def recall(
        self, keys: Sequence[str], fresh_at: datetime | None = None, until: datetime | None = None
    ) -> dict[str, str]:
        """The newest answers under these keys: fresh at a moment (None: of any age), given until one (None: all)."""
        if not keys:
            return {}
        with self._store.cursor() as cursor:
            rows = cursor.execute(
                "SELECT key, arg_max(content, answered_at) FROM llm_answers WHERE list_contains(?::VARCHAR[], key)"
                " AND (?::TIMESTAMPTZ IS NULL OR expires_at IS NULL OR expires_at > ?)"
                " AND (?::TIMESTAMPTZ IS NULL OR answered_at <= ?) GROUP BY key",
                [list(keys), fresh_at, fresh_at, until, until],
            ).fetchall()
        return {key: zlib.decompress(content).decode() for key, content in rows}

    def note(
        self, call: LlmCall, exchange: Exchange | None = None, answers: Sequence[KeptAnswer] = ()
    ) -> None:
        """A line of the ledger, what was said, and the answers read off it, in one transaction."""

        def write(cursor: duckdb.DuckDBPyConnection) -> None:
            row = asdict(call) | {
                "use": call.use.value,
                "state": call.state.value,
                "symbols": list(call.symbols),
                "reason": call.reason.encode("utf-8", "replace").decode(),
            }
            marks = ", ".join("?" for _ in _COLUMNS)
            cursor.execute(f"INSERT INTO llm_calls VALUES ({marks})", [row[name] for name in _COLUMNS])
            if exchange is not None:
                content = json.dumps(
                    [exchange.messages, exchange.answer]
                )  # ASCII: half a character is kept too
                cursor.execute("INSERT INTO llm_exchanges VALUES (?, ?)", [call.id, _packed(content)])
            for kept in answers:
                cursor.execute(
                    "INSERT INTO llm_answers VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                    [
                        kept.key, kept.use.value, kept.model, kept.symbol, kept.answered_at, kept.expires_at, call.id,
                        _packed(kept.content),
                    ],
                )  # fmt: skip

        self._store.write(write)

    def spent(self, since: datetime) -> Spending:
        """What the ledger holds since a moment."""
        with self._store.cursor() as cursor:
            row = cursor.execute(
                "SELECT count(*) FILTER (attempts > 0), coalesce(sum(tokens_in + tokens_out), 0)::BIGINT,"
                " coalesce(sum(cost), 0)::DOUBLE, count(*) FILTER (attempts > 0 AND cost IS NULL)"
                " FROM llm_calls WHERE asked_at >= ?",
                [since],
            ).fetchone()
        return Spending(*row) if row else Spending()

    def last_model(self, endpoint: str) -> str:
        """Name of the model that answered last there; empty when none has."""
        with self._store.cursor() as cursor:
            row = cursor.execute(
                "SELECT model FROM llm_calls WHERE endpoint = ? AND attempts > 0 AND model <> '' ORDER BY asked_at DESC LIMIT 1",
                [endpoint],
            ).fetchone()
        return str(row[0]) if row else ""


def read_calls(store: Store, since: datetime | None = None, limit: int = 100_000) -> pd.DataFrame:
    """The ledger, newest first: a row a call, with the columns of `LlmCall`; symbols joined by commas."""
    with store.cursor() as cursor:
        return cursor.execute(
            "SELECT asked_at AS \"at\", array_to_string(symbols, ', ') AS symbols, * EXCLUDE (asked_at, symbols)"
            " FROM llm_calls WHERE ?::TIMESTAMPTZ IS NULL OR asked_at >= ? ORDER BY asked_at DESC, id LIMIT ?",
            [since, since, limit],
        ).df()


def read_exchange(store: Store, call_id: str) -> Exchange | None:
    """What was sent and what came back; None where nothing was sent."""
    with store.cursor() as cursor:
        row = cursor.execute("SELECT content FROM llm_exchanges WHERE call_id = ?", [call_id]).fetchone()
    if row is None:
        return None
    messages, answer = json.loads(zlib.decompress(row[0]))
    return Exchange(tuple((role, content) for role, content in messages), answer)


def _packed(text: str) -> bytes:
    return zlib.compress(text.encode("utf-8", "replace"), 6)
