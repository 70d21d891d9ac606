"""What a session shows, screened: no name of few people in a text, no small count in a table.

`watch` is told of the contacts that a notebook is about. From then on tables, sentences,
notes, figures and warnings of reports pass through here, whatever wrote them. It is a net
beneath the views and charts, which leave out what is rare by themselves.
"""

from __future__ import annotations

import atexit
import re
import sys
import warnings
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from functools import cache, cached_property, partial
from typing import Any

import numpy as np
import pandas as pd

from workbench.frame.column_names import GAP_FLAG
from workbench.frame.feature_frame import FeatureFrame
from workbench.frame.ordinary_words import is_word
from workbench.frame.streamed.parquet_rows import ParquetRows
from workbench.frame.wording import NAMED, Wording
from workbench.governance.counts_beside_words import CountsBesideWords
from workbench.governance.counts_in_text import FEW, rounded_counts
from workbench.governance.disclosure import OTHER, few, others_counted, rounded
from workbench.governance.few_people import FewPeople, few_people
from workbench.governance.told_rates import OF_SEGMENTS, told_rates

_COUNTS = {"contacts", "known", "positives", "responses", "reference", "new", "events"}
_COUNTS |= {"rows", "duplicate_rows", "unknown_customers"}
_NOBODY = {"campaigns", "offers"}  # tables whose rows are no people
_CHANCES = {"p_value", "adjusted_p_value"}
_LABELS = {"group", "feature", "column", "campaign"}
_QUOTED = re.compile(r"(?<!\w)'([^']+)'|\"([^\"]+)\"")  # the apostrophe of model's opens none
_NUMBER = re.compile(r"(\d[\d,]*)")
_BEFORE = r"(?<=: )|(?<=, )|(?<=; )|(?<=\()"  # of an item of a list
_OF_NAMES = ["campaign", "column", "feature", "group", "level"]
_OF_NAMES += ("Kampagne", "Spalte", "Merkmal", "Gruppe", "Ausprägung")
_NAMED = "|".join(rf"(?<=\b{what} )" for what in _OF_NAMES)
_FURTHEST = re.compile(
    r",? up to [\d.e+]+ standard deviations (?:above|below)"
    r"|,? bis zu [\d.,e+’]+ Standardabweichungen (?:darüber|darunter)"
)


