"""Personal data in tables of campaigns: keys are roles, and campaigns are no people."""

import pandas as pd

from workbench import datasets
from workbench.tables.campaign_data import CampaignData
from workbench.tables.personal_columns import personal_of_table, personal_of_tables
from workbench.tables.roles import Attributes, Events

N = 40


def data(**attributes):
    who = pd.DataFrame({"id": [f"p{k}@mail.example" for k in range(N)]})
    return CampaignData(
        who.assign(campaign="spring"),
        pd.DataFrame(
            {
                "campaign": ["spring", "autumn"],
                "start": ["2024-03-01", "2024-09-01"],
                "theme": ["evangelisch", "katholisch"],
                "contact_mail": ["ann@mail.example", "bo@mail.example"],
            }
        )[:1],
        events={"orders": Events(who.assign(at="2024-01-01"), time="at")},
        attributes={"who": Attributes(who.assign(**attributes), never_changes=True)},
        customer="id",
        campaign="campaign",
        as_of="start",
        observed_until="2024-12-01",
    )


def test_the_customer_s_key_is_no_column_to_tell():
    found, columns = personal_of_table(data(tel=PHONES).connect(), "who")
    assert list(found) == ["tel"]
    assert columns == 1


PHONES = [f"0170 {1_234_500 + k}" for k in range(N)]


def test_a_campaign_about_a_faith_is_nobody_s_faith():
    found = {table: of for table, of, _ in personal_of_tables(data(tel=PHONES))}
    assert list(found["campaigns"]) == ["contact_mail"]
    assert list(found["who"]) == ["tel"]
    assert found["orders"] == {}


def test_the_sample_names_nobody():
    assert all(not found for _, found, _ in personal_of_tables(datasets.sample()))
