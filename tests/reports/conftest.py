import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook


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
