"""A headline calls nothing later that may not be."""

import numpy as np
import pandas as pd
import pytest

from workbench import FeatureFrame
from workbench.evidence import hold_out
from workbench.reports import cautions, unseen
from workbench.reports.unseen import undated

NOT_KNOWN = "How it does on the next campaign is not known: "
ONE_CAMPAIGN = "all outcomes that are known are of one campaign. Ask again after the next one."
UNORDERED = "the order of the campaigns in time is not. Name the time column, or give the order."


def split_of(labels=None, *, each=40, customer=None):
    n = each * (1 if labels is None else len(labels))
    table = pd.DataFrame({"x": range(n), "bought": [0, 1] * (n // 2)})
    roles = {}
    if labels is not None:
        table["wave"] = np.repeat(labels, each)
        roles["campaign"] = "wave"
    if customer is not None:
        table["who"] = np.arange(n) // customer
        roles["customer"] = "who"
    return hold_out(FeatureFrame.from_table(table, target="bought", **roles))


@pytest.mark.parametrize(
    ("split", "judged_on", "caution"),
    [
        (split_of(["2024-02", "2024-01"]), "1 later campaign", ""),
        (split_of(list(range(1, 7))), "2 later campaigns by number", ""),
        (split_of(["May", "Jan"]), "1 later campaign by month", ""),
        (
            split_of(["b", "a"]),
            "1 other campaign",
            f"{NOT_KNOWN}{UNORDERED}",
        ),
        (
            split_of([*"fedcba"]),
            "2 other campaigns",
            f"{NOT_KNOWN}{UNORDERED}",
        ),
        (
            split_of(each=80),
            "contacts drawn at random",
            f"{NOT_KNOWN}the table names no campaigns. Name a column that does, a month will do.",
        ),
        (
            split_of(["b"], each=80, customer=2),
            "contacts of customers drawn at random",
            f"{NOT_KNOWN}{ONE_CAMPAIGN}",
        ),
        (
            split_of(["2024-02", "2024-01"], each=8),
            "1 later campaign",
            (
                "The test has 4 responses among 8 contacts: too few to judge by, as figures from "
                "fewer "
                "than 10 of either outcome are mostly chance. Test on more contacts."
            ),
        ),
    ],
)
def test_what_is_judged_on_and_what_that_cannot_tell(split, judged_on, caution):
    assert unseen(split) == judged_on
    assert cautions(split) == caution
    assert undated(split) == (caution if split.too_few == "" else "")
