"""Who is away from the most common value, block by block, against all rows at once."""

import itertools

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.governance.few_in_files import Away, ColumnSeen, LevelsSeen
from workbench.governance.people import People


@st.composite
def columns(draw):
    """Values, whose they are, and where blocks end; most people have the same value."""
    people = draw(st.integers(1, 30))
    often = draw(st.lists(st.integers(0, people - 1), min_size=1, max_size=120))
    odd = draw(st.integers(0, 14))
    values = [
        draw(st.sampled_from([1.0, 2.0, 3.0, np.nan])) if one < odd else draw(st.just(0.0))
        for one in often
    ]
    cuts = draw(st.lists(st.integers(0, len(often)), max_size=5))
    return pd.Series(values), np.array(often), sorted({0, *cuts, len(often)})


def blocks(values, person, cuts):
    for start, stop in itertools.pairwise(cuts):
        yield values.iloc[start:stop], person[start:stop]


@settings(max_examples=400, deadline=None, derandomize=True)
@given(columns())
def test_people_away_are_those_of_all_rows_at_once(case):
    values, person, cuts = case
    seen = ColumnSeen(None, made=False)
    for block, who in blocks(values, person, cuts):
        seen.add(block, who)
    wanted = People.each(person).differing(values)
    found = seen.every.people(), seen.known.people()
    assert [min(n, 10) for n in found] == [min(n, 10) for n in wanted]


def test_whoever_comes_often_does_not_hide_the_others():
    # the most common value is the one of a single person: eleven are away from it
    values, person = pd.Series([2.0] * 50 + [1.0] * 11), np.array([0] * 50 + [*range(1, 12)])
    seen = ColumnSeen(None, made=False)
    for start in range(0, 61, 5):
        seen.add(values.iloc[start : start + 5], person[start : start + 5])
    assert People.each(person).differing(values) == (11.0, 11.0)
    assert not seen.is_rare


def test_what_is_kept_of_a_column_is_bounded():
    rng, away = np.random.default_rng(0), Away()
    for k in range(20):
        codes, values = pd.factorize(rng.normal(size=500))
        away.add(codes, values.tolist(), np.arange(500) + 500 * k)
    assert (away.rows, away.away, away.begun) == ({}, {}, None)
    flag = Away()
    for k in range(20):
        marks = np.zeros(500, dtype=int)
        marks[0] = k == 7
        flag.add(marks, [0.0, 1.0], np.arange(500) + 500 * k)
    assert flag.people() == 1.0
    assert flag.away == {0.0: {3500}}
    assert flag.rows == {0.0: 9999, 1.0: 1}


def test_of_values_with_as_many_rows_the_first_counts():
    person = np.array([0] * 3 + [*range(1, 4)])
    for values, wanted in (([1.0] * 3 + [2.0] * 3, 3.0), ([2.0] * 3 + [1.0] * 3, 3.0)):
        column = pd.Series(values)
        seen = ColumnSeen(None, made=False)
        seen.add(column, person)
        assert seen.every.people() == People.each(person).away(column) == wanted


def test_a_column_that_a_builder_made_is_rare_where_nobody_differs():
    for made, wanted in ((True, True), (False, False)):
        seen = ColumnSeen(None, made=made)
        seen.add(pd.Series(np.zeros(30)), np.arange(30))
        assert seen.is_rare is wanted


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 25)), min_size=1, max_size=90))
def test_levels_of_few_people_are_those_of_all_rows_at_once(pairs):
    levels, person = pd.Series([one for one, _ in pairs]), np.array([who for _, who in pairs])
    seen = LevelsSeen()
    for block, who in blocks(levels, person, [0, len(pairs) // 2, len(pairs)]):
        codes, distinct = pd.factorize(block)
        seen.add(codes, distinct.tolist(), who)
    counts = People.each(person).by(levels)
    assert seen.few == tuple(counts.index[counts < 10])
    assert {*seen.others} == {*counts.index[counts >= 10]}


def test_values_that_are_written_alike_are_one_level():
    seen = LevelsSeen()
    seen.add(np.array([0] * 12 + [1] * 12), ["7", 7], np.arange(24))
    assert (seen.few, seen.others) == ((), ("7",))
