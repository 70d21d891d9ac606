import numpy as np
import pytest

from workbench.reports.routed.verdict_on_router import RouterFigures, verdict_on_router

GOOD = {"share": 0.7, "precision": 0.98, "threshold": 0.7, "periods": 8}


@pytest.mark.parametrize(
    ("changed", "word", "why", "step"),
    [
        ({}, "ready", "as precise as was asked for", "beside a person"),
        (
            {"share": 0.0, "threshold": np.inf},
            *("not proven", "No threshold is as precise", "less than 98.0%"),
        ),
        (
            {"share": np.nan},
            *("not proven", "Fewer than ten customers wrote", "texts of more customers"),
        ),
        ({"periods": 0}, "with care", "left out at random", "`period`"),
        ({"periods": 1}, "with care", "1 period does not tell", "more periods"),
        ({"periods": 2}, "with care", "2 periods do not tell", "more periods"),
        ({"periods": 3}, "ready", "as precise", "beside a person"),
        ({"less_precise": ("invoice",)}, "with care", "are not: invoice.", "`handed_over`"),
        ({"share": 0.05}, "with care", "Hardly any text", "join labels"),
    ],
)
def test_the_worst_sign_decides(changed, word, why, step):
    found = verdict_on_router(RouterFigures(**{**GOOD, **changed}))
    assert found.word == word
    assert why in found.why
    assert step in found.next_step


def test_all_signs_of_a_kind_are_named_and_the_first_says_what_to_do():
    found = verdict_on_router(RouterFigures(0.05, 0.98, 0.7, periods=0, less_precise=("a", "b")))
    assert found.why.count(".") == 3
    assert "a, b" in found.why
    assert "hand these labels over" in found.next_step


def test_a_share_that_is_not_told_is_not_taken_for_no_threshold():
    found = verdict_on_router(RouterFigures(np.nan, 0.98, 0.7, periods=8))
    assert "threshold" not in str(found)
    assert "every text goes to a person" not in str(found)


def test_it_names_what_was_asked_for_in_full():
    found = verdict_on_router(RouterFigures(0.0, 0.9996, float("inf")))
    assert found.next_step.endswith("less than 99.96%.")
