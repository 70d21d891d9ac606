"""Labels that are one label by another type."""

import numpy as np
import pandas as pd
import pytest

from workbench import RidgePropensity
from workbench.errors import ParameterError
from workbench.ridge.updates.labels import typed_otherwise

DAYS = pd.date_range("2024-01-01", periods=6, freq="MS")


@pytest.mark.parametrize(
    ("names", "known", "found"),
    [
        (["7.0", "8"], ["7"], {"7.0": "7"}),
        (["7"], ["7.0"], {"7": "7.0"}),
        (["-1.00"], ["-1"], {"-1.00": "-1"}),
        (["2024-05-01"], ["2024-05-01 00:00:00"], {"2024-05-01": "2024-05-01 00:00:00"}),
        (["2024.10", "v1.0", "7", ".0", "mail 00:00:00"], ["2024.1", "v1", "7", ""], {}),
    ],
)
def test_a_label_by_another_type_is_the_same_label(names, known, found):
    assert typed_otherwise(names, known) == found


def rows(seed=0, n=1200):
    rng = np.random.default_rng(seed)
    X = pd.DataFrame(rng.normal(size=(n, 2)), columns=["a", "b"])
    return X, (rng.random(n) < 1 / (1 + np.exp(1 - X["a"]))).astype(int), rng.integers(0, 6, n)


@pytest.mark.parametrize(
    ("labels", "again"),
    [
        (np.arange(6), np.arange(6.0)),
        (np.arange(6.0), np.arange(6)),
        (DAYS.strftime("%Y-%m-%d"), DAYS),
    ],
)
def test_a_known_campaign_does_not_come_a_second_time_by_another_type(labels, again):
    X, y, number = rows()
    model = RidgePropensity().fit(X, y, campaign=pd.Series(labels[number]))
    some = number == 5
    with pytest.raises(ParameterError, match=r"must be of one type; .* but for its type"):
        model.update(X[some], y[some], campaign=pd.Series(again[number[some]]))
    first, second = (
        model.collect(X[part], y[part], campaign=pd.Series(of[number[part]]))
        for part, of in ((slice(0, 600), labels), (slice(600, 1200), again))
    )
    with pytest.raises(ParameterError, match=r"of 'sums 2' would be .* of 'sums 1' but for"):
        RidgePropensity.combine(model, [first, second], again=True)
