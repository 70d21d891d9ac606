"""Contacts of a log of orders, beside a computation by brute force."""

import re
import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench import RidgePropensity
from workbench.errors import (
    DataError,
    DataWarning,
    ExtrapolationWarning,
    ParameterError,
    SchemaError,
)
from workbench.features import frame_from_orders, orders_to_score
from workbench.reports.score import score_contacts

ROLES = {"customer": "who", "time": "at", "amount": "paid"}


def exactly(message):
    return f"^{re.escape(message)}$"


def log(seed=0, n=400, customers=40, days=400, start="2022-01-03"):
    rng = np.random.default_rng(seed)
    at = pd.Timestamp(start) + pd.to_timedelta(rng.integers(0, days * 24, n), unit="h")
    who = [f"c{k:02}" for k in rng.integers(0, customers, n)]
    paid = np.round(rng.gamma(2, 20, n), 2)
    return pd.DataFrame({"who": who, "at": at, "units": 1, "paid": paid})


def by_hand(table, as_of, customer, horizon):
    """What one contact is, by looking through all orders."""
    before = table[(table["who"] == customer) & (table["at"] < as_of)].sort_values("at")
    after = table[(table["who"] == customer) & (table["at"] >= as_of)]
    times = before["at"].drop_duplicates()
    gaps = times.diff().dt.total_seconds().dropna() / 86400
    days = pd.Timedelta(days=1)
    recent = {d: before[before["at"] >= as_of - d * days] for d in (28, 91)}
    raw = {
        "recency_days": (as_of - times.iloc[-1]) / days,
        "frequency": len(times),
        "monetary_sum": before["paid"].sum(),
        "monetary_mean": before["paid"].sum() / len(times),
        "tenure_days": (as_of - times.iloc[0]) / days,
        "gap_mean_days": gaps.mean(),
        "gap_variance": gaps.var(),
    }
    for d, rows in recent.items():
        raw |= {f"{d}d_count": len(rows), f"{d}d_paid_sum": rows["paid"].sum()}
        raw[f"{d}d_paid_mean"] = rows["paid"].mean()
    logged = {f"orders_{name}_log": np.log1p(value) for name, value in raw.items()}
    return logged | {"y": float((after["at"] < as_of + horizon * days).any())}


def test_every_contact_is_what_brute_force_says():
    table = log()
    frame = frame_from_orders(table, **ROLES, horizon_days=30)
    until = table["at"].max().normalize() + pd.Timedelta(days=1)
    made = set()
    for start in pd.date_range("2022-02-01", until, freq="MS"):
        if start - table["at"].min().normalize() < pd.Timedelta(days=91):
            continue
        if start + pd.Timedelta(days=30) > until:
            continue
        made |= {(start, who) for who in table.loc[table["at"] < start, "who"]}
    assert set(zip(frame.as_of, frame.customer, strict=True)) == made
    assert len(frame) == len(made)
    for row in range(len(frame)):
        expected = by_hand(table, frame.as_of.iloc[row], frame.customer.iloc[row], 30)
        assert frame.y.iloc[row] == expected.pop("y")
        found = frame.X.iloc[row][list(expected)].to_numpy(dtype="float64")
        np.testing.assert_allclose(found, list(expected.values()), rtol=1e-9)


def test_its_outcomes_are_all_known_and_mature_after_the_horizon():
    frame = frame_from_orders(log(), **ROLES, horizon_days=30)
    assert frame.y.notna().all()
    assert (frame.matured_at - frame.as_of == pd.Timedelta(days=30)).all()
    assert frame.notes[0] == "Of the log, these columns are not used: units."


