"""Pieces of partitions, on a real Spark."""

import pickle

import numpy as np
import pytest

from workbench.cluster import pieces as cluster
from workbench.cluster.pieces import Piece, collected, merged, of_kind, over_partitions, rows_of
from workbench.errors import DataError

pytestmark = pytest.mark.warehouse


def numbers(session, parts=5, rows=40):
    return session.range(0, rows, 1, parts)


def values(part, batches):
    """Its rows, and a sum in which every digit counts."""
    found = [one for batch in batches for one in batch.column(0).to_pylist()]
    yield Piece("rows", found)
    yield Piece("sum", {"parts": [part], "total": np.array([0.1]) * (part + 1) + 1e-17})


def add(total, later):
    return {"parts": total["parts"] + later["parts"], "total": total["total"] + later["total"]}


def test_pieces_come_by_partition_in_order(spark_session):
    found = collected(over_partitions(numbers(spark_session), values), "rows")
    assert list(found) == [0, 1, 2, 3, 4]
    assert [row for [rows] in found.values() for row in rows] == list(range(40))


def test_a_partition_without_rows_gives_its_pieces_too(spark_session):
    found = collected(over_partitions(numbers(spark_session, parts=6, rows=3), values), "rows")
    assert sorted(len(rows) for [rows] in found.values()) == [0, 0, 0, 1, 1, 1]


def test_pieces_of_pieces_are_read_by_their_kind(spark_session):
    def count(part, batches):
        yield Piece("count", [len(rows) for rows in rows_of(batches, "rows")])

    made = over_partitions(numbers(spark_session), values)
    assert collected(over_partitions(made, count), "count") == {k: [[8]] for k in range(5)}
    assert all(
        set(one) == {"parts", "total"} for [one] in collected(of_kind(made, "sum"), "sum").values()
    )


@pytest.mark.parametrize(("most", "at_once"), [(64, 16), (2, 2), (1, 3)])
def test_merging_by_neighbours_keeps_the_order(spark_session, monkeypatch, most, at_once):
    monkeypatch.setattr(cluster, "MOST_COLLECTED", most)
    monkeypatch.setattr(cluster, "MERGED_AT_ONCE", at_once)
    made = over_partitions(numbers(spark_session, parts=7), values)
    total = merged(made, "sum", add, partitions=7)
    assert total["parts"] == list(range(7))
    again = merged(made, "sum", add, partitions=7)
    assert total["total"].tobytes() == again["total"].tobytes()
    assert total["total"][0] == pytest.approx(2.8)


@pytest.mark.parametrize("most", [64, 1])
def test_of_errors_that_of_the_first_partition_comes_as_it_is(spark_session, monkeypatch, most):
    monkeypatch.setattr(cluster, "MOST_COLLECTED", most)

    def refuse(part, batches):
        yield from values(part, batches)
        if part > 1:
            raise DataError(f"wrong in {part}")

    with pytest.raises(DataError, match=r"^wrong in 2$"):
        merged(over_partitions(numbers(spark_session), refuse), "sum", add, partitions=5)


def test_a_task_that_loses_its_worker_is_tried_again_and_gives_the_same(spark_session, tmp_path):
    file = tmp_path / "died"

    def dies_once(part, batches):
        import os

        yield from values(part, batches)
        if part == 3 and not file.exists():
            file.touch()
            os._exit(1)

    made = over_partitions(numbers(spark_session), dies_once)
    lost = merged(made, "sum", add, partitions=5)
    assert file.exists()
    whole = merged(over_partitions(numbers(spark_session), values), "sum", add, partitions=5)
    assert pickle.dumps(lost) == pickle.dumps(whole)


@pytest.mark.parametrize("most", [64, 2])
def test_a_task_on_kept_pieces_is_answered_with_and_without_a_plan(
    spark_session, monkeypatch, most
):
    monkeypatch.setattr(cluster, "MOST_COLLECTED", most)

    def count(part, batches):
        yield Piece("count", [(part, len(rows)) for rows in rows_of(batches, "rows")])

    def refuse(part, batches):
        raise DataError(f"wrong in {part}")
        yield

    made = over_partitions(numbers(spark_session), values)
    asked = {"merge": lambda total, later: total + later, "partitions": 5}
    assert cluster.answered(made, count, "count", **asked) == [(k, 8) for k in range(5)]
    with pytest.raises(DataError, match=r"^wrong in 0$"):
        cluster.answered(made, refuse, "count", **asked)
