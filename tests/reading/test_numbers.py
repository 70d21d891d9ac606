import math

import pytest

from workbench.reading.numbers import (
    NumberSpelling,
    all_plain,
    open_to_two,
    plain_mark,
    spelling_of,
    values_of,
)


@pytest.mark.parametrize(
    ("texts", "spelling", "values"),
    [
        (["$84,835.00", "-$1.50"], (".", ",", "$"), [84835, -1.5]),
        (["1'234.50 EUR", "2 EUR"], (".", "'", "EUR"), [1234.5, 2]),
        (["1 200", "3\u00a0400", "5"], ("", " ", ""), [1200, 3400, 5]),
        (["12%", "3.5 %"], (".", "", "%"), [0.12, 0.035]),
        (["12,34,567.50", "5.00"], (".", ",", ""), [1234567.5, 5]),
        (["(5.00)", "3-", "\u22122"], (".", "", ""), [-5, -3, -2]),
        (["1.234,50", "7"], (",", ".", ""), [1234.5, 7]),
        (["0,125"], (",", "", ""), [0.125]),
        (["٣٬١٠٥٫٤٧", "۳۱"], (".", ",", ""), [3105.47, 31]),
        (["3,105,466원", "31,322원"], (".", ",", "원"), [3105466, 31322]),
        (["3.105,47 TL"], (",", ".", "TL"), [3105.47]),
        (["R$ 1.234,50", "R$ 3,00"], (",", ".", "R$"), [1234.5, 3]),
        (["1.2E+05", "3"], (".", "", ""), [120000, 3]),
        (["1.234", "2000"], (".", "", ""), [1.234, 2000]),  # 2000 would be 2.000
    ],
)
def test_numbers_as_people_write_them(texts, spelling, values):
    found, doubt = spelling_of(texts)
    assert found == NumberSpelling(*spelling)
    assert doubt == ""
    assert values_of(texts, found).tolist() == pytest.approx(values, rel=1e-15)
    assert spelling_of(texts[::-1]) == (found, "")


@pytest.mark.parametrize(
    "texts", [["01067", "2"], ["12E4", "13E5"], ["1.2.3"], ["4" * 16], ["5 kg"], []]
)
def test_what_is_no_number(texts):
    assert spelling_of(texts) == (None, "")


@pytest.mark.parametrize(
    ("texts", "doubt"),
    [
        (["$5", "€6"], "signs of several kinds: $, €"),
        (["12%", "3"], "some values have '%' and some have none, such as '3'"),
    ],
)
def test_units_that_do_not_go_together(texts, doubt):
    assert spelling_of(texts) == (None, doubt)


def test_a_mark_that_may_be_either_is_named_and_taken_as_told():
    assert spelling_of(["1.234", "2.500"])[1] == "1.234"
    assert spelling_of(["1.234"], decimal=",")[0] == NumberSpelling(",", ".", "")
    assert open_to_two(["1.234", "17"])
    assert not open_to_two(["1.234", "17.5"])


def test_a_value_of_another_spelling_is_none():
    read = values_of(["1,234", "1,5", "12%", "$3", "1,234.5"], NumberSpelling(".", "", "€"))
    assert [math.isnan(value) for value in read] == [True, True, True, True, False]


def test_plain_numbers_are_known_at_once():
    assert all_plain(["1.50", "-2e-05", "inf"])
    assert not all_plain(["01067"])
    assert plain_mark(["0", "17", "2.5"]) == "."
    assert plain_mark(["0", "-17"]) == ""


@pytest.mark.parametrize("texts", [[], ["1.234", "17"], ["20240131", "3"], ["1,5"], ["4" * 16]])
def test_what_is_not_plain_beyond_doubt_is_looked_at_longer(texts):
    assert plain_mark(texts) is None
