"""Texts and what is known of them, checked and in one shape."""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from workbench.errors import DataError, DataWarning, FitError
from workbench.messages import count_of
from workbench.texts.routing.alike import alike

Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class LabelledTexts:
    """Texts of some letters or signs, one label each; all of shape (n,).

    ``empty`` is how many texts without any were passed over.
    """

    texts: list[str]
    labels: npt.NDArray[Any]
    period: npt.NDArray[Any] | None
    language: npt.NDArray[Any] | None
    empty: int

    @property
    def by(self) -> dict[str, npt.NDArray[Any]]:
        """What can be told apart by: period and language, where they are known."""
        known = {"period": self.period, "language": self.language}
        return {name: values for name, values in known.items() if values is not None}

    def warn_of_contradictions(self) -> None:
        """Warn where texts that say the same, to the digit, have several labels."""
        same = alike(self.texts, whatever_digits=False)
        pairs = pd.DataFrame({"text": same, "label": self.labels.astype(str)}).drop_duplicates()
        counts = pairs["text"].value_counts()
        several = counts.index[counts > 1]
        if len(several):
            one = int(several.min())
            places = np.flatnonzero(same == one)
            labels = sorted({str(self.labels[i]) for i in places})
            warnings.warn(
                f"{count_of(len(several), 'text')} of training came under several labels, such as "
                f"{_shortened(self.texts[places[0]])!r} under {labels[0]!r} and {labels[1]!r}. No "
                "model can tell these; look at how they were labelled.",
                DataWarning,
                stacklevel=4,
            )

    def check_can_be_left_out(self, left_out_with: npt.NDArray[Any]) -> None:
        """Raise where no label has texts in two units that are left out as wholes."""
        units = pd.DataFrame({"label": self.labels, "unit": left_out_with}).drop_duplicates()
        if units["label"].value_counts().max() > 1:
            return
        if self.period is None:
            raise FitError(
                "Some label must have two texts that differ in more than one word that no other "
                "has, so that one can be left out. Capitals, signs and digits make no difference. "
                "Give more texts of each label."
            )
        raise FitError(
            "Two periods must have a label in common, so that one can be left out. Texts that say "
            "the same count as of the first of theirs. Give texts of more periods, or leave "
            "`period` out."
        )

    def facts(self, same: Numbers) -> dict[str, int]:
        """Count what came."""
        return {
            "texts": len(self.texts),
            "without_a_word": self.empty,
            "said_before": len(self.texts) - int(same.max()) - 1,
        }


def labelled(
    texts: Any, labels: Any, *, period: Any, language: Any, taken: str, least: int = 2
) -> LabelledTexts:
    """Check texts and what came beside them; texts without any sign are passed over.

    Parameters
    ----------
    texts, labels, period, language : column or list, shape (n,)
        The last two may be None.
    taken : str
        What no label may be called.
    least : int
        Texts that must be left.

    Raises
    ------
    DataError
        These are no texts, not one label a text, or too few.

    Warns
    -----
    DataWarning
        Texts without any sign.
    """
    found = texts_of(texts)
    _check_aligned(texts, {"labels": labels, "period": period, "language": language})
    label = _beside(labels, len(found), "labels")
    if pd.isna(label).any():
        raise DataError(
            f"`labels` must have one label a text; {count_of(int(pd.isna(label).sum()), 'text')} "
            "came without. Drop these, or label them."
        )
    _check_kind(label)
    if any(one == taken for one in label.tolist()):
        raise DataError(
            f"A label is called {taken!r}, which is what a router says of texts that it does not "
            "answer. Call it in another way."
        )
    kept = np.array([bool(text.strip()) for text in found], dtype=bool)
    empty = int((~kept).sum())
    if kept.sum() < least:
        raise DataError(
            f"There must be {count_of(least, 'text')} with a word at least; got {int(kept.sum())} "
            f"of {count_of(len(found), 'text')}. Look at the column of texts."
        )
    if empty:
        warnings.warn(
            f"{count_of(empty, 'text has no word, and teaches', 'texts have no word, and teach')} "
            "nothing: passed over.",
            DataWarning,
            stacklevel=4,
        )
    return LabelledTexts(
        [text for text, keep in zip(found, kept, strict=True) if keep],
        label[kept],
        _whole(period, len(found), "period", kept),
        None if language is None else _in_order(_beside(language, len(found), "language")[kept]),
        empty,
    )


def texts_of(texts: Any) -> list[str]:
    """Return texts as a list, a gap as an empty one.

    Raises
    ------
    DataError
        These are no texts.

    Examples
    --------
    >>> texts_of(["Hello", None])
    ['Hello', '']
    """
    hint = "Give a column or list of texts, one a row"
    if isinstance(texts, str | bytes):
        raise DataError(f"`texts` must be a column or list of texts; got one text. {hint}.")
    try:
        column = pd.Series(texts, dtype=object)
    except (TypeError, ValueError):
        raise DataError(
            f"`texts` must be a column or list; got {type(texts).__name__}. {hint}."
        ) from None
    gaps = column.isna().to_numpy()
    odd = [
        one for one, gap in zip(column, gaps, strict=True) if not gap and not isinstance(one, str)
    ]
    if odd:
        raise DataError(
            f"`texts` must be texts; got {type(odd[0]).__name__} {odd[0]!r} and "
            f"{count_of(len(odd) - 1, 'other')}. {hint}, or make them text: `.astype(str)`."
        )
    return ["" if gap else _whole_letters(one) for one, gap in zip(column, gaps, strict=True)]


