"""Files of labels as people write them: encodings, separators, headers, gaps; and the refusals."""

import re

import pandas as pd
import pytest

import workbench
from workbench.errors import DataError, DataWarning, MissingDataError, ParameterError
from workbench.frame.labels import one_line, read_labels

PAIRS = {"region": "Größe der Region", "visits_28d": "Visits, 4 weeks"}


def exactly(message):
    return f"^{re.escape(message)}$"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("separator", [";", "\t", "|"])
@pytest.mark.parametrize("header", ["", "Merkmal{}Bezeichnung\r\n", "sep={}\r\nfeature{}label\r\n"])
def test_text_is_read_however_it_is_written(tmp_path, encoding, separator, header):
    if "sep=" in header and encoding == "utf-16":
        pytest.skip("Excel writes such lines in no UTF-16")
    lines = "".join(f"{name}{separator} {words} \r\n" for name, words in PAIRS.items())
    file = tmp_path / "labels.csv"
    file.write_bytes((header.replace("{}", separator) + lines + "\r\n").encode(encoding))
    assert read_labels(file) == PAIRS


def test_commas_part_where_words_that_hold_one_are_quoted(tmp_path):
    file = tmp_path / "labels.csv"
    file.write_text(
        'region,Größe der Region\nvisits_28d,"Visits, 4 weeks"\ntotal,Summe\nNA,Keine\n'
    )
    assert workbench.read_labels(file) == {**PAIRS, "total": "Summe", "NA": "Keine"}
    file.write_text("region,Größe der Region\nvisits_28d,Visits, 4 weeks\n")
    message = (
        "'labels.csv' must have two columns, the name of a feature and your words for it; a line "
        "has 3: ['visits_28d', 'Visits', ' 4 weeks']. Put quotation marks around words that hold "
        "the separator."
    )
    with pytest.raises(DataError, match=exactly(message)):
        read_labels(file)


def test_a_first_line_that_may_be_a_pair_is_one(tmp_path):
    file = tmp_path / "labels.csv"
    file.write_text("code;visits\nname;Name of the shop\n")
    assert read_labels(file) == {"code": "visits", "name": "Name of the shop"}
    file.write_text("name;Name\nvisits;Visits\n")
    assert read_labels(file) == {"name": "Name", "visits": "Visits"}
    file.write_text("name;Label\nvisits;Visits\n")
    assert read_labels(file) == {"visits": "Visits"}


def test_a_book_of_excel_is_read_with_numbers_as_names(tmp_path):
    file = tmp_path / "labels.xlsx"
    cells = [["feature", "label"], [7, "Seven"], [None, None], *map(list, PAIRS.items())]
    pd.DataFrame(cells).to_excel(file, header=False, index=False)
    assert read_labels(file) == {"7": "Seven", **PAIRS}
    file.write_bytes(b"PK no book")
    with pytest.raises(DataError, match=r"'labels.xlsx' must be an Excel file; it is damaged"):
        read_labels(file)


def test_toml_is_read(tmp_path):
    file = tmp_path / "labels.toml"
    file.write_text("\n".join(f'{name} = "{words}"' for name, words in PAIRS.items()))
    assert read_labels(str(file)) == PAIRS
    file.write_text("[region]\nN = 'North'")
    message = "'labels.toml' must give each name words, both text; got {'N': 'North'} for 'region'."
    with pytest.raises(ParameterError, match=exactly(message)):
        read_labels(file)
    file.write_text("region")
    with pytest.raises(DataError, match=r"^'labels.toml' must be TOML in UTF-8; it is not: "):
        read_labels(file)


def test_what_has_no_words_is_told_and_left_out():
    with pytest.warns(
        DataWarning, match=exactly("`labels` has no words for ['age', 'x']: they keep their names.")
    ):
        assert read_labels({"age": " ", "region": "Region", "x": "\u200b"}) == {"region": "Region"}


def test_refusals_say_what_to_mend(tmp_path):
    with pytest.raises(
        DataError, match=exactly("`labels` must name a feature in each line; 'Age' has no name.")
    ):
        read_labels({" ": "Age"})
    with pytest.raises(
        ParameterError, match=r"`labels` must give each name words, both text; got 3"
    ):
        read_labels({"age": 3})
    with pytest.raises(ParameterError, match=r"at most 120 letters; those of 'age' have 121\. Sho"):
        read_labels({"age": "a" * 121})
    file = tmp_path / "labels.csv"
    file.write_text("age;Age\nage; Age \nage;Years\n")
    message = (
        "'labels.csv' must say one thing of each name; 'age' is 'Age' and 'Years'. Keep one of "
        "them."
    )
    with pytest.raises(DataError, match=exactly(message)):
        read_labels(file)
    file.write_text("")
    with pytest.raises(DataError, match=r"your words for it; it is empty\."):
        read_labels(file)
    with pytest.raises(
        MissingDataError, match=r"There is no file 'none.csv'\. Check the path after"
    ):
        read_labels("none.csv")
    with pytest.raises(ParameterError, match=r"must be a file, or a mapping .*; got int\.$"):
        read_labels(3)
    file = tmp_path / "labels.doc"
    file.write_text("age;Age")
    with pytest.raises(
        ParameterError, match=r"must be a file that ends in one of \['.csv', .*'labels.doc'"
    ):
        read_labels(file)


def test_words_are_one_line_of_letters_that_are_seen():
    assert one_line("Zu\u0308rich\r\n\t\u2028Ost\u200d") == "Zürich Ost"
