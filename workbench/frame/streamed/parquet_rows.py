"""ParquetRows: contacts in Parquet files that a model is fitted to without a table in memory."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from workbench.checks import plain_floats
from workbench.errors import ParameterError
from workbench.frame.described import line_of, summary_of
from workbench.frame.flat_table import check_one_role_each
from workbench.frame.streamed.column_sums import NumberSums, WordSums
from workbench.frame.streamed.first_pass import first_pass, key_columns, weights_of
from workbench.frame.streamed.parquet_files import ParquetFiles, changed
from workbench.frame.streamed.row_keys import RowKeys
from workbench.frame.streamed.settle import Asked, Settled, settle
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


@dataclass(frozen=True)
class Contents:
    """What a fit reads of files: what is known of them, and their rows in blocks.

    Parameters
    ----------
    files : ParquetFiles
    roles : mapping of role to column
    keys : RowKeys
    numbers : NumberSums
    words : mapping of column to WordSums
    settled : Settled
    scratch : path or None
        Where rows may be kept while they are fitted.
    """

    files: ParquetFiles
    roles: Mapping[str, str | None]
    keys: RowKeys
    numbers: NumberSums
    words: Mapping[str, WordSums]
    settled: Settled
    scratch: Path | None

    @property
    def features(self) -> tuple[str, ...]:
        """Names of the features, in the order of the files' columns."""
        return self.settled.features

    @property
    def groups(self) -> dict[str, str]:
        """The group of each feature."""
        return {str(name): str(of) for name, of in self.settled.catalogue["group"].items()}

    @property
    def rows_of_key(self) -> npt.NDArray[np.int64]:
        """How many rows of positive weight each key has."""
        return np.array(self.keys.weighing, dtype=np.int64)

    def blocks(self) -> Iterator[FeatureBlock]:
        """Read all rows, a block at a time.

        Raises
        ------
        DataError
            A file has changed since the first pass.
        """
        others = [name for name in self.roles.values() if name is not None]
        customer = self.roles["customer"]
        for block in self.files.blocks([*self.features, *others]):
            key = self.keys.find(key_columns(block, self.keys))
            if key is None:
                raise changed(self.files.paths[0].name)
            who = None if customer is None else block.column(customer).to_pandas()
            X = self._read(block.select(list(self.features)).to_pandas())
            yield FeatureBlock(X, key, weights_of(block, self.roles["weight"]), who)

    def _read(self, raw: pd.DataFrame) -> pd.DataFrame:
        reading = self.settled.readings
        read = {name: reading[str(name)].apply(given_type(raw[name])) for name in raw.columns}
        return plain_floats(pd.DataFrame(read))


class ParquetRows:
    """Contacts in Parquet files, one row each, read in blocks whenever they are needed.

    `RidgePropensity` fits it as it fits ``FeatureFrame.from_table`` of the same table. Means,
    levels, groups and campaigns are settled by the same rules, in a first pass. Rows are then read
    once more for each fit, which lays them out by campaign in a scratch file.

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
        said = {name: kind for name, kind in (kinds or {}).items() if name not in left}
        told = Told.of(dates, decimal, None, said)
        place = None if scratch is None else _folder(scratch)
        files = ParquetFiles.of(path)
        found = first_pass(files, roles, drop=left, kinds=told.kinds)
        asked = Asked(roles, told, left, groups or {}, positive, order, periods, allow or {})
        settled = settle(found, asked)
        self._contents = Contents(
            files, roles, found.keys, found.numbers, found.words, settled, place
        )

    @property
    def contents(self) -> Contents:
        """What a fit reads."""
        return self._contents

    @property
    def groups(self) -> dict[str, str]:
        """The group of each feature: what penalties are set by."""
        return self._contents.groups

    @property
    def campaigns(self) -> list[Any]:
        """Campaign labels in time order; where no time is known, by first appearance."""
        return self._contents.settled.by_key.campaigns

    @property
    def notes(self) -> tuple[str, ...]:
        """What was assumed or left out, in sentences."""
        return self._contents.settled.notes

    @property
    def suspects(self) -> dict[str, str]:
        """Features that may give the outcome away, each with what says so.

        Of more than 100,000 rows so many are looked at, or fewer of a wide table.
        """
        return dict(self._contents.settled.suspects)

    @property
    def recipe(self) -> dict[str, Any]:
        """How the features of new contacts are made: what `save` of a model takes."""
        return dict(self._contents.settled.recipe)

    def summary(self) -> pd.DataFrame:
        """Describe each campaign: contacts, known outcomes, positives, rate, moments."""
        return summary_of(self._contents.settled.by_key)

    def __len__(self) -> int:
        return self._contents.files.rows

    def __repr__(self) -> str:
        settled = self._contents.settled
        return line_of(settled.by_key, settled.catalogue).replace("FeatureFrame", "ParquetRows", 1)


def _folder(path: str | os.PathLike[str]) -> Path:
    if not Path(path).is_dir():
        raise ParameterError(
            f"`scratch` must be a folder that is there; got {os.fspath(path)!r}. Make it first."
        )
    return Path(path)
