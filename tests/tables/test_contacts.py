import re

import pandas as pd
import pytest

from workbench.errors import ParameterError
from workbench.tables.contacts import Keyed, check_contacts
from workbench.tables.faults import Faults


def test_duplicates_are_found_where_the_moment_is_missing_too():
    contacts = pd.DataFrame({"id": [1, 1], "mail": ["a", "a"]})
    faults = Faults()
    keys = Keyed(customer="id", campaign="mail", as_of="start")
    check_contacts(contacts, pd.DataFrame({"mail": ["a"]}), keys, None, faults)
    assert faults.lines == [
        (
            "contacts: 1 stand more than once, such as customer 1 in campaign 'a'; keep one row a "
            "customer and campaign."
        ),
        "campaigns: there is no column 'start'; it has ['mail'].",
    ]


def test_the_three_keys_are_three_columns():
    message = "`customer`, `campaign` and `as_of` must name three columns; got ['a', 'b', 'a']."
    with pytest.raises(ParameterError, match=f"^{re.escape(message)}$"):
        Keyed(customer="a", campaign="b", as_of="a")
