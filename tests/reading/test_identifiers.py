import pandas as pd
import pytest

from workbench.reading.identifiers import is_counter, kind_of_words, named_as_identifier, words_of


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("CustomerID", True),
        ("user_id", True),
        ("Kundennummer", True),
        ("row_nr", True),
        ("paid", False),
        ("age", False),
        ("Unnamed: 0", True),
    ],
)
def test_names_that_say_it(name, says):
    assert named_as_identifier(name) is says


def test_a_name_is_cut_into_words():
    assert words_of("KaufDatum.neu_2") == ["kauf", "datum", "neu", "2"]
    assert words_of(" _ ") == []


def test_numbers_name_rows_if_each_is_whole_and_its_own():
    assert is_counter(pd.Series(range(30)), "row_no")
    assert not is_counter(pd.Series([1] * 30), "row_no")
    assert not is_counter(pd.Series([k / 2 for k in range(30)]), "row_no")
    assert not is_counter(pd.Series(range(5)), "row_no")
    assert is_counter(pd.Series(range(5)), "Unnamed: 0")


def test_very_many_words_are_names_or_sentences():
    names = pd.Index([f"K{k}" for k in range(60)])
    assert kind_of_words(names, 60) == "identifier"
    assert kind_of_words(names, 600) == "category"
    assert kind_of_words(names + " said that all was well, more or less", 60) == "text"
