"""A slice of the zoo of `benchmarks/reading.py`: none of its files is read wrongly in silence."""

from pathlib import Path

import pytest

ZOO = Path(__file__).resolve().parents[2] / "benchmarks"


@pytest.mark.parametrize("seed", [1, 2, 4, 9, 11, 14, 16, 21, 29, 31, 33, 39, 41, 44, 57, 61])
def test_a_stranger_s_file_is_read_rightly_or_refused_in_words(seed, monkeypatch, tmp_path):
    monkeypatch.syspath_prepend(str(ZOO))
    from zoo.files import specimen
    from zoo.judge import REFUSED, RIGHT, judge

    outcome, why = judge(specimen(seed), tmp_path)
    assert outcome in (RIGHT, REFUSED), why
