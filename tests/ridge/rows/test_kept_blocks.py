"""Blocks as tasks read them; what is asked of a cluster is tested in `test_on_cluster`."""

import pickle

import numpy as np
import pyarrow as pa
import pytest

from workbench.ridge.rows.kept_blocks import (
    ALL,
    Blocks,
    Found,
    Given,
    KeptBlock,
    RowsTask,
    SumsTask,
    together,
)

RNG = np.random.default_rng(0)
X = RNG.normal(size=(9, 2))
Y = np.tile([0.0, 1.0, 1.0], 3)
WEIGHT = RNG.random(9)


def kept(weight=WEIGHT):
    """Three blocks: two of fold 1, and one of fold 0 between."""
    places = [(1, 0, slice(0, 4)), (0, 0, slice(4, 6)), (1, 4, slice(6, 9))]
    own = (None if weight is None else weight[rows] for _, _, rows in places)
    return [
        KeptBlock.of(fold, at, X[rows], Y[rows], w)
        for (fold, at, rows), w in zip(places, own, strict=True)
    ]


def batches(blocks):
    for block in blocks:
        columns = [pa.array(["block"]), pa.array([pickle.dumps(block)])]
        yield pa.record_batch(columns, names=["kind", "data"])
    yield pa.record_batch([pa.array(["told"]), pa.array([b"other"])], names=["kind", "data"])


def found(task, blocks):
    [piece] = task(2, batches(blocks))
    return piece.data


def kernel(block):
    return block.weight @ block.X, (block.weight * block.y).sum()


def given(**changed):
    return Given(**{"dtype": np.dtype(float), "origin": None, "folds": 2} | changed)


@pytest.mark.parametrize("weight", [WEIGHT, None], ids=["weighted", "plain"])
def test_sums_are_of_the_rows_of_each_fold(weight):
    blocks, share = kept(weight), np.array([1.0, 0.5])
    sums = found(SumsTask(given(), share, kernel, True), blocks)
    w = np.ones(9) if weight is None else weight
    for fold, rows in ((0, [4, 5]), (1, [0, 1, 2, 3, 6, 7, 8])):
        own = w[rows] * share[fold]
        np.testing.assert_allclose(sums.arrays[fold][0], own @ X[rows])
        np.testing.assert_allclose(sums.arrays[fold][1], own @ Y[rows])
    total = found(SumsTask(given(), share, kernel, False), blocks)
    assert list(total.arrays) == [ALL]
    np.testing.assert_allclose(total.arrays[ALL][0], sums.arrays[0][0] + sums.arrays[1][0])
    assert total.marks == sums.marks
    assert list(sums.marks) == [2]


def test_later_folds_take_no_part_and_are_marked_all_the_same():
    few, all_ = (found(SumsTask(given(folds=n), np.ones(n), kernel, True), kept()) for n in (1, 2))
    assert list(few.arrays) == [0]
    assert few.marks == all_.marks


def test_rows_are_given_out_in_another_precision_and_moved():
    task = SumsTask(given(dtype=np.dtype("f4"), origin=np.ones(2)), np.ones(2), kernel, False)
    [sums, _] = found(task, kept()).arrays[ALL]
    np.testing.assert_allclose(sums, WEIGHT @ (X - 1), rtol=1e-5)


def test_some_rows_are_taken_of_their_blocks():
    wanted = {(2, 1): np.array([1, 4, 5]), (3, 0): np.array([0])}
    arrays = found(RowsTask(given(), lambda some: some, wanted), kept()).arrays
    assert set(arrays) == {(2, 1, 0), (2, 1, 4)}
    np.testing.assert_array_equal(arrays[2, 1, 0][0], X[[1]])
    np.testing.assert_array_equal(arrays[2, 1, 4][0], X[[6, 7]])
    everything = found(RowsTask(given(), lambda some: some @ np.ones(2), None), kept()).arrays
    np.testing.assert_allclose(everything[2, 0, 0][0], X[4:6].sum(axis=1))


@pytest.mark.parametrize("part", ["X", "y", "weight", "order"])
def test_the_mark_tells_other_rows_and_another_order(part):
    blocks = kept()
    mark = found(SumsTask(given(), np.ones(2), kernel, True), blocks).marks
    if part == "order":
        other = [blocks[2], blocks[1], blocks[0]]
    else:
        values = getattr(blocks[0], part).copy()
        values.flat[0] += 1e-12
        changed = blocks[0]._replace(**{part: values})
        other = [KeptBlock.of(*changed[:5]), *blocks[1:]]
    assert found(SumsTask(given(), np.ones(2), kernel, True), other).marks != mark


def test_what_partitions_found_is_added_up():
    total = together(
        Found({0: [np.array(1.0)], 1: [np.array(2.0)]}, {0: 7}),
        Found({1: [np.array(3.0)], 2: [np.array(4.0)]}, {1: 8}),
    )
    assert {key: float(one) for key, [one] in total.arrays.items()} == {0: 1.0, 1: 5.0, 2: 4.0}
    assert total.marks == {0: 7, 1: 8}


@pytest.mark.warehouse  # what is forgotten in the end asks PySpark how it fails
def test_blocks_on_a_cluster_are_not_pickled_with_a_model():
    class Pieces:
        def unpersist(self):
            pass

    with pytest.raises(pickle.PicklingError, match=r"fitted to rows on a cluster.*`model\.save`"):
        pickle.dumps(Blocks(Pieces(), {}))
