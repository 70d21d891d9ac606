import re

import numpy as np
import pandas as pd
import pytest

from tests.tables.mailings import mailings
from workbench.errors import DataError, ParameterError
from workbench.features import FeatureSet, rfm
from workbench.features.arms import arms_of_contacts
from workbench.frame.treatment import NOT_ASSIGNED


def built(tables):
    return FeatureSet(rfm("orders", value=None)).build(tables, progress=False)


def test_the_frame_has_the_arms_of_the_contacts():
    tables = mailings()
    frame = built(tables)
    assert frame.treatment.tolist() == tables.contacts["arm"].tolist()
    assert frame.arm_probability.tolist() == tables.contacts["chance"].tolist()
    assert frame.control == "none"
    assert [frame.recipe[name] for name in ("treatment", "control", "arm_probability")] == [
        *("arm", "none", "chance")
    ]
    said = (
        "Arms in 'arm': 'mail' (20 contacts), 'none' (20 contacts); the control group, as said, is "
        "'none'."
    )
    assert said in frame.notes


def test_no_feature_knows_the_arm():
    frame = built(mailings())
    without = built(mailings(treatment=None, control=None, arm_probability=None))
    pd.testing.assert_frame_equal(frame.X, without.X)
    assert without.treatment is None
    connection = mailings().connect()
    for table in ("contacts", "all_contacts"):
        columns = connection.execute(f"SELECT * FROM {table}").fetchdf().columns
        assert not {"arm", "chance"} & set(columns)


def test_arms_follow_their_contacts_where_those_stand_in_another_order():
    tables = mailings()
    tables.contacts = tables.contacts.sample(frac=1, random_state=0)
    frame = built(tables)
    expected = np.where(frame.customer % 2 == 0, "mail", "none")
    assert frame.treatment.tolist() == expected.tolist()


def test_contacts_of_a_campaign_to_come_have_no_arm_yet():
    tables = mailings(observed_until="2024-06-15")
    tables.contacts.loc[tables.contacts["campaign"] == "summer", ["arm", "chance"]] = None
    frame = built(tables)
    assert set(frame.treatment[frame.y.isna()]) == {NOT_ASSIGNED}
    assert set(frame.known().treatment) == {"mail", "none"}
    assert "20 contacts have no arm yet." in frame.notes


def test_a_contact_with_an_outcome_has_an_arm():
    tables = mailings()
    tables.contacts.loc[3, "arm"] = None
    message = (
        "The treatment column 'arm' must have an arm in every row; 1 of 40 are missing. Write the "
        "arm of those rows, or drop them: a gap does not say whether they were contacted."
    )
    with pytest.raises(DataError, match=f"^{re.escape(message)}$"):
        built(tables)


def test_a_control_group_that_is_none():
    message = "`control` must be an arm of 'arm'; got 'nobody', there are ['mail', 'none']."
    tables = mailings(control="nobody")
    with pytest.raises(ParameterError, match=f"^{re.escape(message)}$"):
        arms_of_contacts(tables.contacts, tables)
