"""Importing a file of the user's in three looks: what was found, how it is read, what becomes of it."""

from typing import Any

import streamlit as st

from core.errors import GlassboxError
from core.records import Timeframe
from core.runtime import Runtime
from core.views import FileReading, UploadPreview, import_upload, preview_upload
from pages.components.choices import Choice

_PARTS = ("date", "time", "open", "high", "low", "close", "volume")
_DETECTED = "– detect –"
_ZONES = ("UTC", "America/New_York", "America/Chicago", "Europe/London", "Europe/Berlin", "Asia/Tokyo", "Asia/Hong_Kong", "Australia/Sydney")  # fmt: skip
_ORDERS = {"– detect –": None, "day first (31/12/2024)": True, "month first (12/31/2024)": False}


def import_wizard(runtime: Runtime, chosen: Choice) -> None:
    """Upload, map, look, import; nothing is kept before the button is pressed."""
    st.markdown("Bars from a **CSV** or **Parquet** file: date, open, high, low, close and, if known, volume. Columns, delimiter, date format and zone are detected; what is detected wrong can be chosen.")  # fmt: skip
    upload = st.file_uploader("File", type=["csv", "txt", "tsv", "parquet"], key="import_file", help="Up to 200 MB. It is read here and nowhere else.")  # fmt: skip
    if upload is None:
        st.info(
            "Choose a file to see what is in it. Nothing is kept before you press import.",
            icon=":material/lightbulb:",
        )
        return
    data = upload.getvalue()
    plain = preview_upload(runtime.bench, upload.name, data, FileReading())
    reading = _choose_reading(plain)
    try:
        look = preview_upload(runtime.bench, upload.name, data, FileReading(**reading))
    except GlassboxError as err:
        st.error(str(err), icon=":material/error:")
        return
    if look.found.hindrance:
        st.error(look.found.hindrance, icon=":material/error:", title="It cannot be imported like this")
        if len(look.found.head):
            st.caption("The first rows of the file as they stand:")
            st.dataframe(look.found.head)
        return
    st.success(look.words, icon=":material/check:")
    st.caption("The first and last bars as they would be imported (times in UTC):")
    st.dataframe(look.shown, hide_index=True)
    _take_over(runtime, chosen, upload.name, data, reading, look)


def _choose_reading(found: UploadPreview) -> dict[str, Any]:
    """What the user chose; whatever is left at «detect» is not in it."""
    names = [_DETECTED, *found.found.columns]
    reading: dict[str, Any] = {}
    with st.expander("How to read it", expanded=bool(found.found.hindrance), icon=":material/tune:"):
        for column, part in zip(st.columns(len(_PARTS)), _PARTS, strict=True):
            picked = column.selectbox(
                part.capitalize(), names, key=f"import_{part}", help=f"The file's column for {part}."
            )
            if picked != _DETECTED:
                reading[part] = picked
        left, right = st.columns(2)
        zone = left.selectbox(
            "Zone of times without an offset", [_DETECTED, *_ZONES], key="import_zone", accept_new_options=True,
            help="Detected: UTC. Any IANA name may be typed, like Europe/Paris.",
        )  # fmt: skip
        order = right.selectbox("Dates like 03/04/2024", list(_ORDERS), key="import_order", help="Found out from the rows where possible.")  # fmt: skip
        if zone and zone != _DETECTED:
            reading["zone"] = zone
        if _ORDERS[order] is not None:
            reading["day_first"] = _ORDERS[order]
    return reading


def _take_over(
    runtime: Runtime, chosen: Choice, name: str, data: bytes, reading: dict[str, Any], look: UploadPreview
) -> None:
    """Symbol, timeframe, and the button."""
    frames = [frame.value for frame in Timeframe]
    sniffed = look.found.sniffed
    guess = sniffed.timeframe if sniffed and sniffed.timeframe else chosen.timeframe
    left, middle, right = st.columns([2, 2, 3], vertical_alignment="bottom")
    symbol = left.text_input(
        "Asset", chosen.symbol, key="import_symbol", help="Like BTC-USD, AAPL, EURUSD=X."
    )
    frame = middle.selectbox("Timeframe", frames, index=frames.index(guess.value), key="import_timeframe", help="Length of one bar.")  # fmt: skip
    if right.button(
        f"Import {len(look.found.bars):,} bars", type="primary", width="stretch", key="import_button"
    ):
        try:
            done = import_upload(runtime.bench, name, data, FileReading(**reading), symbol, Timeframe(frame))
        except GlassboxError as err:
            st.error(str(err), icon=":material/error:", title="Nothing was imported")
        else:
            st.success(done, icon=":material/check_circle:")
