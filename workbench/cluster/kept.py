"""What is kept on a cluster between passes, and forgotten again."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


def kept(pieces: DataFrame) -> DataFrame:
    """Let the cluster keep what it computes, on disk where memory is short."""
    from pyspark import StorageLevel

    return pieces.persist(StorageLevel.MEMORY_AND_DISK)


def forget(pieces: DataFrame) -> None:
    """Let the cluster forget it, if its session still runs."""
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    try:
        pieces.unpersist()
    except (Py4JError, PySparkException, OSError):  # the session has ended, and all with it
        return
