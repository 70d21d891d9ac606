import json
import re
import warnings

import numpy as np
import pandas as pd
import pytest

from workbench import FeatureFrame, RidgePropensity, features
from workbench.datasets import sample
from workbench.errors import DataWarning
from workbench.files.shipped import data_path


@pytest.fixture
def model_file(shop):
    """A model of the shop's table, in the place where `score` looks for it."""
    frame = FeatureFrame.from_table(
        shop, target="bought", campaign="month", customer="customer", drop=["call_seconds"]
    )
    with warnings.catch_warnings(action="ignore", category=DataWarning):
        model = RidgePropensity(alpha=0.01).fit(frame)
    return model.save(shop.parent / "reports" / "model.json", recipe=frame.recipe)


@pytest.mark.filterwarnings("always::workbench.errors.DataWarning")  # as notes on stderr
def test_scores_beyond_training_are_told_once_and_how_much_they_are(shop, model_file, run_main):
    new = pd.read_csv(shop, sep=";", decimal=",", encoding="cp1252")
    new.assign(mail_open=new["mail_open"] + 50).to_csv("new.csv", index=False)
    code, out, err = run_main(
        "score", "--table", "new.csv", "--output", "scores.csv", "--decimal", "."
    )
    assert code == 0
    assert re.fullmatch(
        r"scores\.csv: 900 contacts in 6 campaigns, best first, with reasons; \d\d\.\d% of what "
        r"moves the scores lies outside of the trained range\.\n",
        out,
    )
    assert re.fullmatch(
        r"workbench: note: Numbers outside of the trained range count as the nearest inside: "
        r"'mail_open' in 100\.0% of rows, up to [\d.]+ standard deviations above\. [^\n]+\n",
        err,
    )
    reasons = pd.read_csv("scores.csv")[["reason_1", "reason_2", "reason_3"]].agg(" ".join, axis=1)
    assert reasons.str.contains(r"mail_open = \d+, counted as \d+ ").all()


@pytest.mark.filterwarnings("always::workbench.errors.DataWarning")  # as notes on stderr
def test_an_earlier_model_file_is_noted_once(shop, model_file, run_main):
    model = json.loads(model_file.read_text())
    del model["parameters"]["extrapolate"]
    for column in model["columns"]:
        del column["low"], column["high"]
    del model["checksum"], model["outlook"], model["grid"]
    model["format"] = 1
    model_file.write_text(json.dumps(model))
    code, out, err = run_main("score", "--table", str(shop), "--output", "scores.csv")
    assert (code, out) == (
        0,
        "scores.csv: 900 contacts in 6 campaigns, best first, with reasons.\n",
    )
    assert err.count("note: This model file does not tell the range") == 1
    assert err.count("without a checksum") == 1
    assert err.count("note:") == 2


def test_cells_are_scored_as_cells(tmp_path, monkeypatch, run_main):
    monkeypatch.chdir(tmp_path)
    cells = pd.DataFrame({"price": range(12), "sent": 100, "sold": [10, 20, 30] * 4})
    cells.to_csv("cells.csv", index=False)
    frame = FeatureFrame.from_table("cells.csv", target="sold", trials="sent")
    RidgePropensity(alpha=0.1).fit(frame).save("model.json", recipe=frame.recipe)
    scored = ["score", "--model", "model.json", "--table", "cells.csv", "--output", "scores.csv"]
    said = "scores.csv: 12 cells, best first, with reasons.\n"
    assert run_main(*scored) == (0, said, "")


@pytest.fixture
def campaign_model(here):
    """A model of the sample's tables, and the declaration of these."""
    window = features.windows("visits", values=["amount"], lookbacks_days=(28,))
    built = features.FeatureSet(window, features.attributes("customers"))
    frame = built.build(sample(), progress=False, cache=False)
    with warnings.catch_warnings(action="ignore", category=DataWarning):
        model = RidgePropensity(alpha=0.01).fit(frame.known())
    model.save(here / "model.json", recipe=frame.recipe)
    return model, frame.unknown()


def test_contacts_of_declared_tables_are_scored_by_the_models_recipe(campaign_model, run_main):
    model, waiting = campaign_model
    declaration = str(data_path("campaigns.toml"))
    command = ["score", "--model", "model.json", "--output", "s.csv", "--data", declaration]
    code, out, err = run_main(*command)
    assert (code, err) == (0, "")
    assert out.startswith("s.csv: 250 contacts in 1 campaign, best first, with reasons")
    scores = pd.read_csv("s.csv").set_index("customer")["propensity"]
    expected = pd.Series(np.asarray(model.propensity(waiting)), waiting.customer.to_numpy())
    pd.testing.assert_series_equal(
        scores.sort_index(), expected.sort_index(), check_names=False, rtol=1e-12
    )


def test_a_model_of_campaign_tables_asks_for_them_and_takes_no_others(
    campaign_model, here, run_main
):
    command = ["score", "--model", "model.json", "--output", "s.csv"]
    (here / "t.csv").write_text("a,b\n1,2\n")
    for given in ([], ["--table", "t.csv"]):
        code, out, err = run_main(*command, *given)
        assert (code, out) == (2, "")
        assert "This model was made from campaign tables, not from one flat table: name the" in err
    home = data_path("campaigns.toml").parent
    text = data_path("campaigns.toml").read_text().replace('file = "', f'file = "{home}/')
    (here / "other.toml").write_text(text.replace("[events.visits]", "[events.calls]"))
    code, out, err = run_main(*command, "--data", "other.toml")
    assert (code, out) == (2, "")
    assert "These are not the tables that the model's features were made of: 1 difference." in err
    assert not (here / "s.csv").exists()
