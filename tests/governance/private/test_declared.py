"""What is declared writes each row by itself, and chooses contacts without their outcomes."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench import FeatureFrame
from workbench.errors import DataError, ParameterError
from workbench.governance.private.declared import MOST_ROWS, STEPS, Declared

BOUNDS = {"age": (18, 90), "member": (False, True), "town": ["Bonn", "Ulm", "Jena"]}


def frame_of(table, **roles):
    return FeatureFrame.from_table(table, target="bought", **roles)


def bare(X):
    return FeatureFrame(X=X, y=pd.Series(1.0, X.index))


def table_of(n=200, seed=0):
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "who": [f"u{k}" for k in rng.integers(0, 40, n)],
            "month": rng.choice(["2024-01", "2024-02", "2024-03"], n),
            "age": rng.normal(50, 30, n),
            "member": rng.random(n) < 0.5,
            "town": rng.choice(["Bonn", "Ulm", "Jena", "Köln"], n),
            "bought": rng.integers(0, 2, n),
        }
    )


def test_columns_are_written_by_their_bounds_alone():
    table = pd.DataFrame(
        {
            "age": [18.0, 54.0, 1e9, np.nan],
            "member": [True, False, True, True],
            "town": ["Bonn", "Ulm", "Jena", "Köln"],
            "bought": [0, 1, 0, 1],
        }
    )
    declared = Declared.of(BOUNDS, (), 1)
    assert declared.columns == ("age", "member", "town=Ulm", "town=Jena")
    assert declared.owner.tolist() == [0, 1, 2, 2]
    assert (declared.design(frame_of(table)) / STEPS).tolist() == [
        [1, -1, 1, 0, 0],
        [1, 0, -1, 1, 0],
        [1, 1, 1, 0, 1],
        [1, 0, 1, 0, 0],
    ]
    said = {one.name: one.said for one in declared.features}
    assert said == {
        "age": "18 to 90",
        "member": "0 to 1",
        "town": "Ulm, Jena against Bonn and all others",
    }


@settings(derandomize=True, deadline=None, max_examples=40)
@given(
    st.lists(
        st.tuples(st.floats(-1e150, 1e150), st.sampled_from([*BOUNDS["town"], "Köln"])),
        min_size=1,
        max_size=8,
    )
)
def test_no_row_is_longer_than_declared_and_none_has_a_say_in_another(cells):
    table = pd.DataFrame(cells, columns=["age", "town"]).assign(member=True)
    declared = Declared.of(BOUNDS, (), 1)
    design = declared.design(bare(table))
    assert (design == np.rint(design)).all()
    assert np.abs(design).max() <= STEPS
    assert ((design / STEPS) ** 2).sum(axis=1).max() <= 1 + len(declared.features)
    alone = [declared.design(bare(table.iloc[[k]])) for k in range(len(table))]
    assert np.vstack(alone).tolist() == design.tolist()


def test_kinds_of_numbers_and_levels_do_not_matter():
    declared = Declared.of({"age": (0, 10), "code": ["1", "2"]}, (), 1)
    plain = pd.DataFrame({"age": [1, 5, 9], "code": [1, 2, 1], "bought": [0, 1, 0]})
    odd = plain.astype({"age": "Float64", "code": "float64"})
    written = [declared.design(frame_of(one)).tolist() for one in (plain, odd)]
    assert written[0] == written[1]


def test_a_level_of_whole_numbers_is_found_beside_gaps():
    codes = pd.DataFrame({"code": pd.array([2, None, 1, 2], dtype="Int64")})
    declared = Declared.of({"code": ["1", "2"]}, (), 1)
    assert (declared.design(bare(codes))[:, 1] / STEPS).tolist() == [1, 0, 0, 1]


@pytest.mark.parametrize("contacts", [1, 2])
def test_at_most_so_many_contacts_of_a_customer_and_one_of_a_campaign(contacts):
    frame = frame_of(table_of(), customer="who", campaign="month")
    declared = Declared.of(BOUNDS, ["2024-01", "2024-03"], contacts)
    rows, campaign = declared.kept(frame, declared.design(frame))
    kept = pd.DataFrame({"who": frame.customer.iloc[rows].to_numpy(), "campaign": campaign})
    assert kept.groupby("who").size().max() == contacts
    assert kept.groupby(["who", "campaign"]).size().max() == 1
    labels = np.array(["2024-01", "2024-03"])[campaign]
    assert labels.tolist() == frame.campaign.iloc[rows].tolist()
    both = frame.campaign.isin(["2024-01", "2024-03"])
    of_each = frame.campaign[both].groupby(frame.customer).nunique().clip(upper=contacts)
    assert len(rows) == of_each.sum()  # nobody has fewer than could be used


def test_contacts_are_chosen_without_outcomes_order_or_other_customers():
    frame = frame_of(table_of(), customer="who", campaign="month")
    declared = Declared.of(BOUNDS, ["2024-01", "2024-02", "2024-03"], 2)
    design = declared.design(frame)
    rows = set(declared.kept(frame, design)[0])
    turned = replace(frame, y=1 - frame.y)
    assert set(declared.kept(turned, design)[0]) == rows
    order = np.random.default_rng(1).permutation(len(frame))
    mixed = declared.kept(frame.rows(order), design[order])[0]
    assert set(order[mixed]) == rows
    left = np.flatnonzero((frame.customer != "u7").to_numpy())
    without = declared.kept(frame.rows(left), design[left])[0]
    assert set(left[without]) == rows & set(left)


def test_where_nobody_is_named_each_row_is_somebody():
    table = table_of().drop(columns=["who", "month"])
    table.loc[3, "bought"] = np.nan
    frame = frame_of(table)
    declared = Declared.of(BOUNDS, (), 1)
    rows, campaign = declared.kept(frame, declared.design(frame))
    assert sorted(rows) == [k for k in range(200) if k != 3]
    assert set(campaign) == {0}


NOTHING = (
    "`bounds` must declare at least one column, as nothing else is used; got {}. Write for example "
    "{'age': (18, 90), 'segment': ['a', 'b']}."
)
NO_BOUNDS = (
    "`bounds` must give 'age' a lower and a larger upper bound, or two levels or more as text; got "
    "{said!r}. Write (18, 90), (False, True) or ['a', 'b']."
)
TOO_MANY = (
    "`bounds` must declare at most 64 columns; got 65. Noise grows with each: keep the few that "
    "matter, chosen without the outcome."
)
ODD = ((90, 18), (0, np.inf), None, "ab", ["a"], ["a", "a"], [1, 2, 3], [1, "a"])


@pytest.mark.parametrize(
    ("given_bounds", "message"),
    [
        ({}, NOTHING),
        *(({"age": said}, NO_BOUNDS.format(said=said)) for said in ODD),
        ({f"x{k}": (0, 1) for k in range(65)}, TOO_MANY),
    ],
)
def test_bounds_that_bound_nothing_are_refused(given_bounds, message):
    with pytest.raises(ParameterError) as error:
        Declared.of(given_bounds, (), 1)
    assert str(error.value) == message


def test_campaigns_and_numbers_of_contacts_are_checked():
    for odd in (["a", "b", "a"], ["a", None], "2024-01"):
        with pytest.raises(ParameterError) as error:
            Declared.of(BOUNDS, odd, 1)
        assert str(error.value) == (
            f"`campaigns` must be a list that names each campaign once; got {odd!r}."
        )
    with pytest.raises(ParameterError) as error:
        Declared.of(BOUNDS, (), 0)
    assert str(error.value) == (
        "`contacts` must be how many of a customer are used, from 1 to 100; got 0."
    )
    assert Declared.of(BOUNDS, ["a", "b"], 9).contacts == 2


def refusal(frame, campaigns=(), bounds=BOUNDS):
    declared = Declared.of(bounds, campaigns, 1)
    with pytest.raises((DataError, ParameterError)) as error:
        declared.kept(frame, declared.design(frame))
    return str(error.value)


def test_frames_that_do_not_fit_are_refused():
    frame = frame_of(table_of(8), campaign="month")
    assert refusal(frame.without("age"), ["2024-01"]).startswith(
        "`bounds` names unknown feature 'age'; got ["
    )
    assert refusal(frame, ["2024-01"], {"town": (0, 1)}) == (
        "`bounds` must name the levels of 'town', which holds no numbers; got 0 to 1. Write "
        "['a', 'b']."
    )
    assert refusal(frame) == (
        "`campaigns` must name the campaigns beforehand: which there are must not come from the "
        f"data. Write campaigns={frame.campaigns!r} if you knew them."
    )
    assert refusal(replace(frame, campaign=None), ["a"]) == (
        "`campaigns` must be left out where the frame has no campaigns; got ['a']."
    )
    assert refusal(replace(frame, weight=frame.y + 1), ["2024-01"]) == (
        "Each row must be one contact, as the promise is one to single customers; this frame has "
        "cells or weights. Give the contacts one by one."
    )


def test_more_rows_than_sums_can_hold_are_refused(monkeypatch):
    assert MOST_ROWS * STEPS**2 == 2**53
    monkeypatch.setattr("workbench.governance.private.declared.MOST_ROWS", 7)
    assert refusal(frame_of(table_of(8), campaign="month"), ["2024-01"]) == (
        "There must be at most 7 rows, so that sums are exact; got 8. Draw some of the customers."
    )
