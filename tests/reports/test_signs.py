"""Each condition on both sides of its bar, and what a run does with them."""

import json
import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from workbench import FeatureFrame, RidgePropensity, evidence, metrics
from workbench.errors import ParameterError
from workbench.reports.signs import (
    CONDITIONS,
    MIME,
    Sign,
    Signs,
    conditions_in,
    remark_on,
    signs_against,
    signs_in,
    stopping,
)

LEAK = Sign("leak", "May give the outcome away: 'ended' (AUC 1.000 alone).", "Leave it out.")
GOOD = {
    "log_loss": 0.3,
    "base_log_loss": 0.4,
    "loss_ratio": 0.75,
    "loss_ratio_low": 0.7,
    "loss_ratio_high": 0.8,
    "auc": 0.8,
    "auc_low": 0.75,
    "auc_high": 0.85,
}


@pytest.fixture(scope="module")
def judged():
    """Twelve months in order, a model of the first ones, and what lies beyond them: nothing."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=1200)
    table = pd.DataFrame(
        {
            "x": np.clip(x, -2, 2),
            "month": np.repeat([f"2024-{m:02d}" for m in range(1, 13)], 100),
            "y": (rng.random(1200) < 1 / (1 + np.exp(1 - 1.5 * x))).astype(int),
        }
    )
    frame = FeatureFrame.from_table(table, target="y", campaign="month")
    split = evidence.hold_out(frame)
    model = RidgePropensity(alpha=0.01).fit(split.train)
    beyond = evidence.beyond_training(model, split.test)
    forward = evidence.forward_estimate(RidgePropensity(alpha=0.01), frame)
    return split, beyond, forward


def found(judged, row=GOOD, *, suspects=None, **changes):
    split, beyond, forward = judged
    given = {"beyond": beyond, "forward": forward} | changes
    split = given.pop("split", split)
    return signs_against(split, row, suspects=suspects or {}, **given).found


def test_a_good_model_has_no_sign_against_it(judged):
    assert judged[2].proven
    assert found(judged) == []


def test_the_models_own_figures_are_no_sign(judged):
    split, beyond, forward = judged
    model = RidgePropensity(alpha=0.01).fit(split.train)
    row = metrics.performance(split.test.y, model.propensity(split.test)).iloc[0]
    assert signs_against(split, row, suspects={}, beyond=beyond, forward=forward).found == []


def test_a_leak_names_its_columns(judged):
    (sign,) = found(judged, suspects={"ended": "AUC 1.000 alone", "gap day": "all 40 responded"})
    assert str(sign) == (
        "leak: May give the outcome away: 'ended' (AUC 1.000 alone); 'gap day' (all 40 responded). "
        "What is known only after the contact must be left out: `drop='ended'` `drop='gap day'`."
    )


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"auc": 0.9901}, "the AUC is 0.9901, above 0.99"),
        (
            {"loss_ratio": 0.049, "log_loss": 0.0196},
            "the log loss is 0.0196, near 0 (the base rate's is 0.4000)",
        ),
        ({"auc_low": np.nan}, "an interval of AUC or log loss is not a number"),
        ({"loss_ratio_high": np.nan}, "an interval of AUC or log loss is not a number"),
        ({"auc": 0.99, "loss_ratio": 0.05}, None),
    ],
)
def test_a_perfect_score(judged, changes, what):
    signs = found(judged, GOOD | changes)
    assert [sign.what for sign in signs] == (
        [] if what is None else [f"Too good, or too little, to be believed: {what}."]
    )
    assert {sign.name for sign in signs} <= {"perfect"}


@pytest.mark.parametrize(("share", "there"), [(0.1, False), (0.101, True)])
def test_drift_by_what_lies_beyond_the_trained_range(judged, share, there):
    table = judged[1].table.assign(log_odds=0.2)
    signs = found(judged, beyond=replace(judged[1], table=table, share=share))
    assert [sign.name for sign in signs] == ["drift"] * there
    if there:
        assert signs[0].what == (
            "The contacts to score are not those that were learned from: 10% of what moves the "
            "scores lies outside of the trained range, more than 10%, most of it of 'x'."
        )


def test_drift_by_a_forward_estimate_no_better_than_the_base_rate(judged):
    against = replace(judged[2].against_base, estimate=0.0)
    signs = found(judged, forward=replace(judged[2], against_base=against))
    assert [sign.name for sign in signs] == ["drift", "readiness"]
    assert signs[0].what == (
        "The contacts to score are not those that were learned from: on campaigns judged by "
        "earlier ones, the log loss is +0.0000 against that of the recent response rate."
    )


def test_an_order_that_is_not_known(judged):
    split = replace(judged[0], in_order_of="file")
    (sign,) = found(judged, split=split, forward=None)
    assert str(sign) == (
        "undated: The order of the campaigns in time is not known. Name the time column, `time`, "
        "or say the order, `order`."
    )


def test_contacts_too_few_are_not_ready(judged):
    split = judged[0]
    few = replace(split, test=split.test.rows(np.arange(12)))
    (sign,) = found(judged, split=few)
    assert sign.name == "readiness"
    assert sign.what.startswith("The test has ")
    assert sign.then == "Test on more contacts."


@pytest.mark.parametrize(("high", "there"), [(0.999, False), (1.0, True), (np.nan, True)])
def test_what_is_not_proven_on_its_test_is_not_ready(judged, high, there):
    names = [sign.name for sign in found(judged, GOOD | {"loss_ratio_high": high}, forward=None)]
    assert ("readiness" in names) == there


def test_they_are_shown_and_found_again():
    signs = Signs([LEAK], ("leak", "drift"))
    shown = signs._repr_mimebundle_()
    assert shown["text/html"] == (
        "<p>Before this model is used:</p><ul><li>May give the outcome away: 'ended' (AUC 1.000 "
        "alone). Leave it out.</li></ul>"
    )
    executed = {"cells": [{}, {"outputs": [{}, {"data": json.loads(json.dumps(shown))}]}]}
    again = signs_in(executed)
    assert (list(again.found), tuple(again.looked_at)) == ([LEAK], ("leak", "drift"))
    assert signs_in({"cells": [{"outputs": [{"data": {"text/plain": ""}}]}]}) is None
    assert Signs()._repr_mimebundle_()[MIME] == {"found": [], "looked_at": list(CONDITIONS)}


@pytest.mark.usefixtures("watched")
def test_a_column_of_few_people_is_not_named():
    sign = Sign("leak", "May give the outcome away: 'tattooed' (AUC 0.960 alone).", "Leave it out.")
    assert "tattooed" not in Signs([sign])._repr_mimebundle_()["text/html"]


def test_what_stops_a_run():
    signs = Signs([LEAK, Sign("drift", "It moved.", "Fit again.")], ("leak", "drift"))
    names = lambda fail_on, of=signs: [s.name for s in stopping(of, fail_on, name="mine.ipynb")]  # noqa: E731
    assert names(()) == []
    assert names(None) == ["leak"]
    assert names(("drift",)) == ["drift"]
    assert names(("drift", "perfect")) == ["drift", "perfect"], "what nothing looks for holds"
    assert names(None, None) == []
    assert remark_on([]) == ""
    assert remark_on([LEAK]) == (
        "No model was written. May give the outcome away: 'ended' (AUC 1.000 alone)."
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("leek", "'leek'. Did you mean 'leak'?"),
        ("leak,none", "'none'. 'none' stands alone."),
        ("", "''."),
    ],
)
def test_a_word_that_is_no_condition(text, said):
    message = (
        "`fail_on` must be of ['leak', 'undated', 'perfect', 'drift', 'readiness'], with commas "
        f"between, or 'none'; got {said}"
    )
    with pytest.raises(ParameterError, match=f"^{re.escape(message)}$"):
        conditions_in(text)


def test_signs_of_all_cells_count():
    """A clean second model does not make the leak of the first unseen."""
    leak = Sign("leak", "'ended' may give it away.", "Leave it out.")
    cells = [
        {"outputs": [{"data": {MIME: shown.to_dict()}}]}
        for shown in (Signs([leak], ["leak"]), Signs([], ["perfect"]))
    ]
    found = signs_in({"cells": cells})
    assert (found.found, found.looked_at) == ([leak], ("leak", "perfect"))
    assert signs_in({"cells": [{}]}) is None
