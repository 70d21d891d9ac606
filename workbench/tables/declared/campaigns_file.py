"""Campaign tables from a declaration: a file of TOML, or the same in a notebook cell."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq

from workbench.errors import DataError
from workbench.tables.campaign_data import CampaignData
from workbench.tables.declared.contact_outcome import outcome_of_contacts
from workbench.tables.declared.declaration import (
    LAST_EVENT,
    check_declaration,
    read_declaration,
)
from workbench.tables.declared.places import table_at
from workbench.tables.faults import Faults
from workbench.tables.moments import moments, one_moment
from workbench.tables.read import read_table
from workbench.tables.roles import Attributes, Events, Offers, Outcome


def declared_data(declaration: str | Path | Mapping[str, Any]) -> CampaignData:
    """Read campaign tables as a declaration says what they are.

    Parameters
    ----------
    declaration : path or mapping
        A file of TOML, or the same as a mapping; then a ``table`` may be a DataFrame. Paths of
        tables begin at the folder of the file, or at the working folder. It says:

        - ``customer, campaign, as_of``: the key columns, named alike in all tables;
        - ``observed_until``: a date, or "last-event" for the end of the last event's day;
        - ``contacts``, ``campaigns``: one table each; without campaigns, those of the contacts;
        - ``events``: tables by their names, with ``time`` and perhaps ``arrived``;
        - ``attributes``: with ``valid_from``, ``valid_until`` or ``never_changes``;
        - ``offers``;
        - ``outcome``: ``events`` that are responses, or the ``column`` of the contacts that says
          who responded; with ``horizon_days`` or ``until``, a column. Without an outcome all
          contacts are to be scored;
        - ``treatment``, of a test: the ``column`` of the contacts with the arm of each, the arm
          ``control`` that was not contacted, perhaps a column ``probability`` of their chances;
        - ``features``: builders with their settings; without them a set is proposed;
        - ``allow``: columns with personal data that may be features, each with its reason;
        - ``history_days``: contacts with fewer days of events before them are left out;
        - ``name``, ``question``: what reports call the data, and what they ask.

        A table is a ``file``; a ``table`` or ``query`` of a DuckDB file, or of the ``database``
        of a URL; or a ``query`` over files. ``rename`` maps a file's names to yours. ``dates,
        decimal, encoding, columns, kinds`` are those of `workbench.read_table`.

    Returns
    -------
    CampaignData

    Raises
    ------
    ParameterError
        The declaration says something unknown, or lacks something.
    MissingDataError
        A file, or an environment variable, is not there.
    DataError
        The tables have faults; all are listed.

    Examples
    --------
    >>> from workbench.files.shipped import data_path
    >>> declared_data(data_path("campaigns.toml"))
    CampaignData: 2,000 contacts of 593 customers in 8 campaigns; outcome known for 1,750, ...
    """
    file = None if isinstance(declaration, Mapping) else Path(declaration)
    said = declaration if isinstance(declaration, Mapping) else read_declaration(Path(declaration))
    check_declaration(said)
    folder = Path() if file is None else file.parent
    data = CampaignData(**_tables(said, folder), **{key: said[key] for key in _KEYS})
    data.features = tuple(said.get("features", ()))
    data.name = said.get("name") or ("" if file is None else file.stem)
    data.question = said.get("question", "")
    data.allow = dict(said.get("allow", {}))
    history = said.get("history_days")
    return data if history is None else data.with_history(days=history)


_KEYS = ("customer", "campaign", "as_of")
_FAR = 5
"""Times the longest pause between earlier days: a last day further off is taken for a mistake."""
_FEWEST_PAUSES = 5


def _tables(said: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """Return the arguments of CampaignData that hold, or concern, tables."""

    def at(section: str, name: str = "") -> Any:
        table = said[section][name] if name else said[section]
        where = f"[{section}.{name}]" if name else f"[{section}]"
        return table_at(table, folder=folder, where=where)

    contacts = read_table(at("contacts"))
    described = "campaigns" in said
    campaigns = read_table(at("campaigns")) if described else _campaigns_of(contacts, said)
    events = {
        name: Events(at("events", name), table["time"], table.get("arrived"))
        for name, table in said.get("events", {}).items()
    }
    attributes = {
        name: Attributes(
            at("attributes", name),
            table.get("valid_from"),
            table.get("valid_until"),
            never_changes=table.get("never_changes", False),
        )
        for name, table in said.get("attributes", {}).items()
    }
    until = _observed_until(said["observed_until"], events)
    outcome = None
    if "column" in said.get("outcome", {}):
        _check_free(said["outcome"]["column"], said)
        contacts, responses, outcome = outcome_of_contacts(
            contacts, campaigns, said, observed_until=until
        )
        events = {**events, outcome.events: responses}
    elif "outcome" in said:
        outcome = Outcome(**said["outcome"])
    return {
        "contacts": contacts,
        "campaigns": campaigns,
        "events": events,
        "attributes": attributes,
        "offers": {name: Offers(at("offers", name)) for name in said.get("offers", {})},
        "outcome": outcome,
        "observed_until": until,
        **_of_test(said.get("treatment", {})),
    }


def _of_test(said: Mapping[str, Any]) -> dict[str, Any]:
    names = {"column": "treatment", "control": "control", "probability": "arm_probability"}
    return {names[key]: value for key, value in said.items()}


def _check_free(column: str, said: Mapping[str, Any]) -> None:
    """Raise DataError where the events made of a column would have the name of another table."""
    taken = [
        name for section in ("events", "attributes", "offers") for name in said.get(section, {})
    ]
    if column.casefold() in {name.casefold() for name in taken}:
        raise DataError(
            f"[outcome]: the column {column!r} of the contacts becomes a table of events of that "
            "name, which another table has. Give that table another name."
        )


def _observed_until(said: Any, events: Mapping[str, Events]) -> pd.Timestamp:
    if said == LAST_EVENT:
        return _end_of_events(events)
    faults = Faults()
    found = one_moment(str(said), "observed_until", faults)
    faults.raise_if_any()
    return found


def _campaigns_of(contacts: pd.DataFrame, said: Mapping[str, Any]) -> pd.DataFrame:
    """Return the campaigns that contacts name, where no table describes them."""
    if said["campaign"] not in contacts.columns:
        return pd.DataFrame(columns=[said["campaign"]])  # CampaignData tells what is missing
    return contacts[[said["campaign"]]].drop_duplicates().dropna()


def _end_of_events(events: Mapping[str, Events]) -> pd.Timestamp:
    """Return the midnight after the last event of all tables."""
    if not events:
        raise DataError(
            f'`observed_until` is "{LAST_EVENT}", and there are no events. Write a date.'
        )
    last = max(_last_moment(name, table) for name, table in events.items())
    now = pd.Timestamp.now("UTC").tz_localize(None)
    if last > now + pd.Timedelta(days=1):  # zones differ by less
        raise DataError(
            f'`observed_until` is "{LAST_EVENT}", but the last event lies in the future, on '
            f"{last:%Y-%m-%d}. Mend that date, or write `observed_until` as a date."
        )
    return last.normalize() + pd.Timedelta(days=1)


def _last_moment(name: str, events: Events) -> pd.Timestamp:
    where = f"[events.{name}]"
    if isinstance(events.table, Path):  # read in place: it may be larger than memory
        there = events.time in pq.read_schema(events.table).names
        column = _column(events.table, events.time) if there else None
    else:
        column = read_table(events.table).get(events.time)
    if column is None:
        raise DataError(f"{where}: there is no column {events.time!r}, which `time` names.")
    faults = Faults()
    days = moments(column, f"{name}.{events.time}", faults).dropna().dt.normalize().sort_values()
    faults.raise_if_any()
    if days.empty:
        raise DataError(f"{where}: {events.time!r} holds no date at all.")
    _check_not_alone(days.drop_duplicates(), where)
    return pd.Timestamp(days.iloc[-1])


def _column(file: Path, name: str) -> pd.Series[Any]:
    return pd.read_parquet(file, columns=[name], partitioning=None)[name]


def _check_not_alone(days: pd.Series[pd.Timestamp], where: str) -> None:
    """Raise DataError where the last day stands far behind all others, as mistyped ones do."""
    pauses = days.diff().dropna()
    if len(pauses) < _FEWEST_PAUSES or pauses.iloc[-1] <= _FAR * pauses.iloc[:-1].max():
        return
    raise DataError(
        f'`observed_until` is "{LAST_EVENT}", but the last event of {where}, on '
        f"{days.iloc[-1]:%Y-%m-%d}, stands alone, {pauses.iloc[-1].days:,} days after the one "
        "before. Mend that date, or write `observed_until` as a date."
    )
