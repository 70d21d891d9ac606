"""A router of texts against the model that it is made of, and what it says of odd collections."""

import re
import warnings

import numpy as np
import pandas as pd
import pytest
from scipy.special import softmax
from sklearn.base import clone
from sklearn.exceptions import NotFittedError

from tests.texts.routing.problems import WORDS, routed, tickets
from workbench import RidgeMultinomial
from workbench.errors import DataError, DataWarning, ExtrapolationWarning, FitError, ParameterError
from workbench.ridge.design.table import SparseTable
from workbench.texts import TextRouter
from workbench.texts.routing.alike import alike
from workbench.texts.routing.one_text import TextScores
from workbench.texts.routing.text_columns import TextColumns


def test_probabilities_are_those_of_the_multinomial_ridge_on_the_same_columns():
    router = routed()
    texts, labels, weeks = tickets()
    columns = TextColumns(router.ngrams, least=1).fit(texts)
    table = SparseTable.of(columns.matrix(texts), columns.names)
    groups = {name: name.split(":")[0] for name in columns.names}
    model = RidgeMultinomial(left_out="as new", standardise=False, extrapolate=True).fit(
        table, labels, campaign=weeks, groups=groups
    )
    new = ["parcel late", "🙂", "refund refund"]
    with warnings.catch_warnings(action="ignore", category=ExtrapolationWarning):
        wanted = model.predict_proba(SparseTable.of(columns.matrix(new), columns.names))
    np.testing.assert_allclose(router.predict_proba(new), wanted, atol=1e-7)
    assert router.predict(new).tolist() == model.classes_[wanted.argmax(axis=1)].tolist()
    np.testing.assert_allclose(router.answers_.chance, model.left_out_proba_.max(axis=1), atol=1e-7)


def _only_grams_of(texts, columns):
    """Columns with the n-grams of some texts alone, and the weights that all texts gave them."""
    said, weights, places = columns.said(), columns.weights(), iter(columns.matrix(texts).T)
    for name, grams in said["blocks"].items():
        there = np.array([next(places).nnz > 0 for _ in grams])
        said["blocks"][name] = [gram for gram, seen in zip(grams, there, strict=True) if seen]
        weights[name] = weights[name][there]
    return TextColumns.restored(said, weights)


def test_answers_to_texts_left_out_are_of_fits_without_their_period():
    texts, labels, weeks = tickets()
    router, weeks = routed(), np.array(weeks)
    columns = TextColumns(router.ngrams, least=1).fit(texts)
    out = weeks == "2024-W03"
    rest, week = ([texts[i] for i in np.flatnonzero(some)] for some in (~out, out))
    learned = _only_grams_of(rest, columns)
    penalties = router.model_.columns_["penalty"].loc[learned.names].to_dict()
    alone = RidgeMultinomial(1.0, penalties, standardise=False)
    known = alone.fit(SparseTable.of(learned.matrix(rest), learned.names), labels[~out])
    scores = learned.matrix(week) @ known.coef_.T + known.intercept_  # as of any new text
    np.testing.assert_allclose(
        router.answers_.chance[out], softmax(scores, axis=1).max(axis=1), atol=1e-5
    )


def test_the_answer_is_the_likeliest_label_from_the_threshold_on():
    texts, _, _ = tickets(60, seed=8)
    router = routed()
    told = router.route(texts)
    chances = router.predict_proba(texts)
    assert told["likeliest"].tolist() == router.predict(texts).tolist()
    np.testing.assert_array_equal(told["probability"], chances.max(axis=1))
    sure = chances.max(axis=1) >= router.threshold_
    wanted = np.where(sure, router.predict(texts), "to a person")
    assert told["answer"].tolist() == wanted.tolist()


def test_what_has_no_n_gram_of_training_goes_to_a_person():
    told = routed().route(["", None, "🙂", "карта", "zz"])
    assert told["answer"].tolist() == ["to a person"] * 5
    assert told["because"].tolist() == [""] * 5


