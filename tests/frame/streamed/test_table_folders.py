import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from workbench.errors import DataError
from workbench.frame.streamed.parquet_files import ParquetFiles


def written(folder, *names):
    for name in names:
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(pa.table({"x": [1, 2]}), place)
    return folder


@pytest.mark.parametrize(
    ("beside", "table", "kind"),
    [
        ("t/_delta_log/00000000000000000000.json", "t", "Delta Lake"),
        ("t/.hoodie/hoodie.properties", "t", "Hudi"),
        ("metadata/v2.metadata.json", "t", "Iceberg"),
        ("t/metadata/v1.metadata.json", "t", "Iceberg"),
    ],
)
def test_files_that_keep_deleted_rows_are_refused(tmp_path, beside, table, kind):
    folder = written(tmp_path / table, "1.parquet", "2.parquet")
    assert ParquetFiles.of(folder).rows == 4
    (tmp_path / beside).parent.mkdir(parents=True)
    (tmp_path / beside).write_text("{}")
    with pytest.raises(DataError, match=f"is a table of {kind}, whose files keep rows that were"):
        ParquetFiles.of(folder)
    assert ParquetFiles.of(folder / "1.parquet").rows == 2


def test_folders_within_are_not_passed_over(tmp_path):
    folder = written(tmp_path, "1.parquet", "_temporary/0.parquet", ".old/0.parquet")
    assert ParquetFiles.of(folder).rows == 2
    written(tmp_path, "2024-02/1.parquet")
    with pytest.raises(DataError, match=r"has more in its folders \['2024-02'\]. Bring"):
        ParquetFiles.of(folder)


def test_parquet_under_another_ending_is_not_passed_over(tmp_path):
    folder = written(tmp_path, "1.parquet", "_part.pq", ".part.pq")
    (folder / "about.csv").write_text("x\n1\n")
    assert ParquetFiles.of(folder).rows == 2
    written(tmp_path, "2.pq", "part-0")
    with pytest.raises(DataError, match=r"others that are Parquet: \['2.pq', 'part-0'\]. Rename"):
        ParquetFiles.of(folder)
