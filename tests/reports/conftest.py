import warnings

import nbformat
import numpy as np
import pandas as pd
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from workbench import FeatureFrame
from workbench.governance import screen


@pytest.fixture
def watched():
    """Three customers of a town of their own, who alone are tattooed: both are held back."""
    plain, n = warnings.formatwarning, 60
    X = pd.DataFrame({"town": ["Bonn"] * n, "tattooed": (np.arange(n) < 3) * 1.0})
    X.loc[:2, "town"] = "Upper Nowhere"
    screen.watch(FeatureFrame(X, pd.Series(np.arange(n) % 2.0)))
    yield
    screen.forget()
    warnings.formatwarning = plain


@pytest.fixture
def write_notebook(tmp_path):
    """Write a notebook of Markdown (text starting with '#') and code; '%' marks parameters."""

    def write(*sources, name="trial.ipynb"):
        cells = []
        for source in sources:
            if source.startswith("#"):
                cells.append(new_markdown_cell(source))
            elif source.startswith("%"):
                cells.append(new_code_cell(source[1:], metadata={"tags": ["parameters"]}))
            else:
                cells.append(new_code_cell(source))
        path = tmp_path / name
        nbformat.write(new_notebook(cells=cells), path)
        return path

    return write
