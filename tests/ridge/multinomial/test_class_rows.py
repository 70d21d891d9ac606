"""What a multinomial fit is given, refused where it cannot be read, and dealt to folds."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_array

from tests.ridge.multinomial.problems import GROUPS, offers
from workbench import FeatureFrame, RidgeMultinomial
from workbench.errors import (
    DataError,
    DataWarning,
    FitError,
    ParameterError,
)
from workbench.ridge.multinomial.class_rows import class_folds, class_rows


@pytest.mark.parametrize(
    ("y", "error", "message"),
    [
        (None, DataError, "requires y to be passed"),
        (["a"] * 59 + [None], DataError, "1 of 60 are missing"),
        (["a"] * 60, FitError, "one class only"),
        (["a", "b"] * 10, DataError, "inconsistent numbers of samples"),
        (np.linspace(0, 1, 60), (DataError, ValueError), "continuous"),
        (np.array(["a", 1] * 30, dtype=object), DataError, "of one kind"),
        (["a", 1] * 30, DataError, "got int and str"),
        ([True, 1, 2] * 20, DataError, "got bool and int"),
        (["a", "b", float("nan")] * 20, DataError, "20 of 60 are missing"),
        (np.array(["2024-01-01", "2024-01-02"] * 30, dtype="datetime64[ns]"), DataError, "moments"),
        ([date(2024, 1, 1), date(2024, 1, 2)] * 30, DataError, "such as 2024-01-01"),
    ],
)
def test_labels_that_are_not_what_they_must_be(y, error, message):
    X, _ = offers(n=60)
    with pytest.raises(error, match=message):
        RidgeMultinomial(0.1).fit(X, y)


@pytest.mark.parametrize("gap", [None, float("nan"), pd.NA])
def test_a_class_of_gaps_that_were_made_text_is_told(gap):
    X, _ = offers(n=60)
    text = pd.Series(["a", "b", gap] * 20, dtype=object).map(str)
    with pytest.warns(DataWarning, match=f"Labels name a class .*{gap}"):
        RidgeMultinomial(0.1).fit(X, text)


def test_labels_of_numpy_and_of_pandas_keep_their_kind():
    X, _ = offers(n=60)
    text = [np.str_("a"), "b", "c"] * 20
    assert RidgeMultinomial(0.1).fit(X, text).classes_.tolist() == ["a", "b", "c"]
    ids = [2**53, 2**53 + 1, 7]  # as floats, the first two would be one
    found = RidgeMultinomial(0.1).fit(X, pd.Series(ids * 20, dtype="Int64"))
    assert found.classes_.tolist() == sorted(ids)
    flags = RidgeMultinomial(0.1).fit(X, pd.Series([True, False] * 30, dtype="boolean"))
    assert flags.classes_.dtype == bool


def test_a_frame_brings_campaigns_and_rows_without_an_answer_are_passed_over():
    X, y = offers(n=300)
    table = X.assign(
        month=np.repeat(["2024-01", "2024-02", "2024-03"], 100), bought=[0, 1, 0] * 100
    )
    frame = FeatureFrame.from_table(table, target="bought", campaign="month", groups=GROUPS)
    answer = pd.Series(y, index=frame.X.index).where(np.arange(300) % 7 > 0)
    model = RidgeMultinomial().fit(frame, answer)
    assert model.training_["rows"] == answer.notna().sum()
    assert model.training_["campaigns"] == 3
    known = answer.notna().to_numpy()
    same = RidgeMultinomial().fit(
        X[known], y[known], campaign=table["month"][known].to_numpy(), groups=GROUPS
    )
    np.testing.assert_allclose(model.predict_proba(frame), same.predict_proba(X), atol=1e-6)


def test_moments_beside_a_frame_are_no_labels():
    X, _ = offers(n=60)
    frame = FeatureFrame.from_table(X.assign(bought=[0, 1] * 30), target="bought", groups=GROUPS)
    days = np.array(["2024-01-01", "NaT", "2024-01-03"] * 20, dtype="datetime64[ns]")
    with pytest.raises(DataError, match="got moments, such as 2024-01-01"):
        RidgeMultinomial(0.1).fit(frame, days)


def test_what_is_said_of_rows_left_out_is_in_the_order_of_the_rows_given():
    X, y = offers(n=300)
    table = X.assign(month=np.repeat(["a", "b", "c"], 100), bought=[0, 1, 0] * 100)
    frame = FeatureFrame.from_table(table, target="bought", campaign="month", groups=GROUPS)
    taken = np.arange(300) % 7 > 0
    answer = pd.Series(y, index=frame.X.index).where(taken)
    of_frame = RidgeMultinomial().fit(frame, answer).left_out_proba_
    given = {"campaign": table["month"], "groups": GROUPS}
    of_table = RidgeMultinomial().fit(X, y, taken.astype(float), **given).left_out_proba_
    for found in (of_frame, of_table):
        assert found.shape == (300, 4)
        assert np.array_equal(np.isfinite(found).all(axis=1), taken)
        assert (found.argmax(axis=1) == np.unique(y, return_inverse=True)[1])[taken].mean() > 0.5
    np.testing.assert_allclose(of_frame, of_table, atol=1e-4)


def dealt(X, y, **given):
    rows, _ = class_rows(RidgeMultinomial(), X, y, **given)
    matrix = np.asarray(rows.X, dtype=float) if isinstance(rows.X, pd.DataFrame) else rows.X.matrix
    return class_folds(rows, matrix, kind="auto")


@pytest.mark.parametrize("kind", [np.asarray, csr_array])
def test_rows_that_are_alike_share_a_fold_and_classes_are_spread(kind):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(60, 3)).round(1)
    y = np.repeat(["a", "b", "c"], 20)
    X[40:50] = X[50:60]  # the same text twice
    X[0] = X[59]  # and once under another label
    folds = dealt(kind(X), y)
    assert folds.of_row[40:50].tolist() == folds.of_row[50:60].tolist()
    assert folds.of_row[0] == folds.of_row[59]
    spread = pd.crosstab(y, folds.of_row)
    assert spread.shape == (3, 5)
    assert spread.min().min() >= 1


def test_a_class_of_one_row_is_never_left_out():
    X = np.random.default_rng(0).normal(size=(31, 2))
    folds = dealt(X, ["a"] * 15 + ["b"] * 15 + ["c"])
    assert folds.of_row[30] == -1
    assert (folds.of_row[:30] >= 0).all()


def test_many_campaigns_are_ten_folds_at_most():
    X = np.random.default_rng(0).normal(size=(240, 2))
    week = np.repeat([f"2024-W{k + 1:02d}" for k in range(24)], 10)
    folds = dealt(X, ["a", "b"] * 120, campaign=week)
    assert len(folds.labels) == 10
    assert folds.kind == "10 groups of campaigns"


@pytest.mark.parametrize("kind", [np.asarray, csr_array])
def test_rows_of_one_customer_share_a_part(kind):
    rng = np.random.default_rng(3)
    X, y = rng.normal(size=(90, 3)), rng.choice(["a", "b", "c"], 90)
    who = rng.permutation(np.arange(90) // 3)
    folds = dealt(kind(X), y, customer=[f"c{k}" for k in who])
    part = pd.Series(folds.of_row)
    assert all(len(set(own)) == 1 for _, own in part.groupby(who))
    assert folds.kind == "5 random parts of the customers"
    alone = pd.Series(dealt(kind(X), y).of_row)
    assert any(len(set(own)) > 1 for _, own in alone.groupby(who))


def test_what_is_said_of_a_customer_left_out_is_of_fits_without_all_of_its_rows():
    rng = np.random.default_rng(4)
    X = rng.normal(size=(60, 40))
    y = rng.choice(["a", "b", "c"], 60)
    twice, again = np.vstack([X, X + 1e-3]), np.tile(y, 2)
    who = np.tile(np.arange(60), 2)

    def right(**given):
        model = RidgeMultinomial(penalty_factors={"x0": 1.0}).fit(twice, again, **given)
        return (model.classes_[model.left_out_proba_.argmax(axis=1)] == again).mean()

    assert right(customer=who) < 0.5  # nothing can be foretold
    assert right() > 0.8  # but for those whose other row is known


def test_beside_campaigns_customers_do_not_move_what_is_left_out():
    rng = np.random.default_rng(5)
    X, y = rng.normal(size=(60, 2)), rng.choice(["a", "b"], 60)
    campaign = np.repeat(["2024-01", "2024-02", "2024-03"], 20)
    folds = dealt(X, y, campaign=campaign, customer=np.arange(60) % 7)
    assert folds.of_row.tolist() == np.repeat([0, 1, 2], 20).tolist()


def test_customers_beside_a_frame_are_refused():
    X, y = offers(n=60)
    frame = FeatureFrame.from_table(X.assign(bought=[0, 1] * 30), target="bought", groups=GROUPS)
    with pytest.raises(ParameterError, match="customer"):
        RidgeMultinomial(0.1).fit(frame, y, customer=np.arange(60))


@pytest.mark.parametrize("gap", [None, np.nan])
def test_a_row_without_its_customer_is_refused(gap):
    X, y = offers(n=60)
    who = pd.Series([*range(59), gap], dtype=object)
    with pytest.raises(DataError, match="customer"):
        RidgeMultinomial(0.1).fit(X, y, customer=who)
    with pytest.raises(DataError, match="customer"):
        RidgeMultinomial(0.1).fit(X, y, customer=range(59))
