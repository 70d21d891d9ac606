import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.metrics import roc_auc_score

from workbench.frame import leakage
from workbench.frame.leakage import leakage_suspects, univariate_auc


def auc_of(column, y, weight=None):
    X, y = pd.DataFrame({"x": column}), pd.Series(y, dtype="float64")
    return univariate_auc(X, y, np.ones(len(y)) if weight is None else weight)["x"]


@settings(deadline=None, derandomize=True, max_examples=50)
@given(
    arrays(np.float64, 12, elements=st.integers(-2, 2)),
    arrays(np.float64, 12, elements=st.sampled_from([0.5, 1.0, 3.0])),
    st.integers(1, 2**12 - 2),
)
def test_numbers_rank_as_scikit_learn_says_whichever_way(values, weight, bits):
    y = (bits >> np.arange(12) & 1).astype("float64")
    auc = roc_auc_score(y, values, sample_weight=weight)
    assert auc_of(values, y, weight) == pytest.approx(max(auc, 1 - auc))


def test_a_gap_ranks_below_all_numbers():
    assert auc_of([np.nan, -5.0, 7.0, np.nan], [1, 0, 0, 1]) == 1.0
    assert auc_of(pd.array([None, 1, 2, None], dtype="Int64"), [1, 0, 0, 1]) == 1.0


def test_flags_are_ranked_as_numbers():
    assert auc_of([True, False, False, True], [1, 0, 1, 1]) == pytest.approx(5 / 6)


def test_only_known_outcomes_of_positive_weight_count():
    values, y = [1.0, 2.0, 3.0, 9.0, 0.0], [0, 0, 1, np.nan, 1]
    assert auc_of(values, y, np.array([1.0, 1.0, 1.0, 1.0, 0.0])) == 1.0


@pytest.mark.parametrize("y", [[1, 1, 1], [0, 0, np.nan], [np.nan] * 3])
def test_without_two_classes_there_is_nothing_to_rank(y):
    assert np.isnan(auc_of([1.0, 2.0, 3.0], y))


@pytest.fixture(scope="module")
def outcomes():
    return pd.Series((np.random.default_rng(0).random(2000) < 0.2).astype("float64"))


def test_the_outcome_in_other_words_is_a_suspect(outcomes):
    rng = np.random.default_rng(1)
    X = pd.DataFrame(
        {
            "call_seconds": outcomes + rng.normal(scale=0.2, size=2000),
            "status": np.where(outcomes == 1, "won", rng.choice(["lost", "open"], 2000)),
            "not_bought": 1 - outcomes,
            "age": rng.normal(size=2000) + 0.5 * outcomes,
            "job": rng.choice(["cook", "smith"], 2000),
        }
    )
    suspects = leakage_suspects(X, outcomes, np.ones(2000))
    assert list(suspects) == ["call_seconds", "status", "not_bought"]
    assert suspects["not_bought"] == 1.0
    assert all(0.95 < auc <= 1 for auc in suspects.values())


def test_unique_texts_rank_nothing(outcomes):
    assert auc_of([f"customer {k}" for k in range(2000)], outcomes) == 0.5


@pytest.mark.parametrize("levels", [1, 2, 5, 400])
def test_texts_without_a_meaning_are_no_suspects(outcomes, levels):
    job = np.random.default_rng(2).integers(0, levels, 2000).astype(str)
    assert auc_of(job, outcomes) < 0.57


def test_a_text_with_a_meaning_ranks_as_its_levels_rates():
    rng = np.random.default_rng(3)
    level = rng.integers(0, 3, 20000)
    y = (rng.random(20000) < np.array([0.1, 0.3, 0.6])[level]).astype("float64")
    assert auc_of(np.array(["a", "b", "c"])[level], y) == pytest.approx(
        roc_auc_score(y, level), abs=5e-3
    )


def test_texts_whose_classes_stand_by_turns_are_no_suspects():
    """Cells of aggregated tables stand so: one row of positives, one of negatives."""
    y = np.tile([1.0, 0.0], 100)
    job = np.repeat(np.random.default_rng(4).choice(["cook", "smith"], 100), 2)
    weight = np.column_stack([np.full(100, 3.0), np.full(100, 97.0)]).ravel()
    assert auc_of(job, y, weight) < 0.6
    assert auc_of(np.full(200, "cook"), y, weight) == pytest.approx(0.5)


def test_of_very_many_rows_some_are_looked_at(outcomes, monkeypatch):
    monkeypatch.setattr(leakage, "_ENOUGH_ROWS", 500)
    X = pd.DataFrame({"leak": outcomes * 2.0, "age": np.arange(2000.0)})
    assert leakage_suspects(X, outcomes, np.ones(2000)) == {"leak": 1.0}


def test_a_text_of_one_cell_each_tells_nothing_of_other_cells():
    """The rows of a cell, on two sides, would know their own label."""
    rng = np.random.default_rng(0)
    n = 200
    sent = rng.integers(50, 200, n)
    sold = rng.binomial(sent, rng.uniform(0.05, 0.5, n))
    X = pd.DataFrame({"keyword": np.repeat([f"kw {k}" for k in range(n)], 2)})
    y = pd.Series(np.tile([1.0, 0.0], n))
    weight = np.column_stack([sold, sent - sold]).ravel().astype(float)
    whole = np.repeat(np.arange(n), 2)
    assert univariate_auc(X, y, weight, whole)["keyword"] == 0.5
    each = np.repeat(np.arange(2 * n), weight.astype(int))
    again = univariate_auc(
        X.iloc[each].reset_index(drop=True), y.iloc[each], np.ones(len(each)), whole[each]
    )
    assert again["keyword"] == 0.5
