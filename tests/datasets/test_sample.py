import runpy
from pathlib import Path

import numpy as np
import pandas as pd
import statsmodels.api as sm

from workbench.datasets import sample
from workbench.files import shipped

SCRIPT = Path(__file__).resolve().parents[2] / "data" / "make_sample.py"


def test_the_script_makes_the_files_byte_for_byte(tmp_path):
    runpy.run_path(str(SCRIPT))["main"](tmp_path)
    made = sorted(tmp_path.iterdir())
    assert len(made) == 6
    for file in made:
        assert file.read_bytes() == shipped.data_path(file.name).read_bytes()
    assert sum(file.stat().st_size for file in made) < 300_000


def test_the_last_campaign_has_no_outcome_yet():
    contacts = sample().contacts
    known = contacts["outcome"].notna().groupby(contacts["campaign"]).mean()
    assert known.to_dict() == {f"mail-{k}": float(k < 8) for k in range(1, 9)}


def test_the_truth_of_the_datasheet_comes_back_from_the_tables():
    """A plain logit on hand-made features finds the planted effects within three errors."""
    data = sample()
    contacts = data.contacts[data.contacts["outcome"].notna()]
    visits, opens = (
        data.connect().execute(f"SELECT * FROM {name}").df() for name in ("visits", "opens")
    )
    visited, garden, opened = [], [], []
    for contact in contacts.itertuples():
        past = visits[(visits["customer"] == contact.customer) & (visits["time"] < contact.as_of)]
        visited.append((past["time"] >= contact.as_of - pd.Timedelta(days=28)).any())
        garden.append((past["kind"] == "garden").any() and contact.campaign == "mail-5")
        own = opens[(opens["customer"] == contact.customer) & (opens["time"] < contact.as_of)]
        opened.append(len(own) > 0)
    X = np.column_stack([np.ones(len(contacts)), visited, opened, garden]).astype(float)
    fit = sm.Logit(contacts["outcome"].to_numpy(), X).fit(disp=False)
    truth = np.array([-2.2, 1.2, 0.8, 2.0])
    assert (np.abs(fit.params - truth) < 3 * fit.bse).all()
    assert (fit.bse < 0.35).all()


def test_nothing_is_recorded_after_the_end_of_observation():
    data = sample()
    assert data.notes == ()
    assert (data.quality()[["duplicate_rows", "after_observed", "in_future"]] == 0).all(axis=None)
