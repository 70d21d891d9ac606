import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench import FeatureFrame, RidgePropensity
from workbench.errors import ParameterError
from workbench.tables.campaign_order import as_labels, labels_are_dated, order_of, written

QUICK = settings(derandomize=True, deadline=None, max_examples=60)
YEAR = pd.date_range("2023-10-01", periods=12, freq="MS")
UNKNOWN = (
    "Campaigns have no dates: they stand in the order of first appearance, and none is called "
    "later than another. Where their order is known, name the column of their time (`time`) or "
    "give the order (`order`, --order)."
)


def exactly(message):
    return f"^{re.escape(message)}$"


def shuffled(labels, seed):
    return pd.Series(list(labels)).sample(frac=1, random_state=seed)


KNOWN = {
    "Jan 2024": (YEAR.strftime("%b %Y"), "time"),
    "Jan-24": (YEAR.strftime("%b-%y"), "time"),
    "01/24": (YEAR.strftime("%m/%y"), "time"),
    "2024-1": ([f"{d.year}-{d.month}" for d in YEAR], "time"),
    "01.2024": (YEAR.strftime("%m.%Y"), "time"),
    "202401": (YEAR.strftime("%Y%m").astype(int), "time"),
    "202401.0": (YEAR.strftime("%Y%m").astype(float), "time"),
    "2024Q1": ([f"{y}Q{q}" for y in (2023, 2024) for q in (1, 2, 3, 4)], "time"),
    "Q1 2024": ([f"Q{q} {y}" for y in (2023, 2024) for q in (1, 2, 3, 4)], "time"),
    "W07 2024": ([f"W{w:02d} 2023" for w in (9, 10, 51)] + ["W01 2024", "W10 2024"], "time"),
    "2024-W7": ([f"2024-W{w}" for w in (1, 2, 9, 10, 11)], "time"),
    "01-02-2024": (YEAR.strftime("%d-%m-%Y"), "time"),
    "31.12.2024": (pd.date_range("2023-12-20", periods=40).strftime("%d.%m.%Y"), "time"),
    "moments": (pd.date_range("2023-12-20", periods=40, freq="7h"), "time"),
    "German": (["Dezember 2023", "Januar 2024", "März 2024", "Mai 2024", "Oktober 2024"], "time"),
    "mixed": (["2023-12", "Jan 2024", "02/2024", "2024-03-01"], "time"),
    "1 to 12": (range(1, 13), "numbers"),
    "Campaign 10": ([f"Campaign {k}" for k in range(1, 13)], "numbers"),
    "c-10": ([f"c-{k}" for k in range(1, 13)], "numbers"),
    "10th wave": (["1st wave", "2nd wave", "3rd wave", "10th wave"], "numbers"),
    "months": (["Jan", "Feb", "Mar", "May", "June", "Jul", "Aug", "Sep", "Dec"], "months"),
}


@pytest.mark.parametrize("name", KNOWN)
@QUICK
@given(seed=st.integers(0, 2**16), times=st.integers(1, 3))
def test_rows_in_any_order_leave_campaigns_in_theirs(name, seed, times):
    labels, by = KNOWN[name]
    found = order_of(shuffled(list(labels) * times, seed))
    assert found.labels == tuple(labels)
    assert found.by == by
    again = order_of(shuffled(list(labels), seed + 1))
    assert found.notes == again.notes


@QUICK
@given(st.permutations(["one", "two", "three", "four"]), st.integers(0, 99))
def test_an_ordered_categorical_says_its_order(names, seed):
    kind = pd.CategoricalDtype(names, ordered=True)
    found = order_of(shuffled(names, seed).astype(kind))
    assert (found.labels, found.by) == (tuple(names), "given")


def test_a_categorical_without_order_says_none():
    found = order_of(pd.Series(["b", "a", "b"], dtype="category"))
    assert (found.labels, found.by, found.notes) == (("b", "a"), "file", (UNKNOWN,))


# --- what is odd or open is said


@QUICK
@given(st.integers(0, 99))
def test_one_odd_label_stands_first_and_is_named(seed):
    labels = [*YEAR.strftime("%b %Y"), "Special"]
    found = order_of(shuffled(labels, seed))
    assert found.labels == ("Special", *YEAR.strftime("%b %Y"))
    assert found.notes == (
        (
            "1 campaign, ['Special'], tells no time, unlike the others: it stands before them, to "
            "be "
            "learned from and never tested. Drop those rows, or give the order of all (`order`, "
            "--order), if that is wrong."
        ),
    )


