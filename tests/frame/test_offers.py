"""Which offer each contact took: what is read, what is guessed and said, and what is refused."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import workbench
from workbench import FeatureFrame
from workbench.errors import DataError, ParameterError
from workbench.frame.offers import check_offer_named, offers_taken

SAID = {"target": "bought", "offer": "took"}


def table(took, bought=None, **more):
    """Contacts that took something, or nothing; some feature that tells neither."""
    came = [int(one is not None and one != "none") for one in took] if bought is None else bought
    visits = [(7 * k) % 11 for k in range(len(took))]
    return pd.DataFrame({"visits": visits, "bought": came, "took": took, **more})


def read(took, bought=None, **said):
    return FeatureFrame.from_table(table(took, bought), **SAID, **said)


TOOK = ["tea", None, "red wine", None, "Müsli", None, "tea", None]


def test_the_offer_of_each_row_is_read_and_is_no_feature():
    frame = read(TOOK)
    assert frame.offer.tolist()[::2] == ["tea", "red wine", "Müsli", "tea"]
    assert frame.offer.isna().tolist() == [False, True] * 4
    assert list(frame.X) == ["visits"]
    assert frame.recipe["offer"] == "took"
    assert "no_offer" not in frame.recipe
    assert "took" not in frame.recipe["reading"]


@pytest.mark.parametrize("odd", [["tea"], 1])
def test_offers_of_several_kinds_are_refused_before_they_are_spelled_alike(odd):
    with pytest.raises(DataError, match="`offer`: every value must be text, or every value a"):
        read([*TOOK, odd, "1"], bought=[1, 0] * 4 + [1, 1])


def test_new_contacts_need_no_offer_and_have_no_feature_of_it():
    frame = read(TOOK)
    new = table(TOOK).drop(columns=["took", "bought"])
    assert list(FeatureFrame.to_score(new, frame.recipe).X) == ["visits"]
    assert list(FeatureFrame.to_score(table(TOOK), frame.recipe).X) == ["visits"]


def test_the_one_value_of_all_who_did_not_respond_says_that_nothing_was_taken():
    frame = read([one or "none" for one in TOOK])
    assert frame.offer.isna().tolist() == [False, True] * 4
    assert frame.recipe["no_offer"] == "none"
    said = "'none' of 'took' is taken for no offer: only contacts without a response have it."
    assert said in frame.notes
    named = read([one or "none" for one in TOOK], no_offer="None ")
    assert named.offer.equals(frame.offer)
    assert said not in named.notes


@pytest.mark.parametrize("kind", ["parquet", "csv", "frame"])
def test_numbers_are_labels_as_a_person_writes_them(kind, tmp_path):
    data = table([101, None, 102, None, 101, None, 7, None])
    data["took"] = data["took"].astype("float64")
    if kind == "csv":
        data.to_csv(tmp_path / "t.csv", index=False)
        data = tmp_path / "t.csv"
    elif kind == "parquet":
        data.to_parquet(tmp_path / "t.parquet")
        data = tmp_path / "t.parquet"
    frame = FeatureFrame.from_table(data, **SAID)
    assert frame.offer.dropna().tolist() == ["101", "102", "101", "7"]


def test_words_for_nothing_are_offers_where_somebody_took_them(tmp_path):
    table(["NA", None, "1.50", None, "NA", None, "-", None]).to_csv(tmp_path / "t.csv", index=False)
    frame = FeatureFrame.from_table(tmp_path / "t.csv", **SAID)
    assert frame.offer.dropna().tolist() == ["NA", "1.50", "NA", "-"]


def test_an_offer_without_a_response_is_refused():
    took = [*TOOK, "tea"]
    with pytest.raises(DataError) as told:
        read(took, [*([1, 0] * 4), 0])
    assert str(told.value) == (
        "Who did not respond took no offer; in 'took' 1 of 5 contacts that did not respond have "
        "one. Mend the target or the offer of those rows. Where one of the values means that "
        "nothing was taken, say which: `no_offer`."
    )


def test_an_offer_of_an_open_outcome_is_refused():
    with pytest.raises(DataError, match="3 contacts that have no known outcome yet have one"):
        read([*TOOK, "tea", None, None], [*([1, 0] * 4), None, None, None])


def test_the_offer_that_was_shown_is_not_taken_for_the_one_that_was_taken():
    shown = ["tea", "wine", "tea", "wine", "wine", "tea", "tea", "wine"]
    with pytest.raises(DataError) as told:
        read(shown, [1, 0] * 4)
    assert str(told.value) == (
        "`offer` must name the column with the offer that a contact took. In 'took' 4 of 4 "
        "contacts that did not respond have one: it may be the one that each was shown. Who was "
        "shown one offer does not tell what they would have done with another. Were offers dealt "
        "by chance, read that test: `workbench run experiment`, or `RidgeUplift`. Else leave "
        "`offer` out: the column is a feature then. Where one of the values means that nothing was "
        "taken, say which: `no_offer`."
    )


def test_responses_without_an_offer_are_told_and_refused_where_they_are_most():
    frame = read([*TOOK, None], [*([1, 0] * 4), 1])
    assert (
        "1 contact that responded took an offer that 'took' does not name: offers are learned and "
        "judged without these."
    ) in frame.notes
    said = "in 'took' it is missing for 5 of 9. Let the target say who took an offer at all"
    with pytest.raises(DataError, match=said):
        read([*TOOK, *[None] * 5], [*([1, 0] * 4), *[1] * 5])


@pytest.mark.parametrize(
    ("took", "said", "kind", "words"),
    [
        (["tea", None, "Tea", None], {}, DataError, "got 'tea' and 'Tea'. Write both alike"),
        (["tea", None, "tea", None], {}, DataError, "two offers or more .* 'took' has 1 offer."),
        (TOOK, {"no_offer": "tee"}, ParameterError, "must be a value of 'took'; got 'tee'"),
        (TOOK, {"drop": ["took"]}, ParameterError, "'took' is `offer`, and `drop` names it, too"),
        (TOOK, {"trials": "visits"}, ParameterError, "with `trials` a row is of several"),
    ],
)
def test_what_cannot_be_read_is_refused(took, said, kind, words):
    with pytest.raises(kind, match=words):
        read(took, **said)


def test_a_word_for_no_offer_needs_a_column():
    with pytest.raises(ParameterError, match="`no_offer` is a value of the column that `offer`"):
        check_offer_named({"no_offer": "none"})
    with pytest.raises(ParameterError, match="`no_offer` is a value of the column that `offer`"):
        workbench.load(table(TOOK).drop(columns="took"), target="bought", no_offer="none")


def test_suppressed_customers_leave_no_offer_behind():
    data = table(TOOK, id=list("abcdefgh"))
    frame = workbench.load(data, suppress=["e"], customer="id", **SAID)
    assert frame.offer.dropna().tolist() == ["tea", "red wine", "tea"]
    assert "Müsli" not in str(frame.recipe) + str(frame.notes)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(data=st.data())
def test_no_offer_is_known_but_of_who_responded_whatever_the_order(data):
    """Rows put in another order have their offers with them; none is lost, none invented."""
    offers = ["a", "b b", "ä"]
    took = data.draw(st.lists(st.sampled_from([*offers, None]), min_size=6, max_size=30))
    took += ["a", "b b", None]
    y = pd.Series([float(one is not None) for one in took])
    order = np.array(data.draw(st.permutations(range(len(took)))))
    found = offers_taken(pd.Series(took, name="t"), y).taken
    moved = offers_taken(
        pd.Series(took, name="t").iloc[order].reset_index(drop=True),
        y.iloc[order].reset_index(drop=True),
    ).taken
    assert [None if pd.isna(one) else one for one in found] == took
    assert moved.fillna("").tolist() == found.iloc[order].fillna("").tolist()
