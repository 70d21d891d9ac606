"""The session that is there is taken; what is missing is told, with what to install."""

import os

import pytest

from workbench.cluster import session
from workbench.cluster.session import session_of
from workbench.errors import MissingPackageError


@pytest.mark.slow
@pytest.mark.warehouse
def test_the_session_that_is_there_is_taken(spark_session):
    assert session_of("local[7]") is spark_session
    assert session_of() is spark_session


def test_without_pyspark(monkeypatch):
    monkeypatch.setattr(session, "find_spec", lambda name: None)
    with pytest.raises(MissingPackageError) as raised:
        session_of()
    assert str(raised.value) == (
        "Work on a cluster needs PySpark, which is not installed: pip install 'pyspark>=4.3'"
    )


@pytest.mark.warehouse
def test_without_java(monkeypatch):
    pyspark = pytest.importorskip("pyspark.sql")
    monkeypatch.setattr(pyspark.SparkSession, "getActiveSession", lambda: None)
    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv("JAVA_HOME", raising=False)
    with pytest.raises(MissingPackageError) as raised:
        session_of("local[2]")
    assert str(raised.value) == (
        "Spark on this machine needs Java, and finds none. Install it (on Debian: apt-get install "
        "default-jre-headless), or name where it is in JAVA_HOME."
    )
    assert os.environ["PATH"] == ""
