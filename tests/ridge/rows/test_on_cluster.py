"""Rows on a cluster give what the same rows in memory give, on a real Spark."""

import copy
import gc
from zlib import crc32

import numpy as np
import pytest

from workbench.cluster import pieces as cluster
from workbench.cluster.kept import kept
from workbench.cluster.pieces import Piece, collected, of_kind, over_partitions
from workbench.errors import DataError
from workbench.ridge.rows.arrays import ArrayRows
from workbench.ridge.rows.kept_blocks import Blocks, KeptBlock
from workbench.ridge.rows.on_cluster import ClusterMatrix, ClusterRows

pytestmark = pytest.mark.warehouse

N, P, FOLDS, PARTS = 700, 5, 4, 3


@pytest.fixture(scope="module")
def memory():
    rng = np.random.default_rng(5)
    X, y, weight = rng.normal(size=(N, P)), rng.integers(0, 2, N).astype(float), rng.random(N)
    return ArrayRows(X, y, weight, np.sort(rng.integers(0, FOLDS, N)))


def on_cluster(session, rows, *, drawn=False):
    """Deal the rows of each fold to partitions, of which one has no row of fold 2, one none."""
    X, y, weight, counts = rows.X, rows.y, rows.weight, np.bincount(rows.fold_of_row)
    stop = np.cumsum(counts)
    cuts = np.linspace(stop - counts, stop, PARTS, dtype=int, axis=1)  # the last one has none
    cuts[2, 1] = cuts[2, 0]  # partition 0 has no row of fold 2

    def lay(part, batches):
        for _ in batches:
            pass
        mark = []
        for g in range(FOLDS if part < PARTS - 1 else 0):
            a, z = cuts[g, part], cuts[g, part + 1]
            for low in range(a, z, 50):
                some = slice(low, min(z, low + 50))
                noise = np.random.default_rng().normal() if drawn else 0.0
                block = KeptBlock.of(g, low - a, X[some] + noise, y[some], weight[some])
                mark.append(block.mark)
                yield Piece("block", block)
        yield Piece("told", mark)

    pieces = kept(over_partitions(session.range(0, PARTS, 1, PARTS), lay))
    marks = {}
    for part, [told] in collected(of_kind(pieces, "told"), "told").items():
        marks[part] = 0
        for mark in told:
            marks[part] = crc32(mark.to_bytes(8, "big"), marks[part])
    matrix = ClusterMatrix(Blocks(pieces, marks), cuts, X.shape, X.dtype)
    return ClusterRows(matrix, y, weight, counts.tolist(), n_held=rows.n_held)


@pytest.fixture(scope="module")
def rows(spark_session, memory):
    return on_cluster(spark_session, memory)


def kernel(block):
    return block.weight @ block.X, block.X.T @ (block.X * block.y[:, None]), block.weight.sum()


def same(ours, theirs):
    for one, other in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-12, atol=1e-12)


def test_sums_are_those_in_memory_and_the_same_bits_each_time(rows, memory, monkeypatch):
    same(rows.total(kernel), memory.total(kernel))
    found = rows.by_fold(kernel)
    same(found, memory.by_fold(kernel))
    again = rows.by_fold(kernel)
    assert [one.tobytes() for one in found] == [one.tobytes() for one in again]


def test_the_first_folds_are_weighed_anew(rows, memory):
    share = np.array([0.25, 0.5, 1.0])
    few, wanted = rows.first(3, share), memory.first(3, share)
    assert (few.n_folds, len(few)) == (3, len(wanted))
    same(few.by_fold(kernel), wanted.by_fold(kernel))
    back, there = few.first(2, 1 / share[:2]), wanted.first(2, 1 / share[:2])
    same(back.total(kernel), there.total(kernel))
    np.testing.assert_allclose(few.X @ np.ones(P), wanted.X @ np.ones(P))


def test_rows_and_columns_are_fetched_as_of_an_array(rows, memory):
    X = memory.X
    some = np.array([699, 0, 3, 3, 420, 421, 200])
    np.testing.assert_array_equal(rows.X[some], X[some])
    np.testing.assert_array_equal(rows.X[5:300:60], X[5:300:60])
    np.testing.assert_array_equal(rows.X[np.arange(N) % 100 == 7], X[np.arange(N) % 100 == 7])
    np.testing.assert_array_equal(rows.X[:], X)
    np.testing.assert_array_equal(rows.X[np.arange(4), [1, 3]], X[:4][:, [1, 3]])
    np.testing.assert_array_equal(rows.X[:, 2], X[:, 2])
    assert rows.X[np.zeros(0, dtype=int)].shape == (0, P)
    np.testing.assert_allclose(rows.X @ np.arange(P), X @ np.arange(P))
    np.testing.assert_array_equal(rows.sample(100).X, memory.sample(100).X)


def test_what_is_subtracted_is_subtracted_where_the_rows_are(rows, memory):
    by = np.arange(P) * 1.0
    same(rows.shifted(by).total(kernel), memory.shifted(by).total(kernel))
    narrow = (rows.shifted(by).X - by).astype(np.float32)
    assert narrow[:3].dtype == np.float32
    np.testing.assert_allclose(narrow[:3], memory.X[:3] - 2 * by, rtol=1e-6)
    same(rows.in_float64().total(kernel), memory.total(kernel))


def test_many_partitions_are_merged_by_neighbours(rows, memory, monkeypatch):
    monkeypatch.setattr(cluster, "MOST_COLLECTED", 1)
    monkeypatch.setattr(cluster, "MERGED_AT_ONCE", 2)
    same(rows.by_fold(kernel), memory.by_fold(kernel))
    np.testing.assert_array_equal(rows.X[[3, 600]], memory.X[[3, 600]])


def test_a_worker_that_is_lost_changes_nothing(rows, tmp_path):
    file = tmp_path / "died"

    def deadly(block):
        import os

        if block.fold == 1 and not file.exists():
            file.touch()
            os._exit(1)
        return kernel(block)

    found = rows.by_fold(deadly)
    assert file.exists()
    assert [a.tobytes() for a in found] == [a.tobytes() for a in rows.by_fold(kernel)]


@pytest.mark.parametrize("drawn", [False, True])
def test_a_partition_that_is_computed_again_must_be_the_same(spark_session, memory, drawn):
    rows = on_cluster(spark_session, memory, drawn=drawn)
    before = rows.total(kernel)
    rows.X.blocks.pieces.unpersist(blocking=True)  # as if an executor had been lost
    if not drawn:
        same(rows.total(kernel), before)
        return
    with pytest.raises(DataError) as refused:
        rows.total(kernel)
    assert str(refused.value) == (
        "Rows must stay as they are until the fit is made; Spark computed a partition of them "
        "again, and it was another one. Write the DataFrame to a table and read that, or take "
        "`dataframe.checkpoint()`."
    )


def test_the_cluster_forgets_rows_that_nobody_reads(spark_session, memory):
    rows = on_cluster(spark_session, memory)
    pieces, other = rows.X.blocks.pieces, copy.deepcopy(rows)
    assert pieces.is_cached
    del rows
    gc.collect()
    assert pieces.is_cached
    del other
    gc.collect()
    assert not pieces.is_cached
