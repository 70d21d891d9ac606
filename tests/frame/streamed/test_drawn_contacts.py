"""Contacts that are drawn from files, against those of the same table in memory."""

import numpy as np
import pandas as pd
import pytest

from tests.parquet_tables import mailings, written
from workbench import FeatureFrame, ParquetRows
from workbench.errors import DataError
from workbench.frame import leakage
from workbench.frame.leakage import signs_of_leakage
from workbench.frame.streamed import drawn_contacts

ROLES = {"target": "bought", "campaign": "month"}


def both(table, folder):
    return FeatureFrame.from_table(table, **ROLES), ParquetRows(written(table, folder), **ROLES)


def test_of_few_all_known_ones_are_drawn_in_their_order(tmp_path):
    frame, rows = both(mailings(400), tmp_path)
    drawn, known = rows.drawn(), frame.known()
    pd.testing.assert_frame_equal(drawn.X, known.X, check_dtype=False)
    assert drawn.y.tolist() == known.y.tolist()
    assert drawn.campaign.tolist() == known.campaign.tolist()
    pd.testing.assert_frame_equal(drawn.quality(), known.quality())


def test_of_many_those_are_drawn_that_signs_are_looked_for_in(tmp_path, monkeypatch):
    monkeypatch.setattr(leakage, "_ENOUGH_ROWS", 150)
    table = mailings(600)
    table["status"] = np.where(table["bought"] > 0, "done", "open")  # which gives the outcome away
    frame, rows = both(table, tmp_path)
    drawn = rows.drawn()
    places = leakage.rows_looked_at(frame.y.notna().to_numpy())
    pd.testing.assert_frame_equal(drawn.X, frame.rows(places).X, check_dtype=False)
    found = signs_of_leakage(drawn.X, drawn.y, drawn.weights)
    assert found == signs_of_leakage(frame.X, frame.y, frame.weights) != {}


def test_of_a_wide_table_fewer_are_drawn(tmp_path, monkeypatch):
    monkeypatch.setattr(drawn_contacts, "MOST_BYTES", 1)
    frame, rows = both(mailings(1500), tmp_path)
    drawn = rows.drawn()
    assert len(drawn) == 1_000
    assert 0.9 < drawn.y.mean() / frame.known().y.mean() < 1.1


def test_nothing_is_drawn_where_no_outcome_is_known(tmp_path):
    rows = ParquetRows(written(mailings(200), tmp_path), **ROLES).unknown()
    with pytest.raises(DataError, match="must keep at least one row"):
        rows.drawn()