def test_two_odd_numbers():
    found = order_of(pd.Series(["c2", "x", "c10", "y", "c1", "c3"]))
    assert found.labels == ("x", "y", "c1", "c2", "c3", "c10")
    assert found.notes == (
        (
            "Campaigns stand in the order of their numbers, from 'c1' to 'c10', and a higher "
            "number "
            "is "
            "taken as later. If that is wrong, name the column of their time (`time`) or give the "
            "order (`order`, --order)."
        ),
        (
            "2 campaigns, ['x', 'y'], tell no time, unlike the others: they stand before them, to "
            "be "
            "learned from and never tested. Drop those rows, or give the order of all (`order`, "
            "--order), if that is wrong."
        ),
    )


def test_months_of_no_year_are_taken_as_one_years():
    found = order_of(pd.Series(["Nov", "Dec", "Jan"]))
    assert found.labels == ("Jan", "Nov", "Dec")
    assert found.notes == (
        (
            "Campaigns are months whose year is not said: they stand from 'Jan' to 'Dec', as those "
            "of "
            "one year. If they go over the end of a year, give their order (`order`, --order)."
        ),
    )
    given_order = order_of(pd.Series(["Nov", "Dec", "Jan"]), ["Nov", "Dec", "Jan"])
    assert (given_order.labels, given_order.by) == (("Nov", "Dec", "Jan"), "given")


def test_day_and_month_are_asked_for_where_they_decide():
    labels = pd.Series(["01/02/2024", "02/01/2024"])
    found = order_of(labels)
    assert (found.labels, found.by) == (tuple(labels), "file")
    assert found.notes == (
        (
            "Whether campaigns such as '01/02/2024' have their day or their month first is not "
            "plain, "
            "and the two give different orders: they stand in the order of first appearance. Say "
            "`order='day-first'` or 'month-first' (--order day-first)."
        ),
    )
    assert order_of(labels, "day-first").labels == ("02/01/2024", "01/02/2024")
    assert order_of(labels, "month-first").labels == ("01/02/2024", "02/01/2024")


def test_one_day_above_twelve_settles_all():
    assert order_of(pd.Series(["01/02/2024", "13/01/2024"])).labels == ("13/01/2024", "01/02/2024")
    assert order_of(pd.Series(["02/01/2024", "01/13/2024"])).labels == ("01/13/2024", "02/01/2024")
    both = order_of(pd.Series(["01/13/2024", "13/01/2024"]))
    assert (both.by, both.notes) == (
        "file",
        (
            (
                "Campaigns such as '01/13/2024' and '13/01/2024' cannot both have their day, or "
                f"both their month, first. {UNKNOWN}"
            ),
        ),
    )


def test_firsts_of_months_have_one_order_however_they_are_read():
    found = order_of(pd.Series(["01/02/2024", "01/01/2024"]))
    assert found.labels == ("01/01/2024", "01/02/2024")
    assert found.dated["01/02/2024"].start == pd.Timestamp("2024-02-01")
    assert found.notes == (
        (
            "Campaigns such as '01/01/2024' are read day-first; the other way, their order would "
            "be "
            "the same."
        ),
    )


def test_a_year_that_might_be_a_day():
    assert order_of(pd.Series(["Jan-24", "Dec-23"])).notes == (
        "Campaigns end in years of two digits: 'Dec-23' is December 2023.",
    )
    open_still = order_of(pd.Series(["Jan-28", "Jan-03"]))
    assert open_still.by == "file"
    assert open_still.notes == (
        f"Whether 'Jan-03' ends in a year or a day is not plain. {UNKNOWN}",
    )


@pytest.mark.parametrize("labels", [["Spring", "Autumn"], ["a1b2", "a1b3"], ["24-02", "24-01"]])
def test_what_tells_no_time_stands_as_it_comes(labels):
    found = order_of(pd.Series(labels))
    assert (found.labels, found.by, found.notes) == (tuple(labels), "file", (UNKNOWN,))


# --- orders that somebody gives


def test_a_given_order_must_be_whole():
    labels = pd.Series(["a", "b", "c"])
    assert order_of(labels, ["c", "a", "b", "not there"]).labels == ("c", "a", "b")
    assert order_of(pd.Series([3, 1]), ["3", "1"]).labels == (3, 1)
    message = (
        "`order` must hold every campaign once, the earliest first; ['c'] are not in it. The "
        "campaigns are ['a', 'b', 'c']."
    )
    with pytest.raises(ParameterError, match=exactly(message)):
        order_of(labels, ["a", "b"])
    message = (
        "`order` must hold every campaign once, the earliest first; some stand twice. The "
        "campaigns are ['a', 'b', 'c']."
    )
    with pytest.raises(ParameterError, match=exactly(message)):
        order_of(labels, ["a", "b", "c", "a"])


