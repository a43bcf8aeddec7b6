"""Prices as files write them, and the first row that is no bar."""

import numpy as np
import pandas as pd

from core.collect.files.columns import Columns
from core.errors import BadFile

_UNITS = {"K": 1e3, "M": 1e6, "B": 1e9}


def read_numbers(column: pd.Series, name: str, delimiter: str, where: str) -> pd.Series:
    """A column as numbers: 1234.5, 1,234.5, 1.234,5 (between semicolons or tabs), $12, 3.4K; blank is NaN."""
    if pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column):
        return column.astype("float64")
    text = column.astype("str").str.strip().str.replace(r"^[$€£]", "", regex=True)
    blank = column.isna() | text.str.lower().isin(("", "-", "null", "none", "nan", "n/a"))
    decimal_comma = delimiter in (";", "\t", "|") and text[~blank].str.fullmatch(r"-?[\d.]*,\d+|-?\d+").all()
    if decimal_comma and text[~blank].str.contains(",").any():
        text = text.str.replace(".", "", regex=False).str.replace(",", ".", regex=False)
    elif text[~blank].str.contains(",").any():
        grouped = text.str.fullmatch(r"-?\d{1,3}(,\d{3})+(\.\d+)?[KMB]?")
        text = text.mask(grouped, text.str.replace(",", "", regex=False))
    unit = text.str[-1:].map(_UNITS)
    numbers = pd.to_numeric(text.mask(unit.notna(), text.str[:-1]), errors="coerce") * unit.fillna(1.0)
    wrong = (numbers.isna() | ~np.isfinite(numbers)) & ~blank
    if wrong.any():
        row = column.index[wrong.to_numpy()][0]
        raise BadFile(
            f"{where}, row {row}, column {name!r}: {str(column[row])[:32]!r} is no number. Correct or remove the row."
        )
    return numbers.mask(blank).astype("float64")


def judge_rows(bars: pd.DataFrame, columns: Columns, where: str) -> None:
    """Raise BadFile on the first row that is no bar."""
    names = {"open": columns.open, "high": columns.high, "low": columns.low, "close": columns.close}
    for ours, theirs in names.items():
        for found, what in ((bars[ours].isna(), "is blank"), (bars[ours] <= 0, "is not above zero")):
            if found.any():
                row = bars.index[found.to_numpy()][0]
                shown = "" if what == "is blank" else f" {float(bars[ours][row]):g}"
                raise BadFile(
                    f"{where}, row {row}, column {theirs!r}: the price{shown} {what}. Correct or remove the row."
                )
    if (bars["volume"] < 0).any():
        row = bars.index[(bars["volume"] < 0).to_numpy()][0]
        raise BadFile(
            f"{where}, row {row}, column {columns.volume!r}: the volume {float(bars['volume'][row]):g} is negative. "
            "Correct or remove the row."
        )
    body_top, body_low = np.maximum(bars["open"], bars["close"]), np.minimum(bars["open"], bars["close"])
    slack = 1e-6
    for found, ours, what in (
        (bars["high"] < bars["low"], "high", f"is below the {columns.low!r}"),
        (bars["high"] < body_top * (1 - slack), "high", "is below open or close"),
        (bars["low"] > body_low * (1 + slack), "low", "is above open or close"),
    ):
        if found.any():
            row = bars.index[found.to_numpy()][0]
            raise BadFile(
                f"{where}, row {row}, column {names[ours]!r}: {float(bars[ours][row]):g} {what}. "
                "Correct or remove the row; are the columns named right?"
            )
    bars["high"], bars["low"] = np.maximum(bars["high"], body_top), np.minimum(bars["low"], body_low)
