import pandas as pd
import pytest

from workbench.reading.dates import DateSpelling, date_spelling_of, moments_of


@pytest.mark.parametrize(
    ("texts", "shape", "order", "first"),
    [
        (["05/03/2023", "13/03/2023"], "numeric", "day-first", "2023-03-05"),
        (["1/2/24", "1/31/24"], "numeric", "month-first", "2024-01-02"),
        (["03.01.24", "13.01.24"], "numeric", "day-first", "2024-01-03"),
        (["Jan-23", "Dec-22"], "name year", "year-first", "2023-01-01"),
        (["31-Jan-2024"], "day name year", "year-first", "2024-01-31"),
        (["Jan 31, 2024"], "name day year", "year-first", "2024-01-31"),
        (["31. Mrz 2024"], "day name year", "year-first", "2024-03-31"),
        (["2024-01", "2024-12"], "year month", "year-first", "2024-01-01"),
        (["2023년 1월 19일", "2023년 10월 7일"], "year month day", "year-first", "2023-01-19"),
        (["2023年1月19日 07:05"], "year month day", "year-first", "2023-01-19 07:05"),
        (["2023. 01. 19.", "2023. 10. 27."], "iso", "year-first", "2023-01-19"),
        (["19/01/2023 14h30"], "numeric", "day-first", "2023-01-19 14:30"),
        (["2024Q3"], "quarter", "year-first", "2024-07-01"),
        (["Mon, 05 Feb 2024"], "day name year", "year-first", "2024-02-05"),
        (["31/01/2024 7:05 PM"], "numeric", "day-first", "2024-01-31 19:05"),
        (["31.12.69", "1.1.70"], "numeric", "day-first", "2069-12-31"),
    ],
)
def test_moments_as_people_write_them(texts, shape, order, first):
    found = date_spelling_of(texts)
    assert (found.shape, found.order) == (shape, order)
    assert moments_of(pd.Series(texts, dtype="str"), found)[0] == pd.Timestamp(first)
    assert date_spelling_of(texts[::-1]) == found


@pytest.mark.parametrize(
    "texts", [["05/03/2023", "06/03/2023"], ["24-01-31", "23-02-01"], ["13/02/2023", "02/13/2023"]]
)
def test_an_order_that_the_column_does_not_show(texts):
    assert not date_spelling_of(texts).settled


def test_what_is_told_is_taken_where_the_column_allows_it():
    assert date_spelling_of(["05/03/2023"], order="month-first").order == "month-first"
    assert date_spelling_of(["13/03/2023"], order="month-first").order == "day-first"


@pytest.mark.parametrize("texts", [["soon"], ["hello 23"], ["a", "2024-01-01"], []])
def test_what_is_no_date(texts):
    found = date_spelling_of(texts)
    assert found is None or not texts


def test_a_zone_keeps_the_instant_and_its_clock():
    berlin = ["2024-01-30T10:00:00+01:00", "2024-01-31T00:00:00+01:00"]
    found = date_spelling_of(berlin)
    assert found.zone == "+01:00"
    read = moments_of(pd.Series(berlin), found)
    assert read.dt.tz_localize(None).tolist() == [
        pd.Timestamp("2024-01-30 10:00"),
        pd.Timestamp("2024-01-31"),
    ]
    both = ["2024-03-30T10:00:00+01:00", "2024-04-01T10:00:00+02:00"]
    assert date_spelling_of(both).zone == "UTC"
    assert not date_spelling_of(["2024-03-30T10:00", "2024-04-01T10:00Z"]).settled


def test_a_day_that_is_none_is_named():
    assert date_spelling_of(["2023-02-28", "2023-02-30"]).impossible == "2023-02-30"
    assert moments_of(pd.Series(["2023-02-30"]), DateSpelling("iso")).isna().all()


def test_moments_are_those_of_pandas():
    moments = pd.Series(pd.date_range("1969-12-30 22:15:07", "2071-03-01", periods=400)).dt.floor(
        "us"
    )
    texts = moments.dt.strftime("%d/%m/%Y %I:%M:%S.%f %p").astype("str")
    texts[7] = None
    found = date_spelling_of(list(texts.dropna()))
    read = moments_of(texts, found)
    assert read.isna().tolist() == [k == 7 for k in range(400)]
    assert (read.drop(7) == moments.drop(7)).all()
