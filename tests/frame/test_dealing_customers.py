"""A customer's rows stand on one side of whatever is dealt at random."""

import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench import FeatureFrame, RidgePropensity
from workbench.errors import DataError
from workbench.evidence import random_hold_out
from workbench.evidence.baselines import LassoPropensity
from workbench.frame.dealing import together, what_stays_together
from workbench.ridge.tune.folds import random_folds

QUICK = settings(derandomize=True, deadline=None, max_examples=30)


def contacts_of(customer, seed=0):
    """Rows of customers who all do what they always do: a row tells the others."""
    rng = np.random.default_rng(seed)
    customer = pd.Series(customer)
    loyal = customer.map({who: rng.random() < 0.4 for who in customer.dropna().unique()})
    table = pd.DataFrame({"who": customer, "x": rng.normal(size=len(customer)).round(2)})
    return table.assign(bought=loyal.eq(True).astype(int))


def frame_of(table):
    return FeatureFrame(table[["x"]], table["bought"].astype("float64"), customer=table["who"])


def test_customers_come_before_cells_and_cells_before_rows():
    table = pd.DataFrame(
        {"who": ["b", "a", "b", None], "x": range(4), "sent": [5, 5, 5, 5], "bought": [1, 2, 3, 4]}
    )
    frame = FeatureFrame.from_table(table, target="bought", trials="sent", customer="who")
    assert what_stays_together(frame) == "customers"
    # two rows a cell; the cell of nobody in particular is a whole of its own
    number = together(frame)
    assert pd.factorize(number)[0].tolist() == [0, 0, 1, 1, 0, 0, 2, 2]
    cells = FeatureFrame.from_table(table, target="bought", trials="sent", drop=["who"])
    assert what_stays_together(cells) == "cells"
    assert together(cells).tolist() == [0, 0, 1, 1, 2, 2, 3, 3]
    rows = FeatureFrame.from_table(table.assign(bought=[0, 1, 0, 1]), target="bought")
    assert what_stays_together(rows) == "rows"
    assert together(rows).tolist() == [0, 1, 2, 3]


people = st.lists(st.sampled_from([*"abcdefghijkl", None]), min_size=30, max_size=80)


@QUICK
@given(people, st.integers(0, 5), st.sampled_from([0.2, 0.3, 0.5]))
def test_a_hold_out_never_parts_a_customer(customer, seed, share):
    frame = frame_of(contacts_of(customer))
    try:
        split = random_hold_out(frame, share=share, seed=seed)
    except DataError as error:
        assert "too few to keep" in str(error)  # noqa: PT017 - one customer holds nearly all
        return
    train, test = (set(part.customer.dropna()) for part in (split.train, split.test))
    assert not train & test
    assert len(split.train) + len(split.test) == len(frame)


def test_the_share_is_kept_as_nearly_as_whole_customers_allow():
    customer = np.repeat(np.arange(300), np.random.default_rng(0).integers(1, 6, 300))
    frame = FeatureFrame.from_table(contacts_of(customer), target="bought", customer="who")
    split = random_hold_out(frame)
    assert len(split.test) / len(frame) == pytest.approx(0.3, abs=0.01)
    assert split.test.positives / frame.positives == pytest.approx(0.3, abs=0.02)
    assert split.sentence().startswith(
        f"Learned from {len(split.train)} contacts; judged on {len(split.test)} contacts, drawn at "
        "random, all of a customer's contacts on one side. "
    )


def test_customers_who_each_come_once_are_dealt_as_rows():
    table = contacts_of(np.arange(200))
    known = FeatureFrame.from_table(table, target="bought", customer="who")
    nobody = FeatureFrame.from_table(table, target="bought", drop=["who"])
    dealt = [random_hold_out(frame).test.X["x"].tolist() for frame in (known, nobody)]
    assert dealt[0] == dealt[1]


def test_too_few_customers_are_said():
    table = contacts_of(["a"] * 20 + ["b"] * 20).assign(bought=[0] * 20 + [1] * 20)
    frame = FeatureFrame.from_table(table, target="bought", customer="who")
    message = (
        "A hold-out needs customers on both sides; 2 with an outcome are too few to keep 0.3 of "
        "them for the test. Bring more customers."
    )
    with pytest.raises(DataError, match=f"^{re.escape(message)}$"):
        random_hold_out(frame)


# --- folds


@QUICK
@given(people, st.integers(0, 3), st.randoms(use_true_random=False))
def test_folds_never_part_a_customer_whatever_the_rows_order(customer, seed, random):
    frame = frame_of(contacts_of(customer, seed))
    X, y, whole = frame.X.to_numpy(dtype=float), frame.y.to_numpy(), together(frame)
    fold = random_folds(X, y, whole=whole)
    for one in np.unique(whole):
        assert len(set(fold[whole == one])) == 1
    moved = np.array(random.sample(range(len(X)), len(X)))
    renamed = pd.factorize(whole[moved])[0]
    np.testing.assert_array_equal(
        fold[moved], random_folds(X[moved], y[moved], whole=renamed.astype(np.int64))
    )


@QUICK
@given(people)
def test_customers_of_one_row_change_no_fold(customer):
    table = contacts_of(customer)
    X, y = table[["x"]].to_numpy(), table["bought"].to_numpy(dtype=float)
    alone = random_folds(X, y, whole=np.arange(len(X)))
    np.testing.assert_array_equal(alone, random_folds(X, y))


def test_a_model_is_tuned_without_parting_customers():
    """Each customer's own noise column, alike in all rows, is of no use to anybody else."""
    rng = np.random.default_rng(3)
    customer = np.repeat(np.arange(60), 10)
    noise = rng.normal(size=(60, 25))[customer]
    table = pd.DataFrame(noise).add_prefix("n").assign(who=customer)
    table["bought"] = (rng.random(60) < 0.5)[customer].astype(int)
    table["jitter"] = rng.normal(size=600)
    whole = FeatureFrame.from_table(table, target="bought", customer="who")
    rows = FeatureFrame.from_table(table, target="bought", drop=["who"])
    parted, kept = (RidgePropensity().fit(frame) for frame in (rows, whole))
    assert kept.folds_.endswith("random parts of the customers")
    assert parted.folds_.endswith("random parts of the rows")
    monthly = FeatureFrame.from_table(
        table.assign(month=np.arange(600) % 10), target="bought", customer="who", campaign="month"
    )
    beside = RidgePropensity(folds="random").fit(monthly)
    assert beside.folds_.endswith("random parts of the customers")
    assert beside.edf_ < 0.5 * parted.edf_
    # parted, the noise foretells the same customer's other rows; kept whole, it is held down
    assert kept.edf_ < 0.5 * parted.edf_
    lasso = [LassoPropensity().fit(frame).alpha_ for frame in (rows, whole)]
    assert lasso[1] > 2 * lasso[0]
