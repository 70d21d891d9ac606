import numpy as np
import pandas as pd
import pytest

from workbench.errors import SchemaError
from workbench.features.encode.unit_inputs import learn_inputs, plain_numbers

X = pd.DataFrame(
    {
        "a": [1.0, 2.0, 4.0, np.nan],
        "flag": [True, False, True, True],
        "almost": [1e9, 1e9, 1e9, 1e9 + 1e-7],
        "text": list("abcd"),
        "empty": [np.nan] * 4,
    }
)


def test_mean_and_deviation_count_contacts_and_rows_of_weight_zero_are_not_seen():
    inputs = learn_inputs(X, np.array([1.0, 3.0, 0.0, 2.0]))
    about = inputs.table()
    assert about.index.tolist() == ["a", "flag"]
    assert about.loc["a"].tolist() == [1.75, pytest.approx(0.75**0.5 / 2), 1.0, 2.0]
    assert inputs.bending == ()
    assert learn_inputs(X, np.ones(4)).bending == ("a",)


def test_standardised_by_hand():
    inputs = learn_inputs(X, np.ones(4))
    z = inputs.standardised(pd.DataFrame({"a": [9.0, np.nan], "flag": [1, 0]}))
    sd = np.std([1, 2, 4])
    np.testing.assert_allclose(z[:, 0], [(4 - 7 / 3) / sd, 0.0], rtol=1e-10)


def test_text_is_no_number():
    with pytest.raises(SchemaError, match="'text' must be numeric"):
        plain_numbers(X["text"])
