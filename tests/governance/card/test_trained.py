"""What was learned from: contacts, window, label, sources, and each feature's penalty."""

import numpy as np
import pandas as pd

from workbench.governance.card.trained import by_feature, by_table
from workbench.governance.disclosure import rounded


def test_contacts_window_and_label_are_those_of_the_fit(run, card):
    told = run.model.training_
    text = card.row("training-procedure", "contacts").text
    assert f"{int(rounded(told['contacts'])):,} contacts" in text
    assert f"{int(rounded(told['positives'])):,} responded" in text
    assert card.row("training-procedure", "label").text.endswith("bought, within 14 days.")
    assert "2026-01-05" in card.row("training-procedure", "span").text


def test_each_feature_has_its_group_and_penalty(run, card):
    grid = next(one for one in card.section("hyperparameters").grids if one.key == "features")
    names = [line[0][0].text for line in grid.rows]
    assert names == list(run.frame.X)
    penalty = dict(zip(names, (line[4][0].value for line in grid.rows), strict=True))
    assert penalty["visits"] == float(f"{run.model.columns_.loc['visits', 'penalty']:.3g}")


def test_a_spiky_feature_is_marked(run, card):
    spiky = run.told["spikes"].groupby("feature")["spiky"].any()
    grid = next(one for one in card.section("hyperparameters").grids if one.key == "features")
    marked = {line[0][0].text: any("spiky" in str(one) for one in line[3]) for line in grid.rows}
    assert marked == spiky.to_dict() | {name: False for name in marked if name not in spiky}


def test_flags_of_gaps_do_not_count_for_a_feature():
    columns = pd.DataFrame(
        {
            "feature": ["age", "age", "gap"],
            "penalty": [1.0, 99.0, 5.0],
            "campaigns": [6.0, 1.0, 2.0],
        },
        index=["age", "age (missing)", "gap (missing)"],
    )
    found = by_feature(columns)
    assert found.loc["age", ["penalty_most", "campaigns_least"]].tolist() == [1.0, 6.0]
    assert found.loc["gap", "penalty_most"] == 5.0


def test_a_dropped_feature_has_no_end():
    columns = pd.DataFrame({"feature": ["x"], "penalty": [np.inf], "campaigns": [0.0]}, index=["x"])
    assert np.isinf(by_feature(columns).loc["x", "penalty_most"])


def test_a_table_that_stands_twice_in_a_source_counts_once():
    sources = pd.Series(["visits, mail, visits", "visits", np.nan])
    assert by_table(sources).to_dict() == {"visits": 2, "mail": 1, "": 1}
