import re
import stat
from copy import copy

import pandas as pd
import pytest

from tests.reports.contacts_to_score import RECIPE, fitted, fitted_uplift, table
from workbench import FeatureFrame, RidgePropensity
from workbench.errors import ParameterError
from workbench.evidence import beyond_training
from workbench.reports.score import (
    beyond_note,
    check_scores_file,
    score_contacts,
    write_scores,
)

REASON = re.compile(r"(\w+) = ([^\s,]+)(?:, counted as \S+)? \(([+-]\d+\.\d\d)\)")


@pytest.fixture(scope="module")
def model():
    return fitted()


@pytest.fixture(scope="module")
def scores(model):
    recipe = {"kind": "table", "target": "bought", "campaign": "month", "customer": "id"}
    return score_contacts(model, FeatureFrame.to_score(table(seed=1), recipe))


def test_every_contact_is_scored_once(scores, model):
    assert list(scores) == [
        *("customer", "campaign", "propensity", "rank"),
        *("reason_1", "reason_2", "reason_3"),
    ]
    assert sorted(scores["customer"]) == list(range(240))
    new = table(seed=1)
    expected = model.predict_proba(new[[f"x{k}" for k in range(4)]])[:, 1]
    assert scores.set_index("customer")["propensity"].sort_index().tolist() == expected.tolist()


def test_campaigns_stand_in_time_order_and_the_best_first(scores):
    assert scores["campaign"].drop_duplicates().tolist() == ["2024-01", "2024-02", "2024-03"]
    for _, campaign in scores.groupby("campaign"):
        assert campaign["rank"].tolist() == list(range(1, 81))
        assert campaign["propensity"].is_monotonic_decreasing


def test_reasons_are_the_largest_contributions(scores, model):
    new = table(seed=1).set_index("id")
    coef = pd.Series(model.coef_[0], index=model.coefficients()["feature"])
    trained = table()[list(coef.index)]
    held = new[coef.index].clip(trained.min(), trained.max(), axis=1)
    for contact in scores.head(20).itertuples():
        added = coef * (held.loc[contact.customer] - trained.mean())
        strongest = added.abs().sort_values(ascending=False).index[:3]
        reasons = (contact.reason_1, contact.reason_2, contact.reason_3)
        found = [REASON.fullmatch(reason).groups() for reason in reasons]
        assert [name for name, _, _ in found] == list(strongest)
        for name, value, amount in found:
            assert float(value) == pytest.approx(new.loc[contact.customer, name], abs=5e-4)
            assert float(amount) == pytest.approx(added[name], abs=0.0051)


def test_equal_propensities_share_the_better_rank():
    data = pd.DataFrame({"x": [1.0, 0.0, 1.0, 0.0, 0.0], "bought": [1, 0, 1, 1, 0]})
    frame = FeatureFrame.from_table(data, target="bought")
    ranked = score_contacts(RidgePropensity(alpha=0.1).fit(frame), frame)
    assert ranked["rank"].tolist() == [1, 1, 3, 3, 3]
    assert ranked["row"].tolist() == [0, 2, 1, 3, 4]
    assert "campaign" not in ranked


@pytest.mark.parametrize(("name", "read"), [("s.csv", pd.read_csv), ("s.parquet", pd.read_parquet)])
def test_a_file_holds_the_scores_to_the_last_bit(scores, tmp_path, name, read):
    path = write_scores(scores, tmp_path / "new" / name)
    back = read(path)
    pd.testing.assert_frame_equal(back, scores, check_exact=True, check_dtype=False)
    assert [file.name for file in path.parent.iterdir()] == [name]


def test_another_kind_of_file_is_refused():
    expected = "`output` must be one of ['.csv', '.parquet', '.xlsx']; got '.ods'."
    with pytest.raises(ParameterError, match=f"^{re.escape(expected)}$"):
        check_scores_file("scores.ods")


def test_what_lies_beyond_training_is_told_in_a_clause(model):
    recipe = {"kind": "table", "target": "bought", "campaign": "month", "customer": "id"}
    assert beyond_note(model, FeatureFrame.to_score(table(), recipe)) == ""  # the rows of the fit
    far = FeatureFrame.to_score(table(seed=1).assign(x0=lambda new: new["x0"] + 9), recipe)
    share = beyond_training(model, far).share
    assert 0.5 < share < 1
    expected = f"; {share:.1%} of what moves the scores lies outside of the trained range"
    assert beyond_note(model, far) == expected
    old = copy(model).set_params(extrapolate=True)
    old.columns_ = model.columns_.drop(columns=["low", "high"])
    assert beyond_note(old, far) == ""


FORMULAS = ["=1+1", "+1", "-2", "@SUM(1)", "\t=1", "\r=1", '=HYPERLINK("http://x","y")']


def test_no_cell_of_a_csv_file_is_run_by_a_spreadsheet(tmp_path):
    scores = pd.DataFrame(
        {
            "customer": [*FORMULAS, "a=1", "", None],
            "campaign": pd.Categorical([*FORMULAS, "b", "b", "b"]),
            "propensity": -0.5,
            "rank": 1,
        }
    )
    back = pd.read_csv(write_scores(scores, tmp_path / "s.csv"), keep_default_na=False)
    assert back["customer"].tolist() == [*(f"'{text}" for text in FORMULAS), "a=1", "", ""]
    assert back["campaign"].tolist() == [*(f"'{text}" for text in FORMULAS), "b", "b", "b"]
    assert back["propensity"].tolist() == [-0.5] * 10
    whole = pd.read_parquet(write_scores(scores, tmp_path / "s.parquet"))
    assert whole["customer"].tolist()[:-1] == [*FORMULAS, "a=1", ""]


@pytest.mark.parametrize("name", ["s.csv", "s.parquet"])
def test_scores_are_their_owners_alone(scores, tmp_path, name):
    assert stat.S_IMODE(write_scores(scores, tmp_path / name).stat().st_mode) == 0o600


def test_a_planted_link_is_replaced_and_not_followed(scores, tmp_path):
    victim = tmp_path / "victim"
    victim.write_text("precious")
    (tmp_path / "s.csv").symlink_to(victim)
    path = write_scores(scores, tmp_path / "s.csv")
    assert victim.read_text() == "precious"
    assert not path.is_symlink()
    assert len(pd.read_csv(path)) == len(scores)


@pytest.fixture(scope="module")
def uplift():
    return fitted_uplift()


def test_whom_a_contact_changes_most_is_ranked_first(uplift):
    frame = FeatureFrame.to_score(table(seed=1), RECIPE)
    scores = score_contacts(uplift, frame, rank_within="all")
    assert list(scores) == [
        *("customer", "campaign", "uplift", "propensity_treated", "propensity_untreated"),
        *("rank", "rank_overall", "reason_1", "reason_2", "reason_3"),
    ]
    assert scores["uplift"].is_monotonic_decreasing
    assert scores["rank_overall"].tolist() == list(range(1, 241))
    by_campaign = scores.groupby("campaign")["uplift"].rank(ascending=False)
    assert scores["rank"].tolist() == by_campaign.tolist()
    said = scores.set_index("customer").sort_index()
    expected = uplift.scores(frame)
    pd.testing.assert_frame_equal(
        said[list(expected)].reset_index(drop=True), expected, check_exact=True
    )
    reasons = uplift.reasons(frame)
    assert said["reason_1"].tolist() == reasons["reason_1"].tolist()
    assert said["reason_1"].str.endswith(" points)").all()
