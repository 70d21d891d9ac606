"""The words of a label, counted and weighed once more without matrices."""

import pytest

from tests.loud_tickets import RARE
from workbench.reports.routed.label_words import label_words, one_line_each
from workbench.texts import TextRouter, load_texts


def customers_with(gram, table, label):
    """Whose texts of a label have a word, or a pair of them."""
    found = set()
    for text, own, who in zip(table.texts, table.labels, table.customer, strict=True):
        words = [word.strip(".,?!").lower() for word in text.split()]
        words = [word for word in words if word]
        there = {" ".join(words[i : i + n]) for n in (1, 2) for i in range(len(words) - n + 1)}
        if own == label and gram in there:
            found.add(who)
    return found


def test_every_word_is_of_ten_customers_of_its_label(router, table):
    words = label_words(router, table, most=50)
    assert len(words) > 20
    for row in words.itertuples():
        assert len(customers_with(row.ngram, table, row.label)) >= 10, row


def test_a_word_of_one_customer_in_twelve_texts_is_not_told(router, table):
    assert RARE in router.columns_.said()["blocks"]["words"]
    words = label_words(router, table, most=1000)
    assert not words["ngram"].str.contains(RARE).any()
    assert "press" not in set(words["label"])


def test_what_a_word_adds_is_its_part_of_the_mean_score(router, table):
    words = label_words(router, table, most=1000)
    row = words[words["label"] == "invoice"].iloc[0]
    j = router.columns_.said()["blocks"]["words"].index(row["ngram"])
    k = router.classes_.tolist().index("invoice")
    dense = router.columns_.matrix(table.texts.tolist()).toarray()
    of_label = dense[(table.labels == "invoice").to_numpy(), j].mean()
    against = router.model_.coef_[k, j] - router.model_.coef_[:, j].mean()
    assert row["adds"] == pytest.approx(against * of_label, rel=1e-9)
    assert words.groupby("label")["adds"].apply(lambda a: a.is_monotonic_decreasing).all()


def test_pieces_of_words_are_told_where_there_are_no_words(tickets):
    table = load_texts(tickets[:150], text="body", target="queue", period="week")
    made = TextRouter(((3, 3, "letters"),), precision=0.5, confidence=0.6, least=20)
    words = label_words(made.fit(table.texts, table.labels, period=table.period), table)
    assert len(words)
    assert words["ngram"].str.len().max() == 3


def test_a_line_a_label(router, table):
    words = label_words(router, table, most=3)
    lines = one_line_each(words).set_index("label")["words"]
    assert lines["invoice"] == " · ".join(words[words["label"] == "invoice"]["ngram"])
