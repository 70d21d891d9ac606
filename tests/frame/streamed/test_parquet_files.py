import os

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from workbench.errors import DataError, MissingDataError, ParameterError, SchemaError
from workbench.frame.streamed.parquet_files import ParquetFiles


@pytest.fixture
def folder(tmp_path):
    for name, values in (("b", [3]), ("a", [1, 2])):
        pq.write_table(pa.table({"x": values, "y": values}), tmp_path / f"{name}.parquet")
    return tmp_path


def rows_of(files):
    return pa.concat_tables(files.blocks()).to_pydict()


def test_a_folder_is_read_in_the_order_of_its_names(folder):
    pq.write_table(pa.table({"z": [0]}), folder / "_metadata.parquet")
    (folder / "readme.txt").write_text("none")
    assert rows_of(ParquetFiles.of(folder)) == {"x": [1, 2, 3], "y": [1, 2, 3]}


def test_a_list_is_read_in_its_own_order(folder):
    files = ParquetFiles.of([folder / "b.parquet", folder / "a.parquet"])
    assert rows_of(files)["x"] == [3, 1, 2]


def test_a_file_that_is_named_twice_is_refused(folder):
    (folder / "link").symlink_to(folder / "a.parquet")
    for again in (folder / "a.parquet", folder / "." / ".." / folder.name / "a.parquet", "link"):
        with pytest.raises(ParameterError, match="must name each file once"):
            ParquetFiles.of([folder / "a.parquet", folder / "b.parquet", folder / again])


def test_row_groups_and_files_without_rows_are_passed_over(folder):
    empty = pa.table({"x": pa.array([], pa.int64()), "y": pa.array([], pa.int64())})
    pq.write_table(empty, folder / "c.parquet")
    with pq.ParquetWriter(folder / "d.parquet", empty.schema) as writer:
        for part in (empty, pa.table({"x": [9], "y": [9]}), empty):
            writer.write_table(part)
    assert rows_of(ParquetFiles.of(folder))["x"] == [1, 2, 3, 9]


def test_columns_are_taken_by_their_names_whatever_their_order(folder):
    pq.write_table(pa.table({"y": [7], "x": [8]}), folder / "c.parquet")
    assert rows_of(ParquetFiles.of(folder)) == {"x": [1, 2, 3, 8], "y": [1, 2, 3, 7]}


def test_a_column_of_nothing_has_the_type_of_the_others(folder):
    pq.write_table(pa.table({"x": pa.nulls(1), "y": [1]}), folder / "0.parquet")
    files = ParquetFiles.of(folder)
    assert rows_of(files)["x"] == [None, 1, 2, 3]
    assert files.schema.field("x").type == pa.int64()


def test_values_are_counted_in_these_files_alone_whatever_their_names_look_like(tmp_path):
    place = tmp_path / "x=7"
    place.mkdir()
    for name, values in (("a[1]", [1, 2, 2, None]), ("a1", [5, 6, 7]), ("b*", [3]), ("b0", [4])):
        pq.write_table(pa.table({"x": values}), place / f"{name}.parquet")
    files = ParquetFiles.of([place / "a[1].parquet", place / "b*.parquet"])
    assert files.distinct("x") == (3, 4)


def test_what_pandas_keeps_as_names_of_rows_is_no_column(tmp_path):
    pd.DataFrame({"x": [1]}, index=pd.Index(["a"], name="id")).to_parquet(tmp_path / "a.parquet")
    assert ParquetFiles.of(tmp_path).schema.names == ["x"]


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        (
            {"x": [1]},
            (
                "All files must have the same columns; 'c.parquet' lacks ['y'], unlike "
                "'a.parquet'. Write them alike, or leave one of them out."
            ),
        ),
        (
            {"x": [1], "y": [1], "z": [1]},
            (
                "All files must have the same columns; 'c.parquet' has ['z'] beside them, unlike "
                "'a.parquet'. Write them alike, or leave one of them out."
            ),
        ),
        (
            {"x": [1.5], "y": [1]},
            (
                "All files must have the same types; 'x' is int64 in 'a.parquet' and double in "
                "'c.parquet'. Write them alike."
            ),
        ),
    ],
)
def test_files_must_be_of_one_schema(folder, columns, message):
    pq.write_table(pa.table(columns), folder / "c.parquet")
    with pytest.raises(SchemaError) as refused:
        ParquetFiles.of(folder)
    assert str(refused.value) == message


def test_a_file_that_is_cut_off_is_refused_by_name(folder):
    whole = (folder / "a.parquet").read_bytes()
    (folder / "a.parquet").write_bytes(whole[:-20])
    with pytest.raises(DataError) as refused:
        ParquetFiles.of(folder)
    assert str(refused.value) == (
        "'a.parquet' must be a Parquet file; it is damaged, or something else under that name. "
        "Write it anew."
    )


def test_damage_inside_of_a_file_is_told_when_it_is_read(tmp_path):
    pq.write_table(pa.table({"x": list(range(5000))}), tmp_path / "a.parquet", compression="gzip")
    raw = bytearray((tmp_path / "a.parquet").read_bytes())
    raw[200:400] = bytes(200)
    (tmp_path / "a.parquet").write_bytes(raw)
    files = ParquetFiles.of(tmp_path)
    with pytest.raises(DataError, match=r"^'a\.parquet' must be a whole Parquet file; it is dam"):
        rows_of(files)


def test_files_that_change_between_passes_are_refused(folder):
    files = ParquetFiles.of(folder)
    about = (folder / "b.parquet").stat()
    os.utime(folder / "b.parquet", ns=(about.st_atime_ns, about.st_mtime_ns + 1))
    with pytest.raises(DataError) as refused:
        rows_of(files)
    assert str(refused.value) == (
        "Files must stay as they are until all is read; 'b.parquet' has changed since it was first "
        "read. Begin anew, when nobody writes to it."
    )


def test_a_file_that_is_gone_has_changed(folder):
    files = ParquetFiles.of(folder)
    (folder / "b.parquet").unlink()
    with pytest.raises(DataError, match=r"'b\.parquet' has changed"):
        rows_of(files)


def test_where_there_is_nothing_to_read(tmp_path):
    (tmp_path / "month=1").mkdir()
    with pytest.raises(MissingDataError, match=r"There is no file \*\.parquet in the folder .* C"):
        ParquetFiles.of(tmp_path)
    pq.write_table(pa.table({"x": [1]}), tmp_path / "month=1" / "a.parquet")
    with pytest.raises(MissingDataError, match=r"There are some in its folders \['month=1'\]"):
        ParquetFiles.of(tmp_path)
    with pytest.raises(MissingDataError, match="There is no file"):
        ParquetFiles.of(tmp_path / "nowhere.parquet")
    with pytest.raises(ParameterError, match="got an empty list"):
        ParquetFiles.of([])
    pq.write_table(pa.table({"x": pa.array([], pa.int64())}), tmp_path / "a.parquet")
    with pytest.raises(DataError, match=r"must have at least one row; 'a\.parquet' has none"):
        ParquetFiles.of(tmp_path / "a.parquet")


def test_a_wide_table_is_read_in_smaller_blocks(tmp_path):
    pq.write_table(pa.table({f"x{k}": [1.0] * 3000 for k in range(1500)}), tmp_path / "a.parquet")
    files = ParquetFiles.of(tmp_path)
    assert files.block_rows == (1 << 25) // (8 * 1500)
    assert [len(block) for block in files.blocks()] == [2796, 204]
