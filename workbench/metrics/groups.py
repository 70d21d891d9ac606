"""What a fitted model keeps and depends on, group by group."""

from __future__ import annotations

import numpy as np
import pandas as pd

from workbench.checks import check_columns


def by_group(coefficients: pd.DataFrame) -> pd.DataFrame:
    """Add up the columns of a model within each group.

    A ridge penalty shrinks and drops nothing: ``kept`` counts the columns that are in
    the model, ``edf`` says how many free coefficients they are worth.

    Parameters
    ----------
    coefficients : DataFrame
        From `RidgePropensity.coefficients`: one row a design column, with ``group``,
        ``penalty`` (infinite for a dropped column), ``edf``, and where it is known
        ``score_share``.

    Returns
    -------
    DataFrame
        One row a group, in the order of first appearance: ``group``, ``columns``,
        ``kept``, ``edf``, ``score_share``. The last is the share of the score's
        variance: it sums to 1 over groups, and is negative where a group works against
        the others.

    Raises
    ------
    SchemaError
        A column is missing.

    Examples
    --------
    >>> import pandas as pd
    >>> by_group(pd.DataFrame({
    ...     "group": ["rfm", "rfm", "offer"],
    ...     "penalty": [0.1, 0.1, float("inf")],
    ...     "edf": [0.75, 0.5, 0.0],
    ... }))
       group  columns  kept   edf
    0    rfm        2     2  1.25
    1  offer        1     0  0.00
    """
    check_columns(coefficients, ["group", "penalty", "edf"], name="The coefficient table")
    table = coefficients.assign(columns=1, kept=np.isfinite(coefficients["penalty"]).astype(int))
    summed = ["columns", "kept", "edf"]
    summed += ["score_share"] if "score_share" in coefficients.columns else []
    return table.groupby("group", sort=False, observed=True)[summed].sum().reset_index()
