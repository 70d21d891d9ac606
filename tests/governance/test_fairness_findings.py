"""Gaps in words: which groups, how far apart, what it means; and never that all is well."""

import numpy as np
import pandas as pd

from workbench import FeatureFrame
from workbench.evidence.segment_findings import OTHERS
from workbench.governance.fairness import fairness
from workbench.governance.fairness_findings import MEANINGS, MEASURES, NAMES, QUESTIONS, Fairness
from workbench.language import speaking


def found(**differs):
    table = pd.DataFrame(
        {
            "contacts": [403.0, 202.0],
            "positives": [83.0, 31.0],
            "rate": [83 / 403, 31 / 202],
            "mean_propensity": [0.2, 0.15],
            **{name: [0.5, 0.25] for name in MEASURES},
            **{f"{name}_low": [0.4, 0.15] for name in MEASURES},
            **{f"{name}_high": [0.6, 0.4] for name in MEASURES},
            "note": ["", ""],
        },
        index=pd.Index(["old", "young"], name="group"),
    )
    row = {"highest": "old", "lowest": "young", "gap": 0.25, "low": -0.02, "high": 0.4}
    gaps = pd.DataFrame(
        {name: {**row, "spread": 0.25, "differs": differs.get(name, False)} for name in MEASURES}
    ).T.rename_axis("measure")
    return Fairness(
        table,
        gaps.astype({"gap": float, "low": float, "high": float}),
        "age",
        0.2,
        "customers",
        0,
        10,
    )


def test_every_measure_has_name_question_and_meaning():
    assert set(NAMES) == set(QUESTIONS) == set(MEANINGS) == set(MEASURES)


def test_a_gap_says_groups_values_interval_and_what_it_means():
    check = found(selection_rate=True).checks()[0]
    assert check.state == "needs a person"
    assert "50.0% in old, 25.0% in young" in check.evidence
    assert "-2.0 to 40.0 points" in check.evidence
    assert "need not excuse it" in check.evidence
    assert "disadvantage" in check.next_step


def test_no_gap_found_is_no_proof():
    said = found().sentence()
    assert said.endswith("No gap beyond chance is found; that proves none to be absent.")
    assert all("proves none" in check.evidence for check in found().checks())


def test_groups_that_the_workbench_named_speak_german():
    one = found()
    table = one.table.rename(index={"young": OTHERS})
    told = Fairness(table, one.gaps, "age", 0.2, "customers", 3, 10, own=frozenset({OTHERS}))
    with speaking("de"):
        assert told.said(OTHERS) == "übrige Segmente"
        assert told.said("old") == "old"
    assert "3 more have fewer than 10 customers each" in told.sentence()


def test_told_counts_are_rounded_and_gaps_are_coarse():
    told = found(auc=True).told()
    assert told.table["contacts"].tolist() == [405.0, 200.0]
    steps = told.gaps[["low", "high"]].to_numpy(dtype=float) / 0.005
    np.testing.assert_allclose(steps, np.round(steps), atol=1e-9)
    assert told.gaps["differs"].tolist() == [False, False, False, True]


def few_of_one_chosen():
    """Groups of which one is nearly never chosen: the gap is the strongest that there is."""
    rng = np.random.default_rng(3)
    town = np.repeat(["A", "B"], 1000)
    frame = FeatureFrame(
        pd.DataFrame({"town": town}), pd.Series((rng.random(2000) < 0.3).astype(float))
    )
    chance = np.where(town == "A", 0.5, 0.2) + 0.01 * rng.random(2000)
    chance[1000:1004] = 0.9  # four of B
    return fairness(chance, frame, by="town", depth=0.2)


def test_the_strongest_gap_is_told_where_few_of_a_group_are_chosen():
    found = few_of_one_chosen()
    told = found.told()
    assert np.isnan(told.table.loc["B", "selection_rate"])
    assert told.gaps.loc["selection_rate", ["low", "high"]].isna().all(), "they tell the count"
    check = told.checks()[0]
    assert check.state == "needs a person"
    assert "hardly anybody of B is chosen" in check.evidence
    assert "higher in A, beyond chance" in check.evidence
    assert not any(sign.isdigit() for sign in check.evidence)
    assert "disadvantage" in check.next_step
    assert "selection rate" in told.sentence()
    with speaking("de"):
        assert "Von B wird kaum jemand gewählt" in told.checks()[0].evidence


def test_a_gap_of_which_the_highest_is_hidden_is_told_too():
    one = found(selection_rate=True)
    one.table.loc["old", "selection_rate"] = np.nan
    one.gaps.loc["selection_rate", "gap"] = np.nan
    said = one.checks()[0].evidence
    assert "it is higher in old than in young, beyond chance" in said
