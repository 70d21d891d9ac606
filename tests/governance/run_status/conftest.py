"""A shop with one real run in it: data, papers, words, a notebook, and what the run left."""

import shutil

import nbformat
import numpy as np
import pandas as pd
import pytest

import workbench

PARAMETERS = """
table = target = labels = governance = None
model_path = None
release = "private"
author = ""
fail = False
"""
FIT = """
import workbench
frame = workbench.load(table, target=target, campaign="month", customer="customer")
model = workbench.RidgePropensity(alpha=1.0).fit(frame.labelled(labels))
if model_path is not None:
    model.save(model_path, recipe=frame.recipe)
"""
CARD = """
from IPython.display import display
from workbench.governance import Governance
card = {"title": "Spring", "owner": Governance.read(governance).people.owner}
mime = "application/vnd.workbench.card+json"
display({mime: card, "text/plain": "Spring", "text/markdown": "# Spring\\n\\nBy Ada."}, raw=True)
"""
PAPERS = """
[people]
owner = "Ada Lovelace"
author = "Grace Hopper"
approver = "Ada Lovelace"
[dates]
review = 2027-06-30
retention = 2028-12-31
"""


def write_shop(home):
    rng, rows = np.random.default_rng(0), 240
    table = pd.DataFrame({
        "customer": np.arange(rows),
        "month": np.repeat([f"2026-0{k}" for k in range(1, 7)], rows // 6),
        "visits": rng.poisson(3, rows),
        "region": rng.choice(["north", "south"], rows),
    })  # fmt: skip
    table["bought"] = (rng.random(rows) < 0.1 + 0.05 * table["visits"]).astype(int)
    table.to_csv(home / "contacts.csv", index=False)
    (home / "words.csv").write_text("feature;label\nvisits;Visits in the shop\n")
    (home / "governance.toml").write_text(PAPERS)
    code = nbformat.v4.new_code_cell
    cells = [code(PARAMETERS, metadata={"tags": ["parameters"]}), code(FIT), code(CARD)]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), home / "spring.ipynb")


@pytest.fixture(scope="session")
def first_run(tmp_path_factory):
    home = tmp_path_factory.mktemp("first") / "shop"
    home.mkdir()
    write_shop(home)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(home)
        workbench.run(
            "spring.ipynb",
            table="contacts.csv",
            target="bought",
            labels="words.csv",
            governance="governance.toml",
            author="Grace Hopper",
            fail_on="none",
            progress=False,
        )
    return home


@pytest.fixture
def shop(first_run, tmp_path):
    """The shop as it was moved to another machine: the first one's places are not there."""
    hidden = first_run.with_name("hidden")
    first_run.rename(hidden)
    shutil.copytree(hidden, tmp_path / "shop", symlinks=True)
    yield tmp_path / "shop"
    hidden.rename(first_run)
