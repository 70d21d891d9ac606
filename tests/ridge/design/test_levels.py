from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.frame.level_spelling import spelled
from workbench.ridge.design.levels import GAP, UNSEEN, spelled_twice, spellings_of

MANY_WAYS = {  # levels; what spells each of them; what spells none; what spells a gap
    "a flag": (
        {"False": "f 0 0.0 NO false", "True": "TRUE true 1 1.0 t Yes"},
        "2 maybe 10 TrUe",
    ),
    "whole numbers": (
        {"1": "1.0 1.000", "10": "10.00", "20000000": "2e7 2.0E7 2e+07"},
        "01 true 1.0E1 .0 1.01",
    ),
    "small numbers": ({"0.00001": "1e-05 1.0E-5 1e-5", "0.5": "0.50"}, "5.0E-1"),
    "codes": ({"01": "01", "10": "10.0"}, "1 010"),
    "days": (
        {
            "2024-03-01": "2024-03-01T00:00:00 2024-03-01T00:00",
            "2024-03-02 10:30:00": "2024-03-02T10:30:00.000 2024-03-02T10:30",
        },
        "2024-03-02 2024-03-01T00:00:01",
    ),
    "words": ({"a": "a", "it's": "it's"}, "A it`s"),
    "two spellings of one value": ({"1": "1", "1.0": "1.0"}, "1.00"),
    "one number in two notations": ({"100000000": "100000000", "1e8": "1e8"}, "1.0E8"),
    "more digits than a double holds": (
        {"12345678901234567890": "12345678901234567890"},
        "12345678901234567891",
    ),
    "true in two spellings": ({"TRUE": "TRUE", "true": "true"}, "1 True"),
    "numbers beside names": ({"5": "5 5.0", "No. 1": "No.~1", "other": "other"}, "No.~10 1"),
    "versions": ({"7": "7 7.00", "10.0.1.1": "10.0.1.1", "v1.1.0": "v1.1.0"}, "v1.1 10.0.1.10"),
    "decimals": ({"1.1": "1.1 1.10", "2": "2.0"}, "1.1.0 1.10.00"),
    "true among words": ({"True": "true TRUE", "unknown": "unknown"}, "1 yes"),
}


@pytest.mark.parametrize("kind", MANY_WAYS)
def test_a_level_is_matched_by_what_it_spells(kind):
    levels, strange = MANY_WAYS[kind]
    spellings = spellings_of(tuple(levels))
    for code, ways in enumerate(levels.values()):
        assert set(spellings.codes(texts_of(ways))) == {code}
    assert set(spellings.codes(texts_of(strange))) == {UNSEEN}


def texts_of(ways):
    """Split at blanks; ~ stands for a blank in a text."""
    return [text.replace("~", " ") for text in ways.split()]


def test_blanks_around_a_level_do_not_count_and_blanks_alone_are_a_gap():
    assert spellings_of(("a b", "c")).codes([" a b ", "c ", "", "  "]).tolist() == [0, 1, GAP, GAP]
    assert spellings_of(("2024-03-01",)).codes(["2024-03-01 00:00:00.000"]).tolist() == [0]
    own = spellings_of(("", "x"))  # unless training had them as a level
    assert own.codes(["", " ", "x"]).tolist() == [0, 0, 1]
    told_apart = spellings_of((" a", "a"))
    assert told_apart.codes([" a", "a", "a ", ""]).tolist() == [0, 1, UNSEEN, GAP]
    assert spellings_of(("1", "2")).codes(["nan", "NaN"]).tolist() == [GAP, GAP]


def test_what_training_told_apart_stays_apart():
    versions = ["1.1", "1.10"]
    assert spelled_twice(versions)
    alone = spellings_of(("1.1",), exact=True)  # the rarer one got no column
    assert alone.codes(["1.1", "1.10"]).tolist() == [0, UNSEEN]


VALUES = [
    (True, "True"),
    (np.bool_(False), "False"),
    (3, "3"),
    (3.0, "3"),
    (-0.0, "-0"),
    (2.5, "2.5"),
    (np.float32(0.1), "0.1"),
    (1e16, "1e+16"),
    (1e-5, "1e-05"),
    (Decimal("1.50"), "1.5"),
    (pd.Timestamp("2024-03-01").date(), "2024-03-01"),
    (pd.Timestamp("2024-03-01"), "2024-03-01"),
    (pd.Timestamp("2024-03-01 10:00:00.500"), "2024-03-01 10:00:00.5"),
    ("01", "01"),
    (" a", " a"),
]


@pytest.mark.parametrize(("value", "text"), VALUES)
def test_a_value_is_written_by_itself(value, text):
    assert spelled(pd.Series([value], dtype=object)).tolist() == [text]
    beside = pd.Series([value, None, "x", 7, pd.Timestamp("2024-05-05 03:04")], dtype=object)
    assert spelled(beside)[0] == text


@pytest.mark.parametrize(
    "column",
    [
        pd.Series(pd.Categorical([1, 2, 1])),
        pd.Series(pd.Categorical([1, 2, None])),
        pd.Series([1, 2, None], dtype="Int64"),
        pd.Series([1.0, 2.0, None]),
        pd.Series([1, 2.0, None], dtype=object),
        pd.Series(pd.Categorical([1.0, 2.0, None])),
        pd.Series(["1", "2", None], dtype="category"),
    ],
    ids=lambda column: str(column.dtype),
)
def test_a_gap_elsewhere_does_not_change_a_level(column):
    assert spelled(column)[:2].tolist() == ["1", "2"]


SPELLED = st.one_of(
    st.text(alphabet="01.aeE- tT", max_size=6),
    st.integers(-(10**18), 10**18).map(str),
    st.floats(allow_nan=False, allow_infinity=False).map(repr),
    st.sampled_from(["true", "False", "yes", "N", "2024-03-01", "2024-03-01 10:00:00", "1", "0"]),
)


@settings(derandomize=True, max_examples=300)
@given(levels=st.lists(SPELLED, min_size=1, max_size=6, unique=True))
def test_every_level_spells_itself(levels):
    levels = tuple(sorted(levels))
    assert spellings_of(levels).codes(levels).tolist() == list(range(len(levels)))
    exact = spellings_of(levels, exact=True)
    assert exact.codes(levels).tolist() == list(range(len(levels)))


@settings(derandomize=True, max_examples=300)
@given(number=st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_is_its_level_in_every_notation(number):
    level = spelled(pd.Series([number], dtype=object))[0]
    ways = [repr(number), str(Decimal(repr(number))), f"{Decimal(repr(number)):f}"]
    if number != 0 and not 1e-4 <= abs(number) < 1e7:  # with an exponent somewhere
        shortest = Decimal(repr(number)).normalize()
        ways += [f"{shortest:e}", f"{shortest:E}"]
    assert set(spellings_of((level,)).codes(ways)) == {0}, ways
