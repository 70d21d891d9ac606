"""Tables of offers as they may be told: rounded to five, and nothing of fewer than ten."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.reports.offered.told_offers import told_counts, told_made, told_taken


def taken(counts, campaigns=0):
    counts = np.asarray(counts, dtype=float)
    share = counts / counts.sum()
    return pd.DataFrame(
        {
            "contacts": counts.sum(),
            "positives": counts,
            "rate": share,
            "mean_propensity": 1 / len(counts),
            "ratio": share * len(counts),
            "ratio_low": share * len(counts) * 0.8,
            "ratio_high": share * len(counts) * 1.25,
            "campaigns": campaigns,
        },
        index=[f"offer {k}" for k in range(len(counts))],
    )


def test_shares_and_ratios_are_those_of_rounded_counts():
    told = told_taken(taken([98, 41, 3], campaigns=[4, 4, 1]))
    assert told["taken"].tolist() == [100, 40, "under 10"]
    assert told["taken_share"][:2].tolist() == [100 / 140, 40 / 140]
    assert told["ratio"][:2].tolist() == pytest.approx([300 / 140, 120 / 140])
    assert told.loc["offer 2", ["taken_share", "ratio", "ratio_low", "ratio_high"]].isna().all()
    assert told["campaigns"].tolist() == [4, 4, 1]
    assert "campaigns" not in told_taken(taken([98, 41]))


def test_who_gets_what_is_told_of_rounded_counts():
    made = pd.DataFrame(
        {
            "contacts": [502.0, 400.0, 0.0, 7.0],
            "positives": [61.0, 4.0, 0.0, 0.0],
            "rate": [61 / 502, 0.01, np.nan, 0.0],
            "rate_of_all": [80 / 909, 50 / 909, 3 / 909, 12 / 909],
        },
        index=list("abcd"),
    )
    told = told_made(made)
    assert told["made_to"].tolist() == [500, 400, 0, "under 10"]
    assert told["taken_rate"].fillna(-1).tolist() == [60 / 500, -1, -1, -1]
    assert told["taken_rate_of_all"].fillna(-1).tolist() == [80 / 910, 50 / 910, -1, 10 / 910]


@settings(max_examples=40, deadline=None, derandomize=True)
@given(
    counts=st.lists(st.integers(0, 60), min_size=2, max_size=5).filter(lambda c: sum(c) >= 10),
    place=st.integers(0, 4),
    more=st.integers(-2, 2),
)
def test_counts_that_are_rounded_alike_are_told_alike(counts, place, more):
    """Whoever sees the tables cannot tell one contact more or less, but at a step of five."""
    place %= len(counts)
    near = [*counts]
    near[place] = max(0, near[place] + more)
    rounded = [told_counts(pd.Series(one)).tolist() for one in (counts, near)]
    totals = [told_counts(pd.Series([sum(one)])).tolist() for one in (counts, near)]
    if rounded[0] != rounded[1] or totals[0] != totals[1]:
        return
    columns = ["taken", "taken_share"]
    one, other = (told_taken(taken(list_))[columns] for list_ in (counts, near))
    assert one.equals(other)
