import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.utils.estimator_checks import parametrize_with_checks

from workbench.datasets import planted
from workbench.errors import DataError, ParameterError, SchemaError
from workbench.features.encode import HiddenUnits, encoded

GROUPS = {"age": "person", "visits": "pace", "spend": "pace", "member": "person"}


def table(n=200, seed=0):
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "age": rng.normal(40, 10, n),
            "visits": rng.poisson(2, n),
            "spend": rng.lognormal(2, 1, n),
            "member": rng.random(n) < 0.5,
            "city": rng.choice(["ulm", "bonn"], n),
            "year": 2024,
        }
    )


X = table()


@parametrize_with_checks([HiddenUnits(units=20)])
def test_scikit_learn_accepts_it(estimator, check):
    check(estimator)


def by_hand(encoder, unit, row):
    """tanh(b + Σ a z) of one row, from what the encoder says of itself alone."""
    total = unit.bias
    for name, weight in zip(unit.columns, unit.weights, strict=True):
        about = encoder.inputs_.loc[name]
        x = min(max(float(row[name]), about["low"]), about["high"])
        total += weight * (x - about["mean"]) / about["scale"]
    return np.tanh(total)


def test_each_unit_worked_by_hand():
    encoder = HiddenUnits(units=40).fit(X, groups=GROUPS)
    made = encoder.transform(X)
    assert made[list(X.columns)].equals(X)
    for unit in encoder.units_:
        for k in (0, 7, 99):
            assert made[unit.name][k] == pytest.approx(by_hand(encoder, unit, X.iloc[k]), abs=1e-12)


def test_inputs_are_the_numbers_that_vary():
    encoder = HiddenUnits(units=40).fit(X, groups=GROUPS)
    assert encoder.inputs_.index.tolist() == ["age", "visits", "spend", "member"]
    np.testing.assert_allclose(encoder.inputs_.loc["age", "mean"], X["age"].mean())
    np.testing.assert_allclose(encoder.inputs_.loc["age", "scale"], X["age"].std(ddof=0))
    alone = {unit.columns[0] for unit in encoder.units_ if len(unit.columns) == 1}
    assert alone == {"age", "visits", "spend"}  # two values cannot bend


def test_groups_of_units_and_catalogue():
    encoder = HiddenUnits(units=90).fit(X[list(GROUPS)], groups=GROUPS)
    of = encoder.groups_out(GROUPS)
    for unit in encoder.units_:
        groups = [GROUPS[name] for name in unit.columns]
        ordered = sorted(groups, key=["person", "pace"].index)
        assert of[unit.name] == unit.group == "hidden: " + " × ".join(ordered)
    assert set(of.values()) == {
        *("person", "pace", "hidden: person", "hidden: pace"),
        *("hidden: person × person", "hidden: person × pace", "hidden: pace × pace"),
    }
    catalogue = pd.DataFrame(
        {"group": GROUPS, "builder": "b", "source": "s", "unit": "u", "description": "d"},
        index=list(GROUPS),
    )
    rows = encoder.catalogue_out(catalogue)
    assert rows.index.tolist() == encoder.get_feature_names_out().tolist()
    assert rows.loc["age", "description"] == "d"
    assert rows.loc["hidden_001", "builder"] == "HiddenUnits"
    assert rows["group"].to_dict() == of


def test_many_pairs_of_groups_share_one():
    wide = pd.DataFrame(np.random.default_rng(0).normal(size=(50, 8)), columns=list("abcdefgh"))
    encoder = HiddenUnits(units=60).fit(wide, groups={name: name for name in wide})
    pairs = {unit.group for unit in encoder.units_ if len(unit.columns) == 2}
    assert pairs == {"hidden: across groups"}
    assert {u.group for u in HiddenUnits(60, groups="one").fit(wide).units_} == {"hidden"}


def test_a_frame_is_encoded_with_its_groups():
    frame = planted(train_campaigns=3, new_campaigns=1, rows=100, stable=4, spiky=3).frame
    wide = encoded(frame, HiddenUnits(units=80), training=frame.campaigns[:3])
    assert set(wide.groups.values()) >= {"stable", "hidden: stable", "hidden: stable × spiky"}
    own = HiddenUnits(units=80).fit(frame.rows(np.arange(300)).X, groups=frame.groups)
    np.testing.assert_array_equal(
        wide.X[[u.name for u in own.units_]].to_numpy(), own.activations(frame.X)
    )


