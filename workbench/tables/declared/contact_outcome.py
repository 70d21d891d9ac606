"""Responses that stand in a column of the contacts, made into events that are known in time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from workbench.errors import DataError
from workbench.messages import count_of, did_you_mean, listed
from workbench.reading.flag_words import NEGATIVE_WORDS, POSITIVE_WORDS
from workbench.tables.faults import Faults
from workbench.tables.moments import moments
from workbench.tables.roles import Events, Outcome

_AT, _UNTIL = "known_at", "window_end"


def outcome_of_contacts(
    contacts: pd.DataFrame,
    campaigns: pd.DataFrame,
    said: Mapping[str, Any],
    *,
    observed_until: pd.Timestamp,
) -> tuple[pd.DataFrame, Events, Outcome]:
    """Turn a column that says who responded into a table of events, and the outcome of it.

    A response is dated just before its window ends: when exactly it came nobody wrote down, and
    until then another campaign's features must not know of it.

    Parameters
    ----------
    contacts, campaigns : DataFrame
    said : mapping
        A checked declaration, whose outcome names a ``column``.
    observed_until : Timestamp
        Contacts whose window ends later are not known yet, whatever the column holds.

    Returns
    -------
    contacts : DataFrame
        Without the column.
    events : Events
    outcome : Outcome

    Raises
    ------
    DataError
        There is no such column, it does not tell who responded, or a contact whose window has
        ended has no value.
    """
    column, customer, campaign = said["outcome"]["column"], said["customer"], said["campaign"]
    if column not in contacts.columns:
        raise DataError(
            f"[outcome]: the contacts have no column {column!r}; they have "
            f"{listed(contacts.columns)}.{did_you_mean(column, contacts.columns)}"
        )
    responded = _flags(contacts[column], column)
    ends = _ends(contacts, campaigns, said)
    blank = int((responded.isna() & (ends <= observed_until)).sum())
    if blank:
        raise DataError(
            f"[outcome]: {count_of(blank, 'contact has', 'contacts have')} nothing in {column!r}, "
            f"though the window had ended by {observed_until:%Y-%m-%d}. Write 0 where a blank "
            "means no; leave out contacts whose answer is lost."
        )
    positive = (responded == 1).to_numpy(dtype=bool, na_value=False)
    positive &= (ends <= observed_until).to_numpy()  # others are not known yet
    made = contacts.loc[positive, [customer, campaign]].assign(
        **{_AT: ends[positive] - pd.Timedelta(microseconds=1)}
    )
    kept = contacts.drop(columns=column).assign(**{_UNTIL: ends})
    return (
        kept,
        Events(made, _AT, may_be_empty=True),
        Outcome(column, until=_UNTIL),
    )


def _flags(column: pd.Series[Any], name: str) -> pd.Series[Any]:
    """Return 1, 0 or missing; anything else is refused."""
    words = column.astype("str").str.strip().str.casefold().where(column.notna())
    read = words.map(dict.fromkeys(POSITIVE_WORDS, 1.0) | dict.fromkeys(NEGATIVE_WORDS, 0.0))
    numbers = read.astype("Float64").fillna(
        pd.to_numeric(column, errors="coerce").astype("Float64")
    )
    others = column[column.notna() & ~numbers.isin([0, 1]).to_numpy()]
    if len(others):
        raise DataError(
            f"[outcome]: the column {name!r} must say who responded, with 0 and 1, or no and yes; "
            f"it holds {listed(others.unique().tolist(), 4)}."
        )
    return numbers


def _ends(
    contacts: pd.DataFrame, campaigns: pd.DataFrame, said: Mapping[str, Any]
) -> pd.Series[Any]:
    """Return when the window of each contact ends."""
    days, until = said["outcome"].get("horizon_days"), said["outcome"].get("until")
    Outcome("contacts", days, until)  # says what is wrong with either
    if until is not None:
        return _moment(until, contacts, campaigns, said["campaign"])
    window = pd.Timedelta(microseconds=round(days * 86_400_000_000))
    return _moment(said["as_of"], contacts, campaigns, said["campaign"]) + window


def _moment(
    name: str, contacts: pd.DataFrame, campaigns: pd.DataFrame, campaign: str
) -> pd.Series[Any]:
    faults = Faults()
    if name in contacts.columns:
        found = moments(contacts[name], f"contacts.{name}", faults)
    elif name in campaigns.columns and campaign in campaigns.columns:
        read = moments(campaigns[name], f"campaigns.{name}", faults)
        by_campaign = dict(zip(campaigns[campaign], read, strict=True))
        found = contacts[campaign].map(by_campaign).astype("datetime64[us]")
    else:
        raise DataError(
            f"[outcome]: neither contacts nor campaigns have a column {name!r}; campaigns have "
            f"{listed(campaigns.columns)}, contacts {listed(contacts.columns)}."
        )
    faults.raise_if_any()
    return pd.Series(np.asarray(found), contacts.index)
