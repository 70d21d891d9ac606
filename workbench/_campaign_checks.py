"""Contacts, campaigns and moments: read, checked, and joined under fixed names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from workbench.errors import ParameterError
from workbench.messages import counted, listed
from workbench.tables.faults import Faults
from workbench.tables.key_kinds import check_key, check_rounded

EARLIEST, LATEST = pd.Timestamp("1900-01-01"), pd.Timestamp("2200-01-01")
_KINDS = {
    "string": "text",
    "integer": "numbers",
    "floating": "numbers",
    "mixed-integer-float": "numbers",
    "decimal": "numbers",
    "boolean": "truth values",
    "date": "moments",
    "datetime": "moments",
    "datetime64": "moments",
}
_OFFSET = r".*(Z|[+-]\d{2}:?\d{2})$"


@dataclass(frozen=True)
class Keyed:
    """What the key columns are called in the user's tables."""

    customer: str
    campaign: str
    as_of: str

    def __post_init__(self) -> None:
        names = [self.customer, self.campaign, self.as_of]
        if len(set(names)) < 3:
            raise ParameterError(
                f"`customer`, `campaign` and `as_of` must name three columns; got {listed(names)}."
            )


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
            f"{where}: {_rows(len(unread))} no possible date, such as {unread.iloc[0]!r}; "
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


