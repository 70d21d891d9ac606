"""Guesses what each file of a folder is, by keys, dates and names; every guess with its reason."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

import pandas as pd
from pandas.api.types import is_number

from workbench.errors import DataError
from workbench.messages import count_of
from workbench.reading.control_words import MOST_ARMS, control_among
from workbench.reading.identifiers import words_of
from workbench.tables.declared.looks import CAMPAIGN, CUSTOMER, Look, share_within


def _words(name: str) -> set[str]:
    return set(words_of(name))


_START = _words("start starts begin begins from sent send launch contacted mailed")
_START |= _words("beginn ab versand von anfang")
_END = _words("end ends until stop close closes expiry expires ende bis")
_VALID = _words("valid effective gueltig gültig")
_RESPONSES = _words("response responses redemption redemptions conversion conversions")
_RESPONSES |= _words("reaction reactions antworten einlösungen reaktionen")
_ORDERS = _words("order orders purchase purchases sale sales transaction transactions")
_ORDERS |= _words("booking bookings bestellungen käufe kaeufe umsätze")
_FLAGS = _words("respond response responder redeem convert conversion bought buyer purchas")
_FLAGS |= _words("target outcome gekauft reagiert reaktion bestellt kauf")
_EARLIER = _words("before previou last prior ever vor vorher früher bisher")


@dataclass(frozen=True)
class Guess:
    """What a file is taken for.

    Parameters
    ----------
    look : Look
    role : {"contacts", "campaigns", "events", "attributes", "offers", ""}
        Empty: it is left out.
    why : str
    time : str
        The column of moments, of events; empty where there are several.
    rename : dict
        Key columns that are called otherwise in this file.
    """

    look: Look
    role: str
    why: str
    time: str = ""
    rename: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Keys:
    """The keys that were found, and how each file calls them."""

    customer: str
    campaign: str
    customer_in: dict[str, str]
    campaign_in: dict[str, str]


def guess_keys(looks: Sequence[Look]) -> Keys:
    """Find the columns that say who, and which campaign.

    Raises
    ------
    DataError
        No column is called like either.
    """
    who = _columns_called(looks, CUSTOMER)
    if not who:
        raise DataError(
            "No column of these files is called like a customer, such as customer_id; rename the "
            "column that says who, or write the declaration by hand."
        )
    customer = _commonest(who.values())
    named = [look for look in looks if look.name in who]
    for look in looks:
        numbers = look.numbers_of(CUSTOMER) if look not in named else []
        if not numbers or look.keys_like(CAMPAIGN):
            continue
        known = {value for other in named for value in other.values(who[other.name])}
        same = [name for name in numbers if share_within(look.values(name), known) > 0.5]
        who |= {look.name: same[0]} if same else {}
    which = _columns_called(looks, CAMPAIGN)
    if not which:
        _refuse_moments(looks)
        raise DataError(
            "No column of these files is called like a campaign, such as campaign_id. Where there "
            "are none, but a log of orders, use `workbench run propensity --table FILE "
            "--orders-within 30 --customer COL --time COL`."
        )
    return Keys(customer, _commonest(which.values()), who, which)


def _refuse_moments(looks: Sequence[Look]) -> None:
    """Refuse campaigns called by their month: a moment may be when they began, or ended."""
    for look in looks:
        for name in look.dates:
            if {*words_of(name)} <= {*CAMPAIGN}:
                raise DataError(
                    f"{name!r} of {look.file} is called like a campaign, and holds moments, which "
                    "are no names. Write each campaign with a word, such as 'mail 2024-01', or "
                    "write the declaration by hand."
                )


def _columns_called(looks: Sequence[Look], hints: Sequence[str]) -> dict[str, str]:
    found = {look.name: look.keys_like(hints) for look in looks}
    return {name: columns[0] for name, columns in found.items() if columns}


def _commonest(names: object) -> str:
    counts = pd.Series(list(names)).value_counts()  # type: ignore[call-overload]
    return str(counts.index[0])


def guess_roles(looks: Sequence[Look], keys: Keys) -> list[Guess]:
    """Say what each file is; at most one holds the contacts, and one the campaigns.

    Raises
    ------
    DataError
        No file has one row a customer and campaign.
    """
    pairs = [
        look for look in looks if (cols := _both(look, keys)) is not None and look.is_unique(cols)
    ]
    if not pairs:
        raise DataError(
            "One file must hold the contacts, one row a customer and campaign; none of these does. "
            f"Customers were looked for in {keys.customer!r}, campaigns in {keys.campaign!r}. "
            "Write the declaration by hand, or the missing file first."
        )
    # who responded is among who was contacted: the longest holds all
    contacts = max(pairs, key=lambda look: len(look.data))
    described = [
        look
        for look in looks
        if look.name in keys.campaign_in
        and look.name not in keys.customer_in
        and look.is_unique([keys.campaign_in[look.name]])
    ]
    campaigns = max(described, key=lambda look: len(look.dates)) if described else None
    return [_guess(look, keys, contacts, campaigns) for look in looks]


def _both(look: Look, keys: Keys) -> list[str] | None:
    if look.name in keys.customer_in and look.name in keys.campaign_in:
        return [keys.customer_in[look.name], keys.campaign_in[look.name]]
    return None


def _guess(look: Look, keys: Keys, contacts: Look, campaigns: Look | None) -> Guess:
    if look is contacts:
        role, why = "contacts", "one row a customer and campaign"
    elif look is campaigns:
        role, why = "campaigns", "one row a campaign"
    else:
        role, why = _of_others(look, keys)
    time = only_date(look, set()) if role == "events" else ""
    return Guess(look, role, why, time, _renamed(look, keys))


def _of_others(look: Look, keys: Keys) -> tuple[str, str]:
    """Say what a file is that holds neither the contacts nor the campaigns, and why."""
    customer, campaign = keys.customer_in.get(look.name), keys.campaign_in.get(look.name)
    if customer is None and campaign is None:
        return "", "it has neither key: join it to another table, or write a query"
    if customer is None:
        return "offers", "rows of campaigns, without customers"
    happened = look.dates and _words(look.name) & (_ORDERS | _RESPONSES)
    if look.is_unique([customer]) and campaign is None and not happened:
        return "attributes", "one row a customer"
    if not look.dates:
        return "", "several rows a customer, and no column of dates"
    return "events", "rows with a moment" if len(look.dates) == 1 else "rows with several moments"


def _renamed(look: Look, keys: Keys) -> dict[str, str]:
    own = {keys.customer_in.get(look.name): keys.customer}
    own |= {keys.campaign_in.get(look.name): keys.campaign}
    return {name: key for name, key in own.items() if name is not None and name != key}


def only_date(look: Look, hints: Collection[str]) -> str:
    """Return the column of moments that is called like one of these, or the only one there is.

    Empty where several might be meant: a wrong moment lets the future in.
    """
    called = [name for name in look.dates if _words(name) & set(hints)]
    possible = called or look.dates
    return possible[0] if len(possible) == 1 else ""


def guess_as_of(contacts: Look, campaigns: Look | None) -> tuple[str, str, list[str]]:
    """Return the column of the decision, where it was found, and all that might be meant.

    The column is empty where there is no date, or several that may be it.
    """
    for look, where in ((campaigns, "campaigns"), (contacts, "contacts")):
        if look is not None and look.dates:
            return only_date(look, _START), where, look.dates
    return "", "", []


def guess_until(campaigns: Look | None, as_of: str) -> str:
    """Return the column of the campaigns that ends the window; empty where there is none."""
    if campaigns is None or as_of not in campaigns.data:
        return ""
    begins = campaigns.data[as_of]
    for name in campaigns.dates:
        ends = campaigns.data[name]
        if name != as_of and _words(name) & _END and bool((ends > begins).all()):
            return name
    return ""


def guess_outcome(events: Sequence[Guess], keys: Keys) -> tuple[str, str]:
    """Return the table of events that are responses, and why; empty where no name tells."""
    ranked = []
    for guess in events:
        words = _words(guess.look.name)
        own = guess.look.name in keys.campaign_in
        if named := 2 * bool(words & _RESPONSES) or int(bool(words & _ORDERS)):
            why = "named like responses" if named == 2 else "named like orders"
            why += " and its rows name the campaign" if own else ""
            ranked.append((named + 2 * own, guess.look.name, why))
    if not ranked:
        return "", ""
    _, name, why = max(ranked, key=lambda one: one[0])
    return name, why


def flags_of(contacts: Look) -> list[str]:
    """Return the columns of the contacts that may say who responded, by names and values."""
    found = []
    for name, column in contacts.data.items():
        words = {word.removesuffix("ed").removesuffix("s") for word in _words(str(name))}
        is_flag = column.dropna().isin([0, 1]).all() and column.nunique() == 2
        if is_flag and words & _FLAGS and not words & _EARLIER:
            found.append(str(name))
    return found


def arms_of_contacts(contacts: Look) -> tuple[str, str]:
    """Return the column of the contacts that looks like the arms of a test, and its control group.

    Both are empty where no column does, or several do.
    """
    found: dict[str, str] = {}
    for name, column in contacts.data.items():
        if column.isna().any() or column.nunique() > MOST_ARMS:
            continue
        levels = [f"{level:g}" if is_number(level) else str(level) for level in column.unique()]
        control = control_among(str(name), levels)
        found |= {} if control is None else {str(name): control}
    return found.popitem() if len(found) == 1 else ("", "")


def validity(look: Look) -> str:
    """Return the column that says from when a row of attributes is true, if one is named so.

    Since when somebody is a customer says nothing of when the other columns were true.
    """
    called = [name for name in look.dates if _words(name) & _VALID and not _words(name) & _END]
    return called[0] if len(called) == 1 else ""


def rows_of(guess: Guess) -> str:
    """Say how many rows a file has."""
    return count_of(len(guess.look.data), "row")
