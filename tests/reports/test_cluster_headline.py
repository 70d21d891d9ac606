import numpy as np
import pandas as pd
import pytest

from workbench import FeatureFrame, ParquetRows, RidgePropensity
from workbench.language import speaking
from workbench.reports import cluster_headline


@pytest.fixture
def table():
    rng = np.random.default_rng(3)
    visits, month = rng.poisson(2, 300), np.arange(300) % 3
    bought = rng.random(300) < 1 / (1 + np.exp(2 - 0.5 * visits))
    labels = [f"2024-0{m + 1}" for m in month]
    return pd.DataFrame({"month": labels, "visits": visits, "bought": bought})


def told(table, folder, **roles):
    table.to_parquet(folder / "t.parquet")
    rows = ParquetRows(folder / "t.parquet", target="bought", **roles)
    model = RidgePropensity(alpha=0.1).fit(rows)
    given = {"difference": 2.4e-16, "checked": 1_234, "data": "shop", "author": "Ann"}
    return cluster_headline(model, rows, **given)


def test_the_loss_is_that_of_campaigns_left_out(table, tmp_path):
    headline = told(table, tmp_path, campaign="month")
    values = {figure.name: figure.value for figure in headline.figures}
    frame = FeatureFrame.from_table(table, target="bought", campaign="month")
    loss = values.pop("Log loss")
    losses = []
    for label in frame.campaigns:  # the witness: fits without each campaign, under this penalty
        out = (frame.campaign == label).to_numpy()
        fixed = {"alpha": 0.1, "half_life": None, "slope": 1.0, "base_rate": "training"}
        chance = RidgePropensity(**fixed).fit(frame.rows(~out)).propensity(frame.rows(out))
        y = frame.y[out].to_numpy()
        losses.append(-np.log(np.where(y == 1, chance, 1 - chance)))
    assert loss == pytest.approx(np.concatenate(losses).mean(), rel=0.02)
    assert values == {"Features": 1, "Groups": 1, "Campaigns": 3}
    assert headline.sentence == (
        "The cluster fitted the model and scores as Python does: of 1,234 contacts none differs by "
        "more than 2e-16."
    )
    assert headline.facts == {"Author": "Ann", "Data": "shop", "Contacts": "300"}


def test_without_campaigns_there_is_no_loss(table, tmp_path):
    headline = told(table.drop(columns="month"), tmp_path)
    assert [figure.name for figure in headline.figures] == ["Features", "Groups", "Campaigns"]


def test_a_reader_reads_german(table, tmp_path):
    with speaking("de"):
        read = told(table, tmp_path, campaign="month").read
    assert read.title == "Von Tabellen zu Scores auf einem Cluster"
    assert read.sentence.startswith("Der Cluster hat das Modell angepasst")
    assert read.figures[0].note == "auf ausgelassenen Kampagnen, einer nach der anderen"
