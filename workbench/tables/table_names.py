"""Names of campaign tables, and of the columns of a test: each must be plain, and free."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from workbench.errors import ParameterError
from workbench.messages import did_you_mean, listed
from workbench.tables.faults import Faults
from workbench.tables.roles import Attributes, Events, Offers, Outcome

KEYS = ("contact", "customer", "campaign", "as_of", "matured_at", "outcome")
"""What every table of contacts has, before the user's own columns."""
CONTACT_TABLES = ("contacts", "all_contacts", "campaigns")


def check_arms(
    contacts: pd.DataFrame,
    treatment: str | None,
    control: object,
    arm_probability: str | None,
    faults: Faults,
) -> None:
    """Note what is missing of a test: its columns, or arms of contacts with an outcome."""
    for role, column in (("treatment", treatment), ("arm_probability", arm_probability)):
        if column in KEYS:
            faults.add(
                f"contacts: `{role}` must name a column of its own; {column!r} is one that all "
                "contacts have. Rename yours."
            )
        elif column is not None and column not in contacts.columns:
            faults.add(
                f"contacts: there is no column {column!r}, which `{role}` names; it has "
                f"{listed(contacts.columns)}.{did_you_mean(column, contacts.columns)}"
            )
    if treatment is None and (control, arm_probability) != (None, None):
        name = "control" if control is not None else "arm_probability"
        faults.add(f"`{name}` says something of a test: name its column of arms, `treatment`.")


def check_names(
    events: Mapping[str, Events],
    attributes: Mapping[str, Attributes],
    offers: Mapping[str, Offers],
    outcome: Outcome | None,
) -> None:
    """Raise ParameterError where a table is none, its name is taken, or outcomes have no table."""
    given_kinds = (
        ("events", Events, events),
        ("attributes", Attributes, attributes),
        ("offers", Offers, offers),
    )
    for argument, kind, tables in given_kinds:
        for name, given in tables.items():
            if not isinstance(given, kind):
                raise ParameterError(
                    f"`{argument}` must map names to {kind.__name__}; got "
                    f"{type(given).__name__} for {name!r}. Write {kind.__name__}(table, …)."
                )
    names = [*events, *attributes, *offers]
    lower = [name.casefold() for name in names]  # SQL takes Orders and orders for one
    taken = [
        name
        for name in names
        if lower.count(name.casefold()) > 1 or name.casefold() in CONTACT_TABLES
    ]
    if taken:
        raise ParameterError(
            f"Every table must have a name of its own; {listed(dict.fromkeys(taken))} is "
            "taken. Rename it."
        )
    if outcome is not None and outcome.events not in events:
        raise ParameterError(
            f"`outcome` must name an event table; got {outcome.events!r}, there are "
            f"{listed(events)}.{did_you_mean(outcome.events, events)}"
        )
