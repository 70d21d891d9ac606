"""What a card is made of: sections of rows and tables, whose numbers say where they come from."""

from __future__ import annotations

import string
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from workbench.governance.checked import State


@dataclass(frozen=True)
class Number:
    """A number, or a date, as it is written, with the evidence that it comes from.

    Parameters
    ----------
    value : float, str or None
        As it is told: a count of people is rounded, and None where it is "under 10".
    text : str
    source : str
        The object and its field, such as "performance.auc".
    """

    value: float | str | None
    text: str
    source: str

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return {"value": self.value, "text": self.text, "from": self.source}


@dataclass(frozen=True)
class Said:
    """What a person wrote, or a name of the data: never looked up, nor taken for a figure.

    Parameters
    ----------
    text : str
    source : str
        Where it was written, such as "governance.model.purpose".
    """

    text: str
    source: str

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return {"text": self.text, "from": self.source}


@dataclass(frozen=True)
class Link:
    """A way to another section of the card.

    Parameters
    ----------
    text : str
    to : str
        The key of the section.
    """

    text: str
    to: str

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return {"text": self.text, "to": self.to}


@dataclass(frozen=True)
class Mark:
    """The state of a check, marked as such.

    Parameters
    ----------
    state : str
        In English, one of `workbench.governance.checked.STATES`.
    text : str
        In the reader's language.
    """

    state: str
    text: str

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return {"state": self.state, "text": self.text}


Piece = str | Number | Said | Link | Mark
Pieces = tuple[Piece, ...]


@dataclass(frozen=True)
class Row:
    """One thing that the card says.

    Parameters
    ----------
    key : str
        Which thing, such as "purpose"; the same from run to run.
    label : str
        What it is called, in the reader's language.
    pieces : tuple
        What is said; empty where nobody said it.
    state : str
        The state of the check that it stands for; "" where it is none.
    code : bool
        Whether it is a command.
    """

    key: str
    label: str
    pieces: Pieces
    state: State | str = ""
    code: bool = False

    @property
    def text(self) -> str:
        """What is said, as one text."""
        return text_of(self.pieces)

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON values."""
        said = {"key": self.key, "label": self.label, "pieces": _plain(self.pieces)}
        more = {"state": self.state, "code": self.code}
        return said | {name: value for name, value in more.items() if value}

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> Row:
        """Make a row again from `to_dict`."""
        return cls(**{**plain, "pieces": _pieces(plain["pieces"])})


@dataclass(frozen=True)
class Grid:
    """A table of the card.

    Parameters
    ----------
    key, caption : str
    columns : tuple of str
        Their names, in the reader's language.
    rows : tuple of tuple
        Cells, each of pieces.
    remark : str
        What is not shown.
    words : bool
        Whether cells are sentences: on a page they stand below one another.
    """

    key: str
    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Pieces, ...], ...]
    remark: str = ""
    words: bool = False

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON values."""
        rows = [[_plain(cell) for cell in row] for row in self.rows]
        columns = list(self.columns)
        said = {"key": self.key, "caption": self.caption, "columns": columns, "rows": rows}
        more = {"remark": self.remark, "words": self.words}
        return said | {name: value for name, value in more.items() if value}

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> Grid:
        """Make a table again from `to_dict`."""
        rows = tuple(tuple(_pieces(cell) for cell in row) for row in plain["rows"])
        return cls(**{**plain, "columns": tuple(plain["columns"]), "rows": rows})


@dataclass(frozen=True)
class Section:
    """A section of the card.

    Parameters
    ----------
    key : str
        Its anchor.
    name : str
        In English, as skops' model cards have it where there is one.
    title : str
        In the reader's language.
    rows : tuple of Row
    grids : tuple of Grid
    """

    key: str
    name: str
    title: str
    rows: tuple[Row, ...] = ()
    grids: tuple[Grid, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return {
            "key": self.key,
            "name": self.name,
            "title": self.title,
            "rows": [row.to_dict() for row in self.rows],
            "tables": [grid.to_dict() for grid in self.grids],
        }

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> Section:
        """Make a section again from `to_dict`."""
        rows = tuple(Row.from_dict(row) for row in plain["rows"])
        grids = tuple(Grid.from_dict(grid) for grid in plain["tables"])
        return cls(plain["key"], plain["name"], plain["title"], rows, grids)


def told(message: str, /, **pieces: Piece) -> Pieces:
    """Fill a message, in the reader's language already, with pieces in the place of its fields.

    Examples
    --------
    >>> told("AUC {auc}.", auc=Number(0.8, "0.80", "performance.auc"))
    ('AUC ', Number(value=0.8, text='0.80', source='performance.auc'), '.')
    """
    found: list[Piece] = []
    for literal, field, _, _ in string.Formatter().parse(message):
        found += [literal] if literal else []
        found += [] if field is None else [pieces[field]]
    return tuple(found)


def text_of(pieces: Pieces) -> str:
    """Return pieces as one text.

    Examples
    --------
    >>> text_of(("AUC ", Number(0.8, "0.80", "performance.auc")))
    'AUC 0.80'
    """
    return "".join(one if isinstance(one, str) else one.text for one in pieces)


def _plain(pieces: Pieces) -> list[Any]:
    return [one if isinstance(one, str) else one.to_dict() for one in pieces]


def _pieces(plain: Any) -> Pieces:
    return tuple(one if isinstance(one, str) else _piece(one) for one in plain)


def _piece(plain: Mapping[str, Any]) -> Piece:
    if "state" in plain:
        return Mark(plain["state"], plain["text"])
    if "to" in plain:
        return Link(plain["text"], plain["to"])
    if "value" in plain:
        return Number(plain["value"], plain["text"], plain["from"])
    return Said(plain["text"], plain["from"])
