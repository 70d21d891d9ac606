"""Moments as campaign tables hold them: read without a zone, and refused where none is meant."""

from __future__ import annotations

from typing import Any

import pandas as pd

from workbench.tables.faults import Faults, rows_have

EARLIEST, LATEST = pd.Timestamp("1900-01-01"), pd.Timestamp("2200-01-01")
_OFFSET = r".*(Z|[+-]\d{2}:?\d{2})$"


def moments(column: pd.Series[Any], where: str, faults: Faults) -> pd.Series[Any]:
    """Read a column as moments without a zone (UTC where it had one), to the microsecond.

    What cannot be read becomes NaT, and a fault with the first example. Gaps stay NaT.
    """
    if not pd.api.types.is_datetime64_any_dtype(column):
        return _parsed(column, where, faults)
    zone = column.dt.tz  # asked of the values: Arrow-backed columns have a type of their own
    faults.zone(where, aware=zone is not None)
    if zone is not None:
        column = column.dt.tz_convert("UTC").dt.tz_localize(None)
    return column.astype("datetime64[us]")


def one_moment(value: Any, where: str, faults: Faults) -> pd.Timestamp:
    """Read a single moment; one without a zone is taken as UTC where the tables have zones."""
    alone = Faults()
    known = pd.api.types.is_scalar(value) and not pd.isna(value)
    read = moments(pd.Series([value] if known else [None]), where, alone)
    if pd.isna(read[0]) and not alone.lines:
        faults.add(f"{where}: there is no date; it must be a moment, such as '2024-06-01'.")
        return pd.Timestamp("NaT")
    check_range((read[0], None), where, alone)
    faults.lines += alone.lines
    return pd.Timestamp(read[0])


def _parsed(column: pd.Series[Any], where: str, faults: Faults) -> pd.Series[Any]:
    text = column.reset_index(drop=True).dropna().astype("str").str.strip()
    present = text[text != ""]
    offset = present.str.match(_OFFSET) & present.str.contains(":")
    if offset.any() and not offset.all():
        faults.add(
            f"{where}: {int(offset.sum()):,} moments have a time zone and {int((~offset).sum()):,} "
            f"have none, such as {present[offset].iloc[0]!r} and {present[~offset].iloc[0]!r}; "
            "convert them to one zone first."
        )
    elif not present.empty:
        faults.zone(where, aware=bool(offset.all()))
    read = pd.to_datetime(_day_last(present), errors="coerce", format="ISO8601", utc=True)
    read = read.dt.tz_localize(None)
    unread = present[read.isna()]
    if len(unread):
        faults.add(
            f"{where}: {rows_have(len(unread))} no possible date, such as {unread.iloc[0]!r}; "
            "write dates as YYYY-MM-DD."
        )
    return read.reindex(range(len(column))).astype("datetime64[us]").set_axis(column.index)


def _day_last(text: pd.Series[str]) -> pd.Series[str]:
    """Turn DD.MM.YYYY into YYYY-MM-DD; 3/4/2024 stays, as nobody knows which it means."""
    return text.str.replace(
        r"^(\d{1,2})\.(\d{1,2})\.(\d{4})",
        lambda found: f"{found[3]}-{int(found[2]):02d}-{int(found[1]):02d}",
        regex=True,
    )


def check_range(values: tuple[Any, Any], where: str, faults: Faults) -> None:
    """Note a fault where moments lie before 1900 or after 2200: slips of the keyboard."""
    for value in dict.fromkeys(value for value in values if not pd.isna(value)):
        # DuckDB gives as text what Python's calendar does not reach
        beyond = isinstance(value, str) or not EARLIEST <= pd.Timestamp(value) < LATEST
        if beyond:
            shown = value if isinstance(value, str) else str(pd.Timestamp(value))[:10]
            faults.add(
                f"{where}: {shown} is no possible date; moments must lie between 1900 and 2200."
            )
