"""The sample that ships with the workbench: a made-up shop with one misleading campaign."""

from __future__ import annotations

from workbench.files.shipped import data_path
from workbench.tables.campaign_data import CampaignData
from workbench.tables.declared.campaigns_file import declared_data


def sample() -> CampaignData:
    """Load 2,000 contacts of eight campaigns, of which the last has no outcome yet.

    Who visited within four weeks and who opened an earlier mail responds more often; in
    the fifth campaign alone, so does whoever ever bought garden goods. The datasheet
    beside the files gives the numbers; ``campaigns.toml`` there says what each file is.

    Returns
    -------
    CampaignData
        Events ``visits``, ``opens`` and ``responses``; attributes ``customers``.

    Examples
    --------
    >>> from workbench.datasets import sample
    >>> sample()
    CampaignData: 2,000 contacts of 593 customers in 8 campaigns; outcome known for 1,750, ...
    """
    return declared_data(data_path("campaigns.toml"))
