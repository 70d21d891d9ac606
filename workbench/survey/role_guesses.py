"""What columns may be for, guessed from their names and values: shown as guesses, never used."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from workbench.reading.control_words import control_among
from workbench.reading.decide import monthly
from workbench.reading.identifiers import named_as_identifier, words_of
from workbench.survey.column_facts import ColumnFacts

ROLES = ("treatment", "target", "campaign", "time", "customer")
"""In the order in which they are guessed: a column called treated is no outcome."""
MOST_CAMPAIGNS = 500

_TARGET = (
    *("target", "outcome", "label", "y", "bought", "buy", "purchase", "purchased", "purchases"),
    *("responded", "response", "respond", "converted", "conversion", "convert", "redeemed"),
    *("ordered", "subscribed", "churn", "churned", "accepted", "sale", "sold", "won", "donated"),
    *("deposit", "renewed", "gekauft", "kauf", "bestellt", "bestellung", "reagiert", "reaktion"),
    *("antwort", "resposta", "achat", "achete", "acheté", "compra", "comprado"),
    *("acquisto", "conversie", "gekocht", "eingelöst"),
)
_CAMPAIGN = (
    *("campaign", "campaigns", "kampagne", "wave", "welle", "mailing", "aktion", "campagne"),
    *("campaña", "campagna", "campanha", "campagn", "month", "monat", "mois", "mes", "mese"),
    *("quarter", "quartal", "week", "woche", "kw", "period", "periode", "round", "cohort"),
)
_TIME = (
    *("time", "date", "datum", "day", "tag", "moment", "timestamp", "sent", "mailed", "contacted"),
    *("as_of", "asof", "fecha", "data", "jour", "versand", "stichtag", "zeitpunkt", "when"),
)
_OF_ANOTHER_TIME = (
    *("birth", "geburt", "born", "since", "seit", "first", "last", "until", "bis", "end", "ended"),
    *("closed", "bought", "purchase", "order", "ordered", "kauf", "bestellt", "response", "valid"),
    *("created", "joined", "signup", "registered", "eintritt", "updated", "conversion", "churn"),
)
_CUSTOMER = (
    *("customer", "cust", "client", "kunde", "kunden", "household", "member", "mitglied"),
    *("subscriber", "abonnent", "cliente", "klant", "user", "person", "account", "kundin"),
)
_STEMS = ("customer", "kunden", "client", "household", "member", "mitglied", "subscriber", "user")


class Guess(NamedTuple):
    """A column that may have a role, and what says so."""

    column: str
    by: str


def guesses(columns: Sequence[ColumnFacts], given: Mapping[str, str | None]) -> dict[str, Guess]:
    """Guess the roles that nobody has given; a role is guessed where one column alone has it.

    Parameters
    ----------
    columns : sequence of ColumnFacts
    given : mapping of role to column
        They are guessed to be nothing else.

    Returns
    -------
    dict of role to Guess

    Examples
    --------
    >>> import pandas as pd
    >>> from workbench.reading import find_reading
    >>> from workbench.survey.column_facts import facts_of
    >>> columns = [pd.Series([0, 1, 0, 0], name="bought"), pd.Series([5, 7, 9, 9], name="visits")]
    >>> guesses([facts_of(one, find_reading(one)) for one in columns], {})
    {'target': Guess(column='bought', by='its name, and its two values')}
    """
    taken = {name for name in given.values() if name is not None}
    found: dict[str, Guess] = {}
    for role in ROLES:
        free = [one for one in columns if one.column not in taken]
        guess = None if given.get(role) is not None else _GUESSING[role](free)
        if guess is not None:
            found[role] = guess
            taken.add(guess.column)
    return found


def _treatment(columns: Sequence[ColumnFacts]) -> Guess | None:
    found = {one.column: _control_of(one) for one in columns if not one.missing}
    arms = {name: by for name, by in found.items() if by}
    return Guess(*arms.popitem()) if len(arms) == 1 else None


def _control_of(one: ColumnFacts) -> str:
    """Say what tells that a column holds the arms of a test; "" where nothing does."""
    if one.kind == "flag" and not one.reading.levels:  # 0 and 1, or false and true
        return "its name, and its two values" if control_among(one.column, ["0", "1"]) else ""
    control = control_among(one.column, one.reading.levels)
    return "" if control is None else f"its name, and its control group {control!r}"


def _target(columns: Sequence[ColumnFacts]) -> Guess | None:
    binary = [one for one in columns if one.is_binary]
    named = _named(binary, _TARGET)
    if named is not None:
        return Guess(named.column, "its name, and its two values")
    if len(binary) == 1 and binary[0].kind == "flag":
        return Guess(binary[0].column, "being the only column of two values")
    return None


def _campaign(columns: Sequence[ColumnFacts]) -> Guess | None:
    several = [one for one in columns if _may_be_campaigns(one)]
    named = _named(several, _CAMPAIGN)
    if named is not None:
        return Guess(named.column, f"its name, and its {named.distinct:,} values")
    months = [one for one in several if monthly(one.reading)]
    return Guess(months[0].column, "its months") if len(months) == 1 else None


def _may_be_campaigns(one: ColumnFacts) -> bool:
    few = 2 <= one.distinct <= min(MOST_CAMPAIGNS, max(one.rows // 2, 2))
    return few and not one.missing and one.kind in ("number", "date", "category", "flag")


def _time(columns: Sequence[ColumnFacts]) -> Guess | None:
    days = [
        one
        for one in columns
        if one.kind == "date" and not one.missing and one.reading.dates.settled
        if not set(words_of(one.column)) & set(_OF_ANOTHER_TIME)
    ]
    named = _named(days, _TIME)
    if named is not None:
        return Guess(named.column, "its name, and a date in every row")
    return (
        Guess(days[0].column, "being the only date that every row has") if len(days) == 1 else None
    )


def _customer(columns: Sequence[ColumnFacts]) -> Guess | None:
    several = [
        one for one in columns if one.distinct > 2 and one.kind not in ("date", "flag", "text")
    ]
    named = [one for one in several if _names_customers(one.column)]
    by = "its name"
    if not named:
        named = [one for one in several if one.kind == "identifier"]
        named = [one for one in named if named_as_identifier(one.column)]
        by = "being the only column whose name and values name rows"
    if len(named) != 1:
        return None
    (one,) = named
    many = "another value in every row" if one.each_its_own else f"its {one.distinct:,} values"
    return Guess(one.column, f"{by}, and {many}")


def _names_customers(name: str) -> bool:
    words = words_of(name)
    if len(words) == 1 and words[0] in (*_CUSTOMER, "id"):
        return True
    is_name = named_as_identifier(name) or (words and words[-1] in ("key", "code"))
    return bool(is_name) and any(word in _CUSTOMER or word.startswith(_STEMS) for word in words)


def _named(columns: Sequence[ColumnFacts], known: Sequence[str]) -> ColumnFacts | None:
    """Return the one column that is named so; one that has no other word is before others."""
    alone = [one for one in columns if one.column.casefold() in known]
    among = [one for one in columns if set(words_of(one.column)) & set(known)]
    named = alone or among
    return named[0] if len(named) == 1 else None


_GUESSING: Mapping[str, Callable[[Sequence[ColumnFacts]], Guess | None]] = {
    "treatment": _treatment,
    "target": _target,
    "campaign": _campaign,
    "time": _time,
    "customer": _customer,
}