def test_nor_is_it_answered_by_how_common_a_label_is():
    texts, labels, _ = tickets(120, wrong=0)
    texts[:5], labels = ["🙂"] * 5, np.where(labels == "login", "login", "other")
    labels[:5] = "other"
    router = TextRouter(WORDS, precision=0.5).fit(texts, labels)
    told = router.route(["🙂", "🙁"])
    assert (told["probability"] > router.threshold_).all()  # most texts are of the other label
    assert told["answer"].tolist() == ["to a person"] * 2
    new = router.coverage("all", texts=["🙂", "password code"], labels=["other", "login"])
    assert new.loc["all texts", "answers"] == 1
    assert (router.answers_.chance == 0).sum() == 5


def test_words_and_the_intercept_are_the_score_against_the_average_label():
    router, text = routed(), "Parcel LATE, please!"
    words = TextScores.from_router(router).deciding
    matrix = router.columns_.matrix([text])
    scores = matrix @ router.model_.coef_.T + router.model_.intercept_
    for k in range(len(router.classes_)):
        adds = matrix.toarray()[0] * words._against[:, k]  # noqa: SLF001
        total = sum(added for _, added in words.of(text, adds))
        intercept = router.model_.intercept_[k] - router.model_.intercept_.mean()
        assert total + intercept == pytest.approx((scores[0] - scores.mean())[k], abs=1e-9)
    assert router.route([text])["because"].iloc[0].startswith(("late", "parcel"))


def test_the_index_of_a_column_is_kept():
    given = pd.Series(["parcel", "code"], index=[7, 3])
    assert routed().route(given).index.tolist() == [7, 3]
    assert routed().route([]).shape == (0, 4)
    assert routed().predict_proba([]).shape == (0, 3)


def test_how_many_words_are_named():
    told = routed().route(["late parcel courier code"], most=1)
    assert told["because"].iloc[0].count("+") == 1
    with pytest.raises(ParameterError, match="`most` must be a whole number from 1"):
        routed().route(["parcel"], most=0)


def said_twice(n=120):
    """Return texts that nothing can foretell, each of two weeks, changed in signs and digits."""
    rng = np.random.default_rng(1)
    once = [" ".join("".join(rng.choice(list("abcdef"), 4)) for _ in range(6)) for _ in range(n)]
    labels = rng.choice(["a", "b", "c"], n)
    again = [f"{text.upper()}! (No 7)" for text in once]
    return [f"{text} no 12" for text in once] + again, np.tile(labels, 2)


FIRST = np.arange(120) % 4
WEEKS = np.concatenate([FIRST, (FIRST + 1) % 4])


@pytest.mark.parametrize("weeks", [None, WEEKS])
def test_texts_that_say_the_same_are_left_out_together(weeks):
    texts, labels = said_twice()
    with pytest.warns(DataWarning, match="Every text goes to a person"):
        router = TextRouter(WORDS, precision=0.6, confidence=0.6).fit(texts, labels, period=weeks)
    assert router.answers_.right.mean() < 0.45
    assert router.threshold_ == np.inf
    assert router.facts_["said_before"] == 120
    # and they are what would have flattered: left out one by one, the other half knows each
    plain = RidgeMultinomial(standardise=False, extrapolate=True).fit(
        SparseTable.of(router.columns_.matrix(texts), router.columns_.names),
        labels,
        campaign=WEEKS,
    )
    assert (plain.classes_[plain.left_out_proba_.argmax(axis=1)] == labels).mean() > 0.9


