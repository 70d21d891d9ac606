"""ParquetRows: contacts in Parquet files that a model is fitted to without a table in memory."""

from __future__ import annotations

import os
from collections.abc import Hashable, Mapping, Sequence
from copy import copy
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from workbench.errors import DataError, ParameterError
from workbench.frame.feature_frame import FeatureFrame
from workbench.frame.streamed.built_file import BuiltFile, built_contents, says_itself
from workbench.frame.streamed.contents import Contents
from workbench.frame.streamed.drawn_contacts import drawn_contacts
from workbench.frame.streamed.first_pass import Wanted, first_pass
from workbench.frame.streamed.kept_contacts import KeptContacts
from workbench.frame.streamed.parquet_files import ParquetFiles
from workbench.frame.streamed.settle import Asked, settle
from workbench.frame.streamed.streamed_table import StreamedTable
from workbench.messages import did_you_mean, listed
from workbench.tables.campaign_order import AUTO

AS_ANY_TABLE = (
    "The file holds built features, and is read as any table, as a `target` was named: groups are "
    "proposed, and a model of it scores such tables, not campaign tables. Without one, the file "
    "says both itself."
)


class ParquetRows(StreamedTable):
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
    target : str, optional
        The outcome, as for `FeatureFrame.from_table`. Rows without one are passed over. A file that
        ``FeatureSet.build(data, to=...)`` wrote says what its columns are, and needs none.
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
        target: str | None = None,
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
        asked = Asked.of(
            roles | {"weight": weight},
            drop=drop,
            kinds=kinds,
            dates=dates,
            decimal=decimal,
            groups=groups,
            allow=allow,
            positive=positive,
            order=order,
            periods=periods,
        )
        place = None if scratch is None else _folder(scratch)
        files = ParquetFiles.of(path)
        if target is None:
            self._contents = built_contents(files, _said_itself(files, asked), place)
            return
        found = first_pass(
            files, Wanted.of(files.schema, asked.roles, drop=asked.drop, kinds=asked.told.kinds)
        )
        settled = settle(found, asked)
        if says_itself(files):
            settled = replace(settled, notes=(*settled.notes, AS_ANY_TABLE))
        self._contents = Contents.of(found, asked.roles, settled, place)

    def only(self, campaigns: Sequence[Any]) -> ParquetRows:
        """Keep the contacts of some campaigns; the files stay as they are, and nothing is read.

        What was settled of all contacts, such as kinds and groups, stays; means and levels are
        learned at the fit, of those that are kept.

        Parameters
        ----------
        campaigns : sequence of labels
            Of `campaigns`.

        Returns
        -------
        ParquetRows

        Raises
        ------
        ParameterError
            One of them is no campaign of these rows, or there is none.

        Examples
        --------
        >>> import pathlib, tempfile, pandas as pd
        >>> from workbench import ParquetRows
        >>> file = pathlib.Path(tempfile.mkdtemp()) / "table.parquet"
        >>> table = pd.DataFrame({"month": ["2024-01", "2024-02", "2024-03"] * 20,
        ...                       "visits": range(60), "bought": [0, 1] * 30})
        >>> table.to_parquet(file)
        >>> rows = ParquetRows(file, target="bought", campaign="month")
        >>> len(rows.only(["2024-01", "2024-03"])), len(rows)
        (40, 60)
        """
        there = self.campaigns
        named = [campaigns] if isinstance(campaigns, str) else list(campaigns)
        labels = set(there)
        unknown = [one for one in named if not (isinstance(one, Hashable) and one in labels)]
        if unknown or not named:
            came = listed(unknown) if named else "none"
            texts = [str(label) for label in there]  # 3 is not meant by "3", which is shown
            new = [one for one in unknown[:1] if str(one) not in texts]
            hint = did_you_mean(new[0], texts) if new else ""
            have = listed(there) if there else "none, as no `campaign` or `time` is named"
            raise ParameterError(
                f"`campaigns` must name campaigns of these rows; got {came}. There are {have}."
                f"{hint}"
            )
        labels_of_keys = pd.Series(self._contents.settled.by_key.campaign)
        return self._kept(labels_of_keys.isin(named).to_numpy())

    def known(self) -> ParquetRows:
        """Keep the contacts whose outcome is known: they can train and test."""
        return self._kept(self._contents.settled.by_key.y.notna().to_numpy())

    def unknown(self) -> ParquetRows:
        """Keep the contacts whose outcome is not known yet: they can be scored."""
        return self._kept(self._contents.settled.by_key.y.isna().to_numpy())

    def contacts(self, columns: Sequence[str] = ()) -> FeatureFrame:
        """Keep outcome, campaign, customer, moments and weight of each contact in memory.

        `out_of_time` parts them as it parts the files, row by row, so that what is said of a split
        can be said of these: it takes no feature. A contact takes some 40 bytes, and the letters
        of its campaign and customer.

        Parameters
        ----------
        columns : sequence of str
            Features that are kept beside it.

        Returns
        -------
        FeatureFrame, n rows
            In the order of the files; without features it has one column, which says so.

        Raises
        ------
        DataError
            A file has changed since it was first read.
        ParameterError
            `columns` names no features of these rows.

        Examples
        --------
        >>> import pathlib, tempfile, pandas as pd
        >>> from workbench import ParquetRows
        >>> file = pathlib.Path(tempfile.mkdtemp()) / "table.parquet"
        >>> table = pd.DataFrame({"month": ["2024-01", "2024-02"] * 20, "id": range(40),
        ...                       "visits": range(40), "bought": [0, 1] * 20})
        >>> table.to_parquet(file)
        >>> rows = ParquetRows(file, target="bought", campaign="month", customer="id")
        >>> rows.contacts(["visits"]).customer.tolist()[:3]
        ['0', '1', '2']
        """
        gathered = KeptContacts(self._contents, columns)
        for block in self._contents.read(tuple(columns), doing="Reading"):
            gathered.add(block)
        return gathered.frame()

    def drawn(self) -> FeatureFrame:
        """Take some contacts of known outcome into memory, with all of their features.

        Returns
        -------
        FeatureFrame
            At most 100,000 contacts, drawn at random with a fixed seed; fewer of a table so wide
            that they would take more than 256 MB. All that have an outcome, if they are fewer.

        Raises
        ------
        DataError
            A file has changed since it was first read, or no outcome is known.

        Examples
        --------
        >>> import pathlib, tempfile, pandas as pd
        >>> from workbench import ParquetRows
        >>> file = pathlib.Path(tempfile.mkdtemp()) / "table.parquet"
        >>> pd.DataFrame({"visits": range(40), "bought": [0, 1] * 20}).to_parquet(file)
        >>> ParquetRows(file, target="bought").drawn().X["visits"].mean()
        np.float64(19.5)
        """
        return drawn_contacts(self._contents, self.contacts())

    def _kept(self, keys: npt.NDArray[np.bool_], of: Contents | None = None) -> ParquetRows:
        made = copy(self)
        made._contents = (self._contents if of is None else of).only(keys)  # noqa: SLF001 - its own
        if not made._contents.rows:  # noqa: SLF001
            raise DataError(
                f"`ParquetRows` must keep at least one row; none of {len(self):,} is chosen."
            )
        return made


