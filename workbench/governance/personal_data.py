"""Which columns hold something of people, as a person who answers for them asks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from html import escape
from pathlib import Path
from typing import Any

import pandas as pd

from workbench.errors import ParameterError
from workbench.frame.column_names import slug
from workbench.frame.feature_frame import FeatureFrame
from workbench.governance.checked import Check
from workbench.governance.personal_words import kind_said
from workbench.language import later, say, say_count
from workbench.messages import count_of
from workbench.reading.personal.find import find_personal, finding_of, said_again
from workbench.reading.personal.finding import Finding
from workbench.tables.campaign_data import CampaignData
from workbench.tables.personal_columns import personal_of_tables
from workbench.tables.read import raw_table

COLUMNS = ("column", "kind", "class", "article", "use", "why")
_OF_MODEL = ("feature", "allowed")


@dataclass(frozen=True)
class PersonalData:
    """What was found of people in the columns of some data; no value is kept.

    Parameters
    ----------
    findings : tuple of Finding
        Direct identifiers, special categories, then proxies.
    columns : int
        How many were looked at.
    uses : dict of column to str
        "feature", "left out", "allowed" or "role" where the data are a frame; "" where it is
        not settled yet.
    reasons : dict of column to str
        Why columns are allowed, as the frame's recipe has it.
    own_names : dict of column to str
        Of campaign tables, what their own tables call columns.

    Examples
    --------
    >>> table = pd.DataFrame({"mail": ["a@mail.example", "b@mail.example"], "visits": [1, 2]})
    >>> print(personal_data(table))
    1 of 2 columns holds something of people.
      mail: e-mail, direct identifier (its name; 100% of its values are written as one)
    """

    findings: tuple[Finding, ...]
    columns: int
    uses: Mapping[str, str]
    reasons: Mapping[str, str]
    own_names: Mapping[str, str] = field(default_factory=dict)

    def table(self) -> pd.DataFrame:
        """Return one row a column that holds something of people.

        Returns
        -------
        DataFrame
            ``column, kind, class, article`` (of the GDPR, of special categories), ``use`` and
            ``why``: what says so, the name, the values, or both.
        """
        rows = [
            (f.column, f.kind, f.class_, f.article, self.uses.get(f.column, ""), f.why)
            for f in self.findings
        ]
        return pd.DataFrame(rows, columns=list(COLUMNS))

    def checks(self, allowed: Mapping[str, str] | None = None) -> list[Check]:
        """Ask whether direct identifiers, special categories and proxies are used, and why.

        Parameters
        ----------
        allowed : mapping of column to reason, optional
            Reasons that are written elsewhere, such as in the papers of the model; those of
            the frame's recipe count as well.

        Returns
        -------
        list of Check
            A direct identifier or a special category that is a feature without a reason blocks;
            one with a reason, and proxies, need a person.

        Examples
        --------
        >>> table = pd.DataFrame({"mail": ["a@mail.example", "b@mail.example"], "visits": [1, 2]})
        >>> [check.state for check in personal_data(table).checks()]
        ['needs a person', 'pass', 'pass']
        """
        reasons = {**self.reasons, **(allowed or {})}
        return [
            self._of_class("direct identifier", reasons),
            self._of_class("special category", reasons),
            self._of_proxies(),
        ]

    def _of_class(self, class_: str, reasons: Mapping[str, str]) -> Check:
        """Judge one class: what is used without a reason, used with one, open, or left out."""
        name = f"personal-{class_.replace(' ', '-')}"
        question = say(_QUESTIONS[class_])
        found = [f for f in self.findings if f.class_ == class_]
        used = [f for f in found if self.uses.get(f.column) in _OF_MODEL]
        bare = [f for f in used if not self._reason(f, reasons).strip()]
        open_ = [f for f in found if self.uses.get(f.column, "") == ""]
        if bare:
            step = say(
                "Leave them out, or say why they are needed: `allow={{{column!r}: …}}`.",
                column=bare[0].column,
            )
            evidence = say("Without a reason: {columns}.", columns=_said(bare))
            return Check(name, question, "blocked", evidence, step)
        if used:
            said = "; ".join(
                f"{f.column} ({kind_said(f.kind)}): {self._reason(f, reasons)}" for f in used
            )
            step = say("Let who answers for data protection agree to each reason.")
            return Check(name, question, "needs a person", say("Allowed: {said}.", said=said), step)
        if open_:
            step = say("No feature is made of them; ask whether the file must hold them at all.")
            evidence = say("In the data: {columns}.", columns=_said(open_))
            return Check(name, question, "needs a person", evidence, step)
        return Check(name, question, "pass", self._none_used(found))

    def _reason(self, found: Finding, reasons: Mapping[str, str]) -> str:
        """Return why a column is allowed; columns of campaign tables also by their own names."""
        names = (found.column, self.own_names.get(found.column, found.column))
        return next((reasons[name] for name in names if reasons.get(name)), "")

    def _none_used(self, found: Iterable[Finding]) -> str:
        looked = say_count("{n:,.0f} column looked at", "{n:,.0f} columns looked at", self.columns)
        left_out = _said(found)
        if not left_out:
            return say("{looked}; none found.", looked=looked)
        return say("{looked}; left out: {columns}.", looked=looked, columns=left_out)

    def _of_proxies(self) -> Check:
        found = [f for f in self.findings if f.class_ == "proxy"]
        name, question = "personal-proxies", say(_QUESTIONS["proxy"])
        if not found:
            return Check(name, question, "pass", self._none_used([]))
        step = say(
            "Look at `governance.fairness` by each, and decide whether the model may use it."
        )
        evidence = say("Features: {columns}.", columns=_said(found))
        return Check(name, question, "needs a person", evidence, step)

    def __str__(self) -> str:
        many = count_of(self.columns, "column")
        head = f"{len(self.findings)} of {many} {'holds' if len(self.findings) == 1 else 'hold'}"
        lines = [f"  {f.column}: {f.kind}, {f.class_} ({f.why})" for f in self.findings]
        return "\n".join([f"{head} something of people.", *lines])

    def _repr_html_(self) -> str:
        head = str(self).partition("\n")[0]
        return f"<p>{escape(head)}</p>{self.table().to_html(index=False, border=0)}"


_QUESTIONS = {
    "direct identifier": later("Is anybody named by a feature?"),
    "special category": later("Is a feature of a special category (GDPR Art. 9, 10)?"),
    "proxy": later("Does a feature stand in for a protected characteristic?"),
}


def personal_data(data: Any) -> PersonalData:
    """Find the columns that name people, that GDPR Art. 9 and 10 protect, and proxies of these.

    Values weigh more than names: forms and check digits, words of religions and diseases, days of
    birth, many values; names in English and German, some in French, Spanish and Dutch. Texts are
    searched for e-mails, phones and accounts. No value is shown or kept.

    Parameters
    ----------
    data : FeatureFrame, CampaignData, DataFrame, path or other table
        Of a frame, features are looked at, and what was left out when it was made is told again.
        Of campaign tables, every column but keys, as ``table.column``.

    Returns
    -------
    PersonalData

    Raises
    ------
    ParameterError
        It is nothing that can be read as a table.
    MissingDataError
        There is no such file.

    Notes
    -----
    What is found by a name alone may be something else. A column of codes with an odd name is not
    found: leave it out with `drop`.

    Examples
    --------
    >>> table = pd.DataFrame({"konfession": ["ev", "rk", "ev"], "visits": [1, 2, 3]})
    >>> personal_data(table).table()[["column", "kind", "article"]].to_dict("records")
    [{'column': 'konfession', 'kind': 'religion', 'article': 'Art. 9'}]
    """
    if isinstance(data, FeatureFrame):
        return _of_frame(data)
    if isinstance(data, CampaignData):
        return _of_tables(data)
    if isinstance(data, (str, Path)) and Path(data).suffix.lower() == ".toml":
        raise ParameterError(
            f"`data` must be a table or what `workbench.load` gives; got {str(data)!r}. Give "
            "`workbench.load(…)` of it."
        )
    table = raw_table(data).data
    found = find_personal(table)
    return _sorted(found.values(), table.shape[1], {}, {})


def _of_frame(frame: FeatureFrame) -> PersonalData:
    """Look at the features, and tell what was left out by the recipe."""
    owns = {str(name): own for name, own in _own_names(frame)}
    found = find_personal(frame.X)
    for name, own in owns.items():
        one = None if name in found else finding_of(frame.X[name], own)
        if one is not None:
            found[name] = said_again(one, name)
    given = frame.recipe.get("allowed") or {}
    reasons = {**given, **{name: given[own] for name, own in owns.items() if own in given}}
    left_out = [Finding.from_dict(entry) for entry in frame.recipe.get("personal") or ()]
    uses = {name: "allowed" if name in reasons else "feature" for name in found}
    uses |= {one.column: "left out" for one in left_out}
    columns = frame.X.shape[1] + len(left_out)
    return _sorted([*found.values(), *left_out], columns, uses, reasons)


def _own_names(frame: FeatureFrame) -> Iterator[tuple[str, str]]:
    """Yield features that were made of attributes, each with the name of its column."""
    catalogue = frame.catalogue
    named = {slug(column): column for column in frame.recipe.get("allowed") or {}}
    built = catalogue.loc[catalogue["builder"] == "attributes", "source"]
    for name, source in built.items():
        own = str(name).removeprefix(f"{slug(source)}_")
        yield str(name), named.get(own, own)


def _of_tables(data: CampaignData) -> PersonalData:
    """Look at every table of campaigns; what becomes a feature is settled when they are built."""
    found, columns, owns = [], 0, dict[str, str]()
    for table, of_table, count in personal_of_tables(data):
        found += [said_again(one, f"{table}.{name}") for name, one in of_table.items()]
        owns |= {f"{table}.{name}": name for name in of_table}
        columns += count
    uses = {name: "allowed" for name, own in owns.items() if own in data.allow}
    return replace(_sorted(found, columns, uses, data.allow), own_names=owns)


def _sorted(
    found: Iterable[Finding], columns: int, uses: Mapping[str, str], reasons: Mapping[str, str]
) -> PersonalData:
    order = ("direct identifier", "special category", "proxy")
    in_order = sorted(found, key=lambda one: order.index(one.class_))
    return PersonalData(tuple(in_order), columns, dict(uses), dict(reasons))


def _said(found: Iterable[Finding]) -> str:
    return ", ".join(f"{one.column} ({kind_said(one.kind)})" for one in found)
