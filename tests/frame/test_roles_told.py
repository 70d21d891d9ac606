"""What a frame is told of its rows after it was made: offers that were taken, arms of a test."""

import pandas as pd
import pytest

from workbench import FeatureFrame
from workbench.errors import DataError, SchemaError

TOOK = ["tea", None, "red wine", None, "Müsli", None, "tea", None]
X = pd.DataFrame({"visits": [(7 * k) % 11 for k in range(len(TOOK))]})
Y = pd.Series([1.0, 0.0] * 4)


def test_a_frame_is_told_of_offers_in_the_order_of_its_rows():
    plain = FeatureFrame(X, Y)
    told = plain.with_offer(pd.Series(TOOK))
    assert [None if pd.isna(one) else one for one in told.offer] == TOOK
    assert plain.offer is None
    words = pd.Series([one or "none" for one in TOOK])
    assert plain.with_offer(words, no_offer="none").offer.equals(told.offer)
    assert told.rows([6, 1, 0]).offer.tolist()[::2] == ["tea", "tea"]
    assert told.with_offer(list(TOOK)).offer.equals(told.offer)


def test_offers_of_other_rows_are_refused():
    with pytest.raises(SchemaError, match="`offer` must have one value a row; got 3 for 8 rows"):
        FeatureFrame(X, Y).with_offer(pd.Series(TOOK[:3]))
    with pytest.raises(DataError, match="In 'taken' 4 of 4 contacts that did not respond"):
        FeatureFrame(X, Y).with_offer(pd.Series(["tea", "wine", "wine", "tea"] * 2))


def test_arms_are_told_as_offers_are():
    frame = FeatureFrame(X, Y).with_treatment(pd.Series(["mail", "holdout"] * 4))
    assert (frame.control, frame.treatment.tolist()[:2]) == ("holdout", ["mail", "holdout"])
