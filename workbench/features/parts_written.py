"""The parts of a file of features: each computed, checked, looked at, and written."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from workbench.errors import DataError
from workbench.features.declared import beyond_events
from workbench.features.plans.execute import Run, is_text
from workbench.features.plans.reading import EVENTS_AT_ONCE
from workbench.features.prepared import Prepared
from workbench.files.row_spool import RowSpool
from workbench.frame.leakage import rows_looked_at, signs_of_leakage, suspicions
from workbench.frame.parts import FrameParts
from workbench.frame.streamed.built_file import NUMBER, ROLES, SAID, TEXT, BuiltFile, with_suspects
from workbench.frame.streamed.column_sums import MOST_WORDS
from workbench.sql.names import quoted

PART, NUMBERS = quoted("(part)"), "(numbers)"  # no names that a user would give
ROWS_OF_A_GROUP = 1 << 16
OF_ARMS = ("treatment", "arm_probability")


@dataclass
class PartsWritten:
    """A file of features while it is written.

    Parameters
    ----------
    ready : Prepared
    said : BuiltFile
        What the file says of itself, as far as it is known beforehand.
    schema : Schema
    part : ndarray of int, shape (n,)
        The part of each contact.
    looked_at : ndarray of int
        The contacts in which signs of leakage are looked for, in their order.
    """

    ready: Prepared
    said: BuiltFile
    schema: pa.Schema
    part: npt.NDArray[np.int32]
    looked_at: npt.NDArray[np.intp]
    _sample: list[pd.DataFrame] = field(default_factory=list)
    _levels: dict[str, set[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, ready: Prepared, rows: int) -> Self:
        """Say what is known before any value is.

        Parameters
        ----------
        ready : Prepared
        rows : int
            Of a part, at most.

        Raises
        ------
        ParameterError
            The settings of a builder are not what JSON can hold.
        """
        roles = _roles(ready)
        texts = tuple(f.name for f in ready.features if is_text(f.value))
        said = BuiltFile(roles, ready.catalogue, texts, ready.recipe, ready.notes)
        said.to_json()
        known = ready.contacts["outcome"].notna().to_numpy()
        part = parts_of(ready.contacts["customer"], rows)
        return cls(ready, said, _schema(ready, said), part, rows_looked_at(known))

    def write(self, path: Path, tick: Callable[[float], Any]) -> None:
        """Write a file, beside which rows are kept until they are in their order.

        Parameters
        ----------
        path : path
        tick : function
            Is told the share that is done.

        Raises
        ------
        DataError
            A feature is infinite, or has too many levels.
        """
        count = len(self.part)
        spool = RowSpool(path.with_name("rows.arrow"), self.schema, self.part)
        with spool.written():
            for part in range(int(self.part.max()) + 1):
                at = np.flatnonzero(self.part == part)
                spool.add(part, self._computed(at))
                tick(0.9 * len(at) / count)
        with pq.ParquetWriter(path, self.schema) as writer:
            for block in spool.blocks(ROWS_OF_A_GROUP):
                writer.write_table(block)
                tick(0.1 * len(block) / count)
            suspects = self._suspects()
            said = with_suspects(self.said, suspects, suspicions(suspects))
            writer.add_key_value_metadata({SAID: said.to_json().encode()})

    def _computed(self, at: npt.NDArray[np.intp]) -> pa.Table:
        """Return the columns of the contacts at some places, in their order."""
        contacts = self.ready.contacts.iloc[at]
        X, keys = self._values(contacts)
        self._check(contacts, X)
        self._look(at, X)
        of_values = [self.schema.field(name) for name in self.schema.names[len(keys.columns) :]]
        values = pa.Table.from_pandas(X, pa.schema(of_values), preserve_index=False)
        return pa.Table.from_arrays([*keys.columns, *values.columns], schema=self.schema)

    def _values(self, contacts: pd.DataFrame) -> tuple[pd.DataFrame, pa.Table]:
        """Return features and keys; other contacts are there for the sources that read them."""
        tables, connection = self.ready.tables, self.ready.tables.connection
        connection.execute(f"DROP TABLE IF EXISTS {PART}")
        connection.register(NUMBERS, pa.table({"number": contacts["contact"].to_numpy()}))
        connection.execute(
            f"CREATE TEMP TABLE {PART} AS SELECT c.* FROM contacts c "
            f"SEMI JOIN {quoted(NUMBERS)} n ON n.number = c.contact"
        )
        connection.unregister(NUMBERS)
        keys = connection.sql(_select_keys(self.said.roles, PART)).to_arrow_table()
        run = Run(self.ready.features, tables, EVENTS_AT_ONCE, PART)
        run.measure(None, _untold)
        X = run.frame(_untold)
        for role in OF_ARMS:
            of_all = _of_arms(self.ready, role)
            if of_all is not None:
                name = self.said.roles[role]
                kind = self.schema.field(name).type
                values = pa.array(of_all.loc[contacts.index], kind, from_pandas=True)
                keys = keys.append_column(name, values)
        fields = [self.schema.field(name) for name in keys.column_names]
        return X, keys.cast(pa.schema(fields)).combine_chunks()

    def _check(self, contacts: pd.DataFrame, X: pd.DataFrame) -> None:
        """Raise as a frame of all contacts would, and where a fit could not keep the levels."""
        whose = contacts.reset_index(drop=True)
        FrameParts(
            X,
            whose["outcome"],
            campaign=whose["campaign"],
            as_of=whose["as_of"],
            customer=whose["customer"],
            catalogue=self.said.catalogue,
        )
        for name in self.said.texts:
            levels = self._levels.setdefault(name, set())
            levels |= set(X[name].dropna().unique())
            if len(levels) > MOST_WORDS:
                raise DataError(
                    f"With `to`, a category may have {MOST_WORDS:,} different levels, which a fit "
                    f"of rows in blocks keeps in mind; feature {name!r} has more. Bring them down "
                    "to fewer groups, leave it out, or leave `to` out."
                )

    def _look(self, at: npt.NDArray[np.intp], X: pd.DataFrame) -> None:
        """Keep the rows in which signs of leakage are looked for."""
        here = np.flatnonzero(self.part[self.looked_at] == self.part[at[0]])
        names = beyond_events(self.ready.features)
        rows = X[names].iloc[np.searchsorted(at, self.looked_at[here])]
        self._sample.append(rows.set_axis(here, axis=0))

    def _suspects(self) -> dict[str, str]:
        X = pd.concat(self._sample).sort_index()
        y = self.ready.contacts["outcome"].iloc[self.looked_at].set_axis(X.index)
        return signs_of_leakage(X, y, np.ones(len(y)))


def parts_of(customer: pd.Series[Any], rows: int) -> npt.NDArray[np.int32]:
    """Part contacts by customer, so that events are read once; shape (n,).

    Customers are taken by their first contact. One whose contacts pass the end of a part is in
    several, each of which reads all of that customer's events.

    Examples
    --------
    >>> parts_of(pd.Series(["ann", "bob", "ann", "cem"]), 3).tolist()
    [0, 0, 0, 1]
    """
    codes, _ = pd.factorize(customer)
    part = np.empty(len(codes), np.int32)
    part[np.argsort(codes, kind="stable")] = np.arange(len(codes)) // rows
    return part


def _roles(ready: Prepared) -> dict[str, str]:
    """Name the columns that are no features; none has the name of one, in whatever capitals."""
    taken = {f.name.casefold() for f in ready.features}
    there = [role for role in ROLES if role not in OF_ARMS or _of_arms(ready, role) is not None]
    return {role: _free(role, taken) for role in there}


def _free(name: str, taken: Collection[str]) -> str:
    while name in taken:
        name += "_"
    return name


def _of_arms(ready: Prepared, role: str) -> pd.Series[Any] | None:
    return ready.arms.treatment if role == "treatment" else ready.arms.probability


def _select_keys(roles: Mapping[str, str], table: str) -> str:
    keys = ", ".join(f"{of} AS {quoted(to)}" for of, to in roles.items() if of not in OF_ARMS)
    return f"SELECT {keys} FROM {table} ORDER BY contact"


def _schema(ready: Prepared, said: BuiltFile) -> pa.Schema:
    """Return the types of the columns: keys as they came, features as numbers and texts."""
    none = f"{_select_keys(said.roles, 'contacts')} LIMIT 0"
    keys = ready.tables.data.connect().sql(none).to_arrow_table().schema
    arms = {"treatment": TEXT, "arm_probability": NUMBER}
    fields = [pa.field(one.name, TEXT if _is_text(one.type) else one.type) for one in keys]
    fields += [pa.field(said.roles[r], kind) for r, kind in arms.items() if r in said.roles]
    texts = set(said.texts)
    fields += [pa.field(name, TEXT if name in texts else NUMBER) for name in said.features]
    return pa.schema(fields)


def _is_text(kind: pa.DataType) -> bool:
    return bool(
        pa.types.is_string(kind)
        or pa.types.is_large_string(kind)
        or pa.types.is_string_view(kind)
        or pa.types.is_dictionary(kind)
    )


def _untold(_: float) -> None:
    """Tell nobody how far a part is: the bar is of all."""
