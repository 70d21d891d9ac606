import re
from copy import copy

import numpy as np
import pandas as pd
import pytest

from workbench import RidgePropensity
from workbench.datasets import planted_drift
from workbench.ridge.explain.summary import kept_sentence, outlook_facts

LEFT_OUT = "tuned by leaving out"


@pytest.fixture(scope="module")
def model(rows):
    groups = dict.fromkeys(["recency_days", "visits", "spend"], "rfm")
    factors = {"rfm": 0.5, "noise": np.inf}
    return RidgePropensity(penalty_factors=factors).fit(
        rows.X, rows.y, rows.weight, campaign=rows.campaign, groups=groups
    )


def test_facts_of_the_fit(model, rows):
    facts = model.summary().facts["value"]
    positives = rows.weight[rows.y == 1].sum()
    assert facts["Contacts"] == f"{rows.weight.sum():,.0f}"
    assert facts["Positives"] == f"{positives:,.0f}"
    assert facts["Campaigns"] == "4"
    propensity = model.propensity(rows.X)
    loss = -np.average(np.log(np.where(rows.y, propensity, 1 - propensity)), weights=rows.weight)
    rate = positives / rows.weight.sum()
    assert facts["Log loss in training"] == f"{loss:.4f}"
    entropy = -rate * np.log(rate) - (1 - rate) * np.log(1 - rate)
    assert facts["Log loss of the base rate"] == f"{entropy:.4f}"
    assert facts["Largest gradient entry (KKT)"] == f"{model.kkt_residual_:.1e}"


@pytest.mark.parametrize(
    ("alpha", "factors", "with_campaigns", "source", "kind"),
    [
        (0.25, None, True, "given", "uniform: the same for every column"),
        (0.25, {"visits": 2.0}, False, "given", "by feature or group"),
        ("tuned", {}, True, f"{LEFT_OUT} 4 campaigns", "uniform: the same for every column"),
        ("tuned", None, True, f"{LEFT_OUT} 4 campaigns", "by concentration"),
        (
            "tuned",
            {"visits": 2},
            False,
            f"{LEFT_OUT} 10 random parts of the rows",
            "by feature or group",
        ),
    ],
)
def test_how_the_penalty_was_set(rows, alpha, factors, with_campaigns, source, kind):
    model = RidgePropensity(alpha, factors)
    model.fit(rows.X, rows.y, campaign=rows.campaign if with_campaigns else None)
    penalty = model.summary().facts.loc["Penalty", "value"]
    assert penalty == f"alpha = {model.alpha_:.3g}, {source}; {kind}"


def test_what_is_done_beyond_the_trained_range(model):
    fact = "Beyond the trained range"
    held = "a number counts as the nearest one that training saw"
    assert model.summary().facts.loc[fact, "value"] == held
    free = copy(model).set_params(extrapolate=True)
    assert free.summary().facts.loc[fact, "value"] == "extrapolated: slopes go on"


@pytest.mark.parametrize("factor", [0.0, np.inf])
def test_where_no_penalty_is_left_to_tune_it_is_said(rows, factor):
    model = RidgePropensity(penalty_factors=dict.fromkeys(rows.X, factor))
    model.fit(rows.X, rows.y, campaign=rows.campaign)
    assert model.penalties_.tolist() == [factor] * 5
    assert ", nothing to tune; uniform" in model.summary().facts.loc["Penalty", "value"]


def test_merged_campaigns_are_called_groups_of_campaigns(rows):
    model = RidgePropensity().fit(
        rows.X, np.arange(len(rows.y)) % 2, campaign=np.arange(len(rows.y)) // 9
    )
    facts = model.summary().facts["value"]
    assert facts["Campaigns"] == "40"
    assert "tuned by leaving out 30 groups of campaigns;" in facts["Penalty"]


def test_forward_folds_are_said(tmp_path):
    frame = planted_drift(campaigns=6, rows=80, columns=3).frame
    model = RidgePropensity(folds="forward").fit(frame)
    for one in (model, RidgePropensity.load(model.save(tmp_path / "model.json"))):
        said = one.summary().facts.loc["Penalty", "value"]
        assert ", tuned on 3 campaigns, each judged by those before it;" in said


