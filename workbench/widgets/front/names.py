"""Columns in the reader's own words, and what they are; the currency of amounts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from workbench.errors import ParameterError
from workbench.frame.wording import Wording
from workbench.messages import did_you_mean, listed

if TYPE_CHECKING:
    from workbench.ridge import RidgePropensity

LONGEST_CURRENCY = 12
_POOLED = re.compile(r"(\d+ \w+ columns of )(.+)")


def checked_currency(currency: str) -> str:
    """Return what stands behind amounts of money.

    Raises
    ------
    ParameterError
        It is no short text on one line.

    Examples
    --------
    >>> checked_currency(" EUR ")
    'EUR'
    """
    plain = currency.strip() if isinstance(currency, str) else None
    if plain is None or len(plain) > LONGEST_CURRENCY or (plain and not plain.isprintable()):
        raise ParameterError(
            f"`currency` must be a text of at most {LONGEST_CURRENCY} letters on one line, such as "
            f"'EUR'; got {currency!r}. Leave it out where amounts need no unit."
        )
    return plain


@dataclass(frozen=True)
class Names:
    """Words for design columns, and descriptions of them; both by column, where there are some.

    Parameters
    ----------
    wording : Wording
    descriptions : mapping of str to str
    """

    wording: Wording
    descriptions: Mapping[str, str]

    @classmethod
    def of(
        cls, model: RidgePropensity, catalogue: pd.DataFrame | None, labels: Mapping[str, str]
    ) -> Names:
        """Find them: of the labels given here, else of those that the model was fitted with.

        Raises
        ------
        ParameterError
            A label is of no column and no feature, or is no text.
        """
        feature_of = dict(model.columns_["feature"].astype(str))
        groups = model.columns_["group"].astype(str)
        check_labels(labels, {*feature_of, *feature_of.values(), *groups})
        wording = model.wording | Wording(labels)
        about: dict[str, str] = {}
        if catalogue is not None and "description" in catalogue:
            known = catalogue["description"].dropna().astype(str)
            about = {c: known[f] for c, f in feature_of.items() if f in known.index and known[f]}
        return cls(wording, about)

    def state(self, columns: Iterable[str]) -> dict[str, Any]:
        """Write them as JSON values, a text or null for each column shown."""
        shown = list(columns)
        return {
            "words": self.words(shown),
            "descriptions": [self.descriptions.get(name) for name in shown],
        }

    def words(self, names: Iterable[str]) -> list[str | None]:
        """Return the words for each name, None where it has none."""
        known = list(names)
        said = [self._pooled(words) for words in self.wording.all(known)]
        return [w if w != name else None for name, w in zip(known, said, strict=True)]

    def _pooled(self, name: str) -> str:
        """Write the group of "12 other columns of promo" in the reader's words."""
        found = _POOLED.fullmatch(name)
        return name if found is None else f"{found[1]}{self.wording.of(found[2])}"

    def called(self, *names: Iterable[str]) -> dict[str, str]:
        """Return the words for those features and groups that have some, by name."""
        once = [list(dict.fromkeys(some)) for some in names]
        said = {n: w for some in once for n, w in zip(some, self.words(some), strict=True)}
        return {name: words for name, words in said.items() if words is not None}


def check_labels(labels: Mapping[str, str], known: set[str]) -> None:
    """Hold that labels are words, and each of a name that is known.

    Raises
    ------
    ParameterError
        A label is of another name, or is no text.

    Examples
    --------
    >>> check_labels({"visits": "Visits to the shop"}, {"visits", "age"})
    """
    for name, words in labels.items():
        if name not in known:
            raise ParameterError(
                f"`labels` names unknown feature {name!r}; got {listed(sorted(known))}."
                f"{did_you_mean(name, sorted(known))}"
            )
        if not isinstance(words, str) or not words.strip():
            raise ParameterError(
                f"`labels` must give each feature words of its own; got {words!r} for {name!r}. "
                "Leave out features that keep their name."
            )
