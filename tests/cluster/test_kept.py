import pytest

from workbench.cluster.kept import forget, kept

pytestmark = pytest.mark.warehouse


def test_what_is_kept_is_forgotten_again(spark_session):
    table = kept(spark_session.range(3))
    assert table.is_cached
    assert table.storageLevel.useDisk
    forget(table)
    assert not table.is_cached


def test_a_session_that_has_ended_has_nothing_to_forget(spark_session):
    class Ended:
        def unpersist(self):
            from py4j.protocol import Py4JNetworkError

            raise Py4JNetworkError("the gateway is closed")

    forget(Ended())
