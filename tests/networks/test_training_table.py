import numpy as np
import pandas as pd
import pytest

from workbench import FeatureFrame, RidgePropensity
from workbench.networks.training_table import training_table

X = pd.DataFrame({"visits": [0.0, 1, 2, 3, 4, 5]})
Y = ["no", "yes", "no", "yes", "yes", "no"]
NOTHING = {"y": None, "sample_weight": None, "campaign": None}


def test_an_array_brings_classes_weights_and_campaigns_beside_it():
    model = RidgePropensity(0.1).fit(X, Y)
    given = {"y": Y, "sample_weight": 2.0, "campaign": list("aabbcc")}
    rows = training_table(model, X, given)
    assert rows.positive.tolist() == [one == "yes" for one in Y]
    assert rows.weight.tolist() == [2.0] * 6
    assert "".join(rows.campaign) == "aabbcc"
    assert training_table(model, X, {**given, "campaign": None}).campaign is None


@pytest.mark.filterwarnings("ignore::workbench.errors.DataWarning")  # campaigns of one class
def test_of_a_frame_the_rows_with_an_outcome_count():
    y = pd.Series([0.0, 1, np.nan, 1, 0, np.nan])
    frame = FeatureFrame(X, y, campaign=pd.Series(list("aabbcc")))
    model = RidgePropensity(0.1).fit(frame)
    rows = training_table(model, frame, NOTHING)
    assert rows.positive.tolist() == [False, True, True, False]
    assert "".join(rows.campaign) == "aabc"
    assert len(rows.X) == 4