@settings(derandomize=True, max_examples=6, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 41), st.integers(0, 9600), st.floats(0, 1e4)),
        min_size=1,
        max_size=20,
    ),
    st.integers(0, 7),
)
def test_orders_from_a_date_on_change_no_feature_of_its_contacts(more, place):
    table = log()
    frame = frame_from_orders(table, **ROLES, horizon_days=30)
    label = frame.campaigns[place]
    as_of = frame.as_of[frame.campaign == label].iloc[0]
    last = table["at"].max()
    added = pd.DataFrame(
        [
            {"who": f"c{who:02}", "at": min(as_of + pd.Timedelta(hours=h), last), "paid": paid}
            for who, h, paid in more
        ]
    )
    changed = frame_from_orders(pd.concat([table, added.assign(units=1)]), **ROLES, horizon_days=30)
    one, other = (
        f.X[f.campaign == label].set_index(f.customer[f.campaign == label]).sort_index()
        for f in (frame, changed)
    )
    pd.testing.assert_frame_equal(one, other, check_exact=True)


def test_a_newer_log_is_scored_on_the_day_after_its_last_order():
    table = log()
    frame = frame_from_orders(table, **ROLES, horizon_days=30)
    with pytest.warns(DataWarning, match="^Missing values in"):
        model = RidgePropensity(alpha=0.1).fit(frame)
    newer = pd.concat([table, log(1, 60, 45, 40, "2023-02-08")], ignore_index=True)
    waiting = orders_to_score(newer, frame.recipe)
    until = newer["at"].max().normalize() + pd.Timedelta(days=1)
    assert waiting.notes[0] == (
        f"Every customer of the log is a contact on {until:%Y-%m-%d}, the day after its last order."
    )
    assert set(waiting.customer) == set(newer["who"])
    assert waiting.y.isna().all()
    for row in range(len(waiting)):
        expected = by_hand(newer, until, waiting.customer.iloc[row], 30)
        expected.pop("y")
        found = waiting.X.iloc[row][list(expected)].to_numpy(dtype="float64")
        np.testing.assert_allclose(found, list(expected.values()), rtol=1e-9)
    with warnings.catch_warnings(action="ignore", category=ExtrapolationWarning):  # of tenures
        assert len(score_contacts(model, waiting)) == len(waiting)


def test_a_log_without_its_beginning_is_told_of_or_refused():
    table = log()
    recipe = frame_from_orders(table, **ROLES, horizon_days=30).recipe
    message = (
        "The log begins on 2022-06-02, that of training on 2022-01-04: what customers did before "
        "is not known here, and their histories look shorter. Give the whole log, old orders and "
        "new."
    )
    with pytest.warns(DataWarning, match=exactly(message)):
        orders_to_score(table[table["at"] >= "2022-06-01"], recipe)
    message = (
        "The log must hold at least 91 days of orders, as far as features look back; it begins on "
        "2022-12-02, 66 days before 2023-02-06. Give the whole log, old orders and new."
    )
    short = table[(table["at"] >= "2022-12-01") & (table["at"] < "2023-02-08")]
    first, last = short["at"].min(), short["at"].max()
    assert (f"{first:%Y-%m-%d}", f"{last:%Y-%m-%d}") == ("2022-12-02", "2023-02-05")
    with pytest.raises(DataError, match=exactly(message)):
        orders_to_score(short, recipe)


def test_a_file_without_a_header_and_its_scoring(tmp_path):
    table = log()
    lines = [
        f" {who[1:]:>05} {at:%Y%m%d}  1  {paid:8.2f}\n"
        for who, at, paid in zip(table["who"], table["at"], table["paid"], strict=True)
    ]
    file = tmp_path / "log.txt"
    file.write_text("".join(lines))
    said = {"columns": ["who", "at", "units", "paid"]}
    frame = frame_from_orders(file, **ROLES, horizon_days=30, **said)
    days = table.assign(at=table["at"].dt.normalize(), who=table["who"].str[1:].str.zfill(5))
    same = frame_from_orders(days, **ROLES, horizon_days=30)
    np.testing.assert_array_equal(frame.X.to_numpy(), same.X.to_numpy())
    assert frame.customer.tolist() == same.customer.tolist()
    waiting = orders_to_score(file, frame.recipe)
    np.testing.assert_array_equal(
        waiting.X.to_numpy(), orders_to_score(days, frame.recipe).X.to_numpy()
    )


