"""What an interval draws as a whole; the intervals themselves are tested in test_earned."""

import numpy as np
import pandas as pd
import pytest

from workbench import FeatureFrame
from workbench.evidence.drawn_again import around, by_rare_responses, drawn_again, wider
from workbench.frame.dealing import Drawn


def frame_of(n=24, **more):
    X = pd.DataFrame({"x": np.arange(n) * 1.0})
    return FeatureFrame(X, pd.Series(np.arange(n) % 2 * 1.0), **more)


def test_campaigns_then_customers_then_contacts():
    labels = {"campaign": pd.Series(np.arange(24) % 3), "customer": pd.Series(np.arange(24) % 8)}
    assert drawn_again(frame_of(**labels)).name == "campaigns"
    assert drawn_again(frame_of(**labels), campaigns=False).name == "customers"
    assert drawn_again(frame_of(campaign=pd.Series(np.arange(24) % 2))).name == "contacts"
    assert drawn_again(frame_of(cell=pd.Series(np.arange(24) % 8))).name == "cells"


def test_a_sum_scatters_as_independent_contacts_at_least():
    rng = np.random.default_rng(0)
    value, weight = rng.normal(size=400), np.ones(400)
    low, high = around(value, weight, Drawn(None, "contacts"))
    half = 1.959964 * np.sqrt(((value - value.mean()) ** 2).sum())
    assert (low, high) == pytest.approx((value.sum() - half, value.sum() + half))
    clustered = around(value, weight, Drawn(np.arange(400) % 5, "cells"))
    assert clustered[0] <= low
    assert clustered[1] >= high


def test_few_responses_widen_to_exact_limits_and_many_do_not():
    y = np.r_[np.ones(2), np.zeros(98)]
    low, high = by_rare_responses(np.ones(100), y, cost=1.0, margin=10.0)
    assert (low, high) == pytest.approx(
        ((10 * 0.00243134 - 1) * 100, (10 * 0.0703839 - 1) * 100), rel=1e-4
    )
    many = by_rare_responses(np.ones(100), np.arange(100) % 2, cost=1.0, margin=10.0)
    assert wider((0.0, 1.0), many) == (0.0, 1.0)
