"""Runs the chosen plans, and turns measures into features, some rows at a time."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
from tqdm.auto import tqdm

from workbench.errors import SchemaError
from workbench.features.measures import Expression, Feature, Formula, Lookup, Measure
from workbench.features.plans.block import TooLargeError
from workbench.features.plans.cells import CellPlan, Computed
from workbench.features.plans.choice import CELLS, SQL, choose
from workbench.features.plans.reading import EVENTS_AT_ONCE, Contacts, read_contacts
from workbench.features.plans.sql import ALL_CONTACTS, SqlPlan
from workbench.features.tables import Tables
from workbench.sql.names import quoted

ROWS_AT_ONCE = 1 << 18
SOME = "(some contacts)"  # no name that a user would give
BAR = "{desc}: {percentage:3.0f}%|{bar}| {elapsed}<{remaining}"
Numbers = npt.NDArray[np.float64]


def execute(
    features: Sequence[Feature],
    tables: Tables,
    *,
    progress: bool = True,
    plan: str | None = None,
    at_once: int = EVENTS_AT_ONCE,
) -> pd.DataFrame:
    """Compute features, one row a contact, in the order of the contacts.

    Parameters
    ----------
    features : sequence of Feature
    tables : Tables
    progress : bool
        Show a bar where it takes more than a second.
    plan : {"cells", "running sums", "sql"}, optional
        Instead of what would be chosen, where it can be.
    at_once : int
        How many events to hold in memory.

    Raises
    ------
    SchemaError
        A formula or a value of a condition does not go with the tables.
    """
    run = Run(features, tables, at_once)
    with bar_of(progress=progress) as bar, said_plainly():
        run.measure(plan, bar.update)
        built = run.frame(bar.update)
        bar.update(1 - bar.n)  # its parts were estimates
    return built


def bar_of(*, progress: bool) -> Any:
    """Return the bar of a build, whose whole is 1; it shows after a second."""
    return tqdm(desc="features", total=1, bar_format=BAR, delay=1, disable=not progress)


@contextmanager
def said_plainly() -> Iterator[None]:
    """Say what does not go with the tables, where DuckDB says so.

    Raises
    ------
    SchemaError
    """
    try:
        yield
    except (duckdb.ProgrammingError, duckdb.DataError) as error:
        raise SchemaError(
            "Formulas and values of features must be SQL that goes with the tables; DuckDB "
            f"says {str(error).splitlines()[0]!r}. Mend the formula or the value that it names."
        ) from error


class Run:
    """The columns of one build, while they are filled.

    Parameters
    ----------
    features : sequence of Feature
    tables : Tables
    at_once : int
        How many events to hold in memory.
    contacts : str
        In SQL: all contacts, or a table of some.
    """

    def __init__(
        self,
        features: Sequence[Feature],
        tables: Tables,
        at_once: int,
        contacts: str = ALL_CONTACTS,
    ) -> None:
        self.features, self.tables, self.at_once = features, tables, at_once
        self.table = contacts
        self.contacts: Contacts = read_contacts(tables.connection, contacts)
        self.rows = len(self.contacts.as_of)
        self.numeric = [f for f in features if not is_text(f.value)]
        self.matrix: Numbers = np.empty((len(self.numeric), self.rows))
        self.computed = Computed(self.rows)

    def measure(self, plan: str | None, tick: Callable[[float], Any]) -> None:
        """Compute, without a join, what can be computed so."""
        places = {f.value: self.matrix[i] for i, f in reversed(list(enumerate(self.numeric)))}
        setting = self.tables.connection.execute("SELECT current_setting('threads')")
        ((threads,),) = setting.fetchall()  # to its end: what follows needs the connection
        choices = choose(self.features, self.tables, self.contacts)
        whole = sum(choice.seconds for choice in choices) or 1.0
        for choice in choices:
            if SQL in (choice.plan, plan):
                continue
            measures = [leaf for leaf in choice.leaves if isinstance(leaf, Measure)]
            for measure in measures:
                self.computed.add(measure, places.get(measure))
            cells = CellPlan(
                measures, self.contacts, (plan or choice.plan) == CELLS, int(threads), self.at_once
            )
            share = 0.9 * choice.seconds / whole
            try:
                cells.run(self.tables, self.computed, partial(_scaled, tick, share))
            except TooLargeError:  # integers of 128 bits hold it, in SQL
                for measure in measures:
                    self.computed.drop(measure)

    def frame(self, tick: Callable[[float], Any]) -> pd.DataFrame:
        """Compute the rest in SQL, and the formulas of all, some rows at a time."""
        texts: dict[str, list[pd.Series[Any]]] = {}
        left = [f for f in self.features if not self._is_there(f)]
        if left:
            self._formulas(left, texts, tick)
        if len(self.numeric) == len(self.features):
            return pd.DataFrame(self.matrix.T, columns=[f.name for f in self.features], copy=False)
        numbers = {f.name: self.matrix[i] for i, f in enumerate(self.numeric)}
        columns = {
            f.name: numbers[f.name]
            if f.name in numbers
            else pd.concat(texts[f.name], ignore_index=True)
            for f in self.features
        }
        return pd.DataFrame(columns, copy=False)

    def _is_there(self, feature: Feature) -> bool:
        """Whether a feature is a finished measure; it is copied to its place."""
        found = self.computed.number(feature.value)
        if found is not None:
            place = self.matrix[self.numeric.index(feature)]
            if not np.shares_memory(found, place):
                place[:] = found
        return found is not None

    def _formulas(
        self,
        left: Sequence[Feature],
        texts: dict[str, list[pd.Series[Any]]],
        tick: Callable[[float], Any],
    ) -> None:
        connection = self.tables.connection
        plan = SqlPlan(
            left,
            self.tables,
            given=self.computed.reads,
            rows=quoted(SOME),
            contacts=self.table,
        )
        for step in plan.steps:
            connection.execute(f"CREATE OR REPLACE TEMP TABLE {step.name} AS {step.sql}")
        numbers = {f.name: self.matrix[i] for i, f in enumerate(self.numeric)}
        contacts = self._contacts(plan.final)
        for low in range(0, self.rows, ROWS_AT_ONCE):
            some = self._some(contacts, plan.final, slice(low, low + ROWS_AT_ONCE))
            connection.register(SOME, some)
            found = connection.sql(plan.final).to_arrow_table()
            for f in left:
                if f.name in numbers:
                    numbers[f.name][low : low + len(found)] = found[f.name].to_numpy()
                else:
                    texts.setdefault(f.name, []).append(found[f.name].to_pandas())
            connection.unregister(SOME)
            tick(0.1 * len(found) / self.rows)
        for step in plan.steps:
            connection.execute(f"DROP TABLE {step.name}")

    def _contacts(self, names_in: str) -> pa.Table:
        """Read the columns of the contacts that a query names."""
        named = [name for name in self.tables.columns("contacts") if _names(names_in, name)]
        selected = ", ".join(map(quoted, named))
        query = f"SELECT {selected} FROM {self.table} ORDER BY contact"
        return self.tables.connection.sql(query).to_arrow_table()

    def _some(self, contacts: pa.Table, query: str, rows: slice) -> pa.Table:
        """Return some rows, with the measures that a query names."""
        some = contacts.slice(rows.start, rows.stop - rows.start)
        for name, values in self.computed.columns.items():
            if _names(query, name):
                # NaN stands for missing only in a mean of gaps; no other measure has one
                some = some.append_column(name, pa.array(values[rows], from_pandas=True))
        return some


def _scaled(tick: Callable[[float], Any], share: float, part: float) -> None:
    tick(share * part)


def is_text(value: Expression) -> bool:
    """Whether an expression gives text."""
    if isinstance(value, Lookup):
        return not value.number
    return isinstance(value, Formula) and value.text


def _names(query: str, column: str) -> bool:
    """Whether a query names a column of its contacts."""
    either = rf"{re.escape(column)}\b|{re.escape(quoted(column))}"
    return re.search(rf"\bc\.(?:{either})", query) is not None
