import math

import pytest

from workbench.reports.verdict_on_test import Measured, verdict_on_test

GOOD = {"low": 0.04, "high": 0.08, "profit_low": 900.0, "profit_high": 1800.0, "campaigns": 6}


@pytest.mark.parametrize(
    ("changed", "word", "why"),
    [
        ({}, "ready", "Contacting changes the outcome by more than chance, and earns more"),
        ({"low": -0.01}, "not proven", "The interval of the effect holds no change, too."),
        ({"low": 0.0}, "not proven", "The interval of the effect holds no change, too."),
        ({"low": -0.08, "high": -0.04}, "not proven", "Contacting lowered the outcome."),
        (
            {"profit_low": -9.0, "profit_high": -1.0},
            "not proven",
            "It changes the outcome, and costs more than that earns.",
        ),
        ({"profit_low": -9.0}, "with care", "Whether it earns its cost may be chance."),
        ({"differ_p": 0.01}, "with care", "The effect differs between campaigns by more than"),
        ({"differ_p": 0.05}, "ready", "Contacting changes the outcome"),
        ({"campaigns": 2}, "with care", "It was measured in too few campaigns"),
    ],
)
def test_the_worst_sign_decides(changed, word, why):
    found = verdict_on_test(Measured(**{**GOOD, **changed}))
    assert found.word == word
    assert found.why.startswith(why)


def test_all_signs_of_one_kind_are_named_and_the_first_gives_the_next_step():
    signs = {"profit_low": -1.0, "differ_p": 0.0, "campaigns": 1, "best_low": 1.0}
    found = verdict_on_test(Measured(**{**GOOD, **signs}))
    assert found.why == (
        "Whether it earns its cost may be chance. The effect differs between campaigns by more "
        "than chance. It was measured in too few campaigns to tell how far the next may differ."
    )
    assert found.next_step.startswith("contact only those whom it changes most")


@pytest.mark.parametrize(
    "profit", [{"profit_low": -9.0}, {"profit_low": -9.0, "profit_high": -1.0}]
)
@pytest.mark.parametrize("best_low", [0.0, -5.0, math.nan])
def test_the_best_are_not_contacted_where_that_is_not_proven_to_earn(profit, best_low):
    """A next step that loses money on contacts not seen before would be bad advice."""
    found = {**GOOD, **profit}
    assert "changes most" not in verdict_on_test(Measured(**found, best_low=best_low)).next_step
    assert "changes most" in verdict_on_test(Measured(**found, best_low=1.0)).next_step


def test_the_best_are_contacted_where_that_is_proven_to_earn_more():
    assert "changes most" in verdict_on_test(Measured(**GOOD, best_gain_low=1.0)).next_step
    assert "changes most" not in verdict_on_test(Measured(**GOOD, best_gain_low=0.0)).next_step
    assert "changes most" not in verdict_on_test(Measured(**GOOD, best_gain_low=math.nan)).next_step