def test_the_promise_holds_on_weeks_that_were_not_seen():
    """Of six collections, no more than chance has answers below the precision asked for."""
    broken, answered = [], []
    for seed in range(6):
        texts, labels, weeks = tickets(140, wrong=0.15, seed=seed)
        with warnings.catch_warnings(action="ignore", category=DataWarning):
            router = TextRouter(WORDS, precision=0.7).fit(texts, labels, period=weeks)
        new, truth, _ = tickets(400, wrong=0.15, seed=1000 + seed)
        row = router.coverage("all", texts=new, labels=truth).loc["all texts"]
        answered.append(row["answered"])
        broken.append(row["precision"] < 0.7)
    assert np.mean(broken) <= 0.05 + 2 * np.sqrt(0.05 * 0.95 / 6)
    assert np.mean(answered) > 0.5


def test_labels_that_are_handed_over_are_never_answers():
    texts, labels, _ = tickets()
    router = TextRouter(WORDS, precision=0.6, handed_over=["delivery"]).fit(texts, labels)
    told = router.route(texts)
    assert "delivery" not in set(told["answer"])
    assert (told.loc[told["likeliest"] == "delivery", "answer"] == "to a person").all()


def test_an_interrupted_fit_leaves_the_earlier_one_whole():
    texts, labels, _ = tickets(120)
    router = TextRouter(WORDS, precision=0.6).fit(texts, labels)
    before = router.route(texts)
    with pytest.raises(DataError):
        router.fit(texts, labels[:5])
    pd.testing.assert_frame_equal(router.route(texts), before)
    with pytest.raises(NotFittedError):
        clone(router).route(texts)


def test_labels_that_one_text_alone_has_are_told_of():
    texts, labels, _ = tickets(120)
    labels = labels.astype(object)
    labels[:3] = ["x", "y", "z"]
    texts[:3] = ["one", "two three", "four five six"]
    expected = (
        "3 texts of 120 cannot be left out, as no other has the same label, or as they say the same as such a text. New texts of such "
        "labels are answered wrongly more often than `precision` says. Join these labels with "
        "others, or label more of their texts."
    )
    with pytest.warns(DataWarning, match=f"^{re.escape(expected)}$"):
        router = TextRouter(((1, 1, "words"),), precision=0.5).fit(texts, labels)
    assert router.facts_["not_judged"] == 3
    assert len(router.answers_.label) == 117


def test_a_label_of_one_period_alone_counts_as_wrong():
    texts, labels, weeks = tickets()
    labels = np.where((labels == "login") & (np.array(weeks) == "2024-W02"), "new", labels)
    router = TextRouter(WORDS, precision=0.6).fit(texts, labels, period=weeks)
    new = router.answers_.label == "new"
    assert new.sum() == (labels == "new").sum() > 3
    assert not router.answers_.right[new].any()


def test_too_few_texts_for_the_precision():
    texts, labels, _ = tickets(90)
    expected = (
        "Answers to texts left out should be right in 0.999 of cases, with a confidence of 0.95. "
        "No threshold is, with 90 texts; at least 2,995 answers, all right, would be. Every text "
        "goes to a person. Give more texts, or a lower `precision`."
    )
    with pytest.warns(DataWarning, match=f"^{re.escape(expected)}$"):
        router = TextRouter(WORDS, precision=0.999).fit(texts, labels)
    assert set(router.route(texts)["answer"]) == {"to a person"}
    with pytest.warns(DataWarning, match="with 90 texts of 2 periods; at least .* answers of so "):
        TextRouter(WORDS, precision=0.9).fit(texts, labels, period=[1, 2] * 45)


