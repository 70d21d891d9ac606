"""Contacts and campaigns: checked, and joined under fixed names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from workbench.errors import ParameterError
from workbench.messages import counted, listed
from workbench.tables.faults import Faults, rows_have
from workbench.tables.key_kinds import check_key, check_rounded
from workbench.tables.moments import check_range, moments

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


def _kind_of(column: pd.Series[Any]) -> str | None:
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
        faults.add(f"{where}: {rows_have(missing)} no date; every row needs one.")
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
            faults.add(f"{name}: {rows_have(missing)} no {column!r}; every row needs one.")
    kinds = {"customer": _kind_of(contacts[keys.customer])}
    kinds["campaign"] = _kind_of(contacts[keys.campaign])
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
    if faults.same_kind("campaign", "campaigns", _kind_of(campaigns[keys.campaign])):
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