def rows_of_keys(rows: ParquetRows, keys: npt.NDArray[np.bool_], of: Contents) -> ParquetRows:
    """Return the rows of some keys, as other contents that are made of these number them.

    Parameters
    ----------
    rows : ParquetRows
    keys : ndarray of bool
        By the number of a key.
    of : Contents

    Raises
    ------
    DataError
        No row is left.
    """
    return rows._kept(keys, of)  # noqa: SLF001 - its own


def _said_itself(files: ParquetFiles, asked: Asked) -> BuiltFile:
    """Return what a file says of its columns; of them nobody may say anything beside it."""
    if not says_itself(files):
        raise ParameterError(
            "`target` must name the column of the outcome, unless the path is one file that "
            "`FeatureSet.build(data, to=...)` wrote; it is not. Give `target`, and `campaign`."
        )
    if asked.says_anything:
        raise ParameterError(
            f"{files.paths[0].name!r} says itself what its columns are, and came with more than "
            "`path` and `scratch`. Leave the rest out, or name the `target` too: the file is then "
            "read as any table is."
        )
    return BuiltFile.of(files)


def _folder(path: str | os.PathLike[str]) -> Path:
    if not Path(path).is_dir():
        raise ParameterError(
            f"`scratch` must be a folder that is there; got {os.fspath(path)!r}. Make it first."
        )
    return Path(path)
