import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from workbench import FeatureFrame
from workbench.errors import ParameterError
from workbench.frame import to_score
from workbench.frame.to_score import ToScore

RECIPE = {"reading": {"x": {"kind": "number"}, "g": {"kind": "category"}}}


def written(path, columns):
    pq.write_table(pa.table(columns), path)
    return path


def test_parquet_is_streamed_from_so_many_rows_on_or_where_somebody_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(to_score, "STREAM_FROM", 3)
    few = written(tmp_path / "few.parquet", {"x": [1, 2]})
    many = written(tmp_path / "many.parquet", {"x": [1, 2, 3]})
    chosen = {
        (path.stem, stream): ToScore.of(path, RECIPE, stream=stream)
        for path in (few, many)
        for stream in (None, True, False)
    }
    found = {key: (one.on_disk, one.at_once) for key, one in chosen.items()}
    assert found == {
        ("few", None): (False, False),
        ("few", True): (True, False),
        ("few", False): (False, True),
        ("many", None): (True, False),
        ("many", True): (True, False),
        ("many", False): (False, True),
    }
    assert ToScore.of(tmp_path, RECIPE).on_disk  # a folder is all of its files
    assert [one.rows for one in chosen.values()] == [2, 2, 2, 3, 3, 3]


def test_what_cannot_be_read_by_rows_is_read_at_once_and_told_of_where_it_is_large(
    tmp_path, monkeypatch
):
    path = written(tmp_path / "new.parquet", {"g": [1.0, 2.5]})
    why = "'g' is double, and had levels in training: all values tell how one is spelled."
    assert ToScore.of(path, RECIPE) == ToScore(path, ToScore.of(path, RECIPE).files, at_once=True)
    monkeypatch.setattr(to_score, "STREAM_FROM", 2)
    one = ToScore.of(path, RECIPE)
    assert (one.on_disk, one.at_once) == (False, True)
    assert one.note == f"The table is read at once, which takes memory: {why}"
    assert list(one.blocks(1)) == [path]
    (whole,) = ToScore.of(tmp_path, RECIPE).blocks(1)
    assert whole["g"].tolist() == [1.0, 2.5]
    with pytest.raises(ParameterError) as refused:
        ToScore.of(path, RECIPE, stream=True)
    assert str(refused.value) == (
        f"`stream` must read each row by itself, and cannot: {why} Leave `stream` out: the table "
        "is then read at once."
    )


def test_text_is_streamed_where_it_is_plain_or_small(tmp_path):
    path = tmp_path / "new.csv"
    path.write_text("x\n1\n2\n")
    assert ToScore.of(path, RECIPE, stream=True).on_disk
    assert not ToScore.of(path, RECIPE).on_disk
    assert list(ToScore.of(path, RECIPE).blocks(9)) == [path]
    (block,) = ToScore.of(path, RECIPE, large=0).blocks(9)
    pd.testing.assert_frame_equal(block, pd.DataFrame({"x": ["1", "2"]}), check_dtype=False)
    assert list(ToScore.of(path, RECIPE, stream=False, large=0).blocks(9)) == [path]
    assert ToScore.of(path, RECIPE, stream=True, large=0).on_disk
    with pytest.raises(ParameterError, match="is read is not left to the model alone"):
        ToScore.of(path, RECIPE, stream=True, large=0, encoding="cp1252")
    path.write_bytes(b"x\n1\nJ\xf6rg\n")
    with pytest.raises(ParameterError, match=r"'new\.csv' is not UTF-8 with a line of names"):
        ToScore.of(path, RECIPE, stream=True, large=0)
    with pytest.raises(ParameterError, match=r"'new\.xlsx' is neither Parquet nor plain text"):
        ToScore.of(tmp_path / "new.xlsx", RECIPE, stream=True)


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_numbers_as_text_have_the_type_of_the_whole_table_in_each_block(tmp_path, kind):
    made = pd.DataFrame({"x": ["12345", "7", "3.5"], "y": ["1", "2", "3"]})
    reading = {"x": {"kind": "number", "decimal": "."}, "y": {"kind": "number"}}
    recipe = {"kind": "table", "reading": reading}
    path = tmp_path / f"new.{kind}"
    made.to_csv(path, index=False) if kind == "csv" else made.to_parquet(path)
    source = ToScore.of(path, recipe, large=0)
    assert list(source.floating) == ["x"]
    types = [
        source.typed(FeatureFrame.to_score(b, recipe)).X.dtypes.astype(str).tolist()
        for b in source.blocks(1)
    ]
    assert types == [["float64", "int64"]] * len(types)
