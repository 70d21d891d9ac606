"""What the model is: its logic in its own numbers, and hashes that follow every change."""

import hashlib
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from tests.governance.card.shop import TODAY, papers, shop
from workbench import RidgePropensity
from workbench.governance import model_card
from workbench.governance.card.described import data_mark, recipe_mark
from workbench.governance.run_status.file_checks import recipe_digest
from workbench.networks import NetworkPropensity


def test_the_logic_is_told_in_the_models_own_numbers(run, card):
    text = card.row("model-description", "logic").text
    kept = int((~run.model.columns_["dropped"]).sum())
    strongest = run.model.columns_["coef_standardised"].abs().idxmax()
    assert f"each of {kept} weights" in text
    assert f"{run.model.edf_:.1f} free ones" in text
    assert text.index("What weighs most") < text.index(strongest)


@pytest.mark.parametrize("part", ["X", "y", "campaign", "as_of"])
def test_one_value_changed_is_another_hash(part):
    frame = shop(200)
    values = getattr(frame, part).copy()
    if part == "X":
        values.loc[50, "visits"] += 1
    else:
        values.iloc[50] = (
            values.iloc[150] if values.iloc[50] != values.iloc[150] else 1 - values[50]
        )
    assert data_mark(replace(frame, **{part: values})) != data_mark(frame)


def test_other_customers_or_another_arm_are_another_hash():
    frame = shop(200)
    arm = pd.Series(np.where(np.arange(200) % 2, "letter", "none"))
    tested = replace(frame, treatment=arm, control="none")
    marks = [data_mark(one) for one in (frame, tested)]
    marks.append(data_mark(replace(tested, treatment=arm[::-1].reset_index(drop=True))))
    marks.append(data_mark(replace(frame, customer=pd.Series(np.arange(200).astype(str)))))
    assert len(set(marks)) == 4


def test_the_hash_of_a_file_is_that_of_its_bytes(tmp_path):
    file = tmp_path / "a.csv"
    file.write_bytes(b"x\n1\n")
    assert data_mark(shop(200), file) == hashlib.sha256(b"x\n1\n").hexdigest()


def test_the_recipes_hash_is_that_which_the_evidence_of_a_run_has(tmp_path):
    frame = shop(200)
    model = RidgePropensity(alpha=1.0).fit(frame)
    saved = model.save(tmp_path / "model.json", recipe=frame.recipe)
    assert recipe_mark(frame) == recipe_digest(saved.read_bytes())
    turned = replace(frame, recipe=dict(reversed(frame.recipe.items())))
    assert recipe_mark(turned) == recipe_mark(frame)


def test_frames_with_weights_have_a_hash_of_their_weights():
    frame = shop(200)
    heavy = replace(frame, weight=pd.Series(np.ones(len(frame)) * 2))
    assert data_mark(heavy) != data_mark(frame)


def test_what_follows_for_a_person_has_the_depth_and_who_may_decide_otherwise(run, card):
    text = card.row("intended-uses-limitations", "effects").text
    assert f"{run.told['earned'].best['depth']:.1%}" in text
    assert "Oscar Override may decide otherwise." in text


def test_of_a_network_features_are_named_and_units_counted():
    frame = shop(400)
    network = NetworkPropensity(12, 0.01, hidden="always", half_life=None, slope=1.0).fit(frame)
    text = model_card(network, frame, papers(), today=TODAY).row("model-description", "logic").text
    strongest = network.shares_of_features().abs().idxmax()
    assert text.index("What weighs most") < text.index(str(strongest))
    assert "hidden_0" not in text
    assert f"{len(network.layer_.names)} of the weights are of hidden units" in text
    assert network.hidden_fact() in text
