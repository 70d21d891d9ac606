"""Runs as a notebook leaves them, without the notebook: a model, with its headline."""

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit

from workbench import FeatureFrame, RidgePropensity, evidence, metrics
from workbench.networks import NetworkPropensity
from workbench.reports import Findings

MONTHS = ["2026-01", "2026-02", "2026-03", "2026-04", "2026-05", "2026-06"]


def table_of(n=1200, *, seed=0, slope=1.3, months=MONTHS):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, 2))
    y = rng.random(n) < expit(slope * x[:, 0] - 1.0)
    table = pd.DataFrame(x, columns=["visits", "age"]).assign(bought=y * 1)
    table["region"] = rng.choice(["north", "south"], n)
    table["month"] = np.resize(sorted(np.resize(months, n)), n)
    return table


def findings_of(frame, *, cost=1.0, margin=8.0, **told):
    split = evidence.hold_out(frame)
    model = RidgePropensity(alpha=0.01).fit(split.train)
    p = model.propensity(split.test)
    return model, Findings(
        split,
        metrics.performance(split.test.y, p).iloc[0],
        evidence.earned(split.test, p, cost=cost, margin=margin),
        evidence.beyond_training(model, split.test),
        model.coefficients(),
        **told,
    )


@pytest.fixture
def saved(tmp_path):
    """Save a run into a folder, and return the folder."""

    def save(name, table=None, *, target="bought", data="shop.csv", **told):
        table = table_of() if table is None else table
        frame = FeatureFrame.from_table(table, target=target, campaign="month")
        model, found = findings_of(frame, **told)
        headline = found.headline("Who buys?", frame=frame, data=data, target=target)
        (tmp_path / name).mkdir(exist_ok=True)
        place = tmp_path / name / "model.json"
        model.save(place, recipe=frame.recipe, headline=headline.to_dict())
        return tmp_path / name

    return save


@pytest.fixture
def saved_network(tmp_path, saved):
    """Save a network of the table of `saved` beside the headline of its ridge model."""

    def save(name, **parameters):
        folder = saved(name)
        headline = RidgePropensity.load(folder / "model.json").headline_
        frame = FeatureFrame.from_table(table_of(), target="bought", campaign="month")
        asked = {"units": 12, "weight_decay": 0.01, "hidden": "always", **parameters}
        network = NetworkPropensity(**asked).fit(frame)
        network.save(folder / "model.json", recipe=frame.recipe, headline=headline)
        return folder

    return save


@pytest.fixture
def make_table():
    return table_of


@pytest.fixture
def side_table():
    return table_of()
