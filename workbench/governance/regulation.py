"""What the law asks of a model that profiles customers: a dated table, one plain sentence a row.

Not legal advice. The table is a data file of its own beside this one, with its own date. It goes
stale, and says so.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd

from workbench.checks import check_columns
from workbench.errors import MissingDataError, SchemaError
from workbench.governance.checked import Check
from workbench.language import date_text, say

FILE = Path(__file__).with_name("regulation.csv")
FRESH_DAYS = 180
"""Days after which the table must be read again: laws, and the dates they apply from, move."""
COLUMNS = (
    *("key", "law", "article", "asks", "applies_from"),
    *("only_if", "section", "needs", "source"),
)
_DATED = re.compile(r"# Dated (\d{4}-\d\d-\d\d)\s*")


@dataclass(frozen=True)
class Regulation:
    """A table of what is asked by law, and its date.

    Parameters
    ----------
    table : DataFrame
        One row a duty: ``key, law, article, asks, applies_from, only_if, section, needs,
        source``. `only_if` names what it depends on, `section` the part of a model card that
        answers it, and `needs` what must be said or checked for that.
    dated : date
        When the table was last read against its sources.

    Examples
    --------
    >>> found = regulation()
    >>> found.stale(found.dated + timedelta(days=181)), found.stale(found.dated)
    (True, False)
    """

    table: pd.DataFrame
    dated: date

    def stale(self, today: date | None = None) -> bool:
        """Whether the table is older than 180 days."""
        return day_of(today) - self.dated > timedelta(days=FRESH_DAYS)

    def check(self, today: date | None = None) -> Check:
        """Say whether the table is recent enough to be gone by.

        Parameters
        ----------
        today : date, optional
            By default the day of now.

        Returns
        -------
        Check
            Named "regulation-dated".
        """
        question = say("Is the table of regulations recent?")
        told = {"dated": date_text(self.dated), "days": FRESH_DAYS}
        if self.stale(today):
            return Check(
                "regulation-dated",
                question,
                "needs repair",
                say("It is of {dated}, older than {days} days.", **told),
                say("Read the rows against their sources, and update the table."),
            )
        found = say("It is of {dated}; after {days} days it must be read again.", **told)
        return Check("regulation-dated", question, "pass", found)

    def in_force(self, today: date | None = None) -> pd.DataFrame:
        """Return the rows that apply already."""
        applies = self.table["applies_from"] <= pd.Timestamp(day_of(today))
        return self.table[applies]

    def _repr_html_(self) -> str:
        return self.table.drop(columns=["needs"]).to_html(border=0, index=False)


def day_of(today: date | None) -> date:
    """Return a day that is given, or that of now.

    Examples
    --------
    >>> day_of(date(2026, 11, 30)).isoformat()
    '2026-11-30'
    """
    return datetime.now().astimezone().date() if today is None else today


def regulation(path: str | os.PathLike[str] | None = None) -> Regulation:
    """Read the dated table of what GDPR, ePrivacy and the AI Act ask. Not legal advice.

    Parameters
    ----------
    path : path, optional
        A table of your own, of the same columns, whose first line is ``# Dated 2026-11-30``.
        By default the one that the package has.

    Returns
    -------
    Regulation

    Raises
    ------
    MissingDataError
        There is no such file.
    SchemaError
        It has no date, or other columns; or a day or a key is not what it must be.

    Examples
    --------
    >>> found = regulation()
    >>> found.table.loc[found.table["key"] == "gdpr-35", "article"].item()
    'Art. 35'
    """
    file = FILE if path is None else Path(path)
    if not file.is_file():
        raise MissingDataError(
            f"There must be a table of regulations at {str(file)!r}; there is none. Leave `path` "
            "out for the one that the package has."
        )
    first, _, rest = file.read_text(encoding="utf-8").partition("\n")
    dated = _day(first, file)
    table = _parsed(rest, file)
    return Regulation(table, dated)


def _day(first: str, file: Path) -> date:
    found = _DATED.fullmatch(first)
    try:
        return date.fromisoformat(found[1] if found else "")
    except ValueError:
        raise SchemaError(
            f"The first line of {str(file)!r} must be its date, as `# Dated 2026-11-30`; it is "
            f"{first[:60]!r}. Write the day on which the rows were read against their sources."
        ) from None


def _parsed(text: str, file: Path) -> pd.DataFrame:
    from io import StringIO

    try:
        table = pd.read_csv(StringIO(text), dtype="str", keep_default_na=False)
    except (pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise SchemaError(f"{str(file)!r} must be a table of regulations; {error}.") from None
    check_columns(table, list(COLUMNS), name="The table of regulations")
    days: Any = pd.to_datetime(table["applies_from"], format="%Y-%m-%d", errors="coerce")
    if days.isna().any():
        wrong = table.loc[days.isna(), "applies_from"].iloc[0]
        raise SchemaError(
            f"`applies_from` must be a day such as 2018-05-25 in every row of {str(file)!r}; got "
            f"{wrong!r}."
        )
    twice = table["key"][table["key"].duplicated() | (table["key"] == "")]
    if len(twice):
        raise SchemaError(
            f"`key` must name each row of {str(file)!r} once; got {twice.iloc[0]!r} again, or "
            "empty."
        )
    return table[list(COLUMNS)].assign(applies_from=days)
