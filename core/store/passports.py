"""Passports read back: the report of a cycle, and what each of its stages came to."""

from dataclasses import dataclass

import duckdb

from core.records import CycleReport
from core.store.packing import outputs_in, report_in, unpack_text


@dataclass(frozen=True, slots=True)
class Passport:
    """What is stored of a cycle that ended; read apart only as far as it is asked."""

    text: str
    """See `packing.joined`."""
    settings: str | None

    @property
    def report(self) -> CycleReport:
        """Everything that it did."""
        return report_in(self.text, self.settings)

    @property
    def outputs(self) -> dict[str, str]:
        """Result of each stage as JSON."""
        return outputs_in(self.text)


def passport_of(cursor: duckdb.DuckDBPyConnection, cycle_id: str) -> Passport | None:
    """The passport of a cycle; None while it has none.

    Raises:
        StoreCorrupt: it cannot be read.
    """
    row = cursor.execute("SELECT content, settings FROM passports WHERE cycle_id = ?", [cycle_id]).fetchone()
    if row is None:
        return None
    told = cursor.execute("SELECT content FROM cycle_settings WHERE hash = ?", [row[1]]).fetchone()
    return Passport(unpack_text(bytes(row[0]), cycle_id), str(told[0]) if told else None)


def results_of(cursor: duckdb.DuckDBPyConnection, cycle_id: str) -> dict[str, str]:
    """Result of each stage of a cycle, ended or not, as JSON, in order."""
    rows = cursor.execute(
        "SELECT stage, output FROM stage_outputs WHERE cycle_id = ? ORDER BY position", [cycle_id]
    ).fetchall()
    passport = passport_of(cursor, cycle_id)  # after them: a cycle that ends meanwhile moves them there
    return (passport.outputs if passport else {}) | {str(stage): str(output) for stage, output in rows}
