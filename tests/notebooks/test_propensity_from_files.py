"""The report of contacts in files, against the ordinary one of the same table."""

import json

import numpy as np
import pandas as pd
import pytest

import workbench
from tests.parquet_tables import written
from tests.reports.test_first_page_of_files import check_alike
from workbench import FeatureFrame, RidgePropensity
from workbench.reports.history import read_history

pytestmark = [pytest.mark.notebook, pytest.mark.slow]

ROLES = {"target": "bought", "campaign": "month", "customer": "who"}


def contacts(n=900, seed=0):
    """Six campaigns and one to come, gaps, levels, a leak, what few have, and outcomes to come."""
    rng = np.random.default_rng(seed)
    k, x = np.sort(rng.integers(0, 7, n)), rng.normal(size=(n, 2)).round(3)
    table = pd.DataFrame(
        {
            "who": rng.integers(0, n // 2, n),
            "month": [f"2024-{m + 1:02d}" for m in k],
            "web_visits": rng.poisson(2, n),
            "web_spend": x[:, 0],
            "age": np.where(rng.random(n) < 0.1, np.nan, x[:, 1]),
            "opted": rng.random(n) < 0.4,
            "region": rng.choice(["north", "south", None], n, p=[0.5, 0.4, 0.1]),
        }
    )
    table.loc[[3, 400], "region"] = "Lonelyville"
    table["tattooed"] = np.where(np.isin(np.arange(n), [7, 8, 500]), 1.0, 0.0)
    chance = 1 / (1 + np.exp(1.4 - 0.5 * table["web_visits"] - x[:, 0]))
    y = (rng.random(n) < chance).astype(float)
    table["call_seconds"] = (rng.normal(60, 20, n) + 65 * y).round(1)  # it follows the response
    return table.assign(bought=pd.Series(y).mask((k == 6) | (rng.random(n) < 0.03)))


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """The report of the table in one file, and of the same table in a folder, streamed."""
    folder, table = tmp_path_factory.mktemp("runs"), contacts()
    table.to_parquet(folder / "t.parquet")
    written(table, folder / "of_files" / "t.parquet", row_group_size=70)
    asked = {**ROLES, "segment": "region", "margin": 6.0, "fail_on": "none", "progress": False}
    one, several = (str(place / "t.parquet") for place in (folder, folder / "of_files"))
    plain = workbench.run("propensity", table=one, output=folder / "a", **asked)
    streamed = workbench.run("propensity", table=several, output=folder / "b", stream=True, **asked)
    return plain, streamed


def test_headline_signs_and_model_are_those_of_memory(runs):
    plain, streamed = runs
    assert streamed.report.name == plain.report.name == "propensity.html"
    check_alike(streamed.headline.to_dict(), plain.headline.to_dict())
    assert str(streamed.signs) == str(plain.signs)
    assert streamed.signs.looked_at == plain.signs.looked_at
    assert "leak: May give the outcome away: 'call_seconds'" in str(streamed.signs)
    files = [json.loads(one.model.read_text()) for one in runs]
    for one in files:
        del one["report"], one["checksum"]
    check_alike(*files)


def test_the_saved_model_scores_as_that_of_memory(runs):
    plain, streamed = (RidgePropensity.load(one.model) for one in runs)
    recipe = json.loads(runs[1].model.read_text())["recipe"]
    new = contacts(seed=5).drop(columns="bought")
    scores = [one.propensity(FeatureFrame.to_score(new, recipe)) for one in (plain, streamed)]
    np.testing.assert_allclose(*scores, rtol=0, atol=1e-8)


def test_no_page_tells_of_few(runs):
    for one in runs:
        page = one.report.read_text("utf-8")
        assert "Lonelyville" not in page
        assert "tattooed" not in page
        assert "call_seconds" in page
        assert "<Axes" not in page
        assert "&lt;Axes" not in page


def test_the_evidence_names_every_file_and_the_command(runs):
    evidence = json.loads(runs[1].evidence.read_text())
    read = [one["place"]["path"] for one in evidence["files"] if one["role"] == "data"]
    assert {name.rpartition("/")[2] for name in read} == {f"part-{k}.parquet" for k in range(3)}
    assert evidence["command"].startswith("workbench run propensity --stream --table ")
    (row,) = read_history(runs[1].report.parent).to_dict("records")
    assert row["notebook"] == "propensity"
