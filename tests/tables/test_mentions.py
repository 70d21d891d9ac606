import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from workbench.tables import mentions
from workbench.tables.mentions import (
    note_of_names,
    recognisable,
    said_without,
    without_mentions,
    without_names,
)

IDS = [f"C-{k:04d}" for k in range(2500)]
TEXT = st.text(alphabet="C-0123 .ab", max_size=20)


@given(st.lists(TEXT, min_size=1, max_size=8), st.sets(st.sampled_from(IDS[:30]), min_size=1))
def test_no_id_is_left_as_a_word_and_all_else_stays(texts, ids):
    said = pd.Series([*texts, *(f"for {one}, and {one}." for one in sorted(ids))], dtype="str")
    plain = without_mentions(said, ids)
    assert plain is not None
    for before, after in zip(said, plain, strict=True):
        words = str(after).replace(".", " ").replace(",", " ").split()
        assert not set(words) & ids
        if not any(one in before for one in ids):
            assert after == before


def test_more_ids_than_one_expression_takes_are_all_found():
    said = pd.Series([f"({one})" for one in IDS])
    assert (without_mentions(said, IDS) == "(…)").all()


def test_ids_of_many_shapes_are_found_by_their_letters():
    odd = [f"a{'.b' * k}@x{k}.de" for k in range(60)]
    said = pd.Series([f"to {one}, please" for one in odd])
    assert (without_mentions(said, odd) == "to …, please").all()


@given(st.text(alphabet="aA1-. ", min_size=4, max_size=9), TEXT, TEXT)
def test_both_ways_find_the_same(one, before, after):
    if not recognisable([one]) or not (one[0].isalnum() and one[-1].isalnum()):
        return
    said = pd.Series([f"{before} {one} {after}", f"{before}{one}", one])
    slow = mentions.one_by_one(said.astype("str"), [one])
    fast = mentions.by_shape(said.astype("str"), [one])
    assert fast.tolist() == slow.tolist()


def test_words_numbers_and_longer_ids_are_left_alone():
    said = pd.Series(["anna called", "4711", "C-00421", "xC-0042", "C-0042a"])
    assert without_mentions(said, ["anna", "4711", "C-0042"]) is None
    assert without_mentions(pd.Series([4711, 1]), ["C-0042", 4711]) is None
    assert recognisable(["C-0042", "4711", "anna", "C-1"]) == ["C-0042"]


def test_signs_of_expressions_are_only_signs():
    odd = ["a.b+1@x.de", "K(7)*", "A|B|9", "q\\d1"]
    said = pd.Series(["to a.b+1@x.de!", "K(7)*", "A|B|9", "q\\d1", "axb+1@x.de"])
    assert without_mentions(said, odd).fillna("none").tolist() == [
        *("to …!", "none", "none", "none"),
        "axb+1@x.de",
    ]


def test_columns_of_every_kind_keep_theirs():
    data = pd.DataFrame(
        {
            "who": ["b1", "b2"],
            "by": pd.Categorical(["C-0042", "shop"], categories=["C-0042", "shop", "gone"]),
            "memo": ["C-0042 called", None],
            "n": [1.0, np.nan],
        }
    )
    plain, named = without_names(data, ["C-0042"], but="who")
    assert named == ["by", "memo"]
    assert plain["by"].cat.categories.tolist() == ["shop"]
    assert plain["memo"].fillna("none").tolist() == ["… called", "none"]
    assert plain["n"] is not None
    assert plain.dtypes["n"] == data.dtypes["n"]
    same, none = without_names(data[["who", "n"]], ["C-0042"])
    assert same.equals(data[["who", "n"]])
    assert none == []


def test_sentences_name_nobody():
    assert said_without(["such as 'C-0042'", "2 rows"], ["C-0042"]) == ("such as '…'", "2 rows")
    assert said_without([], ["C-0042"]) == ()
    assert note_of_names([]) == ()
    assert note_of_names(["by", "memo"])[0].startswith("Other customers' rows named suppressed")