def check_contacts(
    contacts: pd.DataFrame, campaigns: pd.DataFrame, keys: Keyed, until: str | None, faults: Faults
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Check contacts and campaigns, and join what the campaign decides to each contact.

    Returns
    -------
    contacts : DataFrame
        ``contact, customer, campaign, as_of`` and, with `until`, ``matured_at``.
    campaigns : DataFrame
        Under fixed key names.
    """
    dated = {"as_of": keys.as_of} | ({"matured_at": until} if until else {})
    from_campaigns = [c for c in dated.values() if c not in contacts.columns]
    keyed = faults.columns("contacts", contacts.columns, [keys.customer, keys.campaign])
    keyed &= faults.columns("campaigns", campaigns.columns, [keys.campaign])
    for name, table in (("contacts", contacts), ("campaigns", campaigns)):
        if len(table) == 0:
            faults.add(f"{name}: the table is empty; it must have at least one row.")
            keyed = False
    if keyed:  # duplicates are found even where a date is missing
        _check_keys_of_contacts(contacts, campaigns, keys, faults)
    if not faults.columns("campaigns", campaigns.columns, from_campaigns) or not keyed:
        return contacts, campaigns
    contacts, campaigns = _under_fixed_names(contacts, campaigns, keys, dated, faults)
    for fixed, given in dated.items():
        home, table = ("contacts", contacts) if given in contacts else ("campaigns", campaigns)
        read = _required_moments(table[given], f"{home}.{given}", faults)
        if home == "campaigns":
            campaigns[fixed] = read
            read = contacts["campaign"].map(_by_campaign(campaigns, fixed))
        contacts = contacts.assign(**{fixed: read})
    _check_window(contacts, faults)
    # rows of a reversed or strided frame are laid out anew: DuckDB cannot read them in place
    contacts = contacts.reset_index(drop=True).copy()
    contacts.insert(0, "contact", range(len(contacts)))
    kept = ["contact", "customer", "campaign", *dated]
    return contacts[kept + [c for c in contacts.columns if c not in kept]], campaigns


def _under_fixed_names(
    contacts: pd.DataFrame,
    campaigns: pd.DataFrame,
    keys: Keyed,
    dated: Mapping[str, str],
    faults: Faults,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    fixed = {keys.customer: "customer", keys.campaign: "campaign"}
    given = {*fixed, *dated.values()}
    reserved = {"contact", "customer", "campaign", "as_of", "matured_at", "outcome"}
    tables = []
    for name, table in (("contacts", contacts), ("campaigns", campaigns)):
        own = given if name == "contacts" else given - {keys.customer}
        taken = reserved if name == "contacts" else {"campaign", "as_of", "matured_at"}
        rest = faults.without_clashes(name, [str(c) for c in table if c not in own], taken)
        renamed = {k: v for k, v in fixed.items() if k in own}
        kept = table[[c for c in table if c in own or c in rest]].rename(columns=renamed)
        tables.append(kept.apply(_plain).reset_index(drop=True))
    return tables[0], tables[1]


def kind_of(column: pd.Series[Any]) -> str | None:
    """Say whether a key is text, numbers, …; None where it is none of these."""
    return _KINDS.get(pd.api.types.infer_dtype(_plain(column), skipna=True))


def _plain(column: pd.Series[Any]) -> pd.Series[Any]:
    """Turn categories into their values: a look-up by category gives categories."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        return column.astype(column.cat.categories.dtype)
    return column


def _by_campaign(campaigns: pd.DataFrame, column: str) -> pd.Series[Any]:
    return campaigns.drop_duplicates("campaign").set_index("campaign")[column]


def _required_moments(column: pd.Series[Any], where: str, faults: Faults) -> pd.Series[Any]:
    read = moments(column, where, faults)
    missing = int(column.isna().sum())
    if missing:
        faults.add(f"{where}: {_rows(missing)} no date; every row needs one.")
    check_range((read.min(), read.max()), where, faults)
    return read


def _check_keys_of_contacts(
    contacts: pd.DataFrame, campaigns: pd.DataFrame, keys: Keyed, faults: Faults
) -> None:
    for table, name, column in (
        (contacts, "contacts", keys.customer),
        (contacts, "contacts", keys.campaign),
        (campaigns, "campaigns", keys.campaign),
    ):
        check_key(table[column], f"{name}.{column}", faults)
        check_rounded(table[column], f"{name}.{column}", faults)
        if missing := int(table[column].isna().sum()):
            faults.add(f"{name}: {_rows(missing)} no {column!r}; every row needs one.")
    kinds = {"customer": kind_of(contacts[keys.customer])}
    kinds["campaign"] = kind_of(contacts[keys.campaign])
    faults.kinds |= {key: kind for key, kind in kinds.items() if kind is not None}
    both = [keys.customer, keys.campaign]
    again = contacts.duplicated(both)
    if again.any():
        first = contacts.loc[again, both].astype(object).iloc[0].tolist()
        faults.add(
            f"contacts: {int(again.sum()):,} stand more than once, such as customer {first[0]!r} "
            f"in campaign {first[1]!r}; keep one row a customer and campaign."
        )
    repeated = campaigns.loc[campaigns[keys.campaign].duplicated(), keys.campaign]
    if len(repeated):
        faults.add(
            f"campaigns: {listed(repeated.unique())} stand more than once; keep one row each."
        )
    if faults.same_kind("campaign", "campaigns", kind_of(campaigns[keys.campaign])):
        _check_same_campaigns(contacts[keys.campaign], campaigns[keys.campaign], faults)


def _check_same_campaigns(
    contacted: pd.Series[Any], described: pd.Series[Any], faults: Faults
) -> None:
    unknown = contacted[~contacted.isin(described) & contacted.notna()]
    if len(unknown):
        names = {str(label): int(count) for label, count in unknown.value_counts().items()}
        faults.add(f"contacts: campaigns {counted(names)} are not in the table of campaigns.")
    idle = described[~described.isin(contacted) & described.notna()]
    if len(idle):
        faults.add(
            f"campaigns: {listed(idle.tolist())} have no contacts; drop them, or add their "
            "contacts."
        )


def _check_window(contacts: pd.DataFrame, faults: Faults) -> None:
    if "matured_at" not in contacts:
        return
    backwards = int((contacts["matured_at"] <= contacts["as_of"]).sum())
    if backwards:
        faults.add(
            f"contacts: {backwards:,} have an outcome window that ends before it begins; `until` "
            "must name the first moment after the window."
        )


def _rows(count: int) -> str:
    return f"{count:,} row{'s have' if count != 1 else ' has'}"
