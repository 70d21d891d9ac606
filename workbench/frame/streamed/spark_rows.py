"""SparkRows: contacts in a Spark DataFrame that a model is fitted to where they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from workbench.frame.streamed.contents import Contents
from workbench.frame.streamed.first_pass import Wanted
from workbench.frame.streamed.settle import Asked, settle
from workbench.frame.streamed.spark_pass import first_pass_of
from workbench.frame.streamed.spark_table import SparkTable
from workbench.frame.streamed.streamed_table import StreamedTable
from workbench.tables.campaign_order import AUTO

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


class SparkRows(StreamedTable):
    """Contacts in a DataFrame of Apache Spark, one row each, which stay on the cluster.

    `RidgePropensity` fits it as it fits ``FeatureFrame.from_table`` of the same table. Means,
    levels, groups and campaigns are settled by the same rules, in a first pass. For each fit the
    executors lay the design's columns out by campaign, and keep them in memory or on their disks.
    Passes of the fit are Spark jobs over these, whose sums come to the driver.

    ``RidgePropensity().fit(SparkRows(spark.table("contacts"), target="bought", campaign="month"))``
    is all that it takes; :doc:`/howto/on-a-cluster` shows the way from tables to scores.

    The driver holds matrices of columns by columns, and outcome and score of each row. Sums are
    made in the order of partitions: whichever executor has which, they have the same bits.

    Parameters
    ----------
    dataframe : pyspark.sql.DataFrame
        Of numbers, truth values, text, days and moments. Spark computes it for the first pass, and
        for each fit.
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

    Raises
    ------
    ParameterError
        It is no DataFrame of Spark, or an argument is not what it must be.
    SchemaError
        A named column is missing, or one is of a type that is no feature.
    DataError
        The target is not binary, or as `FeatureFrame.from_table` says.
    MissingPackageError
        The Python of the executors lacks the workbench, or has another version of it.
    RunError
        Spark cannot compute the DataFrame.

    Warns
    -----
    DataWarning
        Columns with personal data are left out.

    Examples
    --------
    >>> import pandas as pd
    >>> from workbench import SparkRows
    >>> SparkRows(pd.DataFrame({"visits": [3, 0], "bought": [1, 0]}), target="bought")
    Traceback (most recent call last):
        ...
    workbench.errors.ParameterError: `dataframe` must be a DataFrame of Apache Spark; got a pandas
    DataFrame. Take `ParquetRows` for files, and `FeatureFrame.from_table` for a table in memory.
    """

    def __init__(  # noqa: PLR0913 - a role of a column each
        self,
        dataframe: DataFrame,
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
        table = SparkTable.of(dataframe, asked.drop)
        found = first_pass_of(
            table, Wanted.of(table.schema, asked.roles, drop=asked.drop, kinds=asked.told.kinds)
        )
        self._contents = Contents.of(found, asked.roles, settle(found, asked))
