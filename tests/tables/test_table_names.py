import pandas as pd
import pytest

from workbench.errors import ParameterError
from workbench.tables.faults import Faults
from workbench.tables.roles import Events, Offers, Outcome
from workbench.tables.table_names import check_arms, check_names

EVENTS = {"visits": Events(pd.DataFrame(), time="at")}


def test_names_of_tables_are_their_own():
    check_names(EVENTS, {}, {}, Outcome("visits", horizon_days=7))
    with pytest.raises(ParameterError, match=r"\['visits', 'Visits'\] is taken"):
        check_names(EVENTS, {}, {"Visits": Offers(pd.DataFrame())}, None)
    with pytest.raises(ParameterError, match=r"\['contacts'\] is taken"):
        check_names({"contacts": EVENTS["visits"]}, {}, {}, None)
    with pytest.raises(ParameterError, match=r"`offers` must map names to Offers; got Events"):
        check_names({}, {}, EVENTS, None)
    with pytest.raises(ParameterError, match=r"got 'visit', .* Did you mean 'visits'\?"):
        check_names(EVENTS, {}, {}, Outcome("visit", horizon_days=7))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("customer", None, None), "`treatment` must name a column of its own"),
        (("amr", None, None), "Did you mean 'arm'?"),
        ((None, "holdout", None), "`control` says something of a test"),
        ((None, None, "chance"), "`arm_probability` says something of a test"),
    ],
)
def test_arms_are_named_as_they_stand_there(arguments, words):
    faults = Faults()
    contacts = pd.DataFrame(columns=["customer", "arm", "chance"])
    check_arms(contacts, *arguments, faults)
    assert words in faults.lines[0]
    fine = Faults()
    check_arms(contacts, "arm", None, "chance", fine)
    assert fine.lines == []
