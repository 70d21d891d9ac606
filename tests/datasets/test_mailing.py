import runpy
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy.stats import binomtest

from workbench.datasets import sample_test
from workbench.files import shipped

SCRIPT = Path(__file__).resolve().parents[2] / "data" / "experiment" / "make_mailing.py"


def test_the_script_makes_the_file_byte_for_byte(tmp_path):
    runpy.run_path(str(SCRIPT))["main"](tmp_path)
    (made,) = tmp_path.iterdir()
    assert made.read_bytes() == shipped.data_path("experiment/mailing.csv").read_bytes()
    assert made.stat().st_size < 500_000


def test_a_coin_decided_who_was_mailed():
    frame = sample_test()
    assert frame.control == "control"
    mailed = int((frame.treatment == "mail").sum())
    assert binomtest(mailed, len(frame)).pvalue > 0.01
    assert not frame.customer.duplicated().any()


def test_the_truth_of_the_datasheet_comes_back_from_the_table():
    """A plain logit on the datasheet's terms finds the planted numbers within three errors."""
    table = pd.read_csv(shipped.data_path("experiment/mailing.csv"))
    mailed = (table["arm"] == "mail").astype(float)
    v = np.log1p(table["visits_28d"]) - 0.8
    r = (np.log(table["days_since_order"]) - 3.7) / 1.1
    b = (np.log(table["basket_eur"]) - 3.4) / 0.5
    o = (table["opens_90d"] - 2) / 1.6
    a = table["app_user"] - 0.3
    garden = table["garden_buyer"] * (table["wave"] == "2025-04")
    adds = np.column_stack([np.ones(len(table)), o, r, a, garden]) * mailed.to_numpy()[:, None]
    columns = np.column_stack([np.ones(len(table)), v, r, b, adds])
    fitted = sm.Logit(table["ordered"], columns).fit(disp=0)
    truth = [-2, 0.7, -0.25, 0.15, 0.35, 0.45, 0.3, -0.7, 1.0]
    assert (np.abs(fitted.params - truth) < 3 * fitted.bse).all()
    assert fitted.params.iloc[5] == pytest.approx(0.45, abs=0.15)
