"""The reader's own words for features, from a file of two columns: the name, and the words."""

from __future__ import annotations

import csv
import io
import os
import tomllib
import unicodedata
import warnings
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from workbench.errors import DataError, DataWarning, MissingDataError, ParameterError
from workbench.files.read_log import noted
from workbench.messages import listed
from workbench.reading.encodings import decoded
from workbench.reading.files import no_such

TEXT, BOOK, TOML = (".csv", ".tsv", ".txt"), ".xlsx", ".toml"
SUFFIXES = (*TEXT, BOOK, TOML)
LONGEST = 120
_SEPARATORS = ("\t", ";", "|", ",")
_WORDS = (
    "feature features column columns name names variable field code key label labels words "
    "description meaning merkmal merkmale spalte spalten feld bezeichnung beschriftung "
    "beschreibung bedeutung text"
)
_HEADERS = frozenset(_WORDS.split())
"""What a first line says that is no name, in small letters."""


def read_labels(source: str | os.PathLike[str] | Mapping[str, str]) -> dict[str, str]:
    r"""Read what features are to be called in charts, tables, sentences and reasons.

    Parameters
    ----------
    source : path, or mapping of name to words
        A CSV (any usual encoding; tabs, semicolons, bars or commas) or a book of Excel with two
        columns, the name and the words; or a file of TOML, ``name = "words"``. A first line such
        as ``feature;label`` is passed over.

    Returns
    -------
    dict of str to str
        Words by the name of a feature, a column, a group, or a level, ``column=level``; on one
        line each. Names without words are left out.

    Raises
    ------
    MissingDataError
        There is no such file.
    DataError
        It has not two columns, a name is missing, or stands twice with different words.
    ParameterError
        Its name ends in nothing that is read, or words are no text, or too long.

    Warns
    -----
    DataWarning
        Some names have no words.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> file = pathlib.Path(tempfile.mkdtemp()) / "labels.csv"
    >>> _ = file.write_bytes("feature;label\nregion;Größe der Region\nvisits;Visits, 4 weeks\n"
    ...                      .encode("cp1252"))
    >>> read_labels(file)
    {'region': 'Größe der Region', 'visits': 'Visits, 4 weeks'}
    """
    if isinstance(source, Mapping):
        return _checked(list(source.items()), "`labels`")
    given: object = source
    if not isinstance(given, (str, os.PathLike)):
        raise ParameterError(
            f"`labels` must be a file, or a mapping of name to words; got {type(given).__name__}."
        )
    path = Path(source)
    if not os.path.isfile(path):  # noqa: PTH113 - a path may be too long to ask for
        raise MissingDataError(f"There is no file {str(path)!r}. Check the path after `labels`.")
    ending = path.suffix.lower()
    readers = {BOOK: _of_book, TOML: _of_toml, **dict.fromkeys(TEXT, _of_text)}
    if ending not in readers:
        raise ParameterError(
            f"`labels` must be a file that ends in one of {listed(SUFFIXES)}; got {path.name!r}. "
            "Save it as CSV."
        )
    noted(path)
    try:
        pairs = readers[ending](path)
    except OSError as error:
        raise MissingDataError(
            f"{str(path)!r} must be a file of labels; it cannot be read: {error.strerror}."
        ) from None
    return _checked(pairs, repr(path.name))


def _of_text(path: Path) -> list[tuple[Any, Any]]:
    text, _ = decoded(path.read_bytes(), path.name)
    text = text.replace("\ufeff", "")
    if text.lower().startswith("sep="):  # for Excel alone
        text = text.partition("\n")[2]
    found: dict[str, list[list[str]]] = {}
    for separator in _SEPARATORS:
        try:
            lines = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
            found[separator] = [line for line in lines if any(cell.strip() for cell in line)]
        except csv.Error:
            continue
        if found[separator] and all(len(line) == 2 for line in found[separator]):
            return _without_header((first, second) for first, second in found[separator])
    # of the one that makes two of most lines, tell the first that is otherwise
    best = max(found.values(), key=lambda rows: sum(len(row) == 2 for row in rows), default=[])
    raise _not_two(path.name, next((row for row in best if len(row) != 2), []))


def _of_book(path: Path) -> list[tuple[Any, Any]]:
    from python_calamine import CalamineError

    try:
        cells = pd.read_excel(
            path, header=None, dtype=object, keep_default_na=False, engine="calamine"
        )
    except (CalamineError, ValueError, OSError):
        with path.open("rb"):  # a locked file is told so, and not taken for a damaged one
            raise no_such(path, "an Excel") from None
    text = cells.map(_written)
    text = text.loc[(text != "").any(axis=1), (text != "").any(axis=0)]
    if text.shape[1] != 2:
        raise _not_two(path.name, text.iloc[0].tolist() if len(text) else [])
    return _without_header(text.itertuples(index=False, name=None))


def _written(cell: object) -> str:
    whole = isinstance(cell, float) and cell.is_integer()
    return str(int(cell) if whole else cell).strip()  # type: ignore[call-overload]


def _of_toml(path: Path) -> list[tuple[Any, Any]]:
    try:
        return list(tomllib.loads(path.read_bytes().decode("utf-8")).items())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DataError(f"{path.name!r} must be TOML in UTF-8; it is not: {error}.") from None


def _without_header(pairs: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    rows = list(pairs)
    first = {cell.strip().casefold() for cell in rows[0]} if rows else set()
    return rows[1:] if len(first) == 2 and first <= _HEADERS else rows


def _not_two(name: str, line: list[str]) -> DataError:
    said = f"a line has {len(line)}: {line}" if line else "it is empty"
    return DataError(
        f"{name!r} must have two columns, the name of a feature and your words for it; {said}. "
        "Put quotation marks around words that hold the separator."
    )


def _checked(pairs: Iterable[tuple[Any, Any]], where: str) -> dict[str, str]:
    found: dict[str, str] = {}
    empty: list[str] = []
    for name, words in pairs:
        if not isinstance(name, str) or not isinstance(words, str):
            raise ParameterError(
                f"{where} must give each name words, both text; got {words!r} for {name!r}."
            )
        key, said = name.strip(), one_line(words)
        if len(said) > LONGEST:
            raise ParameterError(
                f"{where} must give names words of at most {LONGEST} letters; those of {key!r} "
                f"have {len(said):,}. Shorten them."
            )
        if not key:
            raise DataError(f"{where} must name a feature in each line; {said!r} has no name.")
        if not said:
            empty.append(key)
            continue
        if found.setdefault(key, said) != said:
            raise DataError(
                f"{where} must say one thing of each name; {key!r} is {found[key]!r} and {said!r}. "
                "Keep one of them."
            )
    if empty:
        warnings.warn(
            f"{where} has no words for {listed(empty)}: they keep their names.",
            DataWarning,
            stacklevel=4,
        )
    return found


def one_line(words: str) -> str:
    r"""Write words as one line of letters that can be seen, composed alike.

    Examples
    --------
    >>> one_line(" Visits\n of  May\u200b ")
    'Visits of May'
    """
    composed = unicodedata.normalize("NFC", words)
    return " ".join("".join(_seen(composed)).split())


def _seen(text: str) -> Iterator[str]:
    for sign in text:
        kind = unicodedata.category(sign)
        if kind in ("Cc", "Zl", "Zp"):
            yield " "
        elif kind not in ("Cf", "Cs", "Co", "Cn"):
            yield sign
