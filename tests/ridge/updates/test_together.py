"""Sums of owners put together: the order of campaigns, pools, and what is refused."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose

from tests.ridge.owners import owners
from workbench.errors import FitError, ParameterError
from workbench.ridge.statistics.drift import Bend
from workbench.ridge.updates.rounds import point_of
from workbench.ridge.updates.together import put_together

NOTHING = Bend(np.inf, 0.0)


@pytest.fixture(scope="module")
def parts():
    made = owners(alpha=0.02)
    return point_of(made.start), [made.start.collect(one).parts for one in made.frames]


def put(point, some):
    named = {f"owner {k}": one for k, one in enumerate(some)}
    return put_together(named, point, (some[0].model, some[0].design), NOTHING)


def renamed(part, names):
    return replace(part, campaigns=tuple(names))


def test_campaigns_stand_in_the_order_of_their_labels(parts):
    point, (first, second, third) = parts
    found = put(point, [third, first, second])
    assert not found.in_time  # numbers are an order, and no dates
    assert found.sums.names == [f"c0{k}" for k in range(1, 10)]
    assert_allclose(found.sums.folds.score[3:5], second.folds.score)
    assert found.sums.folds.newest.tolist() == list(range(9))
    eta = found.sums.bins.mean @ point.b
    for g in range(9):
        assert (np.diff(eta[found.sums.bins.fold == g]) >= 0).all()


def test_dates_are_time(parts):
    point, (first, second, _) = parts
    named = [[("2024-05",), ("2024-02",), ("2024-03",)], [("2024-01",), ("2024-04",)]]
    found = put(point, [renamed(*one) for one in zip((first, second), named, strict=True)])
    assert found.in_time
    assert found.sums.names == [f"2024-0{k}" for k in range(1, 6)]


def test_labels_without_an_order_stay_as_they_come(parts):
    point, (first, second, _) = parts
    found = put(
        point, [renamed(first, [("sun",), ("moon",), ("tide",)]), renamed(second, [("a",), ("z",)])]
    )
    assert not found.in_time
    assert found.sums.names == ["sun", "moon", "tide", "a", "z"]


def test_campaigns_of_one_name_are_added_up(parts):
    point, (first, second, _) = parts
    found = put(point, [first, renamed(second, [("c02",), ("c11",)])])
    assert found.sums.names == ["c01", "c02", "c03", "c11"]
    assert_allclose(found.sums.folds.score[1], first.folds.score[1] + second.folds.score[0])
    assert found.sums.folds.contacts[1] == 600
    weight = found.sums.folds.weight[1]
    mean = (300 * first.folds.first[1] + 300 * second.folds.first[0]) / weight
    assert_allclose(found.sums.folds.first[1], mean)


def test_pools_that_overlap_are_refused(parts):
    point, (first, second, _) = parts
    with pytest.raises(ParameterError, match=r"'c02' cannot be, as it is pooled at 'owner 1'"):
        put(point, [first, renamed(second, [("c02", "c11"), ("c12",)])])


def test_one_outcome_alone_is_refused(parts):
    point, (first, *_) = parts
    only = replace(first, folds=replace(first.folds, positive=first.folds.weight))
    with pytest.raises(FitError, match="must be of both outcomes"):
        put(point, [only])
