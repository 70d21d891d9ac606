"""What a headline was judged on: the same contacts and outcomes, or others."""

import numpy as np
import pandas as pd
import pytest

from workbench import FeatureFrame, evidence
from workbench.reports.headline import Figure, Headline
from workbench.reports.judged_on import fingerprint, judged_on


def frame(**changes):
    n = 60
    table = pd.DataFrame({"id": [f"K{k}" for k in range(n)], "x": np.arange(n) % 7})
    table["month"] = np.resize(["2026-01", "2026-02", "2026-03"], n)
    table["bought"] = np.arange(n) % 2
    given = {"target": "bought", "campaign": "month", "customer": "id"} | changes.pop("said", {})
    return FeatureFrame.from_table(table.assign(**changes), **given)


def test_features_and_order_of_rows_do_not_count():
    own = frame()
    assert fingerprint(frame(x=1.5, another=np.arange(60))) == fingerprint(own)
    assert fingerprint(own.rows(np.arange(60)[::-1])) == fingerprint(own)


@pytest.mark.parametrize(
    "changes",
    [
        {"bought": 1 - np.arange(60) % 2},
        {"id": [f"L{k}" for k in range(60)]},
        {"month": np.resize(["2026-01", "2026-02", "2026-04"], 60)},
    ],
)
def test_outcomes_customers_and_campaigns_count(changes):
    assert fingerprint(frame(**changes)) != fingerprint(frame())


def test_without_customers_the_place_in_the_table_counts():
    bought = np.random.default_rng(0).integers(0, 2, 60)
    anonymous = frame(said={"customer": None}, bought=bought)
    assert fingerprint(anonymous.rows(np.arange(10))) != fingerprint(
        anonymous.rows(np.arange(6, 16))
    )
    assert fingerprint(anonymous.rows(np.arange(10))) == fingerprint(
        frame(said={"customer": None}, bought=bought, x=2.0).rows(np.arange(10))
    )


def test_it_counts_what_the_test_holds():
    split = evidence.hold_out(frame(), test_campaigns=2)
    told = judged_on(split, target="bought", cost=2.0)
    assert told == {
        "target": "bought",
        "kind": "out of time",
        "contacts": 40.0,
        "responses": 20.0,
        "campaigns": ["2026-02", "2026-03"],
        "contacts_sha256": fingerprint(split.test),
        "cost": 2.0,
    }


def test_a_headline_calls_nothing_better_that_was_judged_on_others():
    figure = Figure("AUC", 0.8, digits=2, better="higher")

    def told(sha, value):
        figures = [Figure("AUC", value, digits=2, better="higher")]
        return Headline("Who?", figures=figures, judged={"contacts_sha256": sha}).to_dict()

    now = Headline("Who?", figures=[figure], judged={"contacts_sha256": "1a"})
    assert now.compared_with(told("1a", 0.7)).figures[0].change == "before: 0.70 (better)"
    assert now.compared_with(told("2b", 0.7)).figures[0].change == "before: 0.70"
