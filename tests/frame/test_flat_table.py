import datetime as dt
import re
from decimal import Decimal

import numpy as np
import pandas as pd
import polars as pl
import pytest

from workbench import FeatureFrame, RidgePropensity
from workbench.errors import DataError, DataWarning, ParameterError, SchemaError


def exactly(message):
    return f"^{re.escape(message)}$"


def contacts(**columns):
    table = pd.DataFrame(
        {
            "household": [11, 12, 13, 14],
            "month": ["2024-02", "2024-01", "2024-02", "2024-01"],
            "sent": ["2024-02-03", "2024-01-03", "2024-02-03", "2024-01-04"],
            "mail_opened": [1, 0, 1, 0],
            "mail_clicked": [1, 0, 0, 0],
            "job": ["cook", None, "smith", "cook"],
            "age": [31.0, 45.0, np.nan, 52.0],
            "bought": ["yes", "no", "no", "yes"],
        }
    )
    return table.assign(**columns)


# --- roles


def test_every_column_takes_its_role():
    frame = FeatureFrame.from_table(
        contacts(),
        target="bought",
        campaign="month",
        time="sent",
        customer="household",
        horizon_days=28,
        drop=["mail_clicked"],
    )
    assert list(frame.X) == ["mail_opened", "job", "age"]
    assert frame.y.tolist() == [1, 0, 0, 1]
    assert frame.campaign.tolist() == ["2024-02", "2024-01", "2024-02", "2024-01"]
    assert frame.campaigns == ["2024-01", "2024-02"]
    assert frame.customer.tolist() == [11, 12, 13, 14]
    assert frame.as_of[1] == pd.Timestamp("2024-01-03")
    assert frame.matured_at[1] == pd.Timestamp("2024-01-31")
    assert frame.weight is None
    assert frame.recipe == {
        "kind": "table",
        "target": "bought",
        "campaign": "month",
        "time": "sent",
        "customer": "household",
        "trials": None,
        "drop": ["mail_clicked"],
        "groups": {},
        "positive": None,
        "horizon_days": 28,
        "reading": {
            "mail_opened": {"kind": "number", "decimal": ".", "typed": True},
            "job": {
                "kind": "category",
                "levels": ["cook", "smith"],
                "level_type": "text",
                "typed": True,
            },
            "age": {"kind": "number", "decimal": ".", "typed": True},
            "bought": {"kind": "category", "level_type": "text", "typed": True},
            "month": {"kind": "category", "level_type": "text", "typed": True},
            "sent": {"kind": "date", "order": "year-first", "shape": "iso", "typed": True},
            "household": {"kind": "number", "decimal": ".", "typed": True},
        },
        "order": "auto",
        "periods": "auto",
    }


def test_a_single_column_may_be_named_as_dropped():
    frame = FeatureFrame.from_table(contacts(), target="bought", drop="sent")
    assert "sent" not in frame.X
    assert frame.recipe["drop"] == ["sent"]


def test_any_table_that_can_be_read(tmp_path):
    csv = tmp_path / "contacts.csv"
    contacts().to_csv(csv, sep=";", decimal=",", index=False)
    parquet = tmp_path / "contacts.parquet"
    contacts().to_parquet(parquet)
    expected = FeatureFrame.from_table(contacts(), target="bought", drop=["sent"])
    for source in (csv, parquet, pl.from_pandas(contacts())):
        frame = FeatureFrame.from_table(source, target="bought", drop=["sent"])
        pd.testing.assert_frame_equal(frame.X, expected.X, check_dtype=False)
        assert frame.y.tolist() == expected.y.tolist()


def test_the_index_of_a_filtered_table_does_not_matter():
    table = contacts()[contacts()["mail_opened"] == 1]
    frame = FeatureFrame.from_table(table, target="bought", campaign="month")
    assert frame.X["age"].tolist()[0] == 31.0
    assert frame.y.tolist() == [1, 0]
    assert frame.campaign.tolist() == ["2024-02"] * 2


def test_without_a_target_nothing_is_known():
    frame = FeatureFrame.from_table(contacts(), target=None)
    assert frame.y.isna().all()
    assert "bought" in frame.X


@pytest.mark.parametrize("role", ["target", "campaign", "time", "customer", "trials"])
def test_a_role_without_its_column(role):
    roles = {"target": "bought", role: "mnth"}
    message = (
        "The table has no column 'mnth'; got ['household', 'month', 'sent', 'mail_opened', "
        "'mail_clicked', 'job', 'age', 'bought']. Did you mean 'month'?"
    )
    with pytest.raises(SchemaError, match=exactly(message)):
        FeatureFrame.from_table(contacts(), **roles)


