import re

import pandas as pd
import pytest

from workbench import FeatureFrame, read_table
from workbench.errors import DataError, ParameterError
from workbench.reading.headerless import check_names, with_header

NAMES = ["customer", "day", "units", "amount"]
ROWS = [["0001", "20240105", "1", "11.77"], ["0002", "20240212", "5", "77.00"]]


def exactly(message):
    return f"^{re.escape(message)}$"


def written(path, separator, rows=ROWS):
    path.write_text("".join(separator.join(row) + "\n" for row in rows))
    return path


@pytest.mark.parametrize("separator", [",", ";", "\t", "|", " ", "   "])
def test_names_are_put_above_a_table_however_its_fields_are_cut(tmp_path, separator):
    read = read_table(
        written(tmp_path / "log.txt", separator), columns=NAMES, kinds={"day": "date"}
    )
    assert read["customer"].tolist() == ["0001", "0002"]
    assert read["day"].tolist() == list(pd.to_datetime(["2024-01-05", "2024-02-12"]))
    assert read["amount"].tolist() == [11.77, 77.0]


def test_blanks_before_a_line_and_empty_lines_are_nothing():
    text, separator = with_header("  a  1\n\n b 2\n", ["x", "y"], file="x.txt")
    assert (text, separator) == ("x,y\na,1\nb,2\n", ",")


def test_a_field_among_blanks_that_holds_a_comma_stays_one():
    text, _ = with_header(
        "a 1,5\nb 2,5\n",
        [
            "x",
            "y",
        ],
        file="x.txt",
    )
    assert text.splitlines()[0].count(",") == 1


def test_a_header_of_just_these_names_is_taken_for_one(tmp_path):
    path = written(tmp_path / "log.csv", ",", [NAMES, *ROWS])
    assert len(read_table(path, columns=NAMES)) == 2


def test_a_header_of_others_is_refused(tmp_path):
    path = written(tmp_path / "log.csv", ",", [["Customer", "date", "n", "paid"], *ROWS])
    message = (
        "`columns` names the columns of a file without a header line; 'log.csv' begins with one: "
        "['Customer', 'date', 'n', 'paid']. Leave `columns` out."
    )
    with pytest.raises(DataError, match=exactly(message)):
        read_table(path, columns=NAMES)


def test_too_few_names_are_refused(tmp_path):
    message = (
        "`columns` must name every column in the order of the file; it has 2 names, and the first "
        "line of 'log.txt' has 4 fields: '0001 20240105 1 11.77'. Every line must have as many "
        "fields, cut by commas, semicolons, tabs, bars or blanks."
    )
    with pytest.raises(DataError, match=exactly(message)):
        read_table(written(tmp_path / "log.txt", " "), columns=NAMES[:2])


def test_an_empty_file_is_refused():
    with pytest.raises(DataError, match=exactly("'x.txt' must have rows; it is empty.")):
        with_header("\n", ["a", "b"], file="x.txt")


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (
            ["a", "b", "a"],
            "`columns` must name each column once; ['a'] stands twice. Rename one.",
        ),
        (
            "ab",
            "`columns` must be the names of a file's columns, a text each; got 'ab'. Write them in "
            "the order of the file.",
        ),
    ],
)
def test_names_that_cannot_be_are_refused(names, message):
    with pytest.raises(ParameterError, match=exactly(message)):
        check_names(names)


def test_files_and_tables_that_name_their_own_columns_take_no_others(tmp_path):
    table = pd.DataFrame(ROWS, columns=NAMES)
    table.to_parquet(tmp_path / "log.parquet")
    message = (
        "`columns` names the columns of a text file without a header line; 'log.parquet' is no "
        "text file, and names its own. Leave `columns` out."
    )
    with pytest.raises(ParameterError, match=exactly(message)):
        read_table(tmp_path / "log.parquet", columns=NAMES)
    message = (
        "`columns` names the columns of a text file without a header line; the table is "
        "DataFrame, and names its own. Leave `columns` out."
    )
    with pytest.raises(ParameterError, match=exactly(message)):
        read_table(table, columns=NAMES)


def test_a_model_of_such_a_file_reads_new_ones_alike_with_or_without_a_header(tmp_path):
    rows = [[f"c{k:02}", str(20 + k), "yes" if k % 3 else "no"] for k in range(30)]
    names = ["id", "age", "bought"]
    frame = FeatureFrame.from_table(
        written(tmp_path / "old.txt", " ", rows), target="bought", customer="id", columns=names
    )
    assert list(frame.X) == ["age"]
    plain = FeatureFrame.to_score(written(tmp_path / "new.txt", "  ", rows[:5]), frame.recipe)
    headed = FeatureFrame.to_score(
        written(tmp_path / "new.csv", ",", [names, *rows[:5]]), frame.recipe
    )
    table = FeatureFrame.to_score(pd.DataFrame(rows[:5], columns=names), frame.recipe)
    assert plain.X["age"].tolist() == [20, 21, 22, 23, 24]
    for other in (headed, table):
        assert other.X["age"].tolist() == plain.X["age"].tolist()


def test_blanks_inside_quotation_marks_cut_nothing(tmp_path):
    path = tmp_path / "log.txt"
    path.write_text('0001  20240105 "New  York"  "3"\n0002  20240106  Kiel  4\n')
    read = read_table(path, columns=["customer", "day", "town", "units"], kinds={"day": "date"})
    assert read["town"].tolist() == ["New York", "Kiel"]
    assert read["units"].astype(int).tolist() == [3, 4]