def _whole_letters(text: str) -> str:
    """Join halves of letters, as some files keep emoji; a half alone is no letter."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return str(text)


def check_same_kind(labels: npt.NDArray[Any], classes: npt.NDArray[Any]) -> None:
    """Raise where labels are no text and those of training are, or the other way round.

    The text "1" is never the number 1: every answer would count as wrong.

    Raises
    ------
    DataError
        They are of another kind.
    """
    found, known = kind_of(labels[0]), kind_of(classes[0])
    if found != known:
        one, other = classes.tolist()[0], labels.tolist()[0]
        raise DataError(
            f"`labels` must be of the kind that `fit` had, {known}, such as {one!r}; got {found}, "
            f"such as {other!r}. Make them {known}."
        )


def kind_of(label: Any) -> str:
    """Return what a label is.

    Examples
    --------
    >>> kind_of("a"), kind_of(True), kind_of(2.0)
    ('text', 'flags', 'numbers')
    """
    if isinstance(label, str):
        return "text"
    return "flags" if isinstance(label, bool | np.bool_) else "numbers"


def _check_kind(labels: npt.NDArray[Any]) -> None:
    for one in labels.tolist():
        if isinstance(one, str | int | np.integer | np.bool_):
            continue
        if not (isinstance(one, float | np.floating) and float(one).is_integer()):
            raise DataError(
                f"Labels must be text, whole numbers or flags; got {type(one).__name__} {one!r}. "
                "Make them text."
            )


def _beside(values: Any, n: int, name: str) -> npt.NDArray[Any]:
    of_text = np.asarray(values)
    if isinstance(values, list | tuple) and of_text.dtype.kind in "US":
        of_text = np.asarray(values, dtype=object)  # NumPy would make text of what stands beside
    if of_text.ndim != 1 or len(of_text) != n:
        raise DataError(
            f"`{name}` must have one value a text; got {of_text.shape[0] if of_text.ndim else 1:,} "
            f"for {count_of(n, 'text')}. Give a column of the same table."
        )
    return of_text


def _whole(values: Any, n: int, name: str, kept: npt.NDArray[np.bool_]) -> npt.NDArray[Any] | None:
    """Return a column without gaps, whose values can be put in an order."""
    if values is None:
        return None
    found = _beside(values, n, name)[kept]
    if gaps := int(pd.isna(found).sum()):
        raise DataError(
            f"`{name}` must have one value a text; {count_of(gaps, 'text')} came without. Fill "
            "the gaps, or drop these texts."
        )
    found = _in_order(found, name)
    _warn_of_spellings(found, name)
    return found


def _in_order(found: npt.NDArray[Any], name: str = "language") -> npt.NDArray[Any]:
    """Return values that can be put in an order; gaps aside."""
    try:
        np.unique(found[~pd.isna(found)])
    except TypeError:
        raise DataError(
            f"`{name}` must be of one kind, as it is put in an order; got text beside others. Make "
            "all of it text."
        ) from None
    return found


def _warn_of_spellings(found: npt.NDArray[Any], name: str) -> None:
    """Warn where "2024-W1" stands beside "2024-W01": they are left out one without the other."""
    if twice := spelled_twice(found):
        first, second = twice[0]
        warnings.warn(
            f"`{name}` has {first!r} and {second!r}, which count as two; "
            f"{count_of(len(twice), 'pair')} of the kind. Write them alike where they are one.",
            DataWarning,
            stacklevel=5,
        )


def spelled_twice(names: npt.NDArray[Any]) -> list[tuple[str, str]]:
    """Return pairs of names that differ in zeros, capitals or spaces alone.

    Examples
    --------
    >>> spelled_twice(np.array(["2024-W1", "2024-W01", "2024-W2"], dtype=object))
    [('2024-W1', '2024-W01')]
    """
    seen: dict[str, str] = {}
    named = [one for one in dict.fromkeys(names.tolist()) if isinstance(one, str)]
    pairs = [(seen.setdefault(_plain_digits(one), one), one) for one in named]
    return [(first, one) for first, one in pairs if first != one]


def _plain_digits(text: str) -> str:
    return re.sub(r"(?<!\d)0+(?=\d)", "", " ".join(text.casefold().split()))


def _check_aligned(texts: Any, beside: dict[str, Any]) -> None:
    """Raise where columns of pandas have the rows of the texts in another order, or others."""
    if not isinstance(texts, pd.Series):
        return
    for name, values in beside.items():
        if isinstance(values, pd.Series) and not values.index.equals(texts.index):
            raise DataError(
                f"`{name}` must have the index of `texts`, as both are of one table; it has "
                "another. Align them: `.loc[texts.index]`, or give lists."
            )


def _shortened(text: str, most: int = 60) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
