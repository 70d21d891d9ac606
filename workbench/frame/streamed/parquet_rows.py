"""ParquetRows: contacts in Parquet files that a model is fitted to without a table in memory."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from workbench.checks import plain_floats
from workbench.errors import ParameterError
from workbench.frame.flat_table import check_one_role_each
from workbench.frame.streamed.column_sums import NumberSums, WordSums
from workbench.frame.streamed.first_pass import first_pass, key_columns, weights_of
from workbench.frame.streamed.parquet_files import ParquetFiles, changed
from workbench.frame.streamed.settle import Asked, Settled, settle
from workbench.messages import count_of
from workbench.numbers import Array
from workbench.reading import Told
from workbench.reading.decide import given_type
from workbench.tables.campaign_order import AUTO


class FeatureBlock(NamedTuple):
    """Some rows: features as they are read, key and weight of each, and its customer, if known."""

    X: pd.DataFrame
    key: npt.NDArray[np.int64]
    weight: Array
    customer: pd.Series[Any] | None


class ParquetRows:
    """Contacts in Parquet files, one row each, read in blocks whenever they are needed.

    A `RidgePropensity` that is fitted to it is the one that it would be of
    ``FeatureFrame.from_table`` of the same table: what means, levels, groups and campaigns are is
    settled by the same rules, in a first pass. Rows are then read once more for each fit, which
    lays them out by campaign in a scratch file.

    Memory holds a block of 64k rows at most, a matrix of columns by columns for each campaign,
    and some numbers a row.

    Parameters
    ----------
    path : path, or sequence of paths
        A Parquet file, or a folder: all of its ``*.parquet``, in the order of their names. All must
        have the same columns.
    target : str
        The outcome, as for `FeatureFrame.from_table`. Rows without one are passed over.
    campaign, time, customer : str, optional
        The columns that hold the campaign, the moment of the decision, the customer.
    weight : str, optional
        The column that says how many contacts a row stands for.
    drop : sequence of str
        Columns to leave out.
    groups : mapping of pattern to name, optional
    positive : object, optional
    order, periods
    allow : mapping of column to reason, optional
    dates : {"day-first", "month-first"}, optional
    decimal : {".", ","}, optional
    kinds : mapping of column to kind, optional
        All as for `FeatureFrame.from_table`.
    scratch : path, optional
        The folder where a fit keeps the rows that it has laid out, in files without a name that end
        with it; by default where the system keeps temporary files.

    Raises
    ------
    MissingDataError
        There is no such file.
    SchemaError
        Files have different columns, or a named column is missing.
    DataError
        A file is damaged, the target is not binary, or as `FeatureFrame.from_table` says.
    ParameterError
        An argument is not what it must be.

    Warns
    -----
    DataWarning
        Columns with personal data are left out.

    Examples
    --------
    >>> import pathlib, tempfile, pandas as pd
    >>> from workbench import ParquetRows, RidgePropensity
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> for k, month in enumerate(["2024-01", "2024-02"]):
    ...     table = pd.DataFrame({"month": month, "visits": range(40), "bought": [0, 0, 0, 1] * 10})
    ...     table.to_parquet(folder / f"part-{k}.parquet")
    >>> rows = ParquetRows(folder, target="bought", campaign="month")
    >>> rows
    ParquetRows: 80 contacts × 1 feature in 1 group; 2 campaigns; 20 of 80 known outcomes positive
    >>> model = RidgePropensity(alpha=0.1).fit(rows)
    >>> model.coef_.shape
    (1, 1)
    """

    def __init__(  # noqa: PLR0913 - a role of a column each
        self,
        path: str | os.PathLike[str] | Sequence[str | os.PathLike[str]],
        *,
        target: str,
        campaign: str | None = None,
        time: str | None = None,
        customer: str | None = None,
        weight: str | None = None,
        drop: Sequence[str] = (),
        groups: Mapping[str, str] | None = None,
        positive: object = None,
        order: str | Sequence[Any] = AUTO,
        periods: str = AUTO,
        allow: Mapping[str, str] | None = None,
        dates: str | None = None,
        decimal: str | None = None,
        kinds: Mapping[str, str] | None = None,
        scratch: str | os.PathLike[str] | None = None,
    ) -> None:
        roles = {"target": target, "campaign": campaign, "time": time, "customer": customer}
        roles |= {"weight": weight}
        check_one_role_each(roles)
        left = [drop] if isinstance(drop, str) else list(drop)
        told = Told.of(dates, decimal, None, {k: v for k, v in (kinds or {}).items() if k not in left})
        self.scratch = None if scratch is None else _folder(scratch)
        self.files = ParquetFiles.of(path)
        found = first_pass(self.files, roles, drop=left, kinds=told.kinds)
        asked = Asked(roles, told, left, groups or {}, positive, order, periods, allow or {})
        settled = settle(found, asked)
        self._keys, self._settled, self._roles = found.keys, settled, roles
        self._numbers, self._words = found.numbers, found.words

    @property
    def features(self) -> list[str]:
        """Names of the features, in the order of the files' columns."""
        return list(self._settled.features)

    @property
    def groups(self) -> dict[str, str]:
        """The group of each feature: what penalties are set by."""
        return {str(name): str(of) for name, of in self._settled.catalogue["group"].items()}

    @property
    def campaigns(self) -> list[Any]:
        """Campaign labels in time order; where no time is known, by first appearance."""
        return self._settled.by_key.campaigns

    @property
    def notes(self) -> tuple[str, ...]:
        """What was assumed or left out, in sentences."""
        return self._settled.notes

    @property
    def suspects(self) -> dict[str, str]:
        """Features that may give the outcome away, each with what says so.

        Of more than 100,000 rows so many are looked at, or fewer of a wide table.
        """
        return dict(self._settled.suspects)

    @property
    def recipe(self) -> dict[str, Any]:
        """How the features of new contacts are made: what `save` of a model takes."""
        return dict(self._settled.recipe)

    @property
    def settled(self) -> Settled:
        """What is known of the columns, and of the rows by key."""
        return self._settled

    @property
    def numbers(self) -> NumberSums:
        """Sums of the columns of numbers."""
        return self._numbers

    @property
    def words(self) -> Mapping[str, WordSums]:
        """Words of the other columns."""
        return self._words

    @property
    def rows_of_key(self) -> npt.NDArray[np.int64]:
        """How many rows of positive weight each key has."""
        return np.array(self._keys.weighing, dtype=np.int64)

    def __len__(self) -> int:
        return self.files.rows

    def blocks(self) -> Iterator[FeatureBlock]:
        """Read all rows, a block at a time.

        Raises
        ------
        DataError
            A file has changed since the first pass.
        """
        role = self._roles
        own = [name for name in self.files.schema.names if name in set(self.features)]
        others = [name for name in role.values() if name is not None]
        for block in self.files.blocks([*own, *others]):
            key = self._keys.find(key_columns(block, self._keys))
            if key is None:
                raise changed(self.files.paths[0].name)
            customer, who = role["customer"], None
            if customer is not None:
                who = block.column(customer).to_pandas()
            X = self._read(block.select(own).to_pandas())
            yield FeatureBlock(X, key, weights_of(block, role["weight"]), who)

    def _read(self, raw: pd.DataFrame) -> pd.DataFrame:
        reading = self._settled.readings
        read = {name: reading[str(name)].apply(given_type(raw[name])) for name in raw.columns}
        return plain_floats(pd.DataFrame(read))

    def __repr__(self) -> str:
        by_key = self._settled.by_key
        known = by_key.y.notna().to_numpy()
        positive = float(by_key.weights[(by_key.y == 1).to_numpy()].sum())
        campaigns = f"; {count_of(len(self.campaigns), 'campaign')}" if self.campaigns else ""
        return (
            f"ParquetRows: {count_of(len(self), 'contact')} × "
            f"{count_of(len(self.features), 'feature')} in "
            f"{count_of(len(set(self.groups.values())), 'group')}{campaigns}; "
            f"{positive:,.0f} of {by_key.weights[known].sum():,.0f} known outcomes positive"
        )


def _folder(path: str | os.PathLike[str]) -> Path:
    if not Path(path).is_dir():
        raise ParameterError(
            f"`scratch` must be a folder that is there; got {os.fspath(path)!r}. Make it first."
        )
    return Path(path)
