"""What words add, against the score that it must add up to."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from workbench.texts.routing.deciding_words import DecidingWords, strongest_words
from workbench.texts.routing.text_columns import TextColumns

BOTH = ((1, 3, "words"), (2, 4, "letters"))
PIECES = st.sampled_from(
    [
        "card",
        "top-up",
        "Top-Up",
        "e.g.",
        "don't",
        "🙂",
        "👩\u200d👩\u200d👧",
        "карта",
        "卡丢了",
        "ΑΣ",
        "İstanbul",
        "ﬁne",
        "\n",
        "\t",
        "\u200b",
        "\xa0",
        "\u2028",
        "\x1c",
        "\x85",
        "-",
        "--",
        "!",
        "_",
        "a",
        "ß",
        "12",
    ]
)
HOSTILE = st.one_of(st.lists(PIECES, max_size=8).map("".join), st.text(max_size=20))


@settings(derandomize=True, deadline=None, max_examples=150)
@given(text=HOSTILE, seed=st.integers(0, 99))
@example(text="top-up top-up card top-up", seed=1)
@example(text="a\u200bb  card\ncard🙂", seed=2)
def test_words_add_up_to_the_score(text, seed):
    columns = TextColumns(BOTH, least=1).fit([text, "my card top-up failed", "nothing else"])
    against = np.random.default_rng(seed).normal(size=(len(columns.names), 1))
    matrix = columns.matrix([text])
    adds = matrix.toarray()[0] * against[:, 0]
    words = DecidingWords(columns, against).of(text, adds)
    assert [word for word, _ in words] == text.split()
    assert sum(added for _, added in words) == pytest.approx((matrix @ against)[0, 0], abs=1e-9)


def test_a_pair_belongs_to_both_words_and_a_letter_n_gram_to_its_own():
    columns = TextColumns(((2, 2, "words"), (4, 4, "letters")), least=1).fit(["lost card"])
    adds = np.array(
        [{"words: lost card": 2.0, "letters: card": 5.0}.get(n, 0.0) for n in columns.names]
    )
    words = DecidingWords(columns, np.zeros((len(adds), 1))).of("Lost card", adds)
    assert words == [("Lost", 1.0), ("card", 6.0)]


def test_a_letter_n_gram_of_several_words_is_shared():
    columns = TextColumns(((3, 3, "letters"),), least=1).fit(["carton card tea"])
    adds = np.array([6.0 if name == "letters: car" else 0.0 for name in columns.names])
    words = DecidingWords(columns, np.zeros((len(adds), 1))).of("card tea carton", adds)
    assert words == [("card", 3.0), ("tea", 0.0), ("carton", 3.0)]


def test_each_text_is_told_for_its_own_class():
    columns = TextColumns(((1, 1, "words"),), least=1).fit(["card parcel"])
    against = np.array([[1.0, -1.0], [-2.0, 2.0]])  # of card, and of parcel
    texts = ["card parcel", "card parcel", "🙂"]
    found = DecidingWords(columns, against).because(
        texts, columns.matrix(texts), np.array([0, 1, 0]), most=3
    )
    each = 1 / np.sqrt(2)
    assert found == [f"card ({each:+.2f})", f"parcel ({2 * each:+.2f})", ""]


def test_a_word_that_stands_twice_is_told_once_and_signs_are_left_out():
    words = [("(Lost", 1.0), ("lost!", 0.5), ("🙂", 0.2), ("my", 0.004), ("card", -3.0)]
    assert strongest_words(words, 5) == "lost (+1.50), 🙂 (+0.20)"
    assert strongest_words(words, 1) == "lost (+1.50)"
