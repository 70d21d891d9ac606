"""One call for data of any kind: what each column is taken for, before anything is run."""

from __future__ import annotations

from typing import Any, Unpack

from workbench.errors import ParameterError
from workbench.frame.feature_frame import FeatureFrame
from workbench.loading import DATA_SETS, Description, is_declaration, load, what_is_said
from workbench.survey.column_report import ColumnReport
from workbench.survey.flat_look import look_at_table
from workbench.survey.made_look import look_at_frame, look_at_tables
from workbench.tables.campaign_data import CampaignData


def columns(data: Any, **described: Unpack[Description]) -> ColumnReport:
    """Show what each column of a table is taken for, before anything is run.

    Nothing is fitted, and nothing that is guessed is used: a guess is shown as one, with what
    says so. What a run would be refused for is listed, in the words of the run.

    Parameters
    ----------
    data : str, path, mapping, DataFrame or other table, CampaignData or FeatureFrame
        As for `workbench.load`: a file, a ``campaigns.toml``, the name of a data set, a table. Of
        campaign tables every table is shown.
    **described : optional
        What can be said of a flat table, by the names of `workbench.load`: ``target, campaign,
        time, customer``, and the others. Nothing has to be said. With ``target``, columns that
        may give the outcome away are named.

    Returns
    -------
    ColumnReport
        ``report.table()`` is a DataFrame with one row a column; ``report.command`` is the line
        that could be typed next.

    Raises
    ------
    MissingDataError
        There is no such file or data set.
    DataError
        The file cannot be read at all.
    SchemaError
        A column that is named is not there.
    ParameterError
        What is said does not go with the data.

    Examples
    --------
    >>> import pandas as pd
    >>> import workbench
    >>> table = pd.DataFrame({
    ...     "id": ["a", "b", "c", "a"],
    ...     "month": ["2024-01", "2024-01", "2024-01", "2024-02"],
    ...     "spend": [3.5, None, 1.25, 5],
    ...     "bought": ["yes", "no", "no", "yes"],
    ... })
    >>> workbench.columns(table, target="bought", campaign="month")
    4 rows, 4 columns
    <BLANKLINE>
    column  kind      gaps  levels  values                    use
    id      category             3  a in 50%                  customer?
        guessed to be the customer by its name, and its 3 values
    month   date                 2  2024-01-01 to 2024-02-01  campaign
        its first day for each month or quarter
    spend   number     25%       3  1.25 to 5                 feature
    bought  flag                 2  yes in 50%                target
    <BLANKLINE>
    2 campaigns in 'month', in the order of time: 2024-01 (3), 2024-02 (1).
    ...
    """
    if is_declaration(data) or (isinstance(data, str) and data in DATA_SETS):
        data = load(data, say=False, **described)
        described = {}
    given = what_is_said(described)
    if not isinstance(data, (FeatureFrame, CampaignData)):
        return look_at_table(data, given)
    for name in given:
        raise ParameterError(
            f"`{name}` says something of a flat table; {type(data).__name__} knows its own. Leave "
            "it out."
        )
    return look_at_frame(data) if isinstance(data, FeatureFrame) else look_at_tables(data)
