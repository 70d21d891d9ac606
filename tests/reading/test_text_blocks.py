import pandas as pd
import pytest

from workbench.reading import text_blocks
from workbench.reading.text_blocks import PlainText
from workbench.tables.read import raw_table

PLAIN = 'name,spend,note\nann,"1,5",\n,,\nbob,007,"two\nlines"\nÖzge, 3 ,""\n'


def written(tmp_path, text, *, encoding="utf-8", name="new.csv"):
    path = tmp_path / name
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_blocks_hold_what_the_whole_file_holds(tmp_path, monkeypatch, encoding, end, separator):
    rows = [f'{k};"a; {k}, b";{k / 8};;"x\ny"' for k in range(3000)]
    text = end.join(["id;what;amount;gap;lines", *rows, ""])
    text = text.translate({ord(";"): separator, ord(separator): ";"})
    path = written(tmp_path, text, encoding=encoding)
    monkeypatch.setattr(text_blocks, "BLOCK", 1 << 12)
    blocks = list(PlainText.of(path).blocks())
    assert len(blocks) > 10
    whole = raw_table(path).data
    pd.testing.assert_frame_equal(pd.concat(blocks, ignore_index=True).astype("str"), whole)


def test_rows_of_nothing_are_left_out_as_ever(tmp_path):
    path = written(tmp_path, PLAIN)
    (block,) = PlainText.of(path).blocks()
    assert block["name"].tolist() == ["ann", "bob", "Özge"]
    assert block["spend"].tolist() == ["1,5", "007", " 3 "]
    assert block["note"].isna().tolist() == [True, False, True]


LONG = "\n".join(f"{k},{k}.5,x" for k in range(2000)) + "\n"
ACCIDENTS = {
    "another encoding": ("a,b,c\n" + LONG + "Ö,1,x\n", "cp1252"),
    "UTF-16": ("a,b,c\n" + LONG, "utf-16"),
    "a title": ("Report of May\n\na,b,c\n" + LONG, "utf-8"),
    "a total": ("a,b,c\n" + LONG + "Total,9,x\n", "utf-8"),
    "a second header": ("a,b,c\n" + LONG + "a,b,c\n" + LONG, "utf-8"),
    "a short row": ("a,b,c\n" + LONG + "1,2\n" + LONG, "utf-8"),
    "a long row": ("a,b,c\n" + LONG + "1,2,3,4\n", "utf-8"),
    "a name that stands twice": ("a,b,b\n" + LONG, "utf-8"),
    "a declared separator": ("sep=,\na,b,c\n" + LONG, "utf-8"),
    "lines of old Macs": (("a,b,c\n" + LONG).replace("\n", "\r"), "utf-8"),
    "a return inside a cell": ("a,b,c\r\n" + '1,2,"x\r\ny"\r\n' * 9, "utf-8"),
    "nothing": ("", "utf-8"),
    "a header alone": ("a,b,c\n", "utf-8"),
}


@pytest.mark.parametrize("accident", ACCIDENTS)
def test_any_other_file_is_read_whole(tmp_path, accident):
    text, encoding = ACCIDENTS[accident]
    assert PlainText.of(written(tmp_path, text, encoding=encoding)) is None


def test_files_of_other_kinds(tmp_path):
    assert PlainText.of(written(tmp_path, PLAIN, name="new.xlsx")) is None


def test_a_tail_of_nothing_is_no_block(tmp_path, monkeypatch):
    monkeypatch.setattr(text_blocks, "BLOCK", 60)
    path = written(tmp_path, "a,b\n" + "1,2\n" * 30 + ",\n" * 200)
    blocks = list(PlainText.of(path).blocks())
    assert all(len(block) for block in blocks)
    assert sum(map(len, blocks)) == 30
