"""What a run leaves as evidence: files with their hashes, the command, people and dates."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, Self

from workbench.errors import SchemaError
from workbench.files.digest import Digest
from workbench.files.whole_file import whole_file
from workbench.governance.run_evidence.places import Place
from workbench.governance.run_evidence.seal import sealed, unsealed

FORMAT = 1
SUFFIX = ".evidence.json"
Role = Literal["data", "notebook", "governance", "report", "model", "offers", "card"]
MADE: tuple[Role, ...] = ("report", "model", "offers", "card")
"""What a run makes; all else it reads."""


@dataclass(frozen=True)
class KnownFile:
    """A file that a run read or made.

    Parameters
    ----------
    role : {"data", "notebook", "governance", "report", "model", "offers", "card"}
    place : Place
    digest : Digest
    changed : bool
        Whether it was changed while the run went on.
    recipe : str
        Of a model: the SHA-256 of its recipe as canonical JSON.
    made : str
        When the run began that made it, where that was an earlier one; else "".
    """

    role: Role
    place: Place
    digest: Digest
    changed: bool = False
    recipe: str = ""
    made: str = ""

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> Self:
        """Make one again from `to_dict`."""
        parts = {"place": Place.from_dict(plain["place"]), "digest": Digest(**plain["digest"])}
        return cls(**{**plain, **parts})

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return asdict(self)

    def find(self, folder: Path) -> Path | None:
        """Return where it is now, for evidence that stands in a folder; None where it is gone."""
        return self.place.find_made(folder) if self.role in MADE else self.place.find(folder)


@dataclass(frozen=True)
class RunEvidence:
    """What a run leaves as evidence.

    Parameters
    ----------
    report : str
        Its name, without the ending: that of the notebook.
    moment : str
        When the run began, as ISO 8601.
    workbench, python : str
        Versions.
    command : str
        What repeats the run, for a shell.
    run_in : Place
        The folder to repeat it in.
    parameters : mapping
        As they were given, without passwords.
    files : tuple of KnownFile
    others : tuple of str
        What was read and has no bytes to hash, such as a database.
    governance : mapping, optional
        What the governance file said, as `Governance.to_dict` tells.
    author : str
        Who is named in the report.
    regulation : str
        The date of the table of regulations; "" where none was used.
    release : str
        How live views left; "" where there is no such parameter.
    released : int
        Contents of this report that the ledger of the folder had then.
    signs : tuple of str
        What speaks against the model, a sentence each.
    stopped_by : tuple of str
        Those for which no model was kept.
    looked_at : tuple of str
        The conditions that the notebook looked at; what is not among them is not known.
    """

    report: str
    moment: str
    workbench: str
    python: str
    command: str
    run_in: Place
    parameters: Mapping[str, Any] = field(default_factory=dict)
    files: tuple[KnownFile, ...] = ()
    others: tuple[str, ...] = ()
    governance: Mapping[str, Any] | None = None
    author: str = ""
    regulation: str = ""
    release: str = ""
    released: int = 0
    signs: tuple[str, ...] = ()
    stopped_by: tuple[str, ...] = ()
    looked_at: tuple[str, ...] = ()

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read a file of evidence.

        Raises
        ------
        SchemaError
            It is not as a run wrote it, or of another version.
        OSError
            It cannot be read.
        """
        content = unsealed(path.read_bytes(), name=path.name)
        found = content.pop("format", None)
        if found != FORMAT:
            raise SchemaError(
                f"{path.name!r} has format {found!r}; this version reads {FORMAT}. Read it with "
                "the version that wrote it, or run the notebook again."
            )
        content["files"] = tuple(KnownFile.from_dict(one) for one in content["files"])
        content["run_in"] = Place.from_dict(content["run_in"])
        lists = {name: tuple(content[name]) for name in ("others", "signs", "stopped_by")}
        lists["looked_at"] = tuple(content.get("looked_at", ()))
        return cls(**{**content, **lists})

    def write(self, path: Path) -> None:
        """Write it under its seal, for its owner alone, as the model is."""
        own = {one.name: getattr(self, one.name) for one in fields(self)}
        own |= {"run_in": self.run_in.to_dict(), "files": [one.to_dict() for one in self.files]}
        with whole_file(path, private=True) as unfinished:
            unfinished.write_bytes(sealed({"format": FORMAT, **own}))

    def of_role(self, *roles: Role) -> list[KnownFile]:
        """Return the files of some roles."""
        return [one for one in self.files if one.role in roles]

    @property
    def day(self) -> str:
        """The day of the run."""
        return datetime.fromisoformat(self.moment).strftime("%Y-%m-%d")


def evidence_of(folder: Path) -> Iterator[Path]:
    """Yield the files of evidence that stand in a folder, in the order of their names."""
    yield from sorted(path for path in folder.glob(f"*{SUFFIX}") if path.is_file())
