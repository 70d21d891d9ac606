"""Patterns of users: the answers are those of the process, and what takes too long is ended."""

import time

import pytest

from workbench.errors import SchemaError
from workbench.texts.screening.apart import matches_apart
from workbench.texts.screening.matching import matches


def test_the_answers_are_those_of_the_process_itself():
    text, jobs = (
        "Gratis für alle 👋, gratis nur heute.",
        [("gratis", "heute"), ("alle", ""), ("x", "")],
    )
    assert matches_apart(text, jobs, ["a", "b", "c"]) == [matches(text, *job) for job in jobs]


def test_no_job_starts_nothing():
    assert matches_apart("text", [], []) == []


def test_a_pattern_that_takes_years_is_ended_and_named():
    begun = time.monotonic()
    said = (
        r"^A rule of one's own must be quick: the rule 'slow' took more than 0\.7 seconds on a text of "
        r"40 letters\. A repeat within a repeat, such as \(a\+\)\+, does that; write it without\.$"
    )
    with pytest.raises(SchemaError, match=said):
        matches_apart(
            "a" * 39 + "!",
            [("!", ""), ("(a+)+$", "")],
            ["the rule 'quick'", "the rule 'slow'"],
            seconds=0.7,
        )
    assert time.monotonic() - begun < 10
