"""What is executed; how it is, and what is kept of a failure, `test_run` tries."""

import nbformat

from workbench.reports.execute import for_this_python


def test_a_copy_names_this_python_and_nothing_else_changes(write_notebook, tmp_path):
    source = write_notebook("# A trial", "%rows = 3")
    before = nbformat.read(source, as_version=4)
    before.metadata["kernelspec"] = {"name": "julia", "display_name": "Julia"}
    nbformat.write(before, source)
    for_this_python(source, tmp_path / "prepared.ipynb")
    after = nbformat.read(tmp_path / "prepared.ipynb", as_version=4)
    assert after.metadata["kernelspec"]["name"] == "python3"
    assert after.cells == before.cells
