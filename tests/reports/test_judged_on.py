"""What a headline was judged on: the same contacts and outcomes, or others."""

import numpy as np
import pandas as pd
import pytest

from workbench import FeatureFrame, evidence
from workbench.reports.headline import Figure, Headline
from workbench.reports.judged_on import features_of_unnamed, fingerprint, judged_on, same_contacts


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


def sorted_table(seed, **changes):
    """A table in the order of its outcome: every stratified hold-out has its pattern."""
    rng = np.random.default_rng(seed)
    told = {"x": rng.random(400), "z": rng.integers(0, 9, 400), "flat": 1.0}
    return pd.DataFrame(told | {"bought": np.repeat([1, 0], [100, 300])}).assign(**changes)


def judged(table, *, hold=0, **said):
    split = evidence.random_hold_out(
        FeatureFrame.from_table(table, target="bought", **said), seed=hold
    )
    return judged_on(split, target="bought")


def test_without_customers_features_tell_contacts_apart():
    own = judged(sorted_table(0))
    assert own["contacts_sha256"] == judged(sorted_table(1))["contacts_sha256"]
    assert not same_contacts(own, judged(sorted_table(1)))
    assert not same_contacts(own, judged(sorted_table(0), hold=1))
    assert same_contacts(own, judged(sorted_table(0)))
    # another model may have fewer features, or more; a whole float is an integer
    assert same_contacts(own, judged(sorted_table(0).drop(columns="x")))
    z = sorted_table(0)["z"].astype(float)
    assert same_contacts(own, judged(sorted_table(0, z=z, more=np.arange(400))))
    assert not same_contacts(own, judged(sorted_table(0).drop(columns=["x", "z"])))
    earlier = {name: value for name, value in own.items() if name != "features_sha256"}
    assert not same_contacts(own, earlier)
    assert not same_contacts(earlier, own)


def test_contacts_whose_customer_is_missing_have_features_and_a_place():
    ids = pd.Series([f"K{k}" for k in range(400)], dtype="object").where(np.arange(400) % 4 > 0)
    named = {"customer": "id"}
    own = judged(sorted_table(0, id=ids), **named)
    assert not same_contacts(own, judged(sorted_table(1, id=ids), **named))
    frame = FeatureFrame.from_table(sorted_table(0, id=ids), target="bought", **named)
    gaps = ids.isna().to_numpy()
    moved = sorted_table(0, id=ids)
    moved.loc[~gaps, "x"] = 0.5  # features of those who are known do not count
    again = FeatureFrame.from_table(moved, target="bought", **named)
    assert features_of_unnamed(again) == features_of_unnamed(frame) != {}
    assert fingerprint(again) == fingerprint(frame)
    y = sorted_table(0)["bought"].to_numpy().copy()
    y[gaps] = y[gaps][::-1]
    swapped = FeatureFrame.from_table(sorted_table(0, id=ids, bought=y), target="bought", **named)
    assert fingerprint(swapped) != fingerprint(frame)
    assert features_of_unnamed(frame.rows(np.flatnonzero(~gaps))) == {}


def test_customers_are_spelled_alike_whatever_their_type():
    own = fingerprint(frame(id=np.arange(60)))
    for ids in (np.arange(60.0), np.arange(60).astype(str), pd.array(np.arange(60), "Int64")):
        assert fingerprint(frame(id=ids)) == own


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