def test_refunds_are_told_of_and_amounts_are_then_not_logged():
    table = log()
    table.loc[3, "paid"] = -5.0
    frame = frame_from_orders(table, **ROLES, horizon_days=30)
    assert "orders_monetary_sum" in frame.X
    assert frame.notes[1] == (
        "Orders with 'paid' below 0 (returns, perhaps) count as orders as well, as events and as "
        "the target. Leave them out of the file where they are none."
    )


def test_an_amount_may_be_called_as_a_key_is():
    table = log().rename(columns={"paid": "campaign"})
    frame = frame_from_orders(table, **ROLES | {"amount": "campaign"}, horizon_days=30)
    assert "orders_28d_amount_sum_log" in frame.X


def test_without_an_amount_nothing_knows_of_money():
    frame = frame_from_orders(log(), customer="who", time="at", horizon_days=30)
    assert not [name for name in frame.X if "monetary" in name or "sum" in name]


@pytest.mark.parametrize(
    ("change", "roles", "kind", "message"),
    [
        (
            {"who": [None, *["a"] * 399]},
            {},
            DataError,
            (
                "Every order must have a customer; 1 row has none in 'who'. Leave them out of the "
                "file: nobody can be contacted for them."
            ),
        ),
        (
            {},
            {"customer": "wh"},
            SchemaError,
            None,
        ),
        (
            {},
            {"time": "who"},
            ParameterError,
            (
                "A column must have one role; 'who' is named as ['customer', 'time']. Keep one of "
                "them."
            ),
        ),
        (
            {"paid": ["much"] * 400},
            {},
            DataError,
            (
                "The amount 'paid' must hold numbers; no row has one. Name another column, or "
                "leave `amount` out."
            ),
        ),
    ],
    ids=["no customer", "no such column", "two roles", "text"],
)
def test_logs_that_cannot_be_are_refused(change, roles, kind, message):
    with pytest.raises(kind, match=message and exactly(message)):
        frame_from_orders(log().assign(**change), **ROLES | roles, horizon_days=30)


@pytest.mark.parametrize("kind", ["months as text", "months as moments", "periods"])
def test_months_do_not_say_the_day_of_an_order(kind):
    table = log()
    months = table["at"].dt.to_period("M")
    made = {"months as text": months.astype("str"), "months as moments": months.dt.to_timestamp()}
    table = table.assign(at=made.get(kind, months))
    message = (
        "The time column 'at' must hold the day of each order; it holds months, which do not say "
        "whether an order lies within the days after a date. Name another column."
    )
    with pytest.raises(DataError, match=exactly(message)):
        frame_from_orders(table, horizon_days=14, **ROLES)


@pytest.mark.parametrize(("year", "gap"), [(2099, "2023-02-05 and 2099-01-01"), (1900, None)])
def test_a_mistyped_year_is_found(year, gap):
    table = log()
    frame = frame_from_orders(table, horizon_days=14, **ROLES)
    table.loc[7, "at"] = pd.Timestamp(year, 1, 1)
    with pytest.raises(DataError, match="Mend a mistyped year") as caught:
        frame_from_orders(table, horizon_days=14, **ROLES)
    assert gap is None or gap in str(caught.value)
    with pytest.raises(DataError, match="Mend a mistyped year"):
        orders_to_score(table, frame.recipe)


@pytest.mark.parametrize(
    ("paid", "holds"),
    [(pd.Timestamp("2024-01-01"), "dates"), (pd.Categorical(["much", "more"] * 200), "text")],
)
def test_an_amount_that_is_no_number(paid, holds):
    message = (
        f"The amount 'paid' must hold numbers; it holds {holds}. Name another column, or leave "
        "`amount` out."
    )
    with pytest.raises(DataError, match=exactly(message)):
        frame_from_orders(log().assign(paid=paid), horizon_days=14, **ROLES)


def test_a_recipe_that_is_not_of_a_log_is_refused():
    message = (
        "`recipe` must say how a log of orders was read; got none of ['customer', 'time', "
        "'features']. Give `frame.recipe` of `features.frame_from_orders`, or a model's `recipe_`."
    )
    with pytest.raises(ParameterError, match=f"^{re.escape(message)}$"):
        orders_to_score(pd.DataFrame({"who": ["a"]}), {})
