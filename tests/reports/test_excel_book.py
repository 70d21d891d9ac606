import re

import pandas as pd
import pyarrow as pa
import pytest
from python_calamine import CalamineWorkbook

from workbench.errors import DataError, MissingPackageError, ParameterError
from workbench.reports.excel_book import MOST_ROWS, check_excel, check_fits, write_book
from workbench.reports.score import write_scores

ODD = ["007", "=1+1", "+49 1", "-5", "@x", "\tx", "a\rb", "_x0041_", 'Köln; "Süd"', ""]


def cells(path):
    return CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()


def test_every_cell_is_read_back_as_what_it_is(tmp_path):
    n = len(ODD)
    days = pd.Timestamp("2024-02-28") + pd.to_timedelta(range(n), "D")
    scores = pd.DataFrame(
        {
            "customer": ODD,
            "campaign": [202401] * n,
            "propensity": [k / 7 for k in range(n)],
            "rank": range(n),
            "day": days,
            "reason_1": ["=cmd|'/c calc'!A0"] * n,
        }
    )
    header, *rows = cells(write_scores(scores, tmp_path / "s.xlsx"))
    assert header == list(scores)
    assert [row[0].replace("\r\n", "\r") for row in rows] == ODD
    assert {row[1] for row in rows} == {"202401"}
    # sixteen digits, as Excel holds them
    assert [row[2] for row in rows] == pytest.approx(scores["propensity"].tolist(), rel=1e-15)
    assert [row[3] for row in rows] == list(range(n))
    assert [pd.Timestamp(row[4]) for row in rows] == list(days)
    assert {row[5] for row in rows} == {"=cmd|'/c calc'!A0"}
    assert [file.name for file in tmp_path.iterdir()] == ["s.xlsx"]


def test_gaps_are_empty_cells_and_blocks_stand_below_one_another(tmp_path):
    batches = [
        pa.RecordBatch.from_pydict({"customer": pa.array([k, None]), "x": pa.array([None, 1.5])})
        for k in (1, 2)
    ]
    write_book(iter(batches), tmp_path / "s.xlsx")
    assert cells(tmp_path / "s.xlsx") == [
        ["customer", "x"],
        ["1", ""],
        ["", 1.5],
        ["2", ""],
        ["", 1.5],
    ]


def test_a_sheet_holds_so_many_rows(tmp_path):
    check_fits(MOST_ROWS - 1)
    said = (
        "`output` may be *.xlsx for at most 1,048,575 contacts, the rows of a sheet; there are "
        "1,048,576. Write *.csv or *.parquet, or score fewer at a time."
    )
    many = pd.DataFrame({"rank": range(MOST_ROWS)})
    with pytest.raises(ParameterError, match=f"^{re.escape(said)}$"):
        write_scores(many, tmp_path / "s.xlsx")
    assert list(tmp_path.iterdir()) == []


def test_a_text_that_no_cell_holds_is_refused(tmp_path):
    said = (
        "A cell of Excel must have at most 32,767 letters; one of 'customer' has 32,768. Write "
        "*.csv or *.parquet."
    )
    with pytest.raises(DataError, match=f"^{re.escape(said)}$"):
        write_scores(pd.DataFrame({"customer": ["x" * 32_768]}), tmp_path / "s.xlsx")
    assert list(tmp_path.iterdir()) == []


def test_without_the_package_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "xlsxwriter", None)
    with pytest.raises(MissingPackageError, match=r"pip install 'marketing-workbench\[excel\]'"):
        check_excel()
