import pandas as pd
import pytest

from workbench.messages import counted, did_you_mean, listed


@pytest.mark.parametrize(
    ("names", "text"),
    [
        ([], "[]"),
        (["a", 1], "['a', 1]"),
        ((n for n in "abcdefgh"), "['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']"),
        (pd.Index(list("abcdefghij")), "['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', … 2 more]"),
    ],
)
def test_names_are_listed_and_long_lists_cut(names, text):
    assert listed(names) == text


@pytest.mark.parametrize(
    ("counts", "text"),
    [
        ({"age": 1}, "'age' (1 row)"),
        ({"age": 0, "spend": 12345}, "'age' (0 rows), 'spend' (12,345 rows)"),
        ({"a": 2, "b": 2, "c": 2, "d": 2}, "'a' (2 rows), 'b' (2 rows), … 2 more"),
    ],
)
def test_rows_are_counted_by_name(counts, text):
    assert counted(counts, most=2) == text


@pytest.mark.parametrize(
    ("name", "closest"),
    [
        (
            "recency",
            "recency_days",
        ),  # what begins so, though 'frequency' has more letters in common
        ("frequncy", "frequency"),
        ("CAMPAIGN", "Campaign"),
        ("mail_", "mail_open"),  # the shortest that begins so
        (3, None),
        ("", None),
        ("zzz", None),
    ],
)
def test_the_closest_name_is_offered(name, closest):
    options = ["recency_days", "frequency", "Campaign", "mail_opened", "mail_open"]
    assert did_you_mean(name, options) == ("" if closest is None else f" Did you mean {closest!r}?")