SOME = tickets(60)
REFUSED = {
    "one period": (
        {"period": ["W1"] * 60},
        DataError,
        "`period` must have two values at least, as each is left out whole; got 'W1' alone. Give "
        "texts of more periods, or leave `period` out: random fifths are left out then.",
    ),
    "a label in each period alone": (
        {"period": SOME[1]},
        FitError,
        "Two periods must have a label in common, so that one can be left out. Texts that say the "
        "same count as of the first of theirs. Give texts of more periods, or leave `period` out.",
    ),
    "texts alike": (
        {"texts": ["Hello 1", "hello 2"] * 30},
        FitError,
        "Some label must have two texts that differ in more than one word that no other has, so "
        "that one can be left out. Capitals, signs and digits make no difference. Give more texts "
        "of each label.",
    ),
    "one label": (
        {"labels": ["a"] * 60},
        FitError,
        "The labels must be of two classes or more; got one class only (a) in 60 rows. Check the "
        "column of labels.",
    ),
    "all handed over": (
        {"handed_over": ["billing", "login", "delivery"]},
        DataError,
        "`handed_over` names all labels; a router needs one to answer with.",
    ),
    "an unknown label handed over": (
        {"handed_over": ["bill"]},
        ParameterError,
        "`handed_over` must be a list of labels that texts have, ['billing', 'delivery', 'login']; "
        "got ['bill']. Leave it out where there are none.",
    ),
    "a precision that is none": (
        {"precision": 98},
        ParameterError,
        "`precision` must be a number between 0 and 1; got 98. Give for example 0.95.",
    ),
    "a confidence that is none": (
        {"confidence": 0.5},
        ParameterError,
        "`confidence` must be a number between 0.5 and 1; got 0.5. Give for example 0.95.",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
@pytest.mark.filterwarnings("ignore::workbench.errors.DataWarning")
def test_what_is_refused(name):
    changed, error, message = REFUSED[name]
    texts, labels, _ = SOME
    given = {"texts": texts, "labels": labels, "period": None} | changed
    rows = {key: given.pop(key) for key in ("texts", "labels", "period")}
    with pytest.raises(error, match=f"^{re.escape(message)}$"):
        TextRouter(WORDS, **given).fit(**rows)


def test_a_penalty_that_is_given_is_judged_by_texts_left_out_all_the_same():
    texts, labels, weeks = tickets(150)
    router = TextRouter(WORDS, precision=0.6, alpha=0.001).fit(texts, labels, period=weeks)
    assert router.model_.alpha_ == 0.001
    assert len(router.answers_.label) == 150
    assert np.isfinite(router.threshold_)


@pytest.mark.parametrize("beside", ["abcdefghij", [3 * k for k in "bcdefghijk"]])
def test_texts_that_differ_in_no_n_gram_or_in_one_that_is_their_own(beside):
    texts = [f"hello there {beside[k % 10]} {beside[k % 10]}" for k in range(60)]
    with pytest.raises(FitError, match=r"^Some label must have two texts that differ in more"):
        TextRouter(WORDS).fit(texts, ["a", "b"] * 30)


@pytest.mark.parametrize("kind", [np.array, list, pd.Series, pd.Categorical])
def test_labels_of_any_kind_are_answers(kind):
    texts, labels, _ = tickets(90)
    numbers = kind([["billing", "login", "delivery"].index(one) for one in labels])
    router = TextRouter(WORDS, precision=0.5).fit(texts, numbers)
    assert set(router.route(texts)["answer"]) <= {0, 1, 2, "to a person"}
    assert router.route(["late parcel"])["answer"].tolist() == [2]
    assert alike(texts).max() > 50


def test_neighbours_in_time_are_left_out_together_however_weeks_are_called(monkeypatch):
    texts, labels, _ = tickets()
    given = {}
    fit = RidgeMultinomial.fit

    def seen(self, *rows, campaign=None, **rest):
        given["campaign"] = campaign
        return fit(self, *rows, campaign=campaign, **rest)

    monkeypatch.setattr(RidgeMultinomial, "fit", seen)
    weeks = [f"W{1 + i % 12}" for i in range(len(texts))]
    router = TextRouter(precision=0.5).fit(texts, labels, period=weeks)
    assert router.model_.folds_ == "10 groups of campaigns"
    names = dict(zip(given["campaign"].tolist(), weeks, strict=True))
    assert [names[k] for k in sorted(names)] == [f"W{k}" for k in range(1, 13)]
