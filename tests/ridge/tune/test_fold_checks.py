import re
import warnings

import numpy as np
import pandas as pd
import pytest

from workbench.errors import DataError, DataWarning
from workbench.ridge import RidgePropensity
from workbench.ridge.design.training_rows import training_rows
from workbench.ridge.tune.fold_checks import check_told_ahead


def exactly(message):
    return f"^{re.escape(message)}$"


def monthly(y, *, labels="2024-{:02d}"):
    """Six rows a campaign."""
    X = pd.DataFrame({"a": np.random.default_rng(0).normal(size=len(y))})
    return X, y, [labels.format(1 + k // 6) for k in range(len(y))]


def test_forward_folds_that_cannot_be_had():
    def refused(message, X, y, campaign=None):
        said = pytest.raises(DataError, match=exactly(message))
        with said, warnings.catch_warnings(action="ignore", category=DataWarning):  # of one class
            RidgePropensity(folds="forward").fit(X, y, campaign=campaign)

    y = np.arange(36) % 2
    no_order = (
        "`folds='forward'` needs campaigns whose order in time is known; {}. Label them by date, "
        "such as '2024-03', or give a FeatureFrame with `campaign` and `as_of`; or leave `folds` "
        "out."
    )
    refused(no_order.format("there are no campaigns"), *monthly(y)[:2])
    refused(no_order.format("that of these is not known"), *monthly(y, labels="offer {}"))
    refused(
        "`folds='forward'` needs at least 5 campaigns, as the first 3 are learned from and not "
        "judged; got 4. Leave `folds` out: each campaign is then judged by all others.",
        *monthly(y[:24]),
    )
    one_class = (
        "`folds='forward'` needs both classes in the first 3 folds of campaigns and in those "
        "after them; got {} negative outcomes, then {}. Leave `folds` out, or add campaigns."
    )
    late = np.where(np.arange(36) < 18, 0, y)
    refused(one_class.format("0 positive outcomes and 18", "9 and 9"), *monthly(late))
    early = np.where(np.arange(36) < 18, y, 1)
    refused(one_class.format("9 positive outcomes and 9", "18 and 0"), *monthly(early))


@pytest.mark.parametrize(
    ("responses", "counts"),
    [
        ([0, 0, 0, 1, 2], "0 positive outcomes and 9 negative outcomes, then 3 and 3"),
        ([3, 3, 3, 1, 2], "9 positive outcomes and 0 negative outcomes, then 3 and 3"),
        ([0, 1, 0, 0, 0], "1 positive outcomes and 8 negative outcomes, then 0 and 6"),
        ([0, 1, 0, 3, 3], "1 positive outcomes and 8 negative outcomes, then 6 and 0"),
        ([0, 0, 1, 0, 1], None),
        ([3, 2, 3, 2, 3], None),
    ],
)
def test_both_classes_among_three_campaigns_and_two_after_them(responses, counts):
    y = np.concatenate([np.arange(3) < count for count in responses]).astype(float)
    rows = training_rows(RidgePropensity(), pd.DataFrame({"a": np.arange(15.0)}), y)
    fold = np.repeat(np.arange(5), 3)
    if counts is None:
        check_told_ahead(rows, fold)
        return
    message = (
        "`folds='forward'` needs both classes in the first 3 folds of campaigns and in those "
        f"after them; got {counts}. Leave `folds` out, or add campaigns."
    )
    with pytest.raises(DataError, match=exactly(message)):
        check_told_ahead(rows, fold)


def test_five_campaigns_are_enough_for_forward_folds():
    X, y, campaign = monthly(np.arange(30) % 2)
    model = RidgePropensity(folds="forward").fit(X, y, campaign=campaign)
    assert model.folds_ == "2 campaigns, each judged by those before it"
