import re

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.errors import DataError, DataWarning
from workbench.tables import read_table


def exactly(message):
    return f"^{re.escape(message)}$"


def write(folder, text, encoding="utf-8", name="table.csv"):
    file = folder / name
    file.write_bytes(text.encode(encoding))
    return file


def test_semicolons_decimal_commas_dotted_dates_and_cp1252(tmp_path):
    text = (
        "Kunde;Umsatz;Anteil;seit;Stadt\r\n"
        '0017;1.234,50;0,5;31.12.2023;"Köln; Süd"\r\n'
        "0018;-7,25;1;1.2.2024 08:30;München\r\n"
    )
    read = read_table(write(tmp_path, text, "cp1252"))
    assert read["Kunde"].tolist() == ["0017", "0018"]  # a leading zero is part of the name
    assert read["Umsatz"].tolist() == [1234.5, -7.25]
    assert read["Anteil"].tolist() == [0.5, 1.0]
    assert read["seit"].tolist() == [pd.Timestamp("2023-12-31"), pd.Timestamp("2024-02-01 08:30")]
    assert read["Stadt"].tolist() == ["Köln; Süd", "München"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_encodings_and_separators(tmp_path, encoding, separator):
    rows = [("name", "n", "day"), ("Zoë", "3", "2024-02-29"), ("Ann", "", "2024-03-01")]
    text = "\n".join(separator.join(row) for row in rows) + "\n"
    read = read_table(write(tmp_path, text, encoding, "t.txt"))
    assert list(read) == ["name", "n", "day"]
    assert read["name"].tolist() == ["Zoë", "Ann"]
    assert read["n"].tolist()[0] == 3
    assert read["n"].isna().tolist() == [False, True]
    assert read["day"].tolist() == [pd.Timestamp("2024-02-29"), pd.Timestamp("2024-03-01")]


def test_commas_inside_quotes_do_not_cut(tmp_path):
    read = read_table(write(tmp_path, 'a,b\n"x, y",1\n"say ""hi""",2\n'))
    assert read["a"].tolist() == ["x, y", 'say "hi"']
    assert read["b"].tolist() == [1, 2]


def test_a_day_that_does_not_exist_stays_text_for_the_checks_to_name(tmp_path):
    message = "'day': 2023-02-30 is no day of the calendar. Write them as YYYY-MM-DD."
    with pytest.warns(DataWarning, match=exactly(message)):
        read = read_table(write(tmp_path, "day\n2023-02-28\n2023-02-30\n"))
    assert read["day"].tolist() == ["2023-02-28", "2023-02-30"]


@pytest.mark.parametrize("gap", ["", "NA", "n/a", "#N/A", "null", "NaN", "NaT", "None"])
def test_gaps(tmp_path, gap):
    read = read_table(write(tmp_path, f"a,b,c\n1.5,x,1\n{gap},{gap},2\n"))
    assert read["a"].isna().tolist() == [False, True]
    assert read["b"].isna().tolist() == [False, True]


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "utf-16"])
@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ("1,5", 1.5),
        ("-1.234,50", -1234.5),
        ("0,125", 0.125),
        ("12.345.678", 12345678),
    ],
)
def test_decimal_commas_and_thousands_dots(tmp_path, rows, expected, encoding):
    read = read_table(write(tmp_path, f"wo;wert\nKöln;{rows}\n", encoding))
    assert read["wo"].tolist() == ["Köln"]
    assert read["wert"].tolist() == [expected]


def test_one_column_that_is_beyond_doubt_settles_the_decimal_mark_of_all(tmp_path):
    with pytest.warns(DataWarning, match="'b': 1.234 is open to two readings"):
        both = read_table(write(tmp_path, "a;b;c\n1,5;1.234;0.75\n2;2.500;1.5\n"))
    assert both["b"].tolist() == ["1.234", "2.500"]
    assert both["c"].tolist() == [0.75, 1.5]  # no grouping of thousands: a plain number
    comma = read_table(write(tmp_path, "a;b\n1.234,5;1.234\n2;2.500\n"))
    assert comma["b"].tolist() == [1234, 2500]
    point = read_table(write(tmp_path, "a;b\n1.5;1.234\n2;2.500\n"))
    assert point["b"].tolist() == [1.234, 2.5]
    english = read_table(write(tmp_path, 'a,b\n"1,234.50","1,234"\n2,"12,000"\n'))
    assert english["a"].tolist() == [1234.5, 2]
    assert english["b"].tolist() == [1234, 12000]


def test_without_any_evidence_the_usual_mark_is_a_decimal_one_and_another_is_open(tmp_path):
    for text, value in (("a;b\nx;1.234\n", "1.234"), ("a,b\nx,1.234\n", 1.234)):
        with pytest.warns(DataWarning, match="'b': 1.234 is open to two readings"):
            assert read_table(write(tmp_path, text))["b"].tolist() == [value]
        for mark, told in ((",", 1234), (".", 1.234)):
            assert read_table(write(tmp_path, text), decimal=mark)["b"].tolist() == [told]
    smaller = read_table(write(tmp_path, "a;b\nx;1.234\ny;5.678\nz;12.345\nu;7\n"))
    assert smaller["b"].tolist() == [1234, 5678, 12345, 7]  # 7 is no 7.000


def test_names_made_of_digits_stay_text(tmp_path):
    read = read_table(write(tmp_path, "zip,card,n\n01067,1234567890123456,7\n,,8\n10115,1,9\n"))
    assert read["zip"].dropna().tolist() == ["01067", "10115"]
    assert read["card"].dropna().tolist() == ["1234567890123456", "1"]
    assert read["n"].tolist() == [7, 8, 9]