def test_words_of_order():
    labels = pd.Series(["2024-02", "2024-01"])
    assert order_of(labels, "first-seen")[:2] == (("2024-02", "2024-01"), "given")
    message = (
        "`order` must be one of ['auto', 'first-seen', 'day-first', 'month-first'], or a list of "
        "every campaign, the earliest first; got 'first'. Did you mean 'first-seen'?"
    )
    with pytest.raises(ParameterError, match=exactly(message)):
        order_of(labels, "first")
    message = "`order='day-first'` must fit every campaign; '01/13/2024' is no such date."
    with pytest.raises(ParameterError, match=exactly(message)):
        order_of(pd.Series(["01/13/2024", "01/02/2024"]), "day-first")


# --- labels


def test_moments_keep_their_hours_and_octobers_their_nought():
    hours = pd.Series([pd.Timestamp("2025-07-01 07:00:00.5"), pd.Timestamp("2025-07-01 08:00")])
    assert as_labels(hours).tolist() == ["2025-07-01 07:00:00.500000", "2025-07-01 08:00"]
    assert as_labels(hours.dt.normalize()).tolist() == ["2025-07-01", "2025-07-01"]
    assert as_labels(pd.Series([2023.1, 2024.01])).tolist() == ["2023.10", "2024.01"]
    assert as_labels(pd.Series([2023.5, 1.25])).tolist() == [2023.5, 1.25]
    assert as_labels(pd.Series(["May"])).tolist() == ["May"]


def test_labels_are_written_without_a_point():
    assert [written(x) for x in (3.0, np.float32(3), 3.5, "3.0")] == ["3", "3", "3.5", "3.0"]
    assert written(pd.Timestamp("2024-01-05")) == "2024-01-05"


def test_dated_labels():
    assert labels_are_dated(pd.Series(["Feb 2024", "2024-01", "odd", "2024-03"]))
    assert not labels_are_dated(pd.Series([3, 1, 2]))


# --- where it is used


@QUICK
@given(st.integers(0, 99))
def test_a_frame_stands_in_its_order_however_its_rows_do(seed):
    table = pd.DataFrame({"c": YEAR.strftime("%b %Y"), "x": range(12), "bought": [0, 1] * 6})
    frame = FeatureFrame.from_table(
        table.sample(frac=1, random_state=seed), target="bought", campaign="c"
    )
    assert frame.campaigns == table["c"].tolist()
    assert frame.in_order_of == "time"
    assert frame.rows(frame.X["x"] > 5).campaigns == table["c"].tolist()[6:]
    assert frame.summary().index.tolist() == table["c"].tolist()


def test_a_subset_keeps_the_order_of_all():
    """Alone, 01/02 and 02/01 could not be told; beside 13/01 they can."""
    labels = ["13/01/2024", "01/02/2024", "02/01/2024"]
    table = pd.DataFrame({"c": labels, "x": range(3), "bought": [0, 1, 1]})
    frame = FeatureFrame.from_table(table, target="bought", campaign="c", periods="none")
    assert frame.campaigns == ["2024-01-02", "2024-01-13", "2024-02-01"]
    assert frame.rows([1, 2]).campaigns == ["2024-01-02", "2024-02-01"]


def test_a_model_takes_arrays_of_labels_in_time():
    rng = np.random.default_rng(0)
    campaign = np.repeat(["Feb 2024", "Jan 2024", "Dec 2023"], 40)
    model = RidgePropensity(alpha=1.0).fit(
        rng.normal(size=(120, 2)), rng.random(120) < 0.4, campaign=campaign
    )
    assert list(model.workspace_.folds) == ["Dec 2023", "Jan 2024", "Feb 2024"]


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=12))
@settings(derandomize=True, deadline=None, max_examples=60)
def test_a_moment_has_one_name_whatever_stands_beside_it(seconds):
    moments = pd.Series(pd.Timestamp("2024-01-05") + pd.to_timedelta(seconds, unit="min"))
    together = as_labels(moments).tolist()
    assert together == [as_labels(moments.iloc[[k]]).iloc[0] for k in range(len(moments))]
    assert [pd.Timestamp(name) for name in together] == moments.tolist()


def test_one_date_of_two_meanings_counts_among_those_of_one():
    labels = pd.Series(["2024-03-15", "3/4/2024", "2024-01-10"])
    assert order_of(labels).by == "file"
    assert order_of(labels, "day-first").labels == ("2024-01-10", "2024-03-15", "3/4/2024")
    assert order_of(labels, "month-first").labels == ("2024-01-10", "3/4/2024", "2024-03-15")
    early = pd.Series(["2024-06-15", "3/4/2024", "2024-01-10"])
    assert order_of(early).labels == ("2024-01-10", "3/4/2024", "2024-06-15")


def test_days_of_a_month_are_no_years():
    days = pd.Series(["Nov 11", "Nov 25", "Dec 16", "Dec 23"])
    assert order_of(days).by == "file"
    years = pd.Series(["Nov 23", "Jan 22", "Dec 24", "Nov 22"])
    assert order_of(years).labels == ("Jan 22", "Nov 22", "Nov 23", "Dec 24")
