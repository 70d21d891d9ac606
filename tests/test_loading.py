"""One call for whatever data there are: what it gives, what it refuses, what it says."""

import math
import re
import sys

import numpy as np
import pandas as pd
import pytest

import workbench
from workbench import CampaignData, FeatureFrame, datasets, features
from workbench.errors import MissingDataError, ParameterError
from workbench.files.shipped import data_path
from workbench.loading import DATA_SETS, Description, check_description, load, what_is_said

N = 24
TABLE = pd.DataFrame(
    {
        "visits": np.arange(N) % 5,
        "zip": [f"0{k % 4}" for k in range(N)],
        "month": [f"2024-0{1 + k % 3}" for k in range(N)],
        "bought": ["yes", "no"] * (N // 2),
    }
)
LOG = pd.DataFrame(
    {
        "who": [f"c{k % 6}" for k in range(60)],
        "day": pd.date_range("2024-01-01", periods=60, freq="2D"),
        "paid": 1.5,
    }
)
ALL_ROLES = dict.fromkeys(Description.__annotations__)
"""As a template's parameters cell gives them: all of them, with nothing said."""


def same(one, other):
    pd.testing.assert_frame_equal(one.X, other.X)
    pd.testing.assert_series_equal(one.y, other.y)
    return (one.recipe, one.notes, one.campaigns) == (other.recipe, other.notes, other.campaigns)


def test_a_table_is_what_from_table_makes_of_it(tmp_path):
    TABLE.to_csv(tmp_path / "t.csv", index=False)
    said = {"target": "bought", "campaign": "month", "kinds": {"zip": "category"}}
    expected = FeatureFrame.from_table(tmp_path / "t.csv", **said)
    assert same(load(tmp_path / "t.csv", **said), expected)
    assert same(load(str(tmp_path / "t.csv"), **{**ALL_ROLES, "drop": [], **said}), expected)
    said = {"target": "bought", "campaign": "month"}
    assert same(load(TABLE, order="auto", periods="auto", **said), load(TABLE, **said))


def test_a_log_of_orders_is_what_frame_from_orders_makes_of_it():
    roles = {"customer": "who", "time": "day", "amount": "paid"}
    expected = features.frame_from_orders(LOG, horizon_days=14, **roles)
    found = load(LOG, **{**ALL_ROLES, "order": "auto", "groups": {}, "orders_within": 14, **roles})
    assert same(found, expected)
    assert same(load(LOG, orders_within=np.int64(14), **roles), expected)


def test_a_name_gives_the_campaign_tables_of_a_data_set(tmp_path, monkeypatch):
    (tmp_path / "sample").write_text("a file of that name")
    monkeypatch.chdir(tmp_path)
    for name, made in (
        ("sample", datasets.sample()),
        ("complete-journey", datasets.complete_journey().with_history(days=28)),
    ):
        found = workbench.load(name, **{**ALL_ROLES, "drop": [], "groups": {}, "order": "auto"})
        assert isinstance(found, CampaignData)
        assert repr(found) == repr(made)
    assert set(DATA_SETS) == {"sample", "complete-journey", "sample-test"}


def test_the_randomised_test_is_loaded_by_its_name():
    found, made = workbench.load("sample-test"), datasets.sample_test()
    assert found.X.equals(made.X)
    assert found.treatment.equals(made.treatment)


def test_a_declaration_gives_the_campaign_tables_it_names():
    file = data_path("campaigns.toml")
    for found in (workbench.load(file), workbench.load(str(file))):
        pd.testing.assert_frame_equal(found.contacts, datasets.sample().contacts)
    contacts = pd.DataFrame({"id": [1], "mail": ["a"], "sent": ["2024-01-01"]})
    keys = {"customer": "id", "campaign": "mail", "as_of": "sent", "observed_until": "2024-02-01"}
    assert len(workbench.load(keys | {"contacts": {"table": contacts}}).contacts) == 1
    message = "`target` says something of a table; 'a declaration' is several, and says its own."
    with pytest.raises(ParameterError, match=f"^{re.escape(message)}"):
        workbench.load(keys, target="bought")


def test_a_column_may_be_called_auto_or_be_the_number_zero():
    table = TABLE.rename(columns={"bought": "auto", "month": "0"})
    assert load(table, target="auto", campaign="0").campaigns == ["2024-01", "2024-02", "2024-03"]
    numbers = TABLE.assign(bought=[0, 3] * (N // 2))
    assert load(numbers, target="bought", positive=0).positives == N / 2


@pytest.mark.parametrize(
    ("data", "said", "error", "message"),
    [
        (
            "sampel",
            {"target": "y"},
            MissingDataError,
            (
                "There is no file 'sampel', and no data set of that name; there is "
                "['complete-journey', 'sample', 'sample-test']. Did you mean 'sample'?"
            ),
        ),
        (
            "t.csv",
            {"target": "y"},
            MissingDataError,
            (
                "There is no file 't.csv'. Check the path; it is taken from the folder that the "
                "command runs in."
            ),
        ),
        (
            "sample",
            {"target": "y"},
            ParameterError,
            (
                "`target` says something of a table; 'sample' is several, and says its own. Leave "
                "it out, or give the file of a table."
            ),
        ),
        (
            TABLE,
            {"tagret": "y"},
            ParameterError,
            (
                "`tagret` is nothing that can be said of a table; there is ['dates', 'decimal', "
                "'encoding', 'kinds', 'columns', 'target', 'campaign', 'time', 'customer', "
                "'trials', 'treatment', 'control', 'arm_probability', 'offer', 'no_offer', "
                "'positive', 'orders_within', 'amount', 'drop', 'groups', 'order', 'periods', "
                "'horizon_days', 'allow']. Did you mean 'target'?"
            ),
        ),
        (
            5,
            {"target": "y"},
            ParameterError,
            (
                "A table must be a DataFrame (pandas, polars, Arrow), a Query, or the path of a "
                "CSV or Parquet file; got int. Convert it to one of these first."
            ),
        ),
    ],
)
def test_what_is_not_there_is_told(tmp_path, monkeypatch, data, said, error, message):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(error, match=f"^{re.escape(message)}$"):
        workbench.load(data, **said)


ORDERS = {"orders_within": 30, "customer": "who", "time": "day"}


@pytest.mark.parametrize(
    ("said", "message"),
    [
        (
            {},
            (
                "A table needs `target`, the column that holds the outcome; of a log of orders say "
                "`orders_within`."
            ),
        ),
        (
            {"target": "y", "amount": "paid"},
            "`amount` is of a log of orders: say `orders_within` too, or leave it out.",
        ),
        (
            {"target": "y", "trials": "n", "positive": 1},
            (
                "`positive` names a value of the target; with `trials` the target is a count. "
                "Leave one of them out."
            ),
        ),
        (
            {"target": "y", "control": "none"},
            (
                "`control` names the control group of a test: name the column of arms too, "
                "`treatment`, or leave it out."
            ),
        ),
        (
            {"target": "y", "arm_probability": "p"},
            (
                "`arm_probability` holds the chance of each row's arm: name the column of arms "
                "too, `treatment`, or leave it out."
            ),
        ),
        (
            {"target": "y", "order": ["a", "b"]},
            "`order` needs `campaign`, the column whose campaigns it orders.",
        ),
        (
            {"target": "y", "periods": "week"},
            "`periods` needs `campaign`, the column to tell them by, or `time`.",
        ),
        (
            {"target": "y", "campaign": "c", "time": "t", "order": "first-seen"},
            "`time` gives the order of campaigns already: leave `order` out.",
        ),
        (
            {"orders_within": 30, "time": "day"},
            "`orders_within` needs `customer`, the column that holds who ordered.",
        ),
        (
            {"orders_within": 30, "customer": "who"},
            "`orders_within` needs `time`, the column that holds when.",
        ),
        *(
            (
                {**ORDERS, "orders_within": days},
                f"`orders_within` must be a number of days above 0; got {days!r}.",
            )
            for days in ("30", 0, -1, math.nan, math.inf, True)
        ),
        *(
            (
                {**ORDERS, name: "x"},
                (
                    f"`{name}` is of a table with one row a contact; with `orders_within` contacts "
                    "and their outcomes are made. Leave one of the two out."
                ),
            )
            for name in (
                *("target", "campaign", "trials", "drop", "order", "horizon_days"),
                *("treatment", "control", "arm_probability"),
            )
        ),
    ],
)
def test_what_does_not_go_together_is_refused(said, message):
    with pytest.raises(ParameterError, match=f"^{re.escape(message)}$"):
        check_description(said)
    with pytest.raises(ParameterError, match=f"^{re.escape(message)}$"):
        load(TABLE, **said)


def test_what_says_nothing_is_left_out():
    assert what_is_said({**ALL_ROLES, "drop": (), "groups": {}, "kinds": []}) == {}
    said = {"positive": "auto", "target": "", "periods": "none", "amount": 0}
    assert what_is_said(said) == said


def test_a_notebook_shows_the_introduction_and_a_script_nothing(monkeypatch, capsys):
    load(TABLE, target="bought")
    assert capsys.readouterr().out == ""
    monkeypatch.setattr(sys.modules["IPython"], "get_ipython", object)
    load(TABLE, target="bought")
    assert capsys.readouterr().out.startswith(
        "24 contacts × 2 features in 2 groups; no campaigns; "
    )
    load(TABLE, target="bought", say=False)
    assert capsys.readouterr().out == ""


# --- customers who must not be used


def test_customers_are_left_out_of_every_kind_of_data():
    table = pd.DataFrame({"id": list("abcdef"), "visits": range(6), "bought": [0, 1] * 3})
    left = load(table, target="bought", customer="id", suppress=["a", "b"])
    assert (len(left), left.recipe["suppressed"]) == (4, {"customers": 2, "rows": 2})
    data = load("sample")
    ids = data.contacts["customer"].unique()[:9]
    assert load("sample", suppress=ids).suppressed["customers"] == 9
    declared = load(data_path("campaigns.toml"), suppress=pd.Series(ids))
    assert set(declared.contacts["customer"]).isdisjoint(ids)
    test = load("sample-test")
    fewer = load("sample-test", suppress=test.customer.unique()[:5])
    assert fewer.recipe["suppressed"]["customers"] == 5
    with pytest.raises(ParameterError, match="`suppress` needs `customer`"):
        load(table, target="bought", suppress=["a"])
