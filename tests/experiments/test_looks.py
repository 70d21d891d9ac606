import json

import numpy as np
import pandas as pd
import pytest

from tests.experiments.contacts_of_tests import frame_of
from workbench.errors import DataError, MissingDataError
from workbench.experiments import read_out
from workbench.experiments.looks import COLUMNS, KEPT, keep_look, looks


@pytest.fixture(scope="module")
def reads():
    frame, _ = frame_of(600, arms=("none", "app", "mail"))
    return [read_out(frame.rows(np.arange(n)), covariates=None) for n in (300, 600)]


def test_looks_come_back_as_they_were_in_the_order_of_time(tmp_path, reads):
    file = tmp_path / "kept" / "looks.jsonl"
    keep_look(file, reads[1], at="2024-05-08")
    kept = keep_look(file, reads[0], at=pd.Timestamp("2024-05-01 12:00"))
    pd.testing.assert_frame_equal(kept, looks(file), check_dtype=False)
    assert tuple(kept) == COLUMNS
    assert kept["at"].dt.day.tolist() == [1, 1, 8, 8]
    pd.testing.assert_frame_equal(
        looks(file)[list(KEPT)].iloc[:2].reset_index(drop=True), reads[0].effects[list(KEPT)]
    )
    assert len(file.read_text("utf-8").splitlines()) == 4


def test_a_look_at_the_same_moment_takes_the_place_of_the_one_before(tmp_path, reads):
    file = tmp_path / "looks.jsonl"
    keep_look(file, reads[0], at="2024-05-01")
    kept = keep_look(file, reads[1], at="2024-05-01")
    assert len(kept) == 2
    assert kept["effect"].tolist() == reads[1].effects["effect"].tolist()


def test_now_is_in_universal_time(tmp_path, reads):
    file = tmp_path / "looks.jsonl"
    before = pd.Timestamp.now("UTC").tz_localize(None).floor("s")
    kept = keep_look(file, reads[0])
    assert before <= kept["at"].iloc[0] <= pd.Timestamp.now("UTC").tz_localize(None)
    zoned = keep_look(tmp_path / "other.jsonl", reads[0], at="2024-05-01T02:00+02:00")
    assert zoned["at"].iloc[0] == pd.Timestamp("2024-05-01")


def test_endless_intervals_are_kept(tmp_path, reads):
    file = tmp_path / "looks.jsonl"
    effects = reads[0].effects.assign(low=-np.inf, p_value=np.nan)
    from dataclasses import replace

    keep_look(file, replace(reads[0], effects=effects), at="2024-05-01")
    assert (looks(file)["low"] == -np.inf).all()
    assert looks(file)["p_value"].isna().all()
    assert json.loads(file.read_text("utf-8").splitlines()[0])["arm"] == "app"


def test_what_is_no_look_is_refused(tmp_path, reads):
    with pytest.raises(DataError) as caught:
        keep_look(tmp_path / "looks.jsonl", reads[0], at="soon")
    assert str(caught.value) == (
        "`at` must be a date or a time; got 'soon'. Write for example 2024-05-01."
    )
    with pytest.raises(MissingDataError) as caught:
        looks(tmp_path / "none.jsonl")
    assert str(caught.value) == (
        f"There must be a file of looks at {str(tmp_path / 'none.jsonl')!r}; there is none. "
        "`keep_look` makes it at the first look."
    )
    for text in ("no json", '{"at": "soon"}', "[1]"):
        (tmp_path / "odd.jsonl").write_text(text, "utf-8")
        with pytest.raises(DataError) as caught:
            looks(tmp_path / "odd.jsonl")
        assert str(caught.value) == (
            f"{str(tmp_path / 'odd.jsonl')!r} must hold looks at a test, one line of JSON each; it "
            "holds something else. Name another file."
        )
