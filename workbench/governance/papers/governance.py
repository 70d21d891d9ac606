"""What a file governance.toml says of a model, and what it leaves open."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, Self

from workbench.errors import DataError, MissingDataError
from workbench.governance.checked import Check
from workbench.governance.papers.asked import missing_answers
from workbench.governance.papers.paper_checks import checks_of_papers
from workbench.governance.papers.said import answers
from workbench.governance.papers.sections import (
    Channel,
    Dates,
    Kpi,
    Legal,
    Model,
    People,
    Pilot,
    Suppression,
    Uses,
)
from workbench.language import speaking
from workbench.tables.suppression import SuppressionList


@dataclass(frozen=True)
class Governance:
    """Who answers for a model, what it is for, on which basis, and until when.

    Made by `Governance.read` or `Governance.of`. Text that is missing is "", all else None.

    Parameters
    ----------
    model, people, legal, dates, uses
        Sections with a field for each key of the file.
    channels : tuple of Channel
        ``name, consent, basis`` of each.
    kpis : tuple of Kpi
        ``name, kind, unit, baseline, target, date`` of each.
    pilot : Pilot, optional
        None where the file has no such section.
    allowed : mapping
        Columns with personal data that may be features, with the reason.
    suppression : Suppression, optional
        ``file, column``; None where the file names none.
    path : Path, optional
        The file; None where it was no file.
    sha256 : str
        Of the file's bytes; without a file, of its content as JSON.

    Examples
    --------
    >>> papers = Governance.of({"people": {"owner": "Ada Lovelace"}})
    >>> papers.people.owner, papers.missing()["people.author"]
    ('Ada Lovelace', 'Who makes the model?')
    """

    model: Model = field(default_factory=Model)
    people: People = field(default_factory=People)
    legal: Legal = field(default_factory=Legal)
    channels: tuple[Channel, ...] = ()
    kpis: tuple[Kpi, ...] = ()
    dates: Dates = field(default_factory=Dates)
    pilot: Pilot | None = None
    uses: Uses = field(default_factory=Uses)
    allowed: Mapping[str, str] = field(default_factory=dict)
    suppression: Suppression | None = None
    path: Path | None = field(default=None, compare=False)
    sha256: str = field(default="", compare=False)

    @classmethod
    def read(cls, path: str | Path) -> Self:
        """Read a file of TOML.

        Parameters
        ----------
        path : path
            Such as ``governance.toml``; `workbench new governance.toml` writes one to fill in.

        Returns
        -------
        Governance

        Raises
        ------
        MissingDataError
            There is no such file.
        DataError
            It is no TOML.
        SchemaError
            It says something unknown, or of the wrong kind; the message names the key.

        Examples
        --------
        >>> Governance.read("nowhere.toml")
        Traceback (most recent call last):
            ...
        workbench.errors.MissingDataError: 'nowhere.toml' must be a governance file; ...
        """
        place = Path(path)
        content = _bytes_of(place)
        sections = _sections(answers(_toml(content, place)))
        return cls(**sections, path=place, sha256=hashlib.sha256(content).hexdigest())

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> Self:
        """Take what a file would say as a mapping.

        Parameters
        ----------
        said : mapping
            Sections by name. None and "" are not answered yet; dates may be text.

        Returns
        -------
        Governance

        Raises
        ------
        SchemaError
            It says something unknown, or of the wrong kind; the message names the key.

        Examples
        --------
        >>> Governance.of({"dates": {"review": "2027-06-30"}}).dates.review
        datetime.date(2027, 6, 30)
        """
        made = cls(**_sections(answers(said)))
        text = json.dumps(made._said(), sort_keys=True, ensure_ascii=False)
        return cls(**made._fields(), sha256=hashlib.sha256(text.encode()).hexdigest())

    def missing(self) -> dict[str, str]:
        """Return what is not answered: the question, by the dotted name of its key.

        Returns
        -------
        dict
            Such as ``{"people.owner": "Who answers for the model?"}``, in the file's order. A
            pilot, a list of objections and allowed columns are asked about where they are begun.

        Examples
        --------
        >>> list(Governance.of({}).missing())[:2]
        ['model.name', 'model.purpose']
        """
        return missing_answers(self._said())

    def checks(self, today: dt.date | None = None) -> list[Check]:
        """Look at what is missing, at people and at dates.

        Parameters
        ----------
        today : date, optional
            The day to look on; today where none is given.

        Returns
        -------
        list of Check

        Examples
        --------
        >>> same = {"people": {"author": "Ada", "approver": "ada "}}
        >>> [one.state for one in Governance.of(same).checks() if one.name == "four-eyes"]
        ['blocked']
        """
        return checks_of_papers(self._said(), self.path, today or today_is())

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON values: all sections, the name of the file, and its hash.

        Returns
        -------
        dict

        Examples
        --------
        >>> Governance.of({"uses": {"credit": False}}).to_dict()["uses"]
        {'credit': False, 'insurance': None, 'work': None}
        """
        file = None if self.path is None else self.path.name
        return {**self._said(), "file": file, "sha256": self.sha256}

    def record(self) -> dict[str, Any]:
        """Return what a model remembers of it: who answers, until when, and what was missing.

        Returns
        -------
        dict
            JSON values, for `RidgePropensity.save`: ``file, sha256, owner, author, approver,
            review, retention, suppression, missing``.

        Examples
        --------
        >>> Governance.of({"people": {"owner": "Ada"}}).record()["owner"]
        'Ada'
        """
        said, people = self._said(), self.people
        with speaking("en"):  # as the terminal speaks, which reads it
            missing = self.missing()
        return {
            "file": "" if self.path is None else self.path.name,
            "sha256": self.sha256,
            "owner": people.owner,
            "author": people.author,
            "approver": people.approver,
            **said["dates"],
            "suppression": "" if self.suppression is None else Path(self.suppression.file).name,
            "missing": missing,
        }

    def objections(self) -> SuppressionList | None:
        """Read the list of customers who objected, if the file names one; for ``suppress=``.

        Returns
        -------
        SuppressionList or None

        Raises
        ------
        MissingDataError
            The list is not there.

        Examples
        --------
        >>> Governance.of({}).objections() is None
        True
        """
        file = self.suppressed_file
        if file is None or self.suppression is None:
            return None
        return SuppressionList.of(file, column=self.suppression.column)

    @property
    def suppressed_file(self) -> Path | None:
        """The file of customers who objected, from where this file is; None where none is named."""
        if self.suppression is None or not self.suppression.file:
            return None
        home = Path() if self.path is None else self.path.parent
        return home / self.suppression.file

    def _said(self) -> dict[str, Any]:
        """Return all sections as plain values."""
        return {name: _plain(value) for name, value in self._fields().items()}

    def _fields(self) -> dict[str, Any]:
        names = (one.name for one in fields(self))
        return {name: getattr(self, name) for name in names if name not in ("path", "sha256")}


