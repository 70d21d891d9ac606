"""Different names stay different on every chart, at every width that one has."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench import charts
from workbench.charts import small, style

ALIKE = st.builds(
    lambda start, middle, end: f"{start}{middle}{end}",
    st.sampled_from(["transactions_28d_sales_value_", "spend on ", "", "a" * 40]),
    st.text("ab_ é0", min_size=1, max_size=6),
    st.sampled_from(["_sum_log", "_of_the_last_four_weeks", "", "b" * 40]),
)
NAMES = st.lists(ALIKE, min_size=2, max_size=7, unique_by=lambda name: style.short(name, 10**9))
FOUR = [f"transactions_28d_{kind}_sales_value_sum_log" for kind in ("meat", "deli", "fish", "milk")]


def coefficients(names):
    table = pd.DataFrame({"group": names, "coef_standardised": 0.1, "std_error": 0.1}, index=names)
    return charts.coefficients(table)


def groups(names):
    table = pd.DataFrame({"group": names, "columns": 2, "kept": 2, "edf": 1.0, "score_share": 0.5})
    return charts.edf_by_group(table), charts.reliance_by_group(table)


def leaning(names):
    return small.leaning(pd.Series(0.1, index=names[: small.MOST_ROWS]), of="features")


def of_campaigns(names):
    y, p = np.tile([1, 0], len(names)), np.tile([0.6, 0.4], len(names))
    from workbench import metrics

    table = metrics.by_campaign(y, p, np.repeat(names, 2))
    return charts.by_campaign(table), small.campaigns(table[: small.MOST_ROWS])


DRAWN = {
    "coefficients": coefficients,
    "groups": groups,
    "leaning": leaning,
    "campaigns": of_campaigns,
}


@pytest.mark.parametrize("name", DRAWN)
@settings(derandomize=True, max_examples=15, deadline=None)
@given(names=NAMES)
def test_no_two_rows_have_one_label(name, names):
    for ax in np.atleast_1d(DRAWN[name](names)):
        labels = [label.get_text() for label in ax.get_yticklabels()]
        assert len(labels) > 1
        assert len(set(labels)) == len(labels)
        beside = [text.get_text() for text in ax.texts]
        assert name != "coefficients" or len(set(beside)) == len(names)  # their groups
    plt.close("all")


@settings(derandomize=True, max_examples=300, deadline=None)
@given(names=NAMES, most=st.sampled_from([11, 12, 14, 18, 26, 30, 40]))
def test_names_are_cut_apart_at_every_width(names, most):
    cut = style.shortened(names, most)
    assert len(set(cut)) == len(names)
    assert max(map(len, cut)) <= most


def test_four_rows_of_one_family_are_told_apart():
    (ax,) = [coefficients(FOUR)]
    labels = [label.get_text() for label in ax.get_yticklabels()]
    assert len(set(labels)) == 4
    for label, kind in zip(labels, ("meat", "deli", "fish", "milk"), strict=True):
        assert len(label) <= 30, (label, kind)
