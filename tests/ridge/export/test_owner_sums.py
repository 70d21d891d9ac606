"""An owner's file: whole, private, and what does not fit together."""

import os
from dataclasses import fields, replace

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from tests.ridge.owners import owners, rounds
from workbench.errors import SchemaError
from workbench.ridge.export.owner_sums import OwnerSums
from workbench.ridge.statistics.owner_sums import LeftParts
from workbench.ridge.statistics.sums_parts import Bins, PerFold


@pytest.mark.parametrize("most", [0, 1])
def test_it_holds_what_was_saved(tmp_path, most):
    made = owners()
    model = rounds(made.start, made.frames, most=most)
    sums = model.collect(made.frames[1])
    path = sums.save(tmp_path / "germany.npz")
    again = OwnerSums.load(path)
    kinds = [(PerFold, "folds"), (Bins, "bins")] + [(LeftParts, "left")] * most
    for kind, part in kinds:
        for field in fields(kind):
            found, saved = (getattr(getattr(one.parts, part), field.name) for one in (again, sums))
            assert_array_equal(found, saved)
    for name in ("campaigns", "tiny", "model", "design", "columns"):
        assert getattr(again.parts, name) == getattr(sums.parts, name)
    assert repr(again) == "OwnerSums(2 campaigns, 600 contacts)"
    assert again.names == ["c04", "c05"]
    assert oct(path.stat().st_mode & 0o777) == "0o600" or os.name == "nt"


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"score": np.zeros((1, 2))}, "'score' has the shape"),
        ({"loss": np.array([np.nan, 1.0])}, "'loss' is not finite"),
    ],
)
def test_what_does_not_fit_together_is_refused(tmp_path, changed, fault):
    made = owners(alpha=0.02)
    parts = made.start.collect(made.frames[1]).parts
    wrong = replace(parts, folds=replace(parts.folds, **changed))
    path = OwnerSums(wrong).save(tmp_path / "wrong.npz")
    with pytest.raises(SchemaError, match=fault):
        OwnerSums.load(path)


def test_bins_of_no_campaign_are_refused(tmp_path):
    made = owners(alpha=0.02)
    parts = made.start.collect(made.frames[1]).parts
    wrong = replace(parts, bins=replace(parts.bins, fold=parts.bins.fold + 2))
    path = OwnerSums(wrong).save(tmp_path / "wrong.npz")
    with pytest.raises(SchemaError, match="not numbered"):
        OwnerSums.load(path)
