import datetime as dt

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from workbench.frame.contact_files import ContactFiles
from workbench.frame.row_by_row import hindrance
from workbench.reading import Told

READ = {
    "id": {"kind": "identifier", "level_type": "text"},
    "month": {"kind": "category", "level_type": "text"},
    "since": {"kind": "date", "order": "year-first", "shape": "iso"},
    "visits": {"kind": "number"},
    "grade": {"kind": "category", "level_type": "text", "levels": ["1", "2", "x"]},
}
ROLES = {"kind": "table", "target": "bought", "campaign": "month", "customer": "id"}
DAY, CLOCK = pd.Timestamp("2024-01-01"), pd.Timestamp("2024-01-01 07:00")
MONTHS = "whether campaigns are months such as 2024.10, all of them tell together."
TOGETHER = "and had levels in training: all values tell how one is spelled."


def of(folder, columns, recipe=None, told=None, **how):
    pq.write_table(pa.table(columns), folder / "new.parquet")
    files = ContactFiles.of(folder, customer="id")
    return hindrance(files, {"reading": READ, **ROLES, **(recipe or {})}, told or Told(), **how)


@pytest.mark.parametrize(
    "columns",
    [
        {"id": [1, 2], "month": ["a", "b"], "visits": [1.5, None], "grade": ["1", "2.5"]},
        {"grade": [1.0, None]},
        {"grade": pa.array([1, None, 3])},
        {"grade": pa.array(["1", "x"]).dictionary_encode()},
        {"grade": [DAY, DAY]},
        {"grade": [True, None]},
        {"month": [DAY, DAY]},
        {"month": [202401, 202402]},
        {"visits": pa.array(["3", "k.A."])},
        {"unknown": [1.5, 2.0]},
    ],
)
def test_rows_of_such_columns_can_be_read_by_themselves(tmp_path, columns):
    assert of(tmp_path, columns) == ""


@pytest.mark.parametrize(
    ("columns", "why"),
    [
        ({"grade": [1.0, 2.5]}, f"'grade' is double, {TOGETHER}"),
        ({"grade": pa.array([1, None, 2**53])}, f"'grade' is int64, {TOGETHER}"),
        ({"grade": [dt.timedelta(1)]}, f"'grade' is duration[us], {TOGETHER}"),
        ({"grade": pa.array([b"1"]).dictionary_encode()}, "'grade' is a dictionary of binary."),
        (
            {"month": [2024.1]},
            f"'month' is double: {MONTHS}",
        ),
    ],
)
def test_columns_of_which_all_values_have_a_say_are_named(tmp_path, columns, why):
    assert of(tmp_path, columns) == why


def test_levels_with_times_of_day_are_spelled_by_all_of_them(tmp_path):
    assert of(tmp_path, {"grade": [DAY, CLOCK]}) == f"'grade' is timestamp[us], {TOGETHER}"
    assert of(tmp_path, {"since": [DAY, CLOCK]}) == ""


def test_moments_are_read_by_themselves_where_they_are_dates(tmp_path):
    by_time = {"time": "since"}
    for fine in ([DAY, CLOCK], [DAY.date()], ["2024-01-01", None]):
        assert of(tmp_path, {"since": fine}, by_time) == ""
    plain = {"reading": {**READ, "since": {"kind": "number"}}} | by_time
    why = "'since' is int64, from which moments are made all together; write it as a date."
    assert of(tmp_path, {"since": [2024, 20240131]}, plain) == why


def test_what_the_recipe_must_tell(tmp_path):
    columns = {"visits": [1], "bought": ["1"]}
    untold = "the model does not tell how columns were read in training."
    assert of(tmp_path, columns, {"reading": {}}) == untold
    of_target = "the model does not tell how the outcome 'bought' was read in training."
    assert of(tmp_path, columns, only_open=True) == of_target
    assert of(tmp_path, columns) == ""
    assert of(tmp_path, {"bought": [1]}, only_open=True) == ""
    named = Told.of(columns=["visits", "bought"])
    assert of(tmp_path, columns, told=named).startswith("`columns` names the columns of a text")
    marked = {"reading": {**READ, "month": {"kind": "number"}}}
    why = "'month' names campaigns by numbers with a decimal mark."
    assert of(tmp_path, {"month": ["2024,1"]}, marked, Told.of(decimal=",")) == why


def test_campaigns_of_whole_numbers_are_read_by_themselves(tmp_path):
    typed = {"reading": {**READ, "month": {"kind": "number", "decimal": ".", "typed": True}}}
    assert of(tmp_path, {"month": [202401, 202402]}, typed) == ""
    assert of(tmp_path, {"month": ["2024.10"]}, typed).endswith("with a decimal mark.")