def _plain(value: Any) -> Any:
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, (tuple, list)):
        return [_plain(one) for one in value]
    return _plain(asdict(value)) if hasattr(value, "__dataclass_fields__") else value


def _sections(found: Mapping[str, Any]) -> dict[str, Any]:
    """Make values of checked answers."""
    pilot, kept = found["pilot"], found["suppression"]
    return {
        "model": Model(**found["model"]),
        "people": People(**found["people"]),
        "legal": Legal(**found["legal"]),
        "channels": tuple(Channel(**one) for one in found["channels"]),
        "kpis": tuple(Kpi(**one) for one in found["kpis"]),
        "dates": Dates(**found["dates"]),
        "pilot": None if pilot is None else Pilot(**pilot),
        "uses": Uses(**found["uses"]),
        "allowed": found["allowed"],
        "suppression": None if kept is None else Suppression(**kept),
    }


def _bytes_of(place: Path) -> bytes:
    try:
        return place.read_bytes()
    except OSError as error:
        raise MissingDataError(
            f"{str(place)!r} must be a governance file; it cannot be read: "
            f"{error.strerror or error}. `workbench new governance.toml` writes one to fill in."
        ) from None


def _toml(content: bytes, place: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise DataError(f"{str(place)!r} must be text in UTF-8; save it as that.") from None
    except tomllib.TOMLDecodeError as error:
        raise DataError(
            f"{str(place)!r} must be written in TOML; at one place it is not: {error}. Texts stand "
            'in "quotes", dates do not, and a section begins with its name in [brackets].'
        ) from None


def today_is() -> dt.date:
    """Return the day of now, as the machine's clock shows it."""
    return dt.datetime.now().astimezone().date()
