"""A cycle's report and the results of its stages as one compressed text, each value in it once.

A passport is written once and read whole, so it is compressed by itself: a column that the engine compresses takes as
little, but to read one row of it up to 2,048 rows must be taken apart.
"""

import hashlib
import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import duckdb

from core.errors import StoreCorrupt
from core.records import CycleReport
from core.store.codec import dump, load


@dataclass(frozen=True, slots=True)
class Told:
    """What a cycle came to."""

    report: str
    """JSON of a CycleReport."""
    outputs: Mapping[str, str]
    """Result of each stage as JSON, in order; stages without one are left out."""


@dataclass(frozen=True, slots=True)
class Packed:
    """A row of the passports."""

    cycle_id: str
    key: str | None
    """Of its settings; None: there are none, or they stand in the report still."""
    settings: str
    facts: str
    content: bytes


def joined(report: str, outputs: Mapping[str, str]) -> str:
    """Both in one text: a line that says where each stage's result stands, and the report.

    Most results are parts of the report, word for word, and are not written again.
    """
    places: dict[str, str | list[int]] = {}
    for stage, output in outputs.items():
        at = report.find(output)
        places[stage] = [at, at + len(output)] if at >= 0 else output
    return f"{_json(places)}\n{report}"


def report_in(text: str, settings: str | None) -> CycleReport:
    """The report in a joined text, with the settings that were kept apart from it."""
    report = load(CycleReport, text.split("\n", 1)[1])
    return replace(report, settings=settings) if settings else report


def outputs_in(text: str) -> dict[str, str]:
    """The results of the stages in a joined text."""
    head, report = text.split("\n", 1)
    places: dict[str, str | list[int]] = json.loads(head)
    return {
        stage: place if isinstance(place, str) else report[place[0] : place[1]] for stage, place in places.items()
    }  # fmt: skip


def without_settings(report: str, settings: str) -> tuple[str, str]:
    """The JSON of a report without its settings, which hardly ever change, and what was cut out; empty: nothing was."""
    told = f'"settings":{dump(str, settings)}'
    at = report.rfind(told) if settings else -1
    return (f'{report[:at]}"settings":""{report[at + len(told) :]}', settings) if at >= 0 else (report, "")


def pack_text(text: str) -> bytes:
    """A text compressed."""
    return zlib.compress(text.encode())


def unpack_text(content: bytes, cycle_id: str) -> str:
    """The text that `pack_text` was given.

    Raises:
        StoreCorrupt: it is damaged.
    """
    try:
        return zlib.decompress(content).decode()
    except (zlib.error, UnicodeDecodeError) as err:
        raise StoreCorrupt(
            f"The passport of cycle {cycle_id} is damaged ({err}): put a back-up in the database's place."
        ) from err


def facts_of(report: Mapping[str, Any], settled: str | None) -> str:
    """What is asked of many cycles at once, as a JSON that SQL looks into; all of it stands in the passport too.

    Args:
        report: JSON of the report, parsed; reports of earlier versions lack fields.
        settled: the book as the cycle had brought it up to date before it decided.
    """
    fused = report.get("fused")
    parts = (fused or {}).get("parts") or ()
    facts = {
        "data_source": report.get("data_source"),
        "decision": _some(report.get("decision"), "proposal", "checks", "validation"),
        "fused": None if fused is None else {
            **(_some(fused, "direction", "score", "confidence") or {}),
            "sources": [part["signal"]["source"] for part in parts if part["weight"] > 0],
        },
        "order": _some(report.get("order"), "id", "status"),
        "sentiment": _some(report.get("sentiment"), "score"),
        "llm": _some(report.get("llm"), "contaminated"),
        "book": settled and json.loads(settled),
    }  # fmt: skip
    return _json(facts)


def packed(cycle_id: str, told: Told) -> Packed:
    """The passport of a cycle, ready to be kept."""
    whole = json.loads(told.report)
    report, settings = without_settings(told.report, whole.get("settings") or "")
    key = hashlib.sha256(settings.encode()).hexdigest()[:32] if settings else None
    facts = facts_of(whole, told.outputs.get("settle"))
    return Packed(cycle_id, key, settings, facts, pack_text(joined(report, told.outputs)))


def save_packed(cursor: duckdb.DuckDBPyConnection, rows: Sequence[Packed]) -> None:
    """Keep passports, or put newer ones in their place."""
    for key, settings in {row.key: row.settings for row in rows if row.key}.items():
        cursor.execute("INSERT OR IGNORE INTO cycle_settings VALUES (?, ?)", [key, settings])
    cursor.execute(
        "INSERT INTO passports SELECT unnest(?::VARCHAR[]), unnest(?::VARCHAR[]), unnest(?::VARCHAR[]), unnest(?::BLOB[])"
        " ON CONFLICT DO UPDATE SET settings = excluded.settings, facts = excluded.facts, content = excluded.content",
        [
            [row.cycle_id for row in rows], [row.key for row in rows], [row.facts for row in rows],
            [row.content for row in rows],
        ],
    )  # fmt: skip


def _some(record: Mapping[str, Any] | None, *names: str) -> dict[str, Any] | None:
    return None if record is None else {name: record.get(name) for name in names}


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
