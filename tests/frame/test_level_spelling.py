import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.errors import DataError
from workbench.features.encode import CampaignEncoder, RareLevels
from workbench.frame.level_spelling import alike_levels, check_told_apart
from workbench.metrics import psi, psi_table

CODES = pd.Series([1, 2, 2, 3] * 50)
WITH_A_GAP = pd.Series([1, 2, None, 3] * 50)
STORED = {
    "int64": CODES,
    "float64": CODES.astype("float64"),
    "Int64": CODES.astype("Int64"),
    "categorical of ints": CODES.astype("category"),
    "categorical of floats": CODES.astype("float64").astype("category"),
    "objects": CODES.astype("object"),
    "text": CODES.astype("str"),
}
FLAGS = pd.Series([True, False, False] * 50)
FLAGS_STORED = {
    "bool": FLAGS,
    "int64": FLAGS.astype("int64"),
    "objects": FLAGS.astype("object"),
    "boolean": FLAGS.astype("boolean"),
    "categorical of bools": FLAGS.astype("category"),
    "categorical of floats": FLAGS.astype("float64").astype("category"),
}


@pytest.mark.parametrize("kinds", [STORED, FLAGS_STORED], ids=["codes", "flags"])
def test_how_levels_are_stored_is_no_drift(kinds):
    for (first, a), (second, b) in itertools.permutations(kinds.items(), 2):
        assert psi(a, b).psi == 0.0, (first, second)


def test_flags_as_words_are_flags():
    for words in (["True", "False"], ["TRUE", "FALSE"], ["1", "0"]):
        text = FLAGS.map(dict(zip([True, False], words, strict=True)))
        for kind in ("bool", "categorical of bools", "objects"):
            assert psi(FLAGS_STORED[kind], text).psi == 0.0


def test_two_texts_are_two_levels_though_they_read_alike():
    first, second = alike_levels(pd.Series(["1.0", "a"]), pd.Series(["1", "a"]))
    assert (first.tolist(), second.tolist()) == (["1.0", "a"], ["1", "a"])


def test_the_bins_are_called_as_in_the_reference():
    table = psi_table(WITH_A_GAP.astype("category"), CODES.astype("str"))
    assert table["bin"].tolist() == ["1", "2", "3", "(missing)"]
    assert table["current"].tolist() == [50.0, 100.0, 50.0, 0.0]


@settings(max_examples=100, deadline=None, derandomize=True)
@given(
    numbers=st.lists(st.integers(-(2**53) + 1, 2**53 - 1), min_size=1, max_size=8),
    others=st.lists(st.floats(-100, 100), min_size=1, max_size=8),
)
def test_levels_are_one_just_where_the_numbers_are(numbers, others):
    first = pd.Series(numbers).astype("category")
    second = pd.Series([*numbers, *others], dtype="float64").astype("category")
    a, b = alike_levels(first, second)
    same = np.equal.outer(first.astype("int64").to_numpy(), second.astype("float64").to_numpy())
    assert (np.equal.outer(a.to_numpy(), b.to_numpy()) == same).all()


@pytest.mark.parametrize("kind", ["as they are", "category", "object"])
def test_encoders_know_a_level_again(kind):
    codes, with_a_gap = CODES, WITH_A_GAP
    if kind != "as they are":
        codes, with_a_gap = codes.astype(kind), with_a_gap.astype(kind)
    train, new = pd.DataFrame({"code": codes}), pd.DataFrame({"code": with_a_gap})
    rare = RareLevels(columns=["code"], min_share=0.3).fit(train)
    assert rare.transform(new)["code"].tolist()[:2] == ["(rare)", "2"]
    y = np.tile([1.0, 0.0, 1.0, 1.0], 50)
    campaign = np.repeat(["a", "b"], 100)
    encoder = CampaignEncoder(columns=["code"]).fit(train, y, campaign=campaign)
    as_ints, as_floats = encoder.transform(train), encoder.transform(new)
    assert as_floats.iloc[[0, 1, 3], 0].tolist() == as_ints.iloc[[0, 1, 3], 0].tolist()


@pytest.mark.parametrize("kind", ["arm", "offer"])
def test_two_spellings_may_be_one_level(kind):
    check_told_apart({1: "1", "Tea": "tea", "wine": "wine"}, "took", kind=kind)
    expected = (
        f"The {kind}s of 'took' must be told apart by more than spaces, capitals and type; got "
        f"'Tea' and ' tea'. Write both alike if they are one {kind}, or give one of them another "
        "name."
    )
    with pytest.raises(DataError) as raised:
        check_told_apart({"Tea": "Tea", " tea": "tea"}, "took", kind=kind)
    assert str(raised.value) == expected
