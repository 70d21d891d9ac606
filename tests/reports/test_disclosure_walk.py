"""The finished HTML of several data sets with planted single customers names none of them."""

import re

import numpy as np
import pandas as pd
import pytest

from workbench.reports.run import run_notebook

pytestmark = [pytest.mark.notebook, pytest.mark.slow]

PLANTED = {
    "an address": {"mail": "zoe.quist@lonely.example"},
    "an illness and a village": {"illness": "Huntington", "town": "Lonelyville"},
    "an income": {"income": 40_123_457.0},
    "a campaign of five": {"month": "2024-03-special"},
    "everything": {
        "mail": "zoe.quist@lonely.example",
        "illness": "Huntington",
        "town": "Lonelyville",
        "income": 40_123_457.0,
    },
    "levels that are words": {"illness": "Quinsy", "town": "Upper Nowhere"},
}


def table_with(planted):
    rng = np.random.default_rng(0)
    n = 1800
    table = pd.DataFrame(
        {
            "income": rng.lognormal(10, 0.5, n).round(),
            "visits": rng.poisson(3, n) * 1.0,
            "illness": rng.choice(["none", "flu", "asthma"], n),
            "town": rng.choice([f"Town{k}" for k in range(6)], n),
            "mail": rng.choice(["gmx", "web"], n),
        }
    )
    chance = 1 / (1 + np.exp(1.5 - 0.3 * table["visits"]))
    table["bought"] = (rng.random(n) < chance).astype(int)
    table["month"] = [f"2024-{1 + k:02d}" for k in np.arange(n) * 6 // n]
    few = range(700, 705) if "month" in planted else [700]
    for row in few:
        for name, value in planted.items():
            table.loc[row, name] = value
    return table


def traces(planted):
    for value in planted.values():
        if isinstance(value, str):
            yield value
        else:
            yield from (f"{value:.0f}", f"{value:,.0f}", f"{value:.4g}", repr(value))


@pytest.mark.parametrize("notebook", ["propensity", "features"])
@pytest.mark.parametrize("planted", PLANTED.values(), ids=PLANTED)
def test_no_planted_customer_is_in_the_report(planted, notebook, tmp_path):
    path = tmp_path / "contacts.csv"
    table_with(planted).to_csv(path, index=False)
    given = {"table": str(path), "target": "bought", "campaign": "month"}
    run = run_notebook(
        f"notebooks/{notebook}.ipynb", output=tmp_path, parameters=given, progress=False
    )
    html = run.report.read_text()
    text = re.sub(r"base64,[A-Za-z0-9+/=]+", "", html)
    found = [trace for trace in traces(planted) if trace in text]
    assert found == []
    if "town" in planted and run.model is not None:
        assert planted["town"] in run.model.read_text(), "scoring needs it: it stays inside"
