"""What is said of executors that cannot do the work."""

import sys

import pytest

from workbench import __version__
from workbench.cluster.executors import Python, check_like_here, here
from workbench.cluster.pieces import Piece, collected, over_partitions
from workbench.errors import MissingPackageError, RunError


def test_other_versions_on_an_executor_are_named():
    check_like_here(here())
    other = Python("/opt/python", here().versions | {"numpy": "1.0", "marketing-workbench": "0.0"})
    with pytest.raises(MissingPackageError) as refused:
        check_like_here(other)
    numpy = here().versions["numpy"]
    assert str(refused.value) == (
        "Executors must have the versions that the driver has; '/opt/python' has "
        "marketing-workbench 0.0 and numpy 1.0. Install "
        f"marketing-workbench=={__version__} and numpy=={numpy} there."
    )


def rows_of(part, batches):
    yield Piece("rows", sum(batch.num_rows for batch in batches))


@pytest.fixture
def bare_python(spark_session, tmp_path, monkeypatch):
    """Executors whose Python has PyArrow and no workbench."""
    program = tmp_path / "python"
    (tmp_path / "sitecustomize.py").write_text(
        "import sys\n"
        "class Hidden:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name.split('.')[0] == 'workbench':\n"
        "            raise ModuleNotFoundError(f'No module named {name!r}', name=name)\n"
        "sys.meta_path.insert(0, Hidden())\n"
    )
    program.write_text(f'#!/bin/sh\nPYTHONPATH={tmp_path}:$PYTHONPATH exec {sys.executable} "$@"\n')
    program.chmod(0o755)
    monkeypatch.setattr(spark_session.sparkContext, "pythonExec", str(program))


@pytest.mark.warehouse
def test_executors_without_the_workbench_get_one_clear_error(spark_session, bare_python):
    with pytest.raises(MissingPackageError) as refused:
        collected(over_partitions(spark_session.range(3), rows_of), "rows")
    assert str(refused.value) == (
        "Executors must have the workbench; their Python has no module 'workbench'. Install "
        f"marketing-workbench=={__version__} on every executor, and name that Python before the "
        "session starts: by PYSPARK_PYTHON in the environment, or `spark.pyspark.python` of "
        "spark-submit."
    )


@pytest.mark.warehouse
def test_a_module_of_somebodys_own_that_is_missing_is_not_called_ours(spark_session):
    def needs(batches):
        import a_module_of_theirs  # noqa: F401

        yield from batches

    dataframe = spark_session.range(3).mapInArrow(needs, "id long")
    with pytest.raises(RunError) as refused:
        collected(over_partitions(dataframe, rows_of), "rows")
    assert "it could not: ModuleNotFoundError: No module named 'a_module_of_theirs'." in str(
        refused.value
    )


@pytest.mark.warehouse
def test_what_spark_cannot_compute_is_told_by_its_last_words(spark_session):
    dataframe = spark_session.range(3).selectExpr("raise_error('no such day') AS day")
    with pytest.raises(RunError, match=r"^Spark must be able to compute .*no such day"):
        collected(over_partitions(dataframe, rows_of), "rows")
