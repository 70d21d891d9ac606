"""Customers left out of a log of orders: of training, and of what is scored."""

import json

import numpy as np
import pandas as pd
import pytest

import workbench
from workbench.errors import DataError
from workbench.features import frame_from_orders, orders_to_score

ROLES = {"customer": "who", "time": "day", "amount": "paid"}


@pytest.fixture(scope="module")
def log():
    rng = np.random.default_rng(9)
    days = pd.Timestamp("2023-01-01") + pd.to_timedelta(rng.integers(0, 330, 900), unit="D")
    who = [f"C-{k:04d}" for k in rng.integers(0, 40, 900)]
    orders = pd.DataFrame({"who": who, "day": days, "paid": rng.gamma(2.0, 9.0, 900).round(2)})
    # somebody who ordered last of all, and never before: no contact, but the end of the log
    last = pd.DataFrame({"who": ["C-9000"], "day": [pd.Timestamp("2023-12-01")], "paid": [-5.0]})
    return pd.concat([orders, last], ignore_index=True)


def test_who_is_no_contact_changes_nothing_by_a_bit(log):
    whole = frame_from_orders(log, horizon_days=14, **ROLES)
    left = frame_from_orders(log, horizon_days=14, suppress=["C-9000", "C-9999"], **ROLES)
    pd.testing.assert_frame_equal(left.X, whole.X, check_exact=True)
    pd.testing.assert_series_equal(left.y, whole.y)
    assert left.campaigns == whole.campaigns
    assert left.recipe["suppressed"] == {"customers": 0, "rows": 0}


def test_contacts_leave_and_are_not_remembered(log):
    ids = [f"C-{k:04d}" for k in range(0, 40, 4)]
    whole = frame_from_orders(log, horizon_days=14, **ROLES)
    left = frame_from_orders(log, horizon_days=14, suppress=ids, **ROLES)
    kept = ~whole.customer.isin(ids).to_numpy()
    pd.testing.assert_frame_equal(left.X, whole.rows(kept).X, check_exact=True)
    held = json.dumps([left.recipe, left.notes], default=str)
    assert [one for one in ids if one in held] == []
    assert left.recipe["suppressed"]["customers"] == len(ids)


@pytest.mark.filterwarnings("ignore::workbench.errors.DataWarning")
def test_new_contacts_leave_and_others_score_alike(log, tmp_path):
    frame = workbench.load(log, orders_within=14, **ROLES)
    ids = ["C-0004", "C-0008"]
    whole, left = (orders_to_score(log, frame.recipe, suppress=one) for one in (None, ids))
    kept = ~whole.customer.isin(ids).to_numpy()
    pd.testing.assert_frame_equal(left.X, whole.rows(kept).X, check_exact=True)
    model = workbench.RidgePropensity(alpha=0.1).fit(frame.known())
    model.save(tmp_path / "m.json", recipe=frame.recipe)
    log.to_csv(tmp_path / "log.csv", index=False)
    places = {"table": tmp_path / "log.csv", "model": tmp_path / "m.json"}
    done = workbench.score(**places, output=tmp_path / "s.csv", suppress=ids)
    scores = pd.read_csv(done.path)
    assert set(scores["customer"]) == set(left.customer)
    assert done.notes[-1] == "Suppressed and left out: 2 customers with 2 rows."
    said = json.loads((tmp_path / "s.csv.json").read_text())
    assert said["suppressed"] == {"customers": 2, "rows": 2, "unknown": 0}
    with pytest.raises(DataError, match="`suppress` leaves nobody"):
        orders_to_score(log, frame.recipe, suppress=log["who"].unique())