def test_a_dropped_column_that_is_not_there():
    message = (
        "The table has no column 'call'; got ['household', 'month', 'sent', 'mail_opened', "
        "'mail_clicked', 'job', 'age', 'bought']."
    )
    with pytest.raises(SchemaError, match=exactly(message)):
        FeatureFrame.from_table(contacts(), target="bought", drop="call")


def test_a_column_has_one_role():
    message = (
        "A column must have one role; 'month' is named as ['campaign', 'time']. Keep one of them."
    )
    with pytest.raises(ParameterError, match=exactly(message)):
        FeatureFrame.from_table(contacts(), target="bought", campaign="month", time="month")


def test_an_empty_table():
    message = "The table must have at least one row; it is empty."
    with pytest.raises(DataError, match=exactly(message)):
        FeatureFrame.from_table(contacts()[:0], target="bought")


# --- what becomes a feature


def test_identifiers_dates_and_empty_columns_are_left_out_with_a_note():
    n = 60
    table = pd.DataFrame(
        {
            "bought": [0, 1] * 30,
            "email": [f"{k}@example.org" for k in range(n)],
            "order_id": np.arange(n) + 1000,
            "valid_no": np.arange(n) % 7,  # called like one, and none
            "store_nr": np.arange(n) % 55,  # stores come again
            "age": np.arange(n),  # distinct everywhere, and none
            "since": pd.Timestamp("2020-01-01") + pd.to_timedelta(np.arange(n), unit="D"),
            "nothing": [None] * n,
            "code": ["a", "b", "c"] * 20,
        }
    )
    with pytest.warns(DataWarning, match="'email' \\(e-mail\\)"):
        frame = FeatureFrame.from_table(table, target="bought")
    assert list(frame.X) == ["valid_no", "store_nr", "age", "code"]
    assert frame.notes[:4] == (
        "Left out as personal data: email (e-mail).",
        "Left out as a date: since.",
        "Left out as an identifier: order_id.",
        "Left out as empty: nothing.",
    )


def test_no_feature_is_left():
    message = (
        "The table must have at least one feature; every column has another role, or is empty, a "
        "date or an identifier: ['since']."
    )
    table = pd.DataFrame({"bought": [0, 1], "since": pd.to_datetime(["2024-01-01"] * 2)})
    with pytest.raises(DataError, match=exactly(message)):
        FeatureFrame.from_table(table, target="bought")


def test_a_table_of_texts_alone_is_told_what_can_be_made_of_them():
    message = (
        "The table must have at least one feature; every column has another role, or is empty, a "
        "date, an identifier or free text: ['since', 'wish']. Make features of the text ['wish'], "
        "such as its length, or whether it has a certain word."
    )
    wishes = [f"my card no. {i} has not come yet, where is it now?" for i in range(300)]
    table = pd.DataFrame(
        {"bought": [0, 1] * 150, "since": pd.to_datetime(["2024-01-01"] * 300), "wish": wishes}
    )
    with pytest.raises(DataError, match=exactly(message)):
        FeatureFrame.from_table(table, target="bought")


def test_groups_by_pattern_then_prefix_then_kind():
    frame = FeatureFrame.from_table(
        contacts(web_visits=[1, 2, 3, 4]),
        target="bought",
        drop=["household", "sent"],
        groups={"mail_c*": "clicks", "*_visits": "web"},
    )
    assert frame.groups == {
        "mail_opened": "mail",
        "mail_clicked": "clicks",
        "job": "category",
        "age": "numeric",
        "web_visits": "web",
    }
    assert frame.notes[-1] == (
        "Groups by pattern, shared prefix or kind: mail (1), clicks (1), category (1), numeric "
        "(1), web (1)."
    )
    assert frame.catalogue.loc["age"].to_dict() | {"lookback_days": None, "unit": None} == {
        "group": "numeric",
        "builder": "table",
        "source": "table",
        "lookback_days": None,
        "unit": None,
        "description": "column age",
    }


def test_the_first_pattern_that_matches_wins():
    frame = FeatureFrame.from_table(
        contacts(),
        target="bought",
        drop=["household", "sent"],
        groups={"mail_opened": "opens", "mail_*": "mail", "*": "rest"},
    )
    assert list(frame.groups.values()) == ["opens", "mail", "rest", "rest"]


