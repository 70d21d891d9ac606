"""What tests of a template do with it: run it on a flat table, and read what it made."""

import pytest
from bs4 import BeautifulSoup

from workbench.reports.run import run_notebook


@pytest.fixture
def run(request):
    """Run the template that the test file names, on a table with the target ``bought``."""

    def run(table, folder, **parameters):
        table.to_parquet(folder / "shop.parquet")
        given = {"table": str(folder / "shop.parquet"), "target": "bought", **parameters}
        return run_notebook(request.module.NOTEBOOK, output=folder / "reports", parameters=given)

    return run


@pytest.fixture
def figures():
    """Read the headline figures of a finished run."""
    return lambda finished: {figure.name: figure.value for figure in finished.headline.figures}


@pytest.fixture
def page():
    """Parse the report of a finished run."""
    return lambda finished: BeautifulSoup(
        finished.report.read_text(encoding="utf-8"), "html.parser"
    )
