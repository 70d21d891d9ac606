"""What a shift view draws, and what of it may be mailed: counted and worked out from the rows."""

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from workbench import FeatureFrame, RidgePropensity
from workbench.evidence import over_campaigns, spikiness
from workbench.widgets.shift.shift_state import MOST_CELLS, ColumnsOverCampaigns


@pytest.fixture(scope="module")
def rare():
    """Six campaigns of 200; one of 99 contacts, one of four responses; columns that are rare."""
    rng = np.random.default_rng(0)
    sizes = [200] * 6 + [99, 200]
    fold = np.repeat(np.arange(8), sizes)
    n = len(fold)
    X = pd.DataFrame({"visits": rng.normal(size=n), "promo": (rng.random(n) < 0.3) * 1.0})
    X["four"] = np.isin(np.arange(n), [3, 300, 500, 700]) * 1.0
    gap = np.zeros(n)
    gap[:50], gap[200:204], gap[400:405] = 7.0, 1234.5, 1.0
    X["gap"] = gap
    X["most"] = 1.0 - np.isin(np.arange(n), [*range(60), *range(200, 203)])
    y = (np.arange(n) % 5 == 0) * 1.0
    late = np.flatnonzero(fold == 7)
    y[late] = 0.0
    y[late[:4]] = 1.0
    labels = pd.Series([f"c{k}" for k in fold])
    customer = pd.Series([f"secret-{k}" for k in range(n)])
    return FeatureFrame(X, pd.Series(y), labels, customer=customer)


@pytest.fixture(scope="module")
def found(rare):
    return ColumnsOverCampaigns.of(rare, RidgePropensity(0.1).fit(rare))


def test_scores_and_cells_are_those_of_the_evidence(frame, model):
    ours = ColumnsOverCampaigns.of(frame, model)
    theirs = spikiness(frame, model)
    theirs = theirs[theirs["same_as"] == ""]
    shared = [name for name in theirs if name != "remark"]
    pd.testing.assert_frame_equal(ours.scores[shared], theirs[shared])
    followed = over_campaigns(frame, model, columns=list(theirs.index))
    pd.testing.assert_frame_equal(ours.table, followed)
    share = model.coefficients().loc[theirs.index, "score_share"]
    pd.testing.assert_series_equal(ours.scores["score_share"], share)
    assert "score_share" not in ColumnsOverCampaigns.of(frame, None).scores


def test_the_state_says_the_same_in_fewer_digits(frame, model):
    ours = ColumnsOverCampaigns.of(frame, model)
    state = json.loads(json.dumps(ours.state(), allow_nan=False))
    for j, name in enumerate(state["columns"]["name"]):
        rows = ours.table[ours.table["column"] == name]
        kind = "mean" if state["columns"]["by_mean"][j] else "active_share"
        assert state["columns"]["by_mean"][j] == (not name.startswith(("promo", "visits_0")))
        for said, exact in (("value", kind), ("effect", "effect"), ("effect_low", "effect_low")):
            given = np.array(state["cells"][said][j], dtype=float)
            np.testing.assert_allclose(given, rows[exact], rtol=1e-5, equal_nan=True)
    for name in ("concentration", "i_squared", "psi", "score_share", "badness"):
        given = np.array(state["columns"][name], dtype=float)
        np.testing.assert_allclose(given, ours.scores[name], atol=5.1e-5)
    assert state["campaigns"] == frame.campaigns


def test_small_campaigns_do_not_leave_the_notebook(rare, found):
    state = found.released().state()
    assert state["campaigns"] == [f"c{k}" for k in range(6)]
    assert state["all_campaigns"] == 8
    assert state["notes"][0] == (
        "2 of 8 campaigns are left out of this file: none of fewer than 100 customers or 10 who "
        "respond leaves the notebook. The scores count them all."
    )
    assert "secret-" not in json.dumps(state)


def test_what_few_contacts_are_does_not_leave_the_notebook(rare, found):
    state = found.released().state()
    names, cells = state["columns"]["name"], state["cells"]
    assert "four" in found.scores.index
    assert sorted(names) == ["gap", "most", "promo", "visits"]
    assert state["notes"][1] == "1 column is left out: fewer than 10 customers have it at all."
    assert state["notes"][2].startswith("Gaps: what fewer than 10 customers of a campaign")
    for name, hidden in (
        ("gap", {"c1", "c2"}),
        ("most", {"c1"}),
        ("promo", set()),
        ("visits", set()),
    ):
        rows = np.array([column[names.index(name)] for column in cells.values()], dtype=float)
        withheld = np.isnan(rows).all(axis=0)
        assert {c for c, gone in zip(state["campaigns"], withheld, strict=True) if gone} == hidden
        counts = (rare.X[name] != found.scores.loc[name, "usual"]).groupby(rare.campaign).sum()
        for campaign, share in zip(state["campaigns"], rows[0], strict=True):
            few = 0 < counts[campaign] < 10 or 0 < 200 - counts[campaign] < 10
            assert np.isnan(share) == (few and name != "visits")
    assert "1234.5" not in json.dumps(state)
    assert state["columns"]["usual"][names.index("visits")] is None, "one contact's own value"


def test_too_few_campaigns_leave_nothing(rare):
    few = rare.rows(rare.campaign.isin(["c0", "c6", "c7"]).to_numpy())
    assert ColumnsOverCampaigns.of(few, None).released() is None


def test_what_repeats_and_what_is_too_much_is_left_out_and_said(rare, monkeypatch):
    X = rare.X.assign(copy=rare.X["promo"])
    frame = FeatureFrame(X, rare.y, rare.campaign)
    found = ColumnsOverCampaigns.of(frame, None)
    assert "copy" not in found.scores.index
    assert found.notes == ("1 column is left out: the same values as another.",)
    assert MOST_CELLS >= 300 * 60
    monkeypatch.setattr("workbench.widgets.shift.shift_state.MOST_CELLS", 8 * 2)
    cut = ColumnsOverCampaigns.of(frame, None)
    assert list(cut.scores.index) == list(found.scores.index[:2])
    assert cut.notes[1] == "The worst 2 of 5 columns are listed."


def test_customers_are_counted_and_not_their_contacts(rare):
    few_often = replace(rare, customer=pd.Series([f"k{k % 60}" for k in range(len(rare))]))
    assert (
        ColumnsOverCampaigns.of(few_often, RidgePropensity(0.1).fit(few_often)).released() is None
    )
    held = ColumnsOverCampaigns.of(few_often, RidgePropensity(0.1).fit(few_often))
    assert held.people.max() <= 60 < held.contacts.max()
    assert len(held.moves) == 60


def test_a_flag_that_gaps_hide_is_rare(rare):
    some = np.where(np.arange(len(rare)) < 500, 0.0, np.nan)
    some[:3] = 1.0
    X = rare.X.assign(share=some)
    both = FeatureFrame(X, rare.y, rare.campaign, customer=rare.customer)
    with pytest.warns(match="Missing"):
        view = ColumnsOverCampaigns.of(both, RidgePropensity(0.1).fit(both))
    assert "share" in view.scores.index
    assert "share" not in view.released().scores.index
