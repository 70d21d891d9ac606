"""Built features in a Parquet file: what the file says of itself, so that nothing is guessed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from workbench.errors import ParameterError, SchemaError
from workbench.frame.parts import CATALOGUE_COLUMNS, FrameParts
from workbench.frame.streamed.contents import Contents
from workbench.frame.streamed.first_pass import FirstPass, Wanted, first_pass
from workbench.frame.streamed.parquet_files import ParquetFiles
from workbench.frame.streamed.settle import Settled, refuse_odd_numbers
from workbench.messages import listed
from workbench.reading import ColumnReading

SAID = b"workbench features"
"""The key in the metadata of a file."""
VERSION = 1
ROLES = ("customer", "campaign", "as_of", "matured_at", "outcome", "treatment", "arm_probability")
NUMBER, TEXT = pa.float64(), pa.string()


@dataclass(frozen=True)
class BuiltFile:
    """What a file of built features says of itself.

    Parameters
    ----------
    roles : mapping of role to column
        Of `ROLES`, those that there are.
    catalogue : DataFrame
        Of the features, in their order.
    texts : tuple of str
        Features that are categories; all others are numbers.
    recipe : mapping
    notes : tuple of str
    suspects : mapping of feature to str

    Examples
    --------
    >>> catalogue = pd.DataFrame("text", ["visits"], CATALOGUE_COLUMNS)
    >>> catalogue["lookback_days"] = float("inf")  # all history
    >>> said = BuiltFile({"outcome": "outcome"}, catalogue, (), {"kind": "features"})
    >>> BuiltFile.from_json(said.to_json()).catalogue["lookback_days"].tolist()
    [inf]
    """

    roles: Mapping[str, str]
    catalogue: pd.DataFrame
    texts: tuple[str, ...]
    recipe: Mapping[str, Any]
    notes: tuple[str, ...] = ()
    suspects: Mapping[str, str] | None = None

    @property
    def features(self) -> tuple[str, ...]:
        """Their names, in their order."""
        return tuple(str(name) for name in self.catalogue.index)

    def to_json(self) -> str:
        """Write it as JSON.

        Raises
        ------
        ParameterError
            A builder's settings are not what JSON can hold.
        """
        table = self.catalogue.reindex(columns=list(CATALOGUE_COLUMNS))
        days = table["lookback_days"].map(str)  # JSON has no infinity
        content = {
            "version": VERSION,
            "roles": dict(self.roles),
            "features": list(self.features),
            "catalogue": table.assign(lookback_days=days).to_dict("list"),
            "texts": list(self.texts),
            "recipe": dict(self.recipe),
            "notes": list(self.notes),
            "suspects": dict(self.suspects or {}),
        }
        try:
            return json.dumps(content, allow_nan=False)
        except (TypeError, ValueError) as error:
            raise ParameterError(
                f"Settings of builders must be what JSON can hold, text and numbers; {error}. "
                "Write moments as text."
            ) from None

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """Read what `to_json` wrote."""
        content = json.loads(text)
        table = pd.DataFrame(content["catalogue"], index=pd.Index(content["features"]))
        days = table["lookback_days"].astype("float64")
        return cls(
            content["roles"],
            table.assign(lookback_days=days).rename_axis("feature"),
            tuple(content["texts"]),
            content["recipe"],
            tuple(content["notes"]),
            content["suspects"],
        )

    @classmethod
    def of(cls, files: ParquetFiles) -> Self:
        """Return what a file says.

        Raises
        ------
        SchemaError
            It is from another version, or its columns are not those that it says.
        """
        name, metadata = files.paths[0].name, _metadata(files)
        if json.loads(metadata[SAID]).get("version") != VERSION:
            raise SchemaError(
                f"{name!r} was built by another version of the workbench, and tells its features "
                "in another way. Build it anew."
            )
        said = cls.from_json(metadata[SAID])
        said._check(files.schema, name)  # noqa: SLF001 - its own
        return said

    def _check(self, schema: pa.Schema, name: str) -> None:
        """Raise where somebody changed the columns, and left what is said of them."""
        wanted = {one: TEXT if one in self.texts else NUMBER for one in self.features}
        odd = [*_other(schema, wanted), *(one for one in schema.names if one not in self._columns)]
        odd += [one for one in self.roles.values() if one not in schema.names]
        if odd:
            raise SchemaError(
                f"{name!r} must have the columns that its features were built with; {listed(odd)} "
                "differ. Build it anew, or name its columns yourself: `target` and `campaign`."
            )

    @property
    def _columns(self) -> tuple[str, ...]:
        return (*self.roles.values(), *self.features)


def says_itself(files: ParquetFiles) -> bool:
    """Whether a table is one file of built features."""
    return len(files.paths) == 1 and SAID in _metadata(files)


def _metadata(files: ParquetFiles) -> Mapping[bytes, bytes]:
    return pq.read_metadata(files.paths[0]).metadata or {}


@dataclass(frozen=True)
class _AsBuilt(ColumnReading):
    """A column whose values are what they are: a blank is a level, and "NA" a country."""

    def apply(self, column: pd.Series[Any]) -> pd.Series[Any]:
        return column


_ROLES_OF = {
    "target": "outcome",
    "campaign": "campaign",
    "time": "as_of",
    "matured": "matured_at",
    "customer": "customer",
}


def built_contents(files: ParquetFiles, said: BuiltFile, scratch: Path | None) -> Contents:
    """Read a file of built features once, for what a fit needs to know of it.

    Raises
    ------
    DataError
        There are too many moments, or texts, to keep in mind; or features are infinite.
    """
    roles = {role: said.roles.get(of) for role, of in _ROLES_OF.items()} | {"weight": None}
    named = [name for name in roles.values() if name is not None]
    numbers = tuple(name for name in said.features if name not in said.texts)
    wanted = Wanted(
        roles,
        (*said.features, *named),
        said.features,
        numbers,
        (False,) * len(numbers),
        said.texts,
        sample=1,  # nothing is guessed from it
    )
    found = first_pass(files, wanted)
    return Contents.of(found, roles, _settled(found, said), scratch)


def _settled(found: FirstPass, said: BuiltFile) -> Settled:
    refuse_odd_numbers(found, said.features)
    keys = found.keys
    table = keys.table()
    columns = {role: table[name] for role, name in keys.columns.items()}
    by_key = FrameParts(
        X=pd.DataFrame({"key": range(len(table))}),
        y=columns["target"].astype("float64"),
        campaign=columns["campaign"],
        as_of=keys.moments(),
        matured_at=keys.matured(),
        weight=pd.Series(keys.weight, dtype="float64"),
    )
    words = {name: pd.Series(list(of.rows), list(of.rows), str) for name, of in found.words.items()}
    return Settled(
        by_key,
        said.features,
        dict(_readings(said)),
        words,
        dict(said.recipe),
        said.notes,
        dict(said.suspects or {}),
        said.catalogue,
    )


def _readings(said: BuiltFile) -> Iterator[tuple[str, ColumnReading]]:
    for name in said.features:
        kind = "category" if name in said.texts else "number"
        yield name, _AsBuilt(kind, typed=True)


def _other(schema: pa.Schema, wanted: Mapping[str, pa.DataType]) -> Sequence[str]:
    there = dict(zip(schema.names, schema.types, strict=True))
    return [name for name, kind in wanted.items() if there.get(name) != kind]


def with_suspects(said: BuiltFile, suspects: Mapping[str, str], notes: Sequence[str]) -> BuiltFile:
    """Return the same with what shows only when the values are there."""
    return replace(said, suspects=dict(suspects), notes=(*said.notes, *notes))
