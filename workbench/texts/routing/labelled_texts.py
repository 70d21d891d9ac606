"""Texts and what is known of them, checked and in one shape."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from workbench.errors import DataError, DataWarning
from workbench.messages import count_of

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

    def warn_of_contradictions(self, same: Numbers) -> None:
        """Warn where texts that say the same have several labels."""
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

    def facts(self, same: Numbers) -> dict[str, int]:
        """Count what came."""
        return {
            "texts": len(self.texts),
            "without_a_word": self.empty,
            "said_before": len(self.texts) - int(same.max()) - 1,
            "periods": 0 if self.period is None else len(np.unique(self.period)),
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
            f"{count_of(empty, 'text has', 'texts have')} no word, and teach nothing: passed over.",
            DataWarning,
            stacklevel=4,
        )
    return LabelledTexts(
        [text for text, keep in zip(found, kept, strict=True) if keep],
        label[kept],
        _whole(period, len(found), "period", kept),
        None if language is None else _beside(language, len(found), "language")[kept],
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
    return ["" if gap else str(one) for one, gap in zip(column, gaps, strict=True)]


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
    try:
        np.unique(found)
    except TypeError:
        raise DataError(
            f"`{name}` must be of one kind, as it is put in an order; got text beside others. Make "
            "all of it text."
        ) from None
    return found


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
