"""Whatever it says of two runs must be right: a difference only where both had one test."""

import json
import math

import pytest

import workbench
from workbench.ridge.export.model_schema import CHECKSUM, checksum_of


def test_another_model_on_the_same_contacts_has_differences(saved, side_table):
    old = saved("old", side_table.drop(columns="visits"))
    found = workbench.compare(old, saved("new", side_table))
    assert found.alike.figures == found.alike.money == ()
    loss, area = found.figures.loc["Log loss"], found.figures.loc["AUC, all contacts"]
    both = [json.loads((one / "model.json").read_text())["headline"] for one in (old, new_of(old))]
    told = [{each["name"]: each["value"] for each in one["figures"]} for one in both]
    assert loss["difference"] == told[1]["Log loss"] - told[0]["Log loss"] < 0
    assert area["difference"] > 0
    assert (loss["better"], area["better"]) == (True, True)
    assert (found.came, found.went) == (["visits"], [])
    assert found.cautions == [
        (
            "Both were judged on the same 400 contacts. Whether a difference is more than chance, "
            "these figures cannot tell: `workbench.evidence.loss_difference` asks the scores of "
            "both."
        )
    ]


def new_of(old):
    return old.parent / "new"


def test_the_same_run_twice_differs_in_nothing(saved):
    folder = saved("old")
    found = workbench.compare(folder, folder)
    assert (found.figures["difference"].dropna() == 0).all()
    assert set(found.figures["better"]) == {None}
    assert (found.penalties["times"] == 1).all()
    assert found.moved.table.empty
    assert found.ranges.empty


@pytest.mark.parametrize(
    "changes", [{"seed": 1}, {"months": ["2026-02", "2026-03", "2026-04", "2026-05"]}]
)
def test_other_contacts_have_no_difference(saved, make_table, changes):
    found = workbench.compare(saved("old"), saved("new", make_table(**changes)))
    assert found.figures["difference"].isna().all()
    assert set(found.figures["better"]) == {None}
    assert found.cautions[0].startswith("Figures stand side by side, without a difference")
    assert "better" not in str(found)
    assert "worse" not in str(found)
    assert found.figures["old"].notna().all()


def test_another_cost_leaves_money_without_a_difference(saved):
    found = workbench.compare(saved("old"), saved("new", cost=3.0))
    money = [name for name in found.figures.index if "cost" in name or "best" in name.lower()]
    assert "Profit at cost 3, margin 8" in money
    shown = found.figures["difference"]
    assert math.isnan(shown["Profit at cost 3, margin 8"])
    assert math.isnan(shown["Contact the best"])
    assert shown["Log loss"] == 0
    assert "Profit at cost 3, margin 8 (before: Profit at cost 1, margin 8)" in str(found)
    assert found.cautions[0] == ("Another cost: 1 before, 3 now. So money has no difference.")


def test_figures_of_another_share_are_no_pair(saved):
    """Lift at 10% is not lift at 20%; profit at another cost stands beside the first."""
    folders = [saved("old"), saved("new")]
    for folder, share, cost in zip(folders, ("10%", "20%"), ("1", "3"), strict=True):
        model = json.loads((folder / "model.json").read_text())
        model["headline"]["figures"] = [
            {"name": f"Lift, best {share}", "value": 2.0, "kind": "number", "better": "higher"},
            {"name": f"Profit, best {share}", "value": 9.0, "kind": "money", "better": "higher"},
            {"name": f"Profit at cost {cost}", "value": 9.5, "kind": "money", "better": "higher"},
        ]
        model[CHECKSUM] = checksum_of(model)
        (folder / "model.json").write_text(json.dumps(model))
    found = workbench.compare(*folders)
    names = [tuple(one and one.name for one in pair) for pair in found.pairs]
    assert names == [
        (None, "Lift, best 20%"),
        (None, "Profit, best 20%"),
        ("Profit at cost 1", "Profit at cost 3"),
        ("Lift, best 10%", None),
        ("Profit, best 10%", None),
    ]
    assert found.figures["difference"].isna()[:2].all()


def test_another_outcome_has_no_coefficients_beside(saved, make_table):
    other = make_table().rename(columns={"bought": "visited"})
    found = workbench.compare(saved("old"), saved("new", other, target="visited"))
    assert found.alike.models == ("Another outcome: 'bought' before, 'visited' now.",)
    assert found.penalties["times"].isna().all()
    assert found.moved.compared == 0
    assert found.figures["difference"].isna().all()


def test_a_slope_that_turned_is_a_coefficient_that_moved(saved, make_table):
    found = workbench.compare(saved("old"), saved("new", make_table(slope=-1.3)))
    assert found.moved.table.index[0] == "visits"
    assert found.moved.table["old"].iloc[0] > 0 > found.moved.table["new"].iloc[0]


def test_it_is_plain_for_programs(saved, make_table):
    found = workbench.compare(saved("old"), saved("new", make_table(seed=2))).to_dict()
    assert found["comparable"] == {"figures": False, "money": False, "models": True}
    assert json.loads(json.dumps(found))["penalties"][0]["group"]
    assert found["verdicts"][0] in ("ready", "with care", "not proven")
