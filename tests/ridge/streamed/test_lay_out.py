import numpy as np
import pytest

from tests.parquet_tables import mailings, written
from workbench import ParquetRows, RidgePropensity
from workbench.errors import ParameterError
from workbench.ridge.rows.arrays import ArrayRows
from workbench.ridge.rows.on_disk import DiskRows
from workbench.ridge.settings import Settings
from workbench.ridge.streamed.lay_out import lay_out_streamed
from workbench.ridge.streamed.streamed_rows import streamed_rows

ASKED = {"target": "bought", "campaign": "month"}


def test_blocks_of_time_are_no_folds_of_a_stream(tmp_path):
    rows = ParquetRows(written(mailings(300), tmp_path), **ASKED)
    with pytest.raises(ParameterError, match=r"a stream keeps none of single rows\. Give"):
        RidgePropensity(folds="time").fit(rows)


@pytest.mark.filterwarnings("ignore::workbench.errors.DataWarning")
@pytest.mark.parametrize(("n", "kind"), [(300, DiskRows), (12, ArrayRows)])
def test_rows_that_are_fewer_than_columns_are_held_in_memory(tmp_path, n, kind):
    table = mailings(n, months=2).assign(bought=np.arange(n) % 2, shop=np.arange(n).astype(str))
    asked = ASKED | {"kinds": {"shop": "category"}}
    rows = streamed_rows(RidgePropensity(), ParquetRows(written(table, tmp_path), **asked))
    laid = lay_out_streamed(rows, Settings(**RidgePropensity(alpha=0.1).get_params()))
    assert type(laid.source) is kind
    assert laid.rows == n
