"""What is wrong with contacts in files, before a kernel is started."""

import re

import numpy as np
import pandas as pd
import pytest

from tests.parquet_tables import mailings, written
from workbench.cli import early_files
from workbench.cli.early_files import check_files
from workbench.errors import MissingDataError, WorkbenchError

GIVEN = {"target": "bought", "campaign": "month"}


@pytest.fixture
def folder(tmp_path):
    return str(written(mailings(300), tmp_path / "contacts"))


@pytest.mark.parametrize("large", [False, True])
def test_good_files_pass_and_wrong_names_do_not(folder, large, monkeypatch):
    if large:
        monkeypatch.setattr(early_files, "MOST_BYTES", 0)
    given = {"table": folder, **GIVEN}
    assert check_files(given) is check_files({**given, "scratch": None, "margin": 3.0}) is None
    for name in ("target", "campaign", "time", "customer"):
        with pytest.raises(WorkbenchError, match=r"The table has no column 'jbo'.*mean 'job'"):
            check_files({**given, name: "jbo"})
    with pytest.raises(WorkbenchError, match="The table has no column 'jbo'"):
        check_files({**given, "drop": ["jbo"]})
    with pytest.raises(WorkbenchError, match="'month'"):
        check_files({**given, "customer": "month"})


@pytest.mark.parametrize(
    ("change", "more", "message"),
    [
        ({"bought": 0}, {}, "The target 'bought' must have both outcomes; of 300 rows, all 300"),
        ({"bought": np.nan}, {}, "bought"),
        ({"month": "2024-01"}, {}, "of which there must be two with outcomes at least; got 1"),
        ({}, {"test_campaigns": 9}, "`test_campaigns` must lie between 1 and 5"),
        ({"bought": [0, 1, 2] * 100}, {}, "'bought' must"),
    ],
)
def test_what_cannot_be_run_is_told_of_small_files(tmp_path, change, more, message):
    folder = written(mailings(300).assign(**change), tmp_path / "t")
    with pytest.raises(WorkbenchError, match=re.escape(message)):
        check_files({"table": str(folder), **GIVEN, **more})


def test_no_files_and_no_table(tmp_path):
    with pytest.raises(MissingDataError, match=r"There is no file \*\.parquet in the folder"):
        check_files({"table": str(tmp_path), **GIVEN})
    check_files({})  # the notebook has contacts of its own
    frame = pd.DataFrame({"x": [1]})
    frame.to_csv(tmp_path / "t.csv")
    with pytest.raises(WorkbenchError, match="must be a Parquet file"):
        check_files({"table": str(tmp_path / "t.csv"), **GIVEN})
