import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.errors import DataError, ParameterError
from workbench.features import FeatureSet, cadence
from workbench.tables.declared.campaigns_file import declared_data

CONTACTS = pd.DataFrame(
    {
        "id": [1, 2, 3, 1, 2],
        "mail": ["a", "a", "a", "b", "b"],
        "bought": ["yes", "no", "no", "yes", None],
    }
)
CAMPAIGNS = pd.DataFrame(
    {
        "mail": ["a", "b"],
        "start": pd.to_datetime(["2024-03-01", "2024-06-01"]),
        "end": pd.to_datetime(["2024-03-29", "2024-06-29"]),
    }
)


def said(contacts=CONTACTS, *, observed="2024-04-01", **outcome):
    return {
        "customer": "id",
        "campaign": "mail",
        "as_of": "start",
        "observed_until": observed,
        "contacts": {"table": contacts.replace({"yes": 1, "no": 0})},
        "campaigns": {"table": CAMPAIGNS},
        "outcome": {"column": "bought", **(outcome or {"horizon_days": 28})},
    }


@pytest.mark.parametrize("window", [{"horizon_days": 28}, {"until": "end"}])
def test_the_column_is_the_outcome_once_the_window_has_ended(window):
    data = declared_data(said(**window))
    np.testing.assert_array_equal(data.contacts["outcome"], [1, 0, 0, np.nan, np.nan])
    assert "bought" not in data.contacts.columns


def test_other_campaigns_know_of_a_response_only_when_its_window_has_ended():
    """b starts a day before the window of a ends: whether a was answered is not known yet."""
    early = CAMPAIGNS.assign(start=pd.to_datetime(["2024-03-01", "2024-03-28"]))
    late = CAMPAIGNS.assign(start=pd.to_datetime(["2024-03-01", "2024-03-29"]))
    known = []
    for campaigns in (early, late):
        data = declared_data(said(observed="2024-03-30") | {"campaigns": {"table": campaigns}})
        assert data.connect().execute("SELECT count(*) FROM bought").fetchone() == (1,)
        events = data.connect().execute(
            "SELECT count(*) FROM bought e JOIN contacts c USING (customer) "
            "WHERE c.campaign = 'b' AND e.time < c.as_of AND e.campaign = 'a'"
        )
        known.append(events.fetchone()[0])
    assert known == [0, 1]


@pytest.mark.slow
@settings(deadline=None, derandomize=True, max_examples=30)
@given(st.data())
def test_outcomes_are_the_column_for_any_contacts(data):
    flags = data.draw(st.lists(st.sampled_from([0, 1]), min_size=2, max_size=30))
    contacts = pd.DataFrame({"id": range(len(flags)), "mail": "a", "bought": flags})
    campaigns = CAMPAIGNS.iloc[:1]
    found = declared_data(said(contacts) | {"campaigns": {"table": campaigns}})
    assert found.contacts["outcome"].tolist() == flags
    assert len(FeatureSet(cadence()).build(found, progress=False, cache=False).known()) == len(
        flags
    )


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        (
            {"observed": "2024-08-01"},
            DataError,
            (
                "[outcome]: 1 contact has nothing in 'bought', though the window had ended by "
                "2024-08-01. "
                "Write 0 where a blank means no; leave out contacts whose answer is lost."
            ),
        ),
        (
            {"contacts": CONTACTS.assign(bought=[1, 2, 0, 0, 0])},
            DataError,
            (
                "[outcome]: the column 'bought' must say who responded, with 0 and 1, or no and "
                "yes; it holds [2]."
            ),
        ),
        (
            {"contacts": CONTACTS.rename(columns={"bought": "bougth"})},
            DataError,
            (
                "[outcome]: the contacts have no column 'bought'; they have ['id', 'mail', "
                "'bougth']. Did you mean 'bougth'?"
            ),
        ),
        ({"outcome": {"until": "stop"}}, DataError, "[outcome]: neither contacts nor campaigns"),
        ({"outcome": {}}, ParameterError, "An outcome needs `horizon_days` or `until`"),
    ],
)
def test_what_cannot_be_an_outcome_is_told(changes, error, message):
    told = said(**{name: each for name, each in changes.items() if name != "outcome"})
    if "outcome" in changes:
        told["outcome"] = {"column": "bought"} | changes["outcome"]
    with pytest.raises(error, match=f"^{re.escape(message)}"):
        declared_data(told)
