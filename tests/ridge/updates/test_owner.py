"""An owner's sums, against sums over the rows themselves; and what they tell of few contacts."""

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose
from scipy.special import expit

from tests.ridge.owners import owners, rounds
from workbench import RidgePropensity
from workbench.errors import DataError, FitError
from workbench.frame.streamed.parquet_rows import ParquetRows
from workbench.ridge.updates.rounds import point_of


def by_hand(frame, point, b):
    """Return z, v and residuals of each row."""
    X = frame.X.to_numpy(dtype=float)[:, point.columns]
    z = np.column_stack([np.ones(len(X)), (X - point.scaling.mean) / point.scaling.scale])
    mu = expit(z @ b)
    return z, mu * (1 - mu), frame.y.to_numpy() - mu


def test_sums_stand_where_the_model_does():
    made = owners(alpha=0.02)
    frame = made.frames[2]
    point, parts = point_of(made.start), made.start.collect(frame).parts
    z, v, residual = by_hand(frame, point, point.b)
    for g, name in enumerate(frame.campaigns):
        own = (frame.campaign == name).to_numpy()
        assert_allclose(parts.folds.curvature[g], (z[own] * v[own, None]).T @ z[own], atol=1e-9)
        assert_allclose(parts.folds.score[g], z[own].T @ residual[own], atol=1e-9)
        assert_allclose(parts.folds.product[g], z[own].T @ z[own], atol=1e-8)
    assert parts.left is None


def test_what_is_left_out_is_taken_at_the_point_without_it():
    made = owners()
    model, frame = rounds(made.start, made.frames, most=1), made.frames[1]
    point, left = point_of(model), model.collect(frame).parts.left
    assert len(point.campaigns) == 9
    for k in (0, 3):  # of another owner, and of this one
        z, v, residual = by_hand(frame, point, point.without[k])
        own = frame.campaign.isin(point.campaigns[k]).to_numpy()
        assert_allclose(left.own[k], (z[own] * v[own, None]).T @ z[own], atol=1e-9)
        assert_allclose(left.rest[k], (z[~own] * v[~own, None]).T @ z[~own], atol=1e-9)
        assert_allclose(left.rest_score[k], z[~own].T @ residual[~own], atol=1e-9)
        assert_allclose(left.own_score[k], z[own].T @ residual[own], atol=1e-9)
    assert not left.own[0].any()
    assert left.own[3].any()


def test_small_campaigns_are_pooled_and_stay_so():
    made = owners()
    frame = made.frames[2]
    small = frame.rows(np.arange(len(frame.X)) < 650)  # 300, 300 and 50 contacts
    sums = made.start.collect(small)
    assert sums.pooled == frame.campaigns[1:3]
    model = RidgePropensity.combine(
        made.start, [made.start.collect(made.frames[0]), sums], again=True
    )
    fewer = frame.rows(np.r_[np.arange(60), np.arange(300, 650)])
    with pytest.raises(
        FitError, match=r"\['c06', 'c07', 'c08'\] are fewer contacts than they were"
    ):
        RidgePropensity.combine(
            model, [model.collect(made.frames[0]), model.collect(fewer)], again=True
        )


def test_a_column_that_one_contact_has_tells_its_row_and_is_named():
    rng = np.random.default_rng(1)
    n = 600
    X = pd.DataFrame({"x": rng.normal(size=n), "age": rng.normal(45, 10, size=n)})
    X["vip"] = 0.0
    X.loc[[7, 9, 400], "vip"] = 1.0
    y, month = (rng.random(n) < 0.3).astype(float), np.repeat(["2024-01", "2024-02"], n // 2)
    model = RidgePropensity(0.1).fit(X, y, campaign=month)
    sums, point = model.collect(X, y, campaign=month), point_of(model)
    assert sums.rare == {"vip": 1}
    # Σ v z z' of the second month, in raw units, has a row that is v x of this one contact
    product = sums.parts.folds.product[1]
    raw = product[3] * point.scaling.scale[2] + point.scaling.mean[2] * product[0]
    told = raw[1:3] * point.scaling.scale[:2] + point.scaling.mean[:2] * raw[0]
    assert_allclose(told, X.loc[400, ["x", "age"]].to_numpy(dtype=float), atol=1e-8)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize(("value", "weight"), [(1.0, 1.0), (250.0, 2.0)])
def test_a_column_that_one_contact_lacks_tells_its_row_as_well_and_is_named(dtype, value, weight):
    rng = np.random.default_rng(1)
    n = 600
    X = pd.DataFrame({"x": rng.normal(size=n), "visits": rng.poisson(6, n)})
    X["member"] = value
    X.loc[[7, 9, 400], "member"] = 0.0
    X = X.astype(dtype)
    y, month = (rng.random(n) < 0.3).astype(float), np.repeat(["2024-01", "2024-02"], n // 2)
    model = RidgePropensity(0.1).fit(X, y, campaign=month)
    sums = model.collect(X, y, np.full(n, weight), campaign=month)
    assert (X["visits"] == 0).sum() < 10  # of many values: few zeros are no row
    assert sums.rare == {"member": weight}
    product, point = sums.parts.folds.product[1], point_of(model)

    def of_member(other):  # Σ of a column over all contacts, less that over those who are members
        mean, scale = point.scaling.mean, point.scaling.scale
        own = product[3, other] * scale[2] + mean[2] * product[0, other]
        return product[0, other] - own / value

    row = np.array([of_member(1), of_member(2)]) / weight  # standardised, as the sums are
    known = X.loc[400, ["x", "visits"]].to_numpy(dtype=float)
    assert_allclose(
        row * point.scaling.scale[:2] + point.scaling.mean[:2], known, rtol=1e-4, atol=1e-4
    )


def test_rows_that_are_elsewhere_and_columns_that_are_too_many_are_refused(monkeypatch, tmp_path):
    made = owners(alpha=0.02)
    frame = made.frames[1]
    table = frame.X.assign(y=frame.y, m=frame.campaign.astype(str))
    table.to_parquet(tmp_path / "rows.parquet")
    with pytest.raises(DataError, match="`collect` takes rows in memory; got ParquetRows"):
        made.start.collect(ParquetRows(tmp_path / "rows.parquet", target="y", campaign="m"))
    monkeypatch.setattr("workbench.ridge.updates.owner.MOST_SQUARED", 3)
    with pytest.raises(FitError, match=r"too many \(6\)"):
        made.start.collect(frame)
