import numpy as np
import pytest

from workbench import metrics
from workbench.reports.finding import auc_interval, finding


def row(ratio, low, high, note=""):
    ends = {"loss_ratio": ratio, "loss_ratio_low": low, "loss_ratio_high": high}
    return {"log_loss": 0.4 * ratio, "base_log_loss": 0.4, "note": note, **ends}


@pytest.mark.parametrize(
    ("performance", "said"),
    [
        (
            row(0.77, 0.72, 0.82),
            "0.3080 against 0.4000 for the base rate: 23% lower (95% interval: 18% to 28% lower).",
        ),
        (
            row(1.2, 1.05, 1.35),
            (
                "0.4800 against 0.4000 for the base rate: 20% higher "
                "(95% interval: 5.0% to 35% higher)."
            ),
        ),
        (
            row(0.98, 0.95, 1.01),
            (
                "0.3920 against 0.4000 for the base rate: 2.0% lower, which is "
                "unproven, as the 95% interval goes from 5.0% lower to 1.0% higher."
            ),
        ),
        (
            row(1.001, 0.9, 1.102),
            (
                "0.4004 against 0.4000 for the base rate: 0.1% higher, which is "
                "unproven, as the 95% interval goes from 10% lower to 10% higher."
            ),
        ),
    ],
    ids=["better", "worse", "hardly better", "hardly worse"],
)
def test_better_worse_or_unproven(performance, said):
    told = finding(performance, unseen="3 later campaigns")
    assert told == f"On 3 later campaigns, not seen before, the model's log loss is {said}"


def test_without_both_classes_there_is_no_comparison():
    performance = metrics.performance(np.zeros(4), [0.1, 0.1, 0.2, 0.2]).iloc[0]
    assert finding(performance, unseen="1 later campaign") == (
        "On 1 later campaign, not seen before, the model's log loss is 0.1643; "
        f"it cannot be compared: {performance['note']}."
    )


def test_a_useless_model_of_real_rows_is_unproven():
    rng = np.random.default_rng(0)
    y = (rng.random(500) < 0.2).astype(float)
    performance = metrics.performance(y, np.full(500, 0.2)).iloc[0]
    assert "unproven" in finding(performance, unseen="contacts drawn at random")


@pytest.mark.parametrize(
    ("performance", "said"),
    [
        (
            row(1.058, 1.057, 1.06),
            (
                "0.4232 against 0.4000 for the base rate: 5.8% higher (95% interval with whole "
                "cells drawn: 5.7% to 6.0% higher)."
            ),
        ),
        (
            row(0.98, 0.95, 1.01),
            (
                "0.3920 against 0.4000 for the base rate: 2.0% lower, which is unproven, as the "
                "95% interval with whole cells drawn goes from 5.0% lower to 1.0% higher."
            ),
        ),
        (
            row(0.98, np.nan, np.nan),
            (
                "0.3920 against 0.4000 for the base rate: 2.0% lower, which is unproven, as "
                "fewer than two cells do not show how far others would differ."
            ),
        ),
    ],
    ids=["worse", "unproven", "one cell"],
)
def test_it_says_what_its_interval_draws(performance, said):
    told = finding(performance, unseen="3 later campaigns", drawn="cells")
    assert told == f"On 3 later campaigns, not seen before, the model's log loss is {said}"


def test_the_interval_of_the_auc_says_what_it_draws_or_why_there_is_none():
    ends = {"auc_low": 0.6, "auc_high": 0.7, "note": ""}
    assert auc_interval(ends) == "95% interval 0.600 to 0.700"
    assert auc_interval(ends, drawn="cells") == "95% interval 0.600 to 0.700, whole cells drawn"
    assert auc_interval({**ends, "note": "n/a (0 positives)"}) == "n/a (0 positives)"
    none = {**ends, "auc_low": np.nan, "auc_high": np.nan}
    assert auc_interval(none, drawn="cells") == "no interval: too few cells"
    perfect = auc_interval({**none, "auc": 1.0})
    assert perfect == "no interval: no pair is ranked the other way"
