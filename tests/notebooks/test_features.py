"""The features notebook on flat tables, and on Complete Journey."""

import json

import numpy as np
import pandas as pd
import pytest

from workbench import FeatureFrame
from workbench.evidence import out_of_time, spikiness
from workbench.files.shipped import notebook_path
from workbench.reports.run import run_notebook

pytestmark = [pytest.mark.notebook]

NOTEBOOK = notebook_path("features.ipynb")


def flat(n=1600, seed=0):
    """Eight campaigns; ``once`` exists in the third alone, ``call_seconds`` knows the outcome."""
    rng = np.random.default_rng(seed)
    campaign = np.repeat(np.arange(1, 9), n // 8)
    visits = rng.normal(size=n).round(3)
    bought = (rng.random(n) < 1 / (1 + np.exp(1.0 - visits))).astype(int)
    return pd.DataFrame(
        {
            "visits": visits,
            "<i>once</i>": np.where(campaign == 3, rng.random(n).round(3), 0.0),
            "age": np.where(rng.random(n) < 0.6, np.nan, rng.integers(20, 80, n)),
            "call_seconds": bought * 100 + rng.integers(0, 50, n),
            "campaign": campaign,
            "bought": bought,
        }
    )


def test_it_says_what_is_missing_what_spikes_and_what_leaks(tmp_path, run, figures, page):
    finished = run(flat(), tmp_path, campaign="campaign")
    train = out_of_time(FeatureFrame.from_table(flat(), target="bought", campaign="campaign")).train
    scores = spikiness(train)
    told = figures(finished)
    assert told["Features"] == 4
    assert told["Mostly missing"] == (train.X.isna().mean() > 0.5).sum() == 1
    assert told["Spiky columns"] == scores["spiky"].sum()
    assert scores.index[0] == "<i>once</i>"
    assert told["Leakage suspects"] == 1
    assert finished.headline.sentence.endswith("Leakage suspects: call_seconds.")
    report = page(finished)
    assert "Leakage suspects: call_seconds (AUC 1.000 alone)." in report.get_text()
    assert [h.get_text() for h in report("h2")] == [
        "What is there",
        "What is missing",
        "What spikes",
        "What leaks",
    ]
    catalogue, spiking = report("table", class_="searchable")
    assert [row.th.get_text() for row in catalogue.tbody("tr")] == list(train.X.columns)
    assert [row.th.get_text() for row in spiking.tbody("tr")] == list(scores.index)
    assert report.img["alt"].startswith("Features found in few campaigns, and their effects")
    state = json.loads(report.find("script", type="application/json").string)
    assert state["columns"]["name"] == [n for n in scores.index if not scores.loc[n, "same_as"]]
    assert scores.loc[state["column"], "compared"] > 1, "what can be compared is shown first"
    assert len(report("script")) == 3, "the search, the state, and what draws the view"


def test_without_campaigns_it_says_what_it_cannot_know(tmp_path, run, figures, page):
    finished = run(flat().drop(columns=["campaign", "age"]), tmp_path)
    said = page(finished).get_text()
    assert "The table names no campaigns, or one alone, so nothing can be said of spikes." in said
    assert "Nothing is missing." in said
    assert "Spiky columns" not in figures(finished)


@pytest.mark.slow
def test_complete_journey_from_tables_to_report(tmp_path, figures, page):
    finished = run_notebook(NOTEBOOK, output=tmp_path)
    told = figures(finished)
    assert told["Features"] >= 120
    assert told["Spiky columns"] > 10
    assert told["Leakage suspects"] == 0
    assert finished.report.stat().st_size < 1_000_000
    report = page(finished)
    catalogue = report.find("table", class_="searchable")
    assert catalogue.find_next("p").get_text() == "3 of fewer than 10 customers not shown"
    assert len(catalogue.tbody("tr")) == told["Features"] - 3
    assert "comes in bursts: look at the busiest week" in report.get_text()
