"""Hashes of features of contacts in files, against those of the same table in memory."""

import numpy as np
import pytest

from tests.parquet_tables import mailings, written
from workbench import FeatureFrame, ParquetRows
from workbench.reports.features_in_files import features_in_files
from workbench.reports.judged_on import features_of_unnamed

ROLES = {"target": "bought", "campaign": "month"}


@pytest.mark.parametrize("customers", ["none", "some", "all"])
def test_hashes_are_those_of_memory(tmp_path, customers):
    table, roles = mailings(500).assign(same=3), dict(ROLES)
    if customers != "none":
        known = np.random.default_rng(0).random(500) < (0.5 if customers == "some" else 2.0)
        table["who"] = np.where(known, np.arange(500) % 90, np.nan)
        roles["customer"] = "who"
    frame = FeatureFrame.from_table(table, **roles)
    rows = ParquetRows(written(table, tmp_path), **roles)
    found = features_in_files(rows, rows.contacts())
    assert found == features_of_unnamed(frame)
    assert ("job" in found) == (customers != "all")
    assert "same" not in found
    part = rows.only(["2024-02"])
    those = (frame.campaign == "2024-02").to_numpy()
    assert features_in_files(part, part.contacts()) == features_of_unnamed(frame.rows(those))


def test_other_contacts_have_other_hashes(tmp_path):
    one, other = (
        ParquetRows(written(mailings(200, seed=k), tmp_path / str(k)), **ROLES) for k in range(2)
    )
    found = [features_in_files(rows, rows.contacts()) for rows in (one, other)]
    assert found[0].keys() == found[1].keys()
    assert all(found[0][name] != found[1][name] for name in found[0])