def test_beyond_the_trained_range_nothing_moves():
    encoder = HiddenUnits(units=60).fit(X)
    far = X.assign(age=1e9, visits=-500, spend=1e12)
    edge = X.assign(age=X["age"].max(), visits=X["visits"].min(), spend=X["spend"].max())
    np.testing.assert_array_equal(encoder.activations(far), encoder.activations(edge))


def test_gaps_count_as_the_mean_and_new_levels_pass():
    encoder = HiddenUnits(units=60).fit(X)
    gap = X.assign(age=np.nan, city="rome")
    at_mean = X.assign(age=encoder.inputs_.loc["age", "mean"], city="rome")
    np.testing.assert_array_equal(encoder.activations(gap), encoder.activations(at_mean))
    assert encoder.transform(gap)["city"].tolist() == ["rome"] * len(X)


def test_gaps_in_training_are_left_out_of_mean_and_deviation():
    holey = X.assign(age=X["age"].where(X["age"] > 35))
    encoder = HiddenUnits(units=9).fit(holey)
    assert encoder.inputs_.loc["age", "mean"] == pytest.approx(holey["age"].mean())
    assert encoder.inputs_.loc["age", "low"] == holey["age"].min()


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.integers(0, 4), min_size=12, max_size=12).filter(lambda w: sum(map(bool, w)) > 3)
)
def test_contacts_with_weights_give_the_units_of_each_by_itself(weight):
    few = X.iloc[:12].reset_index(drop=True)
    each = few.loc[np.repeat(np.arange(12), weight)].reset_index(drop=True)
    one = HiddenUnits(units=30).fit(few, weight=weight)
    other = HiddenUnits(units=30).fit(each)
    assert one.units_ == other.units_
    pd.testing.assert_frame_equal(one.inputs_, other.inputs_, rtol=1e-9)


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 400), st.integers(1, 6), st.integers(0, 3), st.integers(0, 10**6))
def test_any_table_gives_bounded_finite_units_and_no_more_than_asked(units, numbers, flags, seed):
    rng = np.random.default_rng(seed)
    made = {f"n{k}": rng.normal(size=20) for k in range(numbers)}
    made |= {f"f{k}": rng.integers(0, 2, 20) for k in range(flags)}
    some = pd.DataFrame(made)
    encoder = HiddenUnits(units=units, random_state=seed).fit(some)
    values = encoder.activations(some)
    assert values.shape == (20, len(encoder.units_))
    assert len(encoder.units_) <= units
    assert (np.abs(values) <= 1).all()
    assert len({unit.name for unit in encoder.units_}) == len(encoder.units_)


def test_the_same_number_draws_the_same_units():
    first, again = HiddenUnits(units=30).fit(X), clone(HiddenUnits(units=30)).fit(X)
    assert first.units_ == again.units_
    assert first.units_ != HiddenUnits(units=30, random_state=1).fit(X).units_


def test_rows_do_not_depend_on_the_rows_around_them():
    encoder = HiddenUnits(units=50).fit(X)
    whole = encoder.activations(X)
    one_by_one = np.vstack([encoder.activations(X.iloc[[k]]) for k in range(20)])
    np.testing.assert_array_equal(whole[:20], one_by_one)


def test_nothing_to_make_units_of():
    constant = pd.DataFrame({"year": [2024] * 5, "city": list("abcab")})
    encoder = HiddenUnits().fit(constant)
    assert encoder.units_ == ()
    assert encoder.transform(constant).equals(constant)


@pytest.mark.parametrize("scales", [(1.0,), (0.0, 1.0), (1.0, np.inf), "ab", None])
def test_scales_that_are_none(scales):
    message = (
        "`scales` must be two numbers above 0, of units with one column and with two; got "
        f"{scales!r}. Give for example (1.0, 1.0)."
    )
    with pytest.raises(ParameterError, match=f"^{re.escape(message)}$"):
        HiddenUnits(scales=scales).fit(X)


def test_what_cannot_be_read():
    with pytest.raises(ParameterError, match="`units` must be"):
        HiddenUnits(units=0).fit(X)
    with pytest.raises(ParameterError, match="`random_state` must be a whole number from 0"):
        HiddenUnits(random_state="x").fit(X)
    with pytest.raises(DataError, match="infinity in 'age'"):
        HiddenUnits().fit(X.assign(age=np.inf))
    with pytest.raises(SchemaError, match="has no column 'age'"):
        HiddenUnits().fit(X).transform(X.drop(columns="age"))
    with pytest.raises(SchemaError, match="'age' must be numeric"):
        HiddenUnits().fit(X).transform(X.assign(age="old"))
    with pytest.raises(ParameterError, match="'hidden_001'"):
        HiddenUnits().fit(X.assign(hidden_001=1.0))
