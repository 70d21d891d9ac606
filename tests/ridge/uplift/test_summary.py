"""The summary says what was compared, and both coefficients of a column."""

from dataclasses import replace

import pandas as pd
import pytest

from tests.ridge.mailing import mailed, mailing
from workbench import RidgeUplift


@pytest.fixture(scope="module")
def frame():
    return mailing(1500)


def test_it_tells_the_arms_with_their_rates(frame):
    model = RidgeUplift(alpha=0.005).fit(frame)
    facts = model.summary().facts["value"]
    treated = mailed(frame) == 1
    rate = frame.y.groupby(treated).mean()
    assert facts["Contacts"] == "1,500"
    assert facts["Treated (mail)"] == f"{treated.sum()}, of whom {rate[True]:.2%} responded"
    assert facts["Control (none)"] == f"{(~treated).sum()}, of whom {rate[False]:.2%} responded"
    assert facts["Uplift of the average contact"] == f"{100 * model.at_average:+.1f} points"
    low, high = (model.effect_ + side * 1.959964 * model.effect_error_ for side in (-1, 1))
    assert (
        facts["Its effect on the log-odds"] == f"{model.effect_:.3f} ({low:.3f} to {high:.3f}, 95%)"
    )
    assert facts["Penalty"] == "alpha = 0.005, given; main and uplift alike"


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ({}, "tuned by leaving out 4 campaigns; main and uplift apart, by group"),
        ({"penalty_factors": {}}, "tuned by leaving out 4 campaigns; main and uplift alike"),
        ({"alpha": 0.1, "penalty_factors": {"uplift": 2.0}}, "given; main and uplift apart"),
    ],
)
def test_it_says_what_the_penalties_came_from(frame, parameters, said):
    fact = RidgeUplift(**parameters).fit(frame).summary().facts.loc["Penalty", "value"]
    assert said in fact


def test_groups_and_columns_tell_main_and_uplift_apart(frame):
    model = RidgeUplift(alpha=0.005, penalty_factors={"uplift: web": 3.0}).fit(frame)
    summary = model.summary(most=2)
    groups = summary.groups
    assert groups.index.tolist() == ["main: web", "main: person", "uplift: web", "uplift: person"]
    assert groups["penalty_to"].tolist() == pytest.approx([0.005, 0.005, 0.015, 0.005])
    assert groups["columns"].tolist() == [2, 4, 2, 4]
    assert groups["edf"].sum() == pytest.approx(
        model.columns_["edf"].sum() + model.columns_["main_edf"].sum()
    )
    assert summary.columns.index[0] == "visits"
    assert len(summary.columns) == 2
    assert summary.columns.loc["visits", "main_coef_standardised"] == pytest.approx(
        model.columns_.loc["visits", "main_coef_standardised"]
    )
    text = str(summary)
    assert "Ridge uplift model" in text
    assert "6 of 6 columns may change the effect" in text
    assert "<table" in summary.as_html()
    assert "tabular" in summary.as_latex()


def test_without_campaigns_there_are_none(frame):
    model = RidgeUplift(alpha=0.005).fit(replace(frame, campaign=None))
    assert model.summary().facts.loc["Campaigns", "value"] == "none"
    assert isinstance(model.summary().columns, pd.DataFrame)
