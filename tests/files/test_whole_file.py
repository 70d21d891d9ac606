import re

import pytest

from workbench.errors import ParameterError
from workbench.files.whole_file import whole_file


def test_a_file_appears_at_the_end_in_a_folder_made_for_it(tmp_path):
    target = tmp_path / "new" / "scores.csv"
    with whole_file(target) as unfinished:
        unfinished.write_text("all of it")
        assert not target.exists()
        assert unfinished.suffix == ".csv"
    assert target.read_text() == "all of it"
    assert list(target.parent.iterdir()) == [target]


def test_a_failure_leaves_what_was_there(tmp_path):
    target = tmp_path / "scores.csv"
    target.write_text("earlier")

    def fail():
        with whole_file(target) as unfinished:
            unfinished.write_text("half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert target.read_text() == "earlier"
    assert list(tmp_path.iterdir()) == [target]


def test_a_place_that_cannot_be_written_to_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    target = tmp_path / "file" / "scores.csv"
    expected = (
        f"`output` must be a file that can be written; {str(target)!r} is not: "
        "File exists. Choose another place."
    )
    with (
        pytest.raises(ParameterError, match=f"^{re.escape(expected)}$"),
        whole_file(target) as unfinished,
    ):
        unfinished.write_text("x")
