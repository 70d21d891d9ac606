import gzip
import re
from pathlib import Path

import pandas as pd
import pytest

from workbench.errors import DataError
from workbench.reading import read_file
from workbench.tables import read_table

ZOO = Path(__file__).resolve().parents[2] / "benchmarks"


@pytest.fixture
def frame():
    return pd.DataFrame(
        {"n": [1, 2], "x": [0.5, None], "at": pd.to_datetime(["2024-01-31", "2024-02-01"])}
    )


def book(monkeypatch, rows):
    monkeypatch.syspath_prepend(str(ZOO))
    from zoo.books import book as write

    return write(rows)


@pytest.mark.parametrize("name", ["t.xlsx", "t.csv"])
def test_a_book_of_excel_whatever_it_is_called(name, tmp_path, monkeypatch):
    day = pd.Timestamp("2024-01-31").to_pydatetime()
    rows = [
        ["Customers"],
        ["n", "x", "flag", "day", "town"],
        [1, 0.5, True, day, "Ulm"],
        [2, None, False, day, "Bonn"],
    ]
    (tmp_path / name).write_bytes(book(monkeypatch, rows))
    raw = read_file(tmp_path / name)
    assert raw.data["n"].tolist() == [1, 2]
    assert raw.data["x"].isna().tolist() == [False, True]
    assert raw.data["flag"].tolist() == [True, False]
    assert raw.data["day"].tolist() == [day, day]
    assert "Lines around the table are left out: 'Customers'." in raw.notes


@pytest.mark.parametrize("suffix", ["parquet", "feather", "csv.gz", "jsonl"])
def test_the_same_table_from_every_kind_of_file(suffix, frame, tmp_path):
    path = tmp_path / f"t.{suffix}"
    write = {
        "parquet": frame.to_parquet,
        "feather": frame.to_feather,
        "csv.gz": lambda p: p.write_bytes(gzip.compress(frame.to_csv(index=False).encode())),
        "jsonl": lambda p: frame.assign(at=frame["at"].astype("str")).to_json(
            p, orient="records", lines=True
        ),
    }
    write[suffix](path)
    read = read_table(path)
    assert read["n"].tolist() == [1, 2]
    assert read["x"].tolist()[0] == 0.5
    assert read["at"].tolist() == frame["at"].tolist()


@pytest.mark.parametrize(
    ("name", "raw", "message"),
    [
        (
            "t.xlsx",
            b"a,b\n",
            "'t.xlsx' must be an Excel file; it is damaged, or something else under that name. Write it anew.",
        ),
        (
            "t.xlsx",
            b"PK\x03\x04zip",
            "'t.xlsx' must be a book of Excel; it is damaged, locked, or something else. Save it as CSV.",
        ),
        (
            "t.csv.gz",
            b"\x1f\x8bno",
            "'t.csv.gz' must be a gzip file; it is cut off, or damaged. Copy it anew.",
        ),
    ],
)
def test_damaged_files_are_refused(name, raw, message, tmp_path):
    (tmp_path / name).write_bytes(raw)
    with pytest.raises(DataError, match=f"^{re.escape(message)}$"):
        read_file(tmp_path / name)
