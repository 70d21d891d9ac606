"""The arms of a test among campaign tables: of contacts, and never of features."""

from __future__ import annotations

import pandas as pd

from workbench.frame.treatment_columns import Arms, arms_of_table
from workbench.tables.campaign_data import CampaignData


def arms_of_contacts(contacts: pd.DataFrame, data: CampaignData) -> Arms:
    """Read the arm of each contact, where the data name a column of them.

    Parameters
    ----------
    contacts : DataFrame
        Those of the data, in the order that is wanted.
    data : CampaignData

    Returns
    -------
    Arms

    Raises
    ------
    DataError, ParameterError
        A contact with an outcome has no arm, or it is not plain which arm is the control group.

    Examples
    --------
    >>> from workbench.datasets import sample
    >>> data = sample()
    >>> arms_of_contacts(data.contacts, data).treatment is None
    True
    """
    roles = {"treatment": data.treatment, "arm_probability": data.arm_probability}
    return arms_of_table(contacts, roles, data.control, y=contacts["outcome"])
