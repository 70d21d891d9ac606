"""How main and uplift columns are laid out for one fit, and what comes back per column."""

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import issparse

from tests.ridge.mailing import mailed, mailing, numeric
from workbench import FeatureFrame
from workbench.errors import ParameterError
from workbench.ridge.settings import Settings
from workbench.ridge.uplift import joint_fit
from workbench.ridge.uplift.arms import arm_rows
from workbench.ridge.uplift.joint_fit import fit_jointly


def test_the_columns_of_the_fit_are_those_of_the_formula():
    frame = numeric(mailing(800))
    fitted = fit_jointly(arm_rows(frame), Settings(alpha=0.01, penalty_factors={}))
    of = fitted.inner.columns_
    share = pd.Series(mailed(frame)).groupby(frame.campaign).transform("mean")
    contrast, z = mailed(frame) - share, frame.X - frame.X.mean()
    assert of.index.tolist() == [
        "treated",
        *(f"{part}: {name}" for part in ("main", "uplift") for name in frame.X),
    ]
    for name in frame.X:
        moved = contrast * z[name]
        assert of.loc[f"main: {name}", "scale"] == pytest.approx(frame.X[name].std(ddof=0))
        assert of.loc[f"uplift: {name}", "scale"] == pytest.approx(moved.std(ddof=0))
        # per deviation of the column itself, whichever scale the fit had
        per_unit = of["coef_standardised"] / of["scale"]
        told = fitted.columns.loc[name]
        assert told["coef_standardised"] == pytest.approx(
            per_unit[f"uplift: {name}"] * frame.X[name].std(ddof=0)
        )
        assert told["main_coef_standardised"] == pytest.approx(
            per_unit[f"main: {name}"] * frame.X[name].std(ddof=0)
        )
    assert fitted.effect == pytest.approx(per_unit["treated"])
    assert of.loc["treated", "penalty"] == 0


def many_levels(rows=400):
    rng = np.random.default_rng(0)
    arms = pd.Series(np.where(rng.random(rows) < 0.5, "mail", "none"))
    X = pd.DataFrame({"place": [f"p{k % 130}" for k in range(rows)], "x": rng.normal(size=rows)})
    return FeatureFrame(
        X, pd.Series(rng.integers(0, 2, rows).astype(float)), treatment=arms, control="none"
    )


def test_a_sparse_design_is_written_out_where_it_fits(monkeypatch):
    frame = many_levels()
    settings = Settings(alpha=0.1, penalty_factors=None, most_levels=130)
    fitted = fit_jointly(arm_rows(frame), settings)
    assert fitted.design.sparse
    assert issparse(fitted.design.matrix(frame.X))
    assert len(fitted.columns) == 131
    monkeypatch.setattr(joint_fit, "MOST_BYTES", 1e5)
    with pytest.raises(ParameterError) as caught:
        fit_jointly(arm_rows(frame), settings)
    assert str(caught.value) == (
        "The columns of an uplift are not sparse: 400 rows of 131 design columns would take 0 GB. "
        "Give a lower `most_levels`, or leave features out."
    )
