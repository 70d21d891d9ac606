"""The experiment notebook on a small table of three arms with known effects."""

import numpy as np
import pandas as pd
import pytest

from workbench import FeatureFrame
from workbench.evidence import two_arms
from workbench.experiments import read_out
from workbench.files.shipped import notebook_path
from workbench.reports.execute import CellError

pytestmark = [pytest.mark.notebook, pytest.mark.slow]

NOTEBOOK = notebook_path("experiment.ipynb")


def table(n=3000, seed=0):
    rng = np.random.default_rng(seed)
    visits, opens = rng.normal(size=n), rng.integers(0, 6, n)
    arm = rng.choice(["No contact", "Letter", "Mail"], n)
    adds = np.where(arm == "Mail", 0.3 * (opens - 1), np.where(arm == "Letter", 0.1, 0.0))
    log_odds = -1.5 + 0.8 * visits + adds
    bought = (rng.random(n) < 1 / (1 + np.exp(-log_odds))).astype(int)
    return pd.DataFrame(
        {
            "visits": visits,
            "opens": opens,
            "city": rng.choice(["north", "south"], n),
            "segment": arm,
            "bought": bought,
            "spend": bought * rng.lognormal(3, 0.4, n),
        }
    )


ROLES = {"treatment": "segment", "control": "No contact", "drop": ["spend"]}


def test_its_figures_are_those_of_the_read_out(tmp_path, run, figures, page):
    finished = run(table(), tmp_path, cost=0.5, margin=10.0, currency="EUR", **ROLES)
    frame = FeatureFrame.from_table(tmp_path / "shop.parquet", target="bought", **ROLES)
    read = read_out(frame)
    effect = read.effect_of("Mail")
    told = figures(finished)
    assert told["Effect, points"] == pytest.approx(100 * effect["effect"], rel=1e-9)
    assert told["Contacts for one response more"] == pytest.approx(effect["contacts_per_response"])
    each = 10 * effect["effect"] - 0.5
    named = "Profit of 1,000 contacts, cost 0.5, margin 10"
    assert told[named] == pytest.approx(1000 * each, rel=1e-9)
    assert finished.headline.verdict in ("ready", "with care", "not proven")
    assert finished.headline.sentence.startswith("Mail raised responses by")
    text = page(finished).get_text(" ")
    assert "Letter" in text
    assert "beyond what comes anyway" in text
    assert len(two_arms(frame, "Mail")) < len(frame)


def test_a_column_of_afterwards_stops_it_and_is_named(tmp_path, run):
    roles = {**ROLES, "drop": []}
    with pytest.raises(CellError, match="'spend'"):
        run(table(), tmp_path, **roles)
