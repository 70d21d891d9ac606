"""The sample that ships with the workbench: a made-up shop with one misleading campaign."""

from __future__ import annotations

from workbench.files.shipped import data_path
from workbench.tables.campaign_data import Attributes, CampaignData, Events, Outcome

OBSERVED_UNTIL = "2024-05-13"


def sample() -> CampaignData:
    """Load 2,000 contacts of eight campaigns, of which the last has no outcome yet.

    Who visited within four weeks and who opened an earlier mail responds more often; in
    the fifth campaign alone, so does whoever ever bought garden goods. The datasheet
    beside the files gives the numbers.

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
    return CampaignData(
        contacts=data_path("contacts.csv"),
        campaigns=data_path("campaigns.csv"),
        events={
            "visits": Events(data_path("visits.csv"), time="visited_at"),
            "opens": Events(data_path("opens.csv"), time="opened_at"),
            "responses": Events(data_path("responses.csv"), time="responded_at"),
        },
        attributes={"customers": Attributes(data_path("customers.csv"), never_changes=True)},
        outcome=Outcome("responses", until="end"),
        customer="customer",
        campaign="campaign",
        as_of="start",
        observed_until=OBSERVED_UNTIL,
    )
