"""A later test against what was foretold: drawn from worlds that stay, that weaken, that turn."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit
from scipy.stats import norm

from workbench import FeatureFrame, RidgePropensity, RidgeUplift
from workbench.errors import DataError, ParameterError
from workbench.evidence import Limits, monitor, monitor_uplift
from workbench.language import speaking

CHECKS = ["(increments)", "(uplift slope)", "(ranking)"]


def draw(n, seed, *, factor=1.0, shift=0.0, start=0, campaigns=4, share=0.5):
    """Contacts whose uplift follows `visits`, times a factor."""
    rng = np.random.default_rng(seed)
    X = pd.DataFrame({"visits": rng.normal(size=n) + shift, "price": rng.normal(size=n)})
    mailed = rng.random(n) < share
    chance = expit(-1 + 0.5 * X["price"] + factor * mailed * (0.4 + 0.6 * X["visits"]))
    return FeatureFrame(
        X,
        pd.Series((rng.random(n) < chance).astype(float)),
        campaign=pd.Series([f"c{start + k:02d}" for k in np.arange(n) % campaigns]),
        treatment=pd.Series(np.where(mailed, "mail", "none")),
        control="none",
    )


@pytest.fixture(scope="module")
def reference():
    return draw(24_000, 1)


@pytest.fixture(scope="module")
def model(reference):
    return RidgeUplift(0.001).fit(reference)


@pytest.fixture(scope="module")
def stays(model, reference):
    return monitor_uplift(model, reference, draw(8000, 12, start=10))


def test_its_parts_are_differences_of_means(model, stays):
    new = draw(8000, 12, start=10)
    uplift = model.uplift(new).to_numpy()
    treated, y = (new.treatment == "mail").to_numpy(), new.y.to_numpy()
    part = np.argsort(np.argsort(-uplift)) // 800
    for k, (_, row) in enumerate(stays.calibration.iterrows()):
        here = part == k
        assert row["contacts"] == pytest.approx(800)
        assert row["expected"] == pytest.approx(uplift[here].mean())
        # within campaigns the share treated is the one that came
        measured = y[here & treated].mean() - y[here & ~treated].mean()
        assert row["measured"] == pytest.approx(measured, abs=0.01)
    assert stays.expected == pytest.approx(uplift.sum())
    assert stays.observed == pytest.approx(
        8000 * (y[treated].mean() - y[~treated].mean()), rel=0.02
    )


def test_nothing_is_wrong_where_nothing_changed(stays):
    assert stays.alarms == []
    assert stays.low < stays.expected < stays.high
    assert stays.calibration["held"].sum() >= 8
    assert stays.table.index.tolist() == ["visits", "price", "(score)", *CHECKS]


def test_the_slope_is_that_of_a_weighted_regression(model, reference, stays):
    table = stays.calibration
    error = (table["high"] - table["low"]) / 2 / 1.96
    slope = np.polyfit(table["expected"], table["measured"], 1, w=1 / error)[0]
    assert stays.table.loc["(uplift slope)", "value"] == pytest.approx(slope - 1, abs=0.02)


@pytest.mark.parametrize(
    ("factor", "sure"), [(0.3, ["(increments)"]), (-1.0, CHECKS), (2.0, ["(increments)"])]
)
def test_effects_that_changed_raise_the_alarm(model, reference, factor, sure):
    found = monitor_uplift(model, reference, draw(16_000, 3, factor=factor, start=10))
    assert set(sure) <= set(found.alarms)
    assert not {"visits", "price", "(score)"} & set(found.alarms)


def test_a_ranking_that_turned_is_seen_though_the_total_holds(model, reference):
    new = draw(16_000, 4, start=10)
    turned = replace(new, X=new.X.assign(visits=-new.X["visits"]))
    found = monitor_uplift(model, reference, turned)
    assert {"(uplift slope)", "(ranking)"} <= set(found.alarms)
    assert found.ranking.loc["new", "high"] < found.ranking.loc["reference", "low"]


def test_features_that_moved_are_seen(model, reference):
    found = monitor_uplift(model, reference, draw(8000, 5, shift=0.6, start=10))
    assert {"visits", "(score)"} <= set(found.alarms)


@pytest.mark.slow
def test_false_alarms_are_as_rare_as_was_asked(model, reference):
    strict = Limits(feature_psi=0.0, score_psi=0.0, rate=0.0, false_alarms=0.2)
    alarms = [
        bool(monitor_uplift(model, reference, draw(2500, seed, start=10), strict).alarms)
        for seed in range(100, 150)
    ]
    assert np.mean(alarms) <= 0.2 + 3 * np.sqrt(0.2 * 0.8 / 50)


def test_the_earlier_ranking_is_of_contacts_not_learned_from(model, reference, stays):
    assert stays.ranking.loc["reference", "gain"] > 0
    one = replace(reference, campaign=None)
    alone = RidgeUplift(0.001).fit(one)  # nothing can score it but what has learned from it
    found = monitor_uplift(alone, one, draw(4000, 6, start=10))
    assert np.isnan(found.ranking.loc["reference", "gain"])
    assert not found.table.loc["(ranking)", "alarm"]
    later = draw(6000, 7, start=20)
    known = monitor_uplift(alone, later, draw(4000, 6, start=10))
    assert known.ranking.loc["reference", "gain"] == pytest.approx(
        monitor_uplift(model, later, draw(4000, 6, start=10)).ranking.loc["reference", "gain"],
        rel=0.2,
    )


def test_cells_are_read_as_the_contacts_that_they_stand_for(model, reference):
    new = replace(draw(1500, 8, start=10), campaign=None)
    weight = np.random.default_rng(0).integers(1, 4, 1500)
    each = np.repeat(np.arange(1500), weight)
    cells = replace(new, weight=pd.Series(weight.astype(float)))
    one, other = (monitor_uplift(model, reference, test) for test in (cells, new.rows(each)))
    for name in ("contacts", "expected", "measured"):
        np.testing.assert_allclose(one.calibration[name], other.calibration[name])
    assert one.expected == pytest.approx(other.expected)
    np.testing.assert_allclose(one.table["value"], other.table["value"])


def test_it_is_said(stays):
    said = stays.sentence()
    assert said.startswith("Contacting all of them was expected to add ")
    assert said.endswith("No alarm: none of 6 checks is over its limit and beyond chance.")
    assert f"{stays.observed:,.0f} (95% interval {stays.low:,.0f} to {stays.high:,.0f})" in said
    assert repr(stays) == said
    assert "<th>measured</th>" in stays._repr_html_()
    with speaking("de"):
        assert stays.sentence().startswith("Alle zu kontaktieren sollte ")


NO_CONTROL = (
    "What an uplift model foretold is measured against a control group; the new contacts have "
    "none. What came of them may have come anyway, so nothing can be said of the model. Keep a "
    "control group in the next campaign: `workbench.experiments.assign`, or "
    "`Targeting(keep_control=0.05)`."
)


@pytest.mark.parametrize("kept", ["mail", "none", None])
def test_without_a_control_group_nothing_is_said(model, reference, kept):
    new = draw(500, 9, start=10)
    if kept is None:
        new = replace(new, treatment=None, control=None)
    else:
        new = new.rows((new.treatment == kept).to_numpy())
    with pytest.raises(DataError) as caught:
        monitor_uplift(model, reference, new)
    assert str(caught.value) == NO_CONTROL


def test_what_cannot_be_followed_is_refused(model, reference):
    new = draw(500, 9, start=10)
    with pytest.raises(DataError) as caught:
        monitor_uplift(model, reference, replace(new, y=pd.Series(np.nan, new.X.index)))
    assert str(caught.value) == (
        "A later test must have known outcomes; none of the new contacts has one. Wait until they "
        "are known."
    )
    propensity = RidgePropensity(0.01).fit(reference)
    with pytest.raises(ParameterError) as caught:
        monitor_uplift(propensity, reference, new)
    assert str(caught.value) == (
        "`model` must be a RidgeUplift; got a RidgePropensity. A model of who responds is followed "
        "by `evidence.monitor`."
    )
    with pytest.raises(ParameterError) as caught:
        monitor(model, reference, new)
    assert str(caught.value) == (
        "`model` must have one propensity of each contact; got a RidgeUplift, which has two, with "
        "a contact and without. A later test with a control group tells of it: "
        "`evidence.monitor_uplift`."
    )


def test_chance_is_that_of_all_checks_together(model, reference, stays):
    row = stays.table.loc["(increments)"]
    half = (stays.high - stays.low) / 2 / stays.expected
    assert row["by_chance"] == pytest.approx(half * norm.ppf(1 - 0.05 / 12) / 1.96, rel=0.01)