@pytest.mark.parametrize(
    ("settings", "half_life", "slope", "whence"),
    [
        ({}, "none: all campaigns weigh alike", "1: as fitted", "all campaigns"),
        ({"half_life": 1}, "1 campaign", "1: as fitted", "all campaigns"),
        ({"half_life": 2.5}, "2.5 campaigns", "1: as fitted", "all campaigns"),
        (
            {"slope": 0.4, "base_rate": "recent"},
            "none: all campaigns weigh alike",
            "0.4 of the fitted log-odds",
            "recent campaigns",
        ),
    ],
)
def test_how_it_is_scored_on_what_comes_is_said(settings, half_life, slope, whence):
    """Under a penalty that is given, nothing is judged; seven campaigns tell an interval."""
    frame = planted_drift(seed=2, campaigns=7, rows=150, columns=3).frame
    model = RidgePropensity(0.05, **settings).fit(frame)
    said = dict(outlook_facts(model))
    assert (said["Half-life"], said["Slope"]) == (half_life, slope)
    fitted, ahead = model.base_rate_["rate"]
    shown = re.fullmatch(
        rf"(\S+)% fitted, (\S+)% forecast from {whence} \((\S+)% to (\S+)%, 95%\)",
        said["Base rate"],
    )
    expected = [fitted, ahead, *model.base_rate_.loc["forecast", ["lower_95", "upper_95"]]]
    np.testing.assert_allclose(
        [float(one) for one in shown.groups()], np.multiply(100, expected), rtol=0.05
    )
    assert said["On the next campaign"] == (
        "not judged: too few campaigns, or nothing was tuned on them"
    )


def test_of_too_few_campaigns_no_interval_is_said_and_without_campaigns_nothing(rows):
    frame = planted_drift(seed=2, campaigns=4, rows=150, columns=3).frame
    few = RidgePropensity(0.05, base_rate="recent").fit(frame)
    assert dict(outlook_facts(few))["Base rate"].endswith(" forecast from recent campaigns")
    assert outlook_facts(RidgePropensity(0.05).fit(rows.X, rows.y)) == []


def test_shrunk_is_not_dropped(model):
    assert kept_sentence(model) == (
        f"4 of 5 columns kept, {model.edf_:.1f} effective: the penalty shrinks a coefficient, it "
        "does not drop it."
    )


def test_groups_by_their_share_of_the_score(model):
    groups = model.summary().groups
    assert list(groups) == ["columns", "penalty_from", "penalty_to", "edf", "score_share"]
    assert groups["columns"].to_dict() == {"rfm": 3, "features": 2}
    assert groups.loc["rfm", ["penalty_from", "penalty_to"]].tolist() == [0.5 * model.alpha_] * 2
    assert groups.loc["features", ["penalty_from", "penalty_to"]].tolist() == [model.alpha_, np.inf]
    assert groups["edf"].sum() == pytest.approx(model.edf_)
    assert groups["score_share"].sum() == pytest.approx(1.0)
    assert groups["score_share"].is_monotonic_decreasing


def test_the_strongest_columns_with_their_intervals(model):
    columns = model.summary(most=3).columns
    sizes = model.coef_standardised_.abs()
    assert columns.index.tolist() == sizes.nlargest(3).index.tolist()
    half_width = (columns["upper_95"] - columns["lower_95"]) / 2
    np.testing.assert_allclose(half_width, 1.959963984540054 * columns["std_error"])
    centre = (columns["upper_95"] + columns["lower_95"]) / 2
    np.testing.assert_allclose(centre, columns["coef_standardised"])


def test_text_and_html_hold_the_same_tables(model):
    summary = model.summary()
    text, html = str(summary), model._repr_html_()
    assert repr(summary) == text
    assert html == summary._repr_html_()
    for title in ("Ridge propensity model", "Groups", "Strongest columns"):
        assert re.search(rf"^ *{title} *$", text, re.MULTILINE)
    for name in (*summary.groups.index, *summary.columns.index, *summary.facts.index):
        assert name in text
        assert name in html
    assert summary.sentence in text
    assert summary.sentence in html


def test_names_from_data_are_escaped(rows):
    name = "<script>alert(1)</script>"
    X = rows.X.rename(columns={"visits": name})
    model = RidgePropensity(0.1).fit(X, rows.y, groups={name: "<b>rfm</b>"})
    html = model._repr_html_()
    assert "<script>" not in html
    assert "<b>" not in html
    assert "&lt;script&gt;" in html


def test_without_a_fit_the_parameters_are_shown():
    assert RidgePropensity(0.5)._repr_html_() == "<p>RidgePropensity(alpha=0.5)</p>"


def test_an_intercept_alone_has_a_summary_too(rows):
    model = RidgePropensity(0.1, dict.fromkeys(rows.X, np.inf)).fit(rows.X, rows.y)
    assert kept_sentence(model).startswith("0 of 5 columns kept, 0.0 effective:")
    assert "none" in str(model.summary())
    assert isinstance(model.summary().columns, pd.DataFrame)
