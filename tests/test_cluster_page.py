"""The page on clusters, run line by line on a real Spark."""

import doctest
import warnings
from pathlib import Path

import pytest

from workbench.errors import DataWarning

PAGE = Path(__file__).resolve().parents[1] / "docs" / "howto" / "on-a-cluster.md"


@pytest.mark.slow
@pytest.mark.warehouse
def test_the_page_runs_as_it_stands(spark_session):
    flags = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS
    with warnings.catch_warnings(action="ignore", category=DataWarning):  # gaps are imputed
        found = doctest.testfile(str(PAGE), module_relative=False, globs={}, optionflags=flags)
    for name in ("contacts", "visits", "opens", "features"):
        spark_session.catalog.dropTempView(name)
    spark_session.catalog.clearCache()
    assert found.attempted > 15
    assert found.failed == 0