def test_a_time_of_day_and_a_fraction_of_a_second(tmp_path):
    read = read_table(write(tmp_path, "at\n2024-01-31 23:59:59.999999\n2024-02-01T00:00\n"))
    assert read["at"].tolist() == [
        pd.Timestamp("2024-01-31 23:59:59.999999"),
        pd.Timestamp("2024-02-01"),
    ]


def test_a_column_of_gaps_and_numbers_in_text_among_them(tmp_path):
    read = read_table(write(tmp_path, "gap,mixed\n,1\n,two\n"))
    assert read["gap"].isna().all()
    assert read["mixed"].tolist() == ["1", "two"]


def test_a_name_that_stands_twice_is_left_for_the_checks_to_name(tmp_path):
    assert list(read_table(write(tmp_path, "a,a, b \n1,2,3\n"))) == ["a", "a", "b"]


def test_line_breaks_and_separators_inside_quotes(tmp_path):
    read = read_table(write(tmp_path, 'note;n\n"one;\ntwo";1\n"";2\n\n'))
    assert read["note"].tolist()[0] == "one;\ntwo"
    assert read["note"].isna().tolist() == [False, True]
    assert read["n"].tolist() == [1, 2]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a,b\n1,2\n1,2,3\n", "line 3 has 3"),
        ("a,b\n1,2\n1\n", "line 3 has 1"),
        ("a,b\n1,2,\n1,2,\n", "line 2 has 3 (and 1 more)"),
    ],
)
def test_a_ragged_row_is_refused(tmp_path, text, found):
    message = (
        "'table.csv' must have as many fields in every row as in the header; the header has 2, "
        f"{found}. Quote fields that hold ','."
    )
    with pytest.raises(DataError, match=exactly(message)):
        read_table(write(tmp_path, text))


@pytest.mark.parametrize("text", ["", "\n\n", "  \n \n"])
def test_an_empty_file(tmp_path, text):
    message = "'table.csv' must have a header and rows; it is empty."
    with pytest.raises(DataError, match=exactly(message)):
        read_table(write(tmp_path, text))


def test_a_quotation_mark_that_swallows_the_file(tmp_path):
    text = 'a,b\n"' + "x" * 200_000 + ",1\n"
    message = (
        "'table.csv' must be a CSV; field larger than field limit (131072). Close every quotation "
        "mark."
    )
    with pytest.raises(DataError, match=exactly(message)):
        read_table(write(tmp_path, text))


@pytest.mark.parametrize(
    "text",
    [
        "sep=;\na;b\n1;2\n",  # as Excel writes it
        '"SEP=;"\r\na;b\r\n1;2\r\n',
        "a;b\r1;2\r",  # lines as old Macs ended them
        "a;b;\n1;2;\n",  # a separator at the end of every line
        "\n\na;b\n\n1;2\n",
    ],
)
def test_oddities_of_exports(tmp_path, text):
    read = read_table(write(tmp_path, text))
    assert list(read) == ["a", "b"]
    assert read.to_numpy().tolist() == [[1, 2]]


def test_a_column_without_a_name_stays_if_it_holds_anything(tmp_path):
    assert list(read_table(write(tmp_path, ",a\n0,5\n"))) == ["Unnamed: 0", "a"]


def test_infinity_is_a_number_for_the_checks_to_refuse(tmp_path):
    read = read_table(write(tmp_path, "a,b\n1.5,x\ninf,y\n-inf,z\n"))
    assert read["a"].tolist() == [1.5, float("inf"), -float("inf")]


WORDS = st.text(alphabet='aäß;,|"\t\n ', min_size=1).map(lambda text: f"x{text}x")
ROWS = st.lists(
    st.tuples(
        WORDS,
        st.integers(-(10**7), 10**7),
        st.decimals(-(10**6), 10**6, places=2),
        st.dates(pd.Timestamp("1900-01-01").date(), pd.Timestamp("2199-12-31").date()),
    ),
    min_size=1,
    max_size=5,
)


@settings(deadline=None, derandomize=True, max_examples=60)
@given(
    rows=ROWS,
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"]),
    german=st.booleans(),
    thousands=st.booleans(),
)
def test_what_is_written_is_read(tmp_path_factory, rows, encoding, german, thousands):
    """Quoted text, whole numbers, amounts and days, as German or as English systems write them."""

    def amount(value):
        text = f"{value:,.2f}" if thousands else f"{value:.2f}"
        return text.translate(str.maketrans(",.", ".,")) if german else text

    separator, day = (";", "%d.%m.%Y") if german else (",", "%Y-%m-%d")
    lines = [("word", "count", "amount", "day")]
    lines += [(word, str(n), amount(value), f"{when:{day}}") for word, n, value, when in rows]
    quoted = [['"' + field.replace('"', '""') + '"' for field in line] for line in lines]
    text = "\r\n".join(separator.join(line) for line in quoted) + "\r\n"
    read = read_table(write(tmp_path_factory.mktemp("csv"), text, encoding))
    expected = pd.DataFrame(rows, columns=lines[0])
    assert read["word"].tolist() == expected["word"].tolist()
    assert read["count"].tolist() == expected["count"].tolist()
    assert read["amount"].tolist() == [float(value) for value in expected["amount"]]
    assert read["day"].tolist() == [pd.Timestamp(when) for when in expected["day"]]
