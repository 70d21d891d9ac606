"""Where a pattern matches, and in which sentences it does not."""

import json
import subprocess
import sys

from workbench.texts.screening import matching
from workbench.texts.screening.matching import matches, sentence_around


def test_small_letters_are_capitals_and_empty_matches_are_none():
    assert matches("Free, FREE", r"free|x*") == [(0, 4), (6, 10)]


def test_a_sentence_ends_at_a_stop_before_a_blank_and_at_a_line():
    text = "At 9.50 it is free. Feel free\nto ask"
    place = text.index("free")
    assert sentence_around(text, place, place + 4) == "At 9.50 it is free"
    assert matches(text, "free", "feel") == [(14, 18)]


def test_a_sentence_without_an_end_is_cut():
    text = "a " * 5000 + "free" + " b" * 5000
    assert len(sentence_around(text, 10_000, 10_004)) == 804


def test_the_file_by_itself_answers_jobs():
    told = json.dumps({"text": "One ö two", "jobs": [["o", ""], ["two", "one"]]})
    done = subprocess.run(
        [sys.executable, "-I", "-S", matching.__file__],
        input=told, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert [json.loads(line) for line in done.stdout.splitlines()] == [0, [[0, 1], [8, 9]], 1, []]
