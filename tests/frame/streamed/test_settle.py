"""What a stream settles is what `FeatureFrame.from_table` settles of the same table."""

import warnings

import numpy as np
import pandas as pd
import pytest

from tests.parquet_tables import mailings, written
from workbench import FeatureFrame, ParquetRows
from workbench.errors import DataError, DataWarning, WorkbenchError
from workbench.frame.streamed import column_sums
from workbench.frame.streamed import first_pass as passes


def both(table, folder, **asked):
    written(table, folder)
    return FeatureFrame.from_table(table, **asked), ParquetRows(folder, **asked)


def same(frame, rows):
    assert rows.recipe == frame.recipe
    assert rows.groups == frame.groups
    assert rows.campaigns == frame.campaigns
    assert rows.suspects == frame.suspects
    assert rows.notes == frame.notes
    assert repr(rows) == repr(frame).replace("FeatureFrame", "ParquetRows")
    pd.testing.assert_frame_equal(rows.summary(), frame.summary())


def dated(n=400):
    rng = np.random.default_rng(3)
    table = mailings(n).drop(columns="month")
    table["sent"] = pd.Timestamp("2024-01-05") + pd.to_timedelta(rng.integers(0, 300, n), unit="D")
    table["sent"] += pd.to_timedelta(rng.integers(0, 86_400, n), unit="s")
    return table


ASKED = {
    "plain": (mailings(600), {"campaign": "month"}),
    "without campaigns": (mailings(600), {"drop": ["month"]}),
    "groups": (mailings(600), {"campaign": "month", "groups": {"web_*": "web", "*": "rest"}}),
    "moments": (dated(), {"time": "sent"}),
    "weeks": (dated(), {"time": "sent", "periods": "week"}),
    "moments that order": (
        dated().assign(wave=lambda t: np.where(t["sent"] < "2024-05-05", "z", "a")),
        {"time": "sent", "campaign": "wave"},
    ),
    "days that are put together": (
        dated().assign(day=lambda t: t["sent"].dt.strftime("%Y-%m-%d")).drop(columns="sent"),
        {"campaign": "day"},
    ),
    "numbers as campaigns": (mailings(600).assign(month=np.arange(600) % 5), {"campaign": "month"}),
    "a named positive": (
        mailings(600).assign(bought=lambda t: t["bought"].map({0: "no answer", 1: "order"})),
        {"campaign": "month", "positive": "order"},
    ),
    "words": (
        mailings(600).assign(bought=lambda t: t["bought"].map({0: "nein", 1: "ja"})),
        {"campaign": "month"},
    ),
    "customers": (
        mailings(600).assign(customer=np.arange(600) // 2),
        {"campaign": "month", "customer": "customer"},
    ),
    "kinds": (
        mailings(600).assign(zip=np.arange(600) % 7),
        {"campaign": "month", "kinds": {"zip": "category"}},
    ),
    "what is left out": (
        mailings(600).assign(
            order_no=np.arange(600), since=pd.Timestamp("2024-01-01"), nothing=np.nan
        ),
        {"campaign": "month"},
    ),
    "what gives the outcome away": (
        mailings(600).assign(paid=lambda t: t["bought"].fillna(0) * 3 + np.arange(600) % 2),
        {"campaign": "month"},
    ),
}


@pytest.mark.parametrize("name", ASKED)
def test_a_stream_settles_what_a_frame_does(tmp_path, name):
    table, asked = ASKED[name]
    same(*both(table, tmp_path, target="bought", **asked))


def test_a_sample_of_the_rows_decides_nothing(tmp_path, monkeypatch):
    """Kinds, groups and identifiers are those of all rows, though few are kept."""
    monkeypatch.setattr(passes, "SAMPLE_ROWS", 40)
    table = mailings(900).drop(columns=["web_visits"])
    table["mostly"] = (np.arange(900) == 7) * 2
    table["order_no"] = np.arange(900) % 899  # the last is the first again
    table["row_no"] = np.arange(900)
    table["late"] = np.where(np.arange(900) == 11, 1.0, np.nan)
    frame, rows = both(table, tmp_path, target="bought", campaign="month")
    assert rows.recipe == frame.recipe
    assert rows.groups == frame.groups
    assert "order_no" in rows.groups
    assert "row_no" not in rows.groups


@pytest.mark.parametrize(
    ("change", "asked"),
    [
        ({"bought": [0, 1, 2] * 20}, {}),
        ({"bought": ["a", "b", "b"] * 20}, {}),
        ({"month": ["x", None, "z"] * 20}, {}),
        ({"sent": [pd.Timestamp("2024-01-01"), pd.NaT, pd.NaT] * 20}, {"time": "sent"}),
        ({"web_spend": [1.0, np.inf, 2.0] * 20}, {}),
        ({"tags": [["a"], ["b"], []] * 20}, {}),
        ({}, {"positive": "gold"}),
        ({}, {"groups": {"shop_*": "shop"}}),
        ({}, {"allow": {"nobody": "why"}}),
        ({}, {"customer": "month"}),
        ({}, {"periods": "fortnight"}),
        ({}, {"order": ["2024-01"]}),
    ],
)
def test_what_a_frame_refuses_a_stream_refuses_in_the_same_words(tmp_path, change, asked):
    table = mailings(60).assign(**change)
    asked = {"target": "bought", "campaign": "month", **asked}
    with pytest.raises(WorkbenchError) as one:
        FeatureFrame.from_table(table, **asked)
    with pytest.raises(type(one.value)) as other:
        ParquetRows(written(table, tmp_path), **asked)
    assert str(other.value) == str(one.value)


def test_personal_columns_are_left_out_with_the_same_warning(tmp_path):
    table = mailings(60).assign(email=[f"ann{k}@mail.example" for k in range(60)])
    asked = {"target": "bought", "campaign": "month"}
    said = []
    for made in (
        lambda: FeatureFrame.from_table(table, **asked),
        lambda: ParquetRows(written(table, tmp_path), **asked),
    ):
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always", DataWarning)
            made()
        said.append([str(one.message) for one in caught])
    assert said[0] == said[1]
    assert "email" in said[0][0]


def test_texts_of_which_no_stream_can_keep_all(tmp_path, monkeypatch):
    monkeypatch.setattr(column_sums, "MOST_WORDS", 60)
    n = 900
    own = mailings(n).assign(mark=[f"K{k}" for k in range(n)])
    frame, rows = both(own, tmp_path / "own", target="bought", campaign="month")
    assert rows.groups == frame.groups  # a text of each row's own is left out, by either
    shared = mailings(n).assign(shop=[f"shop {k % 200}" for k in range(n)])
    with pytest.raises(DataError, match=r"'shop' has 200\. Bring them down to fewer groups, or le"):
        ParquetRows(written(shared, tmp_path / "shared"), target="bought", campaign="month")
    numbers = mailings(n).assign(paid=[f"{k % 300}.5" for k in range(n)])
    with pytest.raises(DataError, match=r"'paid' has 300\. Write the column as numbers, or leav"):
        ParquetRows(written(numbers, tmp_path / "numbers"), target="bought", campaign="month")
