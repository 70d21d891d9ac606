import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.governance.readiness.date_columns import (
    counted_days,
    day_counts,
    may_be_ahead,
    shape_of,
    written_days,
)
from workbench.governance.readiness.table_material import material_of_table


@pytest.mark.parametrize(
    ("words", "both", "shapes", "others"),
    [
        (["13/02/2024", "14/02/2024", "01/03/2024"], False, {"numeric"}, 0),
        (["13/02/2024", "02/14/2024", "01/03/2024"], True, {"numeric"}, 0),
        (["2024-02-13", "2024-02-14", "14.02.2024"], False, {"iso", "numeric"}, 0),
        (["2024-02-13", "2024-02-14", "45330"], False, {"iso"}, 1),
    ],
)
def test_how_days_are_written(tmp_path, words, both, shapes, others):
    path = tmp_path / "days.csv"
    pd.DataFrame({"day": words, "x": 1, "bought": [0, 1, 0]}).to_csv(path, index=False)
    said = {"frame": None, "papers": None, "today": None}
    found = written_days(material_of_table(path, {"target": "bought"}, **said))["day"]
    assert (found.both_orders, set(found.shapes), found.others) == (both, shapes, others)


def test_numbers_and_words_are_no_days(material):
    assert set(written_days(material({"code": "A-17", "share": "0.25"}))) == {"month"}


@given(st.dates())
def test_every_day_of_the_calendar_is_iso(day):
    assert shape_of(day.isoformat()) == "iso"


def test_days_are_counted_in_their_order(material, shop):
    counts = day_counts(material())
    assert counts["sent_on"].tolist() == [150] * 7
    zoned = shop["sent_on"].dt.tz_localize("Europe/Berlin")
    assert counted_days(zoned).index.equals(counts["sent_on"].index)


def test_days_to_come_are_told_by_the_name():
    assert may_be_ahead("gueltig_bis")
    assert not may_be_ahead("bought_on")
