"""The session of Spark that is there, or one that is started; or what to install for it."""

from __future__ import annotations

import os
import shutil
import sys
from importlib.util import find_spec
from typing import TYPE_CHECKING

from workbench.errors import MissingPackageError

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

REMOTE, LOCAL = "sc://", "local"
OF_ONE_MACHINE = {
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
    "spark.driver.host": "127.0.0.1",
    "spark.sql.adaptive.enabled": "false",  # small tables: planning would take longest
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",  # and so would compiling
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.shuffle.partitions": "2",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
}
"""What a session is started with where it is for a trial on one machine."""


def session_of(master: str | None = None) -> SparkSession:
    """Return the session that is there, or start one.

    Parameters
    ----------
    master : str, optional
        Where Spark runs, if no session is there: "local[2]" is two cores of this machine,
        "sc://host" a Spark Connect. None: where the environment says, such as `spark-submit`.

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
    if master is None:
        return SparkSession.builder.getOrCreate()
    own = OF_ONE_MACHINE if master.startswith(LOCAL) else {}
    return SparkSession.builder.master(master).config(map=own).getOrCreate()
