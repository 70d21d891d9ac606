import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.governance.data_readiness.written_days import shape_of, written_days_of


@pytest.mark.parametrize(
    ("words", "both", "shapes", "others"),
    [
        (["13/02/2024", "14/02/2024", "01/03/2024"], False, {"numeric"}, 0),
        (["13/02/2024", "02/14/2024", "01/03/2024"], True, {"numeric"}, 0),
        (["2024-02-13", "2024-02-14", "14.02.2024"], False, {"iso", "numeric"}, 0),
        (["2024-02-13", "2024-02-14", "45330"], False, {"iso"}, 1),
    ],
)
def test_how_days_are_written(words, both, shapes, others):
    found = written_days_of(pd.DataFrame({"day": words}))["day"]
    assert (found.both_orders, set(found.shapes), found.others) == (both, shapes, others)


def test_numbers_and_words_are_no_days():
    table = pd.DataFrame({"code": ["A-17", "B-18"], "share": ["0.25", "0.5"], "n": ["1", "2"]})
    assert written_days_of(table) == {}


def test_zones_are_counted_where_there_is_a_clock():
    words = ["2024-01-01 10:00:00Z", "2024-01-02 11:00:00", "2024-01-03 12:00+02:00", "2024-01-04"]
    found = written_days_of(pd.DataFrame({"at": words}))["at"]
    assert (found.with_zone, found.clocks, found.days) == (2, 3, 4)


@given(st.dates())
def test_every_day_of_the_calendar_is_iso(day):
    assert shape_of(day.isoformat()) == "iso"
