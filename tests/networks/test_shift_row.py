import pytest

from workbench.datasets import planted
from workbench.errors import ParameterError
from workbench.evidence import shift_report
from workbench.networks import shift_row

SMALL = {"train_campaigns": 8, "new_campaigns": 0, "rows": 300, "stable": 3, "spiky": 2}


def test_the_row_says_what_the_layer_is_worth():
    frame = planted(**SMALL, curved=2.0, curvature="absolute values", seed=1).frame
    found = shift_report(frame, methods=["base rate"], others=shift_row(units=30))
    assert found.table.index.tolist()[:1] == ["this model"]
    assert "hidden units" in found.table.index
    table = found.methods
    assert table.loc["hidden units", "log_loss"] < table.loc["this model", "log_loss"]
    assert table.loc["hidden units", "more_high"] < 0


def test_names_and_models_that_are_none():
    frame = planted(**SMALL).frame
    with pytest.raises(ParameterError, match="'lasso' is a baseline"):
        shift_report(frame, others={"lasso": shift_row()["hidden units"]})
    with pytest.raises(ParameterError, match="`propensity`"):
        shift_report(frame, others={"mine": object()})