def test_a_prefix_that_all_share_is_no_group():
    table = pd.DataFrame({"x_a": [1, 2], "x_b": ["u", "v"], "_c": [0.5, 2], "_d": [3, 4]})
    assert FeatureFrame.from_table(table[["x_a", "x_b"]], target=None).groups == {
        "x_a": "numeric",
        "x_b": "category",
    }
    assert FeatureFrame.from_table(table, target=None).groups["_c"] == "numeric"


def test_a_pattern_that_matches_nothing():
    message = (
        "Every pattern in `groups` must match a feature; ['mail_open?'] match none of ["
        "'mail_opened', 'mail_clicked', 'job', 'age']. Did you mean 'mail_opened'?"
    )
    with pytest.raises(ParameterError, match=exactly(message)):
        FeatureFrame.from_table(
            contacts(),
            target="bought",
            drop=["household", "sent"],
            groups={"mail_*": "mail", "mail_open?": "mail"},
        )


def test_columns_that_give_the_outcome_away_are_named():
    rng = np.random.default_rng(0)
    bought = rng.random(300) < 0.3
    table = pd.DataFrame(
        {
            "bought": bought,
            "call_seconds": bought * 60 + rng.normal(scale=5, size=300),
            "comment": [f"text {k}" for k in rng.integers(0, 40, 300)],
            "age": rng.normal(size=300),
        }
    )
    frame = FeatureFrame.from_table(table, target="bought")
    assert frame.notes[-1] == (
        "May give the outcome away: 'call_seconds' (AUC 1.000 alone). What is known only "
        "afterwards must be left out: --drop call_seconds, or `frame.without('call_seconds')` in "
        "Python."
    )
    assert not any("give the outcome away" in note for note in frame.without("age").notes[:-1])
    cleaned = FeatureFrame.from_table(table, target="bought", drop=["call_seconds"])
    assert not any("outcome away" in note for note in cleaned.notes)


# --- new contacts


def test_new_contacts_are_read_by_the_recipe_and_scored():
    frame = FeatureFrame.from_table(
        contacts(),
        target="bought",
        campaign="month",
        time="sent",
        customer="household",
        drop=["mail_clicked"],
    )
    with pytest.warns(UserWarning, match=r"^Missing values"):
        model = RidgePropensity(0.1).fit(frame)
    new = contacts().drop(columns=["bought", "mail_clicked"]).set_axis([9, 8, 7, 6])
    scored = FeatureFrame.to_score(new, frame.recipe)
    assert scored.y.isna().all()
    assert scored.customer.tolist() == [11, 12, 13, 14]
    assert scored.campaigns == ["2024-01", "2024-02"]
    assert scored.as_of[0] == pd.Timestamp("2024-02-03")
    np.testing.assert_array_equal(model.propensity(scored), model.propensity(frame))
    # a target that is there already is not looked at
    again = FeatureFrame.to_score(contacts(), frame.recipe)
    np.testing.assert_array_equal(model.propensity(again), model.propensity(frame))


def test_new_contacts_need_the_columns_of_the_other_roles():
    recipe = FeatureFrame.from_table(contacts(), target="bought", customer="household").recipe
    message = (
        "The table has no column 'household'; got ['month', 'sent', 'mail_opened', "
        "'mail_clicked', 'job', 'age']."
    )
    with pytest.raises(SchemaError, match=exactly(message)):
        FeatureFrame.to_score(contacts().drop(columns=["household", "bought"]), recipe)


@pytest.mark.parametrize(
    ("values", "kept"),
    [
        ([True, None, False, True], [1, np.nan, 0, 1]),
        ([Decimal("1.5"), None, Decimal(2), Decimal("0.25")], [1.5, np.nan, 2, 0.25]),
        (pd.Series([1, None, 3, 4], dtype=object), [1, np.nan, 3, 4]),
        (pd.Series([1, 2.5, 3, None], dtype=object), [1, 2.5, 3, np.nan]),
    ],
)
def test_numbers_and_flags_that_come_as_objects_stay_numbers(values, kept):
    frame = FeatureFrame.from_table(
        contacts(extra=values), target="bought", drop=["household", "sent"]
    )
    column = frame.X["extra"].to_numpy(dtype="float64", na_value=np.nan)
    np.testing.assert_array_equal(column, kept)
    to_score = FeatureFrame.to_score(contacts(extra=values), frame.recipe).X["extra"]
    pd.testing.assert_series_equal(to_score, frame.X["extra"])


def test_dates_that_come_as_objects_are_dates():
    days = [dt.date(2024, 1, day) for day in (1, 2, 3, 4)]
    frame = FeatureFrame.from_table(contacts(since=days), target="bought", campaign="month")
    assert "since" not in frame.X
    assert "Left out as a date: sent, since." in frame.notes
