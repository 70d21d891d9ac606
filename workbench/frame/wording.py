"""Names of features in the reader's own words: in tables, on axes, in sentences, in reasons.

What a program reads keeps the names: columns of files, `contributions`, commands, and a saved
model, which keeps the words beside them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import pandas as pd

from workbench.frame.column_names import GAP_FLAG, feature_and_level
from workbench.frame.ordinary_words import is_word

NAMED = ("feature", "features", "column", "group", "name", "example", "same_as")
"""Columns of tables that hold names."""
_TYPED = r"`[^`]*`|--[\w-]+[ =](?:'[^']*'|\"[^\"]*\"|[^\s)]+)"  # to be typed as it stands
_QUOTED = r"(?<!\w)'([^']+)'|\"([^\"]+)\""
_BEFORE = r"(?<=: )|(?<=, )|(?<=; )|(?<=\()|(?<=\bcolumn )|(?<=\bfeature )|(?<=\bgroup )"


@dataclass(frozen=True)
class Wording:
    """Words by name.

    Parameters
    ----------
    words : mapping of str to str
        Of features, groups, columns that features are made of, and levels, ``column=level``.

    Examples
    --------
    >>> wording = Wording({"region": "Region", "region=N": "The North"})
    >>> wording.of("region=S"), wording.of("region=N"), wording.of("region (missing)")
    ('Region: S', 'The North', 'Region (missing)')
    >>> wording.of("visits"), wording.in_text("'region' differs: `--drop region`.")
    ('visits', "'Region' differs: `--drop region`.")
    """

    words: Mapping[str, str] = field(default_factory=dict)

    def __or__(self, also: Wording) -> Wording:
        """Return what either says; the second where both do."""
        return Wording({**self.words, **also.words})

    def of(self, name: str) -> str:
        """Return the words for a feature, a design column, a level or a group, or its name."""
        if name in self.words or not self.words or self.is_said(name):
            return self.words.get(name, name)
        if name.endswith(GAP_FLAG):
            return f"{self.of(name.removesuffix(GAP_FLAG))}{GAP_FLAG}"
        for feature, level in feature_and_level(name):
            if feature in self.words:
                return f"{self.words[feature]}: {level}"
        return name

    def all(self, names: Iterable[object]) -> list[str]:
        """Return the words for each; where two would be alike, the name stands behind them."""
        known = [str(name) for name in names]
        said = told_apart({name: self.of(name) for name in known})
        return [said[name] for name in known]

    def is_said(self, text: str) -> bool:
        """Whether a text is words already, whole or as a chart cuts or breaks them.

        Words may hold names: "Turnover (spend_28)" of spend_28. They are not to be said again.
        """
        shown = " ".join(text.split())
        for gone in (GAP_FLAG, *re.findall(r" \[.*\]$", shown)):
            shown = shown.removesuffix(gone)
        if shown in self._said:
            return True
        start, cut, end = shown.partition("…")
        return bool(cut and start) and any(
            words.startswith(start) and words.endswith(end) for words in self._said
        )

    @cached_property
    def _said(self) -> frozenset[str]:
        return frozenset(" ".join(words.split()) for words in self.words.values())

    def value_of(self, feature: str, value: str) -> str:
        """Return the words for a level of a feature, or the level."""
        return self.words.get(f"{feature}={value}", value)

    def in_table(self, data: pd.DataFrame) -> pd.DataFrame:
        """Return a table with words where names stand: in its index, and in columns of names."""
        if not self.words:
            return data
        out = data.copy()
        for name in [name for name in NAMED if name in out and _is_text(out[name])]:
            out[name] = self._column(out[name])
        # an index without a name may be of anything: only of what is named here
        if not out.index.nlevels > 1 and _is_text(out.index) and out.index.name in (None, *NAMED):
            out.index = pd.Index(self._column(out.index.to_series()), name=out.index.name)
        return out

    def _column(self, values: pd.Series[Any]) -> list[Any]:
        words = dict(zip(values, self.all(values), strict=True))
        return [words[one] if isinstance(one, str) else one for one in values]

    def in_text(self, text: str) -> str:
        """Return a sentence with words in place of names; what is to be typed stays.

        A name that may be a word of the sentence itself is replaced where it is quoted alone. What
        is words already stays, too: said twice is said once.
        """
        return text if self._pattern is None else self._pattern.sub(self._replaced, text)

    def _replaced(self, found: re.Match[str]) -> str:
        if (bare := found["bare"]) is not None:
            return self.words[bare] + (": " if found["level"] else "")
        quoted = found[1] or found[2]
        return found[0] if quoted is None else found[0].replace(quoted, self.of(quoted))

    @cached_property
    def _pattern(self) -> re.Pattern[str] | None:
        names = sorted(self.words, key=len, reverse=True)
        if not names:
            return None
        telling = [name for name in names if not _plain(name)]
        items = [name for name in names if _plain(name) and not is_word(name)]
        bare = [rf"(?<![\w=])(?:{_any(telling)})(?![\w])"] if telling else []
        bare += [rf"(?:{_BEFORE})(?:{_any(items)})(?=[,;.)=]|$| \()"] if items else []
        written = rf"(?P<bare>{'|'.join(bare)})(?P<level>=(?=\S))?" if bare else r"(?P<bare>(?!))"
        written += "" if bare else r"(?P<level>)"
        plain = re.compile(f"{_TYPED}|{_QUOTED}|{written}")
        said = sorted(filter(None, map(str.strip, self.words.values())), key=len, reverse=True)
        holding = [words for words in said if plain.search(words)]
        if not holding:
            return plain
        whole = rf"['\"]?(?<![\w=])(?:{_spaced(holding)})(?!\w)['\"]?"
        return re.compile(f"{_TYPED}|{whole}|{_QUOTED}|{written}")


def told_apart(said: Mapping[str, str]) -> dict[str, str]:
    """Return words by name; where two would be alike, the name stands behind them.

    Examples
    --------
    >>> told_apart({"old": "late", "late": "late", "new": "fresh"})
    {'old': 'late [old]', 'late': 'late', 'new': 'fresh'}
    """
    times = Counter(map(_visible, said.values()))
    alike = {name for name, words in said.items() if words != name and times[_visible(words)] > 1}
    return {name: f"{words} [{name}]" if name in alike else words for name, words in said.items()}


def _plain(name: str) -> bool:
    """Whether a name may be a word: of letters alone."""
    return name.replace(" ", "").isalpha() and (name.islower() or name.istitle())


def _any(names: Iterable[str]) -> str:
    return "|".join(map(re.escape, names))


def _spaced(names: Iterable[str]) -> str:
    """Find names wherever their lines are broken."""
    return "|".join(r"\s+".join(map(re.escape, name.split())) for name in names)


def _visible(words: str) -> str:
    return " ".join(words.split()).casefold()


def _is_text(values: Any) -> bool:
    return bool(pd.api.types.is_object_dtype(values) or pd.api.types.is_string_dtype(values))
