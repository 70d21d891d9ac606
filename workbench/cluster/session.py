"""The session of Spark that is there, or one that is started; what to install where neither can be."""

from __future__ import annotations

import os
import shutil
import sys
from importlib.util import find_spec
from typing import TYPE_CHECKING

from workbench.errors import MissingPackageError

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

REMOTE = "sc://"


def session_of(master: str | None = None) -> SparkSession:
    """Return the session that is there, or start one.

    Parameters
    ----------
    master : str, optional
        Where Spark runs: "local[2]" is two cores of this machine, "sc://host" a Spark Connect.
        None: where the environment says, such as `spark-submit`, else all of this machine.

    Returns
    -------
    SparkSession

    Raises
    ------
    MissingPackageError
        PySpark is not installed, or Java, which a Spark of this machine needs.
    """
    if find_spec("pyspark") is None:
        raise MissingPackageError(
            "Work on a cluster needs PySpark, which is not installed: pip install 'pyspark>=4.3'"
        )
    from pyspark.sql import SparkSession

    there = SparkSession.getActiveSession()
    if there is not None:
        return there
    if master is not None and master.startswith(REMOTE):
        return SparkSession.builder.remote(master).getOrCreate()
    if shutil.which("java") is None and not os.environ.get("JAVA_HOME"):
        raise MissingPackageError(
            "Spark on this machine needs Java, and finds none. Install it (on Debian: apt-get "
            "install default-jre-headless), or name where it is in JAVA_HOME."
        )
    # executors of this machine have this Python, unless somebody says which
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = SparkSession.builder.config("spark.ui.showConsoleProgress", "false")
    return (builder if master is None else builder.master(master)).getOrCreate()
