import pandas as pd

from tests.parquet_tables import mailings, written
from workbench import FeatureFrame, ParquetRows
from workbench.frame.streamed.streamed_table import StreamedTable

ASKED = {"target": "bought", "campaign": "month"}


def test_it_says_what_a_frame_says_under_its_own_name(tmp_path):
    class OtherRows(StreamedTable):
        def __init__(self, rows):
            self._contents = rows.contents

    table = mailings(60)
    rows = OtherRows(ParquetRows(written(table, tmp_path), **ASKED))
    frame = FeatureFrame.from_table(table, **ASKED)
    assert repr(rows) == repr(frame).replace("FeatureFrame", "OtherRows")
    assert (len(rows), rows.groups, rows.campaigns) == (60, frame.groups, frame.campaigns)
    assert (rows.notes, rows.suspects, rows.recipe) == (frame.notes, frame.suspects, frame.recipe)
    pd.testing.assert_frame_equal(rows.catalogue, frame.catalogue)
