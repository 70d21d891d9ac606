"""Every model is kept by the same two methods, each in its own file."""

import json

import numpy as np
import pandas as pd
import pytest
from sklearn.exceptions import NotFittedError

from workbench import FeatureFrame, RidgeAmount, RidgeCount, RidgePropensity, RidgeUplift
from workbench.errors import ParameterError, SchemaError
from workbench.governance import Governance

RNG = np.random.default_rng(0)
X = pd.DataFrame({"visits": RNG.normal(size=200)})
Y = pd.Series(RNG.integers(0, 2, 200).astype(float))
ARM = pd.Series(np.where(RNG.random(200) < 0.5, "mail", "none"))
FITTED = {
    "RidgePropensity": lambda: RidgePropensity(alpha=0.1).fit(X, Y),
    "RidgeAmount": lambda: RidgeAmount(alpha=0.1).fit(X, X["visits"] * 2 + 1),
    "RidgeCount": lambda: RidgeCount(alpha=0.1).fit(X, Y),
    "RidgeUplift": lambda: RidgeUplift(alpha=0.1).fit(
        FeatureFrame(X, Y, treatment=ARM, control="none")
    ),
}


@pytest.mark.parametrize("kind", FITTED)
def test_what_is_read_is_what_was_written_and_of_its_own_class_alone(kind, tmp_path):
    model = FITTED[kind]()
    path = model.save(tmp_path / "m.json", recipe={"kind": "table"}, headline={"about": "x"})
    again = type(model).load(path)
    assert again.recipe_ == {"kind": "table"}
    assert again.headline_ == {"about": "x"}
    pd.testing.assert_frame_equal(again.columns_, model.columns_, check_exact=True)
    other = RidgeUplift if kind != "RidgeUplift" else RidgePropensity
    with pytest.raises(SchemaError):
        other.load(path)


@pytest.mark.parametrize("kind", FITTED)
def test_who_answers_for_a_model_is_kept_where_somebody_says_so(kind, tmp_path):
    papers = Governance.of({"people": {"owner": "Ada"}, "dates": {"review": "2027-06-30"}})
    model = FITTED[kind]()
    for given in (papers, papers.record()):
        path = model.save(tmp_path / "m.json", governance=given)
        assert type(model).load(path).governance_ == papers.record()
    path = type(model).load(path).save(tmp_path / "n.json")  # of this file nobody said so
    assert "governance" not in json.loads(path.read_text())
    assert type(model).load(path).governance_ is None
    with pytest.raises(ParameterError, match=r"governance\.owner is not text"):
        model.save(tmp_path / "o.json", governance={**papers.record(), "owner": 7})


def test_a_model_that_is_not_fitted_writes_nothing(tmp_path):
    with pytest.raises(NotFittedError):
        RidgeUplift().save(tmp_path / "m.json")
    assert list(tmp_path.iterdir()) == []
