"""The best offer of each contact of a list: of the models of one run alone."""

import json

import numpy as np
import pandas as pd
import pytest

import workbench
from tests.offers_planted import contacts
from workbench import FeatureFrame, RidgeMultinomial, RidgePropensity
from workbench.cli import main
from workbench.errors import ParameterError, SchemaError
from workbench.evidence import best_offers, hold_out
from workbench.reports import offer_findings
from workbench.reports.judged_on import judged_on

SAID = {"target": "bought", "campaign": "month", "offer": "took", "customer": "who"}
MARGINS = {"coffee": 1.0, "green tea": 2.5, "Müsli": 4.0, "wine": 3.0}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Both models of one table, with its file of new contacts."""
    folder = tmp_path_factory.mktemp("made")
    frame = FeatureFrame.from_table(contacts(1200), **SAID)
    RidgePropensity(0.01, {}).fit(frame).save(folder / "model.json", recipe=frame.recipe)
    took = frame.rows(frame.offer.notna().to_numpy())
    offers = RidgeMultinomial(0.01, {}).fit(took, took.offer.to_numpy(dtype=str))
    offers.save(folder / "offers.npz", recipe=frame.recipe)
    offers.save(folder / "dear.npz", recipe={**frame.recipe, "offer_margins": MARGINS})
    new = contacts(300, seed=5).drop(columns=["bought", "took"])
    new.to_csv(folder / "new.csv", index=False)
    return folder


def scored(made, tmp_path, output="s.csv", offers="offers.npz", **more):
    given = {"table": made / "new.csv", "model": made / "model.json", "output": tmp_path / output}
    done = workbench.score(**given, offers=made / offers, **more)
    return pd.read_csv(done.path) if output.endswith("csv") else pd.read_parquet(done.path)


@pytest.mark.parametrize("offers", ["offers.npz", "dear.npz"])
def test_a_list_has_the_best_offer_and_the_chance_that_it_is_taken(made, tmp_path, offers):
    found = scored(made, tmp_path, offers=offers).set_index("customer")
    table = pd.read_csv(made / "new.csv")
    frame = FeatureFrame.to_score(table, RidgePropensity.load(made / "model.json").recipe_)
    model = RidgeMultinomial.load(made / offers)
    chance = pd.DataFrame(model.predict_proba(frame), columns=model.classes_)
    worth = pd.Series(MARGINS if offers == "dear.npz" else 1.0, index=model.classes_)
    best = (chance * worth).idxmax(axis=1)
    propensity = RidgePropensity.load(made / "model.json").propensity(frame)
    by_hand = propensity * chance.to_numpy()[range(len(best)), model.classes_.searchsorted(best)]
    expected = pd.DataFrame({"best": best, "chance": by_hand}).set_index(table["who"])
    of_one = ~found.index.duplicated(keep=False)
    shown = found[of_one]
    assert shown["best_offer"].tolist() == expected.loc[shown.index, "best"].tolist()
    np.testing.assert_allclose(
        shown["best_offer_propensity"], expected.loc[shown.index, "chance"], rtol=1e-9
    )
    assert (found["best_offer_propensity"] <= found["propensity"]).all()
    assert len(found["best_offer"].unique()) > 1


@pytest.mark.parametrize("output", ["s.csv", "s.parquet"])
def test_all_else_in_the_list_is_as_without_offers(made, tmp_path, output):
    with_offers = scored(made, tmp_path, output)
    plain = workbench.score(
        table=made / "new.csv", model=made / "model.json", output=tmp_path / f"p-{output}"
    )
    read = pd.read_csv if output.endswith("csv") else pd.read_parquet
    without = read(plain.path)
    assert with_offers.columns[-2:].tolist() == ["best_offer", "best_offer_propensity"]
    assert with_offers[without.columns].equals(without)


def test_blocks_give_the_same_list(made, tmp_path):
    table = pd.read_csv(made / "new.csv")
    table.to_parquet(tmp_path / "new.parquet")
    given = {"table": tmp_path / "new.parquet", "model": made / "model.json"}
    given["offers"] = made / "offers.npz"
    one = workbench.score(**given, output=tmp_path / "one.csv", stream=False)
    other = workbench.score(**given, output=tmp_path / "other.csv", stream=True)
    assert one.path.read_bytes() == other.path.read_bytes()


def test_the_command_writes_the_same_and_says_of_which_file(made, tmp_path, capsys):
    typed = ["score", "--without-governance", "--table", str(made / "new.csv")]
    typed += ["--model", str(made / "model.json"), "--offers", str(made / "offers.npz")]
    assert main([*typed, "--output", str(tmp_path / "t.csv")]) == 0
    scored(made, tmp_path)
    assert (tmp_path / "t.csv").read_bytes() == (tmp_path / "s.csv").read_bytes()
    beside = json.loads((tmp_path / "t.csv.json").read_text())
    assert beside["offers"]["file"] == "offers.npz"
    assert len(beside["offers"]["sha256"]) == 64
    assert capsys.readouterr().err == ""


def test_suppressed_customers_get_no_offer(made, tmp_path):
    who = pd.read_csv(made / "new.csv")["who"]
    found = scored(made, tmp_path, suppress=[int(who.iloc[0])])
    assert int(who.iloc[0]) not in set(found["customer"])


def test_an_offer_that_a_spreadsheet_would_run_is_text(made, tmp_path):
    frame = FeatureFrame.from_table(contacts(1200), **SAID)
    took = frame.rows(frame.offer.notna().to_numpy())
    names = took.offer.map(lambda name: f"=HYPERLINK({name})").to_numpy(dtype=str)
    model = RidgeMultinomial(0.01, {}).fit(took, names)
    recipe = RidgePropensity.load(made / "model.json").recipe_
    model.save(tmp_path / "odd.npz", recipe=recipe)
    given = {"table": made / "new.csv", "model": made / "model.json"}
    done = workbench.score(**given, output=tmp_path / "s.csv", offers=tmp_path / "odd.npz")
    assert pd.read_csv(done.path)["best_offer"].str.startswith("'=").all()


def test_offers_of_another_run_are_refused(made, tmp_path):
    other = FeatureFrame.from_table(contacts(1200).drop(columns="age"), **SAID)
    took = other.rows(other.offer.notna().to_numpy())
    model = RidgeMultinomial(0.01, {}).fit(took, took.offer.to_numpy(dtype=str))
    model.save(tmp_path / "offers.npz", recipe=other.recipe)
    given = {"table": made / "new.csv", "model": made / "model.json", "output": tmp_path / "s.csv"}
    with pytest.raises(
        ParameterError, match="`offers` must be a file of the run that left the model"
    ):
        workbench.score(**given, offers=tmp_path / "offers.npz")
    assert not (tmp_path / "s.csv").exists()
    with pytest.raises(SchemaError):
        workbench.score(**given, offers=made / "model.json")


@pytest.mark.parametrize("months", [6, 5])
def test_of_the_same_columns_only_the_offers_judged_on_the_same_contacts_are_taken(
    made, tmp_path, months
):
    """The two runs differ in a month of contacts alone, which no recipe tells."""
    table = contacts(1200)
    split = hold_out(FeatureFrame.from_table(table, **SAID), test_campaigns=1)
    model = RidgePropensity(0.01, {}).fit(split.train)
    said = {"judged": judged_on(split, target="bought")}
    model.save(tmp_path / "model.json", recipe=split.train.recipe, headline=said)
    frame = FeatureFrame.from_table(table[table["month"] <= f"2024-0{months}"], **SAID)
    findings = offer_findings(hold_out(frame, test_campaigns=1))
    by_offer = findings.found.model
    by_offer.save(tmp_path / "offers.npz", recipe=findings.recipe(frame))
    given = {"table": made / "new.csv", "model": tmp_path / "model.json"}
    given |= {"output": tmp_path / "s.csv", "offers": tmp_path / "offers.npz"}
    if months == 6:
        assert "best_offer" in pd.read_csv(workbench.score(**given).path)
        return
    with pytest.raises(ParameterError, match="from another table, or judged on other contacts"):
        workbench.score(**given)


def test_a_list_in_python_is_that_of_the_file(made):
    recipe = RidgePropensity.load(made / "model.json").recipe_
    frame = FeatureFrame.to_score(pd.read_csv(made / "new.csv"), recipe)
    found = best_offers(RidgeMultinomial.load(made / "offers.npz"), frame)
    assert found.columns.tolist() == ["best_offer", "probability"]
    assert len(found) == len(frame)
