import re

import numpy as np
import pandas as pd
import pytest

from workbench import FeatureFrame, RidgePropensity
from workbench.errors import DataError, ParameterError, SchemaError
from workbench.frame.treatment import NOT_ASSIGNED
from workbench.frame.treatment_columns import (
    Arms,
    arms_of_table,
    check_treatment_named,
    tells_the_arm,
)
from workbench.governance.counts_in_text import rounded_counts


def exactly(message):
    return f"^{re.escape(message)}$"


def sent(rows=12):
    """A test with three arms, of unequal chances."""
    arms = np.array(["Mens E-Mail", "No E-Mail", "Womens E-Mail", "No E-Mail"])
    chance = np.array([0.3, 0.5, 0.2, 0.5])
    place = np.arange(rows) % 4
    return pd.DataFrame(
        {
            "segment": arms[place],
            "chance": chance[place],
            "visits": np.arange(rows) % 5,
            "wave": np.array(["w1", "w2"])[np.arange(rows) // 4 % 2],
            "bought": np.arange(rows) % 3 == 0,
        }
    )


ROLES = {"target": "bought", "treatment": "segment", "arm_probability": "chance"}


def test_arms_and_chances_are_read_and_are_no_features():
    frame = FeatureFrame.from_table(sent(), **ROLES, control="No E-Mail")
    assert list(frame.X) == ["visits", "wave"]
    assert frame.treatment.tolist() == sent()["segment"].tolist()
    assert frame.control == "No E-Mail"
    assert frame.arm_probability.tolist() == sent()["chance"].tolist()
    assert {role: frame.recipe[role] for role in ROLES} == ROLES
    assert frame.recipe["control"] == "No E-Mail"
    assert not {"segment", "chance"} & set(frame.recipe["reading"])


def test_rows_of_a_frame_keep_their_arms():
    frame = FeatureFrame.from_table(sent(), **ROLES)
    some = frame.rows([5, 2])
    assert some.treatment.tolist() == ["No E-Mail", "Womens E-Mail"]
    assert some.arm_probability.tolist() == [0.5, 0.2]
    assert some.control == "No E-Mail"


def test_the_notes_say_who_is_in_which_arm_and_that_a_model_mixes_them():
    said = FeatureFrame.from_table(sent(), **ROLES, control="No E-Mail").notes
    assert (
        "Arms in 'segment': 'Mens E-Mail' (3 contacts), 'No E-Mail' (6 contacts), 'Womens E-Mail' "
        "(3 contacts); the control group, as said, is 'No E-Mail'."
    ) in said
    assert (
        "What is learned or counted of all contacts mixes these arms: 6 of 12 contacts were in "
        "the control group."
    ) in said
    by_name = FeatureFrame.from_table(sent(), **ROLES).notes
    assert any("the control group, by its name, is 'No E-Mail'" in note for note in by_name)


@pytest.mark.parametrize("kind", ["csv", "parquet"])
@pytest.mark.parametrize("control", ["None", "none", "NA", "0", "-"])
def test_a_control_group_whose_name_means_nothing_elsewhere(tmp_path, kind, control):
    table = sent().replace({"segment": {"No E-Mail": control}})
    file = tmp_path / f"sent.{kind}"
    table.to_csv(file, index=False) if kind == "csv" else table.to_parquet(file)
    frame = FeatureFrame.from_table(file, **ROLES, control=control)
    assert frame.treatment.tolist() == table["segment"].tolist()
    assert frame.control == control


def test_numbers_flags_and_a_decimal_comma_of_a_file(tmp_path):
    table = sent().assign(segment=lambda t: (t["segment"] != "No E-Mail").astype(int))
    table.to_csv(tmp_path / "sent.csv", index=False, sep=";", decimal=",")
    frame = FeatureFrame.from_table(tmp_path / "sent.csv", **ROLES)
    assert frame.treatment.tolist() == table["segment"].astype(str).tolist()
    assert frame.control == "0"
    assert frame.arm_probability.tolist() == table["chance"].tolist()


def test_a_gap_in_a_file_is_no_arm(tmp_path):
    table = sent()
    table.loc[3, "segment"] = ""
    table.to_csv(tmp_path / "sent.csv", index=False)
    message = (
        "The treatment column 'segment' must have an arm in every row; 1 of 12 are missing. Write "
        "the arm of those rows, or drop them: a gap does not say whether they were contacted."
    )
    with pytest.raises(DataError, match=exactly(message)):
        FeatureFrame.from_table(tmp_path / "sent.csv", **ROLES)


def test_numbers_and_texts_among_arms():
    table = sent().assign(segment=[1, "1", 0] * 4)
    message = (
        "`treatment`: every value must be text, or every value a whole number; there are int and "
        "str. Write all of them as text."
    )
    with pytest.raises(DataError, match=exactly(message)):
        FeatureFrame.from_table(table, **ROLES)


def test_a_cell_has_one_arm():
    cells = pd.DataFrame(
        {"arm": ["mail", "control"], "price": [1.0, 2.0], "sent": [10, 20], "sold": [3, 1]}
    )
    frame = FeatureFrame.from_table(cells, target="sold", trials="sent", treatment="arm")
    assert frame.treatment.tolist() == ["mail", "mail", "control", "control"]
    assert frame.cell.tolist() == [0, 0, 1, 1]
    assert frame.weight.tolist() == [3.0, 7.0, 1.0, 19.0]
    assert (
        "Arms in 'arm': 'control' (20 contacts), 'mail' (10 contacts); the control group, by its "
        "name, is 'control'." in frame.notes
    )


def test_new_contacts_need_no_arm_and_one_they_have_is_no_feature():
    frame = FeatureFrame.from_table(sent(60), **ROLES)
    model = RidgePropensity(1.0).fit(frame)
    new = sent(60)[["visits", "wave"]]
    bare = FeatureFrame.to_score(new, frame.recipe)
    odd = new.assign(segment="Another", chance="unknown")
    full = FeatureFrame.to_score(odd, frame.recipe)
    assert list(bare.X) == list(full.X) == ["visits", "wave"]
    assert bare.treatment is None
    assert full.treatment is None
    np.testing.assert_array_equal(model.propensity(bare), model.propensity(frame))
    np.testing.assert_array_equal(model.propensity(full), model.propensity(frame))


def test_the_roles_go_through_a_model_file(tmp_path):
    frame = FeatureFrame.from_table(sent(60), **ROLES)
    RidgePropensity(1.0).fit(frame).save(tmp_path / "m.json", recipe=frame.recipe)
    recipe = RidgePropensity.load(tmp_path / "m.json").recipe_
    assert [recipe[name] for name in (*ROLES, "control")] == [*ROLES.values(), "No E-Mail"]


def test_a_mailed_report_rounds_how_many_are_in_an_arm():
    """Few contacts in an arm are a few customers."""
    said = FeatureFrame.from_table(sent(24), **ROLES).notes
    arms, mixed = (rounded_counts(note) for note in said[-2:])
    assert "'Mens E-Mail' (under 10 contacts), 'No E-Mail' (10 contacts)" in arms
    assert "10 of 25 contacts were in the control group" in mixed


def test_a_frame_without_a_test_says_nothing_of_one():
    frame = FeatureFrame.from_table(sent(), target="bought")
    assert (frame.treatment, frame.control, frame.arm_probability) == (None, None, None)
    assert not {"treatment", "control", "arm_probability"} & set(frame.recipe)
    assert not any("arm" in note.lower().split() for note in frame.notes)


@pytest.mark.parametrize(
    ("given", "what"),
    [
        ({"control": "a"}, "names the control group of a test"),
        ({"arm_probability": "p"}, "holds the chance of each row's arm"),
    ],
)
def test_what_needs_a_treatment(given, what):
    (name,) = given
    message = f"`{name}` {what}: name the column of arms too, `treatment`, or leave it out."
    with pytest.raises(ParameterError, match=exactly(message)):
        FeatureFrame.from_table(sent(), target="bought", **given)
    with pytest.raises(ParameterError, match=exactly(message)):
        check_treatment_named(given)
    check_treatment_named(given | {"treatment": "segment"})


@pytest.mark.parametrize("role", ["treatment", "arm_probability"])
def test_a_column_that_is_not_there(role):
    message = (
        "The table has no column 'segmnt'; got ['segment', 'chance', 'visits', 'wave', "
        "'bought']. Did you mean 'segment'?"
    )
    with pytest.raises(SchemaError, match=exactly(message)):
        FeatureFrame.from_table(sent(), **{**ROLES, role: "segmnt"})


def test_a_column_has_one_role():
    message = (
        "A column must have one role; 'segment' is named as ['campaign', 'treatment']. Keep one of "
        "them."
    )
    with pytest.raises(ParameterError, match=exactly(message)):
        FeatureFrame.from_table(sent(), **ROLES, campaign="segment")


def test_no_column_no_arms():
    assert arms_of_table(sent(), {"target": "bought"}, None) == Arms()
    assert Arms().recipe == {}
    assert Arms().notes() == []


def test_arms_of_a_frame_that_has_none():
    frame = FeatureFrame.from_table(sent()[["visits", "bought"]], target="bought")
    arms, chance = sent()["segment"], sent()["chance"]
    made = frame.with_treatment(arms, control="No E-Mail", arm_probability=chance)
    assert made.treatment.tolist() == arms.tolist()
    assert made.arm_probability.tolist() == chance.tolist()
    assert made.control == "No E-Mail"
    assert frame.treatment is None


def test_new_contacts_in_the_same_table_have_no_arm_yet():
    table = sent().astype({"bought": "float64"})
    table.loc[[10, 11], ["segment", "chance", "bought"]] = None
    frame = FeatureFrame.from_table(table, **ROLES)
    assert frame.treatment.tolist()[-2:] == [NOT_ASSIGNED] * 2
    assert NOT_ASSIGNED not in set(frame.known().treatment)
    assert frame.known().arm_probability.tolist() == sent()["chance"].tolist()[:10]
    assert "2 contacts have no arm yet." in frame.notes
    none = table.assign(segment=None, bought=np.nan)
    assert arms_of_table(none, ROLES, None, y=none["bought"]) == Arms()


def test_a_column_that_tells_who_was_treated_is_named():
    table = sent(60)
    treated = table["segment"] != "No E-Mail"
    table = table.assign(mailed=treated, part=treated & (table.index % 3 > 0), stamp=None)
    table["stamp"] = np.where(treated, "sent", None)  # and nothing of the others
    frame = FeatureFrame.from_table(table, **ROLES)
    told = [note for note in frame.notes if "tells who was treated" in note]
    assert told == [
        f"{name!r} tells who was treated: leave it out if it is known only afterwards. If contacts "
        "were assigned by it, this is no randomised test."
        for name in ("mailed", "stamp")
    ]
    few = FeatureFrame.from_table(table[:24], **ROLES)
    assert not any("tells who was treated" in note for note in few.notes)
    assert tells_the_arm(table[["mailed"]], Arms()) == []
