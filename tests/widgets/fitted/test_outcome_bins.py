"""Outcomes by score, against sorting the rows by hand."""

import numpy as np
import pytest

from workbench import metrics
from workbench.widgets.fitted.outcome_bins import FEWEST_IN_BIN, outcome_bins


@pytest.fixture(scope="module")
def scored(model, frame):
    workspace = model.workspace_
    b = workspace.coefficients
    bins = outcome_bins(workspace.given.rows, workspace.given.scaling, b[None, None])[0]
    return bins, model.propensity(frame).to_numpy(), frame.y.to_numpy()


def test_totals_are_those_of_the_rows(scored):
    bins, chance, y = scored
    assert bins.contacts.sum() == len(y)
    assert bins.responses.sum() == y.sum()
    assert bins.expected.sum() == pytest.approx(chance.sum(), rel=1e-9)


def test_bins_are_even_best_first_and_never_small(scored):
    bins, _, _ = scored
    assert 50 <= len(bins.contacts) <= 100
    assert bins.contacts.min() >= FEWEST_IN_BIN
    assert (np.diff(bins.expected / bins.contacts) < 0).all()


def test_cumulated_bins_lie_on_the_gain_and_profit_curves(scored):
    bins, chance, y = scored
    table = metrics.profit_by_depth(y, chance, cost=1.0, margin=4.0)
    contacts = np.cumsum(bins.contacts)
    for name, values in (
        ("positives", np.cumsum(bins.responses)),
        ("expected_profit", np.cumsum(4 * bins.expected - bins.contacts)),
    ):
        by_hand = np.interp(contacts, table["contacts"], table[name])
        np.testing.assert_allclose(values, by_hand, atol=1e-6)


def test_each_fold_is_scored_by_its_own_coefficients(model, frame):
    workspace = model.workspace_
    stats = workspace.stats
    without = stats.without_folds(workspace.given.penalties).b
    given = np.vstack([without, workspace.coefficients])[None]
    bins = outcome_bins(workspace.given.rows, workspace.given.scaling, given)[0]
    X = frame.X.to_numpy()
    Z = np.column_stack([np.ones(len(X)), (X - X.mean(0)) / X.std(0)])
    fold = frame.campaign.map({label: k for k, label in enumerate(frame.campaigns)})
    eta = (Z * without[fold]).sum(axis=1)
    order = np.argsort(-eta)
    k = int(bins.contacts[:10].sum())
    assert bins.responses[:10].sum() == frame.y.to_numpy()[order][:k].sum()


def test_few_rows_make_one_bin(model):
    workspace = model.workspace_
    rows = workspace.given.rows.sample(30)
    few = outcome_bins(rows, workspace.given.scaling, workspace.coefficients[None, None])[0]
    assert len(few.contacts) == max(1, len(rows) // FEWEST_IN_BIN) or len(few.contacts) <= 100
    assert few.contacts.min() >= min(FEWEST_IN_BIN, len(rows))
