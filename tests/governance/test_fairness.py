"""Rates by group against pandas' own sums, intervals against simulation, and what is never said."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from workbench import FeatureFrame, RidgePropensity
from workbench.datasets import planted
from workbench.errors import DataError, ParameterError, SchemaError
from workbench.governance.fairness import chosen_share, fairness
from workbench.governance.fairness_findings import MEASURES
from workbench.language import speaking


def contacts(n=3000, *, seed=0, boost=0.0, customers=None, groups=("A", "B", "C")):
    """Contacts of towns; `boost` moves the score of town A alone, not its responses."""
    rng = np.random.default_rng(seed)
    town = rng.choice(groups, n, p=[0.5, 0.3, 0.2][: len(groups)] if len(groups) == 3 else None)
    score = rng.normal(-1.5, 1.0, n)
    y = (rng.random(n) < 1 / (1 + np.exp(-score))).astype(float)
    chance = 1 / (1 + np.exp(-(score + boost * (town == "A"))))
    who = None if customers is None else pd.Series(rng.integers(customers, size=n)).astype(str)
    X = pd.DataFrame({"town": town, "score": score})
    return FeatureFrame(X, pd.Series(y), customer=who), chance


def by_hand(frame, chance, depth):
    """Rates of groups by pandas alone; no ties, one contact a row."""
    table = pd.DataFrame({"g": frame.X["town"], "y": frame.y, "p": chance})
    table["s"] = table["p"].rank(ascending=False) <= depth * len(table)
    groups = table.groupby("g")
    return pd.DataFrame(
        {
            "selection_rate": groups["s"].mean(),
            "true_positive_rate": table[table["y"] == 1].groupby("g")["s"].mean(),
            "ratio": groups["y"].sum() / groups["p"].sum(),
            "auc": groups.apply(lambda part: roc_auc_score(part["y"], part["p"])),
        }
    )


def test_rates_are_those_of_pandas_and_scikit_learn():
    frame, chance = contacts(boost=0.7)
    found = fairness(chance, frame, by="town", depth=0.2)
    expected = by_hand(frame, chance, 0.2)
    np.testing.assert_allclose(found.table[list(MEASURES)], expected, rtol=1e-12)
    spread = expected.max() - expected.min()
    np.testing.assert_allclose(found.gaps["spread"], spread[list(MEASURES)], rtol=1e-12)


def test_rates_are_those_of_fairlearn():
    metrics = pytest.importorskip("fairlearn.metrics", reason="fairlearn is not installed")
    frame, chance = contacts(boost=0.7)
    found = fairness(chance, frame, by="town", depth=0.25)
    chosen = chosen_share(chance, frame.weights, 0.25)
    theirs = metrics.MetricFrame(
        metrics={"s": metrics.selection_rate, "t": metrics.true_positive_rate},
        y_true=frame.y,
        y_pred=chosen,
        sensitive_features=frame.X["town"],
    )
    ours = found.table[["selection_rate", "true_positive_rate"]]
    np.testing.assert_allclose(ours, theirs.by_group, rtol=1e-12)
    differences = found.gaps["spread"].iloc[:2]
    np.testing.assert_allclose(differences, theirs.difference(), rtol=1e-12)


def test_weighted_rows_are_as_many_contacts():
    frame, chance = contacts(400, seed=3)
    weight = np.random.default_rng(1).integers(1, 5, len(frame))
    often = np.repeat(np.arange(len(frame)), weight)
    heavy = replace(frame, weight=pd.Series(weight.astype(float)))
    one = fairness(chance, heavy, by="town", depth=0.3)
    other = fairness(chance[often], frame.rows(often), by="town", depth=0.3)
    names = [name for name in one.table if name != "note"]
    np.testing.assert_allclose(
        one.table[names].astype(float), other.table[names].astype(float), rtol=1e-9
    )
    ends = ["gap", "low", "high", "spread"]
    np.testing.assert_allclose(
        one.gaps[ends].astype(float), other.gaps[ends].astype(float), rtol=1e-9
    )


def cells_and_rows():
    rng = np.random.default_rng(5)
    clicks = rng.integers(20, 200, 60)
    cells = pd.DataFrame(
        {
            "town": rng.choice(["A", "B"], 60),
            "price": rng.random(60),
            "clicks": clicks,
            "sales": rng.binomial(clicks, 0.2),
        }
    )
    rows = cells.loc[np.repeat(cells.index, clicks)].reset_index(drop=True)
    place = rows.groupby(["town", "price"], sort=False).cumcount()
    rows["bought"] = (place < rows["sales"]).astype(int)
    return cells, rows[["town", "price", "bought"]]


def test_cells_tell_what_their_contacts_tell_and_are_less_sure():
    cells, rows = cells_and_rows()
    counted = FeatureFrame.from_table(cells, target="sales", trials="clicks")
    single = FeatureFrame.from_table(rows, target="bought")
    one = fairness(0.1 + 0.2 * counted.X["price"].to_numpy(), counted, by="town", depth=0.4)
    other = fairness(0.1 + 0.2 * single.X["price"].to_numpy(), single, by="town", depth=0.4)
    columns = ["contacts", "positives", "rate", *MEASURES]
    pd.testing.assert_frame_equal(one.table[columns], other.table[columns], rtol=1e-9)
    assert one.drawn == "cells"
    wider = one.gaps["high"] - one.gaps["low"] > other.gaps["high"] - other.gaps["low"]
    assert wider.all()


def test_customers_who_come_again_make_intervals_wider():
    frame, chance = contacts(600, seed=2)
    again = np.tile(np.arange(600), 5)  # every contact five times, of the same customer
    who = pd.Series(again.astype(str))
    alone = fairness(chance[again], frame.rows(again), by="town", depth=0.2)
    known = fairness(chance[again], replace(frame.rows(again), customer=who), by="town", depth=0.2)
    assert known.drawn == "customers"
    for name in MEASURES:
        width = [
            (found.table[f"{name}_high"] - found.table[f"{name}_low"]) for found in (alone, known)
        ]
        np.testing.assert_allclose(width[1] / width[0], np.sqrt(5), rtol=0.25)
        np.testing.assert_allclose(alone.table[name], known.table[name])


def test_what_is_planted_is_found_and_needs_a_person():
    frame, chance = contacts(6000, boost=1.2)
    found = fairness(chance, frame, by="town", depth=0.1)
    gaps = found.gaps
    assert gaps.loc["selection_rate", ["highest", "differs"]].tolist() == ["A", True]
    assert gaps.loc["ratio", ["lowest", "differs"]].tolist() == ["A", True]
    states = {check.name: check.state for check in found.checks()}
    assert states["fairness-selection-rate"] == states["fairness-ratio"] == "needs a person"
    assert states["fairness-auc"] == "pass"


@pytest.mark.slow
def test_all_gaps_of_a_measure_are_false_alarms_in_a_twentieth_at_most():
    runs = 300
    alarms = pd.concat(
        [
            fairness(chance, frame, by="town", depth=0.2).gaps["differs"]
            for frame, chance in (contacts(1500, seed=seed) for seed in range(runs))
        ],
        axis=1,
    ).sum(axis=1)
    # 5% at most: 15 of 300, and three standard errors of it
    assert (alarms <= 0.05 * runs + 3 * np.sqrt(0.05 * 0.95 * runs)).all(), alarms


def test_small_groups_are_shown_together_where_they_are_enough():
    frame, chance = contacts(500)
    town = frame.X["town"].astype(object).copy()
    for n in range(4):
        town.iloc[4 * n : 4 * n + 4] = f"Lonely {n}"
    found = fairness(chance, frame, by=town.rename("town"), depth=0.2)
    assert list(found.table.index) == ["A", "B", "C", "other segments"]
    assert found.table.loc["other segments", "contacts"] == 16
    assert "4 more have fewer than 10 customers each: they are shown together" in found.sentence()


def test_a_small_group_by_itself_is_not_shown_and_spoils_no_other():
    frame, chance = contacts(500)
    town = frame.X["town"].astype(object).copy()
    town.iloc[:4] = "Lonely"
    found = fairness(chance, frame, by=town.rename("town"), depth=0.2)
    assert list(found.table.index) == ["A", "B", "C"]
    assert found.table["contacts"].sum() == 496
    assert "One more has fewer than 10 customers: it is not shown." in found.sentence()
    assert "Lonely" not in found.sentence()
    whole = fairness(chance, frame, by="town", depth=0.2).table  # the depth is that of all
    assert found.table["selection_rate"].iloc[1:].to_numpy() == pytest.approx(
        whole["selection_rate"].iloc[1:].to_numpy(), abs=0.02
    )


def test_a_group_in_which_few_responded_tells_nothing_of_responses():
    frame, chance = contacts(500)
    y = frame.y.where((frame.X["town"] != "C") | (frame.y.groupby(frame.X["town"]).cumsum() < 4), 0)
    found = fairness(chance, replace(frame, y=y), by="town", depth=0.2)
    row = found.table.loc["C"]
    assert np.isnan([row["true_positive_rate"], row["ratio"], row["auc"]]).all()
    assert row["note"] == "too few responded, or did not"
    assert not np.isnan(row["selection_rate"])
    assert found.gaps.loc["auc", ["highest", "lowest"]].isin(["A", "B"]).all()


def test_one_group_alone_is_left_to_a_person():
    frame, chance = contacts(300, groups=("A",))
    found = fairness(chance, frame, by="town")
    assert {check.state for check in found.checks()} == {"needs a person"}
    assert "fewer than two groups" in found.sentence()


def test_never_is_a_model_called_fair():
    frame, chance = contacts()
    for boost in (0.0, 1.5):
        frame, chance = contacts(boost=boost)
        found = fairness(chance, frame, by="town")
        said = " ".join([found.sentence(), *map(str, found.checks())])
        assert " fair" not in said
        assert "unbiased" not in said
    assert "proves none to be absent" in str(
        next(check for check in found.checks() if check.state == "pass")
    )


def test_what_is_told_comes_from_rounded_counts():
    frame, chance = contacts(1003)
    exact = fairness(chance, frame, by="town", depth=0.2)
    told = exact.told()
    contacts_told = told.table["contacts"]
    assert (contacts_told % 5 == 0).all()
    chosen = told.table["selection_rate"] * contacts_told
    np.testing.assert_allclose(chosen % 5 % 5, 0, atol=1e-6)
    reached = told.table["true_positive_rate"] * told.table["positives"]
    np.testing.assert_allclose(np.minimum(reached % 5, 5 - reached % 5), 0, atol=1e-6)
    assert (told.gaps["differs"] == exact.gaps["differs"]).all()


def test_told_again_it_stays():
    frame, chance = contacts(1003)
    told = fairness(chance, frame, by="town", depth=0.2).told()
    pd.testing.assert_frame_equal(told.told().table, told.table, rtol=1e-9)


def test_a_model_and_its_propensities_tell_the_same():
    world = planted(train_campaigns=6, new_campaigns=1, rows=300, stable=4, spiky=2)
    model = RidgePropensity(alpha=1.0).fit(world.frame)
    column = world.frame.X.columns[0]
    one = fairness(model, world.frame, by=column)
    other = fairness(model.propensity(world.frame), world.frame, by=column)
    pd.testing.assert_frame_equal(one.table, other.table)


def test_it_speaks_german():
    frame, chance = contacts(boost=1.2)
    with speaking("de"):
        said = fairness(chance, frame, by="town").sentence()
    assert "Gruppen" in said
    assert "10,0" in said


@pytest.mark.parametrize(
    ("model", "options", "error", "message"),
    [
        ("chance", {"depth": 1.5}, ParameterError, "`depth` must be a share"),
        ("chance", {"fewest": 0}, ParameterError, "`fewest`"),
        ("chance", {"by": "city"}, SchemaError, "unknown column 'city'"),
        ("a word", {}, ParameterError, "`model` must foretell propensities"),
        ("short", {}, ParameterError, "shape"),
    ],
)
def test_what_cannot_be_measured_is_refused(model, options, error, message):
    frame, chance = contacts(100)
    given = {"chance": chance, "short": chance[:5]}.get(model, model)
    with pytest.raises(error, match=message):
        fairness(given, frame, **{"by": "town", **options})


def test_outcomes_must_be_known():
    frame, chance = contacts(100)
    with pytest.raises(DataError, match=r"frame\.known"):
        fairness(chance, replace(frame, y=frame.y.where(frame.y == 1)), by="town")


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    depth=st.floats(0.01, 1.0),
    digits=st.integers(1, 3),
)
def test_the_chosen_are_as_many_as_asked_for_and_none_better_is_left(seed, depth, digits):
    rng = np.random.default_rng(seed)
    chance = np.round(rng.random(50), digits)
    weight = rng.integers(1, 6, 50).astype(float)
    chosen = chosen_share(chance, weight, depth)
    assert weight @ chosen == pytest.approx(depth * weight.sum())
    order = np.argsort(-chance)
    assert (np.diff(chosen[order]) <= 1e-12).all()


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000), n=st.integers(30, 400), depth=st.floats(0.05, 1.0))
def test_intervals_hold_their_values_and_rows_may_stand_in_any_order(seed, n, depth):
    frame, chance = contacts(n, seed=seed, customers=max(7, n // 2))
    found = fairness(chance, frame, by="town", depth=depth)
    for name in MEASURES:
        known = found.table.dropna(subset=f"{name}_low")
        assert (known[f"{name}_low"] <= known[name] + 1e-12).all()
        assert (known[name] <= known[f"{name}_high"] + 1e-12).all()
    order = np.random.default_rng(seed).permutation(n)
    mixed = fairness(chance[order], frame.rows(order), by="town", depth=depth)
    numbers = [name for name in found.table if name != "note"]
    pd.testing.assert_frame_equal(
        found.table[numbers].sort_index(), mixed.table[numbers].sort_index(), rtol=1e-9
    )