@dataclass(frozen=True)
class Screen:
    """Names that stand for fewer than ten people, and what is done about them.

    Parameters
    ----------
    names : frozenset of str
        Features, design columns, groups and campaigns.
    levels : frozenset of str
        Of text columns. They are looked for where they are quoted, or are a cell of a table.
    gaps : frozenset of str
        Features that one to nine people miss.

    Examples
    --------
    >>> screen = Screen(frozenset({"town=Lonelyville"}), frozenset({"Lonelyville"}))
    >>> screen.said("'town' has levels that training did not have: ['Lonelyville'], 3 rows.")
    "'town' has levels that training did not have: ['other'], under 10 rows."
    """

    names: frozenset[str] = frozenset()
    levels: frozenset[str] = frozenset()
    gaps: frozenset[str] = frozenset()
    shown: frozenset[str] = field(default=frozenset(), repr=False)
    wording: Wording = field(default=Wording(), repr=False)
    people: float = field(default=np.inf, repr=False)

    @classmethod
    def of(cls, contacts: FeatureFrame | ParquetRows | FewPeople) -> Screen:
        """Hold back what is rare among some contacts."""
        found = contacts if isinstance(contacts, FewPeople) else few_people(contacts)
        names, groups = set(found.rare), pd.Series(found.groups)
        alone = groups.index.isin(list(names)) if names else np.zeros(len(groups), dtype=bool)
        names |= set(groups[alone]) - set(groups[~alone])
        shown = ({*found.groups} | {*groups}).difference(names).union(*found.others.values())
        names |= {f"{name}={one}" for name, rare in found.levels.items() for one in rare}
        names |= {f"{name}{GAP_FLAG}" for name in found.gaps | names} | found.campaigns
        names |= {found.wording.of(name) for name in names}
        levels = frozenset[str]().union(*found.levels.values())
        parts = (frozenset(names), levels, found.gaps, frozenset(shown))
        return cls(*parts, found.wording, found.people)

    def __or__(self, also: Screen) -> Screen:
        """Return a screen of what either of two holds back."""
        parts = ("names", "levels", "gaps", "shown", "wording")
        both = {one: getattr(self, one) | getattr(also, one) for one in parts}
        return replace(self, people=min(self.people, also.people), **both)

    @cached_property
    def hidden(self) -> frozenset[str]:
        """All that is held back."""
        # what one column has few of may be the commonest word of another
        return self.names | (self.levels - self.shown)

    @cached_property
    def _bare(self) -> re.Pattern[str] | None:
        """Names as they stand in a sentence.

        What may be a word or a number of the sentence itself is taken for a name where names
        stand alone: as an item of a list, in brackets, or after what it is the name of.
        """
        names = sorted(self.hidden, key=len, reverse=True)
        telling = [n for n in names if not is_word(n) and (n in self.names or _is_telling(n))]
        words = [n for n in names if is_word(n) and not n.isdigit() and n in self.names]
        proper = [n for n in names if is_word(n) and n.istitle() and _is_telling(n)]
        numbers = [n for n in self.names if n.isdigit()]
        parts = [
            (telling, "{}"),
            (proper, r"(?<!^)(?<![.:?!] ){}"),  # a capital begins a sentence, and else a name
            (words, rf"(?:{_BEFORE}){{}}(?=[,;.)]|$| and | und )"),
            (words, rf"(?:{_NAMED}){{}}"),
            (numbers, r"(?:(?<=campaign )|(?<=Kampagne )){}"),
        ]
        written = [how.format(_any_of(found)) for found, how in parts if found]
        return re.compile(rf"(?<![\w=])(?:{'|'.join(written)})(?![\w=])") if written else None

    def said(self, text: str) -> str:
        """Return a text with "other" in place of names, its counts of people rounded.

        How far the furthest number lies outside of the trained range is one customer's.
        """
        return self.wording.in_text(self._screened(text))

    def _screened(self, text: str) -> str:
        """Return a text without what it may not tell, in the words that it has."""
        text = _FURTHEST.sub("", text)
        text = _QUOTED.sub(self._quoted, text)
        if self._bare is not None:
            text = self._bare.sub(OTHER, text)
        return others_counted(self._counts.rounded(text, people=self.people))

    @cached_property
    def _counts(self) -> CountsBesideWords:
        return CountsBesideWords(self.wording)

    def label(self, text: str) -> str:
        """Return what stands by itself, such as a tick of a chart: a name, or a text.

        A name gets its words once: a chart may have given them already.
        """
        if text in self.hidden and not text.isdigit():
            return OTHER
        words = self.wording.of(text)
        named = words != text or self.wording.is_said(text)
        return self._screened(words) if named else self.said(text)

    def _quoted(self, found: re.Match[str]) -> str:
        name = found[1] or found[2]
        return found[0].replace(name, OTHER) if name in self._written else found[0]

    @cached_property
    def _written(self) -> frozenset[str]:
        """All that is held back, and how a message writes it: a line end is two letters there."""
        return self.hidden | {repr(name)[1:-1] for name in self.hidden}

    def table(self, data: pd.DataFrame) -> tuple[pd.DataFrame, int]:
        """Return a table as it may be shown, and how many rows it has less.

        Rows whose label stands for fewer than ten people are left out. Counts of people are
        rounded to five, or written "under 10". Rates, ratios and profits are those of rounded
        counts, as `told_rates` has them.
        """
        out = told_rates(self.rows(data))
        if set(out) >= OF_SEGMENTS:  # beside the rounded counts it would tell the exact ones
            out = out.drop(columns=list(_CHANCES & set(out)))
        for name in out:
            if pd.api.types.is_numeric_dtype(out[name]) and not is_flag(out[name]):
                out[name] = _counts(out, name) if name in _COUNTS else out[name]
            elif out[name].dtype == object or pd.api.types.is_string_dtype(out[name]):
                out[name] = [self._cell(value, name) for value in out[name]]
        return self.wording.in_table(_with_facts(out)), len(data) - len(out)

    def rows(self, data: pd.DataFrame) -> pd.DataFrame:
        """Return the rows of a table whose labels may be shown; few gaps are not told."""
        named = np.zeros(len(data), dtype=bool)
        for level in range(data.index.nlevels):
            labels = data.index.get_level_values(level)
            named |= labels.astype("str").isin(self._of(labels.name))
        for name in _LABELS & set(data):
            named |= data[name].astype("str").isin(self._of(name)).to_numpy()
        out = data[~named].copy()
        if "missing_share" in out:
            out.loc[out.index.astype("str").isin(self.gaps), "missing_share"] = np.nan
        return out

    def _of(self, column: Any) -> frozenset[str]:
        """Return what is held back of a column of labels: "5" is a campaign where it says so."""
        if column == "campaign":
            return self.hidden
        return frozenset(name for name in self.hidden if not name.isdigit())

    def _cell(self, value: Any, column: Any) -> Any:
        if not isinstance(value, str):
            return value
        if value in self._of(column):
            return OTHER
        named = column in NAMED and (self.wording.of(value) != value or self.wording.is_said(value))
        return self._screened(value) if named else self.said(value)  # names get words at the end


def is_flag(values: pd.Series[Any]) -> bool:
    """Say whether a column is of yes and no."""
    return bool(pd.api.types.is_bool_dtype(values))


