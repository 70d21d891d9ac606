"""Nothing that stands for few contacts leaves: merged folds, pooled columns."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench import RidgePropensity, Tuner
from workbench.errors import DataWarning
from workbench.ridge.statistics.enough import merge
from workbench.widgets.fitted.facts import Facts, answer
from workbench.widgets.private.release import FEWEST_POSITIVES, count, release


@given(
    st.lists(st.tuples(st.integers(1, 400), st.integers(0, 20)), min_size=1, max_size=14),
    st.integers(50, 400),
)
def test_every_merged_fold_is_large_enough_and_made_of_neighbours(folds, fewest):
    rows, positives = (np.array(one, dtype=float) for one in zip(*folds, strict=True))
    merged = merge(rows, positives, fewest)
    if merged is None:
        assert rows.sum() < fewest or positives.sum() < FEWEST_POSITIVES
        return
    assert np.bincount(merged, rows).min() >= fewest
    assert np.bincount(merged, positives).min() >= FEWEST_POSITIVES
    assert set(np.diff(merged)) <= {0, 1}


@given(
    st.lists(st.tuples(st.integers(1, 200), st.integers(0, 9)), min_size=1, max_size=8),
    st.integers(50, 400),
)
def test_no_other_cut_between_neighbours_gives_more_folds(folds, fewest):
    rows, positives = (np.array(one, dtype=float) for one in zip(*folds, strict=True))

    def holds(cuts):
        return all(
            part.sum() >= fewest and few.sum() >= FEWEST_POSITIVES
            for part, few in zip(np.split(rows, cuts), np.split(positives, cuts), strict=True)
        )

    places = range(1, len(folds))
    cuts = [some for k in range(len(folds)) for some in combinations(places, k)]
    best = max((len(some) + 1 for some in cuts if holds(some)), default=0)
    merged = merge(rows, positives, fewest)
    assert (0 if merged is None else merged.max() + 1) == best


def rare_frame(make_frame):
    """Two indicators that mark three contacts of a campaign each, and one that marks one."""
    frame = make_frame(campaigns=5, each=400)
    X = frame.X.copy()
    for j, start in enumerate((0, 450)):
        X[f"visits_{j + 1}"] = 0.0
        X.loc[start : start + 2, f"visits_{j + 1}"] = 1.0
    X["promo_3"] = 0.0
    X.loc[900, "promo_3"] = 1.0
    return frame, X


@pytest.fixture(scope="module")
def rare(make_frame):
    frame, X = rare_frame(make_frame)
    groups = frame.groups
    model = RidgePropensity(alpha=0.05).fit(X, frame.y, campaign=frame.campaign, groups=groups)
    facts = Facts.of(model)
    return X, frame, facts, release(facts, count(model.workspace_.given.rows))


def test_marks_are_counted_by_fold(rare, make_frame):
    X, frame, _, _ = rare
    model = RidgePropensity(alpha=0.05).fit(X, frame.y, campaign=frame.campaign)
    counts = count(model.workspace_.given.rows)
    assert counts.rows.tolist() == [400] * 5
    by_hand = frame.y.groupby(frame.campaign).sum()
    assert counts.positives.tolist() == by_hand.tolist()
    marked = pd.DataFrame(counts.marked, columns=X.columns)
    assert marked["visits_1"].tolist() == [3, 0, 0, 0, 0]
    assert marked["visits_2"].tolist() == [0, 3, 0, 0, 0]
    assert marked["visits_4"].tolist() == [0] * 5, "nothing is typical of a continuous column"


def test_rare_columns_are_pooled_and_a_lone_one_is_left_out_of_sight(rare):
    released = rare[3]
    assert "visits_1" not in released.facts.names
    assert "promo_3" not in released.facts.names
    assert released.facts.names[-1] == "2 rare columns of behaviour"
    assert released.facts.groups[-1] == "behaviour"
    (note,) = released.notes
    assert note == (
        "3 columns mark one to 9 contacts of a campaign; in this file those of a group move "
        "together, or stay as they were fitted."
    )


def test_pooling_is_the_same_algebra_on_fewer_columns(rare):
    _, _, facts, released = rare
    T, small = released.mapping, released.facts
    found = answer(small, small.tuned)
    np.testing.assert_allclose(T.T @ T, np.eye(T.shape[1]), atol=1e-12)
    np.testing.assert_allclose(found.b, T.T @ facts.stats.b, atol=1e-7)
    # under other penalties: the optimum of the quadratic among b + T move
    penalties = small.tuned * 10
    A, s = facts.stats.total_curvature(), facts.stats.score.sum(axis=0)
    ridge = np.append(0.0, facts.tuned * 10)
    move = np.linalg.solve(
        T.T @ (A + np.diag(ridge)) @ T, T.T @ (s - ridge * (T @ T.T @ facts.stats.b))
    )
    np.testing.assert_allclose(answer(small, penalties).b, T.T @ facts.stats.b + move, atol=1e-9)


def test_small_campaigns_are_merged_and_it_is_said(make_frame):
    frame = make_frame(campaigns=10, each=60)
    model = RidgePropensity(alpha=0.05).fit(frame)
    facts = Facts.of(model)
    released = release(facts, count(model.workspace_.given.rows))
    assert len(released.facts.folds) == len(released.facts.stats.weight) < 10
    assert (released.facts.stats.weight * 600 >= 100 - 1e-9).all()
    assert released.notes[0] == (
        f"10 left-out folds are shown as {len(released.facts.folds)}: none of fewer than 100 "
        "contacts or 10 responses leaves the notebook."
    )
    np.testing.assert_allclose(
        released.facts.stats.total_curvature(),
        released.mapping.T @ facts.stats.total_curvature() @ released.mapping,
        atol=1e-12,
    )


def test_columns_that_are_pooled_do_not_hold_folds_together(make_frame):
    """90 columns ask for folds of 180 contacts; with 80 of them pooled, 100 are enough."""
    frame = make_frame(campaigns=8, each=120)
    X = frame.X.copy()
    for j in range(80):
        X[f"rare_{j}"] = 0.0
        X.loc[[j, 500 + j], f"rare_{j}"] = 1.0
    groups = {name: name.split("_")[0] for name in X.columns}
    model = RidgePropensity(alpha=0.05).fit(X, frame.y, campaign=frame.campaign, groups=groups)
    facts = Facts.of(model)
    counts = count(model.workspace_.given.rows)
    assert len(facts.names) == 90
    assert merge(counts.rows, counts.positives, 2 * 90).max() + 1 == 4
    released = release(facts, counts)
    assert len(released.facts.names) == 11
    assert released.merged.tolist() == merge(counts.rows, counts.positives, 100).tolist()
    assert len(released.facts.folds) > 4


def test_too_few_contacts_release_nothing(make_frame):
    frame = make_frame(campaigns=2, each=40)
    model = RidgePropensity(alpha=0.5).fit(frame)
    assert release(Facts.of(model), count(model.workspace_.given.rows)) is None


def test_columns_that_the_fit_does_not_use_are_not_counted():
    """A constant column in front: what is counted is about the others."""
    rng = np.random.default_rng(5)
    X = pd.DataFrame({"flat": 1.0, "a": rng.normal(size=900), "rare": 0.0})
    X.loc[[3, 400], "rare"] = 1.0
    y = (rng.random(900) < 0.3).astype(int)
    campaign = np.repeat(["one", "two", "three"], 300)
    with pytest.warns(DataWarning, match="Constant columns"):
        model = RidgePropensity(0.1).fit(X, y, campaign=campaign)
    fitted = model.workspace_.given
    counts = count(fitted.rows, fitted.scaling.columns)
    assert counts.marked.shape == (3, 2)
    assert counts.marked[:, 1].sum() == 2
    assert Tuner(model).state() is not None
