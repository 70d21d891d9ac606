"""CampaignData: contacts, campaigns, events, attributes, offers, and what came of it.

Everything is checked on entry, and every fault is listed in one error. What is kept are
tables with fixed key names (customer, campaign, time, as_of), which builders query.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from html import escape
from typing import Any, Self

import duckdb
import pandas as pd

from workbench.errors import DataError
from workbench.messages import count_of
from workbench.sql.names import quoted
from workbench.tables import read_table
from workbench.tables.contacts import Keyed, check_contacts
from workbench.tables.faults import Faults
from workbench.tables.hidden import Hidden
from workbench.tables.key_spelling import check_spelling
from workbench.tables.mentions import note_of_names, said_without, without_names
from workbench.tables.moments import one_moment
from workbench.tables.quality import QUALITY, ended_early, late_events, quality_of
from workbench.tables.roles import Attributes, Events, Offers, Outcome
from workbench.tables.store import store
from workbench.tables.suppression import SuppressionList, check_some_left, note_of
from workbench.tables.table_names import KEYS, check_arms, check_names

__all__ = ["Attributes", "CampaignData", "Events", "Offers", "Outcome"]


class CampaignData:
    """Campaign tables, checked, with the moment of every decision.

    Parameters
    ----------
    contacts : table
        One row a customer and campaign.
    campaigns : table
        One row a campaign.
    events : mapping of name to Events
    attributes : mapping of name to Attributes, optional
    offers : mapping of name to Offers, optional
    outcome : Outcome, optional
        Without it all contacts are to be scored.
    customer, campaign, as_of : str
        Names of the key columns in your tables. `as_of`, the moment at which it is
        decided whom to contact, is a column of the contacts or of the campaigns.
    treatment : str, optional
        The column of the contacts that holds the arm of a test that each was in. Contacts without
        an outcome may have none yet.
    control : object, optional
        The arm that was not contacted, where its name does not tell.
    arm_probability : str, optional
        The column of the contacts with the chance that each had of its arm, where they differ.
    observed_until : str or Timestamp
        The moment up to which events were recorded. A window that ends later has no
        outcome yet: its contacts are kept, to be scored.

    Attributes
    ----------
    contacts : DataFrame
        ``contact`` (0, 1, …), ``customer, campaign, as_of, matured_at, outcome``; outcome
        is 1, 0, or NaN where it is not known yet.
    campaigns : DataFrame
    notes : tuple of str
        What was left out or assumed.
    called : str
        The name of the column of customers.
    name, question : str
        What reports call the data, and what they ask; empty if nobody said.
    features : sequence of dict
        Builders with their settings, for `FeatureSet.declared`; empty: a set is proposed.
    allow : mapping of column to reason
        Columns that hold personal data and may be features all the same.

    Raises
    ------
    DataError
        Lists every fault: missing columns, empty tables, duplicate contacts, events
        without customer, impossible dates, zones that do not agree, campaigns without
        contacts, contacts of no campaign.

    Examples
    --------
    >>> import pandas as pd
    >>> from workbench import CampaignData, Events, Outcome
    >>> data = CampaignData(
    ...     contacts=pd.DataFrame({"id": [1, 2], "campaign": ["spring", "spring"]}),
    ...     campaigns=pd.DataFrame({"campaign": ["spring"], "start": ["2024-03-01"]}),
    ...     events={"orders": Events(pd.DataFrame({"id": [1], "at": ["2024-03-05"]}), time="at")},
    ...     outcome=Outcome("orders", horizon_days=28),
    ...     customer="id", campaign="campaign", as_of="start", observed_until="2024-06-01",
    ... )
    >>> data
    CampaignData: 2 contacts of 2 customers in 1 campaign; outcome known for 2, 1 positive
    >>> data.contacts["outcome"].tolist()
    [1.0, 0.0]
    """

    def __init__(  # noqa: PLR0913 - a table or a column of theirs each
        self,
        contacts: Any,
        campaigns: Any,
        *,
        events: Mapping[str, Events],
        attributes: Mapping[str, Attributes] | None = None,
        offers: Mapping[str, Offers] | None = None,
        outcome: Outcome | None = None,
        customer: str,
        campaign: str,
        as_of: str,
        observed_until: Any,
        treatment: str | None = None,
        control: object = None,
        arm_probability: str | None = None,
    ) -> None:
        self.treatment, self.control, self.arm_probability = treatment, control, arm_probability
        self.event_tables = dict(events)
        self.attribute_tables = dict(attributes or {})
        self.offer_tables = dict(offers or {})
        self.outcome = outcome
        self.name, self.question = "", ""
        self.features: Sequence[Mapping[str, Any]] = ()
        self.allow: Mapping[str, str] = {}
        check_names(self.event_tables, self.attribute_tables, self.offer_tables, outcome)
        may_be_empty = [name for name, given in self.event_tables.items() if given.may_be_empty]
        faults = Faults(may_be_empty=may_be_empty)
        self.observed_until = one_moment(observed_until, "observed_until", faults)
        keys = Keyed(customer=customer, campaign=campaign, as_of=as_of)
        until = None if outcome is None else outcome.until
        self.contacts, self.campaigns = check_contacts(
            read_table(contacts), read_table(campaigns), keys, until, faults
        )
        check_arms(self.contacts, treatment, control, arm_probability, faults)
        self._database = duckdb.connect()
        for name, by, source, roles in self._keyed_tables():
            store(self._database, name, source, keys=keys, roles=roles, by=by, faults=faults)
        faults.raise_if_any()
        self._said_of_rows = self._looked_at(self._database, self.contacts)
        self.notes: tuple[str, ...] = (*faults.notes, *self._said_of_rows)
        self.contacts = self._with_outcome()
        self._all_contacts = self.contacts
        self.called, self._hidden = customer, Hidden()
        self.suppressed: Mapping[str, int] = {}

    def connect(self) -> duckdb.DuckDBPyConnection:
        """Return a DuckDB connection with a table each, under fixed key names.

        - ``contacts`` and ``campaigns``, without the arms of a test, which no feature may know;
        - ``all_contacts``, with those that `with_history` left out: they are part of a customer's
          history;
        - each event table, with ``customer, time`` (and ``arrived``, ``campaign`` where it has
          them);
        - each attribute table, with ``customer`` (and ``valid_from, valid_until``);
        - each offer table, with ``campaign``.
        """
        connection = self._database.cursor()
        arms = [name for name in (self.treatment, self.arm_probability) if name is not None]
        connection.register("contacts", self.contacts.drop(columns=arms))
        connection.register("all_contacts", self._all_contacts.drop(columns=arms))
        connection.register("campaigns", self.campaigns)
        self._hidden.hide(connection)
        return connection

    def with_history(self, *, days: float) -> Self:
        """Drop contacts whose `as_of` has less recorded history before it; a note says so.

        Raises
        ------
        DataError
            No contact has that much history, or no event was recorded.
        """
        spans = self._spans()
        if not spans:
            raise DataError(
                "`with_history` needs a table of events; these data have none. Give one in "
                "`events`, or leave this step out."
            )
        begins = min(span[0] for span in spans.values())
        kept = self.contacts["as_of"] >= begins + pd.Timedelta(days=days)
        if not kept.any():
            raise DataError(
                f"No contact has {days:g} days of events before it; they begin on "
                f"{begins:%Y-%m-%d}. Ask for less history."
            )
        changed = copy(self)
        changed.contacts = self.contacts[kept].reset_index(drop=True)
        changed.contacts["contact"] = range(len(changed.contacts))
        if not kept.all():
            lost = self.contacts.loc[~kept, "campaign"].nunique()
            note = (
                f"{count_of((~kept).sum(), 'contact')} of {count_of(lost, 'campaign')} are left "
                f"out: fewer than {days:g} days of events were recorded before them."
            )
            changed.notes = (*self.notes, note)
        return changed

    def without_customers(self, ids: Any, *, column: str | None = None) -> Self:
        """Leave out customers who must not be used, in all tables that have customers.

        When recording began, and `observed_until`, stay as they were: they are of the tables.

        Parameters
        ----------
        ids : path, table, Series or list
            Their ids, compared as keys are.
        column : str, optional
            The column that holds them, in a list of several.

        Raises
        ------
        DataError
            Ids are of another kind than customers, or match but for their spelling; or no contact
            is left.
        SchemaError
            It is not plain which column of the list holds the customer.

        Examples
        --------
        >>> from workbench.datasets import sample
        >>> data = sample()
        >>> data.without_customers(data.contacts["customer"].unique()[:93])
        CampaignData: 1,6... contacts of 500 customers in 8 campaigns; ...
        """
        listing = SuppressionList.of(ids, column=column)
        found = listing.matched(self._all_contacts["customer"], customer=self.called)
        here = found.of(self.contacts["customer"])
        check_some_left(here)
        customers = self._hidden.customers | found.listed
        by_customer = [*self.event_tables, *self.attribute_tables]
        hidden = Hidden.of(self._database, customers, by_customer, self._spans())
        changed = copy(self)
        changed.contacts, named = _without(self.contacts, found.listed)
        everybody, _ = _without(self._all_contacts, found.listed)
        vars(changed).update(_all_contacts=everybody, _hidden=hidden)
        said = self._looked_at(changed.connect(), changed.contacts)
        vars(changed).update(_said_of_rows=said)
        changed.suppressed = here.counts_with(self.suppressed)
        anew = {*self._said_of_rows, *([note_of(self.suppressed)] if self.suppressed else [])}
        rest = [note for note in self.notes if note not in anew]
        in_all = note_of_names([*named, *hidden.named])
        counts = note_of(changed.suppressed)
        changed.notes = (*said_without(rest, customers), *said, counts, *in_all)
        return changed

    def tables(self) -> pd.DataFrame:
        """Describe every table: what it holds, its rows, and the span of its moments."""
        spans, connection = self._spans(), self.connect()
        kinds = dict.fromkeys(self.event_tables, "events")
        kinds |= dict.fromkeys(self.attribute_tables, "attributes")
        kinds |= dict.fromkeys(self.offer_tables, "offers")
        rows = {"contacts": ("contacts", len(self.contacts), *_span(self.contacts["as_of"]))}
        rows["campaigns"] = ("campaigns", len(self.campaigns), *_span(self.campaigns.get("as_of")))
        for name, kind in kinds.items():
            (count,) = connection.execute(f"SELECT count(*) FROM {quoted(name)}").fetchone() or (0,)
            rows[name] = (kind, count, *spans.get(name, (pd.NaT, pd.NaT)))
        columns = ["holds", "rows", "first", "last"]
        return pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("table")

    def own_columns(self) -> list[str]:
        """Name the columns of all tables, without those that every table of contacts has."""
        connection, names = self.connect(), dict.fromkeys(self.campaigns.columns)
        for table in (*self.event_tables, *self.attribute_tables, *self.offer_tables):
            rows = connection.execute(f"DESCRIBE {quoted(table)}").fetchall()
            names |= dict.fromkeys(str(row[0]) for row in rows)
        return [name for name in names if name not in KEYS]

    def quality(self, *, today: Any = None) -> pd.DataFrame:
        """Count, for every table, what an analyst should know before trusting it.

        Parameters
        ----------
        today : str or Timestamp, optional
            What lies after it lies in the future; the machine's clock (UTC) if not given.

        Returns
        -------
        DataFrame
            One row a table:

            - ``rows``, and ``duplicate_rows``: the same in every column as an earlier
              one;
            - ``missing_share``: of all cells;
            - ``unknown_customers``: those that no contact names;
            - ``after_observed``, ``in_future``: events at or after `observed_until`, and
              after `today`;
            - ``remark``: what to do about it.
        """
        now = pd.Timestamp.now("UTC").tz_localize(None) if today is None else pd.Timestamp(today)
        connection = self.connect()
        rows = {
            name: quality_of(connection, name, observed_until=self.observed_until, today=now)
            for name in [*self.event_tables, *self.attribute_tables, *self.offer_tables]
        }
        return pd.DataFrame.from_dict(rows, orient="index", columns=QUALITY).rename_axis("table")

    def __repr__(self) -> str:
        known = self.contacts["outcome"].notna()
        customers, campaigns = (
            self.contacts["customer"].nunique(),
            self.contacts["campaign"].nunique(),
        )
        contacts = count_of(len(self.contacts), "contact")
        return (
            f"CampaignData: {contacts} of {count_of(customers, 'customer')} in "
            f"{count_of(campaigns, 'campaign')}; outcome known for "
            f"{int(known.sum()):,}, {int(self.contacts['outcome'].sum()):,} positive"
        )

    def _repr_html_(self) -> str:
        return f"<p>{escape(repr(self))}</p>{self.tables().to_html(border=0)}"

    def _keyed_tables(self) -> Iterator[tuple[str, str, Any, dict[str, str]]]:
        """Yield the name, key, source and columns of moments of every table but the first two."""
        for name, events in self.event_tables.items():
            arrival = {"arrived": events.arrived} if events.arrived else {}
            yield name, "customer", events.table, {"time": events.time, **arrival}
        for name, attributes in self.attribute_tables.items():
            roles = {"valid_from": attributes.valid_from, "valid_until": attributes.valid_until}
            yield name, "customer", attributes.table, {k: v for k, v in roles.items() if v}
        for name, offers in self.offer_tables.items():
            yield name, "campaign", offers.table, {}

    def began(self, events: str) -> pd.Timestamp | None:
        """Return the first moment of a table of events from which customers are left out.

        It is when recording began, whoever the event was of; None where nobody is left out.
        """
        span = self._hidden.spans.get(events)
        return None if span is None else pd.Timestamp(span[0])

    def _spans(self) -> Mapping[str, Sequence[Any]]:
        if self._hidden.customers:
            return self._hidden.spans
        connection = self.connect()
        found = {
            name: connection.execute(f"SELECT min(time), max(time) FROM {quoted(name)}").fetchone()
            for name in self.event_tables
        }
        return {
            name: tuple(map(pd.Timestamp, span))
            for name, span in found.items()
            if span and span[0] is not None
        }

    def _looked_at(
        self, connection: duckdb.DuckDBPyConnection, contacts: pd.DataFrame
    ) -> tuple[str, ...]:
        """Say what is odd of the rows of tables; raise where they cannot be used."""
        faults = Faults()
        by_customer = [*self.event_tables, *self.attribute_tables]
        check_spelling(connection, contacts, by_customer, faults)
        faults.raise_if_any()
        late = late_events(connection, self.event_tables, self.observed_until)
        early = ended_early(connection, self.event_tables, contacts["as_of"].max())
        return (*faults.notes, *late, *early)

    def _with_outcome(self) -> pd.DataFrame:
        contacts = self.contacts
        if self.outcome is None:
            never = pd.Series(pd.NaT, contacts.index, dtype="datetime64[us]")
            return _in_order(contacts.assign(matured_at=never, outcome=float("nan")))
        if self.outcome.horizon_days is not None:
            window = pd.Timedelta(days=self.outcome.horizon_days).as_unit("us")
            contacts = contacts.assign(matured_at=contacts["as_of"] + window)
        connection = self._database.cursor()
        connection.register("contacts", contacts)
        events = quoted(self.outcome.events)
        described = connection.execute(f"DESCRIBE {events}").fetchall()
        own = " AND e.campaign = c.campaign" if "campaign" in {row[0] for row in described} else ""
        responded = connection.execute(
            f"""SELECT DISTINCT c.contact FROM contacts c JOIN {events} e
            ON e.customer = c.customer AND e.time >= c.as_of AND e.time < c.matured_at{own}"""
        ).fetchnumpy()["contact"]
        outcome = contacts["contact"].isin(responded).astype("float64")
        known = contacts["matured_at"] <= self.observed_until
        return _in_order(contacts.assign(outcome=outcome.where(known)))


def _without(contacts: pd.DataFrame, ids: frozenset[Any]) -> tuple[pd.DataFrame, list[str]]:
    kept = contacts[~contacts["customer"].isin(ids)].reset_index(drop=True)
    kept["contact"] = range(len(kept))
    return without_names(kept, ids, but="customer")


def _in_order(contacts: pd.DataFrame) -> pd.DataFrame:
    """Put the columns that every table of contacts has before the user's own."""
    return contacts[[*KEYS, *(column for column in contacts if column not in KEYS)]]


def _span(moments: pd.Series[Any] | None) -> tuple[Any, Any]:
    return (pd.NaT, pd.NaT) if moments is None else (moments.min(), moments.max())
