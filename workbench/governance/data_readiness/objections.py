"""Who objected, and who consented to which channel: told by columns, or by the papers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pandas as pd

from workbench.frame.suppressed import SUPPRESSED
from workbench.governance.checked import Check
from workbench.governance.data_readiness.material import Material, contacts_text, names_of
from workbench.language import say
from workbench.reading.flag_words import NEGATIVE_WORDS, POSITIVE_WORDS
from workbench.reading.identifiers import words_of
from workbench.sql.names import quoted
from workbench.tables.fetched import fetched

_OBJECTS = re.compile(
    r"opt(ed)? ?out|unsubscri|do ?not ?(contact|mail|call|email)|no ?(contact|mail|call)s?$"
    r"|widerspr|robinson|abgemeldet|sperr|werbeverbot|blocklist|suppress|objec(ted|tion)|dnc\b"
    r"|keine? ?werbung"
)
_CONSENTS = re.compile(
    r"opt(ed)? ?in|consent|einwillig|permission|werbeerlaubnis|zustimm|newsletter ?(ok|flag|yes)"
    r"|may ?(contact|mail|call)"
)


def _plain(name: str) -> str:
    return " ".join(words_of(name))


def objections(m: Material) -> Check:
    """Ask whether those who objected are known, and left out."""
    question = say("Are customers who objected known, and left out?")
    name = "objections"
    found = {column: values for column, values in _columns(m) if _OBJECTS.search(_plain(column))}
    used = m.frame is not None and SUPPRESSED in m.frame.recipe
    listed = used or (m.papers is not None and m.papers.suppression is not None)
    contacted = {c: n for c, values in found.items() if (n := float(_yes(values).sum()))}
    if contacted:
        said = say(
            "{contacts} are of customers who objected, by {names}.",
            contacts=contacts_text(max(contacted.values())),
            names=names_of(list(contacted)),
        )
        step = say("Leave them out of training, scores and lists: `suppress`.")
        if listed:
            step = say("Check that the list of objections has them all.")
        return Check(name, question, "needs a person" if listed else "needs repair", said, step)
    if used:
        return Check(name, question, "pass", say("Those of the list were left out."))
    if listed:
        return Check(name, question, "pass", say("The papers name the list of objections."))
    if found:
        said = say("None of the contacts, by {names}.", names=names_of(list(found)))
        return Check(name, question, "pass", said)
    step = say("Say where objections are kept, and give the list: `suppress`.")
    said = say("Neither a column nor a list of objections is named.")
    return Check(name, question, "needs a person", said, step)


def _columns(m: Material) -> Iterator[tuple[str, pd.Series[Any]]]:
    table = m.typed if len(m.typed.columns) else m.columns
    for name in table:
        yield str(name), table[name]
    if m.tables is None:
        return
    connection = m.tables.connect()
    for table_name in m.tables.attribute_tables:
        query = (
            f"SELECT c.contact, a.* EXCLUDE (customer) FROM contacts c "
            f"JOIN {quoted(table_name)} a USING (customer)"
        )
        rows = fetched(connection.execute(query))
        for name in rows.columns.drop("contact"):
            once = rows.drop_duplicates(["contact", name])  # a customer may have several rows
            yield f"{table_name}.{name}", once[name]


def _yes(values: pd.Series[Any]) -> pd.Series[bool]:
    """Tell which values mean yes; a day means it too: the one on which somebody objected."""
    if pd.api.types.is_datetime64_any_dtype(values):
        return values.notna()
    words = values.astype("str").str.strip().str.casefold().str.replace(r"\.0$", "", regex=True)
    return values.notna() & words.isin({str(word) for word in POSITIVE_WORDS} | {"x"})


def consent(m: Material) -> Check:
    """Ask whether there is consent, or another basis, for each channel."""
    question = say("Is there consent, or another basis, for each channel?")
    name = "consent"
    step = say("Write the channels into governance.toml, each with its consent and basis.")
    channels = () if m.papers is None else m.papers.channels
    bare = [one.name for one in channels if not (one.consent or one.basis)]
    if bare:
        said = say("Neither consent nor basis is named for {names}.", names=names_of(bare))
        return Check(name, question, "needs a person", said, step)
    without = {c: n for c, values in _columns(m) if (n := _without_consent(c, values))}
    if without:
        said = say(
            "{contacts} are of customers without consent, by {names}.",
            contacts=contacts_text(max(without.values())),
            names=names_of(list(without)),
        )
        step = say("Say which channel each consent is for, and whom you contact without it.")
        return Check(name, question, "needs a person", said, step)
    if channels:
        said = say("Named for {names}.", names=names_of([one.name for one in channels]))
        return Check(name, question, "pass", said)
    return Check(name, question, "needs a person", say("No channel is named."), step)


def _without_consent(name: str, values: pd.Series[Any]) -> float:
    if not _CONSENTS.search(_plain(name)) or _OBJECTS.search(_plain(name)):
        return 0.0
    words = values.astype("str").str.strip().str.casefold().str.replace(r"\.0$", "", regex=True)
    return float((values.notna() & words.isin({str(word) for word in NEGATIVE_WORDS})).sum())