def _counts(table: pd.DataFrame, name: str) -> pd.Series[Any]:
    values = table[name].astype(float)
    shown = [FEW if few(v) else v if np.isnan(v) else int(rounded(v)) for v in values]
    found = pd.Series(shown, index=table.index, dtype=object)
    return found.where(~table["holds"].isin(_NOBODY), table[name]) if "holds" in table else found


def _with_facts(table: pd.DataFrame) -> pd.DataFrame:
    """Round counts that have a row, not a column, of their own: facts written as text."""
    if table.index.nlevels > 1:
        return table
    counts = table.index.astype("str").str.lower().isin(_COUNTS)
    for name in table.columns[[pd.api.types.is_string_dtype(kind) for kind in table.dtypes]]:
        told = table.loc[counts, name]
        table.loc[counts, name] = [_fact(value) for value in told]
    return table


def _fact(value: Any) -> Any:
    """Round a count of people, which is a number or is written as one in English."""
    if not _NUMBER.fullmatch(str(value)):
        return value
    if not isinstance(value, str):
        return FEW if few(value) else int(rounded(value))
    return rounded_counts(f"{value} contacts").removesuffix(" contacts")


def _any_of(names: Iterable[str]) -> str:
    return f"(?:{'|'.join(map(re.escape, names))})"


def _is_telling(level: str) -> bool:
    """Say whether a level would hardly be a word of a sentence by chance."""
    return len(level) > 3 and (not level.isalpha() or not level.islower()) and not level.isdigit()


_watched: list[Screen] = []  # one, once something is watched


def watch(*contacts: FeatureFrame | ParquetRows | FewPeople) -> None:
    """From here on, hold back what stands for fewer than ten people among these contacts.

    A second call adds to what the first holds back; `current` says what that is. Called without
    contacts, it holds all warnings until contacts are told of: what is rare in them is not known.

    Parameters
    ----------
    *contacts : FeatureFrame, ParquetRows or FewPeople
        All contacts of a report, and the parts of them that its tables are about. Those in files
        are read once for it.
    """
    found = current()
    for some in contacts:
        found = found | Screen.of(some)
    _watched[:] = [found]
    if not isinstance(warnings.formatwarning, _Formatted):
        warnings.formatwarning = _Formatted(warnings.formatwarning)
    if not _waits():
        _let_go()
    elif not isinstance(warnings.showwarning, _Held):
        warnings.showwarning = _Held(warnings.showwarning)
        _let_go_where_nothing_follows()


_waiting: list[Callable[[], None]] = []  # warnings, each as what shows it


def _waits() -> bool:
    """Whether it is not known yet whom the contacts are."""
    return bool(_watched) and not _watched[0].shown


def _let_go() -> None:
    """Show what was warned of before it was known whom the contacts are: screened by now."""
    waiting = _waiting[:]
    _waiting.clear()
    if isinstance(warnings.showwarning, _Held):
        warnings.showwarning = warnings.showwarning.plain
    for show in waiting:
        show()


@cache  # once a process
def _let_go_where_nothing_follows() -> None:
    """Show warnings as they are where a cell fails, or Python ends, before contacts are known.

    No report is made then, and the one who reads the failure needs them.
    """
    atexit.register(_let_go)
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    if shell is not None:
        shell.events.register("post_run_cell", _after_cell)


def _after_cell(result: Any) -> None:
    if not result.success:
        _let_go()


def forget() -> None:
    """Hold nothing back any more."""
    _watched.clear()
    _let_go()


def is_watching() -> bool:
    """Whether `watch` was called."""
    return bool(_watched)


def current() -> Screen:
    """Return what is held back now."""
    return _watched[0] if _watched else Screen()


def said(text: str) -> str:
    """Return a text as it may be shown."""
    return current().said(text) if _watched else text


def label(text: str) -> str:
    """Return what stands by itself, as it may be shown."""
    return current().label(text) if _watched else text


def table(data: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """Return a table as it may be shown, and how many rows it has less."""
    return current().table(data) if _watched else (data, 0)


def segments(found: Any) -> Any:
    """Return what `workbench.evidence.by_segment` found as it may be told: from rounded counts."""
    return replace(found, table=told_rates(found.table)) if _watched else found


def shown(data: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of a table that may be shown, with few gaps as none, numbers as they are."""
    return current().rows(data)


def listed(names: Iterable[Any]) -> list[Any]:
    """Return those of some names that may be shown."""
    return [name for name in names if str(name) not in current().hidden]


@dataclass(frozen=True)
class _Formatted:
    """Python's own way to write a warning, with the message screened."""

    plain: Any

    def __call__(self, message: Any, *rest: Any, **more: Any) -> str:
        return str(self.plain(said(str(message)), *rest, **more))


@dataclass(frozen=True)
class _Held:
    """Warnings that wait until it is known what may be told."""

    plain: Any

    def __call__(self, *given: Any, **named: Any) -> None:
        if _waits():
            _waiting.append(partial(self.plain, *given, **named))
        else:  # put back by somebody who had kept it
            self.plain(*given, **named)
