import re

import pytest

from workbench.cli.options import is_file, source_of
from workbench.errors import MissingDataError, ParameterError


@pytest.fixture
def words():
    return {"source": "--data", "table": "--table"}


def test_a_files_name_after_data_makes_a_table(here, words):
    (here / "a.csv").write_text("x")
    assert source_of("a.csv", None, words) == (None, "a.csv")
    assert words == {"source": "--data", "table": "--data"}


def test_a_data_set_is_taken_before_a_file_of_its_name(here, words):
    (here / "complete-journey").write_text("x")
    assert source_of("complete-journey", None, words) == ("complete-journey", None)
    assert source_of(None, None, words) == (None, None)
    assert words == {"source": "--data", "table": "--table"}


@pytest.mark.parametrize(
    ("name", "table", "error", "message"),
    [
        (
            "complete-journey",
            "a.csv",
            ParameterError,
            "`source` and `table` both say where the data are. Keep one of them.",
        ),
        (
            "complete",
            None,
            ParameterError,
            (
                "`source` must be one of ['complete-journey', 'sample-test'], or a file; got "
                "'complete', and there is no such file. Did you mean 'complete-journey'?"
            ),
        ),
        (
            None,
            "a.csv",
            MissingDataError,
            "There is no file 'a.csv'. Check the path after `table`.",
        ),
    ],
)
def test_what_is_not_there_is_refused(here, words, name, table, error, message):
    with pytest.raises(error, match=f"^{re.escape(message)}$"):
        source_of(name, table, words)


def test_a_path_that_cannot_be_is_no_file(here):
    assert [is_file(path) for path in ("a" * 300, "a\0b", "", ".")] == [False] * 4
